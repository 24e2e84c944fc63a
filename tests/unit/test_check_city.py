"""Each fault of an input, one by one, on a small sound city."""

import functools
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.check import cities
from gridpart.check.cities import check_city, mend_city, stop_on
from gridpart.check.listing import CAP, MORE
from gridpart.city import City, home_communities
from gridpart.errors import InputError
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.rules import Rules
from tests.builders import CRS, community_code
from tests.cities_builder import add, change, shuffled, square, toy_city

RULES = Rules.preset()
ONE, TWO = community_code("1"), community_code("2")
HOUSES = 8
BOW_TIE = "POLYGON ((0 0, 20 20, 20 0, 0 20, 0 0))"


@functools.cache
def town() -> City:
    """Eight buildings in three compounds and two communities."""
    return toy_city("AAB\nACC\n*.*", "111\n122\n122")


def find(city: City, rule: str) -> list[Finding]:
    """The findings of one rule; the city is mended first, as in a flow."""
    mended, notes = mend_city(city)
    found = [*notes, *check_city(mended, RULES)]
    assert not [finding for finding in found if finding.rule == "I49"]
    for finding in found:
        assert finding.message("zh") != finding.message("en")
    return [finding for finding in found if finding.rule == rule]


def only(city: City, rule: str, severity: str) -> Finding:
    """The one finding of a rule."""
    found = find(city, rule)
    assert [finding.severity for finding in found] == [severity], found
    return found[0]


def told(finding: Finding, name: str) -> object:
    """What a finding's sentence is filled with."""
    return dict(finding.values)[name]


def moved(shape: shapely.Geometry, right: float, down: float = 0.0) -> shapely.Geometry:
    return shapely.transform(shape, lambda places: places + np.array([right, -down]))


def at_origin(city: City, wkt: str) -> shapely.Geometry:
    """A shape drawn from the map's lower left corner."""
    left, bottom, _, _ = city.communities.total_bounds
    return moved(shapely.from_wkt(wkt), left, -bottom)


def without_rows(city: City, layer: str) -> City:
    return replace(city, **{layer: getattr(city, layer).iloc[:0]})


# --- a sound city -----------------------------------------------------------------


def test_a_sound_city_has_no_finding() -> None:
    assert mend_city(town())[1] == []
    assert check_city(town(), RULES) == []


def test_one_building_is_a_city() -> None:
    assert check_city(toy_city("A"), RULES) == []


def test_a_sound_city_with_every_layer_has_no_finding() -> None:
    city = add(town(), "units", building_id="b0000", unit="1", households=30)
    city = add(city, "units", building_id="b0000", unit="2", households=20)
    river = shapely.LineString([(38_400_000, 4_299_950), (38_400_150, 4_299_950)])
    city = add(city, "barriers", kind="river", geometry=river)
    bridge = shapely.Point(38_400_075, 4_299_950)
    city = add(city, "crossings", kind="bridge", geometry=bridge)
    city = add(
        city, "sites", site_id="s1", name="一小", kind="school", geometry=square(2, 1)
    )
    city = add(city, "workers", worker_id="w1", role="worker", community_code=ONE)
    city = add(city, "party_orgs", org_id="p1", name="总支", level="branch")
    city = add(
        city, "party_orgs", org_id="p2", name="支部", level="group", parent_id="p1",
        compound_id="A", building_id="b0000", community_code=ONE,
    )  # fmt: skip
    city = change(city, "compounds", 0, join="B")
    assert find(city, "I10") == []
    assert check_city(city, RULES) == []


# --- columns and layers -----------------------------------------------------------


def test_a_column_that_is_not_there_stops_all_else() -> None:
    city = town()
    city = replace(city, buildings=city.buildings.drop(columns="households"))
    mended, notes = mend_city(city)
    assert notes == []
    [finding] = check_city(mended, RULES)
    assert (finding.rule, finding.severity) == ("I10", ERROR)
    assert told(finding, "column") == "households"


def test_required_column_empty_in_every_row() -> None:
    finding = only(change(town(), "communities", [0, 1], name=None), "I10", WARNING)
    assert told(finding, "column") == "name"
    assert finding.sentence == "input.column_empty"


