"""CSV and Excel: rows of values under a row of headings."""

import csv
import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import python_calamine

from gridpart.errors import InputError
from gridpart.read.opened import Loaded, Opened, foreign

Row = list[object]

_CODECS = ("utf-8-sig", "gb18030")
_TITLE_ROWS = 10  # above the headings of a ledger there may be a title and a date
_ZIP = b"PK\x03\x04"


def decode(path: Path) -> str:
    """Return the text of a file in UTF-8 or GB18030, strictly.

    Raises
    ------
    InputError
        If it is in neither, or no text at all.
    """
    content = path.read_bytes()
    for codec in _CODECS:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    msg = f"{path.name}: text neither in UTF-8 nor in GB18030. Save it as UTF-8."
    raise InputError(msg)


def open_csv(path: Path, count_known: Callable[[Sequence[str]], int]) -> Opened:
    """Return a CSV file; ``count_known`` tells headings from titles.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        rows = [list[object](row) for row in csv.reader(_lines(path))]
    except csv.Error as error:
        msg = f"{path.name}: cannot be read as CSV: {error}. Save it again."
        raise InputError(msg) from error
    return _opened(rows, path.name, count_known)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook that hold anything.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    with foreign(path.name):
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = [str(name) for name in book.sheet_names]
        return [name for name in names if book.get_sheet_by_name(name).height]


def open_sheet(
    path: Path, sheet: str, count_known: Callable[[Sequence[str]], int]
) -> Opened:
    """Return one sheet of a workbook; ``count_known`` tells headings from titles.

    Every cell of a merged range has the range's value.
    """
    with foreign(f"{path.name} ({sheet})"):
        table = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(
            sheet
        )
        rows = [list[object](row) for row in table.to_python(skip_empty_area=False)]
        merged = table.merged_cell_ranges or []
    for (top, left), (bottom, right) in merged:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return _opened(rows, f"{path.name} ({sheet})", count_known)


def _lines(path: Path) -> io.StringIO:
    return io.StringIO(decode(path), newline="")


def is_workbook(path: Path) -> bool:
    """Say whether a file is packed as workbooks are."""
    with path.open("rb") as file:
        return file.read(4) == _ZIP


def _opened(
    rows: list[Row], place: str, count_known: Callable[[Sequence[str]], int]
) -> Opened:
    filled = [number for number, row in enumerate(rows) if any(map(_is_filled, row))]
    if not filled:
        raise InputError(f"{place}: the table is empty. Expected a row of headings.")
    texts = {number: [_heading(v) for v in rows[number]] for number in filled}
    top = next(
        (n for n in filled[:_TITLE_ROWS] if count_known(texts[n]) > 1), filled[0]
    )
    headings = texts[top]
    body = {number + 1: rows[number] for number in filled if number > top}
    for number, row in body.items():
        if any(_is_filled(value) for value in row[len(headings) :]):
            msg = f"{place}, row {number}: more values than headings. Correct the row."
            raise InputError(msg)
    return Opened(
        tuple(heading for heading in headings if heading),
        partial(_load, body, headings),
        is_flat=True,
    )


def _load(
    body: dict[int, Row], headings: Sequence[str], columns: Sequence[str]
) -> Loaded:
    data = {}
    for name in columns:
        at = headings.index(name)
        values = [row[at] if at < len(row) else None for row in body.values()]
        data[name] = [value if _is_filled(value) else None for value in values]
    return Loaded(pd.DataFrame(data, index=list(body), dtype=object))


def _is_filled(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _heading(value: object) -> str:
    return str(value).strip() if _is_filled(value) else ""
