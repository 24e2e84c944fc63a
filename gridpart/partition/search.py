"""Divide one connected piece: whole compounds if it can be, else as little as can be.

The order is that of the contract: every grid within the tolerance and every
compound that fits whole; where the search finds no such division, the smallest
deviation that whole compounds allow, and beyond ``max_deviation`` (or at once,
where balance is preferred) the fewest compounds divided.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np

from gridpart.errors import BrokenPlanError
from gridpart.partition.annealings import search_balance, search_further, search_parts
from gridpart.partition.graphs import AtomGraph, Ints, component_numbers
from gridpart.partition.lumps import divided_groups, fitting_groups, merge_lumps
from gridpart.partition.problem import Problem, lump_problem
from gridpart.partition.proof import STEPS_PER_SECOND, cost_of, find_any, prove
from gridpart.partition.state import Limits
from gridpart.partition.territory import lend_ground, settle_ground
from gridpart.rules import Rules

NO_WHOLE, LEAST, FEWEST = "no_whole_plan", "least_deviation", "fewest_compounds"
NO_BALANCE = "no_balanced_plan"
TRIES = 8  # smaller deviations looked for by proof
CHOICES = 100  # choices of compounds tried for a proof
WIDE = 0.1  # gap from which the bound that counts no compounds is looked at too
SHARE = 4  # of the steps for a choice of compounds that is not the best so far
ALL = 3  # times the steps for all such choices together
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

    With ``longer``, a search goes on until it meets the tolerance, if it can, and
    then as long as it gains.
    """
    lump, problem, limits = _lumped(piece, tolerance, whole=whole)
    if len(problem.weight) < piece.parts:
        return None
    begin = NONE if start is None else _as_start(start.label, lump, problem)
    found = search_parts(problem, limits, piece.rules, piece.seed, begin)
    if longer and found.excess > EXACT:
        found = search_balance(problem, limits, piece.rules, piece.seed, found)
    if longer and found.excess <= EXACT:
        found = search_further(problem, limits, piece.rules, piece.seed, found)
    deviation = _deviation(problem, found.label, limits)
    excess = found.excess if found.excess > EXACT else 0.0
    label = found.label[lump]
    return Split(label, excess, found.splits, deviation, found.cost, whole)


