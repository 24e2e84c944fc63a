import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridpart.columns import PLAN
from gridpart.measure.grids import (
    describe_base_grids,
    describe_exclusive_grids,
    describe_micro_grids,
)
from gridpart.plan import Plan
from tests.builders import CORNER, base_code, exclusive_code, toy_plan


@pytest.fixture
def plan() -> Plan:
    """Two 100 m squares of two compounds, a school beside the second."""
    return toy_plan(
        "AABB.\nABBB.", "1122X\n1122X", micros="11121\n22121", households={(0, 2): 100}
    )


def test_base_grids_follow_from_their_atoms(plan):
    """200 and 250 households, 225 on average, in squares of 100 m.

    Of the 400 m around the first, 100 m are border with the second: 50 m between
    A and B, 50 m through B. The second has the clear edge of the school besides.
    """
    grids = describe_base_grids(plan.atoms, plan.borders, plan.communities)
    assert grids["grid_code"].to_list() == [base_code("1"), base_code("2")]
    assert grids["name"].to_list() == ["社区1第1网格", "社区1第2网格"]
    assert grids["households"].to_list() == [200, 250]
    assert grids["workload"].to_list() == [200, 250]
    assert grids["deviation"].to_list() == pytest.approx([-1 / 9, 1 / 9])
    assert grids["area_m2"].to_list() == pytest.approx([10_000, 10_000])
    assert grids["perimeter_m"].to_list() == pytest.approx([400, 400])
    assert grids["compactness"].to_list() == pytest.approx([math.pi / 4] * 2)
    assert grids["line_clarity"].to_list() == pytest.approx([350 / 400, 350 / 400])
    assert grids["micro_count"].to_list() == [2, 2]
    assert grids["reason"].isna().all()
    assert grids.columns.to_list() == [*PLAN["base_grids"].names, "geometry"]


def test_polygons_are_the_union_of_the_atoms_and_fit(plan):
    grids = describe_base_grids(plan.atoms, plan.borders, plan.communities)
    x, y = CORNER
    assert grids.geometry[0].equals(shapely.box(x, y - 100, x + 100, y))
    assert set(grids.geom_type) == {"MultiPolygon"}
    layers = pd.concat([grids.geometry, plan.exclusive_grids.geometry])
    assert shapely.coverage_is_valid(layers.to_numpy())


def test_micro_grids_count_buildings_once():
    plan = toy_plan("***.", "1111", micros="1122", units=[[(0, 0), (0, 1)]])
    grids = describe_micro_grids(plan.atoms, plan.base_grids)
    assert grids["grid_code"].to_list() == [
        base_code("1") + "01",
        base_code("1") + "02",
    ]
    assert grids["name"].to_list() == ["社区1第1网格第1微网格", "社区1第1网格第2微网格"]
    assert grids["base_grid"].to_list() == [base_code("1")] * 2
    assert grids["households"].to_list() == [100, 50]
    assert grids["buildings"].to_list() == [1, 1]


def test_exclusive_grids_take_their_facts_from_the_site(plan):
    code = exclusive_code("X")
    atoms = plan.atoms.assign(site_id="s7")
    sites = gpd.GeoDataFrame(
        {
            "site_id": ["s6", "s7"],
            "name": ["六", "七"],
            "kind": ["park", "school"],
            "responsible": pd.Series([None, "学校"], dtype="str"),
        },
        geometry=[None, None],
    )
    grids = describe_exclusive_grids(atoms, sites)
    assert grids.drop(columns="geometry").to_dict("records") == [
        {
            "grid_code": code,
            "name": "七",
            "site_id": "s7",
            "kind": "school",
            "community_code": code[:12],
            "responsible": "学校",
        }
    ]
    assert grids.area.to_list() == pytest.approx([5000])


def test_a_community_where_nobody_lives_has_no_deviation():
    plan = toy_plan("..", "12")
    assert plan.base_grids["deviation"].to_list() == [0, 0]
    assert plan.base_grids["households"].to_list() == [0, 0]


def test_nothing_to_describe():
    plan = toy_plan("..", "XX")
    assert plan.base_grids.empty
    assert plan.micro_grids.empty
    assert plan.base_grids.crs == plan.atoms.crs


def test_the_order_of_rows_does_not_matter(plan):
    atoms = plan.atoms.sample(frac=1, random_state=3).reset_index(drop=True)
    borders = plan.borders.sample(frac=1, random_state=3)
    grids = describe_base_grids(atoms, borders, plan.communities)
    plain = [pd.DataFrame(t.drop(columns="geometry")) for t in (grids, plan.base_grids)]
    pd.testing.assert_frame_equal(*plain)
    assert grids.geometry.geom_equals(plan.base_grids.geometry).all()
