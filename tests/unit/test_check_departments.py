"""Faulty grids of departments: one finding each, and the division goes on."""

from dataclasses import replace

import pytest
import shapely

from gridpart.check.cities import check_city, mend_city
from gridpart.city import City
from gridpart.finding import WARNING
from gridpart.flows import divide
from gridpart.measure.departments import match_departments
from gridpart.rules import Rules
from tests.cities_builder import add, square, toy_city

RULES = Rules.preset().replace("search", starts=1, moves=10, proof_s=0.0)


def town(*shapes: shapely.Geometry, departments: str = "甲甲甲") -> City:
    city = toy_city("AAB\nACC\n*.*", "111\n122\n122")
    for number, shape in enumerate(shapes):
        city = add(
            city, "department_grids", department=departments[number], code=f"d{number}",
            name="网格", geometry=shape,
        )  # fmt: skip
    return city


def test_neighbours_and_other_departments_are_no_fault() -> None:
    city = town(square(0, 0), square(0, 1), square(0, 0), departments="甲甲乙")
    assert check_city(city, RULES) == []


@pytest.mark.parametrize(
    ("shapes", "rule", "said"),
    [
        ((square(0, 0, columns=2), square(0, 1, columns=2)), "I27", "overlap"),
        ((shapely.box(0, 0, 90, 90),), "I27", "outside"),
        (
            (
                shapely.Polygon(
                    shapely.get_coordinates(square(0, 0))[[0, 2, 1, 3, 0]]
                    + [[0, 0], [30, 0], [0, 0], [0, 9], [0, 0]]
                ),
            ),
            "I32",
            "d0",
        ),
    ],
)
def test_one_finding_each_and_the_rest_goes_on(
    shapes: tuple[shapely.Geometry, ...], rule: str, said: str
) -> None:
    city = town(*shapes)
    mended, notes = mend_city(city)
    (finding,) = [*notes, *check_city(mended, RULES)]
    assert (finding.rule, finding.severity) == (rule, WARNING)
    assert said in finding.message("en")
    assert "d0" in finding.message("zh")
    plan = divide(city, RULES)
    assert len(match_departments(plan)) == len(shapes)
    assert rule in set(plan.findings["rule"])


def test_an_outline_without_sense_stops_nothing() -> None:
    city = town(square(0, 0))
    broken = city.department_grids.assign(geometry=[shapely.Point(1, 1)])
    mended, notes = mend_city(replace(city, department_grids=broken))
    assert [finding.rule for finding in notes] == ["I47"]
    assert check_city(mended, RULES) == []
