"""A plan of real ground: sound as made, seen through when broken."""

import dataclasses
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from gridpart.coverage import as_multi
from gridpart.fabric import passable
from gridpart.flows import divide
from gridpart.measure.registry import measure_plan
from gridpart.plan import Plan
from gridpart.read.cities import read_city
from gridpart.rules import Rules
from gridpart.store.plans import load_plan, save_plan
from tests.assertions import assert_same_plan
from tests.faults import findings, reshape, rules_of, sentences_of

pytestmark = pytest.mark.shared
WUHAN = Path(__file__).parents[1] / "cities" / "wuhan.toml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return divide(read_city(WUHAN), Rules.preset().replace("search", starts=2))


def test_it_breaks_no_rule(plan: Plan):
    assert rules_of(plan) == set()


def test_it_comes_back_as_it_was(plan: Plan, tmp_path: Path):
    save_plan(plan, tmp_path / "wuhan.gpkg")
    loaded = load_plan(tmp_path / "wuhan.gpkg")
    grounds = as_multi(plan.communities.geometry.to_numpy())
    communities = plan.communities.set_geometry(grounds, crs=plan.atoms.crs)
    assert_same_plan(loaded, dataclasses.replace(plan, communities=communities))
    assert [f.message("en") for f in findings(loaded)] == [
        f.message("en") for f in findings(plan)
    ]


def test_its_measures_are_those_of_other_tools(plan: Plan):
    measured = measure_plan(plan)
    table = measured.grids.set_index("grid_code")
    stored = plan.base_grids.set_index("grid_code")
    for column in ("deviation", "area_m2", "compactness", "line_clarity"):
        np.testing.assert_allclose(table[column], stored[column], atol=1e-9)
    open_borders = plan.borders[passable(plan.borders)]
    graph = nx.from_pandas_edgelist(open_borders, "atom_a", "atom_b")
    graph.add_nodes_from(plan.atoms["atom_id"])
    for code, atoms in plan.atoms.groupby("base_grid"):
        parts = nx.number_connected_components(graph.subgraph(atoms["atom_id"]))
        assert table.loc[code, "components"] == parts
    assert json.dumps(measured.summary, allow_nan=False)
    edges = shapely.union_all(shapely.boundary(plan.base_grids.geometry.to_numpy()))
    outer = shapely.union_all(shapely.boundary(plan.communities.geometry.to_numpy()))
    inner = shapely.difference(edges, shapely.buffer(outer, 0.01)).length
    assert measured.summary["cut_length_m"] == pytest.approx(inner, rel=0.01)


def test_polygons_edited_in_a_gis_are_seen(plan: Plan):
    grids = plan.base_grids
    coarse = dataclasses.replace(plan, base_grids=grids.set_geometry(grids.simplify(1)))
    assert {"V02", "V03", "V14"} <= rules_of(coarse)
    moved = shapely.affinity.translate(grids.geometry[3], 0.5, 0)
    broken = reshape(plan, "base_grids", grids["grid_code"][3], moved)
    assert {"V02", "V03", "V14"} <= rules_of(broken)
    assert grids["grid_code"][3] in {f.grid_code for f in findings(broken)}


def test_rounding_to_a_millimetre_is_no_fault(plan: Plan):
    layers = ("atoms", "base_grids", "micro_grids", "exclusive_grids", "communities")
    rounded = {
        name: plan.tables[name].set_geometry(
            shapely.set_precision(plan.tables[name].geometry.to_numpy(), 0.001),
            crs=plan.atoms.crs,
        )
        for name in layers
    }
    assert rules_of(dataclasses.replace(plan, **rounded)) == set()


def test_an_atom_given_to_a_far_grid_is_seen(plan: Plan):
    atoms = plan.atoms.copy()
    lived = atoms.index[atoms["base_grid"].notna() & (atoms["households"] > 0)]
    row = lived[0]
    far = atoms["community_code"] != atoms["community_code"][row]
    code = atoms["base_grid"][far].dropna().iloc[0]
    atoms.loc[row, ["base_grid", "micro_grid"]] = [code, code + "01"]
    broken = dataclasses.replace(plan, atoms=atoms)
    assert {"V04", "V05", "V14"} <= rules_of(broken)
    assert "plan.V14_outline" in sentences_of(broken)
