"""Rows of a table with two columns of coordinates, as points."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import pyproj

from gridpart.crs import LON_LAT, known_crs
from gridpart.errors import InputError
from gridpart.read.headings import LAT, LON, PLACES, X, Y
from gridpart.read.sources import Source


def with_places(
    rows: pd.DataFrame, source: Source, fallback: pyproj.CRS | None
) -> pd.DataFrame:
    """Return rows with a geometry in a known CRS, where the source has one.

    Longitude and latitude are in WGS 84 unless ``fallback`` is another geographic
    CRS; x (east) and y (north) are in ``fallback``. A row without both stays
    without a place.

    Raises
    ------
    InputError
        If the CRS is not known, or a coordinate is impossible.
    """
    if isinstance(rows, gpd.GeoDataFrame):
        crs = _known(rows.crs, source, fallback)
        return rows.set_crs(crs, allow_override=True)
    for east, north in ((LON, LAT), (X, Y)):
        if (east in rows) != (north in rows):
            given, lacking = (east, north) if east in rows else (north, east)
            msg = f"{source.place}: `{given}` without `{lacking}`. Give both columns."
            raise InputError(msg)
    plain = rows.drop(columns=[name for name in PLACES if name in rows])
    if LON in rows:
        _verify(rows, source)
        crs = fallback if fallback is not None and fallback.is_geographic else LON_LAT
        return gpd.GeoDataFrame(plain, geometry=_points(rows, LON, LAT), crs=crs)
    if X in rows:
        crs = _known(None, source, fallback)
        return gpd.GeoDataFrame(plain, geometry=_points(rows, X, Y), crs=crs)
    return plain


def _known(crs: object, source: Source, fallback: pyproj.CRS | None) -> pyproj.CRS:
    found = known_crs(crs) or fallback
    if found is None:
        msg = (
            f"{source.place}: the layer has no CRS. Give it one, or say which it is "
            "with --crs, such as --crs EPSG:4547."
        )
        raise InputError(msg)
    return found


def _points(rows: pd.DataFrame, east: str, north: str) -> gpd.GeoSeries:
    points = gpd.GeoSeries(
        gpd.points_from_xy(rows[east], rows[north]), index=rows.index
    )
    return points.where(rows[[east, north]].notna().all(axis=1), None)


def _verify(rows: pd.DataFrame, source: Source) -> None:
    limits: Mapping[str, float] = {LON: 180, LAT: 90}
    for name, limit in limits.items():
        wrong = rows.index[rows[name].abs() > limit]
        if len(wrong):
            msg = (
                f"{source.place}, row {wrong[0]}: `{name}` is beyond {limit} degrees "
                f"({len(wrong)} rows). Are longitude and latitude exchanged, or in "
                "metres? Correct the columns."
            )
            raise InputError(msg)
