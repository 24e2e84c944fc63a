"""A city on the levels compound, building, unit: one division, judged all round."""

import pytest
import shapely

from gridpart.city import City
from gridpart.flows import divide
from gridpart.measure.levels import statistics
from gridpart.partition.communities import stand_ins
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.synth.cities import make_city


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(3, seed=4)


@pytest.fixture(scope="module")
def plan(city: City) -> Plan:
    return divide(city, Rules.preset("weinan"))


def test_no_rule_is_broken_and_no_household_lost(plan: Plan, city: City) -> None:
    errors = plan.findings[plan.findings["severity"] == "error"]
    assert errors.empty, errors["message_en"].tolist()
    assert not plan.findings["rule"].isin(["V09", "V10"]).any()
    total = city.buildings["households"].sum()
    for by in ("city", "community", "grid", "micro", "third"):
        assert statistics(plan, by)["households"].sum() == total
    for _, tiles in plan.atoms.groupby("community_code")["geometry"]:
        assert shapely.coverage_is_valid(tiles.to_numpy())


def test_base_grids_are_compounds(plan: Plan, city: City) -> None:
    atoms = plan.atoms[plan.atoms["base_grid"].notna() & (plan.atoms["households"] > 0)]
    whole = atoms.groupby("compound_id")["base_grid"].nunique() == 1
    assert whole.mean() > 0.95
    size = atoms.groupby("base_grid")["households"].sum()
    small = size[size < 100]
    reasons = plan.base_grids.set_index("grid_code")["reason"]
    assert reasons[small.index].notna().all()
    large = atoms.groupby("compound_id")["households"].sum() >= 100
    joined = stand_ins(city.compounds)
    alone = (large & whole & ~large.index.isin(joined.index)).loc[lambda yes: yes].index
    grids = atoms.loc[atoms["compound_id"].isin(alone), "base_grid"]
    assert len(alone) > 5
    assert grids.nunique() == len(alone)


def test_micro_grids_are_buildings_and_the_third_level_units(
    plan: Plan, city: City
) -> None:
    atoms = plan.atoms[plan.atoms["micro_grid"].notna()]
    lived_in = atoms[atoms["households"] > 0]
    assert lived_in.groupby("micro_grid")["building_id"].nunique().max() == 1
    assert lived_in["third_grid"].is_unique
    assert (lived_in["third_grid"].str[:17] == lived_in["micro_grid"]).all()
    several = city.units.groupby("building_id").size()
    cut = lived_in.groupby("building_id").size()
    assert (cut == several.reindex(cut.index).fillna(1)).mean() > 0.95


def test_divided_anew_it_is_the_same(plan: Plan, city: City) -> None:
    assert divide(city, Rules.preset("weinan")).info["id"] == plan.info["id"]
