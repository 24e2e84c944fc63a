"""What was given up is proven to be needed, or a division that gives up less found."""

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np

from gridpart.partition.attempts import (
    EXACT,
    FINE,
    Piece,
    Split,
    attempt,
    lumped,
    tighten,
    whole_split,
)
from gridpart.partition.lumps import divided_groups, fitting_groups
from gridpart.partition.proof import STEPS_PER_SECOND, cost_of, find_any, prove

NO_WHOLE, LEAST, FEWEST = "no_whole_plan", "least_deviation", "fewest_compounds"
NO_BALANCE = "no_balanced_plan"
TRIES = 8  # smaller deviations looked for by proof
CHOICES = 100  # choices of compounds tried for a proof
WIDE = 0.1  # gap from which the bound that counts no compounds is looked at too
SHARE = 4  # of the steps for a choice of compounds that is not the best so far
ALL = 3  # times the steps for all such choices together


def certify(piece: Piece, best: Split) -> Split:
    """Prove what was given up, and how good the division is, or improve it.

    Parameters
    ----------
    piece
        What is divided; its rules say with how much effort that is proven.
    best
        The division found.
    """
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
    lump, problem, limits = lumped(piece, tolerance, whole=best.whole)
    label = best.label[np.unique(lump, return_index=True)[1]]
    proof = prove(problem, limits, label, best.cost, steps=steps)
    if best.whole:
        improved = whole_split(lump, problem, limits, proof.label)
        best = replace(improved, proven=best.proven)
    return replace(best, bound=proof.bound)


def _find_whole(
    piece: Piece, tolerance: float, steps: int, opened: frozenset[int] = frozenset()
) -> tuple[bool, Split | None]:
    """Prove that no division leaves whole all but what is opened, or find one."""
    lump, problem, limits = lumped(piece, tolerance + EXACT, whole=True, opened=opened)
    if len(problem.weight) < piece.parts:
        return True, None
    impossible, label = find_any(problem, limits, steps=steps)
    found = whole_split(lump, problem, limits, label) if len(label) else None
    return impossible, found


def _need_of_stretching(piece: Piece, best: Split, steps: int) -> Split:
    """Prove that whole compounds leave no smaller deviation, or find one."""
    floor = piece.rules.size.tolerance
    for _ in range(TRIES):
        target = max(floor, best.deviation - FINE)
        impossible, found = _find_whole(piece, target, steps)
        if found is None:
            break
        best = tighten(piece, found, whole=True)
        if best.deviation <= floor + EXACT:
            return best
    proven = frozenset({NO_WHOLE, LEAST}) if impossible else frozenset()
    if not impossible and target > floor:
        impossible, found = _find_whole(piece, floor, steps)
        proven = frozenset({NO_WHOLE}) if impossible else frozenset()
        best = best if found is None else found
    return replace(best, proven=proven)


def _need_of_imbalance(
    piece: Piece, best: Split, tolerance: float, steps: int
) -> Split:
    """Prove that no division keeps the tolerance, or go on from one that does."""
    lump, problem, limits = lumped(piece, tolerance + EXACT, whole=False)
    impossible, label = find_any(problem, limits, steps=steps)
    if impossible:
        return replace(best, proven=frozenset({NO_BALANCE}))
    if not len(label):
        return best
    start = replace(best, label=label[lump])
    found = attempt(piece, tolerance, whole=False, start=start)
    return best if found is None or found.excess > 0 else found


def _need_of_dividing(piece: Piece, best: Split, tolerance: float, steps: int) -> Split:
    """Prove that as many compounds must be divided as are, or find fewer."""
    impossible, found = _find_whole(piece, tolerance, steps)
    if found is not None:
        return tighten(piece, found, whole=True)
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
    piece: Piece, fitting: list[int], count: int, tolerance: float, steps: int
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


def _prove_divided(piece: Piece, best: Split, steps: int) -> Split:
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
    lump, problem, limits = lumped(piece, tolerance, whole=False)
    label = best.label[np.unique(lump, return_index=True)[1]]
    cost = cost_of(problem, limits, label)
    loose = prove(problem, limits, label, cost, steps=steps)
    if np.isnan(best.bound) or loose.bound * best.cost > best.bound * cost:
        best = replace(best, cost=cost, bound=min(loose.bound, cost))
    return best


def _prove_opened(
    piece: Piece,
    best: Split,
    opened: frozenset[int],
    tolerance: float,
    own: bool,
    steps: int,
) -> tuple[float, Split | None]:
    """Bound what dividing these compounds costs, or find a better division.

    With ``own`` these are the compounds that the best division so far divides.
    """
    lump, problem, limits = lumped(piece, tolerance, whole=True, opened=opened)
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
    found = whole_split(lump, problem, limits, proof.label)
    spans = divided_groups(piece.graph, opened, found.label)
    splits = sum(spans.values()) - len(spans)
    found = replace(found, splits=splits, whole=False, proven=best.proven)
    return proof.bound, found
