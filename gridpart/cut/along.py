"""Which barrier do neighbours have between them? Edges of a coverage, measured."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.coverage import SharedEdges
from gridpart.cut.barriers import HARD, SOFT
from gridpart.lines import rank_along, split_segments

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

NEAR_M = 1.0
PIECE_M = 4.0
# A hard barrier may miss this much of a border and still close it.
LEAK_M = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """Neighbours of a coverage and what runs along their common edge.

    Parameters
    ----------
    pairs
        n × 2 positions of polygons, the smaller first, in rising order.
    shared_m, drawn_m
        Length of the common edge, and how much of it lies on a drawn line.
    rank
        HARD where a hard barrier leaves less than 2 m open, SOFT where more than
        half lies on soft or hard ones, else 0.
    stretches, of
        Pieces of hard barrier on hard edges, and the pair that each belongs to.
    """

    pairs: Whole
    shared_m: Floats
    drawn_m: Floats
    rank: Whole
    stretches: Geometries
    of: Whole


def measure_edges(
    edges: SharedEdges,
    look: Flags,
    drawn: tuple[Geometries, Whole],
    detours: tuple[Geometries, Whole],
) -> Along:
    """Measure the common edges of a coverage against barriers.

    Parameters
    ----------
    edges
        Of the coverage.
    look
        The edges that can lie on a barrier at all.
    drawn
        Barrier lines and their ranks.
    detours
        Lines that act as barriers without being drawn, and their ranks.
    """
    pairs, of_edge = np.unique(
        np.column_stack([edges.a, edges.b]).reshape(-1, 2), axis=0, return_inverse=True
    )
    of_edge = of_edge.reshape(-1)
    shared = _total(edges.length, of_edge, len(pairs))
    seen = np.flatnonzero(look)
    start, end, piece = split_segments(edges.start[seen], edges.end[seen], PIECE_M)
    of, metres = of_edge[seen[piece]], np.hypot(*(end - start).T)
    rank = rank_along(start, end, *drawn, NEAR_M)
    drawn_m = _total(metres * (rank > 0), of, len(pairs))
    rank = np.maximum(rank, rank_along(start, end, *detours, 0.05))
    hard = _total(metres * (rank == HARD), of, len(pairs))
    firm = _total(metres * (rank >= SOFT), of, len(pairs))
    closed = (hard > shared - hard) & (shared - hard < LEAK_M)
    stretch = closed[of] & (rank == HARD)
    return Along(
        pairs=pairs,
        shared_m=shared,
        drawn_m=drawn_m,
        rank=np.where(closed, HARD, np.where(firm > shared / 2, SOFT, 0)),
        stretches=shapely.linestrings(np.stack([start, end], axis=1)[stretch]),
        of=of[stretch],
    )


def _total(metres: Floats, of: Whole, count: int) -> Floats:
    totals = np.zeros(count)
    np.add.at(totals, of, metres)
    return totals
