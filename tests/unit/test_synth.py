"""The made-up city: does it look like one, is it sound, is it the same twice?"""

from dataclasses import fields
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.check.cities import check_city
from gridpart.city import City
from gridpart.columns import CITY
from gridpart.errors import InputError
from gridpart.read.cities import read_city
from gridpart.rules import Rules
from gridpart.synth.cities import make_city, write_city
from gridpart.synth.names import community_codes
from tests.assertions import assert_same_table

SAMPLE = Path(__file__).parents[2] / "data" / "sample.gpkg"
HARD = ("river", "water", "railway")


@pytest.fixture(scope="module")
def large() -> City:
    return make_city(122, seed=0)


@pytest.fixture(scope="module")
def sample() -> City:
    return make_city(12, seed=1)


def located(city: City) -> gpd.GeoDataFrame:
    """Buildings with the community they lie in."""
    return gpd.sjoin(city.buildings, city.communities, predicate="within")


def households(city: City) -> pd.Series:
    return located(city).groupby("community_code")["households"].sum()


def sides_of_railway(city: City, community: int) -> list[int]:
    """Households of a community on each side of the railways."""
    rail = shapely.union_all(shapes(city.barriers, "railway"))
    river = shapely.union_all(shapes(city.barriers, "river"))
    ground = city.communities.geometry.iloc[community]
    rest = shapely.difference(ground, shapely.union(rail.buffer(0.05), river))
    homes = city.buildings[city.buildings["households"] > 0]
    people = [
        int(homes.loc[homes.within(part), "households"].sum())
        for part in shapely.get_parts(rest)
    ]
    return [number for number in people if number]


def shapes(table: gpd.GeoDataFrame, kind: str) -> np.ndarray:
    return table.geometry.to_numpy()[table["kind"] == kind]


def assert_sound(city: City, count: int) -> None:
    assert len(city.communities) == count
    ground = city.communities.geometry.to_numpy()
    assert shapely.is_valid(ground).all()
    assert shapely.coverage_is_valid(ground)
    assert set(city.communities.geom_type) == {"Polygon"}
    assert city.communities["community_code"].str.fullmatch(r"\d{6}901\d{3}").all()
    assert city.communities["community_code"].is_unique
    assert len(located(city)) == len(city.buildings)
    assert (households(city).reindex(city.communities["community_code"]) > 0).all()
    assert check_city(city, Rules.preset()) == []


def assert_same_city(one: City, other: City) -> None:
    for field in fields(City):
        if field.name in CITY:
            assert_same_table(getattr(one, field.name), getattr(other, field.name))


def test_proportions(large: City) -> None:
    total, people = large.buildings["households"].sum(), households(large)
    assert 360_000 < total < 385_000
    assert 8_300 < len(large.buildings) < 9_900
    assert 700 < np.maximum(np.round(people / 500), 1).sum() < 800
    assert 2_600 < people.median() < 3_400
    assert people.max() > 6_000
    in_compounds = large.buildings.groupby("compound_id")["households"].sum()
    assert 0.63 < in_compounds.sum() / total < 0.78
    assert in_compounds.between(100, 1500).all()
    assert (in_compounds > 700).sum() > 20
    assert 90 < len(large.sites) < 160


def test_large_city_is_sound(large: City) -> None:
    assert_sound(large, 122)


def test_nothing_overlaps_or_lies_across_a_line(large: City) -> None:
    houses = large.buildings.geometry.to_numpy()
    near = shapely.STRtree(houses).query(houses, predicate="intersects")
    assert (near[0] == near[1]).all()
    lines = large.barriers.geometry.to_numpy()
    assert shapely.STRtree(lines).query(houses, predicate="intersects").size == 0


def test_compounds_lie_in_one_community_and_hold_their_buildings(large: City) -> None:
    inside = gpd.sjoin(large.compounds, large.communities, predicate="covered_by")
    assert len(inside) == len(large.compounds)
    ground = large.compounds.set_index("compound_id").geometry
    mine = large.buildings.dropna(subset="compound_id")
    assert ground.loc[mine["compound_id"]].contains(mine.geometry, align=False).all()


