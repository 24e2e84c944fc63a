"""Borders: which atoms touch, how long, and what lies between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.coverage import more_than_corners, shared_edges
from gridpart.cut.along import measure_edges
from gridpart.cut.barriers import HARD, Barriers
from gridpart.cut.enclosures import Enclosures

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


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
    """Find the borders of a community's atoms; corners are none.

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
    # Inside an enclosure there are no lines but those that end there.
    messy = np.zeros(len(enclosures.faces), dtype=bool)
    tree = shapely.STRtree(enclosures.dangles)
    messy[tree.query(enclosures.faces, predicate="intersects")[0]] = True
    look = (face[edges.a] != face[edges.b]) | messy[face[edges.a]]
    along = measure_edges(
        edges,
        look,
        (barriers.lines, barriers.ranks),
        (enclosures.detours, enclosures.detour_ranks),
    )
    hidden, spots = _hidden(along.pairs, face, bodies, enclosures)
    rank = along.rank.copy()
    rank[hidden] = HARD
    crossing = np.zeros(len(rank), dtype=bool)
    ways = shapely.STRtree(np.concatenate([along.stretches, spots]))
    near = ways.query(barriers.crossings, predicate="dwithin", distance=reach_m)[1]
    crossing[np.concatenate([along.of, hidden])[near]] = True
    real = more_than_corners(along.pairs, along.shared_m)
    return Borders(
        a=along.pairs[real, 0],
        b=along.pairs[real, 1],
        shared_m=along.shared_m[real],
        clear_m=along.drawn_m[real],
        rank=rank[real],
        crossing=crossing[real],
    )


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
