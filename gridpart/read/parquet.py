"""GeoParquet, where the optional package pyarrow is installed."""

import importlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridpart.errors import InputError
from gridpart.read.opened import Loaded, Opened, foreign
from gridpart.read.vectors import numbered_rows

_MAGIC = b"PAR1"


def is_parquet(path: Path) -> bool:
    """Say whether a file begins and ends as a Parquet file does."""
    if path.stat().st_size < 3 * len(_MAGIC):
        return False
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
        file.seek(-len(_MAGIC), 2)
        return head == file.read() == _MAGIC


def open_parquet(path: Path) -> Opened:
    """Return a Parquet file, its rows not loaded.

    Raises
    ------
    InputError
        If it cannot be read, or pyarrow is not installed.
    """
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        msg = (
            f"{path.name}: reading Parquet needs the package pyarrow. Install it with "
            "`pip install pyarrow`, or export the layer as GeoPackage."
        )
        raise InputError(msg) from error
    with foreign(path.name):
        schema = parquet.read_schema(path)
        geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        shapes = dict(geo.get("columns", {}))
    headings = [name for name in schema.names if name not in shapes]
    primary = geo.get("primary_column")
    load = partial(_load, path, primary)
    return Opened(tuple(headings), load, is_flat=primary is None)


def _load(path: Path, primary: str | None, columns: Sequence[str]) -> Loaded:
    with foreign(path.name):
        if primary is None:
            rows = pd.read_parquet(path, columns=list(columns))
        else:
            rows = gpd.read_parquet(path, columns=[*columns, primary])
        # Arrow finds broken text only when it is looked at: here, not later.
        texts = rows.select_dtypes("str").columns
        return Loaded(numbered_rows(rows.astype(dict.fromkeys(texts, object))))
