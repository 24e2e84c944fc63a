"""A division of one piece, and one attempt to find it."""

from dataclasses import dataclass

import numpy as np

from gridpart.partition.annealings import search_balance, search_further, search_parts
from gridpart.partition.graphs import AtomGraph, Ints, component_numbers
from gridpart.partition.lumps import fitting_groups, merge_lumps
from gridpart.partition.problem import Problem, lump_problem
from gridpart.partition.proof import cost_of
from gridpart.partition.state import Limits
from gridpart.rules import Rules

FURTHER, DIVIDED = 4, 2  # times as many searches where they do not agree
FINE = 0.005  # steps of the deviation, as a share of the mean
EXACT = 1e-9
NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A division of one piece.

    Parameters
    ----------
    label
        n part numbers from 0, one for each atom.
    excess
        What lies outside the tolerance searched for, in part means; 0 if all fits.
    splits
        In how many more grids than one the compounds that fit lie, in all.
    deviation
        Largest distance of a part from the mean, as a share of it.
    cost
        Spread plus boundary.
    whole
        Whether every compound that fits is one lump.
    bound
        No division as balanced as this costs less; missing if none was proven.
    proven
        What is proven of that which was given up: ``no_whole_plan``, no division of
        whole compounds is within the tolerance (or the largest deviation, where
        compounds are divided rather than that stretched); ``least_deviation``, none
        deviates less by more than ``FINE``; ``fewest_compounds``, no fewer
        compounds divided will do; ``no_balanced_plan``, none is within the
        tolerance, whatever compounds are divided.
    """

    label: Ints
    excess: float
    splits: int
    deviation: float
    cost: float
    whole: bool
    bound: float = np.nan
    proven: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A connected piece to divide.

    Parameters
    ----------
    graph
        n atoms.
    owner
        n positions: the populated atom that each atom's ground goes with.
    parts
        Number of grids.
    rules
        Tolerance, preference, weights and effort.
    seed
        Makes the search repeatable.
    """

    graph: AtomGraph
    owner: Ints
    parts: int
    rules: Rules
    seed: int


def attempt(
    piece: Piece,
    tolerance: float,
    *,
    whole: bool,
    start: Split | None = None,
    longer: bool = False,
) -> Split | None:
    """Search for a division; None if whole compounds leave fewer lumps than parts.

    Parameters
    ----------
    piece
        What is divided.
    tolerance
        Of the households of a grid, as a share of the mean.
    whole
        Whether every compound that fits is one lump.
    start
        A division from which every other search begins.
    longer
        Search on until the tolerance is met, if it can be, and then until several
        searches agree.
    """
    lump, problem, limits = lumped(piece, tolerance, whole=whole)
    if len(problem.weight) < piece.parts:
        return None
    begin = NONE if start is None else _as_start(start.label, lump, problem)
    found = search_parts(problem, limits, piece.rules, piece.seed, begin)
    if longer and found.excess > EXACT:
        found = search_balance(problem, limits, piece.rules, piece.seed, found)
    if longer and found.excess <= EXACT:
        times = FURTHER if whole else DIVIDED
        found = search_further(problem, limits, piece.rules, piece.seed, found, times)
    deviation = _deviation(problem, found.label, limits)
    excess = found.excess if found.excess > EXACT else 0.0
    label = found.label[lump]
    return Split(label, excess, found.splits, deviation, found.cost, whole)


def lumped(
    piece: Piece,
    tolerance: float,
    *,
    whole: bool,
    opened: frozenset[int] = frozenset(),
) -> tuple[Ints, Problem, Limits]:
    """Return the lumps of a piece, their problem and the limits of a part.

    Parameters
    ----------
    piece, tolerance
        As for :func:`attempt`.
    whole
        Whether the compounds that fit are lumps, but for those opened.
    opened
        Compounds that may be divided.
    """
    graph, rules = piece.graph, piece.rules
    mean = graph.households.sum() / piece.parts
    limit = mean * (1 + rules.size.tolerance)
    fitting = fitting_groups(graph, limit)
    lump = merge_lumps(graph, piece.owner, limit, opened if whole else fitting)
    keep = frozenset() if whole else fitting
    problem = lump_problem(graph, lump, piece.parts, rules.objective, keep)
    low, high = mean * (1 - tolerance), mean * (1 + tolerance)
    return lump, problem, Limits(piece.parts, low, high, mean)


def whole_split(lump: Ints, problem: Problem, limits: Limits, label: Ints) -> Split:
    """Return a division of whole compounds, from the labels of its lumps."""
    deviation = _deviation(problem, label, limits)
    cost = cost_of(problem, limits, label)
    return Split(label[lump], 0.0, 0, deviation, cost, whole=True)


def _deviation(problem: Problem, label: Ints, limits: Limits) -> float:
    load = np.bincount(label, weights=problem.weight)
    return float(abs(load / limits.mean - 1).max())


def _as_start(label: Ints, lump: Ints, problem: Problem) -> Ints:
    """Return the labels of lumps, or none where a part would fall apart.

    Larger lumps hold together what smaller ones may only reach across ground.
    """
    start = label[np.unique(lump, return_index=True)[1]]
    heads = np.repeat(np.arange(len(start)), np.diff(problem.start))
    inside = start[heads] == start[problem.link]
    edges = np.column_stack([heads, problem.link])[inside]
    places = component_numbers(len(start), edges).max() + 1
    return start if places == len(np.unique(start)) else NONE


def tighten(piece: Piece, best: Split, *, whole: bool) -> Split:
    """Bisect for the smallest deviation that takes no more splits.

    Parameters
    ----------
    piece, whole
        As for :func:`attempt`.
    best
        A division that may deviate too much.
    """
    floor, ceiling = piece.rules.size.tolerance, best.deviation
    while ceiling - floor > FINE:
        middle = (floor + ceiling) / 2
        found = attempt(piece, middle, whole=whole, start=best)
        if found is None or found.excess > 0 or found.splits > best.splits:
            floor = middle
        if (
            found is not None
            and found.deviation < ceiling
            and found.splits <= best.splits
        ):
            best, ceiling = found, found.deviation
    again = attempt(piece, best.deviation + EXACT, whole=whole, start=best)
    if again is not None and again.excess == 0 and again.splits <= best.splits:
        best = min(best, again, key=lambda split: split.cost)
    return best
