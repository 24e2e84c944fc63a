"""Ground without households goes with the atom it borders most.

The engine divides households. Ground without any (parks, water, sheds) is first
lent to the populated atoms around it, so that whatever the engine puts together
is connected on the ground too; once the households are placed it is handed to
the grid with the longest border. Two lumps that touch only across such ground do
not count as neighbours, unless they belong to one compound or the piece would fall
apart without it.
"""

import heapq

import numpy as np

from gridpart.partition.graphs import AtomGraph, Flags, Floats, Ints, component_numbers


def lend_ground(graph: AtomGraph) -> Ints:
    """Give every atom without households to a populated atom.

    Ground is taken border by border, inside a compound first, then by length, so
    that the ground of each populated atom is connected to it.

    Returns
    -------
    owner
        n positions of populated atoms; -1 where no populated atom can be reached.
    """
    owner = np.where(graph.households > 0, np.arange(len(graph)), -1)
    around: list[list[tuple[int, int]]] = [[] for _ in range(len(graph))]
    for border in np.flatnonzero(graph.passable):
        a, b = graph.edges[border]
        around[a].append((int(b), int(border)))
        around[b].append((int(a), int(border)))

    def offers(atom: int) -> list[tuple[bool, float, int, int]]:
        return [
            (
                bool(graph.group[atom] < 0 or graph.group[atom] != graph.group[other]),
                -float(graph.shared[border]),
                other,
                atom,
            )
            for other, border in around[atom]
            if owner[other] < 0
        ]

    heap = [offer for atom in np.flatnonzero(owner >= 0) for offer in offers(int(atom))]
    heapq.heapify(heap)
    while heap:
        _, _, ground, atom = heapq.heappop(heap)
        if owner[ground] < 0:
            owner[ground] = owner[atom]
            for offer in offers(ground):
                heapq.heappush(heap, offer)
    return owner


def settle_ground(graph: AtomGraph, grid: Ints, rounds: int = 3) -> Ints:
    """Hand ground to the grid with the longest border, keeping grids connected.

    Parameters
    ----------
    graph
        Atoms of one piece.
    grid
        n grid numbers (all ≥ 0): a division in which all grids are connected.
    rounds
        How often all ground is looked at.

    Returns
    -------
    grid
        n grid numbers; those of populated atoms are as given.
    """
    grid = grid.copy()
    ground = np.flatnonzero(graph.households == 0)
    around = _neighbours(graph)
    for _ in range(rounds):
        moved = False
        for atom in ground:
            others, lengths = around[atom]
            if not len(others) or (grid[others] == grid[atom]).all():
                continue
            total = np.bincount(grid[others], weights=lengths)
            best = int(np.argmax(total))
            if total[best] > total[grid[atom]] + 1e-6 and _can_leave(
                around, grid, int(atom)
            ):
                grid[atom] = best
                moved = True
        if not moved:
            break
    return grid


def _neighbours(graph: AtomGraph) -> list[tuple[Ints, Floats]]:
    open_edges = graph.edges[graph.passable]
    length = graph.shared[graph.passable]
    heads = np.concatenate([open_edges[:, 0], open_edges[:, 1]])
    tails = np.concatenate([open_edges[:, 1], open_edges[:, 0]])
    lengths = np.concatenate([length, length])
    order = np.lexsort((tails, heads))
    cuts = np.searchsorted(heads[order], np.arange(len(graph) + 1))
    return [
        (tails[order[cuts[i] : cuts[i + 1]]], lengths[order[cuts[i] : cuts[i + 1]]])
        for i in range(len(graph))
    ]


def _can_leave(around: list[tuple[Ints, Floats]], grid: Ints, atom: int) -> bool:
    others, _ = around[atom]
    same = others[grid[others] == grid[atom]]
    if len(same) <= 1:
        return len(same) == 1
    seen = {int(same[0])}
    stack = [int(same[0])]
    wanted = set(same.tolist()) - seen
    while stack and wanted:
        for other in around[stack.pop()][0].tolist():
            if other != atom and other not in seen and grid[other] == grid[atom]:
                seen.add(other)
                wanted.discard(other)
                stack.append(other)
    return not wanted


def neighbour_pairs(graph: AtomGraph, lump: Ints) -> tuple[Ints, Floats, Flags]:
    """Find which lumps touch, and along how much border.

    Parameters
    ----------
    graph
        Atoms of one piece.
    lump
        n lump numbers (ground carries its owner's number).

    Returns
    -------
    pairs
        p × 2 lump numbers, first < second.
    unclear
        p, metres of border that follow no clear line.
    linked
        p flags: whether one may walk from the one to the other.
    """
    ends = np.sort(lump[graph.edges], axis=1)
    between = ends[:, 0] != ends[:, 1]
    populated: Flags = np.all(graph.households[graph.edges] > 0, axis=1)
    count = int(lump.max()) + 1
    key, inverse = np.unique(
        ends[between, 0] * count + ends[between, 1], return_inverse=True
    )
    pairs = np.column_stack([key // count, key % count])
    unclear = np.zeros(len(key))
    np.add.at(unclear, inverse, (graph.shared - graph.clear)[between])
    walk = graph.passable[between]
    direct = np.zeros(len(key), dtype=bool)
    direct[inverse[walk & populated[between]]] = True
    weak = np.zeros(len(key), dtype=bool)
    weak[inverse[walk]] = True
    group = np.full(count, -1, dtype=np.int64)
    group[lump[graph.households > 0]] = graph.group[graph.households > 0]
    first, second = pairs.T
    direct |= weak & (group[first] >= 0) & (group[first] == group[second])
    part = component_numbers(count, pairs[direct])
    return pairs, unclear, direct | (weak & (part[first] != part[second]))
