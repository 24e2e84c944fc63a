"""One source to rows of one layer, under our names and with our kinds of values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pyproj

from gridpart.columns import CITY, NUMBER, TEXT, Column
from gridpart.errors import InputError
from gridpart.finding import INFO, WARNING, Finding
from gridpart.read import privacy
from gridpart.read.files import open_table
from gridpart.read.headings import HELPERS, PLACES, ROOM, UNIT, find_columns
from gridpart.read.ledgers import count_ledger
from gridpart.read.opened import Opened
from gridpart.read.points import with_places
from gridpart.read.sources import Source
from gridpart.read.values import as_column, as_text


@dataclass(frozen=True, slots=True)
class Read:
    """Rows of one source under our names, and what reading them saw.

    ``units`` are rows for the table of units, where a ledger of buildings gave any;
    ``headings`` are those of the file.
    """

    source: Source
    rows: pd.DataFrame
    units: pd.DataFrame | None
    headings: tuple[str, ...]
    notes: tuple[Finding, ...]


def read_source(source: Source, basis: str, fallback: pyproj.CRS | None) -> Read:
    """Return the rows of one source.

    Parameters
    ----------
    source
        Which file, and how its columns are to be read.
    basis
        What a household is; headings that name a basis count only for theirs.
    fallback
        CRS of a source that carries none.

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
    named = _named(_keep(loaded.rows, source), columns, source)
    typed, notes = _typed(named, source)
    counted = count_ledger(typed, source.table)
    rows = with_places(counted.rows, source, fallback)
    used = {*columns.values(), *source.where}
    left_out = [name for name in opened.headings if name not in used]
    if left_out:
        values = {"layer": source.table, "columns": ", ".join(left_out)}
        notes.append(Finding("I01", INFO, "input.columns_left_out", values))
    if loaded.mended:
        bad = {
            "layer": source.table,
            "rows": len(loaded.mended),
            "id": loaded.mended[0],
        }
        notes.append(Finding("I08", WARNING, "input.geometry_unreadable", bad))
    return Read(source, rows, counted.units, opened.headings, (*notes, *counted.notes))


def _match(source: Source, opened: Opened, basis: str) -> dict[str, str]:
    """Return which of the file's columns hold which of ours."""
    columns = find_columns(opened.headings, source.table, basis, cut=opened.is_cut)
    unwanted = {*source.constants}
    if not opened.is_flat:
        unwanted |= {*PLACES, UNIT, ROOM} - {*_names(source)}
    columns = {name: columns[name] for name in columns if name not in unwanted}
    columns |= source.columns
    used = _distinct([*columns.values(), *source.where])
    absent = [name for name in used if name not in opened.headings]
    if absent:
        msg = (
            f"{source.place}: column {_quote(absent)} is not in the file. Found: "
            f"{_quote(opened.headings)}. Correct `columns` or `where`."
        )
        raise InputError(msg)
    twice = [name for name in used if opened.headings.count(name) > 1]
    if twice:
        msg = (
            f"{source.place}: several columns are headed {_quote(twice)}. Rename all "
            "but the one that counts."
        )
        raise InputError(msg)
    return columns


def _names(source: Source) -> list[str]:
    return CITY[source.table].names


def _quote(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _keep(rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    for theirs, values in source.where.items():
        text = as_text(rows[theirs], f"{source.place}, column `{theirs}`")
        rows = rows[text.isin([str(value) for value in values])]
    return rows


def _named(rows: pd.DataFrame, columns: dict[str, str], source: Source) -> pd.DataFrame:
    data = {ours: rows[theirs] for ours, theirs in columns.items()}
    for ours, value in source.constants.items():
        data[ours] = pd.Series([value] * len(rows), index=rows.index)
    for part in ("recode", "numbered"):
        for ours in getattr(source, part):
            if ours not in data:
                msg = (
                    f"{source.place}: `{part}.{ours}` has no column to work on. Name "
                    f"one as `columns.{ours}`."
                )
                raise InputError(msg)
    for ours, pairs in source.recode.items():
        text = as_text(data[ours], f"{source.place}, column `{ours}`")
        data[ours] = text.astype("object").map(lambda v, pairs=pairs: pairs.get(v, v))
    for ours, first in source.numbered.items():
        data[ours] = _numbered(data[ours], first, f"{source.place}, column `{ours}`")
    named = pd.DataFrame(data, index=rows.index)
    if isinstance(rows, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(named, geometry=rows.geometry)
    return named


def _numbered(values: pd.Series, first: str, where: str) -> pd.Series:
    text = as_text(values, where)
    names = sorted(text.dropna().unique())
    if not first.isdecimal() or len(str(int(first) + len(names))) > len(first):
        msg = (
            f"{where}: {len(names)} codes cannot be numbered from {first!r}. Give a "
            "code of digits with room for all."
        )
        raise InputError(msg)
    codes = {
        name: str(int(first) + place).zfill(len(first))
        for place, name in enumerate(names)
    }
    return text.map(codes).astype("str")


def _typed(rows: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, list[Finding]]:
    kinds = {column.name: column for column in CITY[source.table].columns}
    for name in HELPERS.get(source.table, ()):
        kinds.setdefault(name, Column(name, TEXT, ""))
    kinds |= {name: Column(name, NUMBER, "") for name in PLACES}
    typed, notes = rows.copy(), []
    for name in rows.columns.drop("geometry", errors="ignore"):
        column = kinds[name]
        typed[name], lost = as_column(rows[name], column, source.place)
        if column.kind == TEXT and name != ROOM:
            heading = source.columns.get(name, name)
            privacy.refuse_values(typed[name], source.table, heading, source.path.name)
        if lost:
            values = {"layer": source.table, "column": name, "rows": lost}
            notes.append(Finding("I07", WARNING, "input.values_unreadable", values))
    return typed, notes