def test_required_value_missing_in_one_row() -> None:
    finding = only(change(town(), "communities", 1, name=" "), "I10", WARNING)
    assert told(finding, "id") == TWO
    assert finding.community_code == TWO


@pytest.mark.parametrize("layer", ["communities", "buildings"])
def test_needed_layer_without_rows(layer: str) -> None:
    finding = only(without_rows(town(), layer), "I11", ERROR)
    assert told(finding, "layer") == layer


def test_other_layer_given_but_without_rows() -> None:
    city = replace(town(), sources={"sites": "0" * 64})
    assert told(only(city, "I11", INFO), "layer") == "sites"


# --- ids and codes ----------------------------------------------------------------

ROWS = {
    "units": {"building_id": "b0000", "unit": "1", "households": 50},
    "sites": {
        "site_id": "s1", "name": "一小", "kind": "school", "geometry": square(2, 1),
    },
    "workers": {"worker_id": "w1", "role": "worker", "community_code": ONE},
    "party_orgs": {"org_id": "p1", "name": "支部", "level": "branch"},
    "grids": {
        "grid_code": ONE + "001", "community_code": ONE, "geometry": square(0, 0),
    },
    "department_grids": {
        "department": "公安", "code": "7", "name": "七", "geometry": square(0, 0),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "column", "severity"),
    [
        ("communities", "community_code", ERROR),
        ("buildings", "building_id", ERROR),
        ("compounds", "compound_id", ERROR),
        ("units", "building_id", ERROR),
        ("units", "unit", ERROR),
        ("sites", "site_id", ERROR),
        ("workers", "worker_id", WARNING),
        ("party_orgs", "org_id", WARNING),
        ("grids", "grid_code", WARNING),
    ],
)
def test_missing_id(layer: str, column: str, severity: str) -> None:
    city = add(town(), layer, **ROWS[layer]) if layer in ROWS else town()
    finding = only(change(city, layer, 0, **{column: "  "}), "I12", severity)
    assert told(finding, "layer") == layer
    assert told(finding, "column") == column
    assert told(finding, "id") == "#1"


@pytest.mark.parametrize(
    ("layer", "severity", "name"),
    [
        ("communities", ERROR, ONE),
        ("buildings", ERROR, "b0000"),
        ("compounds", ERROR, "A"),
        ("units", ERROR, "b0000 / 1"),
        ("sites", ERROR, "s1"),
        ("workers", WARNING, "w1"),
        ("party_orgs", WARNING, "p1"),
        ("grids", WARNING, ONE + "001"),
        ("department_grids", WARNING, "公安 / 7"),
    ],
)
def test_id_given_twice(layer: str, severity: str, name: str) -> None:
    city = add(town(), layer, **ROWS[layer]) if layer in ROWS else town()
    table = getattr(city, layer)
    twice = pd.concat([table, table.iloc[:1]], ignore_index=True)
    if layer == "buildings":
        twice.loc[len(twice) - 1, "households"] = 7
    finding = only(replace(city, **{layer: twice}), "I13", severity)
    assert told(finding, "id") == name
    assert told(finding, "count") == 2


def test_building_named_like_a_unit_of_another() -> None:
    city = add(town(), "units", building_id="b0000", unit="1", households=50)
    city = change(city, "buildings", 1, building_id="b0000#1")
    assert told(only(city, "I13", ERROR), "id") == "b0000#1"


@pytest.mark.parametrize(
    "code", ["64020290100", "6402029010011", "64020290100A", "６４０２０２９０１００１"]
)
def test_community_code_that_is_not_12_digits(code: str) -> None:
    finding = only(change(town(), "communities", 0, community_code=code), "I14", ERROR)
    assert told(finding, "id") == code
    assert shapely.dwithin(finding.at, town().communities.geometry[0], 0)


@pytest.mark.parametrize("layer", ["workers", "party_orgs", "grids"])
def test_code_of_no_community(layer: str) -> None:
    row = ROWS[layer] | {"community_code": "640202901009"}
    finding = only(add(town(), layer, **row), "I15", WARNING)
    assert told(finding, "code") == "640202901009"


# --- households, workload, units --------------------------------------------------


