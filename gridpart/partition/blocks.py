"""Moving all that a part has of a compound at once.

Where a compound may be divided, its buildings are lumps of their own; moved one
by one they would have to cross a hill of splits.
"""

import numpy as np

from gridpart.partition.exchange import exchange
from gridpart.partition.graphs import Ints
from gridpart.partition.kernels import kernel
from gridpart.partition.problem import Problem
from gridpart.partition.state import (
    Limits,
    State,
    reached,
)


@kernel
def shift_block(
    problem: Problem,
    limits: Limits,
    state: State,
    node: int,
    target: int,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Move what the part of ``node`` has of its compound to ``target``."""
    source = state.label[node]
    block = state.tree.there
    count = 0
    for at in range(state.size[source]):
        other = state.member[source, at]
        if problem.group[other] == problem.group[node]:
            block[count] = other
            count += 1
    block = block[:count]
    if len(block) == state.size[source] or not _fits(problem, state, block, target):
        return False
    return exchange(problem, limits, state, source, target, block, block[:0], heat, rng)


@kernel
def _fits(problem: Problem, state: State, block: Ints, target: int) -> bool:
    """Say whether both parts are connected after the move."""
    source = state.label[block[0]]
    for node in block:
        state.label[node] = target
    rest = -1
    for node in range(len(state.label)):
        if state.label[node] == source:
            rest = node
            break
    whole = reached(problem, state, block[0]) == state.size[target] + len(
        block
    ) and reached(problem, state, rest) == state.size[source] - len(block)
    for node in block:
        state.label[node] = source
    return whole
