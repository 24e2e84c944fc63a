"""Divide one connected piece: whole compounds if it can be, else as little as can be.

The order is that of the contract: every grid within the tolerance and every
compound that fits whole; where the search finds no such division, the smallest
deviation that whole compounds allow, and beyond ``max_deviation`` (or at once,
where balance is preferred) the fewest compounds divided.
"""

from dataclasses import replace

import numpy as np

from gridpart.errors import BrokenPlanError
from gridpart.partition.attempts import Piece, Split, attempt, tighten
from gridpart.partition.graphs import AtomGraph
from gridpart.partition.needs import certify
from gridpart.partition.territory import lend_ground, settle_ground
from gridpart.rules import Rules


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
    piece = Piece(graph, lend_ground(graph), parts, rules, seed)
    tolerance, most = rules.size.tolerance, rules.size.max_deviation
    best = attempt(piece, tolerance, whole=True, longer=True)
    if best is None or best.excess > 0:
        stretch = rules.size.prefer == "whole_compounds"
        if best is not None and stretch and best.deviation <= most:
            best = tighten(piece, best, whole=True)
        else:
            best = _divide_compounds(piece, best, stretch=stretch)
    if rules.search.proof_s > 0:
        best = certify(piece, best)
    return replace(best, label=settle_ground(graph, best.label))


def _divide_compounds(piece: Piece, whole: Split | None, *, stretch: bool) -> Split:
    """Divide as few compounds as possible.

    With ``stretch`` the deviation may go up to the largest allowed, if that saves
    a compound; otherwise the tolerance holds.
    """
    size = piece.rules.size
    best = attempt(piece, size.tolerance, whole=False, start=whole, longer=True)
    if stretch and (best is None or best.splits > 1 or best.excess > 0):
        wide = attempt(piece, size.max_deviation, whole=False, start=whole)
        if (
            wide is not None
            and wide.excess == 0
            and (best is None or best.excess > 0 or wide.splits < best.splits)
        ):
            best = tighten(piece, wide, whole=False)
    if best is None:
        raise BrokenPlanError("a piece has fewer buildings than grids")
    return best
