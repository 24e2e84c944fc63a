"""Borders: which atoms touch, how long, and what lies between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart import lines
from gridpart.coverage import SharedEdges, shared_edges
from gridpart.cut.barriers import HARD, SOFT, Barriers
from gridpart.cut.enclosures import Enclosures

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

NEAR_M = 1.0
PIECE_M = 4.0
# A hard barrier may miss this much of a border and still close it.
LEAK_M = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Borders of one community: positions of atoms a < b, metres, ranks."""

    a: Whole
    b: Whole
    shared_m: Floats
    clear_m: Floats
    rank: Whole
    crossing: NDArray[np.bool_]


def find_borders(
    polygons: Geometries,
    face: Whole,
    bodies: Geometries,
    enclosures: Enclosures,
    barriers: Barriers,
    reach_m: float,
) -> Borders:
    """Find the borders of a community's atoms.

    Parameters
    ----------
    polygons
        The atoms, a coverage.
    face
        Position of the enclosure of each atom.
    bodies
        What the visibility across a dangling barrier is judged by: the
        footprint of each atom's building, None on open ground.
    enclosures, barriers
        Of the same community.
    reach_m
        How far around a crossing a hard barrier can be walked across.
    """
    edges = shared_edges(polygons)
    pairs, at = np.unique(
        np.column_stack([edges.a, edges.b]).reshape(-1, 2), axis=0, return_inverse=True
    )
    n = len(pairs)
    start, end, of = lines.split_segments(edges.start, edges.end, PIECE_M)
    at = at.reshape(-1)[of]
    metres = np.hypot(*(end - start).T)
    rank, drawn = _ranked(start, end, face, edges, of, enclosures, barriers)

    def total(which: NDArray[np.bool_]) -> Floats:
        metres_of = np.zeros(n)
        np.add.at(metres_of, at[which], metres[which])
        return metres_of

    shared = total(metres > 0)
    hard, firm = total(rank == HARD), total(rank >= SOFT)
    closed = (hard > shared - hard) & (shared - hard < LEAK_M)
    result = np.where(closed, HARD, np.where(firm > shared / 2, SOFT, 0))
    stretch = closed[at] & (rank == HARD)
    ways = shapely.linestrings(np.stack([start, end], axis=1)[stretch])
    way_of = at[stretch]
    hidden, spots = _hidden(pairs, face, bodies, enclosures)
    result[hidden] = HARD
    open_ = np.zeros(n, dtype=bool)
    near = _near(np.concatenate([ways, spots]), barriers.crossings, reach_m)
    open_[np.concatenate([way_of, hidden])[near]] = True
    return Borders(pairs[:, 0], pairs[:, 1], shared, total(drawn), result, open_)


def _ranked(
    start: Floats,
    end: Floats,
    face: Whole,
    edges: SharedEdges,
    of: Whole,
    enclosures: Enclosures,
    barriers: Barriers,
) -> tuple[Whole, NDArray[np.bool_]]:
    """Return the barrier rank of each piece, and whether it lies on a drawn line."""
    rank = np.zeros(len(start), dtype=np.int64)
    # Inside an enclosure there are no lines but those that end there.
    messy = np.zeros(len(enclosures.faces), dtype=bool)
    i, _ = shapely.STRtree(enclosures.dangles).query(
        enclosures.faces, predicate="intersects"
    )
    messy[i] = True
    a, b = face[edges.a[of]], face[edges.b[of]]
    look = np.flatnonzero((a != b) | messy[a])
    rank[look] = lines.rank_along(
        start[look], end[look], barriers.lines, barriers.ranks, NEAR_M
    )
    drawn = rank > 0
    if len(enclosures.detours):
        detour = lines.rank_along(
            start[look], end[look], enclosures.detours, enclosures.detour_ranks, 0.05
        )
        rank[look] = np.maximum(rank[look], detour)
    return rank, drawn


def _hidden(
    pairs: Whole, face: Whole, bodies: Geometries, enclosures: Enclosures
) -> tuple[Whole, Geometries]:
    """Find neighbours who see each other only across a hard barrier that ends.

    Returns
    -------
    hidden, spots
        Positions of pairs, and where the line of sight meets the barrier.
    """
    walls = enclosures.dangles[enclosures.dangle_ranks == HARD]
    a, b = pairs.T
    able = (
        (face[a] == face[b])
        & ~shapely.is_missing(bodies[a])
        & ~shapely.is_missing(bodies[b])
    )
    at = np.flatnonzero(able) if len(walls) else np.empty(0, dtype=np.int64)
    sight = shapely.shortest_line(bodies[a[at]], bodies[b[at]])
    i, j = shapely.STRtree(walls).query(sight, predicate="intersects")
    return at[i], shapely.intersection(sight[i], walls[j])


def _near(shapes: Geometries, crossings: Geometries, reach_m: float) -> Whole:
    tree = shapely.STRtree(shapes)
    return np.unique(tree.query(crossings, predicate="dwithin", distance=reach_m)[1])
