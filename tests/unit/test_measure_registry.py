import dataclasses
import json

import pandas as pd
import pytest

from gridpart.measure.registry import MEASURES, measure_plan
from tests.builders import edit, toy_plan
from tests.people_builder import table_of


def test_numbers_of_a_plan_worked_by_hand():
    """Grids of 200 and 250 households, a school, compound B divided in need.

    See test_measure_grids for the plan; B has 300 of at most 247 households.
    """
    plan = toy_plan(
        "AABB.\nABBB.", "1122X\n1122X", micros="11121\n22121", households={(0, 2): 100}
    )
    measured = measure_plan(edit(plan, "communities", 0, status="gap", gap=0.02))
    wanted = {
        "communities": 1,
        "optimal_share": 0.0,
        "near_share": 0.0,
        "gap_mean": 0.02,
        "gap_max": 0.02,
        "grids": 2,
        "micro_grids": 4,
        "exclusive_grids": 1,
        "households": 450,
        "households_mean": 225.0,
        "households_min": 200,
        "households_max": 250,
        "tolerance": 0.1,
        "within_tolerance": 0.0,
        "within_tolerance_of_piece": 0.0,
        "within_5": 0.0,
        "within_10": 0.0,
        "within_15": 1.0,
        "outside_band": 0,
        "outside_band_explained": 0,
        "line_clarity": 350 / 400,
        "line_clarity_min": 350 / 400,
        "cut_length_m": 200.0,
        "compounds": 2,
        "compounds_divided_fitting": 0,
        "compounds_divided_too_large": 1,
        "buildings_divided": 0,
        "grids_in_parts": 0,
        "components_max": 1,
    }
    assert {key: measured.summary[key] for key in wanted} == wanted
    nearer = measure_plan(edit(plan, "communities", 0, status="gap", gap=0.01))
    assert nearer.summary["near_share"] == 1.0
    statuses = {"optimal": 0, "gap": 1, "heuristic": 0, "empty": 0}
    assert measured.summary["status"] == statuses


def test_the_way_to_the_nearest_service_site_is_measured():
    """Two grids of two buildings each in a row; the site stands at the first."""
    plan = toy_plan("****", "1122")
    assert measure_plan(plan).summary["service_m"] is None
    site = {"resource_id": "r1", "name": "驿站", "kind": "service_site"}
    spot = plan.buildings.centroid[0]
    near = table_of("resources", [site | {"geometry": spot}])
    measured = measure_plan(dataclasses.replace(plan, resources=near))
    apart = spot.distance(plan.buildings.centroid[1])
    assert measured.grids["service_m"].to_list() == pytest.approx(
        [apart / 2, apart * 2.5]
    )
    assert measured.summary["service_m"] == pytest.approx(1.5 * apart)
    assert measured.summary["service_m_max"] == pytest.approx(2.5 * apart)


def test_grids_in_parts_and_outside_the_band_are_counted():
    plan = toy_plan("****", "1221", households={(0, 0): 10, (0, 3): 10})
    told = edit(plan, "base_grids", 0, reason="old compound")
    measured = measure_plan(told)
    assert measured.grids["components"].to_list() == [2, 1]
    assert measured.grids["in_band"].to_list() == [False, True]
    assert measured.summary["grids_in_parts"] == 1
    assert measured.summary["outside_band"] == 1
    assert measured.summary["outside_band_explained"] == 1


def test_micro_grids_balance_inside_their_base_grid():
    """60 and 40 households: 20 % off the mean of 50, just within."""
    plan = toy_plan("***", "112", micros="121", households={(0, 0): 60, (0, 1): 40})
    assert measure_plan(plan).summary["micro_within_tolerance"] == 1.0
    plan = toy_plan("***", "112", micros="121", households={(0, 0): 61, (0, 1): 39})
    assert measure_plan(plan).summary["micro_within_tolerance"] == pytest.approx(1 / 3)


def test_the_summary_is_plain_json_with_a_key_for_each_measure():
    summary = measure_plan(toy_plan("AAB.", "1122")).summary
    assert list(summary) == [measure.key for measure in MEASURES]
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)


def test_an_empty_plan_has_a_summary():
    plan = toy_plan("**", "12")
    empty = {name: table.iloc[:0] for name, table in plan.tables.items()}
    summary = measure_plan(dataclasses.replace(plan, **empty)).summary
    assert summary["grids"] == 0
    assert summary["households_mean"] is None
    assert summary["within_tolerance"] is None


def test_a_broken_plan_can_be_measured():
    plan = toy_plan("****", "1122")
    broken = edit(plan, "base_grids", 0, geometry=None)
    broken = edit(broken, "atoms", 3, geometry=None)
    broken = edit(broken, "atoms", 0, base_grid="nowhere")
    measured = measure_plan(broken)
    assert measured.grids["households"].to_list() == [50, 100]
    assert json.dumps(measured.summary, allow_nan=False)


def test_measuring_changes_nothing():
    plan = toy_plan("AAB.", "1122")
    before = {name: table.copy() for name, table in plan.tables.items()}
    measure_plan(plan)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before[name]))


def test_without_borders_only_polygons_are_measured():
    plan = toy_plan("****", "1221")
    bare = dataclasses.replace(plan, borders=plan.borders.iloc[:0])
    measured = measure_plan(bare)
    assert measured.grids["components"].to_list() == [2, 1]
    assert measured.summary["line_clarity"] is None
    assert measured.summary["line_clarity_min"] is None
    assert measured.summary["within_10"] == 1.0
