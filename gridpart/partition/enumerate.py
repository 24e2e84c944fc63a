"""Small problems solved exactly: all connected parts, then the cheapest cover.

Every connected set of lumps within the weight limits is listed once (each step
takes or forbids one neighbour of the set so far), then branch and bound puts sets
together that cover every lump once. The bound charges every household of a lump
the cheapest share it can have in any set.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.problem import Problem

Masks = NDArray[np.uint64]

MOST_LUMPS = 60
MOST_SETS = 100_000
MOST_STEPS = 5_000_000


@njit(cache=True)
def _bits(mask: np.uint64, count: int, members: Ints) -> int:
    size = 0
    for node in range(count):
        if (mask >> np.uint64(node)) & np.uint64(1):
            members[size] = node
            size += 1
    return size


@njit(cache=True)
def _set_cost(members: Ints, size: int, spread: Floats, border: Floats) -> float:
    """Spread around the best centre plus half of the border to all others."""
    best = np.inf
    for c in range(size):
        total = 0.0
        for i in range(size):
            total += spread[members[c], members[i]]
        best = min(best, total)
    edge = 0.0
    for i in range(size):
        edge += border[members[i], members[i]]
        for j in range(size):
            if i != j:
                edge -= border[members[i], members[j]]
    return best + edge / 2


@njit(cache=True)
def _list_sets(
    near: Masks,
    weight: Floats,
    spread: Floats,
    border: Floats,
    low: float,
    high: float,
    most: int,
) -> tuple[Masks, Floats, Ints, int]:
    """List connected sets within the limits, grouped by their lowest lump."""
    count = len(weight)
    masks = np.empty(most, dtype=np.uint64)
    costs = np.empty(most)
    first = np.zeros(count + 1, dtype=np.int64)
    members = np.empty(count, dtype=np.int64)
    stack = np.empty((2 * count + 4, 3), dtype=np.uint64)  # set, forbidden, reached
    loads = np.empty(2 * count + 4)
    fresh = np.empty(2 * count + 4, dtype=np.bool_)
    one = np.uint64(1)
    found = 0
    for root in range(count):
        first[root] = found
        height = 0
        if weight[root] <= high:
            stack[0, 0] = one << np.uint64(root)
            stack[0, 1] = (one << np.uint64(root)) - one
            stack[0, 2] = near[root]
            loads[0] = weight[root]
            fresh[0] = True
            height = 1
        while height > 0:
            height -= 1
            chosen, out, reached = stack[height]
            load = loads[height]
            if fresh[height] and load >= low:
                if found == most:
                    return masks, costs, first, -1
                masks[found] = chosen
                costs[found] = _set_cost(
                    members, _bits(chosen, count, members), spread, border
                )
                found += 1
            around = reached & ~(chosen | out)
            if around == np.uint64(0):
                continue
            node = 0
            while not (around >> np.uint64(node)) & one:
                node += 1
            bit = one << np.uint64(node)
            stack[height, 0] = chosen
            stack[height, 1] = out | bit
            stack[height, 2] = reached
            loads[height] = load
            fresh[height] = False
            height += 1
            if load + weight[node] <= high:
                stack[height, 0] = chosen | bit
                stack[height, 1] = out
                stack[height, 2] = reached | near[node]
                loads[height] = load + weight[node]
                fresh[height] = True
                height += 1
    first[count] = found
    return masks, costs, first, found


@njit(cache=True)
def _cover(
    masks: Masks,
    costs: Floats,
    first: Ints,
    weight: Floats,
    share: Floats,
    parts: int,
    low: float,
    high: float,
    most: int,
) -> tuple[Ints, float, bool]:
    """Find the cheapest ``parts`` disjoint sets that cover every lump.

    Returns the numbers of the sets, their cost (infinite if there are none) and
    whether the search came to its end.
    """
    count = len(weight)
    one = np.uint64(1)
    pick = np.zeros(parts + 1, dtype=np.int64)
    best = np.full(parts, -1, dtype=np.int64)
    covered = np.zeros(parts + 1, dtype=np.uint64)
    paid = np.zeros(parts + 1)
    rest = np.zeros(parts + 1)
    left = np.zeros(parts + 1)
    rest[0] = (share * weight).sum()
    left[0] = weight.sum()
    best_cost = np.inf
    depth = 0
    pick[0] = first[0]
    last = first[1]
    lowest = np.zeros(parts + 1, dtype=np.int64)
    for _ in range(most):
        last = first[lowest[depth] + 1]
        at = pick[depth]
        if at >= last:
            depth -= 1
            if depth < 0:
                return best, best_cost, True
            pick[depth] += 1
            continue
        mask = masks[at]
        if mask & covered[depth] or paid[depth] + costs[at] >= best_cost:
            pick[depth] += 1
            continue
        remaining = rest[depth]
        load = left[depth]
        for node in range(count):
            if (mask >> np.uint64(node)) & one:
                remaining -= share[node] * weight[node]
                load -= weight[node]
        more = parts - depth - 1
        cost = paid[depth] + costs[at]
        if (
            cost + max(remaining, 0.0) >= best_cost - 1e-12
            or load < more * low - 0.5
            or load > more * high + 0.5
        ):
            pick[depth] += 1
            continue
        if more == 0:
            best_cost = cost
            best = pick[:parts].copy()
            pick[depth] += 1
            continue
        depth += 1
        covered[depth] = covered[depth - 1] | mask
        paid[depth] = cost
        rest[depth] = remaining
        left[depth] = load
        node = 0
        while (covered[depth] >> np.uint64(node)) & one:
            node += 1
        lowest[depth] = node
        pick[depth] = first[node]
    return best, best_cost, False


def solve_exactly(
    problem: Problem, parts: int, low: float, high: float
) -> tuple[Ints | None, float, bool]:
    """Divide a small problem to proof.

    Parameters
    ----------
    problem
        At most 60 lumps.
    parts
        Number of parts.
    low, high
        Limits of the households in a part.

    Returns
    -------
    label
        n part numbers, or None if no division was found.
    cost
        Spread plus boundary of the division.
    proven
        Whether the answer is proven: the cheapest division, or that there is
        none. False where the problem is too large to be searched to its end.
    """
    count = len(problem.weight)
    if count > MOST_LUMPS:
        return None, np.inf, False
    near = np.zeros(count, dtype=np.uint64)
    border = np.zeros((count, count))
    for node in range(count):
        for other in problem.link[problem.start[node] : problem.start[node + 1]]:
            near[node] |= np.uint64(1) << np.uint64(other)
        row = slice(problem.edge_start[node], problem.edge_start[node + 1])
        border[node, problem.edge_end[row]] = problem.edge_cost[row]
        border[node, node] = problem.edge_cost[row].sum()
    weight = problem.weight.astype(np.float64)
    masks, costs, first, found = _list_sets(
        near, weight, problem.spread, border, low, high, MOST_SETS
    )
    if found < 0:
        return None, np.inf, False
    masks, costs, first = _cheapest_first(masks[:found], costs[:found], first)
    share = _shares(masks, costs, weight)
    if np.isinf(share).any():
        return None, np.inf, True
    chosen, cost, ended = _cover(
        masks, costs, first, weight, share, parts, low, high, MOST_STEPS
    )
    if not np.isfinite(cost):
        return None, np.inf, ended
    label = np.zeros(count, dtype=np.int64)
    for part, at in enumerate(chosen):
        inside = (masks[at] >> np.arange(count, dtype=np.uint64)) & np.uint64(1)
        label[inside.astype(bool)] = part
    return label, float(cost), ended


def _cheapest_first(
    masks: np.ndarray, costs: np.ndarray, first: Ints
) -> tuple[np.ndarray, np.ndarray, Ints]:
    lowest = np.repeat(np.arange(len(first) - 1), np.diff(first))
    order = np.lexsort((masks, costs, lowest))
    return masks[order], costs[order], first


def _shares(masks: np.ndarray, costs: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the least cost per household that each lump can have in any set."""
    nodes = np.arange(len(weight), dtype=np.uint64)
    inside = ((masks[:, None] >> nodes[None, :]) & np.uint64(1)).astype(bool)
    rate = costs / np.maximum(inside @ weight, 1e-9)
    return np.where(inside, rate[:, None], np.inf).min(axis=0, initial=np.inf)
