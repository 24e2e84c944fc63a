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
from gridpart.partition.lumps import divided_groups, merge_lumps
from gridpart.partition.pieces import connect_ground
from gridpart.partition.problem import Problem, lump_problem
from gridpart.partition.proof import cost_of, find_any, prove
from gridpart.partition.state import Limits
from gridpart.partition.territory import lend_ground, settle_ground
from gridpart.rules import Rules

MOST_SETS = 10_000  # parts listed at most, beyond which a search is proven
MOST_LUMPS = 128  # lumps of a division that is proven
STEPS = 300_000  # of a proof
FEW = 12  # buildings of which each is opened in turn
EXACT = 1e-9


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


def divide_base_grid(graph: AtomGraph, rules: Rules, seed: int) -> MicroSplit:
    """Divide the atoms of one base grid into micro-grids of whole buildings.

    Parameters
    ----------
    graph
        Atoms of the base grid.
    rules
        Target and tolerance of micro-grids, weights and effort.
    seed
        Makes the search repeatable where it is needed.
    """
    label = np.full(len(graph), -1, dtype=np.int64)
    splits = []
    for nodes, part in _walkable_pieces(graph):
        splits.append(_divide_piece(part, rules, seed))
        label[nodes] = splits[-1].label + label.max() + 1
    return MicroSplit(
        label,
        all(split.balanced for split in splits),
        all(split.proven for split in splits),
    )


def divide_by_unit(graph: AtomGraph, whole: Ints, rules: Rules, seed: int) -> Ints:
    """Divide what whole buildings do not balance between units of few buildings.

    Parameters
    ----------
    graph
        Atoms of the base grid, those of its buildings by unit.
    whole
        n numbers of micro-grids of whole buildings.
    rules, seed
        As for :func:`divide_base_grid`.

    Returns
    -------
    label
        n numbers from 0; the micro-grids given where units do not balance either.
    """
    label = np.full(len(graph), -1, dtype=np.int64)
    for nodes, part in _walkable_pieces(graph):
        own = np.unique(whole[nodes], return_inverse=True)[1]
        load = np.bincount(own, part.households)
        if not _is_balanced(load, rules):
            own = _divide_buildings(part, own, rules, seed)
        label[nodes] = own + label.max() + 1
    return label


def _walkable_pieces(graph: AtomGraph) -> list[tuple[Ints, AtomGraph]]:
    graph = connect_ground(
        replace(graph, group=np.full(len(graph), -1, dtype=np.int64))
    )
    piece = graph.components()
    pieces = [np.flatnonzero(piece == number) for number in range(piece.max() + 1)]
    return [(nodes, graph.take(nodes)) for nodes in pieces]


def _is_balanced(load: np.ndarray, rules: Rules) -> bool:
    mean = load.mean()
    return bool(np.abs(load - mean).max() <= mean * rules.micro.tolerance + EXACT)


def _divide_piece(graph: AtomGraph, rules: Rules, seed: int) -> MicroSplit:
    """Divide what can be walked into the best number of micro-grids that balances."""
    label, proven = _balance(graph, rules, seed)
    if label is not None:
        return MicroSplit(label, True, proven)
    parts = count_micro_grids(int(graph.households.sum()), rules.micro)[0]
    lump, problem, limits = _lumped(graph, parts, rules)
    label = _stretch(problem, limits, rules, seed)
    return MicroSplit(settle_ground(graph, label[lump]), False, proven)


def _balance(graph: AtomGraph, rules: Rules, seed: int) -> tuple[Ints | None, bool]:
    """Return the best balanced division, or None, and whether that is proven."""
    households = int(graph.households.sum())
    all_proven = True
    for parts in count_micro_grids(households, rules.micro):
        if households == 0 or parts == 1:
            return np.zeros(len(graph), dtype=np.int64), True
        lump, problem, limits = _lumped(graph, parts, rules)
        label, proven = _solve(problem, limits, rules, seed)
        if label is not None:
            return settle_ground(graph, label[lump]), proven
        all_proven &= proven
    return None, all_proven


