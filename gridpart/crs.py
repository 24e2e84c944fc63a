"""Coordinate systems: which one a table is in, and how it gets into metres.

A city is kept in one projected CRS in metres. Chinese web maps publish shifted
coordinates (GCJ-02 by Amap and Tencent, BD-09 by Baidu); :func:`undo_datum` takes
the shift back.
"""

import math

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from gridpart.errors import InputError

Degrees = NDArray[np.float64]

LON_LAT = pyproj.CRS.from_epsg(4326)
GCJ02, BD09 = "gcj02", "bd09"
DATUMS = (GCJ02, BD09)

_MAX_SCALE_ERROR = 0.01  # a metre on the map is a metre on the ground to 1 %
_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135  # CGCS2000 3-degree zones
_FIRST_ZONE_EPSG = 4534
_SOUTH, _NORTH = 3.0, 54.0  # latitudes of China, with its southern islands

_A = 6378245.0  # Krasovsky 1940, as the shift has it
_E2 = 0.00669342162296594323
_SHIFTED_LON, _SHIFTED_LAT = (72.004, 137.8347), (0.8293, 55.8271)
_BAIDU = math.pi * 3000.0 / 180.0
_ROUNDS = 6  # three leave about 1 cm, six leave nothing that a double could hold


def read_crs(text: str) -> pyproj.CRS:
    """Return the CRS that a user named, such as ``EPSG:4547``.

    Raises
    ------
    InputError
        If no CRS goes by this name.
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError as error:
        msg = f"CRS {text!r} is unknown. Give one by its number, such as EPSG:4547."
        raise InputError(msg) from error


def know_datum(datum: str | None) -> None:
    """Refuse a map shift that is not known; None is no shift.

    Raises
    ------
    InputError
        If ``datum`` is neither None nor ``gcj02`` nor ``bd09``.
    """
    if datum is not None and datum not in DATUMS:
        msg = f"datum {datum!r} is unknown. Known: {', '.join(DATUMS)}."
        raise InputError(msg)


def known_crs(crs: object) -> pyproj.CRS | None:
    """Return ``crs`` without heights, or None where it says nothing about a place.

    GeoPackage and GDAL give files without a CRS an "undefined" one; to us that is
    none.
    """
    if crs is None:
        return None
    plain = pyproj.CRS.from_user_input(crs)
    if plain.name.lower().startswith("undefined") or plain.is_engineering:
        return None
    return plain.to_2d()


def metric_crs(crs: pyproj.CRS, lon: float, lat: float) -> pyproj.CRS:
    """Return the CRS in metres for a city around a place.

    Parameters
    ----------
    crs
        CRS of the input: kept if it is projected, in metres, and true to length
        around the place; Mercator never is.
    lon, lat
        Centre of the city in degrees.

    Returns
    -------
    metric
        ``crs``, or the CGCS2000 3-degree zone in China
        (EPSG 4534 + (central meridian - 75) / 3), or the UTM zone elsewhere.
    """
    if is_metric(crs, lon, lat):
        return crs
    meridian = 3 * round(lon / 3)
    if _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN and _SOUTH <= lat <= _NORTH:
        zone = (meridian - _FIRST_MERIDIAN) // 3
        return pyproj.CRS.from_epsg(_FIRST_ZONE_EPSG + zone)
    return gpd.GeoSeries([shapely.Point(lon, lat)], crs=LON_LAT).estimate_utm_crs()


def is_metric(crs: pyproj.CRS, lon: float, lat: float) -> bool:
    """Say whether lengths and areas may be measured in ``crs`` around a place."""
    if not crs.is_projected or any(a.unit_name != "metre" for a in crs.axis_info[:2]):
        return False
    operation = crs.coordinate_operation
    method = operation.method_name if operation else ""
    if "Mercator" in method and not {"Transverse", "Oblique"} & set(method.split()):
        return False
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    x, y = to_degrees.transform(lon, lat, direction="INVERSE")
    if not (math.isfinite(x) and math.isfinite(y)):
        return False
    scales = pyproj.Proj(crs).get_factors(lon, lat)
    return all(
        abs(scale - 1) <= _MAX_SCALE_ERROR
        for scale in (scales.meridional_scale, scales.parallel_scale)
    )


def is_rough(source: pyproj.CRS, target: pyproj.CRS) -> bool:
    """Say whether going from one CRS to another may be off by a hundred metres.

    Beijing 1954 and Xian 1980 stand on ellipsoids of their own, and the way from
    there to CGCS2000 is not public.
    """
    if source == target:
        return False
    radii = [
        crs.ellipsoid.semi_major_metre for crs in (source, target) if crs.ellipsoid
    ]
    if max(radii) - min(radii) < 1:
        return False
    best = TransformerGroup(source, target, always_xy=True).transformers[0]
    return best.accuracy < 0


def into_crs(
    geometry: gpd.GeoSeries, crs: pyproj.CRS, datum: str | None = None
) -> gpd.GeoSeries:
    """Return geometries in ``crs``, the shift of ``datum`` undone.

    Parameters
    ----------
    geometry
        In any CRS, which must be known.
    crs
        Where to.
    datum
        None, ``gcj02`` or ``bd09``.
    """
    if datum is not None:
        geometry = without_shift(geometry, datum)
    return geometry if geometry.crs == crs else geometry.to_crs(crs)


def without_shift(geometry: gpd.GeoSeries, datum: str) -> gpd.GeoSeries:
    """Return shifted geometries in true longitude and latitude (EPSG:4326)."""
    degrees = geometry.to_crs(LON_LAT)
    values = shapely.transform(
        degrees.to_numpy(),
        lambda lonlat: np.column_stack(undo_datum(lonlat[:, 0], lonlat[:, 1], datum)),
    )
    return gpd.GeoSeries(values, index=geometry.index, crs=LON_LAT)


def undo_datum(lon: Degrees, lat: Degrees, datum: str) -> tuple[Degrees, Degrees]:
    """Return true longitudes and latitudes of shifted ones, in degrees.

    The shift has no closed inverse: the true place is corrected by how far its
    shifted place lies from the one given, until nothing changes.

    Raises
    ------
    InputError
        If ``datum`` is neither ``gcj02`` nor ``bd09``.
    """
    true_lon, true_lat = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        shifted_lon, shifted_lat = apply_datum(true_lon, true_lat, datum)
        true_lon = true_lon - (shifted_lon - lon)
        true_lat = true_lat - (shifted_lat - lat)
    return true_lon, true_lat


def apply_datum(lon: Degrees, lat: Degrees, datum: str) -> tuple[Degrees, Degrees]:
    """Return where a Chinese web map shows true longitudes and latitudes.

    Raises
    ------
    InputError
        If ``datum`` is neither ``gcj02`` nor ``bd09``.
    """
    know_datum(datum)
    lon, lat = _to_gcj02(lon, lat)
    return _gcj02_to_bd09(lon, lat) if datum == BD09 else (lon, lat)


def _to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105.0, lat - 35.0
    root, waves = np.sqrt(np.abs(x)), _waves(x, 6.0, 2.0, 20.0)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += waves + _waves(y, 1.0, 1 / 3, 20.0, 40.0)
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += waves + _waves(x, 1.0, 1 / 3, 20.0, 40.0)
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    latitude = np.radians(lat)
    bend = 1 - _E2 * np.sin(latitude) ** 2
    north_m = _A * (1 - _E2) / (bend * np.sqrt(bend))
    east_m = _A / np.sqrt(bend) * np.cos(latitude)
    inside = (_SHIFTED_LON[0] <= lon) & (lon <= _SHIFTED_LON[1])
    inside &= (_SHIFTED_LAT[0] <= lat) & (lat <= _SHIFTED_LAT[1])
    return (
        np.where(inside, lon + np.degrees(east / east_m), lon),
        np.where(inside, lat + np.degrees(north / north_m), lat),
    )


def _waves(
    value: Degrees, fast: float, slow: float, low: float, high: float = 20.0
) -> Degrees:
    fast_wave = low * np.sin(fast * value * np.pi)
    return (fast_wave + high * np.sin(slow * value * np.pi)) * 2 / 3


def _gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
