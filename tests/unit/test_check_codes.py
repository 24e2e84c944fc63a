import dataclasses

import pandas as pd
import pytest

from tests.builders import (
    base_code,
    community_code,
    edit,
    exclusive_code,
)
from tests.faults import (
    findings,
    grids_named,
    rename,
    row,
    rules_of,
    sound_plan,
)


@pytest.mark.parametrize("code", ["64020290100101", "64020290100100A", "１" * 15])
def test_v11_sees_a_code_of_wrong_form(code):
    broken = rename(sound_plan(), exclusive_code("X"), code)
    assert rules_of(broken) == {"V11"}


def test_v11_sees_a_code_of_another_community():
    other = base_code("7", "2")
    broken = rename(row("**", "12", households=100), base_code("2"), other)
    assert rules_of(broken) == {"V11"}


def test_v11_sees_a_code_twice():
    plan = sound_plan()
    broken = rename(plan, exclusive_code("X"), base_code("3"))
    assert "V11" in rules_of(broken)
    assert base_code("3") in grids_named(broken, "V11")


def test_v11_sees_a_micro_code_of_another_grid():
    plan = row("**", "12")
    code = base_code("2") + "01"
    table = plan.micro_grids["grid_code"] == code
    broken = edit(plan, "micro_grids", table, base_grid=base_code("1"))
    assert "V11" in rules_of(broken)


def test_v11_warns_when_base_grids_reach_the_exclusive_block():
    full = community_code("1") + "950"
    plan = rename(row("**", "12"), base_code("2"), full)
    assert rules_of(plan) == set()
    assert rules_of(plan, "warning") == {"V11"}


def test_v11_sees_sequence_zero():
    broken = rename(row("**", "12"), base_code("2"), community_code("1") + "000")
    assert rules_of(broken) == {"V11"}


def test_v11_says_that_the_numbers_are_used_up():
    plan = row("**", "12")
    first = plan.micro_grids.iloc[:1]
    codes = [f"{base_code('1')}{number:02d}" for number in range(2, 101)]
    more = pd.concat([first] * 99).assign(grid_code=codes)
    full = pd.concat([plan.micro_grids, more], ignore_index=True)
    found = findings(dataclasses.replace(plan, micro_grids=full))
    said = {one.sentence: one for one in found if one.rule == "V11"}
    assert set(said) == {"plan.V11_digits", "plan.V11_many"}
    assert "100 个，编码只够 99 个" in said["plan.V11_many"].message("zh")
    enough = pd.concat([plan.micro_grids, more[:-1]], ignore_index=True)
    assert "V11" not in rules_of(dataclasses.replace(plan, micro_grids=enough))


@pytest.mark.parametrize("end", ["00", "1", "001"])
def test_v11_sees_a_wrong_code_of_the_third_level(end):
    plan = row("**", "12")
    code = base_code("1") + "01"
    first = plan.atoms["micro_grid"] == code
    assert rules_of(edit(plan, "atoms", first, third_grid=code + "01")) == set()
    assert rules_of(edit(plan, "atoms", first, third_grid=code + end)) == {"V11"}
    other = base_code("2") + "0101"
    assert rules_of(edit(plan, "atoms", first, third_grid=other)) == {"V11"}


def lineage(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["old_code", "new_code", "households"])


def test_v13_sees_a_retired_code_in_use():
    plan = row("**", "12")
    one, two = base_code("1"), base_code("2")
    kept = dataclasses.replace(plan, lineage=lineage((one, one, 40), (one, two, 10)))
    assert rules_of(kept) == set()
    retired = dataclasses.replace(plan, lineage=lineage((one, two, 50)))
    assert rules_of(retired) == {"V13"}
    assert grids_named(retired, "V13") == {one}


def test_v13_warns_of_a_successor_that_is_not_there():
    plan = row("**", "12")
    gone = dataclasses.replace(
        plan, lineage=lineage((base_code("8"), base_code("9"), 5))
    )
    assert rules_of(gone) == set()
    assert rules_of(gone, "warning") == {"V13"}


def test_v13_tells_that_a_plan_was_changed_by_hand():
    plan = row("**", "12")
    changed = edit(plan, "atoms", 0, atom_id="another")
    found = [f.sentence for f in findings(changed) if f.rule == "V13"]
    assert found == ["plan.V13_id"]
    undated = dataclasses.replace(plan, info={**plan.info, "created": "yesterday"})
    assert rules_of(undated, "warning") == {"V13"}
