"""What must hold of statistics and budgets, however a town is divided."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.measure.funds import budget
from gridpart.measure.levels import DIGITS, statistics
from gridpart.plan import Plan
from tests.builders import toy_plan

OFTEN = settings(max_examples=20, deadline=None, derandomize=True)
NUMBERS = st.integers(0, 10**6)


def any_town(rng: np.random.Generator) -> Plan:
    """Draw a town whose grids lie anyhow."""
    height, width = rng.integers(1, 5, 2)

    def picture(letters: str) -> str:
        drawn = rng.choice(list(letters), (height, width))
        return "\n".join("".join(row) for row in drawn)

    return toy_plan(
        picture("ABC*."),
        picture("1234X"),
        micros=picture("123"),
        communities=picture("129"),
        households={
            (row, column): int(rng.integers(0, 400))
            for row in range(height)
            for column in range(width)
        },
    )


@OFTEN
@given(NUMBERS)
def test_households_of_every_level_sum_to_the_last_one(seed: int) -> None:
    plan = any_town(np.random.default_rng(seed))
    for by, digits in DIGITS.items():
        table = statistics(plan, by)
        assert table["code"].is_unique
        assert table["code"].is_monotonic_increasing
        assert (table["code"].str.len() <= digits).all()
        assert table["households"].sum() == plan.atoms["households"].sum()
        assert table["micro_grids"].sum() == len(plan.micro_grids)
        assert table["exclusive_grids"].sum() == len(plan.exclusive_grids)
        assert np.isclose(table["area_m2"].sum(), plan.atoms.area.sum())
        if by not in ("micro", "third"):
            assert table["base_grids"].sum() == len(plan.base_grids)


@OFTEN
@given(NUMBERS)
def test_budgets_of_every_level_have_one_total(seed: int) -> None:
    plan = any_town(np.random.default_rng(seed))
    totals = {int(budget(plan, by)["total"].sum()) for by in DIGITS}
    assert totals == {3_000 * len(plan.base_grids) + 170_000 * len(plan.communities)}
