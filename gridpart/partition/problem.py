"""One division problem: lumps with weights, costs and links, nothing else.

Everything the search and the exact methods need, scaled so that spread and
unclear boundary can be added: a division into round, equal grids has a spread of
about one, and hexagons without any clear line a boundary of about one.
"""

from typing import NamedTuple

import numpy as np

from gridpart.partition.graphs import AtomGraph, Floats, Ints
from gridpart.partition.territory import neighbour_pairs
from gridpart.rules import Objective

WEIGHTS = 1.5  # of spread and boundary together, which the search's heats are made for


class Problem(NamedTuple):
    """n lumps to be put into connected parts: a tuple, as compiled code takes it.

    Parameters
    ----------
    weight
        n integers, households.
    spread
        n × n: cost of lump i in a part whose centre is lump c, at [c, i].
    group
        n integers: the compound that a lump is a part of and should stay with,
        -1 for none.
    start, link
        Adjacency in compressed rows: the neighbours of i that may share a part
        with it are ``link[start[i]:start[i + 1]]``.
    edge_start, edge_end, edge_cost
        The same rows over all lumps that touch, barrier or not, with the cost of
        the border where the two lie in different parts.
    """

    weight: Ints
    spread: Floats
    group: Ints
    start: Ints
    link: Ints
    edge_start: Ints
    edge_end: Ints
    edge_cost: Floats


def lump_problem(
    graph: AtomGraph,
    lump: Ints,
    parts: int,
    objective: Objective,
    keep: frozenset[int] = frozenset(),
) -> Problem:
    """Contract a connected piece to its lumps.

    Parameters
    ----------
    graph
        Atoms of one piece.
    lump
        n lump numbers from 0; ground carries its owner's number.
    parts
        Number of parts, to which the costs are scaled.
    objective
        Weights of spread and boundary; only their ratio counts.
    keep
        Groups that should not be divided although they are several lumps.
    """
    count = int(lump.max()) + 1
    households = graph.households.astype(np.float64)
    weight = np.bincount(lump, weights=households, minlength=count)
    centre = np.column_stack(
        [
            np.bincount(lump, weights=households * graph.xy[:, axis], minlength=count)
            / weight
            for axis in (0, 1)
        ]
    )
    inner = np.bincount(
        lump,
        weights=households * ((graph.xy - centre[lump]) ** 2).sum(axis=1),
        minlength=count,
    )
    area = float(graph.area.sum())
    disc = weight.sum() * area / (2 * np.pi * parts)
    apart = ((centre[:, None, :] - centre[None, :, :]) ** 2).sum(axis=2)
    scale = WEIGHTS / (objective.spread + objective.boundary)
    spread = scale * objective.spread * (weight * apart + inner) / disc
    hexagons = 1.86 * np.sqrt(area * parts)
    pairs, unclear, linked = neighbour_pairs(graph, lump)
    start, link, _ = compressed_rows(count, pairs[linked], np.zeros(int(linked.sum())))
    edge_start, edge_end, edge_cost = compressed_rows(
        count, pairs, scale * objective.boundary * unclear / hexagons
    )
    return Problem(
        np.rint(weight).astype(np.int64),
        spread,
        _groups_of(graph, lump, keep),
        start,
        link,
        edge_start,
        edge_end,
        edge_cost,
    )


def _groups_of(graph: AtomGraph, lump: Ints, keep: frozenset[int]) -> Ints:
    """Return the kept group of each lump, numbered from 0, or -1."""
    group = np.full(int(lump.max()) + 1, -1, dtype=np.int64)
    kept = np.isin(graph.group, sorted(keep)) & (graph.households > 0)
    group[lump[kept]] = np.unique(graph.group[kept], return_inverse=True)[1]
    return group


def compressed_rows(count: int, pairs: Ints, cost: Floats) -> tuple[Ints, Ints, Floats]:
    """Return (start, end, cost): for each of ``count`` nodes its pairs, in order."""
    heads = np.concatenate([pairs[:, 0], pairs[:, 1]])
    tails = np.concatenate([pairs[:, 1], pairs[:, 0]])
    costs = np.concatenate([cost, cost])
    order = np.lexsort((tails, heads))
    start = np.searchsorted(heads[order], np.arange(count + 1)).astype(np.int64)
    return start, tails[order], costs[order]
