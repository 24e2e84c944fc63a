"""GeoJSON, without GDAL: its driver would take other kinds of JSON for it too."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from gridpart.crs import LON_LAT
from gridpart.errors import InputError
from gridpart.read.opened import Loaded, Opened
from gridpart.read.sheets import decode


def open_geojson(path: Path) -> Opened:
    """Return a GeoJSON feature collection, its rows not built.

    Raises
    ------
    InputError
        If the file is no JSON or no feature collection.
    """
    try:
        tree = json.loads(decode(path))
    except (ValueError, RecursionError) as error:
        msg = f"{path.name}: cannot be read as GeoJSON: {error}. Export it again."
        raise InputError(msg) from error
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list) or tree.get("type") != "FeatureCollection":
        msg = f"{path.name}: expected a GeoJSON FeatureCollection. Export it as one."
        raise InputError(msg)
    if not all(isinstance(f, dict) and f.get("type") == "Feature" for f in features):
        msg = f"{path.name}: expected features only in the FeatureCollection."
        raise InputError(msg)
    properties = [f["properties"] if _has_table(f) else {} for f in features]
    headings = dict.fromkeys(key for row in properties for key in row)
    load = partial(_load, features, properties, _crs(tree, path))
    return Opened(tuple(headings), load)


def _has_table(feature: Mapping[str, Any]) -> bool:
    return isinstance(feature.get("properties"), dict)


def _load(
    features: Sequence[Mapping[str, Any]],
    properties: Sequence[Mapping[str, Any]],
    crs: pyproj.CRS,
    columns: Sequence[str],
) -> Loaded:
    index = pd.RangeIndex(1, len(features) + 1)
    data = {
        name: pd.Series(
            [row.get(name) for row in properties], index=index, dtype=object
        )
        for name in columns
    }
    shapes = [_shape(feature.get("geometry")) for feature in features]
    mended = [
        row
        for row, shape, feature in zip(index, shapes, features, strict=True)
        if shape is None and feature.get("geometry") is not None
    ]
    geometry = gpd.GeoSeries(shapes, index=index, crs=crs)
    rows = gpd.GeoDataFrame(pd.DataFrame(data, index=index), geometry=geometry)
    return Loaded(rows, tuple(mended))


def _shape(geometry: object) -> shapely.Geometry | None:
    try:
        return None if geometry is None else shapely.geometry.shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None


def _crs(tree: Mapping[str, Any], path: Path) -> pyproj.CRS:
    """Return the CRS of the older standard's member, or WGS 84 of today's."""
    if tree.get("crs") is None:
        return LON_LAT
    try:
        return pyproj.CRS.from_user_input(tree["crs"]["properties"]["name"])
    except (CRSError, TypeError, KeyError) as error:
        msg = f"{path.name}: its CRS is unknown. Export it in longitude and latitude."
        raise InputError(msg) from error
