"""A piece of ground cut across its long axis, one slice for each share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.coverage import clean, one_piece, only_polygons

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def slice_coverage(
    polygons: Geometries, shares: Sequence[Floats]
) -> tuple[Geometries, Whole, Whole]:
    """Slice polygons of a coverage.

    Parameters
    ----------
    polygons
        A coverage of single polygons.
    shares
        For each as many positive numbers as it shall have slices.

    Returns
    -------
    polygons, row, slot
        A coverage of single polygons, which polygon each is a slice of, and
        which of its slices.
    """
    count = np.array([len(share) for share in shares], dtype=np.int64)
    row = np.repeat(np.arange(len(polygons)), count)
    slot = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    if len(row) == len(polygons):
        return polygons, row, slot
    sliced = polygons[row]
    for at in np.flatnonzero(count > 1):
        sliced[row == at] = slice_polygon(polygons[at], shares[int(at)])
    nowhere = np.full(len(row), None, dtype=object)
    single, origin = one_piece(clean(sliced), row, nowhere)
    return single, row[origin], slot[origin]


def slice_polygon(polygon: shapely.Geometry, shares: Floats) -> Geometries:
    """Cut a polygon across its long axis.

    Parameters
    ----------
    polygon
        One polygon.
    shares
        Positive numbers; the slices' areas are in proportion to them.

    Returns
    -------
    slices
        (Multi)polygons in the order of ``shares``, from the end of the axis that
        lies farther west (south, where it runs due north).
    """
    way = _long_way(polygon)
    turned = shapely.transform(polygon, lambda xy: _turn(xy, way))
    left, low, right, high = turned.bounds
    upto = np.cumsum(shares)[:-1] / np.sum(shares) * shapely.area(turned)
    cuts = _places(turned, upto)
    edges = np.concatenate([[left - 1.0], cuts, [right + 1.0]])
    slabs = shapely.box(edges[:-1], low - 1.0, edges[1:], high + 1.0)
    slabs = shapely.transform(slabs, lambda xy: _turn(xy, way * [1, -1]))
    return only_polygons(shapely.intersection(polygon, slabs))


def _long_way(polygon: shapely.Geometry) -> Floats:
    """Return the direction of the long axis as a unit vector to the east."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygon))[:3]
    sides = np.diff(corners, axis=0)
    side = sides[int(np.argmax(np.round(np.hypot(*sides.T), 3)))]
    way = side / np.hypot(*side)
    if way[0] < -1e-9 or (abs(way[0]) <= 1e-9 and way[1] < 0):
        way = -way
    return way


def _turn(xy: Floats, way: Floats) -> Floats:
    """Turn coordinates so that ``way`` becomes the x axis."""
    return xy @ np.array([[way[0], -way[1]], [way[1], way[0]]])


def _places(polygon: shapely.Geometry, areas: Floats) -> Floats:
    """Find x so that the polygon's area west of it equals each of ``areas``.

    Between two vertices the area grows as a quadratic function of x.
    """
    xy, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.orient_polygons(shapely.get_parts(polygon))),
        return_index=True,
    )
    within = ring[1:] == ring[:-1]
    start, end = xy[:-1][within], xy[1:][within]
    x = np.unique(xy[:, 0])
    west = _area_west(start, end, x)
    at = np.clip(np.searchsorted(west, areas), 1, len(x) - 1)
    low, high = x[at - 1], x[at]
    rest, whole = areas - west[at - 1], west[at] - west[at - 1]
    half = _area_west(start, end, (low + high) / 2) - west[at - 1]
    bend = 2 * (whole - 2 * half)
    slope = whole - bend
    root = np.sqrt(np.maximum(slope**2 + 4 * bend * rest, 0.0))
    return low + (high - low) * np.clip(2 * rest / (slope + root), 0.0, 1.0)


def _area_west(start: Floats, end: Floats, cuts: Floats) -> Floats:
    """Sum up (x - cut) dy over the parts of counter-clockwise edges west of a cut."""
    x1, y1 = start.T[:, :, None] - np.array([cuts, np.zeros_like(cuts)])[:, None]
    x2, y2 = end.T[:, :, None] - np.array([cuts, np.zeros_like(cuts)])[:, None]
    run = np.where(x1 == x2, 1.0, x2 - x1)
    cross = y1 + (y2 - y1) * np.clip(-x1 / run, 0.0, 1.0)
    begin = np.where(x1 <= 0, y1, cross)
    stop = np.where(x2 <= 0, y2, cross)
    return ((np.minimum(x1, 0) + np.minimum(x2, 0)) / 2 * (stop - begin)).sum(axis=0)
