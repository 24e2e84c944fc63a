"""Real cities from file to plan: sound, and nothing hidden."""

from pathlib import Path

import pytest

from gridpart.city import take_communities
from gridpart.flows import divide
from gridpart.read.cities import read_city
from gridpart.rules import Rules
from tests.assertions import assert_connected, assert_sound

CITIES = Path(__file__).parents[1] / "cities"
RULES = Rules.preset().replace("search", starts=4, moves=60)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["beijing", "wuhan", "helsinki", "shanghai"])
def test_a_real_city_is_divided_soundly(name: str, shared_data: Path) -> None:
    assert (shared_data / "cities" / f"{name}.gpkg").is_file()
    city = read_city(CITIES / f"{name}.toml")
    plan = divide(city, RULES)
    assert_sound(plan, take_communities(city, list(city.communities["community_code"])))
    assert_connected(plan)
    assert not (plan.findings["severity"] == "error").any()
    off = plan.base_grids["deviation"].abs() > RULES.size.tolerance + 1e-9
    assert plan.base_grids.loc[off, "reason"].notna().all()


@pytest.mark.shared
def test_manhattan_with_its_giant_buildings(shared_data: Path) -> None:
    """A dozen census tracts: compounds and buildings above a whole grid."""
    assert (shared_data / "cities" / "manhattan.gpkg").is_file()
    city = read_city(CITIES / "manhattan.toml")
    codes = sorted(city.communities["community_code"])[:12]
    plan = divide(city, RULES, only=codes)
    assert_connected(plan)
    assert not (plan.findings["severity"] == "error").any()
    large = plan.base_grids["households"] > RULES.size.high
    assert large.any()
    assert plan.base_grids.loc[large, "reason"].notna().all()


@pytest.mark.shared
def test_shanghai_by_compound_and_building(shared_data: Path) -> None:
    """Some communities, with compounds from a map and many loose buildings."""
    assert (shared_data / "cities" / "shanghai.gpkg").is_file()
    city = read_city(CITIES / "shanghai.toml")
    codes = sorted(city.communities["community_code"])[:6]
    plan = divide(city, Rules.preset("weinan"), only=codes)
    assert_sound(plan, take_communities(city, codes))
    assert not (plan.findings["severity"] == "error").any()
    small = plan.base_grids["households"] < 100
    assert plan.base_grids.loc[small, "reason"].notna().all()
