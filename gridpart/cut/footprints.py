"""Buildings as bodies that don't overlap.

Registers hold towers on podiums, the same block twice, and blocks as points at
the gate of their compound. The ground can be shared out only among bodies that
lie apart, so the smaller of two takes what they have in common, and buildings
that are one on top of the other become a stack, whose ground is sliced later.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridpart.coverage import group

Geometries = NDArray[Any]
Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

# Overlaps up to this area are careless drawing.
LEAST_M2 = 0.05
SAME_SHARE = 0.8
LEFT_SHARE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Stacks:
    """Buildings that stand apart, or several in one place.

    Parameters
    ----------
    of
        Number of the stack of each building.
    footprint
        One polygon or point a stack; the polygons don't overlap.
    leader
        Position of the building that gives a stack its footprint.
    """

    of: Whole
    footprint: Geometries
    leader: Whole


def stack_buildings(shapes: Geometries, together: Whole) -> Stacks:
    """Group buildings that cannot be told apart, and part those that overlap.

    Parameters
    ----------
    shapes
        Polygons and points in the order of their ids.
    together
        n × 2 positions of buildings that must share a stack all the same.
    """
    area = shapely.area(shapes)
    pairs, common = _overlaps(shapes, area)
    i, j = pairs.T
    dot = (area[i] <= LEAST_M2) | (area[j] <= LEAST_M2)
    same = dot | (common > SAME_SHARE * np.maximum(area[i], area[j]))
    trimmed, buried = _trimmed(shapes, area, pairs[~same], common[~same])
    links = np.vstack([together.reshape(-1, 2), pairs[same], buried])
    of = _components(len(shapes), links)
    # The largest leads; among equals the first.
    rank = np.lexsort([np.arange(len(shapes)), -shapely.area(trimmed), of])
    leader = rank[np.unique(of[rank], return_index=True)[1]]
    return Stacks(of, _main_part(trimmed[leader]), leader)


def _overlaps(shapes: Geometries, area: Floats) -> tuple[Whole, Floats]:
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    pairs = pairs[np.lexsort(pairs.T[::-1])]
    common = shapely.area(
        shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    )
    dot = (area[pairs] <= LEAST_M2).any(axis=1)
    keep = dot | (common > LEAST_M2)
    return pairs[keep], common[keep]


def _trimmed(
    shapes: Geometries, area: Floats, pairs: Whole, common: Floats
) -> tuple[Geometries, Whole]:
    """Take from the larger of two what it shares with the smaller.

    Returns
    -------
    shapes, buried
        What is left, and pairs (building, the one that took most of it) where
        too little is left to stand on.
    """
    trimmed = shapes.copy()
    if not len(pairs):
        return trimmed, np.empty((0, 2), dtype=np.int64)
    second = area[pairs[:, 0]] <= area[pairs[:, 1]]
    loser = np.where(second, pairs[:, 1], pairs[:, 0])
    winner = np.where(second, pairs[:, 0], pairs[:, 1])
    losers = np.unique(loser)
    taken = shapely.union_all(group(shapes[winner], loser)[:, None], axis=1)
    trimmed[losers] = shapely.difference(shapes[losers], taken)
    left = shapely.area(_main_part(trimmed)) < LEFT_SHARE * area
    rank = np.lexsort([winner, -common, loser])
    most = rank[np.unique(loser[rank], return_index=True)[1]]
    most = most[left[loser[most]]]
    buried = np.column_stack([loser[most], winner[most]])
    return trimmed, buried


def _components(count: int, links: Whole) -> Whole:
    graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), (count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _main_part(shapes: Geometries) -> Geometries:
    """Return the largest part of each multipart shape."""
    several = np.flatnonzero(shapely.get_num_geometries(shapes) != 1)
    wrapped = shapely.get_type_id(shapes) > 3
    result = shapes.copy()
    result[wrapped] = shapely.get_geometry(shapes[wrapped], 0)
    if len(several):
        parts, of = shapely.get_parts(shapes[several], return_index=True)
        rank = np.lexsort([-shapely.area(parts), of])
        stacks, first = np.unique(of[rank], return_index=True)
        result[several[stacks]] = parts[rank[first]]
    return result
