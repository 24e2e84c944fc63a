"""Where a search stands, and the small steps it is made of.

The functions here are compiled and called millions of times, so they share
their state in plain arrays.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.problem import Problem

PENALTY = 4.0  # for each part mean that lies outside the limits
SPLIT = 0.05  # for each part beyond the first that shares in a compound


class Limits(NamedTuple):
    """Number of parts, and the households that one may have."""

    parts: int
    low: float
    high: float
    mean: float


class Heat(NamedTuple):
    """Temperature at the first and the last move, in units of the energy."""

    hot: float
    cold: float


class State(NamedTuple):
    """Where a run stands.

    ``reach[p, c]`` is the spread of part p if lump c were its centre;
    ``totals`` holds the cost of the cut, the sum of the excesses and the number of
    splits: how many parts share in each compound, beyond the first;
    ``touch[g, p]`` counts the lumps of compound g in part p.
    """

    label: Ints
    load: Floats
    size: Ints
    reach: Floats
    spreads: Floats
    totals: Floats
    touch: Ints
    stamp: Ints
    stack: Ints


@njit(cache=True)
def new_state(problem: Problem, limits: Limits, label: Ints) -> State:
    """Return the state of a division; ``label`` becomes part of it."""
    count = len(label)
    load = np.zeros(limits.parts)
    size = np.zeros(limits.parts, dtype=np.int64)
    for node in range(count):
        load[label[node]] += problem.weight[node]
        size[label[node]] += 1
    reach = np.zeros((limits.parts, count))
    spreads = np.zeros(limits.parts)
    totals = np.zeros(3)
    groups = int(problem.group.max()) + 1
    touch = np.zeros((groups, limits.parts), dtype=np.int64)
    for node in range(count):
        if problem.group[node] >= 0:
            touch[problem.group[node], label[node]] += 1
    totals[2] = count_splits(touch)
    totals[0] = measure(problem, label, reach, spreads)
    for part in range(limits.parts):
        totals[1] += off_limits(load[part], limits)
    stamp = np.zeros(count + 1, dtype=np.int64)
    stack = np.empty(count, dtype=np.int64)
    return State(label, load, size, reach, spreads, totals, touch, stamp, stack)


@njit(cache=True)
def count_splits(touch: Ints) -> int:
    """Return in how many more parts than one the compounds lie, in all."""
    splits = 0
    for group in range(len(touch)):
        splits += max(0, int(np.count_nonzero(touch[group])) - 1)
    return splits


@njit(cache=True)
def split_change(problem: Problem, state: State, node: int, target: int) -> int:
    """Return how many splits more there are when ``node`` goes to ``target``."""
    group = problem.group[node]
    if group < 0:
        return 0
    joins = state.touch[group, target] > 0
    leaves = state.touch[group, state.label[node]] == 1
    return int(not joins) - int(leaves)


@njit(cache=True)
def refresh_spread(state: State, part: int) -> None:
    """Set the spread of a part from ``reach``."""
    best = np.inf
    for centre in range(len(state.label)):
        if state.label[centre] == part:
            best = min(best, state.reach[part, centre])
    state.spreads[part] = best


@njit(cache=True)
def energy(state: State) -> float:
    """Return what annealing lowers: cost, penalties and splits in one number."""
    totals = state.totals
    return state.spreads.sum() + totals[0] + PENALTY * totals[1] + SPLIT * totals[2]


@njit(cache=True)
def off_limits(load: float, limits: Limits) -> float:
    """Return what lies outside the limits, in part means."""
    return max(0.0, load - limits.high, limits.low - load) / limits.mean


@njit(cache=True)
def accept(gain: float, heat: float, rng: np.random.Generator) -> bool:
    """Take every gain, and some losses while it is hot (Metropolis)."""
    return gain <= 0 or rng.random() < np.exp(-gain / heat)


@njit(cache=True)
def measure(problem: Problem, label: Ints, reach: Floats, spreads: Floats) -> float:
    """Fill ``reach`` and ``spreads`` from scratch; return the cost of the cut."""
    count = len(label)
    reach.fill(0.0)
    spreads.fill(np.inf)
    cut = 0.0
    for node in range(count):
        for centre in range(count):
            reach[label[node], centre] += problem.spread[centre, node]
        for at in range(problem.edge_start[node], problem.edge_start[node + 1]):
            other = problem.edge_end[at]
            if other > node and label[other] != label[node]:
                cut += problem.edge_cost[at]
    for node in range(count):
        part = label[node]
        spreads[part] = min(spreads[part], reach[part, node])
    return cut


@njit(cache=True)
def other_part(
    problem: Problem, label: Ints, node: int, rng: np.random.Generator
) -> int:
    """Return the part of a random neighbour of ``node`` in another part, or -1."""
    part = -1
    seen = 0
    for at in range(problem.start[node], problem.start[node + 1]):
        other = label[problem.link[at]]
        if other != label[node]:
            seen += 1
            if rng.random() * seen < 1.0:
                part = other
    return part


@njit(cache=True)
def reached(problem: Problem, state: State, first: int) -> int:
    """Count the lumps of the same part that can be reached from ``first``."""
    part = state.label[first]
    state.stamp[-1] += 1
    mark = state.stamp[-1]
    state.stamp[first] = mark
    state.stack[0] = first
    height = 1
    found = 1
    while height > 0:
        height -= 1
        here = state.stack[height]
        for at in range(problem.start[here], problem.start[here + 1]):
            other = problem.link[at]
            if state.label[other] == part and state.stamp[other] != mark:
                state.stamp[other] = mark
                state.stack[height] = other
                height += 1
                found += 1
    return found


@njit(cache=True)
def can_leave(problem: Problem, state: State, node: int) -> bool:
    """Say whether the part of ``node`` holds together without it."""
    part = state.label[node]
    first = -1
    beside = 0
    for at in range(problem.start[node], problem.start[node + 1]):
        if state.label[problem.link[at]] == part:
            beside += 1
            first = problem.link[at]
    if beside <= 1:
        return beside == 1
    state.label[node] = -1
    found = reached(problem, state, first)
    state.label[node] = part
    return found == state.size[part] - 1


@njit(cache=True)
def spread_after(
    problem: Problem, state: State, part: int, node: int, sign: float
) -> float:
    """Return the part's spread once ``node`` joined (+1) or left (-1)."""
    best = np.inf
    for centre in range(len(state.label)):
        inside = sign > 0 if centre == node else state.label[centre] == part
        if inside:
            best = min(
                best, state.reach[part, centre] + sign * problem.spread[centre, node]
            )
    return best


@njit(cache=True)
def cut_change(problem: Problem, label: Ints, node: int, target: int) -> float:
    """Return what the cut gains in cost when ``node`` goes to ``target``."""
    change = 0.0
    for at in range(problem.edge_start[node], problem.edge_start[node + 1]):
        other = label[problem.edge_end[at]]
        if other == label[node]:
            change += problem.edge_cost[at]
        elif other == target:
            change -= problem.edge_cost[at]
    return change


@njit(cache=True)
def flip(problem: Problem, state: State, node: int, target: int) -> None:
    """Move a lump; spreads and totals are the caller's."""
    source = state.label[node]
    if problem.group[node] >= 0:
        state.touch[problem.group[node], source] -= 1
        state.touch[problem.group[node], target] += 1
    state.label[node] = target
    state.load[source] -= problem.weight[node]
    state.load[target] += problem.weight[node]
    state.size[source] -= 1
    state.size[target] += 1
    for centre in range(len(state.label)):
        state.reach[source, centre] -= problem.spread[centre, node]
        state.reach[target, centre] += problem.spread[centre, node]
