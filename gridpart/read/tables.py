"""One source to rows of one layer, under our names and with our kinds of values."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridpart.columns import CITY, TEXT, Column
from gridpart.errors import InputError
from gridpart.finding import INFO, WARNING, Finding
from gridpart.read import privacy
from gridpart.read.files import open_table
from gridpart.read.headings import HELPERS, PLACES, find_columns
from gridpart.read.opened import Opened
from gridpart.read.sources import Source
from gridpart.read.values import as_column, as_text


@dataclass(frozen=True, slots=True)
class Read:
    """Rows of one source, and what reading them saw."""

    rows: pd.DataFrame
    notes: tuple[Finding, ...]


def read_source(source: Source, basis: str) -> Read:
    """Return the rows of one source.

    Parameters
    ----------
    source
        Which file, and how its columns are to be read.
    basis
        What a household is; headings that name a basis count only for theirs.

    Returns
    -------
    read
        Rows with those of our columns that the source has, indexed by the row's
        number in the file; nothing else of the file is kept.

    Raises
    ------
    InputError
        If the file cannot be read, holds facts about persons, or a value cannot
        be carried.
    """
    opened = open_table(source)
    privacy.refuse_headings(opened.headings, source.table, source.path.name)
    columns = _match(source, opened, basis)
    loaded = opened.load(_distinct([*columns.values(), *source.where]))
    kept = _keep(loaded, source)
    wanted = {name: place for name, place in columns.items() if name not in PLACES}
    rows, notes = _typed(_named(kept, wanted, source), source)
    used = {*columns.values(), *source.where}
    left_out = [name for name in opened.headings if name not in used]
    if left_out:
        values = {"layer": source.table, "columns": ", ".join(left_out)}
        notes.insert(0, Finding("I01", INFO, "input.columns_left_out", values))
    return Read(rows, tuple(notes))


def _match(source: Source, opened: Opened, basis: str) -> dict[str, str]:
    columns = find_columns(opened.headings, source.table, basis, cut=opened.is_cut)
    unwanted = {*source.constants, *(() if opened.is_flat else PLACES)}
    columns = {name: columns[name] for name in columns if name not in unwanted}
    columns |= source.columns
    absent = {*source.columns.values(), *source.where} - {*opened.headings}
    if absent:
        msg = (
            f"{source.place}: column {_quote(sorted(absent))} is not in the file. "
            f"Found: {_quote(opened.headings)}. Correct {'`columns`'} or `where`."
        )
        raise InputError(msg)
    return columns


def _quote(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _distinct(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _keep(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    for theirs, values in source.where.items():
        text = as_text(frame[theirs], f"{source.place}, column `{theirs}`")
        frame = frame[text.isin([str(value) for value in values])]
    return frame


def _named(
    frame: pd.DataFrame, columns: dict[str, str], source: Source
) -> pd.DataFrame:
    data = {ours: frame[theirs] for ours, theirs in columns.items()}
    for ours, value in source.constants.items():
        data[ours] = pd.Series([value] * len(frame), index=frame.index)
    for ours, pairs in source.recode.items():
        if ours not in data:
            msg = f"{source.place}: `recode.{ours}` has no column to work on."
            raise InputError(msg)
        text = as_text(data[ours], f"{source.place}, column `{ours}`")
        data[ours] = text.astype("object").map(lambda v, pairs=pairs: pairs.get(v, v))
    for ours, first in source.numbered.items():
        if ours not in columns:
            msg = (
                f"{source.place}: `numbered.{ours}` needs `columns.{ours}`, the column "
                "whose values are put in order."
            )
            raise InputError(msg)
        data[ours] = _numbered(data[ours], first, f"{source.place}, column `{ours}`")
    rows = pd.DataFrame(data, index=frame.index)
    if isinstance(frame, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(rows, geometry=frame.geometry)
    return rows


def _numbered(values: pd.Series, first: str, where: str) -> pd.Series:
    text = as_text(values, where)
    names = sorted(text.dropna().unique())
    if not first.isdecimal() or len(str(int(first) + len(names))) > len(first):
        msg = f"{where}: {len(names)} codes cannot be numbered from {first!r}."
        raise InputError(msg)
    codes = {
        name: str(int(first) + i).zfill(len(first)) for i, name in enumerate(names)
    }
    return text.map(codes)


def _typed(rows: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, list[Finding]]:
    helpers = [Column(name, TEXT, "") for name in HELPERS.get(source.table, ())]
    kinds = {column.name: column for column in [*CITY[source.table].columns, *helpers]}
    notes = []
    typed = rows.copy()
    for name in rows.columns.drop("geometry", errors="ignore"):
        column = kinds[name]
        typed[name], lost = as_column(rows[name], column, source.place)
        if column.kind == TEXT:
            privacy.refuse_values(
                typed[name],
                source.table,
                source.columns.get(name, name),
                source.path.name,
            )
        if lost:
            values = {"layer": source.table, "column": name, "rows": lost}
            notes.append(Finding("I07", WARNING, "input.values_unreadable", values))
    return typed, notes
