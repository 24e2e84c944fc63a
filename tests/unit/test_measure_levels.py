"""Statistics by level: hand-counted, and equal sums on every level."""

from dataclasses import replace

import pandas as pd
import pytest

from gridpart.errors import InputError
from gridpart.measure.levels import DIGITS, STATISTICS, statistics
from gridpart.plan import Plan
from tests.assertions import assert_same_plan
from tests.builders import base_code, community_code, exclusive_code, toy_plan

ADDED = ["micro_grids", "exclusive_grids", "households", "area_m2"]


@pytest.fixture
def plan() -> Plan:
    """Two communities: grids of 200, 50 and 150 households, and a site of 50."""
    drawn = toy_plan(
        "AABBB\nAA.CC",
        "1122X\n11211",
        micros="12111\n12112",
        communities="11112\n11122",
        households={(0, 2): 0, (1, 3): 100},
    )
    posts = [
        (base_code("1"), "worker", "w1"),
        (base_code("1"), "standby", None),
        (base_code("1") + "01", "micro_worker", "w2"),
        (base_code("1", "2"), "worker", None),
    ]
    links = [
        ("p1", base_code("1"), "covers"),
        ("p1", base_code("2"), "contains"),
        ("p1", base_code("1", "2"), "covers"),
        ("p2", base_code("1"), "covers"),
        ("p2", exclusive_code("X", "2"), "covers"),
    ]
    names = [["grid_code", "post", "worker_id"], ["org_id", "grid_code", "relation"]]
    return replace(
        drawn,
        posts=pd.DataFrame(posts, columns=names[0]).astype("str"),
        party_links=pd.DataFrame(links, columns=names[1]),
        communities=drawn.communities.assign(subdistrict=["甲街道", "甲街道"]),
    )


def test_communities_counted_by_hand(plan: Plan) -> None:
    table = statistics(plan)
    assert list(table.columns) == STATISTICS.names
    first = [250, 125.0, 50, 200, 1, 2, 1, 2, 1, 0.5]
    second = [200, 150.0, 150, 150, 0, 0, 1, 2, 1, 1.0]
    assert table.drop(columns="area_m2").to_numpy(dtype=object).tolist() == [
        [community_code("1"), "社区1", 1, 2, 3, 0, *first],
        [community_code("2"), "社区2", 1, 1, 2, 1, *second],
    ]
    assert table["area_m2"].tolist() == [7 * 2500.0, 3 * 2500.0]


def test_an_organisation_counts_once_in_each_area(plan: Plan) -> None:
    (row,) = statistics(plan, "subdistrict").itertuples()
    assert (row.code, row.name, row.organisations) == ("640202901", "甲街道", 2)
    assert (row.covered, row.base_grids, row.coverage) == (2, 3, 2 / 3)


def test_grids_and_micro_grids(plan: Plan) -> None:
    grids = statistics(plan, "grid").set_index("code")
    assert grids["households"].to_dict() == {
        base_code("1"): 200,
        base_code("2"): 50,
        base_code("1", "2"): 150,
        exclusive_code("X", "2"): 50,
    }
    assert grids.loc[base_code("1"), "posts_filled"] == 2
    assert grids.loc[exclusive_code("X", "2"), "coverage":].isna().all()
    micro = statistics(plan, "micro").set_index("code")
    assert micro["posts_filled"].sum() == 1
    assert micro["base_grids"].sum() == 0
    assert set(micro.index.str.len()) == {15, 17}


@pytest.mark.parametrize("by", DIGITS)
def test_every_level_sums_to_the_same(plan: Plan, by: str) -> None:
    sums = statistics(plan, by)[ADDED].sum()
    assert sums.tolist() == [5, 1, 450, 25_000.0]


def test_ground_of_no_grid_stays_with_its_community(plan: Plan) -> None:
    atoms = plan.atoms.assign(
        base_grid=plan.atoms["base_grid"].where(plan.atoms["compound_id"] != "A"),
        micro_grid=plan.atoms["micro_grid"].where(plan.atoms["compound_id"] != "A"),
    )
    broken = replace(plan, atoms=atoms)
    table = statistics(broken, "grid").set_index("code")
    assert table.loc[community_code("1"), "households"] == 200
    assert table["households"].sum() == 450


def test_nothing_is_changed_and_no_other_level_known(plan: Plan) -> None:
    before = replace(plan, atoms=plan.atoms.copy(), posts=plan.posts.copy())
    statistics(plan, "grid")
    assert_same_plan(plan, before)
    with pytest.raises(InputError, match=r"`village` is unknown.*community, grid"):
        statistics(plan, "village")


def test_a_code_of_several_streets_bears_all_their_names(plan: Plan) -> None:
    streets = plan.communities.assign(subdistrict=["甲街道", "乙街道"])
    (row,) = statistics(replace(plan, communities=streets), "subdistrict").itertuples()
    assert row.name == "甲街道、乙街道"
