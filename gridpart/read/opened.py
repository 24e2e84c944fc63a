"""Opened: a table of a file whose headings are known and whose rows are not loaded."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from gridpart.errors import InputError


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


@contextmanager
def foreign(place: str) -> Iterator[None]:
    """Turn whatever a foreign reader throws at a broken file into one clear error.

    Only calls of GDAL, Arrow and the like belong inside: they throw what they like.

    Raises
    ------
    InputError
        For any exception from inside.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        msg = f"{place}: cannot be read: {error}. Export or save it again."
        raise InputError(msg) from error