def test_negative_households() -> None:
    finding = only(change(town(), "buildings", 4, households=-3), "I16", ERROR)
    assert told(finding, "id") == "b0101"
    assert told(finding, "households") == -3
    assert finding.community_code == TWO
    assert finding.at == town().buildings.geometry[4].centroid


def test_missing_households() -> None:
    city = town()
    counts = city.buildings["households"].astype("Int64")
    counts[3] = pd.NA
    city = replace(city, buildings=city.buildings.assign(households=counts))
    finding = only(city, "I16", ERROR)
    assert finding.sentence == "input.households_missing"
    assert told(finding, "id") == "b0100"


def test_fractional_households_and_their_type() -> None:
    city = town()
    counts = city.buildings["households"].astype(float)
    counts[3] = 12.5
    found = find(
        replace(city, buildings=city.buildings.assign(households=counts)), "I16"
    )
    assert [finding.sentence for finding in found] == [
        "input.households_fractional",
        "input.households_type",
    ]
    assert told(found[0], "households") == 12.5


@pytest.mark.parametrize(
    ("households", "floors", "severity", "sentence"),
    [
        (3_000, None, None, None),
        (3_001, None, WARNING, "input.households_many"),
        (20_001, None, ERROR, "input.households_impossible"),
        (360, 6, None, None),
        (361, 6, WARNING, "input.households_dense"),
        (361, 0, None, None),
    ],
)
def test_absurd_households(
    households: int, floors: int | None, severity: str | None, sentence: str | None
) -> None:
    city = change(town(), "buildings", 0, households=households, floors=floors)
    found = find(city, "I17")
    assert [(f.severity, f.sentence) for f in found] == (
        [(severity, sentence)] if severity else []
    )
    if found:
        assert told(found[0], "id") == "b0000"


def test_community_with_absurdly_many_households() -> None:
    city = change(town(), "buildings", slice(None), households=2_900, floors=None)
    assert find(city, "I18") == []
    many = toy_city("AAAAAAAA")
    many = change(many, "buildings", slice(None), households=2_600, floors=None)
    finding = only(many, "I18", WARNING)
    assert told(finding, "households") == 8 * 2_600
    assert finding.community_code == ONE


@pytest.mark.parametrize("workload", [-1.0, float("inf")])
def test_impossible_workload(workload: float) -> None:
    finding = only(change(town(), "buildings", 0, workload=workload), "I19", ERROR)
    assert told(finding, "id") == "b0000"


def test_units_that_do_not_add_up() -> None:
    city = add(town(), "units", building_id="b0000", unit="1", households=20)
    city = add(city, "units", building_id="b0000", unit="2", households=20)
    finding = only(city, "I20", WARNING)
    assert told(finding, "id") == "b0000"
    assert (told(finding, "summed"), told(finding, "households")) == (40, 50)


def test_unit_of_an_unknown_building() -> None:
    city = add(town(), "units", building_id="b9", unit="1", households=20)
    assert told(only(city, "I21", WARNING), "id") == "b9"


# --- references -------------------------------------------------------------------


def test_compound_that_nobody_listed() -> None:
    finding = only(change(town(), "buildings", [0, 1], compound_id="Z"), "I22", INFO)
    assert (told(finding, "id"), told(finding, "count")) == ("Z", 2)


def test_compounds_need_no_list() -> None:
    assert check_city(without_rows(town(), "compounds"), RULES) == []


def test_join_to_an_unknown_compound() -> None:
    finding = only(change(town(), "compounds", 0, join="Q"), "I23", WARNING)
    assert (told(finding, "id"), told(finding, "join")) == ("A", "Q")


def test_joins_in_a_circle() -> None:
    city = change(change(town(), "compounds", 0, join="B"), "compounds", 1, join="A")
    finding = only(city, "I23", INFO)
    assert told(finding, "id") == "A, B"


def test_join_across_communities() -> None:
    finding = only(change(town(), "compounds", 0, join="C"), "I23", WARNING)
    assert finding.sentence == "input.join_apart"
    assert (told(finding, "id"), told(finding, "join")) == ("A", "C")


LINE = shapely.LineString([(38_400_000, 4_299_950), (38_400_150, 4_299_950)])


