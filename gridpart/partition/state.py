"""Where a search stands, and the small steps it is made of.

The functions here are compiled and called millions of times, so they share
their state in plain arrays.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.graphs import Flags, Floats, Ints
from gridpart.partition.kernels import inlined
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


class Tree(NamedTuple):
    """Room for a spanning tree over two parts, and for the lumps that change sides.

    ``order[:size]`` are its lumps, each after its ``parent``; ``below`` is the
    weight of each and all beyond it, ``side`` flags those beyond the cut.
    """

    order: Ints
    parent: Ints
    below: Floats
    side: Flags
    waiting: Ints
    there: Ints
    back: Ints


class State(NamedTuple):
    """Where a run stands.

    The lumps of part p are ``member[p, :size[p]]``, and lump i is the one at
    ``place[i]`` of its part; ``reach[p, c]`` is the spread of part p if lump c were
    its centre; ``totals`` holds the cost of the cut, the sum of the excesses and
    the number of splits: how many parts share in each compound, beyond the first;
    ``touch[g, p]`` counts the lumps of compound g in part p; ``away`` is the
    problem's spread the other way round, so that a lump's row lies together.
    """

    label: Ints
    load: Floats
    size: Ints
    member: Ints
    place: Ints
    reach: Floats
    spreads: Floats
    totals: Floats
    touch: Ints
    stamp: Ints
    stack: Ints
    away: Floats
    tree: Tree


@njit(cache=True)
def new_state(problem: Problem, limits: Limits, label: Ints) -> State:
    """Return the state of a division; ``label`` becomes part of it."""
    count = len(label)
    parts = limits.parts
    groups = 0
    for group in problem.group:
        groups = max(groups, group + 1)
    state = State(
        label,
        np.zeros(parts),
        np.zeros(parts, dtype=np.int64),
        np.empty((parts, count), dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.zeros((parts, count)),
        np.zeros(parts),
        np.zeros(3),
        np.zeros((groups, parts), dtype=np.int64),
        np.zeros(count + 1, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        problem.spread.T.copy(),
        Tree(
            np.empty(count, dtype=np.int64),
            np.empty(count, dtype=np.int64),
            np.empty(count),
            np.empty(count, dtype=np.bool_),
            np.empty((len(problem.link) + 1, 2), dtype=np.int64),
            np.empty(count, dtype=np.int64),
            np.empty(count, dtype=np.int64),
        ),
    )
    for node in range(count):
        part = label[node]
        state.load[part] += problem.weight[node]
        _enlist(state, node, part)
        for centre in range(count):
            state.reach[part, centre] += state.away[node, centre]
        if problem.group[node] >= 0:
            state.touch[problem.group[node], part] += 1
        for at in range(problem.edge_start[node], problem.edge_start[node + 1]):
            other = problem.edge_end[at]
            if other > node and label[other] != part:
                state.totals[0] += problem.edge_cost[at]
    for part in range(parts):
        state.spreads[part] = part_spread(state, part)
        state.totals[1] += off_limits(state.load[part], limits)
    for group in range(groups):
        shares = -1
        for part in range(parts):
            shares += int(state.touch[group, part] > 0)
        state.totals[2] += shares
    return state


@inlined
def _enlist(state: State, node: int, part: int) -> None:
    state.place[node] = state.size[part]
    state.member[part, state.size[part]] = node
    state.size[part] += 1


@inlined
def _strike(state: State, node: int, part: int) -> None:
    state.size[part] -= 1
    last = state.member[part, state.size[part]]
    state.member[part, state.place[node]] = last
    state.place[last] = state.place[node]


@inlined
def split_change(problem: Problem, state: State, node: int, target: int) -> int:
    """Return how many splits more there are when ``node`` goes to ``target``."""
    group = problem.group[node]
    if group < 0:
        return 0
    joins = state.touch[group, target] > 0
    leaves = state.touch[group, state.label[node]] == 1
    return int(not joins) - int(leaves)


@inlined
def part_spread(state: State, part: int) -> float:
    """Return the spread of a part around its best centre."""
    best = np.inf
    for at in range(state.size[part]):
        best = min(best, state.reach[part, state.member[part, at]])
    return best


@inlined
def off_limits(load: float, limits: Limits) -> float:
    """Return what lies outside the limits, in part means."""
    return max(0.0, load - limits.high, limits.low - load) / limits.mean


@inlined
def off_change(
    state: State, limits: Limits, first: int, second: int, load: float
) -> float:
    """Return what lies outside the limits more when a load goes to ``second``."""
    off = off_limits(state.load[first] - load, limits)
    off += off_limits(state.load[second] + load, limits)
    off -= off_limits(state.load[first], limits)
    off -= off_limits(state.load[second], limits)
    return off


@inlined
def accept(gain: float, heat: float, rng: np.random.Generator) -> bool:
    """Take every gain, and some losses while it is hot (Metropolis)."""
    return gain <= 0 or rng.random() < np.exp(-gain / heat)


@inlined
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


@inlined
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


@inlined
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


@inlined
def spread_with(state: State, part: int, node: int) -> float:
    """Return the part's spread once ``node`` joined."""
    best = state.reach[part, node] + state.away[node, node]
    for at in range(state.size[part]):
        centre = state.member[part, at]
        best = min(best, state.reach[part, centre] + state.away[node, centre])
    return best


@inlined
def spread_without(state: State, part: int, node: int) -> float:
    """Return the part's spread once ``node`` left."""
    best = np.inf
    for at in range(state.size[part]):
        centre = state.member[part, at]
        if centre != node:
            best = min(best, state.reach[part, centre] - state.away[node, centre])
    return best


@inlined
def spread_swapped(state: State, part: int, out: int, node: int) -> float:
    """Return the part's spread once ``out`` left and ``node`` joined."""
    reach, away = state.reach[part], state.away
    best = reach[node] - away[out, node] + away[node, node]
    for at in range(state.size[part]):
        centre = state.member[part, at]
        if centre != out:
            best = min(best, reach[centre] - away[out, centre] + away[node, centre])
    return best


@inlined
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


@inlined
def flip(problem: Problem, state: State, node: int, target: int) -> None:
    """Move a lump; spreads and totals are the caller's."""
    source = state.label[node]
    if problem.group[node] >= 0:
        state.touch[problem.group[node], source] -= 1
        state.touch[problem.group[node], target] += 1
    state.label[node] = target
    state.load[source] -= problem.weight[node]
    state.load[target] += problem.weight[node]
    _strike(state, node, source)
    _enlist(state, node, target)
    for centre in range(len(state.label)):
        state.reach[source, centre] -= state.away[node, centre]
        state.reach[target, centre] += state.away[node, centre]


@inlined
def write_down(
    state: State,
    first: int,
    second: int,
    spreads: tuple[float, float],
    cut: float,
    off: float,
    splits: int,
) -> None:
    """Note the spreads of two parts after a move, and what it changed in all."""
    state.spreads[first], state.spreads[second] = spreads
    state.totals[0] += cut
    state.totals[1] += off
    state.totals[2] += splits
