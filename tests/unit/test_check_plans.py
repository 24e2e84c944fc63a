import dataclasses

import geopandas as gpd
import pandas as pd
import pytest

from gridpart.check import plans
from gridpart.check.plans import check_plan
from tests.builders import edit
from tests.faults import (
    row,
    rules_of,
    sound_plan,
)


def test_a_sound_plan_breaks_no_rule():
    assert rules_of(sound_plan()) == set()
    assert rules_of(sound_plan(), "warning") == set()


def test_an_empty_plan_is_judged_without_a_crash():
    plan = sound_plan()
    empty = {name: table.iloc[:0] for name, table in plan.tables.items()}
    assert rules_of(dataclasses.replace(plan, **empty)) == set()


def test_checking_changes_nothing():
    plan = sound_plan()
    before = {name: table.copy() for name, table in plan.tables.items()}
    check_plan(plan)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before[name]))


def test_a_check_that_fails_is_told_and_the_others_go_on(monkeypatch):
    def fail(_: object) -> list:
        raise ZeroDivisionError

    monkeypatch.setattr(plans, "CHECKS", (("V99", fail), *plans.CHECKS))
    found = check_plan(row("****", "1221"))
    assert {f.rule for f in found if f.severity == "error"} == {"V05", "V99"}


@pytest.mark.parametrize(
    ("layer", "column", "rule"),
    [
        ("base_grids", "grid_code", "V11"),
        ("base_grids", "community_code", "V11"),
        ("micro_grids", "grid_code", "V11"),
        ("micro_grids", "base_grid", "V11"),
        ("atoms", "atom_id", "V14"),
        ("atoms", "community_code", "V04"),
        ("communities", "community_code", "V04"),
        ("buildings", "building_id", "V14"),
    ],
)
def test_a_missing_code_is_found_and_told(layer, column, rule):
    broken = edit(sound_plan(), layer, [0], **{column: None})
    found = [one for one in check_plan(broken) if one.severity == "error"]
    assert rule in {one.rule for one in found}
    assert not any("nan" in one.message("en") for one in found)
    assert {type(one.grid_code) for one in found} <= {str, type(None)}
    assert "plan.check_failed" not in {one.sentence for one in found}


def test_a_flood_of_findings_is_cut_off_and_counted():
    plan = row("*" * 12 + "\n" + "*" * 12, "1" * 12 + "\n" + "1" * 12)
    many = gpd.GeoDataFrame(pd.concat([plan.buildings] * 6, ignore_index=True))
    many["building_id"] = [f"x{i}" for i in range(len(many))]
    found = check_plan(dataclasses.replace(plan, buildings=many))
    missing = [f for f in found if f.sentence == "plan.V14_missing"]
    more = [f for f in found if f.sentence == "plan.more" and f.severity == "error"]
    assert len(missing) == 100
    assert [f.message("en") for f in more] == [
        f"rule V14: {len(many) - 100} more, not listed one by one."
    ]


def test_findings_do_not_depend_on_the_order_of_rows():
    plan = row("AAAA\n****", "1221\n1221")
    shuffled = {
        name: table.sample(frac=1, random_state=1).reset_index(drop=True)
        for name, table in plan.tables.items()
    }
    one = check_plan(plan)
    two = check_plan(dataclasses.replace(plan, **shuffled))
    assert [f.message("en") for f in one] == [f.message("en") for f in two]
    assert all(f.at is not None for f in two if f.rule != "V12")


def test_communities_that_overlap_are_told_once_and_not_by_grid():
    plan = row("****", "1122", communities="1122")
    first, second = plan.communities.geometry
    for width, severity in ((0.05, "warning"), (10.0, "error")):
        strip = first.buffer(width, join_style="mitre").intersection(second)
        ground = first.union(strip)
        grids = plan.base_grids["community_code"] == plan.base_grids.iloc[0, 2]
        broken = edit(plan, "communities", [True, False], geometry=ground)
        broken = edit(broken, "base_grids", grids, geometry=ground)
        found = [f for f in check_plan(broken) if f.rule == "V02"]
        assert [f.sentence for f in found] == ["plan.V02_communities"]
        assert [f.severity for f in found] == [severity]
