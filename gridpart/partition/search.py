"""Divide one connected piece: whole compounds if it can be, else as little as can be.

The order is that of the contract: every grid within the tolerance and every
compound that fits whole; where the search finds no such division, the smallest
deviation that whole compounds allow, and beyond ``max_deviation`` (or at once,
where balance is preferred) the fewest compounds divided.
"""

from dataclasses import dataclass, replace

import numpy as np

from gridpart.errors import BrokenPlanError
from gridpart.partition.anneal import anneal
from gridpart.partition.graphs import AtomGraph, Ints, component_numbers
from gridpart.partition.lumps import merge_lumps
from gridpart.partition.problem import Problem, lump_problem
from gridpart.partition.proof import STEPS_PER_SECOND, cost_of, find_any, prove
from gridpart.partition.state import Heat, Limits
from gridpart.partition.territory import lend_ground, settle_ground
from gridpart.rules import Rules

FINE = 0.005  # steps of the deviation, as a share of the mean
EXACT = 1e-9
NONE = np.empty(0, dtype=np.int64)
COOLING, SETTLING = Heat(0.08, 0.0005), Heat(0.01, 0.0005)
FLOWING, FLAT, LONGER = Heat(0.15, 0.01), 0.1, 4  # how balance is looked for

Found = tuple[Ints, float, int, float]  # labels, excess, splits, cost


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
        Whether it is proven that what was given up had to be.
    """

    label: Ints
    excess: float
    splits: int
    deviation: float
    cost: float
    whole: bool
    bound: float = np.nan
    proven: bool = False


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
                COOLING,
                np.random.default_rng([seed, turn]),
                start if turn % 2 else NONE,
            )
            for turn in range(rules.search.starts)
        ),
        key=_rank,
    )


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
    if parts == 1:
        nothing = np.zeros(len(graph), dtype=np.int64)
        return Split(nothing, 0.0, 0, 0.0, 0.0, whole=True, bound=0.0)
    piece = _Piece(graph, lend_ground(graph), parts, rules, seed)
    tolerance, most = rules.size.tolerance, rules.size.max_deviation
    best = _attempt(piece, tolerance, whole=True, longer=True)
    if best is None or best.excess > 0:
        stretch = rules.size.prefer == "whole_compounds"
        if best is not None and stretch and best.deviation <= most:
            best = _tighten(piece, best, whole=True)
        else:
            best = _divide_compounds(piece, best, stretch=stretch)
    if rules.search.proof_s > 0:
        best = _certify(piece, best)
    return replace(best, label=settle_ground(graph, best.label))


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    graph: AtomGraph
    owner: Ints
    parts: int
    rules: Rules
    seed: int


def _attempt(
    piece: _Piece,
    tolerance: float,
    *,
    whole: bool,
    start: Split | None = None,
    longer: bool = False,
) -> Split | None:
    """Search once; None if whole compounds leave fewer lumps than parts.

    With ``longer``, a search that does not meet the tolerance goes on.
    """
    lump, problem, limits = _lumped(piece, tolerance, whole=whole)
    if len(problem.weight) < piece.parts:
        return None
    begin = NONE if start is None else _as_start(start.label, lump, problem)
    found = search_parts(problem, limits, piece.rules, piece.seed, begin)
    if longer and found[1] > EXACT:
        found = search_balance(problem, limits, piece.rules, piece.seed, found)
    label, excess, splits, cost = found
    deviation = _deviation(problem, label, limits)
    excess = excess if excess > EXACT else 0.0
    return Split(label[lump], excess, splits, deviation, cost, whole)


def _lumped(
    piece: _Piece, tolerance: float, *, whole: bool
) -> tuple[Ints, Problem, Limits]:
    """Return the lumps of a piece, their problem and the limits of a part."""
    graph, rules = piece.graph, piece.rules
    mean = graph.households.sum() / piece.parts
    limit = mean * (1 + rules.size.tolerance)
    fitting = _fitting(graph, limit)
    lump = merge_lumps(graph, piece.owner, limit, frozenset() if whole else fitting)
    keep = frozenset() if whole else fitting
    problem = lump_problem(graph, lump, piece.parts, rules.objective, keep)
    low, high = mean * (1 - tolerance), mean * (1 + tolerance)
    return lump, problem, Limits(piece.parts, low, high, mean)


def _deviation(problem: Problem, label: Ints, limits: Limits) -> float:
    load = np.bincount(label, weights=problem.weight)
    return float(abs(load / limits.mean - 1).max())


def _certify(piece: _Piece, best: Split) -> Split:
    """Prove what was given up, and how good the division is, or improve it."""
    size = piece.rules.size
    steps = round(piece.rules.search.proof_s * STEPS_PER_SECOND)
    proven = False
    if not best.whole or best.deviation > size.tolerance + EXACT:
        stretch = size.prefer == "whole_compounds" and not best.whole
        tolerance = size.max_deviation if stretch else size.tolerance
        lump, problem, limits = _lumped(piece, tolerance + EXACT, whole=True)
        proven = len(problem.weight) < piece.parts
        if not proven:
            proven, label = find_any(problem, limits, steps=steps)
            if len(label):
                cost = cost_of(problem, limits, label)
                deviation = _deviation(problem, label, limits)
                best = Split(label[lump], 0.0, 0, deviation, cost, whole=True)
                best = _tighten(piece, best, whole=True)
    if best.excess > 0 and not best.whole:
        return replace(best, proven=proven)
    tolerance = max(size.tolerance, best.deviation) + EXACT
    lump, problem, limits = _lumped(piece, tolerance, whole=best.whole)
    label = best.label[np.unique(lump, return_index=True)[1]]
    proof = prove(problem, limits, label, best.cost, steps=steps)
    if best.whole:
        deviation = _deviation(problem, proof.label, limits)
        best = Split(proof.label[lump], 0.0, 0, deviation, proof.cost, whole=True)
    return replace(best, bound=proof.bound, proven=proven)


def _fitting(graph: AtomGraph, limit: float) -> frozenset[int]:
    """Return the groups of several populated atoms that one grid can hold."""
    inside = (graph.group >= 0) & (graph.households > 0)
    groups, members = np.unique(graph.group[inside], return_counts=True)
    load = np.bincount(graph.group[inside], graph.households[inside])
    return frozenset(groups[(members > 1) & (load[groups] <= limit)].tolist())


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


def _tighten(piece: _Piece, best: Split, *, whole: bool) -> Split:
    """Bisect for the smallest deviation that takes no more splits."""
    floor, ceiling = piece.rules.size.tolerance, best.deviation
    while ceiling - floor > FINE:
        middle = (floor + ceiling) / 2
        found = _attempt(piece, middle, whole=whole, start=best)
        if found is None or found.excess > 0 or found.splits > best.splits:
            floor = middle
        if (
            found is not None
            and found.deviation < ceiling
            and found.splits <= best.splits
        ):
            best, ceiling = found, found.deviation
    return best


def _divide_compounds(piece: _Piece, whole: Split | None, *, stretch: bool) -> Split:
    """Divide as few compounds as possible.

    With ``stretch`` the deviation may go up to the largest allowed, if that saves
    a compound; otherwise the tolerance holds.
    """
    size = piece.rules.size
    best = _attempt(piece, size.tolerance, whole=False, start=whole, longer=True)
    if stretch and (best is None or best.splits > 1 or best.excess > 0):
        wide = _attempt(piece, size.max_deviation, whole=False, start=whole)
        if (
            wide is not None
            and wide.excess == 0
            and (best is None or best.excess > 0 or wide.splits < best.splits)
        ):
            best = _tighten(piece, wide, whole=False)
    if best is None:
        raise BrokenPlanError("a piece has fewer buildings than grids")
    return best