def test_some_small_compounds_without_a_company_join_a_neighbour(large: City) -> None:
    table = large.compounds.set_index("compound_id")
    people = large.buildings.groupby("compound_id")["households"].sum()
    join = table["join"].dropna()
    assert len(join) > 5
    assert not table.loc[join.index, "managed"].any()
    assert not table.loc[join, "managed"].any()
    partner = table.geometry.loc[join].to_numpy()
    edge = shapely.intersection(table.geometry.loc[join.index].to_numpy(), partner)
    assert (shapely.length(edge) > 1).all()
    both = people.loc[join.index].to_numpy() + people.loc[join].to_numpy()
    assert (both <= 650).all()


def test_units_sum_to_buildings(large: City) -> None:
    units = large.units.groupby("building_id")["households"].agg(["sum", "size"])
    table = large.buildings.set_index("building_id")
    homes = table[table["households"] > 0]
    assert (units["sum"].reindex(homes.index) == homes["households"]).all()
    counted = table.loc[units.index]
    assert (counted["units"] == units["size"]).all()
    assert (counted["households"] == units["sum"]).all()


def test_every_floor_and_address_is_there(large: City) -> None:
    assert large.buildings["floors"].between(1, 33).all()
    assert large.buildings["address"].str.fullmatch(r"\D+\d+号(\d+号楼)?").all()
    numbered = large.buildings.dropna(subset="compound_id")["address"]
    assert numbered.str.endswith("号楼").all()
    assert large.buildings["address"].is_unique


@pytest.mark.parametrize("city", ["large", "sample"])
def test_special_places(city: str, request: pytest.FixtureRequest) -> None:
    made: City = request.getfixturevalue(city)
    people = households(made)
    assert people.between(150, 260).any()
    tower = made.buildings[made.buildings["households"] == 900]
    assert len(tower) == 1
    assert made.units["building_id"].isin(tower["building_id"]).sum() == 4
    kinds = set(made.barriers["kind"])
    assert {"river", "railway", "arterial", "street", "wall"} <= kinds
    assert {"bridge", "underpass"} <= set(made.crossings["kind"])
    inside = gpd.sjoin(made.buildings, made.sites, predicate="within")
    assert (inside["households"] == 0).any()


def test_some_live_inside_a_site(large: City) -> None:
    inside = gpd.sjoin(large.buildings, large.sites, predicate="within")
    assert (inside["households"] > 0).any()


@pytest.mark.parametrize("seed", range(4))
def test_one_community_is_cut_by_a_railway_without_a_crossing(seed: int) -> None:
    city = make_city(20, seed)
    rail = shapely.union_all(shapes(city.barriers, "railway"))
    cut = []
    for index, ground in enumerate(city.communities.geometry):
        seam = shapely.intersection(rail, ground.buffer(-1))
        if seam.length < 50 or (city.crossings.distance(seam) < 40).any():
            continue
        sides = sides_of_railway(city, index)
        if len(sides) > 1 and sorted(sides)[-2] > 250:
            cut.append(index)
    assert cut


def test_crossings_lie_on_river_or_railway(large: City) -> None:
    hard = large.barriers[large.barriers["kind"].isin(HARD)]
    assert (large.crossings.distance(hard.union_all()) < 0.01).all()


def test_staff_leaves_vacancies(large: City) -> None:
    grids = np.maximum(np.round(households(large) / 500), 1)
    staff = large.workers.groupby(["role", "community_code"])["worker_id"].size()
    assert (staff["leader"] == 1).all()
    for role, posts in {"worker": 1, "assistant": 4, "micro_worker": 3}.items():
        filled = staff[role].reindex(grids.index).fillna(0)
        assert (filled <= grids * posts).all()
        assert filled.sum() < 0.97 * (grids * posts).sum()
    assert large.workers["worker_id"].is_unique


def test_staff_live_in_their_community_or_say_no_place(large: City) -> None:
    placed = large.workers[large.workers.geometry.notna()]
    home = gpd.sjoin(placed, large.communities, predicate="within")
    assert len(home) == len(placed)
    assert (home["community_code_left"] == home["community_code_right"]).all()
    assert 0.5 < len(placed) / len(large.workers) < 0.7
    spread = placed.geometry.get_coordinates().groupby(placed["community_code"]).std()
    assert spread["x"].median() > 50
    assert (large.workers["capacity"] == 2).sum() > 10
    assert not large.workers["eligible"].all()


