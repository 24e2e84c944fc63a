"""A base grid into micro-grids: small problems, solved exactly where they are.

Micro-grids never cross a hard barrier and are made of whole buildings. Only where
no division of whole buildings keeps the tolerance may a building be divided by
unit.
"""

from dataclasses import dataclass, replace

import numpy as np

from gridpart.partition.annealings import search_parts
from gridpart.partition.counts import count_micro_grids
from gridpart.partition.enumerate import solve_exactly
from gridpart.partition.graphs import AtomGraph, Ints
from gridpart.partition.lumps import merge_lumps
from gridpart.partition.pieces import connect_ground
from gridpart.partition.problem import Problem, lump_problem
from gridpart.partition.state import Limits
from gridpart.partition.territory import lend_ground, settle_ground
from gridpart.rules import Rules


@dataclass(frozen=True, slots=True, eq=False)
class MicroSplit:
    """Micro-grids of one base grid.

    Parameters
    ----------
    label
        n numbers from 0, one for each atom.
    balanced
        Whether all are within the tolerance.
    proven
        Whether this is the best division, or it is proven that none is balanced.
    """

    label: Ints
    balanced: bool
    proven: bool


def divide_base_grid(
    graph: AtomGraph, rules: Rules, seed: int, *, by_unit: bool = False
) -> MicroSplit:
    """Divide the atoms of one base grid into micro-grids.

    Parameters
    ----------
    graph
        Atoms of the base grid.
    rules
        Target and tolerance of micro-grids, weights and effort.
    seed
        Makes the search repeatable where it is needed.
    by_unit
        Whether a building may be divided between its units.
    """
    graph = connect_ground(
        replace(graph, group=np.full(len(graph), -1, dtype=np.int64))
    )
    piece = graph.components()
    label = np.zeros(len(graph), dtype=np.int64)
    balanced = proven = True
    for number in range(int(piece.max()) + 1):
        nodes = np.flatnonzero(piece == number)
        part = graph.take(nodes)
        split = _divide_piece(part, rules, seed)
        if by_unit and not split.balanced:
            split = _divide_by_unit(part, rules, seed, split)
        label[nodes] = split.label + (label.max() + 1 if number else 0)
        balanced &= split.balanced
        proven &= split.proven
    return MicroSplit(label, balanced, proven)


def _divide_piece(graph: AtomGraph, rules: Rules, seed: int) -> MicroSplit:
    """Divide what can be walked into the best number of micro-grids that balances."""
    households = int(graph.households.sum())
    splits = []
    for parts in count_micro_grids(households, rules.micro):
        splits.append(_divide_into(graph, parts, rules, seed))
        if splits[-1].balanced:
            return splits[-1]
    return splits[0]


def _divide_into(graph: AtomGraph, parts: int, rules: Rules, seed: int) -> MicroSplit:
    households = int(graph.households.sum())
    if households == 0 or parts == 1:
        return MicroSplit(np.zeros(len(graph), dtype=np.int64), True, True)
    owner = lend_ground(graph)
    lump = merge_lumps(graph, owner, households)
    parts = min(parts, int(lump.max()) + 1)
    problem = lump_problem(graph, lump, parts, rules.objective)
    mean = households / parts
    low = mean * (1 - rules.micro.tolerance)
    high = mean * (1 + rules.micro.tolerance)
    label, _, proven = solve_exactly(problem, parts, low, high)
    balanced = label is not None
    if label is None and proven:
        label = _least_unbalanced(problem, parts, mean, rules.micro.tolerance)
    if label is None:
        limits = Limits(parts, low, high, mean)
        label, excess, _, _ = search_parts(problem, limits, rules, seed)
        balanced = excess <= 1e-9
    return MicroSplit(settle_ground(graph, label[lump]), balanced, proven)


def _divide_by_unit(
    graph: AtomGraph, rules: Rules, seed: int, whole: MicroSplit
) -> MicroSplit:
    """Divide one building between its units, the largest that helps, or else all."""
    lived_in = (graph.building >= 0) & (graph.households > 0)
    buildings, units = np.unique(graph.building[lived_in], return_counts=True)
    load = np.bincount(graph.building[lived_in], graph.households[lived_in])
    several = buildings[units > 1].tolist()
    order = sorted(several, key=lambda building: -load[building])
    for opened in [*([building] for building in order), several]:
        loose = np.isin(graph.building, opened)
        split = _divide_piece(
            replace(graph, building=np.where(loose, -1, graph.building)), rules, seed
        )
        if split.balanced:
            return split
    return whole


def _least_unbalanced(
    problem: Problem, parts: int, mean: float, tolerance: float
) -> Ints | None:
    """Widen the tolerance until there is a division; None if that takes too long."""
    for wider in (1.5, 2.0, 3.0):
        limit = tolerance * wider
        label, _, proven = solve_exactly(
            problem, parts, mean * (1 - limit), mean * (1 + limit)
        )
        if label is not None or not proven:
            return label
    return None