@pytest.mark.parametrize(
    ("kind", "strength", "value"),
    [("hedge", None, "hedge"), ("river", "very", "very"), ("hedge", "soft", None)],
)
def test_unknown_barrier(kind: str, strength: str | None, value: str | None) -> None:
    city = add(town(), "barriers", kind=kind, strength=strength, geometry=LINE)
    found = find(city, "I24")
    assert [told(f, "value") for f in found] == ([value] if value else [])
    assert all(f.severity == WARNING and told(f, "count") == 1 for f in found)


def test_worker_without_place_or_community() -> None:
    city = add(town(), "workers", worker_id="w1", role="worker")
    assert told(only(city, "I25", WARNING), "id") == "w1"
    city = change(city, "workers", 0, geometry=square(0, 0).centroid)
    assert find(city, "I25") == []


def test_worker_with_an_unknown_role() -> None:
    city = add(town(), "workers", worker_id="w1", role="boss", community_code=ONE)
    assert told(only(city, "I25", WARNING), "role") == "boss"


@pytest.mark.parametrize("column", ["parent_id", "compound_id", "building_id"])
def test_party_organisation_that_names_nothing_known(column: str) -> None:
    city = add(town(), "party_orgs", **(ROWS["party_orgs"] | {column: "nowhere"}))
    finding = only(city, "I26", WARNING)
    assert told(finding, "column") == column
    assert (told(finding, "id"), told(finding, "named")) == ("p1", "nowhere")


@pytest.mark.parametrize("parents", [{"p1": "p2", "p2": "p1"}, {"p1": "p1"}])
def test_party_organisations_in_a_circle(parents: dict[str, str]) -> None:
    city = town()
    for org, parent in parents.items():
        row = ROWS["party_orgs"] | {"org_id": org, "parent_id": parent}
        city = add(city, "party_orgs", **row)
    assert told(only(city, "I26", WARNING), "id") == ", ".join(parents)


def test_resource_outside_all_communities() -> None:
    site = {"name": "驿站", "kind": "service_site"}
    far, near = square(90, 90).centroid, square(0, 0).centroid
    city = add(town(), "resources", resource_id="r1", geometry=far, **site)
    city = add(city, "resources", resource_id="r2", geometry=near, **site)
    assert told(only(city, "I27", WARNING), "id") == "r1"


# --- shapes -----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
@pytest.mark.parametrize("layer", ["communities", "buildings"])
def test_row_without_shape(layer: str, shape: shapely.Geometry | None) -> None:
    city = town()
    shapes = city.__getattribute__(layer).geometry.to_numpy().copy()
    shapes[0] = shape
    table = getattr(city, layer).set_geometry(gpd.GeoSeries(shapes, crs=CRS))
    finding = only(replace(city, **{layer: table}), "I30", ERROR)
    assert told(finding, "layer") == layer
    assert told(finding, "id") in (ONE, "b0000")


def test_building_without_shape_where_nobody_lives_is_left_out() -> None:
    city = change(town(), "buildings", 0, geometry=None, households=0)
    mended, _ = mend_city(city)
    assert len(mended.buildings) == HOUSES - 1
    assert told(only(city, "I47", WARNING), "count") == 1
    assert find(city, "I30") == []


@pytest.mark.parametrize("layer", ["barriers", "crossings", "grids"])
def test_row_that_is_nothing_without_a_shape_is_left_out(layer: str) -> None:
    row = {
        "barriers": {"kind": "river"},
        "crossings": {"kind": "bridge"},
        "grids": {"grid_code": ONE + "001", "community_code": ONE},
    }[layer]
    city = add(town(), layer, **row)
    assert told(only(city, "I47", WARNING), "layer") == layer
    assert len(getattr(mend_city(city)[0], layer)) == 0


def test_barrier_of_no_length_is_left_out() -> None:
    dot = shapely.LineString([(38_400_000, 4_299_950)] * 2)
    city = add(town(), "barriers", kind="river", geometry=dot)
    assert told(only(city, "I47", WARNING), "layer") == "barriers"


def test_communities_as_points() -> None:
    city = town()
    points = city.communities.set_geometry(city.communities.centroid)
    found = find(replace(city, communities=points), "I31")
    assert [(f.severity, told(f, "id")) for f in found] == [(ERROR, ONE), (ERROR, TWO)]
    assert told(found[0], "kind") == "Point"