def test_resources_of_every_kind(large: City) -> None:
    table = large.resources
    assert table["resource_id"].is_unique
    assert table["name"].notna().all()
    inside = gpd.sjoin(table, large.communities, predicate="within")
    assert len(inside) == len(table)
    number = inside.groupby(["kind", "community_code"]).size()
    assert len(number["service_site"]) == len(number["volunteer_team"]) == 122
    assert (table["kind"] == "resident_org").sum() == len(large.sites)
    teams = table["kind"] == "volunteer_team"
    assert table.loc[teams, "members"].between(6, 40).all()
    assert table.loc[table["kind"] == "service_site", "members"].isna().all()


def test_departments_are_unions_of_communities_or_not(large: City) -> None:
    grids, ground = large.department_grids, large.communities.union_all()
    assert grids["code"].is_unique
    area = grids.area.groupby(grids["department"]).sum()
    assert area["公安"] == pytest.approx(ground.area)
    assert area["卫生健康"] == pytest.approx(ground.area)
    assert 0.9 * ground.area < area["城市管理"] <= 1.001 * ground.area
    police = grids.loc[grids["department"] == "公安", "geometry"].to_numpy()
    assert set(shapely.to_wkb(police)) == set(
        shapely.to_wkb(large.communities.geometry.to_numpy())
    )


def test_party_organisations_are_a_tree(large: City) -> None:
    orgs = large.party_orgs.set_index("org_id")
    assert orgs.index.is_unique
    above = {
        "subdistrict_committee": None,
        "community_committee": "subdistrict_committee",
        "branch": "community_committee",
        "group": "branch",
    }
    for level, parent in above.items():
        ids = orgs.loc[orgs["level"] == level, "parent_id"]
        assert len(ids)
        if parent is None:
            assert ids.isna().all()
        else:
            assert (orgs.loc[ids, "level"] == parent).all()
    below = orgs[orgs["level"].isin(["branch", "group"])]
    parents = orgs.loc[below["parent_id"], "community_code"].to_numpy()
    assert (below["community_code"].to_numpy() == parents).all()
    assert 1_000 < orgs["centre_households"].sum() < 2_000


def test_same_seed_same_city(sample: City) -> None:
    assert_same_city(sample, make_city(12, seed=1))


def test_other_seed_other_city(sample: City) -> None:
    other = make_city(12, seed=2)
    assert len(other.buildings) != len(sample.buildings)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_any_number_of_communities(count: int, seed: int) -> None:
    assert_sound(make_city(count, seed), count)


def test_codes_stay_different_beyond_999_communities() -> None:
    codes = community_codes(2500)
    assert codes[[0, 998, 999, 2499]].tolist() == [
        "640202901001",
        "640202901999",
        "640203901001",
        "640204901502",
    ]
    assert len(set(codes)) == 2500


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (3, -1)])
def test_impossible_wishes_are_refused(count: int, seed: int) -> None:
    with pytest.raises(InputError, match="communities must be 1 or more"):
        make_city(count, seed)


def test_city_comes_back_from_its_file(sample: City, tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    write_city(sample, path)
    assert_same_city(read_city(path), sample)
    assert [file.name for file in tmp_path.iterdir()] == ["city.gpkg"]


def test_tables_without_geometry_are_attribute_layers(
    sample: City, tmp_path: Path
) -> None:
    path = tmp_path / "city.gpkg"
    write_city(sample, path)
    kinds = dict(pyogrio.list_layers(path))
    assert kinds["units"] is None
    assert kinds["party_orgs"] is None
    assert kinds["communities"] == "Polygon"
    assert "grids" not in kinds


def test_equal_cities_make_equal_files(sample: City, tmp_path: Path) -> None:
    for name in ("one.gpkg", "two.gpkg"):
        write_city(sample, tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.gpkg", "two.gpkg"))
    assert one == two


def test_what_an_older_file_left_behind_is_removed(
    sample: City, tmp_path: Path
) -> None:
    (tmp_path / "city.gpkg").write_bytes(b"old")
    (tmp_path / "city.gpkg-wal").write_bytes(b"old")
    write_city(sample, tmp_path / "city.gpkg")
    assert [file.name for file in tmp_path.iterdir()] == ["city.gpkg"]


def test_city_is_written_whole_or_not_at_all(sample: City, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_city(sample, tmp_path / "missing" / "city.gpkg")


def test_sample_is_what_the_seed_makes(sample: City) -> None:
    assert SAMPLE.stat().st_size < 1_500_000
    assert_same_city(read_city(SAMPLE), sample)
