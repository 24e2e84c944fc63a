"""A plan as one GeoPackage, and back without loss.

The file is written beside its final place and moved there in one step, so that
nobody ever sees half a plan, not after Ctrl-C and not after a full disk. Equal
plans make equal files: the date in the file is the plan's own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError

from gridpart.columns import INTEGER, PLAN, TEXT, Table
from gridpart.conform import conform, empty
from gridpart.coverage import as_multi
from gridpart.drafts import new_file
from gridpart.errors import InputError
from gridpart.plan import Plan

# Their polygons may have several parts, so all are written as multipolygons.
MULTI = frozenset({"base_grids", "micro_grids", "exclusive_grids", "communities"})
# Without these there is nothing to judge; all other layers may be missing.
NEEDED = ("atoms", "base_grids", "communities")
INFO = "plan"


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan as GeoPackage, in one step.

    Parameters
    ----------
    plan
        Any plan, sound or not.
    path
        Where to; a file that is there is replaced only when the new one is whole.

    Raises
    ------
    InputError
        If the folder is missing or cannot be written.
    """
    try:
        with new_file(Path(path)) as fresh, _gdal(_stamp(plan.info)):
            for name, table in plan.tables.items():
                _write(table, fresh, name)
            _write(_info_table(plan.info), fresh, INFO)
    except (DataSourceError, DataLayerError) as error:
        msg = (
            f"{path}: the plan cannot be written ({error}). "
            "Choose a folder that exists and has room, and may be written."
        )
        raise InputError(msg) from error


def load_plan(path: Path) -> Plan:
    """Read a plan that :func:`save_plan` or another program wrote.

    Layers and columns that a plan need not have are filled in empty; columns
    unknown to gridpart are left out.

    Raises
    ------
    InputError
        If the file is missing or is no plan; the message names layer and column.
    """
    path = Path(path)
    layers = _layers(path)
    for name in NEEDED:
        if name not in layers:
            msg = (
                f"{path}: layer `{name}` is missing, so this is no plan. "
                f"Found: {', '.join(layers) or 'nothing'}. "
                "`gridpart divide` makes a plan from a city."
            )
            raise InputError(msg)
    crs = _crs(path)
    tables = {
        name: _read(path, table, crs) if name in layers else empty(table, crs=crs)
        for name, table in PLAN.items()
    }
    info = _read_info(path) if INFO in layers else {}
    return Plan(**tables, info=info)


def is_plan(path: Path) -> bool:
    """Say whether a file is meant as a plan: a GeoPackage with a layer of atoms."""
    path = Path(path)
    if not path.is_file() or path.suffix != ".gpkg":
        return False
    try:
        return "atoms" in _layers(path)
    except InputError:
        return False


def _write(table: pd.DataFrame, path: Path, layer: str) -> None:
    options: dict[str, object] = {}
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.geometry.to_numpy()
        if layer in MULTI:
            shapes = as_multi(shapes)
            table = table.set_geometry(gpd.GeoSeries(shapes, table.index, table.crs))
        options = {"geometry_type": _geometry_type(shapes, layer)}
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG", **options)


def _geometry_type(shapes: np.ndarray, layer: str) -> str:
    usual = "MultiPolygon" if layer in MULTI else "Polygon"
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    if not kinds:
        return usual if len(PLAN[layer].shapes) == 1 else "Unknown"
    return kinds.pop() if len(kinds) == 1 else "Unknown"


def _info_table(info: Mapping[str, str]) -> pd.DataFrame:
    keys = sorted(info)
    return pd.DataFrame({"key": keys, "value": [info[key] for key in keys]}, dtype=str)


def _stamp(info: Mapping[str, str]) -> str:
    """When the plan was made, as GDAL writes the date of a layer."""
    try:
        made = datetime.fromisoformat(info.get("created", ""))
    except ValueError:
        made = datetime.fromtimestamp(0, UTC)
    return f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


@contextmanager
def _gdal(stamp: str) -> Iterator[None]:
    """Let GDAL date files by the plan, and leave flushing to us."""
    options = {"OGR_CURRENT_DATE": stamp, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))


def _layers(path: Path) -> list[str]:
    if not path.is_file():
        msg = f"{path}: there is no such file. Give the path of a plan (.gpkg)."
        raise InputError(msg)
    try:
        return [str(name) for name, _ in pyogrio.list_layers(path)]
    except DataSourceError as error:
        msg = f"{path}: cannot be read as GeoPackage. Give a plan (.gpkg)."
        raise InputError(msg) from error


def _crs(path: Path) -> pyproj.CRS:
    given = pyogrio.read_info(path, layer="atoms")["crs"]
    crs = pyproj.CRS(given) if given else None
    if crs is None or not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        msg = (
            f"{path}: layer `atoms` must be in a projected CRS in metres, not "
            f"{crs.name if crs else 'without any'}. Reproject the plan first."
        )
        raise InputError(msg)
    return crs


def _read(path: Path, table: Table, crs: pyproj.CRS) -> pd.DataFrame:
    try:
        # A ring that is not closed becomes a missing polygon, for V01 to find.
        frame = pyogrio.read_dataframe(path, layer=table.name, on_invalid="ignore")
    except (DataSourceError, DataLayerError, ValueError) as error:
        msg = f"{path}: layer `{table.name}` cannot be read ({error}). Write it anew."
        raise InputError(msg) from error
    for column in table.columns:
        if column.name not in frame:
            continue
        where = f"{path}: layer `{table.name}`, column `{column.name}`"
        if column.kind == TEXT:
            frame[column.name] = _as_text(frame[column.name])
        if column.kind == INTEGER:
            _refuse_parts(frame[column.name], where, required=column.required)
    if table.name == "borders" and {"shared_m", "barrier"} <= set(frame):
        known = frame["shared_m"].where(frame["barrier"].notna(), 0.0)
        frame["clear_m"] = frame.get("clear_m", known)
    if not table.shapes:
        return conform(frame, table)
    if not isinstance(frame, gpd.GeoDataFrame):
        msg = f"{path}: layer `{table.name}` has no geometry. Write it with polygons."
        raise InputError(msg)
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    if frame.crs is None:
        frame = frame.set_crs(crs)
    return conform(_flat(frame.to_crs(crs)), table)


def _as_text(values: pd.Series) -> pd.Series:
    """Codes that a program made numbers of become text again, without ``.0``."""
    if pd.api.types.is_float_dtype(values) and not (values % 1 > 0).any():
        values = values.astype("Int64")
    return values.astype("str") if values.dtype != "str" else values


def _refuse_parts(values: pd.Series, where: str, *, required: bool) -> None:
    """Refuse counts that are missing or no whole numbers."""
    if required and values.isna().any():
        msg = f"{where}: {values.isna().sum()} rows have no value. Fill in 0 or more."
        raise InputError(msg)
    if pd.api.types.is_float_dtype(values) and (values % 1 > 0).any():
        given = values[values % 1 > 0].iloc[0]
        msg = f"{where}: must hold whole numbers, not {given}. Correct the row."
        raise InputError(msg)


def _flat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if not frame.has_z.any():
        return frame
    return frame.set_geometry(frame.geometry.force_2d())


def _read_info(path: Path) -> dict[str, str]:
    table = pyogrio.read_dataframe(path, layer=INFO)
    if not {"key", "value"} <= set(table.columns):
        msg = (
            f"{path}: table `{INFO}` must have the columns key and value. "
            f"Found: {', '.join(table.columns) or 'nothing'}."
        )
        raise InputError(msg)
    return {str(k): str(v) for k, v in zip(table["key"], table["value"], strict=True)}