def test_compound_as_a_point_keeps_its_row() -> None:
    city = change(town(), "compounds", 0, geometry=square(0, 0).centroid)
    assert told(only(city, "I47", WARNING), "layer") == "compounds"
    mended, _ = mend_city(city)
    assert list(mended.compounds["compound_id"]) == ["A", "B", "C"]
    assert mended.compounds.geometry[0] is None


def test_buildings_as_points_are_said_once() -> None:
    city = town()
    city = replace(city, buildings=city.buildings.set_geometry(city.buildings.centroid))
    finding = only(city, "I31", INFO)
    assert (finding.sentence, told(finding, "count")) == ("input.points", HOUSES)
    assert check_city(city, RULES) == [finding]


def test_buildings_as_points_and_polygons() -> None:
    city = town()
    city = change(city, "buildings", 0, geometry=city.buildings.geometry[0].centroid)
    finding = only(city, "I31", INFO)
    assert (told(finding, "count"), told(finding, "rest")) == (1, HOUSES - 1)


@pytest.mark.parametrize("kind", ["LineString", "MultiPoint"])
def test_buildings_as_something_else(kind: str) -> None:
    ends = [(38_400_000, 4_299_950), (38_400_010, 4_299_950)]
    shape = getattr(shapely, kind)(ends)
    finding = only(change(town(), "buildings", 0, geometry=shape), "I31", ERROR)
    assert (told(finding, "id"), told(finding, "kind")) == ("b0000", kind)


@pytest.mark.parametrize("layer", ["communities", "buildings", "compounds"])
def test_shape_that_a_repair_would_change(layer: str) -> None:
    city = town()
    city = change(city, layer, 0, geometry=at_origin(city, BOW_TIE))
    finding = only(city, "I32", ERROR)
    assert told(finding, "layer") == layer
    assert "Self-intersection" in finding.message("en")
    assert "图形无效（自相交）" in finding.message("zh")
    assert finding.at is not None
    assert find(city, "I35") == []


def test_bad_community_does_not_make_its_buildings_lost() -> None:
    city = change(town(), "communities", 0, geometry=None)
    assert find(city, "I35") == []


def test_coordinates_that_are_no_numbers() -> None:
    city = town()
    with np.errstate(invalid="ignore"):
        nowhere = shapely.Point(float("nan"), 4_299_950.0)
    city = change(city, "buildings", 0, geometry=nowhere)
    finding = only(city, "I33", ERROR)
    assert told(finding, "id") == "b0000"
    assert finding.at is None


def test_coordinates_off_the_earth() -> None:
    city = change(town(), "buildings", 0, geometry=shapely.box(1e9, 0, 1e9 + 10, 10))
    assert told(only(city, "I33", ERROR), "id") == "b0000"


@pytest.mark.parametrize(("factor", "count"), [(1.0, 0), (2_100.0, 1), (0.05, 1)])
def test_extent_that_is_no_city(factor: float, count: int) -> None:
    city = town()
    scaled = {
        layer: getattr(city, layer).set_geometry(
            gpd.GeoSeries(
                shapely.transform(
                    getattr(city, layer).geometry.to_numpy(), lambda p: p * factor
                ),
                crs=CRS,
            )
        )
        for layer in ("communities", "buildings", "compounds")
    }
    scaled = {
        layer: table.set_geometry(
            table.translate(38_400_000 * (1 - factor), 4_300_000 * (1 - factor))
        )
        for layer, table in scaled.items()
    }
    found = find(replace(city, **scaled), "I33")
    assert [f.severity for f in found] == [WARNING] * count


@pytest.mark.parametrize(
    ("metres", "severity", "sentence"),
    [
        (10.0, ERROR, "input.overlap"),
        (0.1, WARNING, "input.overlap_thin"),
        (0.0, None, None),
    ],
)
def test_overlapping_communities(
    metres: float, severity: str | None, sentence: str | None
) -> None:
    city = toy_city("AB", "12")
    wider = square(0, 0).union(moved(square(0, 0), metres))
    found = find(change(city, "communities", 0, geometry=wider), "I34")
    assert [(f.severity, f.sentence) for f in found] == (
        [(severity, sentence)] if severity else []
    )
    for finding in found:
        assert (told(finding, "id"), told(finding, "other")) == (ONE, TWO)
        assert told(finding, "area") == pytest.approx(metres * 50)
        assert wider.boundary.distance(finding.at) <= metres


