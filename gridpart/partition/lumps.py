"""Atoms that stay together: a compound that fits one grid is one lump."""

from dataclasses import replace

import numpy as np

from gridpart.partition.graphs import AtomGraph, Ints, component_numbers


def loosen_joins(graph: AtomGraph, limit: float) -> AtomGraph:
    """Let compounds that must stay together, but do not fit, stand for themselves.

    Parameters
    ----------
    graph
        Atoms of one connected piece.
    limit
        Households that one grid can hold.
    """
    joined = graph.group >= 0
    load = np.bincount(graph.group[joined], graph.households[joined], minlength=1)
    heavy = joined & (load[graph.group] > limit)
    alone = graph.compound + len(load)
    return replace(graph, group=np.where(heavy, alone, graph.group))


def merge_lumps(
    graph: AtomGraph, owner: Ints, limit: float, opened: frozenset[int] = frozenset()
) -> Ints:
    """Return which atoms of a piece stay together.

    1. Units of one building that touch stay together where it fits the limit.
    2. The atoms of a compound stay together where it fits and is not opened.
    3. A compound in several places takes along the loose buildings between, if
       there are any and all of it still fits; else each place is its own lump.
    4. Ground goes with its owner.

    Parameters
    ----------
    graph
        Atoms of one connected piece.
    owner
        n positions: the populated atom that each atom's ground goes with.
    limit
        Households that one grid can hold.
    opened
        Groups (compounds) that may be divided.

    Returns
    -------
    lump
        n lump numbers from 0, in order of first atom.
    """
    count = len(graph)
    lump = owner.copy()
    total = np.bincount(owner, weights=graph.households, minlength=count)
    links = owner[graph.edges[graph.passable]]
    populated = np.flatnonzero(graph.households > 0)
    for members in _members(graph.building, populated):
        if total[members].sum() <= limit:
            place = _places(links, members, count)
            lump[members] = members[np.unique(place, return_index=True)[1][place]]
    for members in _members(graph.group, populated):
        if total[members].sum() <= limit and int(graph.group[members[0]]) not in opened:
            lump[members] = members[0]
    for members in _members(graph.group, populated):
        group = int(graph.group[members[0]])
        if lump[members[0]] != lump[members[-1]] or group in opened:
            continue
        _join_places(graph, lump, links, members, limit)
    return np.unique(lump[owner], return_inverse=True)[1].astype(np.int64)


def _members(kind: Ints, populated: Ints) -> list[Ints]:
    kept = populated[kind[populated] >= 0]
    order = kept[np.argsort(kind[kept], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(kind[order])) + 1)
    return [group for group in groups if len(group) > 1]


def _places(links: Ints, own: Ints, count: int) -> Ints:
    """Give each of some atoms the number of the place where it touches others."""
    position = np.full(count, -1, dtype=np.int64)
    position[own] = np.arange(len(own))
    ends = position[links]
    return component_numbers(len(own), ends[(ends >= 0).all(axis=1)])


def _join_places(
    graph: AtomGraph, lump: Ints, links: Ints, members: Ints, limit: float
) -> None:
    """Connect the places of one compound inside ``lump``, or set them apart."""
    number = lump[members[0]]
    while True:
        inside = (lump == number) & (graph.households > 0)
        own = np.flatnonzero(inside)
        place = _places(links, own, len(lump))
        settled = place[np.searchsorted(own, members)]
        if settled.min() == settled.max():
            return
        path = _shortest_path(links, own[place == settled.min()], own)
        free = [atom for atom in path if graph.group[atom] < 0]
        taken = graph.households[own].sum() + graph.households[free].sum()
        if not free or len(free) < len(path) or taken > limit:
            for part in np.unique(place):
                lump[own[place == part]] = own[place == part][0]
            return
        lump[np.isin(lump, lump[free])] = number


def _shortest_path(links: Ints, source: Ints, inside: Ints) -> list[int]:
    """Return the atoms between ``source`` and the rest of ``inside``."""
    around: dict[int, list[int]] = {}
    for a, b in links.tolist():
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)
    came_from = {int(atom): -1 for atom in source}
    goal = {int(atom) for atom in inside} - set(came_from)
    layer = sorted(came_from)
    while layer:
        following = []
        for atom in layer:
            for other in sorted(around.get(atom, ())):
                if other in came_from:
                    continue
                came_from[other] = atom
                if other in goal:
                    return _walk_back(came_from, other)
                following.append(other)
        layer = following
    return []


def _walk_back(came_from: dict[int, int], end: int) -> list[int]:
    path = []
    atom = came_from[end]
    while came_from[atom] >= 0:
        path.append(atom)
        atom = came_from[atom]
    return path


def fitting_groups(graph: AtomGraph, limit: float) -> frozenset[int]:
    """Return the groups of several populated atoms that one grid can hold."""
    inside = (graph.group >= 0) & (graph.households > 0)
    groups, members = np.unique(graph.group[inside], return_counts=True)
    load = np.bincount(graph.group[inside], graph.households[inside])
    return frozenset(groups[(members > 1) & (load[groups] <= limit)].tolist())


def divided_groups(
    graph: AtomGraph, groups: frozenset[int], label: Ints
) -> dict[int, int]:
    """Return in how many parts lies each of the groups that lies in several."""
    inside = graph.households > 0
    spans = {
        group: len(np.unique(label[inside & (graph.group == group)]))
        for group in sorted(groups)
    }
    return {group: parts for group, parts in spans.items() if parts > 1}
