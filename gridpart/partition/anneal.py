"""Simulated annealing over connected divisions: the engine's hot loop.

Starts are grown from random seeds; then lumps flip to a neighbouring part, two
lumps swap, or two parts are merged and split again along a random spanning tree
(the recombination step of DeFord, Duchin and Solomon, 2021,
doi:10.1162/99608f92.eb30390f). Every part is connected at every step. A part
outside the limits costs ``PENALTY`` for each part mean it is off.

The functions below are compiled, so they share their state in plain arrays.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.problem import Problem
from gridpart.partition.trees import even_side, random_tree

FLIPS, SWAPS = 0.72, 0.97  # cumulative shares of the moves; the rest recombine
PENALTY = 4.0
HOT, COLD = 0.08, 0.0005  # in units of the objective, which is about one


class Limits(NamedTuple):
    """Number of parts, and the households that one may have."""

    parts: int
    low: float
    high: float
    mean: float


class State(NamedTuple):
    """Where a run stands.

    ``reach[p, c]`` is the spread of part p if lump c were its centre;
    ``totals`` holds the cost of the cut and the sum of the excesses.
    """

    label: Ints
    load: Floats
    size: Ints
    reach: Floats
    spreads: Floats
    totals: Floats
    stamp: Ints
    stack: Ints


@njit(cache=True)
def anneal(
    problem: Problem, limits: Limits, moves: int, rng: np.random.Generator
) -> tuple[Ints, float, float]:
    """Run one annealing from a random start.

    Parameters
    ----------
    problem
        Connected, with at least as many lumps as parts.
    limits
        Number of parts and their limits.
    moves
        Moves tried.
    rng
        Source of randomness.

    Returns
    -------
    best
        n part numbers.
    excess
        Sum over the parts of what lies outside the limits, in part means.
    cost
        Spread plus boundary of the best division.
    """
    state = _start(problem, limits, rng)
    best = state.label.copy()
    best_excess = state.totals[1]
    best_cost = state.spreads.sum() + state.totals[0]
    for move in range(moves):
        heat = HOT * (COLD / HOT) ** (move / moves)
        kind = rng.random()
        node = int(rng.random() * len(problem.weight))
        target = _other_part(problem, state.label, node, rng)
        if target < 0:
            continue
        if kind < SWAPS:
            moved = _shift(problem, limits, state, node, target, kind, heat, rng)
        else:
            moved = _recombine(
                problem, limits, state, state.label[node], target, heat, rng
            )
        if not moved:
            continue
        cost = state.spreads.sum() + state.totals[0]
        excess = state.totals[1]
        if excess < best_excess - 1e-9 or (
            excess < best_excess + 1e-9 and cost < best_cost - 1e-12
        ):
            best_excess = excess
            best_cost = cost
            best[:] = state.label
    return best, max(best_excess, 0.0), best_cost


@njit(cache=True)
def _excess(load: float, limits: Limits) -> float:
    return max(0.0, load - limits.high, limits.low - load) / limits.mean


@njit(cache=True)
def _accept(gain: float, heat: float, rng: np.random.Generator) -> bool:
    return gain <= 0 or rng.random() < np.exp(-gain / heat)


@njit(cache=True)
def _start(problem: Problem, limits: Limits, rng: np.random.Generator) -> State:
    count = len(problem.weight)
    label = np.full(count, -1, dtype=np.int64)
    load = np.zeros(limits.parts)
    _grow(problem, limits.parts, label, load, rng)
    size = np.zeros(limits.parts, dtype=np.int64)
    for node in range(count):
        size[label[node]] += 1
    reach = np.zeros((limits.parts, count))
    spreads = np.zeros(limits.parts)
    totals = np.zeros(2)
    totals[0] = _measure(problem, label, reach, spreads)
    for part in range(limits.parts):
        totals[1] += _excess(load[part], limits)
    stamp = np.zeros(count + 1, dtype=np.int64)
    stack = np.empty(count, dtype=np.int64)
    return State(label, load, size, reach, spreads, totals, stamp, stack)


@njit(cache=True)
def _grow(
    problem: Problem, parts: int, label: Ints, load: Floats, rng: np.random.Generator
) -> None:
    """Grow parts from random seeds, always the lightest one that can grow."""
    count = len(label)
    stuck = np.zeros(parts, dtype=np.bool_)
    placed = 0
    while placed < parts:
        seed = int(rng.random() * count)
        if label[seed] < 0:
            label[seed] = placed
            load[placed] = problem.weight[seed]
            placed += 1
    while placed < count:
        part = -1
        for other in range(parts):
            if not stuck[other] and (part < 0 or load[other] < load[part]):
                part = other
        chosen = -1
        seen = 0
        for node in range(count):
            if label[node] == part:
                for at in range(problem.start[node], problem.start[node + 1]):
                    if label[problem.link[at]] < 0:
                        seen += 1
                        if rng.random() * seen < 1.0:
                            chosen = problem.link[at]
        if chosen < 0:
            stuck[part] = True
        else:
            label[chosen] = part
            load[part] += problem.weight[chosen]
            placed += 1


@njit(cache=True)
def _measure(problem: Problem, label: Ints, reach: Floats, spreads: Floats) -> float:
    """Fill ``reach`` and ``spreads`` from scratch; return the cost of the cut."""
    count = len(label)
    reach[:] = 0.0
    spreads[:] = np.inf
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
def _other_part(
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
def _can_leave(problem: Problem, state: State, node: int) -> bool:
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
    state.stamp[-1] += 1
    mark = state.stamp[-1]
    state.stamp[node] = mark
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
    return found == state.size[part] - 1


@njit(cache=True)
def _spread_after(
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
def _cut_change(problem: Problem, label: Ints, node: int, target: int) -> float:
    change = 0.0
    for at in range(problem.edge_start[node], problem.edge_start[node + 1]):
        other = label[problem.edge_end[at]]
        if other == label[node]:
            change += problem.edge_cost[at]
        elif other == target:
            change -= problem.edge_cost[at]
    return change


@njit(cache=True)
def _flip(problem: Problem, state: State, node: int, target: int) -> None:
    source = state.label[node]
    state.label[node] = target
    state.load[source] -= problem.weight[node]
    state.load[target] += problem.weight[node]
    state.size[source] -= 1
    state.size[target] += 1
    for centre in range(len(state.label)):
        state.reach[source, centre] -= problem.spread[centre, node]
        state.reach[target, centre] += problem.spread[centre, node]


@njit(cache=True)
def _random_return(
    problem: Problem,
    state: State,
    node: int,
    source: int,
    target: int,
    rng: np.random.Generator,
) -> int:
    """Return a lump of ``target`` that may go to ``source`` in turn, or -1."""
    back = -1
    seen = 0
    for other in range(len(state.label)):
        if state.label[other] != target or other == node:
            continue
        for at in range(problem.start[other], problem.start[other + 1]):
            if state.label[problem.link[at]] == source:
                seen += 1
                if rng.random() * seen < 1.0:
                    back = other
                break
    if back >= 0 and not _can_leave(problem, state, back):
        return -1
    return back


@njit(cache=True)
def _shift(
    problem: Problem,
    limits: Limits,
    state: State,
    node: int,
    target: int,
    kind: float,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Move a lump to another part; in a swap, one of that part comes back."""
    if not _can_leave(problem, state, node):
        return False
    source = state.label[node]
    before = state.spreads[source] + state.spreads[target]
    excess = -_excess(state.load[source], limits) - _excess(state.load[target], limits)
    cut = _cut_change(problem, state.label, node, target)
    source_spread = _spread_after(problem, state, source, node, -1.0)
    target_spread = _spread_after(problem, state, target, node, 1.0)
    back = -1
    _flip(problem, state, node, target)
    if kind > FLIPS:
        back = _random_return(problem, state, node, source, target, rng)
        if back < 0:
            _flip(problem, state, node, source)
            return False
        cut += _cut_change(problem, state.label, back, source)
        source_spread = _spread_after(problem, state, source, back, 1.0)
        target_spread = _spread_after(problem, state, target, back, -1.0)
        _flip(problem, state, back, source)
    excess += _excess(state.load[source], limits) + _excess(state.load[target], limits)
    gain = source_spread + target_spread - before + cut + PENALTY * excess
    if not _accept(gain, heat, rng):
        if back >= 0:
            _flip(problem, state, back, target)
        _flip(problem, state, node, source)
        return False
    state.spreads[source] = source_spread
    state.spreads[target] = target_spread
    state.totals[0] += cut
    state.totals[1] += excess
    return True