def _lumped(
    graph: AtomGraph, parts: int, rules: Rules, keep: frozenset[int] = frozenset()
) -> tuple[Ints, Problem, Limits]:
    """Return the lump of each atom, their problem and the limits of a micro-grid."""
    households = int(graph.households.sum())
    lump = merge_lumps(graph, lend_ground(graph), households, keep)
    parts = min(parts, int(lump.max()) + 1)
    mean, tolerance = households / parts, rules.micro.tolerance
    limits = Limits(parts, mean * (1 - tolerance), mean * (1 + tolerance), mean)
    return lump, lump_problem(graph, lump, parts, rules.objective, keep), limits


def _solve(
    problem: Problem, limits: Limits, rules: Rules, seed: int
) -> tuple[Ints | None, bool]:
    """Return the cheapest division within the limits, or None, and if it is proven."""
    parts, low, high, _ = limits
    label, _, proven = solve_exactly(problem, parts, low, high, MOST_SETS)
    if proven:
        return label, True
    found, excess, _, cost, _ = search_parts(problem, limits, rules, seed)
    if len(problem.weight) > MOST_LUMPS:
        return (None if excess > EXACT else found), False
    if excess > EXACT:
        if label is None:
            impossible, label = find_any(problem, limits, steps=STEPS)
            if not len(label):
                return None, impossible
        found, cost = label, cost_of(problem, limits, label)
    proof = prove(problem, limits, found, cost, steps=STEPS)
    return proof.label, proof.status == "optimal"


def _stretch(problem: Problem, limits: Limits, rules: Rules, seed: int) -> Ints:
    """Widen the limits until there is a division; search where that takes too long."""
    parts, low, high, mean = limits
    for wider in (1.5, 2.0, 3.0):
        least, most = mean - wider * (mean - low), mean + wider * (high - mean)
        label, _, proven = solve_exactly(problem, parts, least, most, MOST_SETS)
        if label is not None:
            return label
        if not proven:
            break
    return search_parts(problem, limits, rules, seed).label


def _divide_buildings(graph: AtomGraph, whole: Ints, rules: Rules, seed: int) -> Ints:
    """Divide one building between its units, the largest that helps, or else few.

    Of many buildings only those are opened that a search with all open divides.
    """
    lived_in = (graph.building >= 0) & (graph.households > 0)
    buildings, units = np.unique(graph.building[lived_in], return_counts=True)
    load = np.bincount(graph.building[lived_in], graph.households[lived_in])
    several = buildings[units > 1]
    if not len(several):
        return whole
    order = several[np.argsort(-load[several], kind="stable")]
    for opened in order[:, None] if len(order) <= FEW else ():
        label, _ = _balance(_open(graph, opened), rules, seed)
        if label is not None:
            return label
    found = _search_by_unit(graph, several, rules, seed)
    if found is not None:
        by_building = replace(graph, group=graph.building)
        divided = divided_groups(by_building, frozenset(several.tolist()), found)
        few = np.array(sorted(divided), dtype=np.int64)
        label, _ = _balance(_open(graph, few), rules, seed)
        return found if label is None else label
    if len(several) <= FEW:
        label, _ = _balance(_open(graph, several), rules, seed)
        return whole if label is None else label
    return whole


def _search_by_unit(
    graph: AtomGraph, several: Ints, rules: Rules, seed: int
) -> Ints | None:
    """Return a balanced division that a search finds, dividing few buildings."""
    group = np.where(np.isin(graph.building, several), graph.building, -1)
    graph = replace(_open(graph, several), group=group)
    for parts in count_micro_grids(int(graph.households.sum()), rules.micro):
        lump, problem, limits = _lumped(
            graph, parts, rules, frozenset(several.tolist())
        )
        label, _, proven = solve_exactly(problem, *limits[:3], MOST_SETS)
        if label is None and proven:
            continue
        found = search_parts(problem, limits, rules, seed)
        if found.excess <= EXACT:
            return settle_ground(graph, found.label[lump])
    return None


def _open(graph: AtomGraph, buildings: Ints) -> AtomGraph:
    loose = np.isin(graph.building, buildings)
    return replace(graph, building=np.where(loose, -1, graph.building))
