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
STEPS = 50  # for each set that may be listed, in listing them and in covering all
SLACK = 0.5  # households


@njit(cache=True)
def _bits(mask: np.uint64, count: int, members: Ints) -> int:
    size = 0
    for node in range(count):
        if (mask >> np.uint64(node)) & np.uint64(1):
            members[size] = node
            size += 1
    return size


@njit(cache=True)
def _matrices(problem: Problem) -> tuple[Masks, Floats, Floats]:
    """Return neighbours as masks, weights, and borders with their sums on the way."""
    count = len(problem.weight)
    near = np.zeros(count, dtype=np.uint64)
    weight = np.empty(count)
    border = np.zeros((count, count))
    for node in range(count):
        weight[node] = problem.weight[node]
        for at in range(problem.start[node], problem.start[node + 1]):
            near[node] |= np.uint64(1) << np.uint64(problem.link[at])
        for at in range(problem.edge_start[node], problem.edge_start[node + 1]):
            border[node, problem.edge_end[at]] = problem.edge_cost[at]
            border[node, node] += problem.edge_cost[at]
    return near, weight, border


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
def _rest_fits(
    rest: np.uint64, near: Masks, weight: Floats, parts: int, low: float, high: float
) -> bool:
    """Say whether each component of ``rest`` may be a whole number of parts."""
    one = np.uint64(1)
    fewest, most = 0, 0
    while rest:
        node = 0
        while not (rest >> np.uint64(node)) & one:
            node += 1
        fresh = one << np.uint64(node)
        rest ^= fresh
        load = 0.0
        while fresh:
            while not (fresh >> np.uint64(node)) & one:
                node = node + 1 if fresh >> np.uint64(node) else 0
            fresh ^= one << np.uint64(node)
            load += weight[node]
            beside = near[node] & rest
            rest ^= beside
            fresh |= beside
        least = 1
        while least <= parts and least * high + SLACK < load:
            least += 1
        greatest = least
        while greatest < parts and (greatest + 1) * low - SLACK <= load:
            greatest += 1
        if greatest * low - SLACK > load:
            return False
        fewest += least
        most += greatest
    return fewest <= parts <= most


@njit(cache=True)
def _enter(
    mask: np.uint64, load: float, spread: Floats, border: Floats, share: Floats
) -> float:
    """Return what a set costs; lower the ``share`` of its lumps to their share."""
    members = np.empty(len(share), dtype=np.int64)
    size = _bits(mask, len(share), members)
    cost = _set_cost(members, size, spread, border)
    for at in range(size):
        share[members[at]] = min(share[members[at]], cost / max(load, 1e-9))
    return cost


@njit(cache=True)
def _list_sets(
    near: Masks,
    weight: Floats,
    spread: Floats,
    border: Floats,
    parts: int,
    low: float,
    high: float,
    most: int,
) -> tuple[Masks, Floats, Ints, Floats, int]:
    """List connected sets within the limits, grouped by their lowest lump.

    Sets that leave a rest of which no ``parts - 1`` sets can be made are left out.

    Returns the sets, what each costs, where the groups begin, the least cost per
    household that each lump has in any set, and the number of sets: -1 if there
    are too many.
    """
    count = len(weight)
    masks = np.empty(most, dtype=np.uint64)
    costs = np.empty(most)
    share = np.full(count, np.inf)
    first = np.zeros(count + 1, dtype=np.int64)
    stack = np.empty((2 * count + 4, 3), dtype=np.uint64)  # set, forbidden, reached
    loads = np.empty(2 * count + 4)
    fresh = np.empty(2 * count + 4, dtype=np.bool_)
    one = np.uint64(1)
    whole = ~np.uint64(0) >> np.uint64(64 - count)
    found, steps = 0, 0
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
            steps += 1
            if steps > STEPS * most:
                return masks, costs, first, share, -1
            height -= 1
            chosen, out, reached = stack[height]
            load = loads[height]
            if (
                fresh[height]
                and load >= low
                and _rest_fits(whole & ~chosen, near, weight, parts - 1, low, high)
            ):
                if found == most:
                    return masks, costs, first, share, -1
                masks[found] = chosen
                costs[found] = _enter(chosen, load, spread, border, share)
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
    return masks, costs, first, share, found


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
        if at >= last or paid[depth] + costs[at] >= best_cost:
            depth -= 1
            if depth < 0:
                return best, best_cost, True
            pick[depth] += 1
            continue
        mask = masks[at]
        if mask & covered[depth]:
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
            or load < more * low - SLACK
            or load > more * high + SLACK
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
    problem: Problem, parts: int, low: float, high: float, most_sets: int = MOST_SETS
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
    most_sets
        Effort: how many sets may be listed.

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
    near, weight, border = _matrices(problem)
    masks, costs, first, share, found = _list_sets(
        near, weight, problem.spread, border, parts, low, high, most_sets
    )
    if found < 0:
        return None, np.inf, False
    if np.isinf(share).any():
        return None, np.inf, True
    masks, costs = _cheapest_first(masks[:found], costs[:found], first)
    chosen, cost, ended = _cover(
        masks, costs, first, weight, share, parts, low, high, STEPS * most_sets
    )
    if not np.isfinite(cost):
        return None, np.inf, ended
    label = np.zeros(count, dtype=np.int64)
    for part, at in enumerate(chosen):
        inside = (masks[at] >> np.arange(count, dtype=np.uint64)) & np.uint64(1)
        label[inside.astype(bool)] = part
    return label, float(cost), ended


def _cheapest_first(masks: Masks, costs: Floats, first: Ints) -> tuple[Masks, Floats]:
    """Order the sets of each group by cost."""
    lowest = np.repeat(np.arange(len(first) - 1), np.diff(first))
    order = np.lexsort((masks, costs, lowest))
    return masks[order], costs[order]
