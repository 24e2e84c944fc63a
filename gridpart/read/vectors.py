"""GeoPackage, file geodatabase and shapefile, through GDAL, their bytes checked."""

import codecs
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import GeometryError
from shapely.errors import ShapelyError

from gridpart.errors import InputError
from gridpart.read.opened import Loaded, Opened, foreign

_SQLITE = b"SQLite format 3\x00"
_SHAPES = (9994).to_bytes(4, "big")
_GDB_CATALOGUE = "a00000001.gdbtable"

CODECS = ("utf-8", "gb18030")
_RAW = "ISO-8859-1"  # one character a byte: what GDAL reads is what the file holds


def is_geopackage(path: Path) -> bool:
    """Say whether a file is a whole SQLite database."""
    head = _head(path)
    if len(head) < 100 or not head.startswith(_SQLITE):
        return False
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    return path.stat().st_size >= (65536 if page == 1 else page) * pages > 0


def is_shapefile(path: Path) -> bool:
    """Say whether a file is a whole shapefile with its index."""
    head = _head(path)
    words = int.from_bytes(head[24:28], "big")
    whole = len(head) == 100 and path.stat().st_size >= 2 * words
    return whole and head.startswith(_SHAPES) and _beside(path, ".shx") is not None


def is_geodatabase(path: Path) -> bool:
    """Say whether a folder is a file geodatabase."""
    return (path / _GDB_CATALOGUE).is_file()


def layer_names(path: Path) -> list[str]:
    """Return the names of the layers in a file, in its order."""
    with foreign(path.name):
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]


def open_vector(path: Path, layer: str) -> Opened:
    """Return one layer of a GeoPackage or geodatabase, its rows not loaded."""
    with foreign(f"{path.name} ({layer})"):
        info = pyogrio.read_info(path, layer=layer)
    return Opened(
        tuple(map(str, info["fields"])),
        partial(_load, path, layer),
        is_flat=info["geometry_type"] is None,
    )


def open_shapefile(path: Path) -> Opened:
    """Return a shapefile, its rows not loaded.

    Shapefiles seldom say truly in which encoding they are, and cut headings in the
    middle of a character. So the bytes are read as they are and decoded here: all
    of them as strict UTF-8, or else as strict GB18030.

    Raises
    ------
    InputError
        If the headings are in neither encoding.
    """
    with foreign(path.name):
        raw = [str(name) for name in pyogrio.read_info(path, encoding=_RAW)["fields"]]
    readings: dict[str, list[str]] = {}
    for codec in CODECS:
        try:
            readings[codec] = [_decode_cut(name, codec) for name in raw]
        except UnicodeDecodeError:
            continue
    if not readings:
        msg = f"{path.name}: the headings are neither in UTF-8 nor in GB18030. {_AGAIN}"
        raise InputError(msg)
    headings = next(iter(readings.values()))
    usable = [codec for codec, reading in readings.items() if reading == headings]
    load = partial(_load_shapefile, path, dict(zip(headings, raw, strict=True)), usable)
    return Opened(tuple(headings), load, is_cut=True)


_AGAIN = "Export the layer again, as GeoPackage."


def _decode_cut(name: str, codec: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)()
    return decoder.decode(name.encode(_RAW))  # an unfinished last character is dropped


def _load(path: Path, layer: str, columns: Sequence[str]) -> Loaded:
    return _read(f"{path.name} ({layer})", path, layer=layer, columns=list(columns))


def _load_shapefile(
    path: Path, raw: dict[str, str], usable: Sequence[str], columns: Sequence[str]
) -> Loaded:
    wanted = [raw[name] for name in columns]
    loaded = _read(path.name, path, columns=wanted, encoding=_RAW)
    for codec in usable:
        rows = loaded.rows.rename(columns={raw[name]: name for name in columns})
        try:
            for name in columns:
                if isinstance(rows[name].dtype, pd.StringDtype):
                    rows[name] = (
                        rows[name]
                        .str.encode(_RAW)
                        .map(
                            lambda text, codec=codec: text.decode(codec),
                            na_action="ignore",
                        )
                        .astype("str")
                    )
        except UnicodeDecodeError:
            continue
        return Loaded(rows, loaded.mended)
    tried = " nor in ".join(usable)
    msg = f"{path.name}, column `{name}`: text neither in {tried}. {_AGAIN}"
    raise InputError(msg)


def _read(place: str, path: Path, **options: object) -> Loaded:
    read: Callable[..., pd.DataFrame] = partial(pyogrio.read_dataframe, path, **options)
    with foreign(place):
        try:
            return Loaded(numbered_rows(read()))
        except (GeometryError, ShapelyError):
            rows = numbered_rows(read(on_invalid="fix"))
            sound = numbered_rows(read(on_invalid="ignore"))
    closed = shapely.is_missing(sound.geometry) & ~shapely.is_missing(rows.geometry)
    return Loaded(rows, tuple(rows.index[closed]))


def numbered_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table with rows numbered from 1, its geometry named ``geometry``."""
    rows = rows.set_axis(pd.RangeIndex(1, len(rows) + 1))
    if isinstance(rows, gpd.GeoDataFrame) and rows.geometry.name != "geometry":
        return rows.rename_geometry("geometry")
    return rows


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)


def _beside(path: Path, ending: str) -> Path | None:
    spellings = (path.with_suffix(ending), path.with_suffix(ending.upper()))
    return next((part for part in spellings if part.is_file()), None)
