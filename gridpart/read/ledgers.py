"""Ledgers: tables with a row a building, a unit or a room, counted at once.

What stays of a ledger is a count per building and per unit. Rooms are never kept,
nor is anything in which the rooms of a building differ.
"""

from dataclasses import dataclass

import pandas as pd

from gridpart.finding import INFO, WARNING, Finding
from gridpart.read.headings import COMPOUND, HELPERS, NUMBER, ROOM, UNIT

_ID, _HOUSEHOLDS, _COMPOUND_ID = "building_id", "households", "compound_id"


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of a layer; ``units`` are rows for the table of units, if there are any."""

    rows: pd.DataFrame
    units: pd.DataFrame | None = None
    notes: tuple[Finding, ...] = ()


def count_ledger(rows: pd.DataFrame, table: str) -> Counted:
    """Return a ledger as rows of buildings or units.

    Parameters
    ----------
    rows
        Rows under our names; ``room`` marks a ledger of rooms, ``unit`` (in a table
        of buildings in which buildings come more than once) one of units.
    table
        ``buildings`` or ``units``; any other table is returned as it is.

    Notes
    -----
    A ledger of rooms with a column of households is added up, one without has its
    different rooms counted. A number such as 3号楼 names a building only inside its
    compound: where a table has both and no id of the building, the id is made of
    the two.
    """
    helpers = HELPERS.get(table)
    if helpers is None:
        return Counted(rows)
    rows = _with_ids(rows, table)
    has_rooms, notes = ROOM in rows and _ID in rows, []
    if has_rooms:
        notes = _notes(rows, table)
        keys = [name for name in (_ID, UNIT) if name in rows]
        rows = _one_row_each(rows, keys)
    units = None
    has_units = table == "buildings" and UNIT in rows and _ID in rows
    if has_units and (has_rooms or rows[_ID].duplicated().any()):
        if _HOUSEHOLDS in rows:
            units = rows.loc[rows[UNIT].notna(), [_ID, UNIT, _HOUSEHOLDS]]
        rows = _one_row_each(rows, [_ID])
    spent = [name for name in helpers if name in rows]
    return Counted(rows.drop(columns=spent), units, tuple(notes))


def _with_ids(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    if COMPOUND in rows and table == "buildings" and _COMPOUND_ID not in rows:
        rows = rows.assign(**{_COMPOUND_ID: rows[COMPOUND]})
    if _ID in rows or NUMBER not in rows:
        return rows
    compound = next((name for name in (COMPOUND, _COMPOUND_ID) if name in rows), None)
    ids = rows[NUMBER] if compound is None else rows[compound] + " " + rows[NUMBER]
    return rows.assign(**{_ID: ids})


def _one_row_each(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row a group: households added up, the rest where all rows agree."""
    group = rows.groupby(keys, dropna=False, sort=False).ngroup()
    grouped = rows.groupby(group)
    kinds = grouped.nunique()
    one = grouped.first().where(kinds == 1)
    if _HOUSEHOLDS in rows:
        one[_HOUSEHOLDS] = grouped[_HOUSEHOLDS].sum(min_count=1)
    elif ROOM in rows:
        one[_HOUSEHOLDS] = kinds[ROOM].astype("Int64")
    if keys == [_ID] and "units" not in rows:
        one["units"] = kinds[UNIT].astype("Int64") if UNIT in rows else pd.NA
    return one.set_axis(pd.Index(rows.index.to_series().groupby(group).first()))


def _notes(rows: pd.DataFrame, table: str) -> list[Finding]:
    values = {"layer": table, "rows": len(rows)}
    notes = [Finding("I05", INFO, "input.rooms_counted", values)]
    blank = int(rows[ROOM].isna().sum())
    if blank and _HOUSEHOLDS not in rows:
        values = {"layer": table, "rows": blank}
        notes.append(Finding("I05", WARNING, "input.rooms_blank", values))
    return notes