def test_building_on_a_building() -> None:
    city = toy_city("AA")
    half = moved(city.buildings.geometry[0], 12.4)
    finding = only(change(city, "buildings", 1, geometry=half), "I37", WARNING)
    assert (told(finding, "id"), told(finding, "other")) == ("b0000", "b0001")
    assert finding.community_code == ONE
    apart = moved(city.buildings.geometry[0], 12.6)
    assert find(change(city, "buildings", 1, geometry=apart), "I37") == []


def test_roof_or_shed_on_a_building_is_only_counted() -> None:
    city = toy_city("AAB")
    city = change(city, "buildings", 1, geometry=city.buildings.geometry[0])
    finding = only(change(city, "buildings", 1, households=0), "I37", INFO)
    assert (finding.sentence, told(finding, "count")) == ("input.buildings_covered", 1)


def test_buildings_as_points_in_one_place() -> None:
    city = toy_city("AAB")
    spot = city.buildings.geometry[0].centroid
    city = change(city, "buildings", [0, 1], geometry=[spot, spot])
    finding = only(city, "I37", WARNING)
    assert (told(finding, "id"), told(finding, "other")) == ("b0000", "b0001")


# --- places -----------------------------------------------------------------------


def test_building_outside_all_communities() -> None:
    city = change(town(), "buildings", 0, geometry=square(9, 9), households=70)
    found = find(city, "I35")
    assert [f.severity for f in found] == [WARNING, WARNING]
    total, one = found
    assert (told(total, "count"), told(total, "households")) == (1, 70)
    assert (told(one, "id"), told(one, "households")) == ("b0000", 70)
    assert shapely.dwithin(square(9, 9), one.at, 0)


def test_building_that_only_touches_a_community_is_not_outside() -> None:
    city = change(town(), "buildings", 0, geometry=square(-1, 0))
    assert find(city, "I35") == []
    assert (
        home_communities(city.buildings.geometry.to_numpy(), city.communities)[0] == 0
    )


def test_households_outside_are_counted_to_the_last() -> None:
    many = toy_city("A" * 30 + "B", "1" * 30 + "2")
    west = many.communities.iloc[1:].reset_index(drop=True)
    found = find(replace(many, communities=west), "I35")
    assert len(found) == CAP + 1
    assert told(found[0], "households") == 30 * 50
    assert found[-1].sentence == MORE
    assert told(found[-1], "count") == 31 - CAP


def test_all_buildings_outside() -> None:
    city = town()
    away = city.communities.translate(5_000, 0)
    city = replace(city, communities=city.communities.set_geometry(away))
    found = find(city, "I35")
    assert found[0].severity == ERROR
    assert told(found[0], "count") == HOUSES


@pytest.mark.parametrize(
    ("right", "severity"),
    [(25.0, WARNING), (18.0, INFO), (12.0, None), (37.0, None)],
)
def test_building_in_two_communities(right: float, severity: str | None) -> None:
    city = toy_city("AB", "12")
    city = change(
        city, "buildings", 0, geometry=moved(city.buildings.geometry[0], right)
    )
    city = change(city, "buildings", 1, geometry=moved(square(0, 1).centroid, 20))
    found = find(city, "I36")
    assert [f.severity for f in found] == ([severity] if severity else [])
    for finding in found:
        assert told(finding, "id") == "b0000"
        assert {told(finding, "code"), told(finding, "other")} == {ONE, TWO}


def test_building_in_two_communities_where_nobody_lives() -> None:
    city = toy_city("A.", "12")
    right = moved(city.buildings.geometry[0], 25.0)
    city = change(city, "buildings", 0, geometry=right, households=0)
    assert only(city, "I36", INFO).sentence == "input.astride"


def test_compound_that_spans_communities() -> None:
    finding = only(toy_city("AAB", "122"), "I38", WARNING)
    assert told(finding, "id") == "A"
    assert told(finding, "communities") == f"{ONE} (50), {TWO} (50)"
    assert finding.community_code == ONE
    assert shapely.dwithin(square(0, 0), finding.at, 0)


