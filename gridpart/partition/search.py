"""Divide one connected piece: whole compounds if it can be, else as little as can be.

The order is that of the contract: every grid within the tolerance and every
compound that fits whole; where the search finds no such division, the smallest
deviation that whole compounds allow, and beyond ``max_deviation`` (or at once,
where balance is preferred) the fewest compounds divided.
"""

from dataclasses import dataclass

import numpy as np

from gridpart.partition.anneal import Limits, anneal
from gridpart.partition.graphs import AtomGraph, Ints
from gridpart.partition.lumps import merge_lumps
from gridpart.partition.problem import Problem, lump_problem
from gridpart.partition.territory import lend_ground, settle_ground
from gridpart.rules import Rules

CANDIDATES = 12  # compounds tried for opening, the largest first


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A division of one piece.

    Parameters
    ----------
    label
        n part numbers from 0, one for each atom.
    excess
        What lies outside the tolerance searched for, in part means; 0 if all fits.
    deviation
        Largest distance of a part from the mean, as a share of it.
    cost
        Spread plus boundary.
    """

    label: Ints
    excess: float
    deviation: float
    cost: float

    @property
    def rank(self) -> tuple[float, float]:
        """What a better division has less of."""
        return (round(self.excess, 9), self.cost)


def search_parts(
    problem: Problem,
    parts: int,
    low: float,
    high: float,
    *,
    starts: int,
    moves: int,
    seed: int,
) -> tuple[Ints, float, float]:
    """Return the best of several annealings: labels, excess, cost."""
    count = len(problem.weight)
    mean = float(problem.weight.sum()) / parts
    if parts == 1:
        label = np.zeros(count, dtype=np.int64)
        excess = max(0.0, low - mean, mean - high) / max(mean, 1.0)
        return label, excess, float(problem.spread.sum(axis=1).min())
    limits = Limits(parts, low, high, mean)
    found = [
        anneal(problem, limits, moves, np.random.default_rng([seed, turn]))
        for turn in range(starts)
    ]
    return min(found, key=lambda one: (round(one[1], 9), one[2]))


def divide_piece(graph: AtomGraph, parts: int, rules: Rules, seed: int) -> Split:
    """Divide a connected piece into ``parts`` grids.

    Parameters
    ----------
    graph
        Atoms of the piece; at least one has households.
    parts
        Number of grids, at most the number of populated atoms.
    rules
        Tolerance, preference, weights and effort.
    seed
        Makes the search repeatable.
    """
    owner = lend_ground(graph)
    if parts == 1:
        return Split(np.zeros(len(graph), dtype=np.int64), 0.0, 0.0, 0.0)
    tolerance, most = rules.size.tolerance, rules.size.max_deviation
    best = _attempt(graph, owner, parts, tolerance, frozenset(), rules, seed)
    if best is None or best.excess > 0:
        whole = rules.size.prefer == "whole_compounds"
        if best is not None and whole and best.deviation <= most:
            best = _tighten(graph, owner, parts, best, rules, seed)
        else:
            best = _open_compounds(graph, owner, parts, best, rules, seed)
    label = settle_ground(graph, best.label)
    return Split(label, best.excess, best.deviation, best.cost)


def _attempt(
    graph: AtomGraph,
    owner: Ints,
    parts: int,
    tolerance: float,
    opened: frozenset[int],
    rules: Rules,
    seed: int,
    effort: float = 1.0,
) -> Split | None:
    mean = graph.households.sum() / parts
    limit = mean * (1 + rules.size.tolerance)
    lump, _ = merge_lumps(graph, owner, limit, opened)
    if lump.max() + 1 < parts:
        return None
    problem = lump_problem(graph, lump, parts, rules.objective)
    label, excess, cost = search_parts(
        problem,
        parts,
        mean * (1 - tolerance),
        mean * (1 + tolerance),
        starts=max(2, round(rules.search.starts * effort)),
        moves=max(2000, round(rules.search.moves * effort)),
        seed=seed,
    )
    load = np.bincount(label, weights=problem.weight)
    return Split(
        label[lump],
        excess if excess > 1e-9 else 0.0,
        float(abs(load / mean - 1).max()),
        cost,
    )


def _tighten(
    graph: AtomGraph, owner: Ints, parts: int, best: Split, rules: Rules, seed: int
) -> Split:
    """Bisect for the smallest deviation that whole compounds allow."""
    floor, ceiling = rules.size.tolerance, best.deviation
    while ceiling - floor > 0.005:
        middle = (floor + ceiling) / 2
        found = _attempt(graph, owner, parts, middle, frozenset(), rules, seed)
        if found is not None and found.deviation < ceiling:
            best, ceiling = found, found.deviation
        if found is None or found.excess > 0:
            floor = middle
    return best


def _open_compounds(
    graph: AtomGraph,
    owner: Ints,
    parts: int,
    best: Split | None,
    rules: Rules,
    seed: int,
) -> Split:
    """Open one compound after the other, each time the one that helps most."""
    limit = graph.households.sum() / parts * (1 + rules.size.tolerance)
    size = np.bincount(
        graph.group[graph.group >= 0], graph.households[graph.group >= 0]
    )
    fitting = [int(g) for g in np.argsort(-size, kind="stable") if 0 < size[g] <= limit]
    opened: frozenset[int] = frozenset()
    while fitting and (best is None or best.excess > 0):
        tried = []
        for group in fitting[:CANDIDATES]:
            found = _attempt(
                graph,
                owner,
                parts,
                rules.size.tolerance,
                opened | {group},
                rules,
                seed,
                0.3,
            )
            if found is not None:
                tried.append((found.rank, group, found))
        if not tried:
            opened, fitting = opened | set(fitting[:CANDIDATES]), fitting[CANDIDATES:]
            continue
        rank, group, found = min(tried, key=lambda one: one[:2])
        if best is not None and rank >= best.rank and len(opened) >= 2:
            opened, fitting = opened | set(fitting), []
            found = (
                _attempt(graph, owner, parts, rules.size.tolerance, opened, rules, seed)
                or found
            )
        else:
            opened = opened | {group}
            fitting.remove(group)
        if best is None or found.rank < best.rank:
            best = found
    if opened:
        again = _attempt(graph, owner, parts, rules.size.tolerance, opened, rules, seed)
        if again is not None and (best is None or again.rank < best.rank):
            best = again
    if best is None:
        label = np.minimum(np.unique(owner, return_inverse=True)[1], parts - 1)
        best = Split(label.astype(np.int64), 1.0, 1.0, 0.0)
    return best
