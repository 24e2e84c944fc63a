"""Several sources of one layer, put together.

Sources with places are stacked. A ledger without places is joined to them by id:
it fills in what they lack.
"""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from gridpart.columns import CITY, Table
from gridpart.errors import InputError
from gridpart.finding import ERROR, WARNING, Finding

_JOINED = ("communities", "buildings", "compounds", "sites", "grids")
_HOUSEHOLDS = "households"


def put_together(
    frames: Sequence[pd.DataFrame], table: Table
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows of all sources of a layer as one table.

    Raises
    ------
    InputError
        If the layer must have places and no source has, or a ledger has no ids.
    """
    placed = [rows for rows in frames if isinstance(rows, gpd.GeoDataFrame)]
    ledgers = [rows for rows in frames if not isinstance(rows, gpd.GeoDataFrame)]
    if table.needs_shape and not placed:
        shapes = " or ".join(table.shapes)
        msg = (
            f"layer {table.name}: a table without places. Expected {shapes} geometry; "
            "give the layer as such, and the table beside it."
        )
        raise InputError(msg)
    if not placed or not ledgers or table.name not in _JOINED:
        return pd.concat(frames, ignore_index=True), []
    base, notes = pd.concat(placed, ignore_index=True), []
    is_bare = _HOUSEHOLDS not in base
    for ledger in ledgers:
        base, lost = _filled(base, ledger, table)
        notes += lost
    if is_bare and _HOUSEHOLDS in base:
        base, unlisted = _uninhabited(base)
        notes += unlisted
    return base, notes


def count_households(
    buildings: pd.DataFrame, units: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return buildings with the households of their units, where they have none.

    Raises
    ------
    InputError
        If the units are all of other buildings.
    """
    if _HOUSEHOLDS in buildings or _HOUSEHOLDS not in units:
        return buildings, []
    by_building = units.groupby("building_id")[_HOUSEHOLDS].sum(min_count=1)
    counts = buildings["building_id"].map(by_building).astype("Int64")
    if counts.isna().all() and len(by_building):
        msg = (
            f"layer units: no building of it (such as {by_building.index[0]}) is in "
            "layer buildings, which has no column of households. Give both layers the "
            "same `building_id` (楼栋编号), or both compound (小区) and number (楼号)."
        )
        raise InputError(msg)
    filled, unlisted = _uninhabited(buildings.assign(**{_HOUSEHOLDS: counts}))
    named = units[units["building_id"].notna()]
    stray = named[~named["building_id"].isin(buildings["building_id"])]
    return filled, unlisted + _lost(stray, stray.iloc[:0], CITY["units"])


def _filled(
    base: pd.DataFrame, ledger: pd.DataFrame, table: Table
) -> tuple[pd.DataFrame, list[Finding]]:
    key = table.columns[0]
    for rows in (base, ledger):
        if key.name not in rows:
            msg = (
                f"layer {table.name}: a table beside the map needs `{key.name}` "
                f"({key.label_zh}) in both, to be joined. Add the column to each."
            )
            raise InputError(msg)
    named = ledger[ledger[key.name].notna()]
    is_known = named[key.name].isin(base[key.name])
    facts = named[is_known].drop_duplicates(key.name).set_index(key.name)
    filled = base.copy()
    for name in facts.columns:
        values = base[key.name].map(facts[name])
        own = filled.get(name, values)
        filled[name] = own.where(own.notna(), values).astype(values.dtype)
    if not table.needs_shape:
        stray = named[~is_known]
        return pd.concat([filled, stray], ignore_index=True), []
    again = named[is_known & named.duplicated(key.name)]
    return filled, _lost(named[~is_known], again, table)


def _lost(stray: pd.DataFrame, again: pd.DataFrame, table: Table) -> list[Finding]:
    notes = []
    for rows, sentence in (
        (stray, "input.ledger_stray"),
        (again, "input.ledger_twice"),
    ):
        if len(rows):
            households = rows[_HOUSEHOLDS].sum() if _HOUSEHOLDS in rows else 0
            values = {
                "layer": table.name,
                "rows": len(rows),
                "id": rows.iloc[0][table.columns[0].name],
                "households": int(households),
            }
            notes.append(Finding("I06", ERROR, sentence, values))
    return notes


def _uninhabited(buildings: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Return buildings, those that no ledger lists without households."""
    missing = buildings[_HOUSEHOLDS].isna()
    if not missing.any():
        return buildings, []
    filled = buildings.assign(**{_HOUSEHOLDS: buildings[_HOUSEHOLDS].fillna(0)})
    values = {"rows": int(missing.sum())}
    return filled, [Finding("I06", WARNING, "input.ledger_silent", values)]


def require_columns(
    rows: pd.DataFrame, table: Table, headings: Sequence[str]
) -> pd.DataFrame:
    """Return ``rows``, which have all required columns of ``table``.

    Raises
    ------
    InputError
        If one is missing; the message names what the sources have.
    """
    missing = [c for c in CITY[table.name].columns if c.required and c.name not in rows]
    if missing:
        names = ", ".join(f"`{c.name}` ({c.label_zh})" for c in missing)
        msg = (
            f"layer {table.name}: column {names} is missing. Found: "
            f"{', '.join(headings) or 'nothing'}. Add the column, or say in a "
            "city.toml which one it is."
        )
        raise InputError(msg)
    return rows
