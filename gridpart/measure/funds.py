"""The budget of a plan: amounts in the rules times what there is of each.

What a community gets as a whole is not shared out to its grids: in the table by grid
it stands in a row of the community itself. So the totals of every level are equal.
"""

import pandas as pd

from gridpart.columns import INTEGER, TEXT, Column, Table
from gridpart.conform import conform
from gridpart.measure.balance import plan_rules
from gridpart.measure.levels import area_names, digits_of
from gridpart.plan import Plan
from gridpart.rules import Funds

TOTAL = Column("total", INTEGER, "合计(元/年)", required=True)


def budget_table(funds: Funds) -> Table:
    """Return the columns of a budget: code, name, each item, total."""
    items = [
        Column(item["item"], INTEGER, f"{item['zh']}(元/年)", required=True)
        for item in funds.items
    ]
    place = Column("code", TEXT, "编码", required=True), Column("name", TEXT, "名称")
    return Table("budget", "经费预算表", (*place, *items, TOTAL))


def budget(plan: Plan, by: str = "community") -> pd.DataFrame:
    """Return what the areas of a level cost a year, by the rules of the plan.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    by
        A level of :data:`gridpart.measure.levels.DIGITS`.

    Returns
    -------
    budget
        The columns of :func:`budget_table`, yuan, sorted by code; areas that get
        nothing are left out.

    Raises
    ------
    InputError
        If there is no such level.
    """
    digits = digits_of(by)
    funds = plan_rules(plan).funds
    receivers = {
        "base_grid": plan.base_grids["grid_code"],
        "micro_grid": plan.micro_grids["grid_code"],
        "exclusive_grid": plan.exclusive_grids["grid_code"],
        "community": plan.communities["community_code"],
    }
    codes = pd.concat(list(receivers.values())).str[:digits].dropna()
    table = pd.DataFrame(index=pd.Index(sorted(codes.unique()), name="code"))
    for item in funds.items:
        number = receivers[item["per"]].str[:digits].value_counts()
        table[item["item"]] = item["yuan"] * number.reindex(table.index, fill_value=0)
    table["total"] = table.sum(axis=1)
    table["name"] = area_names(plan).reindex(table.index)
    return conform(table[table["total"] > 0].reset_index(), budget_table(funds))
