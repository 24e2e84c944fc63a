"""GeoPackage and file geodatabase, through GDAL, once their bytes are checked."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
from shapely.errors import ShapelyError

from gridpart.errors import InputError
from gridpart.read.opened import Opened

_SQLITE = b"SQLite format 3\x00"
_GDB_CATALOGUE = "a00000001.gdbtable"


def is_geopackage(path: Path) -> bool:
    """Say whether a file is a whole SQLite database."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(_SQLITE):
        return False
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    return path.stat().st_size >= (65536 if page == 1 else page) * pages


def is_geodatabase(path: Path) -> bool:
    """Say whether a folder is a file geodatabase."""
    return (path / _GDB_CATALOGUE).is_file()


def layer_names(path: Path) -> list[str]:
    """Return the names of the layers in a file, in its order."""
    with _gdal(path.name):
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]


def open_vector(path: Path, layer: str) -> Opened:
    """Return one layer of a file, its rows not loaded."""
    with _gdal(f"{path.name} ({layer})"):
        fields = pyogrio.read_info(path, layer=layer)["fields"]
    return Opened(tuple(map(str, fields)), partial(_load, path, layer))


def _load(path: Path, layer: str, columns: Sequence[str]) -> pd.DataFrame:
    with _gdal(f"{path.name} ({layer})"):
        frame = pyogrio.read_dataframe(path, layer=layer, columns=list(columns))
    return numbered_rows(frame)


def numbered_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with rows numbered from 1, its geometry named ``geometry``."""
    frame = frame.set_axis(pd.RangeIndex(1, len(frame) + 1))
    if isinstance(frame, gpd.GeoDataFrame) and frame.geometry.name != "geometry":
        return frame.rename_geometry("geometry")
    return frame


@contextmanager
def _gdal(place: str) -> Iterator[None]:
    """Turn what GDAL may throw into one clear error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (
        *(DataSourceError, DataLayerError, FieldError, GeometryError),
        *(ShapelyError, ValueError, RuntimeError, OSError, TypeError),
    ) as error:
        msg = f"{place}: cannot be read: {error}. Export the layer again."
        raise InputError(msg) from error
