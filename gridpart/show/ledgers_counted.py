"""The ledgers of what is counted: statistics by level, the budget, departments."""

from collections.abc import Callable

import pandas as pd

from gridpart.columns import TEXT, Column, Table
from gridpart.measure.balance import plan_rules
from gridpart.measure.departments import DEPARTMENTS, match_departments
from gridpart.measure.funds import budget, budget_table
from gridpart.measure.levels import STATISTICS, statistics
from gridpart.plan import Plan
from gridpart.show.words import WORDS

LEVEL = Column("level", TEXT, "层级")


def counted(plan: Plan, at: int) -> dict[str, tuple[pd.DataFrame, Table]]:
    """Return statistics, budget and departments' grids, with what their columns are.

    Levels stand one below the other, to be filtered by ``level``. Communities have a
    table of their own, so the statistics end above them.
    """
    funds = budget_table(plan_rules(plan).funds)
    return {
        "statistics": _stacked(
            plan, statistics, STATISTICS, ("city", "county", "subdistrict"), at
        ),
        "budget": _stacked(
            plan, budget, funds, ("subdistrict", "community", "grid"), at
        ),
        "departments": (match_departments(plan), DEPARTMENTS),
    }


def _stacked(
    plan: Plan,
    count: Callable[[Plan, str], pd.DataFrame],
    table: Table,
    levels: tuple[str, ...],
    at: int,
) -> tuple[pd.DataFrame, Table]:
    parts = []
    for level in levels:
        rows = count(plan, level)
        rows.insert(0, LEVEL.name, WORDS[f"by_{level}"][at])
        parts.append(rows)
    columns = (LEVEL, *table.columns)
    whole = pd.concat(parts, ignore_index=True)
    return whole, Table(table.name, table.label_zh, columns)