@njit(cache=True)
def _recombine(
    problem: Problem,
    limits: Limits,
    state: State,
    first: int,
    second: int,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Merge two parts and split them anew along a random spanning tree."""
    order, parent = random_tree(problem, state.label, first, second, rng)
    side = even_side(problem.weight, order, parent, rng)
    before = state.label.copy()
    load = np.zeros(2)
    size = np.zeros(2, dtype=np.int64)
    for node in order:
        half = int(side[node])
        state.label[node] = second if half else first
        load[half] += problem.weight[node]
        size[half] += 1
    reach = np.zeros_like(state.reach)
    spreads = np.zeros_like(state.spreads)
    cut = _measure(problem, state.label, reach, spreads)
    excess = (
        _excess(load[0], limits)
        + _excess(load[1], limits)
        - _excess(state.load[first], limits)
        - _excess(state.load[second], limits)
    )
    gain = spreads.sum() + cut - state.spreads.sum() - state.totals[0]
    if size[1] == 0 or not _accept(gain + PENALTY * excess, heat, rng):
        state.label[:] = before
        return False
    state.reach[:] = reach
    state.spreads[:] = spreads
    state.load[first], state.load[second] = load[0], load[1]
    state.size[first], state.size[second] = size[0], size[1]
    state.totals[0] = cut
    state.totals[1] += excess
    return True
