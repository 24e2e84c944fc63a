"""Lines that meet, end and run along each other, on plain arrays."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]
Floats = NDArray[np.float64]


def node(lines: Geometries) -> Geometries:
    """Cut lines wherever they meet, and drop what lies there twice."""
    return shapely.get_parts(shapely.union_all(lines))


def faces(noded: Geometries) -> Geometries:
    """Return the polygons that noded lines enclose; neighbours share vertices."""
    return shapely.get_parts(shapely.polygonize(noded))


def loose_ends(noded: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    """Find the ends of noded lines that meet nothing.

    Returns
    -------
    ends, of
        Points, and the position of the line that each belongs to.
    """
    ends = np.concatenate([shapely.get_point(noded, 0), shapely.get_point(noded, -1)])
    of = np.tile(np.arange(len(noded)), 2)
    xy = shapely.get_coordinates(ends)
    ranks, counts = np.unique(xy, axis=0, return_inverse=True, return_counts=True)[1:]
    single = counts[ranks] == 1
    return ends[single], of[single]


def bridges(lines: Geometries, others: Geometries, gap_m: float) -> Geometries:
    """Close the small gaps that drawn lines leave.

    Each loose end is joined to the nearest loose end of another line, or else to
    the nearest line, if that is not farther than ``gap_m``.

    Parameters
    ----------
    lines
        Lines that ought to run through.
    others
        Further lines that they ought to reach, such as a boundary.
    gap_m
        The widest gap, in metres.

    Returns
    -------
    bridges
        Lines from the end to what it is to reach, and a centimetre beyond, so
        that they truly cross it.
    """
    if not len(lines):
        return np.empty(0, dtype=object)
    noded = node(lines)
    ends, of = loose_ends(noded)
    targets = np.concatenate([noded, others])
    goals = _nearest_end(ends, of, gap_m)
    for i in np.flatnonzero(shapely.is_missing(goals)):
        goals[i] = _nearest_point(ends[i], np.delete(targets, of[i]), gap_m)
    found = np.flatnonzero(~shapely.is_missing(goals))
    start = shapely.get_coordinates(ends[found])
    return _stretched(start, shapely.get_coordinates(goals[found]), noded[of[found]])


def _nearest_end(ends: Geometries, of: NDArray[np.int64], gap_m: float) -> Geometries:
    goals = np.full(len(ends), None, dtype=object)
    i, j = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=gap_m)
    apart = of[i] != of[j]
    i, j = i[apart], j[apart]
    order = np.lexsort([j, shapely.distance(ends[i], ends[j]), i])
    first = order[np.unique(i[order], return_index=True)[1]]
    goals[i[first]] = ends[j[first]]
    return goals


def _nearest_point(
    end: shapely.Geometry, others: Geometries, gap_m: float
) -> shapely.Geometry | None:
    distance = shapely.distance(others, end)
    nearest = int(np.argmin(distance)) if len(others) else -1
    if nearest < 0 or distance[nearest] > gap_m:
        return None
    return shapely.get_point(shapely.shortest_line(end, others[nearest]), 1)


def _stretched(start: Floats, goal: Floats, lines: Geometries) -> Geometries:
    """Join starts to goals and go a centimetre on; from a zero gap straight on."""
    way = goal - start
    head = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.01))
    tail = shapely.get_coordinates(shapely.line_interpolate_point(lines, -0.01))
    at_head = np.hypot(*(head - start).T) < np.hypot(*(tail - start).T)
    onward = start - np.where(at_head[:, None], head, tail)
    way = np.where(np.hypot(*way.T)[:, None] > 1e-6, way, onward)
    length = np.maximum(np.hypot(*way.T)[:, None], 1e-9)
    beyond = goal + 0.01 * way / length
    return shapely.linestrings(np.stack([start, goal, beyond], axis=1))


def split_segments(
    start: Floats, end: Floats, longest_m: float
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Divide segments into equal pieces no longer than ``longest_m``.

    Returns
    -------
    start, end, of
        Ends of the pieces, and the position of the segment that each is part of.
    """
    count = np.maximum(1, np.ceil(np.hypot(*(end - start).T) / longest_m)).astype(int)
    of = np.repeat(np.arange(len(start)), count)
    step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    way = (end - start)[of] / count[of, None]
    first = start[of] + way * step[:, None]
    return first, first + way, of


def rank_along(
    start: Floats,
    end: Floats,
    lines: Geometries,
    ranks: NDArray[np.int64],
    near_m: float,
) -> NDArray[np.int64]:
    """Return the highest rank of the lines that each segment lies on.

    A segment lies on a line where both its quarter points are within ``near_m``;
    give short segments.

    Parameters
    ----------
    ranks
        One positive number a line.

    Returns
    -------
    rank
        One number a segment; 0 where it lies on no line.
    """
    quarters = np.concatenate([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end])
    found = np.zeros(len(quarters), dtype=np.int64)
    if len(lines) and len(quarters):
        # A long line is near to many points: in segments it is found as quickly.
        segments, of = _segments(lines)
        i, j = shapely.STRtree(segments).query(
            shapely.points(quarters), predicate="dwithin", distance=near_m
        )
        np.maximum.at(found, i, ranks[of[j]])
    return np.minimum(found[: len(start)], found[len(start) :])


def _segments(lines: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    """Return the segments of lines, and which line each is of."""
    parts, of = shapely.get_parts(lines, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    within = part[1:] == part[:-1]
    ends = np.stack([xy[:-1][within], xy[1:][within]], axis=1)
    return shapely.linestrings(ends), of[part[:-1][within]]
