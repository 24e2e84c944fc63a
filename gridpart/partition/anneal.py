"""Simulated annealing over connected divisions: the engine's hot loop.

Starts are grown from random seeds; then lumps flip to a neighbouring part, two
lumps swap, or two parts are merged and split again along a random spanning tree
(the recombination step of DeFord, Duchin and Solomon, 2021,
doi:10.1162/99608f92.eb30390f). Every part is connected at every step. A part
outside the limits costs ``PENALTY`` for each part mean it is off.

The functions below are compiled, so they share their state in plain arrays.
"""

import numpy as np
from numba import njit

from gridpart.partition.blocks import shift_block
from gridpart.partition.exchange import exchange
from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.kernels import inlined, kernel
from gridpart.partition.problem import Problem
from gridpart.partition.state import (
    PENALTY,
    SPLIT,
    Heat,
    Limits,
    State,
    accept,
    can_leave,
    cut_change,
    flip,
    new_state,
    off_change,
    off_limits,
    other_part,
    reached,
    split_change,
    spread_swapped,
    spread_with,
    spread_without,
    write_down,
)
from gridpart.partition.trees import cut_tree, random_tree

FLIPS, SWAPS = 0.64, 0.89  # cumulative shares of the moves; the rest recombine
TRIES = 3  # lumps looked at for the other one of a swap
BLOCKS = 0.5  # share of the moves that take along what a part has of a compound


@njit(cache=True)
def anneal(
    problem: Problem,
    limits: Limits,
    moves: int,
    heat: Heat,
    rng: np.random.Generator,
    start: Ints,
) -> tuple[Ints, float, int, float]:
    """Run one annealing.

    Parameters
    ----------
    problem
        Connected, with at least as many lumps as parts.
    limits
        Number of parts and their limits.
    moves
        Moves tried.
    heat
        Temperature of the first and the last move.
    rng
        Source of randomness.
    start
        n part numbers to start from, or none for a random start.

    Returns
    -------
    best
        n part numbers.
    excess
        Sum over the parts of what lies outside the limits, in part means.
    splits
        In how many more parts than one the problem's groups lie, in all.
    cost
        Spread plus boundary of the best division.

    Notes
    -----
    The best division is that with the least excess, then the fewest splits, then
    the lowest cost.
    """
    if len(start) > 0:
        label = start.copy()
    else:
        label = np.full(len(problem.weight), -1, dtype=np.int64)
        _grow(problem, limits, label, rng)
    state = new_state(problem, limits, label)
    best, totals = state.label.copy(), state.totals.copy()
    cost = _cool(problem, limits, state, moves, heat, rng, best, totals)
    load = np.zeros(limits.parts)
    for node in range(len(best)):
        load[best[node]] += problem.weight[node]
    excess = 0.0
    for part in range(limits.parts):
        excess += off_limits(load[part], limits)
    return best, excess, int(totals[2]), cost


@kernel
def _cool(
    problem: Problem,
    limits: Limits,
    state: State,
    moves: int,
    heat: Heat,
    rng: np.random.Generator,
    best: Ints,
    best_totals: Floats,
) -> float:
    """Make all moves; keep the best division and its totals, return its cost."""
    best_cost = state.spreads.sum() + state.totals[0]
    now = heat.hot
    cooling = (heat.cold / heat.hot) ** (1 / max(moves, 1))
    for _ in range(moves):
        now *= cooling
        kind = rng.random()
        node = int(rng.random() * len(problem.weight))
        target = other_part(problem, state.label, node, rng)
        if target < 0:
            continue
        if kind >= SWAPS:
            source = state.label[node]
            moved = _recombine(problem, limits, state, source, target, now, rng)
        elif problem.group[node] >= 0 and rng.random() < BLOCKS:
            moved = shift_block(problem, limits, state, node, target, now, rng)
        elif kind > FLIPS:
            moved = _swap(problem, limits, state, node, target, now, rng)
        else:
            moved = _shift(problem, limits, state, node, target, now, rng)
        if not moved:
            continue
        cost = state.spreads.sum() + state.totals[0]
        if _better(state.totals, cost, best_totals, best_cost):
            best_cost = cost
            for at in range(len(best_totals)):
                best_totals[at] = state.totals[at]
            for other in range(len(best)):
                best[other] = state.label[other]
    return best_cost


