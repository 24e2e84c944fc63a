"""Random spanning trees over two parts: where recombination cuts anew."""

import numpy as np
from numba import njit

from gridpart.partition.graphs import Flags, Ints
from gridpart.partition.problem import Problem
from gridpart.partition.state import State


@njit(cache=True)
def random_tree(
    problem: Problem, state: State, first: int, second: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return the lumps of two parts in the order a random tree reaches them."""
    label = state.label
    count = len(label)
    size = state.size[first] + state.size[second]
    parent = np.full(count, -1, dtype=np.int64)
    inside = np.zeros(count, dtype=np.bool_)
    order = np.empty(size, dtype=np.int64)
    waiting = np.empty((len(problem.link) + 1, 2), dtype=np.int64)
    waiting[0, 0] = -1
    start = int(rng.random() * size)
    if start < state.size[first]:
        waiting[0, 1] = state.member[first, start]
    else:
        waiting[0, 1] = state.member[second, start - state.size[first]]
    height = 1
    found = 0
    while height > 0:
        pick = int(rng.random() * height)
        above = waiting[pick, 0]
        node = waiting[pick, 1]
        height -= 1
        waiting[pick, 0] = waiting[height, 0]
        waiting[pick, 1] = waiting[height, 1]
        if inside[node]:
            continue
        inside[node] = True
        parent[node] = above
        order[found] = node
        found += 1
        for at in range(problem.start[node], problem.start[node + 1]):
            other = problem.link[at]
            if not inside[other] and (label[other] == first or label[other] == second):
                waiting[height, 0] = node
                waiting[height, 1] = other
                height += 1
    return order, parent


@njit(cache=True)
def even_side(
    weight: Ints, order: Ints, parent: Ints, rng: np.random.Generator
) -> Flags:
    """Flag the lumps below the tree's edge that splits about most evenly."""
    below = np.zeros(len(parent))
    half = 0.0
    for node in order:
        half += weight[node] / 2
    top = -1
    nearest = np.inf
    for at in range(len(order) - 1, 0, -1):
        node = order[at]
        below[node] += weight[node]
        below[parent[node]] += below[node]
        off = abs(below[node] - half) * (0.8 + 0.4 * rng.random())
        if off < nearest:
            nearest = off
            top = node
    side = np.zeros(len(parent), dtype=np.bool_)
    for node in order:
        side[node] = node == top or (parent[node] >= 0 and side[parent[node]])
    return side
