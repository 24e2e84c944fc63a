import dataclasses

import pytest

from gridpart.check.plans import check_plan
from gridpart.rules import Rules
from tests.builders import base_code, edit, toy_plan
from tests.faults import grids_named, row, rules_of, sound_plan


def test_v07_sees_a_compound_divided_without_need():
    # 200 households in two grids of 200 on average.
    plan = row("AAAA\n****", "1122\n1122")
    assert rules_of(plan) == {"V07"}
    told = edit(plan, "communities", 0, given_up="compounds=B,A")
    assert rules_of(told) == set()
    assert rules_of(told, "warning") == {"V07"}
    other = edit(plan, "communities", 0, given_up="tolerance=0.2; compounds=B")
    assert rules_of(other) == {"V07"}


def test_v07_lets_a_compound_be_divided_that_fits_no_grid():
    assert rules_of(row("AAAAA*", "111222")) == set()


def test_v07_compound_in_two_places_is_a_warning():
    plan = row("A**A", "1122")
    assert rules_of(plan) == set()
    assert rules_of(plan, "warning") == {"V07"}


def test_v07_counts_only_buildings_with_households():
    assert rules_of(row("A*A*", "1122", households={(0, 2): 0, (0, 3): 100})) == set()


def test_v09_asks_for_a_reason_outside_the_band():
    strict = Rules.preset().replace("size", low=100, target=150, high=200)
    plan = toy_plan("*****", "12222", rules=strict, households={(0, 0): 90})
    plan = edit(plan, "base_grids", 0, reason="  ")
    assert "V09" in rules_of(plan)
    assert grids_named(plan, "V09") == {base_code("1")}
    told = edit(plan, "base_grids", 0, reason="old compound")
    assert "V09" not in rules_of(told)
    assert "V09" in rules_of(told, "warning")


def test_v09_says_the_reason_in_words():
    strict = Rules.preset().replace("size", low=100, target=150, high=200)
    plan = toy_plan("*****", "12222", rules=strict, households={(0, 0): 90})
    told = edit(plan, "base_grids", 0, reason="piece_too_small; 老旧小区")
    (found,) = (f for f in check_plan(told) if f.rule == "V09")
    assert found.message("zh").endswith("理由：独立地块户数过少；老旧小区。")
    assert found.message("en").endswith("a cut-off piece is too small; 老旧小区.")


@pytest.mark.parametrize(
    ("west", "error", "warning"),
    [(110, set(), set()), (120, set(), {"V10"}), (126, {"V10"}, set())],
)
def test_v10_sees_unbalanced_grids(west, error, warning):
    # Mean 100, tolerance 10 %, at most 25 %.
    plan = row("**", "12", households={(0, 0): west, (0, 1): 200 - west})
    assert rules_of(plan) == error
    assert rules_of(plan, "warning") == warning


def test_v10_takes_a_reason():
    plan = row("**", "12", households={(0, 0): 150, (0, 1): 50})
    told = edit(plan, "base_grids", slice(None), reason="no_whole_plan")
    assert rules_of(told) == set()


def test_v10_balances_each_piece_by_itself():
    railway = [("railway", "hard", [(2, 0), (2, 1)])]
    homes = {(0, 0): 300, (0, 1): 300}
    plan = row("****", "1234", barriers=railway, households=homes)
    assert rules_of(plan) | rules_of(plan, "warning") == set()


def test_v10_leaves_out_a_building_that_is_too_large():
    plan = row("***", "123", households={(0, 2): 900})
    assert rules_of(plan) == {"V10"}
    told = edit(plan, "base_grids", 2, reason="atom_too_large")
    assert rules_of(told) | rules_of(told, "warning") == set()


def test_v10_sees_a_stale_deviation():
    assert rules_of(edit(sound_plan(), "base_grids", 0, deviation=0.3)) == {"V10"}


def test_v09_tells_when_the_rules_are_unknown():
    plan = toy_plan("********", "11111111")  # 400 households: in the default band
    unknown = dataclasses.replace(plan, info={**plan.info, "parameters": ""})
    assert rules_of(plan) == {"V09"}
    assert rules_of(unknown) == set()
    assert rules_of(unknown, "info") == {"V09", "V12"}


def test_loads_are_judged_without_a_table_of_borders():
    plan = row("AAAA\n****", "1122\n1122", households={(0, 0): 250})
    bare = dataclasses.replace(plan, borders=plan.borders.iloc[:0])
    assert rules_of(bare) == rules_of(plan) == {"V10"}
    even = row("AAAA\n****", "1122\n1122")
    bare = dataclasses.replace(even, borders=even.borders.iloc[:0])
    assert rules_of(bare) == rules_of(even) == {"V07"}
