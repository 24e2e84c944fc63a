"""The ledgers as CSV: UTF-8 with BOM, text quoted, nothing that could be a formula.

Excel takes a text that begins with one of ``= + - @`` for a formula; an apostrophe
before it makes it text again. Numbers are written bare, so a deviation of -0.08
stays a number.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gridpart.columns import FLAG, TEXT
from gridpart.show.ledgers import Ledger

# Full-width signs too: a Chinese Excel reads them as the others.
_FORMULA = r"^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])"
_DIGITS = 6  # of shares and metres behind the point


def write_csvs(lists: Sequence[Ledger], folder: Path) -> list[Path]:
    """Write each ledger to a file named after its key.

    Parameters
    ----------
    lists
        As :func:`gridpart.show.ledgers.ledgers` returns them.
    folder
        A folder that exists.

    Returns
    -------
    paths
        The files written.
    """
    paths = []
    for ledger in lists:
        path = folder / f"{ledger.key}.csv"
        entries = ledger.rows.head(len(ledger.rows) - ledger.sums)
        table = {
            heading: _harmless(entries[column.name])
            if column.kind in (TEXT, FLAG)
            else entries[column.name].round(_DIGITS)
            for column, heading in zip(ledger.columns, ledger.headings, strict=True)
        }
        pd.DataFrame(table).to_csv(
            path,
            index=False,
            encoding="utf-8-sig",
            quoting=csv.QUOTE_NONNUMERIC,
            lineterminator="\r\n",
        )
        paths.append(path)
    return paths


def _harmless(values: pd.Series) -> pd.Series:
    text = values.astype("str")
    risky = text.str.contains(_FORMULA, na=False)
    return text.where(~risky, "'" + text)
