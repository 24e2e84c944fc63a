"""Seamless sets of polygons, on plain arrays.

In a coverage two neighbours have the very same vertices along their common edge.
That makes everything after it cheap and exact: neighbours are found by sorting
segments instead of by searching, and unions need no overlay.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Geometries = NDArray[Any]
Whole = NDArray[np.int64]

# Multipliers of the splitmix64 generator: any odd constants with mixed bits do.
_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)


@dataclass(frozen=True, slots=True, eq=False)
class SharedEdges:
    """Segments that two polygons of a coverage have in common.

    Parameters
    ----------
    a, b
        Positions of the two polygons, a < b.
    start, end
        Coordinates of the segment's ends, n × 2.
    """

    a: Whole
    b: Whole
    start: NDArray[np.float64]
    end: NDArray[np.float64]

    @property
    def length(self) -> NDArray[np.float64]:
        """Length of each segment, in the units of the coordinates."""
        return np.hypot(*(self.end - self.start).T)


def is_seamless(polygons: Geometries) -> bool:
    """Say whether the polygons neither overlap nor miss a vertex of a neighbour."""
    return bool(shapely.coverage_is_valid(polygons))


def clean(polygons: Geometries, gap_m: float = 0.05) -> Geometries:
    """Make a coverage of polygons that nearly are one.

    Vertices are added where a neighbour has one, overlaps go to the polygon that
    comes first, and gaps narrower than ``gap_m`` are closed.

    Returns
    -------
    polygons
        As many as were given; one that was swallowed whole is empty.
    """
    return shapely.coverage_clean(
        np.asarray(polygons, dtype=object),
        gap_width=gap_m,
        merge_strategy="min_index",
    )


def only_polygons(geometries: Geometries) -> Geometries:
    """Drop the points and lines that an overlay leaves beside polygons."""
    kinds = shapely.get_type_id(geometries)
    mixed = np.flatnonzero((kinds != 3) & (kinds != 6))
    if not len(mixed):
        return geometries
    result = geometries.copy()
    for i in mixed:
        parts = shapely.get_parts(shapely.get_parts(geometries[i]))
        result[i] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return result


def group(geometries: Geometries, labels: Whole) -> Geometries:
    """Put geometries with the same label into one collection, by rising label."""
    order = np.argsort(labels, kind="stable")
    ranks = np.unique(labels[order], return_inverse=True)[1]
    return shapely.geometrycollections(geometries[order], indices=ranks)


def dissolve(
    polygons: Geometries, labels: NDArray[Any]
) -> tuple[NDArray[Any], Geometries]:
    """Unite the polygons of a coverage by label.

    Returns
    -------
    names, polygons
        The labels in rising order, and one (multi)polygon for each.
    """
    names, ranks = np.unique(labels, return_inverse=True)
    if not len(names):
        return names, np.empty(0, dtype=object)
    collections = group(np.asarray(polygons, dtype=object), ranks)
    try:
        return names, shapely.coverage_union_all(collections[:, None], axis=1)
    except shapely.GEOSException:  # neighbours that overlap by the last bits
        return names, shapely.union_all(collections[:, None], axis=1)


def shared_edges(polygons: Geometries) -> SharedEdges:
    """Find the segments that two polygons of a coverage share."""
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    start, end = xy[:-1][inside], xy[1:][inside]
    owner = polygon[ring[:-1][inside]]
    backward = (start[:, 0] > end[:, 0]) | (
        (start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1])
    )
    low = np.where(backward[:, None], end, start)
    high = np.where(backward[:, None], start, end)
    # Adding zero turns -0.0 into 0.0, which has other bits.
    keys = np.ascontiguousarray(np.hstack([low, high]) + 0.0)
    order = np.argsort(_hashed(keys), kind="stable")
    keys, owner = keys[order], owner[order]
    same = (keys[1:] == keys[:-1]).all(axis=1) & (owner[1:] != owner[:-1])
    at = np.flatnonzero(same)
    a, b = np.sort([owner[at], owner[at + 1]], axis=0)
    return SharedEdges(a, b, keys[at, :2], keys[at, 2:])


def _hashed(keys: NDArray[np.float64]) -> NDArray[np.uint64]:
    bits = keys.view(np.uint64)
    mixed = (bits ^ (bits >> np.uint64(29))) * _MIX
    mixed ^= mixed >> np.uint64(32)
    return (mixed * _MIX[::-1]).sum(axis=1, dtype=np.uint64)


def shared_lengths(polygons: Geometries) -> tuple[Whole, NDArray[np.float64]]:
    """Measure the common edge of each two neighbours of a coverage.

    Returns
    -------
    pairs, metres
        n × 2 positions with the smaller first, in rising order, and n lengths.
    """
    edges = shared_edges(polygons)
    pairs, ranks = np.unique(
        np.column_stack([edges.a, edges.b]), axis=0, return_inverse=True
    )
    metres = np.zeros(len(pairs))
    np.add.at(metres, ranks, edges.length)
    return pairs.astype(np.int64), metres


def more_than_corners(
    pairs: Whole, metres: NDArray[np.float64], least_m: float = 1.0
) -> NDArray[np.bool_]:
    """Say which neighbours truly touch.

    Four polygons that meet in one corner never do so exactly: two of them have a
    common edge of some millimetres. Edges below ``least_m`` count only where a
    polygon has no longer one.
    """
    longest = np.zeros(int(pairs.max(initial=-1)) + 1)
    np.maximum.at(longest, pairs, metres[:, None])
    return (metres >= least_m) | (metres[:, None] >= longest[pairs]).any(axis=1)


def gaps(polygons: Geometries, ground: shapely.Geometry) -> shapely.Geometry:
    """Return the part of ``ground`` that no polygon covers."""
    return shapely.difference(ground, shapely.union_all(polygons))


def overlaps(polygons: Geometries, least_m2: float = 0.01) -> tuple[Whole, Geometries]:
    """Return the pairs of polygons that overlap, and where.

    Parameters
    ----------
    least_m2
        Overlaps up to this area are not reported.
    """
    tree = shapely.STRtree(polygons)
    pairs = tree.query(polygons, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    pairs = pairs[np.lexsort(pairs.T[::-1])]
    common = shapely.intersection(polygons[pairs[:, 0]], polygons[pairs[:, 1]])
    large = shapely.area(common) > least_m2
    return pairs[large], only_polygons(common[large])


def one_piece(
    polygons: Geometries, groups: Whole, anchors: Geometries
) -> tuple[Geometries, Whole]:
    """Give the loose parts of a coverage's multipolygons to their neighbours.

    Parameters
    ----------
    polygons
        A coverage.
    groups
        A loose part goes only to a neighbour of the same group.
    anchors
        One point a polygon, or None: the part that holds it is kept, otherwise
        the largest one.

    Returns
    -------
    polygons, origin
        A coverage of single polygons and where each comes from: first those
        given (empty ones left out), then parts that found no neighbour, with
        origin -1 - the position they broke off from.
    """
    parts, origin = shapely.get_parts(polygons, return_index=True)
    full = ~shapely.is_empty(parts)
    parts, origin = parts[full], origin[full]
    if len(parts) == len(np.unique(origin)):
        return parts, origin
    label = _settle(parts, origin, groups, anchors)
    single, labels = [], []
    names, united = dissolve(parts, label)
    for name, shape in zip(names, united, strict=True):
        for part in shapely.get_parts(shape):
            single.append(part)
            labels.append(name)
    order = np.argsort([(n < 0) for n in labels], kind="stable")
    return (
        np.array(single, dtype=object)[order],
        np.array(labels, dtype=np.int64)[order],
    )


def absorb(
    weak: NDArray[np.bool_], pairs: Whole, metres: NDArray[np.float64], ranks: Whole
) -> Whole:
    """Say which polygon of a coverage shall take in each weak one.

    A weak polygon goes over an edge of the lowest rank it has, among several to
    the neighbour with the longest. Weak polygons that only lower edges part go
    to the same side, that is to polygons that only lower edges part: taken in by
    opposite sides, they would join these behind the barrier's back.

    Parameters
    ----------
    weak
        One flag a polygon.
    pairs, metres, ranks
        Neighbours, length of the common edge, and how firmly it parts them.

    Returns
    -------
    into
        For each polygon the position of the one it belongs to; its own for
        those that are not weak or that nobody can take in.
    """
    into = np.where(weak, -1, np.arange(len(weak)))
    ways = np.vstack([pairs, pairs[:, ::-1]])
    metres, ranks = np.tile(metres, 2), np.tile(ranks, 2)
    for rank in np.unique(ranks):
        low, level = ranks < rank, ranks == rank
        while True:
            into = _spread(into, ways[low], metres[low])
            within = low & ((into[ways[:, 0]] < 0) == (into[ways[:, 1]] < 0))
            side = _components(len(weak), ways[within])
            offer = level & (into[ways[:, 0]] < 0) & (into[ways[:, 1]] >= 0)
            if not offer.any():
                break
            team, goal = side[ways[offer]].T
            best = _longest(team, goal, metres[offer], len(weak))
            at = np.flatnonzero(offer)[best[team] == goal]
            near = _longest(ways[at, 0], ways[at, 1], metres[at], len(weak))
            into = np.where(near >= 0, into[near], into)
    return np.where(into < 0, np.arange(len(weak)), into)


def _spread(into: Whole, ways: Whole, metres: NDArray[np.float64]) -> Whole:
    """Give what belongs nowhere yet to its neighbours, step by step."""
    while True:
        open_ = (into[ways[:, 0]] < 0) & (into[ways[:, 1]] >= 0)
        if not open_.any():
            return into
        near = _longest(ways[open_, 0], ways[open_, 1], metres[open_], len(into))
        into = np.where(near >= 0, into[near], into)


def _longest(
    start: Whole, goal: Whole, metres: NDArray[np.float64], count: int
) -> Whole:
    """Return for each start the goal with the most metres in all, or -1."""
    offers, at = np.unique(
        np.column_stack([start, goal]).reshape(-1, 2), axis=0, return_inverse=True
    )
    total = np.round(np.bincount(at.reshape(-1), weights=metres), 6)
    order = np.lexsort([-offers[:, 1], total, offers[:, 0]])
    best = np.full(count, -1, dtype=np.int64)
    best[offers[order, 0]] = offers[order, 1]
    return best


def _components(count: int, links: Whole) -> Whole:
    graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), (count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _settle(
    parts: Geometries, origin: Whole, groups: Whole, anchors: Geometries
) -> Whole:
    """Return for each part the polygon it goes to; below zero if to none."""
    held = shapely.intersects(parts, anchors[origin])
    rank = np.lexsort([-shapely.area(parts), ~held, origin])
    main = np.zeros(len(parts), dtype=bool)
    main[rank[np.unique(origin[rank], return_index=True)[1]]] = True
    pairs, metres = shared_lengths(parts)
    alike = groups[origin[pairs[:, 0]]] == groups[origin[pairs[:, 1]]]
    into = absorb(~main, pairs[alike], metres[alike], np.zeros(np.sum(alike), int))
    label = origin[into]
    return np.where(main[into], label, -1 - label)


def as_multi(shapes: Geometries) -> Geometries:
    """Turn polygons into multipolygons of one part; leave the rest as it is."""
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    result = shapes.copy()
    result[single] = shapely.multipolygons(
        shapes[single], indices=np.arange(np.count_nonzero(single))
    )
    return result


def smallest_holder(points: Geometries, areas: Geometries) -> Whole:
    """Return for each point the smallest of the areas that hold it, or -1."""
    holder = np.full(len(points), -1, dtype=np.int64)
    point, area = shapely.STRtree(areas).query(points, predicate="intersects")
    order = np.lexsort([-area, -shapely.area(areas[area]), point])
    holder[point[order]] = area[order]
    return holder
