"""Several lumps change sides between two parts, if what it costs is accepted."""

import numpy as np

from gridpart.partition.graphs import Ints
from gridpart.partition.kernels import kernel
from gridpart.partition.problem import Problem
from gridpart.partition.state import (
    PENALTY,
    SPLIT,
    Limits,
    State,
    accept,
    cut_change,
    flip,
    off_change,
    split_change,
    write_down,
)


@kernel
def exchange(
    problem: Problem,
    limits: Limits,
    state: State,
    first: int,
    second: int,
    there: Ints,
    back: Ints,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Move lumps from the first part to the second and others back, if accepted."""
    cut, splits = _relabel(problem, state, there, second)
    more = _relabel(problem, state, back, first)
    spreads = (
        _spread_exchanged(state, first, there, back),
        _spread_exchanged(state, second, back, there),
    )
    _relabel(problem, state, there, first)
    _relabel(problem, state, back, second)
    load = 0.0
    for node in there:
        load += problem.weight[node]
    for node in back:
        load -= problem.weight[node]
    off = off_change(state, limits, first, second, load)
    cut, splits = cut + more[0], splits + more[1]
    gain = spreads[0] + spreads[1] - state.spreads[first] - state.spreads[second]
    if not accept(gain + cut + PENALTY * off + SPLIT * splits, heat, rng):
        return False
    for node in there:
        flip(problem, state, node, second)
    for node in back:
        flip(problem, state, node, first)
    write_down(state, first, second, spreads, cut, off, splits)
    return True


@kernel
def _relabel(
    problem: Problem, state: State, nodes: Ints, target: int
) -> tuple[float, int]:
    """Name another part for lumps; return what the cut and the splits change by."""
    cut, splits = 0.0, 0
    for node in nodes:
        cut += cut_change(problem, state.label, node, target)
        splits += split_change(problem, state, node, target)
        group = problem.group[node]
        if group >= 0:
            state.touch[group, state.label[node]] -= 1
            state.touch[group, target] += 1
        state.label[node] = target
    return cut, splits


@kernel
def _spread_exchanged(state: State, part: int, gone: Ints, come: Ints) -> float:
    """Return the part's spread once some lumps left and others joined.

    The labels say already where they belong.
    """
    best = np.inf
    count = state.size[part]
    for at in range(count + len(come)):
        centre = state.member[part, at] if at < count else come[at - count]
        if state.label[centre] != part:
            continue
        total = state.reach[part, centre]
        for node in gone:
            total -= state.away[node, centre]
        for node in come:
            total += state.away[node, centre]
        best = min(best, total)
    return best
