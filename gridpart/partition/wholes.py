"""Grids that are things: one a compound, one a building, one a unit.

Where a city's levels are not divided to a target there is nothing to balance. What
is too small for a grid of its own, and what there is no code left for, is merged
with what lies beside it (拆小并大).
"""

from dataclasses import replace

import numpy as np

from gridpart.partition.graphs import AtomGraph, Flags, Floats, Ints
from gridpart.partition.lumps import merge_lumps
from gridpart.partition.pieces import connect_ground
from gridpart.partition.territory import lend_ground

COMPOUND, BUILDING = "compound", "building"


def whole_grids(
    graph: AtomGraph, kind: str, *, least: int, most: int
) -> tuple[Ints, int]:
    """Return one grid for each compound, building or unit.

    Parameters
    ----------
    graph
        Atoms to be divided; ground goes with those who live beside it.
    kind
        ``compound``, ``building`` or ``unit``. What lies outside compounds counts by
        building. A compound in several places is one grid for each, unless only
        loose buildings lie between.
    least
        Households below which a grid is merged with its neighbours.
    most
        How many grids there may be; the smallest are merged until there are no more.

    Returns
    -------
    label
        n numbers from 0, in order of first atom.
    surplus
        How many grids were merged because there may be no more.
    """
    loose = np.full(len(graph), -1, dtype=np.int64)
    if kind != COMPOUND:
        graph = replace(graph, group=loose)
    if kind not in (COMPOUND, BUILDING):
        graph = replace(graph, building=loose)
    graph = connect_ground(graph)
    owner = lend_ground(graph)
    first = np.unique(graph.components(), return_index=True)[1]
    owner = np.where(owner < 0, first[graph.components()], owner)
    lump = merge_lumps(graph, owner, np.inf)
    load = np.bincount(lump, weights=graph.households).astype(np.float64)
    in_compound = np.bincount(lump, weights=graph.group >= 0) > 0
    pairs, metres = _neighbours(graph, lump)
    merged, surplus = merge_small(load, in_compound, pairs, metres, least, most)
    return np.unique(merged[lump], return_inverse=True)[1].astype(np.int64), surplus


def merge_small(
    load: Floats, kind: Flags, pairs: Ints, metres: Floats, least: int, most: int
) -> tuple[Ints, int]:
    """Merge small things with their neighbours, the smallest first.

    1. What is below ``least`` is merged, then the smallest until ``most`` are left.
    2. It joins another small one before a large one, one of its own kind before
       another, and the one with the longest common border before others.
    3. What has no neighbour stays.

    Parameters
    ----------
    load, kind
        n households; n flags.
    pairs, metres
        m × 2 neighbours and the length of their common border.

    Returns
    -------
    label
        n: the thing that each is merged into.
    surplus
        How many were merged only because there may be no more than ``most``.
    """
    load, kind, label = load.copy(), kind.copy(), np.arange(len(load))
    around: dict[int, dict[int, float]] = {one: {} for one in range(len(load))}
    for (a, b), length in zip(pairs.tolist(), metres.tolist(), strict=True):
        around[a][b] = around[b][a] = length
    surplus = 0
    while True:
        lone = [one for one in around if around[one]]
        small = [one for one in lone if load[one] < least]
        if not small and (len(around) <= most or not lone):
            return label, surplus
        surplus += not small
        chosen = min(small or lone, key=lambda one: (load[one], one))
        near = around.pop(chosen)
        target = max(
            near,
            key=lambda one: (
                load[one] < least,
                kind[one] == kind[chosen],
                near[one],
                -one,
            ),
        )
        for other, length in near.items():
            del around[other][chosen]
            if other != target:
                around[target][other] = around[target].get(other, 0.0) + length
                around[other][target] = around[target][other]
        load[target] += load[chosen]
        kind[target] |= kind[chosen]
        label[label == chosen] = target


def _neighbours(graph: AtomGraph, lump: Ints) -> tuple[Ints, Floats]:
    """Return which lumps one can walk between, and the metres they share."""
    ends = np.sort(lump[graph.edges[graph.passable]], axis=1)
    apart = ends[:, 0] != ends[:, 1]
    pairs, which = np.unique(ends[apart], axis=0, return_inverse=True)
    metres = np.zeros(len(pairs))
    np.add.at(metres, which.ravel(), graph.shared[graph.passable][apart])
    return pairs.astype(np.int64), metres
