"""The plan's layers for other programs: GeoJSON by RFC 7946, and shapefile.

GeoJSON has longitude and latitude of WGS 84, rings by the right-hand rule, seven
digits at most, no crs member. A shapefile keeps the plan's CRS in metres; its field
names have ten ASCII bytes at most, and ``fields.csv`` beside it says what each
means. Workers have no layer: where somebody lives is nobody's business.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from gridpart.columns import LINE, PLAN, POINT, POLYGON
from gridpart.errors import InputError
from gridpart.plan import Plan

LAYERS = (
    "communities",
    "base_grids",
    "micro_grids",
    "exclusive_grids",
    "buildings",
    "barriers",
    "resources",
)
ENCODING = "UTF-8"

# Names of columns that a shapefile would cut.
SHORT = {
    "building_id": "bldg_id",
    "community_code": "comm_code",
    "compactness": "compact",
    "compound_id": "cmpd_id",
    "exclusive_count": "excl_count",
    "line_clarity": "line_clear",
    "micro_count": "micro_num",
    "perimeter_m": "perim_m",
    "resource_id": "res_id",
    "responsible": "respons",
    "subdistrict": "subdist",
}
MOST_BYTES = 254  # of a text in a shapefile

_DIMENSIONS = {POINT: 0, LINE: 1, POLYGON: 2}
_TYPES = {POINT: "Point", LINE: "LineString", POLYGON: "Polygon"}
_DIGITS = 6


def write_geojson(plan: Plan, folder: Path) -> list[Path]:
    """Write each layer as a GeoJSON file named after it.

    Parameters
    ----------
    plan
        Any plan; rows without a shape get a null geometry.
    folder
        A folder that exists.

    Returns
    -------
    paths
        The files written.
    """
    paths = []
    for name in LAYERS:
        layer = plan.tables[name].round(_DIGITS)
        path = folder / f"{name}.geojson"
        _write(
            layer,
            path,
            driver="GeoJSON",
            geometry_type="Unknown",
            RFC7946="YES",
            COORDINATE_PRECISION=7,
            SIGNIFICANT_FIGURES=12,
            AUTODETECT_JSON_STRINGS="NO",
        )
        paths.append(path)
    return paths


def write_shapefiles(plan: Plan, folder: Path, lang: str) -> list[Path]:
    """Write each layer as a shapefile in UTF-8, and the list of their fields.

    A layer that may hold areas, lines and points has a file for each of those that
    are there.

    Parameters
    ----------
    plan
        Any plan; texts longer than 254 bytes are cut, which the files cannot hold.
    folder
        A folder that exists.
    lang
        Language of the list's headings, ``zh`` or ``en``.

    Returns
    -------
    paths
        The files written.
    """
    fields = []
    for name in LAYERS:
        for file, kind, rows in _by_shape(plan, name):
            _write(
                _short(rows),
                folder / f"{file}.shp",
                driver="ESRI Shapefile",
                geometry_type=_TYPES[kind],
                encoding=ENCODING,
                DBF_DATE_LAST_UPDATE=_date(plan),
            )
            for column in PLAN[name].columns:
                names = (f"{file}.shp", short_name(column.name), column.name)
                fields.append((*names, column.label_zh, column.kind))
    english = ["file", "field", "column", "label_zh", "kind"]
    headings = ["文件", "字段", "列名", "中文名称", "类型"] if lang == "zh" else english
    table = pd.DataFrame(fields, columns=headings)
    table.to_csv(folder / "fields.csv", index=False, encoding="utf-8-sig")
    return sorted(folder.iterdir())


def short_name(column: str) -> str:
    """Return a column's name in a shapefile."""
    return SHORT.get(column, column[:10])


def _by_shape(plan: Plan, name: str) -> Iterator[tuple[str, str, gpd.GeoDataFrame]]:
    """Yield file name, kind of shape and rows; a shapefile holds just one kind."""
    layer, kinds = plan.tables[name], PLAN[name].shapes
    if len(kinds) == 1:
        yield name, kinds[0], layer
        return
    dimension = shapely.get_dimensions(layer.geometry.to_numpy())
    for kind in kinds:
        there = dimension == _DIMENSIONS[kind]
        if there.any():
            yield f"{name}_{kind}", kind, layer[there]


def _short(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Names of ten bytes, texts of 254 bytes, no character cut in two."""
    renamed = layer.rename(columns=short_name)
    if "geometry" not in renamed:
        renamed = renamed.rename_geometry("geometry")
    for name in renamed.select_dtypes("str"):
        cut = renamed[name].map(
            lambda text: text.encode()[:MOST_BYTES].decode(errors="ignore"),
            na_action="ignore",
        )
        renamed[name] = cut
    return renamed


def _date(plan: Plan) -> str:
    """Return the plan's own date, so that equal plans make equal files."""
    try:
        made = datetime.fromisoformat(plan.info.get("created", ""))
    except ValueError:
        return "1980-01-01"
    return f"{made:%Y-%m-%d}"


def _write(layer: gpd.GeoDataFrame, path: Path, **options: object) -> None:
    try:
        pyogrio.write_dataframe(layer, path, **options)
    except (DataSourceError, DataLayerError) as error:
        msg = (
            f"{path}: cannot be written ({error}). "
            "Choose a folder that exists and has room, and may be written."
        )
        raise InputError(msg) from error
