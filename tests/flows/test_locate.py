"""A divided city answers for a hundred thousand places as a spatial join does."""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridpart.flows import divide
from gridpart.locate.locators import locate_points, prepare_locator
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.synth.cities import make_city

RULES = Rules.preset().replace("search", starts=1, moves=20, proof_s=0.0)
POINTS = 100_000
LAYERS = {
    "base_grids": ("base_grid", "grid_code"),
    "micro_grids": ("micro_grid", "grid_code"),
    "exclusive_grids": ("exclusive_grid", "grid_code"),
    "communities": ("community_code", "community_code"),
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return divide(make_city(6, seed=3), RULES)


def test_agrees_with_a_spatial_join(plan: Plan) -> None:
    rng = np.random.default_rng(4)
    left, bottom, right, top = plan.atoms.total_bounds
    x, y = rng.uniform(left, right, POINTS), rng.uniform(bottom, top, POINTS)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=plan.atoms.crs)
    degrees = points.geometry.to_crs("EPSG:4326")
    locator = prepare_locator(plan)
    began = time.perf_counter()
    found = locate_points(locator, degrees.x, degrees.y)
    assert POINTS / (time.perf_counter() - began) > 20_000
    assert 0.3 < found["community_code"].notna().mean() < 1
    for layer, (column, code) in LAYERS.items():
        joined = points.sjoin(getattr(plan, layer)[[code, "geometry"]], how="left")
        assert len(joined) == POINTS
        expected = joined[code].astype("str").fillna("-")
        got = found[column].astype("str").fillna("-")
        assert (expected.to_numpy() == got.to_numpy()).all(), layer


def test_answers_are_those_of_the_plan_s_tables(plan: Plan) -> None:
    spots = plan.base_grids.representative_point()
    found = locate_points(prepare_locator(plan), spots.x, spots.y, degrees=False)
    assert found["base_grid"].tolist() == plan.base_grids["grid_code"].tolist()
    posts = plan.posts.set_index(["grid_code", "post"])["worker_id"]
    covers = plan.party_links[plan.party_links["relation"] == "covers"]
    for row in found.to_dict("records"):
        for post in ("worker", "standby"):
            holder = posts.get((row["base_grid"], post))
            assert row[post] == holder or (pd.isna(row[post]) and pd.isna(holder))
        named = {org["org_id"] for org in row["organisations"]}
        own = covers.loc[covers["grid_code"] == row["base_grid"], "org_id"]
        assert set(own) <= named
        assert [step["level"] for step in row["escalation"]] == [
            "grid", "community", "subdistrict", "county",
        ]  # fmt: skip
        assert [bool(step["who"]) for step in row["escalation"][1:3]] == [True, True]
