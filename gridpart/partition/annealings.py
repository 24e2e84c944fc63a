"""Several annealings of one problem, and a longer look for balance."""

import numpy as np

from gridpart.partition.anneal import anneal
from gridpart.partition.graphs import Ints
from gridpart.partition.problem import Problem
from gridpart.partition.state import Heat, Limits
from gridpart.rules import Rules

EXACT = 1e-9
NONE = np.empty(0, dtype=np.int64)
COOLING, SETTLING = Heat(0.08, 0.0005), Heat(0.01, 0.0005)
AGAIN = Heat(0.025, 0.0005)  # from where another search ended
FURTHER, GAIN = 6, 0.005  # searches more; share of the cost that is worth another
FLOWING, FLAT, LONGER = Heat(0.15, 0.01), 0.1, 4  # how balance is looked for

Found = tuple[Ints, float, int, float]  # labels, excess, splits, cost


def search_parts(
    problem: Problem,
    limits: Limits,
    rules: Rules,
    seed: int,
    start: Ints = NONE,
) -> Found:
    """Return the best of several annealings: labels, excess, splits, cost.

    Every other annealing begins at ``start``, if there is one.
    """
    return min(
        (
            anneal(
                problem,
                limits,
                rules.search.moves * len(problem.weight),
                AGAIN if turn % 2 and len(start) else COOLING,
                np.random.default_rng([seed, turn]),
                start if turn % 2 else NONE,
            )
            for turn in range(rules.search.starts)
        ),
        key=_rank,
    )


def search_further(
    problem: Problem, limits: Limits, rules: Rules, seed: int, best: Found
) -> Found:
    """Search again from where a search ended, as long as that gains much."""
    for turn in range(1, FURTHER + 1):
        again = search_parts(problem, limits, rules, seed + turn, best[0])
        worth = again[3] < (1 - GAIN) * best[3]
        best = min(best, again, key=_rank)
        if not worth:
            break
    return best


def search_balance(
    problem: Problem, limits: Limits, rules: Rules, seed: int, best: Found
) -> Found:
    """Look longer for a division within the limits where ``best`` has none.

    The cost counts little at first and the temperature stays high, so that
    households flow far; what is found is then made compact.
    """
    flat = problem._replace(
        spread=problem.spread * FLAT, edge_cost=problem.edge_cost * FLAT
    )
    moves = rules.search.moves * len(problem.weight)
    for turn in range(rules.search.starts):
        rng = np.random.default_rng([seed, 1, turn])
        level = anneal(flat, limits, LONGER * moves, FLOWING, rng, NONE)
        if _rank(level)[:2] < _rank(best)[:2]:
            best = anneal(problem, limits, moves, SETTLING, rng, level[0])
        if best[1] <= EXACT and best[2] == 0:
            break
    return best


def _rank(found: Found) -> tuple[float, int, float]:
    """Less is better: excess, then splits, then cost."""
    return round(found[1], 9), found[2], found[3]
