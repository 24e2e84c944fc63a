"""Whatever is broken in a city, the checks say so in words and never fall over."""

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridpart.check.cities import check_city, mend_city, stop_on
from gridpart.check.listing import CAP
from gridpart.check.survey import locate
from gridpart.city import City, home_communities
from gridpart.columns import CITY, FLAG, INTEGER, NUMBER, TEXT, Column
from gridpart.conform import conform
from gridpart.errors import InputError
from gridpart.finding import ERROR, Finding
from gridpart.rules import Rules
from tests.builders import CRS, community_code
from tests.cities_builder import add, square, toy_city

RULES = Rules.preset()
ONE = community_code("1")
VALUES = {
    TEXT: [
        None,
        "",
        " ",
        "\u200b",
        "A",
        " A ",
        "b0000",
        "b0000#1",
        ONE,
        "640",
        "p1",
        "w1",
    ],
    INTEGER: [-7, 0, 1, 50, 2_999, 10**6, 2**53],
    NUMBER: [np.nan, -1.0, 0.0, 5.5, np.inf],
    FLAG: [True, False],
}


def _nowhere() -> shapely.Geometry:
    with np.errstate(invalid="ignore"):
        return shapely.Point(float("nan"), 1.0)


def _endless() -> shapely.Geometry:
    with np.errstate(invalid="ignore"):
        return shapely.LineString([(0, 0), (float("inf"), 1)])


SHAPES = [
    None,
    shapely.Polygon(),
    shapely.GeometryCollection(),
    square(0, 0),
    square(0, 0, 9, 9),
    square(1, 0.5),
    square(60, 60),
    shapely.force_3d(square(0, 0), 5.0),
    square(0, 0).centroid,
    shapely.MultiPoint([square(0, 0).centroid, square(1, 1).centroid]),
    shapely.LineString([square(0, 0).centroid, square(1, 1).centroid]),
    shapely.LineString([square(0, 0).centroid] * 2),
    shapely.MultiPolygon([square(0, 0)]),
    shapely.MultiPolygon([square(0, 0), square(0, 0.5)]),
    shapely.MultiPolygon([square(0, 0), square(0, 1)]),
    shapely.GeometryCollection([square(0, 0), square(2, 2).centroid]),
    shapely.GeometryCollection([_nowhere(), square(2, 2)]),
    shapely.from_wkt("POLYGON ((0 0, 20 20, 20 0, 0 20, 0 0))"),
    shapely.from_wkt("POLYGON ((0 0, 0 0, 0 0, 0 0))"),
    shapely.box(1e12, 0, 2e12, 1),
    _nowhere(),
    _endless(),
]


@functools.cache
def full_city() -> City:
    """A sound city with rows in every layer."""
    city = toy_city("AAB\nACC\n*.*", "111\n122\n122")
    river = shapely.LineString([square(0, 0).centroid, square(0, 2).centroid])
    rows = {
        "units": {"building_id": "b0000", "unit": "1", "households": 50},
        "barriers": {"kind": "river", "geometry": river},
        "crossings": {"kind": "bridge", "geometry": square(0, 1).centroid},
        "sites": {
            "site_id": "s1", "name": "一小", "kind": "school", "geometry": square(2, 1),
        },
        "grids": {
            "grid_code": ONE + "001", "community_code": ONE, "geometry": square(0, 0),
        },
        "workers": {"worker_id": "w1", "role": "worker", "community_code": ONE},
        "party_orgs": {"org_id": "p1", "name": "支部", "level": "branch"},
        "department_grids": {
            "department": "公安", "code": "7", "name": "七", "geometry": square(0, 0),
        },
    }  # fmt: skip
    for layer, values in rows.items():
        city = add(city, layer, **values)
    return city


def set_value(city: City, layer: str, row: int, column: Column, value: object) -> City:
    table = getattr(city, layer).copy()
    if len(table):
        values = table[column.name].astype("object")
        values.iloc[row % len(table)] = value
        table[column.name] = values
        table = conform(table, CITY[layer], crs=CRS)
    return replace(city, **{layer: table})


def lose_count(city: City, layer: str, row: int) -> City:
    table = getattr(city, layer).copy()
    if len(table):
        counts = table["households"].astype("Int64")
        counts.iloc[row % len(table)] = pd.NA
        table["households"] = counts
    return replace(city, **{layer: table})


