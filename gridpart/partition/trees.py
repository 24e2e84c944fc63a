"""Random spanning trees over two parts: where recombination cuts anew."""

import numpy as np

from gridpart.partition.graphs import Ints
from gridpart.partition.kernels import kernel
from gridpart.partition.problem import Problem
from gridpart.partition.state import State, Tree


@kernel
def random_tree(
    problem: Problem, state: State, first: int, second: int, rng: np.random.Generator
) -> int:
    """Grow a random tree over the lumps of two parts; return its size."""
    label, tree, waiting = state.label, state.tree, state.tree.waiting
    size = state.size[first] + state.size[second]
    state.stamp[-1] += 1
    mark = state.stamp[-1]
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
        if state.stamp[node] == mark:
            continue
        state.stamp[node] = mark
        tree.parent[node] = above
        tree.order[found] = node
        found += 1
        for at in range(problem.start[node], problem.start[node + 1]):
            other = problem.link[at]
            inside = label[other] == first or label[other] == second
            if inside and state.stamp[other] != mark:
                waiting[height, 0] = node
                waiting[height, 1] = other
                height += 1
    return found


@kernel
def cut_tree(weight: Ints, size: int, tree: Tree, rng: np.random.Generator) -> None:
    """Flag the lumps beyond the tree's edge that splits about most evenly."""
    half = 0.0
    for at in range(size):
        node = tree.order[at]
        tree.below[node] = weight[node]
        half += weight[node] / 2
    top = -1
    nearest = np.inf
    for at in range(size - 1, 0, -1):
        node = tree.order[at]
        tree.below[tree.parent[node]] += tree.below[node]
        off = abs(tree.below[node] - half) * (0.8 + 0.4 * rng.random())
        if off < nearest:
            nearest = off
            top = node
    for at in range(size):
        node = tree.order[at]
        tree.side[node] = node == top or (at > 0 and tree.side[tree.parent[node]])
