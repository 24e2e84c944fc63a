"""Opened: a table of a file whose headings are known and whose rows are not loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rows of a file, and the numbers of those whose geometry had to be mended."""

    rows: pd.DataFrame
    mended: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A table of a file, before its rows are loaded.

    Parameters
    ----------
    headings
        Names of its columns, without the geometry.
    load
        Loads just the columns asked for, and the geometry if there is one (then as
        a GeoDataFrame), indexed by the row's number in the file.
    is_cut
        Whether the format cuts headings to ten bytes.
    is_flat
        Whether places can only be given as columns of coordinates.
    """

    headings: tuple[str, ...]
    load: Callable[[Sequence[str]], Loaded]
    is_cut: bool = False
    is_flat: bool = False