def test_compound_that_spans_communities_by_its_polygon() -> None:
    city = change(toy_city("AAB", "122"), "buildings", [0, 1], compound_id=None)
    assert told(only(city, "I38", WARNING), "id") == "A"


def test_community_without_buildings() -> None:
    finding = only(toy_city("A.", "12"), "I39", INFO)
    assert finding.sentence == "input.community_bare"
    assert finding.community_code == TWO


def test_community_without_households() -> None:
    finding = only(
        change(toy_city("AB", "12"), "buildings", 1, households=0), "I39", INFO
    )
    assert finding.sentence == "input.community_unlived"
    assert finding.community_code == TWO


@pytest.mark.parametrize(
    ("kind", "strength", "down", "count"),
    [
        ("river", None, 0.0, 0),
        ("river", None, 39.0, 0),
        ("river", None, 41.0, 1),
        ("river", "soft", 0.0, 1),
        ("street", None, 0.0, 1),
        ("street", "hard", 0.0, 0),
    ],
)
def test_crossing_far_from_every_hard_barrier(
    kind: str, strength: str | None, down: float, count: int
) -> None:
    city = add(town(), "barriers", kind=kind, strength=strength, geometry=LINE)
    spot = moved(shapely.Point(38_400_075, 4_299_950), 0, down)
    city = add(city, "crossings", kind="bridge", geometry=spot)
    found = find(city, "I40")
    assert [(f.severity, f.at) for f in found] == [(INFO, spot)] * count


def site(name: str, shape: shapely.Geometry) -> dict[str, object]:
    return {"site_id": name, "name": "一小", "kind": "school", "geometry": shape}


def test_site_outside_all_communities() -> None:
    finding = only(add(town(), "sites", **site("s1", square(9, 9))), "I41", WARNING)
    assert (finding.sentence, told(finding, "id")) == ("input.site_outside", "s1")


def test_site_across_communities() -> None:
    city = add(
        toy_city("AB\n..", "12\n12"), "sites", **site("s1", square(1, 0, 1, 1.5))
    )
    finding = only(city, "I41", WARNING)
    assert told(finding, "id") == "s1"
    assert (told(finding, "code"), told(finding, "other")) == (ONE, TWO)
    assert told(finding, "share") == "67%"


def test_overlapping_sites() -> None:
    city = add(town(), "sites", **site("s1", square(2, 0)))
    city = add(city, "sites", **site("s2", square(2, 0.5)))
    finding = only(city, "I42", WARNING)
    assert (told(finding, "id"), told(finding, "other")) == ("s1", "s2")
    assert told(finding, "area") == 1250


def test_sites_over_a_whole_community() -> None:
    city = add(toy_city("AB", "12"), "sites", **site("s1", square(0, 0)))
    finding = only(city, "I43", WARNING)
    assert finding.community_code == ONE


# --- mends ------------------------------------------------------------------------


def test_heights_repeated_vertices_and_wrappings_are_dropped() -> None:
    city = town()
    ring = shapely.get_coordinates(city.buildings.geometry[0])
    tall = shapely.polygons(np.column_stack([ring, np.full(len(ring), 9.0)]))
    doubled = shapely.polygons(np.repeat(ring, 2, axis=0))
    wrapped = shapely.multipolygons([city.buildings.geometry[2]])
    shapes = [tall, moved(doubled, 50.0), wrapped]
    broken = change(city, "buildings", [0, 1, 2], geometry=shapes)
    mended, notes = mend_city(broken)
    assert [(f.rule, f.severity, f.sentence, told(f, "layers")) for f in notes] == [
        ("I44", INFO, "input.flattened", "buildings 1"),
        ("I44", INFO, "input.unwrapped", "buildings 1"),
        ("I44", INFO, "input.vertices", "buildings 1"),
    ]
    assert list(mended.buildings.geometry.to_wkb()) == list(
        city.buildings.geometry.to_wkb()
    )


