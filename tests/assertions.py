"""Assertions that several kinds of tests share."""

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
import shapely

from gridpart.city import City
from gridpart.fabric import passable
from gridpart.plan import Plan


def assert_same_plan(one: Plan, other: Plan) -> None:
    """Same tables, types, missing values, polygons, CRS, order of rows and info."""
    assert dict(one.info) == dict(other.info)
    for name, table in one.tables.items():
        assert_same_table(table, other.tables[name])


def assert_same_table(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert type(one) is type(other)
    if isinstance(one, gpd.GeoDataFrame):
        assert one.crs == other.crs
        assert one.geometry.to_list() == other.geometry.to_list()
        one, other = (
            pd.DataFrame(frame.drop(columns="geometry")) for frame in (one, other)
        )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def assert_sound(plan: Plan, city: City) -> None:
    """Hold a plan to the contract's invariants, independently of the checks."""
    atoms = plan.atoms
    ground = atoms.groupby("community_code")["geometry"]
    for code, shape in city.communities.set_index("community_code").geometry.items():
        tiles = ground.get_group(code).to_numpy()
        assert shapely.coverage_is_valid(tiles)
        assert shapely.area(tiles).sum() == pytest.approx(shape.area, rel=1e-6)
    in_base, in_site = atoms["base_grid"].notna(), atoms["exclusive_grid"].notna()
    assert (in_base ^ in_site).all()
    assert (atoms["micro_grid"].notna() == in_base).all()
    nested = atoms[in_base]
    assert (nested["micro_grid"].str[:15] == nested["base_grid"]).all()
    assert (nested["base_grid"].str[:12] == nested["community_code"]).all()
    total = int(city.buildings["households"].sum())
    assert int(atoms["households"].sum()) == total
    assert int(plan.communities["households"].sum()) == total
    outside = int(atoms.loc[in_site, "households"].sum())
    assert int(plan.base_grids["households"].sum()) == total - outside
    assert int(plan.micro_grids["households"].sum()) == total - outside
    assert plan.base_grids["grid_code"].is_unique
    assert plan.micro_grids["grid_code"].is_unique
    built = atoms.dropna(subset="building_id")
    assert built["atom_id"].is_unique
    assert (built["atom_id"].str.split("#").str[0] == built["building_id"]).all()
    divided = built["atom_id"].str.contains("#")
    assert built.loc[~divided, "building_id"].is_unique
    assert not set(built.loc[divided, "building_id"]) & set(built["atom_id"])


def assert_connected(plan: Plan) -> None:
    """Every base grid in one piece, but for the exceptions that are stated."""
    walk = nx.Graph()
    walk.add_nodes_from(plan.atoms["atom_id"])
    open_borders = plan.borders[passable(plan.borders)]
    walk.add_edges_from(
        zip(open_borders["atom_a"], open_borders["atom_b"], strict=True)
    )
    reason = plan.base_grids.set_index("grid_code")["reason"]
    lived_in = plan.atoms[plan.atoms["households"] > 0]
    for code, inside in plan.atoms.dropna(subset="base_grid").groupby("base_grid"):
        people = set(lived_in.loc[lived_in["base_grid"] == code, "atom_id"])
        parts = list(nx.connected_components(walk.subgraph(inside["atom_id"])))
        if reason[code] != "piece_too_small":
            assert sum(bool(part & people) for part in parts) <= 1