def set_shape(city: City, layer: str, row: int, shape: shapely.Geometry) -> City:
    table = getattr(city, layer)
    shapes = table.geometry.to_numpy().copy()
    if len(table):
        shapes[row % len(table)] = shape
    return replace(city, **{layer: table.set_geometry(gpd.GeoSeries(shapes, crs=CRS))})


def repeat_row(city: City, layer: str, row: int) -> City:
    table = getattr(city, layer)
    again = table.iloc[[row % len(table)]] if len(table) else table
    return replace(city, **{layer: pd.concat([table, again], ignore_index=True)})


def drop_rows(city: City, layer: str, row: int) -> City:
    return replace(city, **{layer: getattr(city, layer).iloc[:row]})


def turn_rows(city: City, layer: str) -> City:
    return replace(
        city, **{layer: getattr(city, layer).iloc[::-1].reset_index(drop=True)}
    )


@st.composite
def breakages(draw: st.DrawFn) -> Callable[[City], City]:
    layer = draw(st.sampled_from(sorted(CITY)))
    row = draw(st.integers(0, 8))
    act = draw(st.sampled_from(["value", "shape", "repeat", "drop", "turn", "count"]))
    if act == "value":
        column = draw(st.sampled_from(CITY[layer].columns))
        value = draw(st.sampled_from(VALUES[column.kind]))
        return lambda city: set_value(city, layer, row, column, value)
    if act == "shape" and CITY[layer].shapes:
        shape = draw(st.sampled_from(SHAPES))
        return lambda city: set_shape(city, layer, row, shape)
    if act == "drop":
        return lambda city: drop_rows(city, layer, row)
    if act == "turn":
        return lambda city: turn_rows(city, layer)
    if act == "count":
        counted = draw(st.sampled_from(["buildings", "units"]))
        return lambda city: lose_count(city, counted, row)
    return lambda city: repeat_row(city, layer, row)


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@given(st.lists(breakages(), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_checks_of_a_broken_city_never_fail(
    broken: list[Callable[[City], City]],
) -> None:
    city = full_city()
    for breakage in broken:
        city = breakage(city)
    before = {layer: getattr(city, layer).copy(deep=True) for layer in CITY}
    mended, notes = mend_city(city)
    for findings in (check_city(city, RULES), [*notes, *check_city(mended, RULES)]):
        _assert_readable(findings)
    for layer, table in before.items():
        pd.testing.assert_frame_equal(getattr(city, layer), table)
    merged = [dict(note.values) for note in notes if note.rule == "I45"]
    twice = sum((m["count"] - 1) * m["households"] for m in merged if _counted(m))
    left = mended.buildings["households"].sum()
    assert left + twice == city.buildings["households"].sum()
    assert mend_city(mended)[1] == []


@given(st.lists(st.tuples(st.integers(-4, 14), st.integers(-4, 14)), min_size=1))
@settings(max_examples=40, deadline=None)
def test_buildings_lie_where_they_are_cut(places: list[tuple[int, int]]) -> None:
    communities = toy_city("ABC\nDEF\nG_H", "112\n322\n3_2").communities
    shapes = np.array([square(row / 4, column / 4) for row, column in places])
    shapes = np.concatenate([shapes, shapely.centroid(shapes)])
    home = home_communities(shapes, communities)
    codes = [None if row < 0 else communities["community_code"][row] for row in home]
    found = locate(gpd.GeoSeries(shapes, crs=CRS), communities)["code"]
    assert [None if pd.isna(code) else code for code in found] == codes


def _counted(values: dict[str, Any]) -> bool:
    return isinstance(values["households"], int)


def _assert_readable(findings: list[Finding]) -> None:
    assert not [finding for finding in findings if finding.rule == "I49"]
    for finding in findings:
        assert finding.message("zh")
        assert finding.message("en")
        assert finding.at is None or np.isfinite(finding.at.bounds).all()
    assert max(Counter(f.rule for f in findings).values(), default=0) <= CAP + 2
    if any(finding.severity == ERROR for finding in findings):
        with pytest.raises(InputError):
            stop_on(findings)
    else:
        stop_on(findings)
