"""A piece too large to be searched at once is cut into two, and these again.

Lumps are ordered along the direction in which the piece extends most; a straight
line near the middle parts them, and what it cuts off from its own side goes to the
other. Of several lines, that counts which leaves both sides nearest to a whole
number of mean grids.
"""

import numpy as np

from gridpart.partition.attempts import Split
from gridpart.partition.graphs import AtomGraph, Flags, Floats, Ints, component_numbers
from gridpart.partition.lumps import loosen_joins, merge_lumps
from gridpart.partition.search import divide_piece
from gridpart.partition.territory import lend_ground, neighbour_pairs
from gridpart.rules import Rules

LARGE = 600  # populated atoms searched at once
LINES = np.linspace(0.4, 0.6, 21)  # shares of the households before the line
MENDS = 20


def divide_any(graph: AtomGraph, parts: int, rules: Rules, seed: int) -> Split:
    """Divide a connected piece of any size; see :func:`divide_piece`.

    A large one is divided side by side, without a bound.
    """
    limit = graph.households.sum() / parts * (1 + rules.size.tolerance)
    graph = loosen_joins(graph, limit)
    if parts < 4 or np.count_nonzero(graph.households) <= LARGE:
        return divide_piece(graph, parts, rules, seed)
    lump = merge_lumps(graph, lend_ground(graph), limit)
    first, count = halve(graph, lump, parts)
    if count == 0:
        return divide_piece(graph, parts, rules, seed)
    label = np.empty(len(graph), dtype=np.int64)
    sides: list[Split] = []
    for inside, grids in ((first, count), (~first, parts - count)):
        nodes = np.flatnonzero(inside)
        quick = rules.replace("search", proof_s=0.0)
        side = divide_any(graph.take(nodes), grids, quick, seed + len(sides))
        label[nodes] = side.label + (count if sides else 0)
        sides.append(side)
    load = np.bincount(label, weights=graph.households)
    return Split(
        label,
        sum(side.excess for side in sides),
        sum(side.splits for side in sides),
        float(abs(load / load.mean() - 1).max()),
        float(
            np.average([side.cost for side in sides], weights=[count, parts - count])
        ),
        whole=all(side.whole for side in sides),
    )


def halve(graph: AtomGraph, lump: Ints, parts: int) -> tuple[Flags, int]:
    """Cut a connected piece into two connected sides of whole lumps.

    Parameters
    ----------
    graph
        Atoms of the piece.
    lump
        n lump numbers from 0; ground carries its owner's number.
    parts
        Number of grids of the whole piece, at least four.

    Returns
    -------
    first
        n flags: atoms of the first side.
    count
        Number of grids of the first side, none if no line parts the piece.
    """
    households = graph.households.astype(np.float64)
    load = np.bincount(lump, weights=households)
    centre = np.column_stack(
        [np.bincount(lump, weights=households * axis) / load for axis in graph.xy.T]
    )
    pairs, _, linked = neighbour_pairs(graph, lump)
    order = np.argsort(_along(centre, load), kind="stable")
    before = np.cumsum(load[order])
    mean = load.sum() / parts
    best, least, count = np.zeros(len(load), dtype=bool), np.inf, 0
    for share in LINES:
        side = np.zeros(len(load), dtype=bool)
        side[order[before <= share * load.sum()]] = True
        side, whole = _mended(side, pairs[linked])
        grids = load[side].sum() / mean
        off = abs(grids - round(grids))
        if whole and off < least and 1 <= round(grids) < parts:
            best, least, count = side, off, round(grids)
    return best[lump], count


def _along(centre: Floats, load: np.ndarray) -> Floats:
    """Return each lump's place along the longest direction of all households."""
    apart = centre - np.average(centre, axis=0, weights=load)
    _, axes = np.linalg.eigh((apart.T * load) @ apart)
    return np.asarray(apart @ axes[:, -1])


def _mended(side: Flags, links: Ints) -> tuple[Flags, bool]:
    """Hand over all but the largest component of each side, until both are whole."""
    for _ in range(MENDS):
        same = side[links[:, 0]] == side[links[:, 1]]
        place = component_numbers(len(side), links[same])
        size = np.bincount(place)
        groups = [np.unique(place[side == which]) for which in (True, False)]
        if all(len(group) == 1 for group in groups):
            return side, True
        kept = [group[np.argmax(size[group])] for group in groups if len(group)]
        side = np.where(np.isin(place, kept), side, ~side)
    return side, False
