"""Several annealings of one problem, and a longer look for balance."""

from typing import NamedTuple

import numpy as np

from gridpart.partition.anneal import anneal
from gridpart.partition.graphs import Ints
from gridpart.partition.problem import Problem
from gridpart.partition.state import Heat, Limits
from gridpart.rules import Rules

EXACT = 1e-9
NONE = np.empty(0, dtype=np.int64)
COOLING, SETTLING = Heat(0.3, 0.003), Heat(0.01, 0.0005)
AGAIN = Heat(0.03, 0.002)  # from the best so far
AGREED = 7  # annealings from anew that end in the best division: it is final then
FLOWING, FLAT = Heat(0.15, 0.0005), 0.02  # how balance is looked for
LONGER = 20  # times as many moves for it where compounds may be divided


class Found(NamedTuple):
    """A division: labels, excess, splits, cost, and how often it was found anew."""

    label: Ints
    excess: float
    splits: int
    cost: float
    times: int = 1

    @property
    def rank(self) -> tuple[float, int, float]:
        """Less is better: excess, then splits, then cost."""
        return round(self.excess, 9), self.splits, round(self.cost, 9)


def search_parts(
    problem: Problem,
    limits: Limits,
    rules: Rules,
    seed: int,
    start: Ints = NONE,
) -> Found:
    """Return the best of several annealings.

    Every other annealing begins at ``start``, if there is one.
    """
    moves = rules.search.moves * len(problem.weight)
    rng = np.random.default_rng([seed, 0])
    best = Found(*anneal(problem, limits, moves, COOLING, rng, NONE))
    for turn in range(1, rules.search.starts):
        again = turn % 2 == 1 and len(start) > 0
        best = _once_more(problem, limits, moves, [seed, turn], best, start, again)
        if best.times == AGREED:
            break
    return best


def search_further(
    problem: Problem, limits: Limits, rules: Rules, seed: int, best: Found, times: int
) -> Found:
    """Search ``times`` as often where searches do not agree, by turns from the best."""
    moves = rules.search.moves * len(problem.weight)
    for turn in range(times * rules.search.starts):
        if best.times == AGREED:
            break
        key = [seed, 2, turn]
        best = _once_more(problem, limits, moves, key, best, best.label, turn % 2 == 0)
    return best


def search_balance(
    problem: Problem, limits: Limits, rules: Rules, seed: int, best: Found
) -> Found:
    """Look longer for a division within the limits where ``best`` has none.

    The cost counts little at first and the temperature stays high, so that
    households flow far; what is found is then made compact. Where compounds may be
    divided there are many more ways to go, and the search is longer.
    """
    flat = problem._replace(
        spread=problem.spread * FLAT, edge_cost=problem.edge_cost * FLAT
    )
    moves = rules.search.moves * len(problem.weight)
    longer = LONGER if (problem.group >= 0).any() else 1
    for turn in range(rules.search.starts):
        rng = np.random.default_rng([seed, 1, turn])
        level = Found(*anneal(flat, limits, longer * moves, FLOWING, rng, NONE))
        if level.rank[:2] < best.rank[:2]:
            settled = anneal(problem, limits, moves, SETTLING, rng, level.label)
            best = Found(*settled)
        if best.excess <= EXACT and best.splits == 0:
            break
    return best


def _once_more(
    problem: Problem,
    limits: Limits,
    moves: int,
    key: list[int],
    best: Found,
    start: Ints,
    again: bool,
) -> Found:
    """Anneal from anew, or again from ``start``, and return the better division."""
    heat, begin = (AGAIN, start) if again else (COOLING, NONE)
    rng = np.random.default_rng(key)
    found = Found(*anneal(problem, limits, moves, heat, rng, begin))
    if found.rank < best.rank:
        return found
    if found.rank == best.rank and not again:
        return best._replace(times=best.times + 1)
    return best