@inlined
def _better(totals: Floats, cost: float, best: Floats, best_cost: float) -> bool:
    if abs(totals[1] - best[1]) > 1e-9:
        return totals[1] < best[1]
    if totals[2] != best[2]:
        return totals[2] < best[2]
    return cost < best_cost - 1e-12


@njit(cache=True)
def _grow(
    problem: Problem, limits: Limits, label: Ints, rng: np.random.Generator
) -> None:
    """Grow parts from random seeds, always the lightest one that can grow."""
    count = len(label)
    parts = limits.parts
    load = np.zeros(parts)
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


@inlined
def _shift(
    problem: Problem,
    limits: Limits,
    state: State,
    node: int,
    target: int,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Move a lump to another part."""
    source = state.label[node]
    if state.size[source] == 1:
        return False
    off = off_change(state, limits, source, target, problem.weight[node])
    cut = cut_change(problem, state.label, node, target)
    splits = split_change(problem, state, node, target)
    spreads = (spread_without(state, source, node), spread_with(state, target, node))
    gain = spreads[0] + spreads[1] - state.spreads[source] - state.spreads[target]
    if not accept(gain + cut + PENALTY * off + SPLIT * splits, heat, rng):
        return False
    if not can_leave(problem, state, node):
        return False
    flip(problem, state, node, target)
    write_down(state, source, target, spreads, cut, off, splits)
    return True


@inlined
def _counterpart(
    problem: Problem,
    state: State,
    node: int,
    target: int,
    rng: np.random.Generator,
) -> int:
    """Return a lump of ``target`` that touches the part of ``node``, or -1."""
    source = state.label[node]
    for _ in range(TRIES):
        other = state.member[target, int(rng.random() * state.size[target])]
        for at in range(problem.start[other], problem.start[other + 1]):
            beside = problem.link[at]
            if beside != node and state.label[beside] == source:
                return other
    return -1


@inlined
def _swap(
    problem: Problem,
    limits: Limits,
    state: State,
    node: int,
    target: int,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Move a lump to another part, and one of that part back."""
    back = _counterpart(problem, state, node, target, rng)
    if back < 0:
        return False
    source = state.label[node]
    lighter = problem.weight[node] - problem.weight[back]
    off = off_change(state, limits, source, target, lighter)
    splits = 0
    if problem.group[node] != problem.group[back]:
        splits += split_change(problem, state, node, target)
        splits += split_change(problem, state, back, source)
    cut = cut_change(problem, state.label, node, target)
    state.label[node] = target
    cut += cut_change(problem, state.label, back, source)
    state.label[back] = source
    spreads = (
        spread_swapped(state, source, node, back),
        spread_swapped(state, target, back, node),
    )
    gain = spreads[0] + spreads[1] - state.spreads[source] - state.spreads[target]
    made = (
        accept(gain + cut + PENALTY * off + SPLIT * splits, heat, rng)
        and reached(problem, state, back) == state.size[source]
        and reached(problem, state, node) == state.size[target]
    )
    state.label[node], state.label[back] = source, target
    if not made:
        return False
    flip(problem, state, node, target)
    flip(problem, state, back, source)
    write_down(state, source, target, spreads, cut, off, splits)
    return True


@kernel
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
    tree = state.tree
    size = random_tree(problem, state, first, second, rng)
    cut_tree(problem.weight, size, tree, rng)
    there, back = tree.there, tree.back
    going, coming = 0, 0
    for at in range(size):
        node = tree.order[at]
        if tree.side[node] and state.label[node] == first:
            there[going] = node
            going += 1
        elif not tree.side[node] and state.label[node] == second:
            back[coming] = node
            coming += 1
    there, back = there[:going], back[:coming]
    return exchange(problem, limits, state, first, second, there, back, heat, rng)
