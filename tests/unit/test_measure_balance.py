import dataclasses
import json
import math

import pandas as pd
import pytest

from gridpart.measure.balance import (
    balance,
    in_band,
    plan_rules,
    relative,
    share_within,
)
from gridpart.rules import Rules
from tests.builders import base_code, edit, toy_plan


def test_deviation_is_from_the_mean_of_the_community():
    """100, 150 and 50 households: mean 100; the other community has 30 alone."""
    plan = toy_plan(
        "****",
        "1231",
        communities="1112",
        households={(0, 0): 100, (0, 1): 150, (0, 2): 50, (0, 3): 30},
    )
    table = balance(plan)
    assert table["households"].to_list() == [100, 150, 50, 30]
    assert table["deviation"].to_list() == pytest.approx([0, 0.5, -0.5, 0])
    assert table["piece_deviation"].to_list() == pytest.approx([0, 0.5, -0.5, 0])


def test_pieces_have_means_of_their_own():
    railway = [("railway", "hard", [(2, 0), (2, 1)])]
    homes = {(0, 0): 90, (0, 1): 110, (0, 2): 30, (0, 3): 10}
    table = balance(toy_plan("****", "1234", barriers=railway, households=homes))
    assert table["piece_mean"].to_list() == [100, 100, 20, 20]
    assert table["piece_deviation"].to_list() == pytest.approx([-0.1, 0.1, 0.5, -0.5])
    assert table["deviation"].to_list() == pytest.approx([0.5, 5 / 6, -0.5, -5 / 6])


def test_the_rest_balances_without_a_building_that_is_too_large():
    plan = toy_plan("***", "123", households={(0, 2): 900})
    told = edit(plan, "base_grids", 2, reason="atom_too_large: b0002")
    assert balance(told)["piece_mean"].to_list() == [50, 50, 50]


def test_what_is_off_beside_a_large_building_counts_for_the_mean():
    plan = toy_plan("****", "1234", households={(0, 0): 40, (0, 3): 900})
    told = edit(plan, "base_grids", 0, reason="atom_too_large")
    told = edit(told, "base_grids", 3, reason="atom_too_large")
    assert balance(told)["piece_mean"].to_list() == pytest.approx([140 / 3] * 4)


def test_a_grid_without_atoms_has_no_households():
    plan = toy_plan("**", "12")
    atoms = plan.atoms.assign(base_grid=base_code("1"))
    assert balance(dataclasses.replace(plan, atoms=atoms))["households"].to_list() == [
        100,
        0,
    ]


def test_nobody_is_no_deviation():
    assert relative(pd.Series([0, 0]), pd.Series([0.0, 0.0])).to_list() == [0, 0]


def test_share_within_takes_the_edge_along():
    deviations = pd.Series([0.1 + 1e-12, -0.1, 0.11, 0.0])
    assert share_within(deviations, 0.1) == 0.75
    assert math.isnan(share_within(pd.Series([], dtype=float), 0.1))


def test_rules_come_from_the_plan():
    rules = Rules.preset("ningxia-2022").replace("size", tolerance=0.07)
    assert plan_rules(toy_plan("*", rules=rules)) == rules


def test_rules_that_are_possible_only_together_are_read():
    sections = {"size": {"target": 40, "low": 20, "high": 60}, "micro": {"target": 8}}
    rules = Rules.preset().updated(sections)
    assert (rules.size.high, rules.micro.target) == (60, 8)
    assert plan_rules(toy_plan("*", rules=rules)) == rules


def test_only_grids_divided_to_a_target_have_a_band():
    households = pd.Series([299, 300, 700, 701])
    about = in_band(households, Rules.preset())
    assert about.tolist() == [False, True, True, False]
    assert in_band(households, Rules.preset("weinan")).all()


@pytest.mark.parametrize(
    "parameters", ["", "{", "[]", '{"size": 3}', '{"size": {"low": -5}}', "null"]
)
def test_without_readable_rules_the_preset_holds(parameters):
    plan = toy_plan("*")
    plan = dataclasses.replace(plan, info={"parameters": parameters})
    assert plan_rules(plan) == Rules.preset()


def test_rules_of_another_version_are_read_as_far_as_known():
    tree = {"size": {"target": 400, "new": 1}, "unheard_of": {"x": 1}}
    plan = dataclasses.replace(toy_plan("*"), info={"parameters": json.dumps(tree)})
    assert plan_rules(plan) == Rules.preset().replace("size", target=400)
