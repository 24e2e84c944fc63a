"""Longitudes and latitudes into the plan's metres; what they cannot be is refused."""

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

from gridpart.errors import InputError

WGS84 = "EPSG:4326"
MOST_LON, MOST_LAT = 180.0, 90.0

Box = tuple[float, float, float, float]
Metres = tuple[NDArray[np.float64], NDArray[np.float64]]


def into_metres(
    lon: ArrayLike, lat: ArrayLike, transformer: pyproj.Transformer, box: Box
) -> Metres:
    """Return points in the plan's CRS.

    Parameters
    ----------
    lon, lat
        Degrees on WGS 84; missing ones stay missing.
    transformer
        From degrees, longitude first, to the plan's CRS.
    box
        Bounds of the plan: left, bottom, right, top.

    Raises
    ------
    InputError
        If they differ in number, are no degrees, or would lie in the city if
        longitude and latitude changed places.
    """
    east, north = pair(lon, lat)
    wrong = (np.abs(east) > MOST_LON) | (np.abs(north) > MOST_LAT)
    if wrong.any():
        first = float(east[wrong][0]), float(north[wrong][0])
        raise InputError(_no_degrees(first, transformer, box))
    x, y = transformer.transform(east, north)
    if not _inside(x, y, box).any() and _lies_turned(east, north, transformer, box):
        msg = (
            f"{east[0]:.10g} {north[0]:.10g}: lies outside the plan, turned round "
            f"inside. Give longitude first: {north[0]:.10g} {east[0]:.10g}."
        )
        raise InputError(msg)
    return x, y


def pair(x: ArrayLike, y: ArrayLike) -> Metres:
    """Return two lists of coordinates as arrays of one length.

    Raises
    ------
    InputError
        If their lengths differ or they hold anything but numbers.
    """
    try:
        one, other = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x, y))
    except (TypeError, ValueError) as error:
        raise InputError(f"coordinates must be numbers ({error}).") from error
    if one.ndim != 1 or one.shape != other.shape:
        msg = (
            f"{one.size} first and {other.size} second coordinates do not make pairs. "
            "Give two lists of one length."
        )
        raise InputError(msg)
    return one, other


def _no_degrees(
    place: tuple[float, float], transformer: pyproj.Transformer, box: Box
) -> str:
    first, second = place
    told = f"{first:.10g} {second:.10g}: is no longitude and latitude. "
    for x, y in ((first, second), (second, first)):
        if _inside(np.array([x]), np.array([y]), box).any():
            lon, lat = transformer.transform(x, y, direction="INVERSE")
            return f"{told}As metres of the plan it is {lon:.6f} {lat:.6f}: give that."
    if abs(first) <= MOST_LAT and abs(second) <= MOST_LON:
        return f"{told}Give longitude first: {second:.10g} {first:.10g}."
    return f"{told}Give degrees: longitude from -180 to 180, latitude from -90 to 90."


def _lies_turned(
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    transformer: pyproj.Transformer,
    box: Box,
) -> bool:
    turned = np.abs(east) <= MOST_LAT
    x, y = transformer.transform(north[turned], east[turned])
    return bool(_inside(x, y, box).any())


def _inside(
    x: NDArray[np.float64], y: NDArray[np.float64], box: Box
) -> NDArray[np.bool_]:
    left, bottom, right, top = box
    return (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
