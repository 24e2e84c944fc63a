"""The budget: hand-counted, by other amounts, and equal totals on every level."""

from dataclasses import replace
from pathlib import Path

import pytest

from gridpart.errors import RulesError
from gridpart.measure.funds import budget, budget_table
from gridpart.measure.levels import DIGITS
from gridpart.plan import Plan
from gridpart.rules import Rules
from tests.builders import base_code, community_code, exclusive_code, toy_plan


@pytest.fixture
def plan() -> Plan:
    return toy_plan("AABX\nAABB", "112X\n1122", communities="1112\n1112")


def test_by_community(plan: Plan) -> None:
    table = budget(plan)
    assert list(table.columns) == budget_table(Rules.preset().funds).names
    assert table.to_numpy().tolist() == [
        [community_code("1"), "社区1", 6_000, 120_000, 50_000, 176_000],
        [community_code("2"), "社区2", 3_000, 120_000, 50_000, 173_000],
    ]


def test_by_grid_the_community_keeps_its_own_row(plan: Plan) -> None:
    table = budget(plan, "grid").set_index("code")["total"].to_dict()
    assert table == {
        community_code("1"): 170_000,
        base_code("1"): 3_000,
        base_code("2"): 3_000,
        community_code("2"): 170_000,
        base_code("2", "2"): 3_000,
    }


@pytest.mark.parametrize("by", DIGITS)
def test_the_total_is_the_same_on_every_level(plan: Plan, by: str) -> None:
    table = budget(plan, by)
    assert table["total"].sum() == 349_000
    assert (table.iloc[:, 2:-1].sum(axis=1) == table["total"]).all()


def test_amounts_are_the_plans_own(plan: Plan) -> None:
    item = {"item": "guard", "zh": "值守", "en": "guard", "per": "exclusive_grid"}
    rules = Rules.preset().replace("funds", items=[item | {"yuan": 700}])
    table = budget(replace(plan, info={"parameters": rules.as_json()}), "grid")
    assert table.to_numpy().tolist() == [
        [exclusive_code("X", "2"), table["name"][0], 700, 700]
    ]


@pytest.mark.parametrize(
    ("line", "demand"),
    [
        ('{ item = "a", zh = "", en = "", per = "house", yuan = 1 }', "per: base_grid"),
        ('{ item = "a", zh = "", en = "", per = "community" }', "per and yuan"),
        ('{ item = "a", zh = "", en = "", per = "community", yuan = -1 }', "yuan: "),
        ('"a"', "item, zh, en"),
    ],
)
def test_impossible_items_are_refused(line: str, demand: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f"[funds]\nitems = [{line}]\n", encoding="utf-8")
    with pytest.raises(RulesError, match=demand):
        Rules.preset().read(path)