def _lumped(
    piece: _Piece,
    tolerance: float,
    *,
    whole: bool,
    opened: frozenset[int] = frozenset(),
) -> tuple[Ints, Problem, Limits]:
    """Return the lumps of a piece, their problem and the limits of a part.

    With ``whole`` the compounds that fit are lumps, but for those opened.
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


def _deviation(problem: Problem, label: Ints, limits: Limits) -> float:
    load = np.bincount(label, weights=problem.weight)
    return float(abs(load / limits.mean - 1).max())


def _certify(piece: _Piece, best: Split) -> Split:
    """Prove what was given up, and how good the division is, or improve it."""
    size = piece.rules.size
    steps = round(piece.rules.search.proof_s * STEPS_PER_SECOND)
    if not best.whole:
        stretch = size.prefer == "whole_compounds"
        tolerance = size.max_deviation if stretch else size.tolerance
        if best.deviation > tolerance + EXACT:
            best = _need_of_imbalance(piece, best, tolerance, steps)
        best = _need_of_dividing(piece, best, tolerance, steps)
    if best.whole and best.deviation > size.tolerance + EXACT:
        best = _need_of_stretching(piece, best, steps)
    if best.excess > 0 and not best.whole:
        return best
    if FEWEST in best.proven:
        return _prove_divided(piece, best, steps)
    tolerance = max(size.tolerance, best.deviation) + EXACT
    lump, problem, limits = _lumped(piece, tolerance, whole=best.whole)
    label = best.label[np.unique(lump, return_index=True)[1]]
    proof = prove(problem, limits, label, best.cost, steps=steps)
    if best.whole:
        improved = _whole(lump, problem, limits, proof.label)
        best = replace(improved, proven=best.proven)
    return replace(best, bound=proof.bound)


def _whole(lump: Ints, problem: Problem, limits: Limits, label: Ints) -> Split:
    """Return a division of whole compounds, from the labels of its lumps."""
    deviation = _deviation(problem, label, limits)
    cost = cost_of(problem, limits, label)
    return Split(label[lump], 0.0, 0, deviation, cost, whole=True)


def _find_whole(
    piece: _Piece, tolerance: float, steps: int, opened: frozenset[int] = frozenset()
) -> tuple[bool, Split | None]:
    """Prove that no division leaves whole all but what is opened, or find one."""
    lump, problem, limits = _lumped(piece, tolerance + EXACT, whole=True, opened=opened)
    if len(problem.weight) < piece.parts:
        return True, None
    impossible, label = find_any(problem, limits, steps=steps)
    found = _whole(lump, problem, limits, label) if len(label) else None
    return impossible, found


def _need_of_stretching(piece: _Piece, best: Split, steps: int) -> Split:
    """Prove that whole compounds leave no smaller deviation, or find one."""
    floor = piece.rules.size.tolerance
    for _ in range(TRIES):
        target = max(floor, best.deviation - FINE)
        impossible, found = _find_whole(piece, target, steps)
        if found is None:
            break
        best = _tighten(piece, found, whole=True)
        if best.deviation <= floor + EXACT:
            return best
    proven = frozenset({NO_WHOLE, LEAST}) if impossible else frozenset()
    if not impossible and target > floor:
        impossible, found = _find_whole(piece, floor, steps)
        proven = frozenset({NO_WHOLE}) if impossible else frozenset()
        best = best if found is None else found
    return replace(best, proven=proven)


def _need_of_imbalance(
    piece: _Piece, best: Split, tolerance: float, steps: int
) -> Split:
    """Prove that no division keeps the tolerance, or go on from one that does."""
    lump, problem, limits = _lumped(piece, tolerance + EXACT, whole=False)
    impossible, label = find_any(problem, limits, steps=steps)
    if impossible:
        return replace(best, proven=frozenset({NO_BALANCE}))
    if not len(label):
        return best
    start = replace(best, label=label[lump])
    found = _attempt(piece, tolerance, whole=False, start=start)
    return best if found is None or found.excess > 0 else found


def _need_of_dividing(
    piece: _Piece, best: Split, tolerance: float, steps: int
) -> Split:
    """Prove that as many compounds must be divided as are, or find fewer."""
    impossible, found = _find_whole(piece, tolerance, steps)
    if found is not None:
        return _tighten(piece, found, whole=True)
    if not impossible:
        return best
    limit = piece.graph.households.sum() / piece.parts
    fitting = fitting_groups(piece.graph, limit * (1 + piece.rules.size.tolerance))
    count = len(divided_groups(piece.graph, fitting, best.label))
    fewest = best.excess == 0 and _all_impossible(
        piece, sorted(fitting), count - 1, tolerance, steps
    )
    proven = {NO_WHOLE, FEWEST} if fewest else {NO_WHOLE}
    return replace(best, proven=best.proven | proven)


def _all_impossible(
    piece: _Piece, fitting: list[int], count: int, tolerance: float, steps: int
) -> bool:
    """Prove for every choice of ``count`` compounds that dividing them won't do."""
    if count < 1:
        return True
    if comb(len(fitting), count) > CHOICES:
        return False
    return all(
        _find_whole(piece, tolerance, steps // 4, frozenset(opened))[0]
        for opened in combinations(fitting, count)
    )


def _prove_divided(piece: _Piece, best: Split, steps: int) -> Split:
    """Prove how good a division is among those that divide as few compounds.

    Each choice of compounds to divide is a problem of its own, in which all others
    are whole; what none of them can beat is the best.
    """
    limit = piece.graph.households.sum() / piece.parts
    fitting = fitting_groups(piece.graph, limit * (1 + piece.rules.size.tolerance))
    tolerance = max(piece.rules.size.tolerance, best.deviation) + EXACT
    own = tuple(divided_groups(piece.graph, fitting, best.label))
    others = [
        opened for opened in combinations(sorted(fitting), len(own)) if opened != own
    ]
    bound = np.inf
    each = min(steps // SHARE, ALL * steps // max(1, len(others[:CHOICES])))
    for opened in [own, *others[:CHOICES]]:
        proof, found = _prove_opened(
            piece,
            best,
            frozenset(opened),
            tolerance,
            opened == own,
            steps if opened == own else each,
        )
        if opened == own and found is None:
            break  # what it costs cannot be compared with the others
        bound = min(bound, proof)
        best = best if found is None else found
    else:
        if len(others) <= CHOICES:
            best = replace(best, bound=min(bound, best.cost))
    if best.bound >= (1 - WIDE) * best.cost:
        return best
    lump, problem, limits = _lumped(piece, tolerance, whole=False)
    label = best.label[np.unique(lump, return_index=True)[1]]
    cost = cost_of(problem, limits, label)
    loose = prove(problem, limits, label, cost, steps=steps)
    if np.isnan(best.bound) or loose.bound * best.cost > best.bound * cost:
        best = replace(best, cost=cost, bound=min(loose.bound, cost))
    return best


def _prove_opened(
    piece: _Piece,
    best: Split,
    opened: frozenset[int],
    tolerance: float,
    own: bool,
    steps: int,
) -> tuple[float, Split | None]:
    """Bound what dividing these compounds costs, or find a better division.

    With ``own`` these are the compounds that the best division so far divides.
    """
    lump, problem, limits = _lumped(piece, tolerance, whole=True, opened=opened)
    if len(problem.weight) < piece.parts:
        return np.inf, None
    label = best.label[np.unique(lump, return_index=True)[1]]
    if own and (label[lump] != best.label).any():
        return np.inf, None
    if not own:
        impossible, label = find_any(problem, limits, steps=steps)
        if impossible:
            return np.inf, None
    cost = cost_of(problem, limits, label) if own else best.cost
    proof = prove(problem, limits, label, cost, steps=steps)
    if not len(proof.label):
        return proof.bound, None
    found = _whole(lump, problem, limits, proof.label)
    spans = divided_groups(piece.graph, opened, found.label)
    splits = sum(spans.values()) - len(spans)
    found = replace(found, splits=splits, whole=False, proven=best.proven)
    return proof.bound, found


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
    again = _attempt(piece, best.deviation + EXACT, whole=whole, start=best)
    if again is not None and again.excess == 0 and again.splits <= best.splits:
        best = min(best, again, key=lambda split: split.cost)
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