def test_invalid_shape_is_repaired_where_nothing_is_lost() -> None:
    city = town()
    spike = "POLYGON ((0 0, 150 0, 150 50, 200 50, 150 50, 150 150, 0 150, 0 0))"
    shape = at_origin(city, spike)
    assert not shape.is_valid
    city = replace(toy_city("AAB\nACC\n*.*"))
    mended, notes = mend_city(change(city, "communities", 0, geometry=shape))
    [note] = notes
    assert (note.rule, note.severity, told(note, "id")) == ("I32", INFO, ONE)
    assert mended.communities.geometry[0].equals(city.communities.geometry[0])
    assert check_city(mended, RULES) == []


def test_collection_gives_its_polygon() -> None:
    city = town()
    house = city.buildings.geometry[0]
    mixed = shapely.GeometryCollection([house, LINE])
    mended, notes = mend_city(change(city, "buildings", 0, geometry=mixed))
    assert mended.buildings.geometry[0].equals(house)
    assert [note.rule for note in notes] == ["I32"]


def test_rows_that_are_the_same_in_everything_are_merged() -> None:
    city = town()
    rows = [*range(HOUSES), 2, 2]
    again = city.buildings.iloc[rows].reset_index(drop=True)
    mended, [note] = mend_city(replace(city, buildings=again))
    assert (note.rule, note.severity) == ("I45", WARNING)
    assert (told(note, "id"), told(note, "households")) == ("b0002", 50)
    assert told(note, "count") == 3
    pd.testing.assert_frame_equal(mended.buildings, city.buildings)


def test_space_around_ids_is_stripped() -> None:
    city = change(
        town(), "buildings", 0, building_id="\u3000b0000 ", compound_id="A\u200b"
    )
    mended, [note] = mend_city(city)
    assert (note.rule, note.severity, told(note, "count")) == ("I46", INFO, 2)
    pd.testing.assert_frame_equal(mended.buildings, town().buildings)


def test_mending_twice_changes_nothing_more() -> None:
    city = change(town(), "buildings", 0, building_id=" b0000 ")
    once, _ = mend_city(city)
    twice, notes = mend_city(once)
    assert notes == []
    pd.testing.assert_frame_equal(twice.buildings, once.buildings)


# --- the list ---------------------------------------------------------------------


def test_a_flood_is_cut_to_twenty_with_the_worst_first() -> None:
    city = toy_city("A" * 60)
    city = change(city, "buildings", slice(0, 29), households=3_500)
    city = change(city, "buildings", slice(30, 44), households=25_000)
    found = find(city, "I17")
    assert [f.severity for f in found[:CAP]] == [ERROR] * 15 + [WARNING] * 5
    [more] = found[CAP:]
    assert (more.sentence, more.severity, told(more, "count")) == (MORE, WARNING, 25)


def test_order_of_rows_does_not_matter() -> None:
    city = toy_city("AAB\nACC\n*.*", "111\n222\n222")
    city = change(city, "buildings", [0, 1], building_id="x", households=-1)
    city = change(city, "buildings", 3, geometry=square(7, 7))
    city = add(city, "sites", **site("s1", square(2, 0)))
    city = add(city, "sites", **site("s2", square(2, 0.5)))
    for seed in range(5):
        assert check_city(shuffled(city, seed), RULES) == check_city(city, RULES)


def test_check_that_fails_is_reported_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check_nothing(_: object) -> list[Finding]:
        raise KeyError("x")

    monkeypatch.setattr(cities, "CHECKS", (check_nothing, *cities.CHECKS))
    bad, worse = check_city(change(town(), "buildings", 0, households=-1), RULES)
    assert (bad.rule, worse.rule, worse.severity) == ("I16", "I49", ERROR)
    assert told(worse, "check") == "check_nothing"


def test_stop_on_lets_warnings_pass() -> None:
    stop_on([])
    stop_on([Finding("I35", WARNING, "input.more", {"rule": "I35", "count": 1})])


def test_stop_on_names_ten_errors_and_counts_the_rest() -> None:
    city = change(toy_city("A" * 40), "buildings", slice(0, 34), households=-2)
    with pytest.raises(InputError) as refused:
        stop_on(check_city(city, RULES))
    lines = str(refused.value).splitlines()
    assert len(lines) == 1 + 10 + 1
    assert lines[1] == (
        "I16 layer buildings, b0000: -2 households, must be 0 or more. Correct it."
    )
    assert lines[-1] == "and 25 more."
