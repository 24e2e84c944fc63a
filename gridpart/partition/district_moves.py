"""Annealing of a graph: the hot loop where there is no geography.

Three moves: a unit crosses a border; two units cross it in opposite directions; two
parts that touch are merged and split anew along a random spanning tree. The last
leaps from one balanced division to another where single units are too heavy.

References
----------
DeFord, Duchin and Solomon (2021), doi:10.1162/99608f92.eb30390f: recombination.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.graphs import Flags, Ints
from gridpart.partition.walks import (
    Band,
    Ground,
    Walk,
    burden,
    flip,
    gain,
    holds_without,
    price,
    remember,
    settle,
)

SWAPS = 0.1  # share of the moves that exchange two units
TRIES = 12  # borders looked at for the second unit of a swap
SPLITS, MOST_SPLITS = 1.5, 0.1  # share that splits anew: times units merged; at most
EVEN = 1e-3  # price below which splits are chosen by chance


class Tree(NamedTuple):
    """Room for a spanning tree, by unit."""

    parent: Ints
    below: Ints
    beyond: Flags


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def accepted(worth: float, heat: float, rng: np.random.Generator) -> bool:
    """Say whether a move is made (Metropolis)."""
    return worth <= 0 or rng.random() < np.exp(-worth / heat)


@njit(cache=True, nogil=True, error_model="numpy")
def try_swap(
    ground: Ground,
    band: Band,
    walk: Walk,
    border: int,
    penalty: float,
    heat: float,
    rng: np.random.Generator,
) -> None:
    """Move the unit at a border across it, and another one back, if accepted."""
    unit, target = ground.tail[border], walk.label[ground.link[border]]
    source = walk.label[unit]
    back = -1
    for _ in range(TRIES):
        other = walk.borders[int(rng.random() * walk.counts[0])]
        tail, link = ground.tail[other], ground.link[other]
        fits = walk.label[tail] == target and walk.label[link] == source
        if fits and link != unit and tail != ground.link[border]:
            back = tail
            break
    if back < 0:
        return
    change = gain(walk, unit, target) + gain(walk, back, source)
    if ground.place.shape[1] == 0:
        for at in range(ground.start[unit], ground.start[unit + 1]):
            if ground.link[at] == back:
                change += 2 * ground.cost[at]
    weight = ground.weight[unit] - ground.weight[back]
    more = burden(band, walk, source, target, weight)
    if not accepted(change + penalty * more, heat, rng):
        return
    if not holds_without(ground, walk, unit):
        return
    remember(walk)
    flip(ground, band, walk, unit, target)
    if holds_without(ground, walk, back):
        flip(ground, band, walk, back, source)
        walk.totals[0] += change
    else:
        flip(ground, band, walk, unit, source)


@njit(cache=True, nogil=True, error_model="numpy")
def grow_tree(
    ground: Ground, walk: Walk, border: int, tree: Tree, rng: np.random.Generator
) -> tuple[int, float]:
    """Grow a random tree over the parts on both sides of a border.

    Returns its size, and what the borders between the parts cost, counted from both
    sides; ``walk.queue`` holds its units, each after its parent.
    """
    label, queue, stamp = walk.label, walk.queue, walk.stamp
    root = ground.tail[border]
    one, two = label[root], label[ground.link[border]]
    stamp[-1] += 2
    seen = stamp[-1] + 1
    stamp[root] = seen
    queue[0] = root
    size, head, between = 1, 0, 0.0
    while head < size:
        pick = head + int(rng.random() * (size - head))
        node = queue[pick]
        queue[pick] = queue[head]
        queue[head] = node
        head += 1
        for at in range(ground.start[node], ground.start[node + 1]):
            other = ground.link[at]
            if label[other] != one and label[other] != two:
                continue
            if label[other] != label[node]:
                between += ground.cost[at]
            if stamp[other] != seen:
                stamp[other] = seen
                tree.parent[other] = node
                queue[size] = other
                size += 1
    return size, between


@njit(cache=True, nogil=True, error_model="numpy")
def cut_tree(
    ground: Ground,
    band: Band,
    walk: Walk,
    size: int,
    total: int,
    tree: Tree,
    rng: np.random.Generator,
) -> float:
    """Mark the units beyond the edge that splits the tree about best.

    Returns the price of both sides.
    """
    order, below = walk.queue, tree.below
    for k in range(size):
        below[order[k]] = ground.weight[order[k]]
    top, least, paid = -1, np.inf, 0.0
    for k in range(size - 1, 0, -1):
        node = order[k]
        below[tree.parent[node]] += below[node]
        asked = price(below[node], band) + price(total - below[node], band)
        drawn = (asked + EVEN) * (0.5 + rng.random())
        if drawn < least:
            top, least, paid = node, drawn, asked
    for k in range(size):
        node = order[k]
        tree.beyond[node] = node == top or (k > 0 and tree.beyond[tree.parent[node]])
    return paid


@njit(cache=True, nogil=True, error_model="numpy")
def try_split(
    ground: Ground,
    band: Band,
    walk: Walk,
    border: int,
    penalty: float,
    heat: float,
    tree: Tree,
    rng: np.random.Generator,
) -> None:
    """Merge the parts on both sides of a border and split them anew, if accepted."""
    one, two = walk.label[ground.tail[border]], walk.label[ground.link[border]]
    total = walk.load[one] + walk.load[two]
    size, between = grow_tree(ground, walk, border, tree, rng)
    more = cut_tree(ground, band, walk, size, total, tree, rng)
    more -= walk.paid[one] + walk.paid[two]
    change, stay = -between / 2, 0
    for k in range(size):
        node = walk.queue[k]
        stay += 1 if tree.beyond[node] == (walk.label[node] == one) else -1
        if not tree.beyond[node]:
            continue
        for at in range(ground.start[node], ground.start[node + 1]):
            other = ground.link[at]
            inside = walk.label[other] == one or walk.label[other] == two
            if inside and not tree.beyond[other]:
                change += ground.cost[at]
    if not accepted(change + penalty * more, heat, rng):
        return
    remember(walk)
    for k in range(size):
        node = walk.queue[k]
        target = one if tree.beyond[node] == (stay > 0) else two
        if walk.label[node] != target:
            flip(ground, band, walk, node, target)
    walk.totals[0] += change


@njit(cache=True, nogil=True, error_model="numpy")
def anneal(
    ground: Ground,
    band: Band,
    walk: Walk,
    moves: int,
    heats: tuple[float, float],
    penalty: float,
    rng: np.random.Generator,
) -> None:
    """Try ``moves`` moves while it cools from one heat to the other.

    Parameters
    ----------
    ground, band
        What is divided, and the limits.
    walk
        Where the search stands; changed.
    moves
        Moves tried.
    heats
        First and last heat, in units of the cost.
    penalty
        Cost of ``band.step`` of weight outside the limits.
    rng
        Source of randomness.
    """
    settle(ground, band, walk)
    count = len(walk.label)
    spread = ground.place.shape[1] > 0
    tree = Tree(
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.bool_),
    )
    splits = 0.0 if spread else min(MOST_SPLITS, SPLITS * band.parts / (2 * count))
    hot, cold = heats
    cooling = (cold / hot) ** (1.0 / moves)
    heat = hot
    pause = 8 * count if spread else moves
    for move in range(1, moves + 1):
        heat *= cooling
        if move % pause == 0:
            settle(ground, band, walk)
        if walk.counts[0] == 0:
            return
        drawn = rng.random() * walk.counts[0]
        border, kind = walk.borders[int(drawn)], drawn - int(drawn)
        if kind < splits:
            try_split(ground, band, walk, border, penalty, heat, tree, rng)
        elif kind < splits + SWAPS:
            try_swap(ground, band, walk, border, penalty, heat, rng)
        else:
            unit, target = ground.tail[border], walk.label[ground.link[border]]
            source, weight = walk.label[unit], ground.weight[unit]
            change = gain(walk, unit, target)
            worth = change + penalty * burden(band, walk, source, target, weight)
            if accepted(worth, heat, rng) and holds_without(ground, walk, unit):
                if change > 0:
                    remember(walk)
                flip(ground, band, walk, unit, target)
                walk.totals[0] += change
    remember(walk)
