"""The real cities come in whole through their city.toml, made-up codes and all."""

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridpart.columns import CITY
from gridpart.crs import is_metric
from gridpart.finding import ERROR
from gridpart.read.cities import read_city
from gridpart.rules import Rules
from tests import city_files

TOMLS = Path(__file__).parents[1] / "cities"

# As the data's own README counts them: communities, buildings, households.
COUNTS = {
    "beijing": (10, 511, 10_796),
    "helsinki": (7, 482, 5_593),
    "manhattan": (57, 8_020, 187_222),
    "olemps": (1, 2_273, 1_429),
    "shanghai": (29, 1_289, 43_778),
    "singapore": (332, 13_150, 1_158_824),
    "wuhan": (14, 234, 9_200),
}

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def cities():
    return {path.stem: read_city(path) for path in sorted(TOMLS.glob("*.toml"))}


def test_every_real_city_has_a_toml(shared_data):
    there = {path.stem for path in (shared_data / "cities").glob("*.gpkg")}
    assert there == set(COUNTS) == {path.stem for path in TOMLS.glob("*.toml")}


@pytest.mark.parametrize("name", COUNTS)
def test_nobody_is_lost_on_the_way_in(cities, name):
    city = cities[name]
    households = int(city.buildings["households"].sum())
    assert (len(city.communities), len(city.buildings), households) == COUNTS[name]
    assert not [note for note in city.notes if note.severity == ERROR]


@pytest.mark.parametrize("name", COUNTS)
def test_a_real_city_is_fit_to_be_divided(cities, name):
    city = cities[name]
    codes = city.communities["community_code"]
    assert codes.is_unique
    assert codes.str.fullmatch(r"[0-9]{6}901[0-9]{3}").all()
    assert city.communities["name"].notna().all()
    assert city.buildings["building_id"].is_unique
    assert city.buildings["households"].dtype == "int64"
    west, south, east, north = city.communities.to_crs(4326).total_bounds
    assert is_metric(city.crs, (west + east) / 2, (south + north) / 2)
    for table in CITY:
        frame = getattr(city, table)
        assert list(frame.index) == list(range(len(frame)))
        assert getattr(frame, "crs", city.crs) == city.crs
    strength = Rules.preset().barriers.strength
    assert set(city.barriers["kind"]) <= set(strength)
    assert city.sites.geom_type.isin(["Polygon", "MultiPolygon"]).all()


def test_compounds_of_manhattan_follow_from_the_place(cities, shared_data):
    city = cities["manhattan"]
    raw = gpd.read_file(
        shared_data / "cities" / "manhattan.gpkg", layer="buildings", columns=["bbl"]
    )
    placed = city.buildings["compound_id"]
    assert placed.nunique() == len(city.compounds) == 95
    assert (placed.dropna() == raw["bbl"][placed.notna()]).all()


def test_bridges_cross_the_water_of_shanghai(cities):
    city = cities["shanghai"]
    water = city.barriers[city.barriers["kind"] == "river"].union_all()
    assert city.crossings.distance(water).max() < 20


def test_points_are_refused_as_sites_one_by_one(cities):
    (left_out,) = city_files.told(cities["beijing"], "I04")
    assert left_out["rows"] == 5
    assert len(cities["beijing"].sites) == 3


@pytest.mark.parametrize(("name", "count"), [("shizuishan", 122), ("weinan", 394)])
def test_real_codes_and_names_join_polygons(shared_data, tmp_path, name, count):
    """The lists have no polygons: made-up squares stand in for them."""
    table = shared_data / "communities" / f"{name}_communities.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        listed = {row["code12"]: row["name"] for row in csv.DictReader(file)}
    assert len(listed) == count
    codes = sorted(listed, reverse=True)
    squares = [
        shapely.box(500_000 + 300 * i, 4_300_000, 500_000 + 300 * (i + 1), 4_300_300)
        for i in range(count)
    ]
    frame = gpd.GeoDataFrame({"code": codes}, geometry=squares, crs="EPSG:4544")
    city_files.write(frame, tmp_path / "squares.gpkg")
    houses = pd.DataFrame(
        {"building_id": codes, "households": 300, "x": frame.centroid.x, "y": 4_300_150}
    )
    houses.to_csv(tmp_path / "houses.csv", index=False, encoding="gb18030")
    toml = tmp_path / "city.toml"
    toml.write_text(
        f"""
        crs = "EPSG:4544"
        [[communities]]
        path = "squares.gpkg"
        columns = {{community_code = "code"}}
        [[communities]]
        path = '{table}'
        columns = {{community_code = "code12", subdistrict = "street"}}
        [buildings]
        path = "houses.csv"
        """,
        "utf-8",
    )
    city = read_city(toml)
    read = city.communities.set_index("community_code")["name"].to_dict()
    assert read == listed
    assert city.communities["subdistrict"].notna().all()
    assert city.buildings["building_id"].tolist() == codes
