"""Departments' grids against a plan's: equal, off by a building, off altogether."""

from dataclasses import replace

import shapely

from gridpart.measure.departments import DEPARTMENTS, count_matches, match_departments
from gridpart.plan import Plan
from tests.assertions import assert_same_plan
from tests.builders import base_code, exclusive_code, toy_plan
from tests.people_builder import table_of

ONE, TWO, SITE = base_code("1"), base_code("2"), exclusive_code("X")


def town() -> Plan:
    """Two base grids of two micro-grids each, and a school without households."""
    return toy_plan(
        "AABB.\nAAB*.",
        "1122X\n1122X",
        micros="12121\n12121",
        households={(0, 0): 70, (1, 3): 30},
    )


def covering(plan: Plan, *grounds: shapely.Geometry | None) -> Plan:
    rows = [
        {"department": "公安", "code": f"J{i}", "name": f"网格{i}", "geometry": ground}
        for i, ground in enumerate(grounds)
    ]
    return replace(plan, department_grids=table_of("department_grids", rows))


def ground(plan: Plan, *codes: str) -> shapely.Geometry:
    """The union of the atoms of some grids or buildings."""
    atoms = plan.atoms
    named = ["base_grid", "micro_grid", "exclusive_grid", "atom_id"]
    inside = atoms[named].isin(codes).any(axis=1)
    return shapely.union_all(atoms.geometry[inside].to_numpy())


def test_unions_of_base_and_exclusive_grids() -> None:
    plan = town()
    plan = covering(plan, ground(plan, ONE), ground(plan, TWO, SITE))
    first, second = match_departments(plan).itertuples()
    assert (first.union_of, first.base_codes, first.households) == ("base", ONE, 220)
    assert (second.union_of, second.base_codes) == ("base", f"{TWO};{SITE}")
    assert (second.base_added, second.base_lacking, second.base_off_m2) == (0, 0, 0)


def test_a_union_of_micro_grids() -> None:
    plan = town()
    parts = [ONE + "01", ONE + "02", TWO + "01"]
    (row,) = match_departments(covering(plan, ground(plan, *parts))).itertuples()
    assert row.union_of == "micro"
    assert row.micro_codes.split(";") == parts
    assert (row.micro_added, row.micro_lacking, row.micro_off_m2) == (0, 0, 0)
    assert (row.base_codes, row.base_added, row.base_lacking) == (
        f"{ONE};{TWO}",
        80,
        0,
    )


def test_a_building_too_many_or_too_few_is_reported_with_its_households() -> None:
    plan = town()
    wide = covering(plan, ground(plan, ONE, "b0103"))
    (row,) = match_departments(wide).itertuples()
    assert (row.union_of, row.base_codes) == ("none", ONE)
    assert (row.base_added, row.base_lacking, row.base_off_m2) == (0, 30, 2500.0)
    narrow = ground(plan, ONE).difference(ground(plan, "b0000"))
    (row,) = match_departments(covering(plan, narrow)).itertuples()
    assert (row.union_of, row.base_codes) == ("none", ONE)
    assert (row.base_added, row.base_lacking, row.base_off_m2) == (70, 0, 2500.0)


def test_ground_without_households_counts_too() -> None:
    plan = town()
    half = ground(plan, "ground-0004")
    (row,) = match_departments(covering(plan, shapely.union(half, ground(plan, ONE))))[
        ["union_of", "base_codes", "base_lacking", "base_off_m2"]
    ].to_numpy()
    assert row.tolist() == ["none", ONE, 0, 2500.0]


def test_a_line_drawn_a_little_beside_makes_no_difference() -> None:
    plan = town()
    sloppy = covering(plan, shapely.buffer(ground(plan, ONE), 6.0))
    assert match_departments(sloppy)["union_of"].tolist() == ["base"]


def test_what_lies_elsewhere_and_what_has_no_shape_is_empty() -> None:
    plan = town()
    far = shapely.box(0, 0, 50, 50)
    bow = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])
    table = match_departments(covering(plan, far, None, bow, ground(plan, TWO)))
    assert table["union_of"].tolist() == ["none", "none", "none", "base"]
    assert table["base_codes"].tolist() == ["", "", "", TWO]
    assert table["households"].tolist() == [0, 0, 0, 180]


def test_counts_by_department() -> None:
    plan = town()
    plan = covering(plan, ground(plan, ONE), ground(plan, ONE, "b0103"))
    counts = count_matches(match_departments(plan))
    assert counts.loc["公安"].to_dict() == {
        "grids": 2,
        "base": 1,
        "micro": 0,
        "none": 1,
        "off": 30,
    }


def test_no_departments_and_nothing_changed() -> None:
    plan = town()
    before = replace(plan, atoms=plan.atoms.copy())
    table = match_departments(plan)
    assert_same_plan(plan, before)
    assert list(table.columns) == DEPARTMENTS.names
    assert table.empty
    assert count_matches(table).empty
