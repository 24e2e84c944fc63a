"""Simulated annealing over connected divisions: the engine's hot loop.

Starts are grown from random seeds; then lumps flip to a neighbouring part, two
lumps swap, or two parts are merged and split again along a random spanning tree
(the recombination step of DeFord, Duchin and Solomon, 2021,
doi:10.1162/99608f92.eb30390f). Every part is connected at every step. A part
outside [low, high] costs ``penalty`` for each part mean it is off.

All state of a run is in a few arrays; ``reach[p, c]`` is the spread of part p if
lump c were its centre, kept up to date move by move.
"""

import numpy as np
from numba import njit

from gridpart.partition.graphs import Floats, Ints

FLIP, SWAP = 0.72, 0.97  # cumulative shares of the kinds of moves; the rest recombine


@njit(cache=True)
def _excess(load, low, high):  # noqa: ANN001, ANN202 - typed by numba
    return max(0.0, load - high, low - load)


@njit(cache=True)
def _grow(weight, start, link, parts, label):  # noqa: ANN001, ANN202
    """Grow parts from random seeds, always the lightest one that can grow."""
    count = len(weight)
    label[:] = -1
    load = np.zeros(parts)
    stuck = np.zeros(parts, dtype=np.bool_)
    seeds = np.random.permutation(count)[:parts]
    for part in range(parts):
        label[seeds[part]] = part
        load[part] = weight[seeds[part]]
    placed = parts
    while placed < count:
        part = -1
        for candidate in range(parts):
            if not stuck[candidate] and (part < 0 or load[candidate] < load[part]):
                part = candidate
        if part < 0:
            return False
        chosen = -1
        seen = 0
        for node in range(count):
            if label[node] != part:
                continue
            for at in range(start[node], start[node + 1]):
                if label[link[at]] < 0:
                    seen += 1
                    if np.random.random() * seen < 1.0:
                        chosen = link[at]
        if chosen < 0:
            stuck[part] = True
            continue
        label[chosen] = part
        load[part] += weight[chosen]
        placed += 1
    return True


@njit(cache=True)
def _stays_connected(node, label, start, link, size, stamp, mark, stack):  # noqa: ANN001, ANN202
    """Say whether the part of ``node`` holds together without it."""
    part = label[node]
    if size[part] <= 1:
        return False
    first = -1
    beside = 0
    for at in range(start[node], start[node + 1]):
        if label[link[at]] == part:
            beside += 1
            first = link[at]
    if beside <= 1:
        return beside == 1
    stamp[node] = mark
    stamp[first] = mark
    stack[0] = first
    height = 1
    found = 1
    while height > 0:
        height -= 1
        here = stack[height]
        for at in range(start[here], start[here + 1]):
            other = link[at]
            if label[other] == part and stamp[other] != mark:
                stamp[other] = mark
                stack[height] = other
                height += 1
                found += 1
    return found == size[part] - 1


@njit(cache=True)
def _spread_after(part, node, sign, label, spread, reach):  # noqa: ANN001, ANN202
    """Return the part's spread once ``node`` joined (+1) or left (-1)."""
    best = np.inf
    for centre in range(len(label)):
        if centre == node:
            inside = sign > 0
        else:
            inside = label[centre] == part
        if inside:
            value = reach[part, centre] + sign * spread[centre, node]
            if value < best:
                best = value
    return best


@njit(cache=True)
def _cut_change(node, target, label, edge_start, edge_end, edge_cost):  # noqa: ANN001, ANN202
    change = 0.0
    for at in range(edge_start[node], edge_start[node + 1]):
        other = label[edge_end[at]]
        if other == label[node]:
            change += edge_cost[at]
        elif other == target:
            change -= edge_cost[at]
    return change


@njit(cache=True)
def _flip(node, target, label, load, size, weight, spread, reach):  # noqa: ANN001, ANN202
    source = label[node]
    label[node] = target
    load[source] -= weight[node]
    load[target] += weight[node]
    size[source] -= 1
    size[target] += 1
    for centre in range(len(label)):
        reach[source, centre] -= spread[centre, node]
        reach[target, centre] += spread[centre, node]


@njit(cache=True)
def _cost(label, parts, spread, edge_start, edge_end, edge_cost):  # noqa: ANN001, ANN202
    """Return (reach, spread of each part, cost of the cut), from scratch."""
    count = len(label)
    reach = np.zeros((parts, count))
    for node in range(count):
        for centre in range(count):
            reach[label[node], centre] += spread[centre, node]
    spreads = np.full(parts, np.inf)
    for node in range(count):
        spreads[label[node]] = min(spreads[label[node]], reach[label[node], node])
    cut = 0.0
    for node in range(count):
        for at in range(edge_start[node], edge_start[node + 1]):
            if edge_end[at] > node and label[edge_end[at]] != label[node]:
                cut += edge_cost[at]
    return reach, spreads, cut


@njit(cache=True)
def _recombine(first, second, label, weight, start, link, total):  # noqa: ANN001, ANN202
    """Merge two parts and split them along a random spanning tree.

    Returns the flags of the lumps that make the second part, chosen so that the
    split is as even as one of the tree's edges allows.
    """
    count = len(label)
    parent = np.full(count, -1, dtype=np.int64)
    order = np.empty(count, dtype=np.int64)
    edge = np.empty((len(link), 2), dtype=np.int64)
    waiting = 0
    root = -1
    seen = 0
    for node in range(count):
        if label[node] == first or label[node] == second:
            seen += 1
            if np.random.random() * seen < 1.0:
                root = node
    inside = np.zeros(count, dtype=np.bool_)
    inside[root] = True
    order[0] = root
    found = 1
    for at in range(start[root], start[root + 1]):
        if label[link[at]] == first or label[link[at]] == second:
            edge[waiting, 0] = root
            edge[waiting, 1] = link[at]
            waiting += 1
    while waiting > 0:
        pick = int(np.random.random() * waiting)
        above = edge[pick, 0]
        node = edge[pick, 1]
        waiting -= 1
        edge[pick] = edge[waiting]
        if inside[node]:
            continue
        inside[node] = True
        parent[node] = above
        order[found] = node
        found += 1
        for at in range(start[node], start[node + 1]):
            other = link[at]
            if not inside[other] and (label[other] == first or label[other] == second):
                edge[waiting, 0] = node
                edge[waiting, 1] = other
                waiting += 1
    below = np.zeros(count)
    top = -1
    nearest = np.inf
    for at in range(found - 1, 0, -1):
        node = order[at]
        below[node] += weight[node]
        below[parent[node]] += below[node]
        off = abs(below[node] - total / 2) * (0.8 + 0.4 * np.random.random())
        if off < nearest:
            nearest = off
            top = node
    side = np.zeros(count, dtype=np.bool_)
    if top >= 0:
        side[top] = True
        for at in range(found):
            node = order[at]
            if parent[node] >= 0 and side[parent[node]]:
                side[node] = True
    return side


@njit(cache=True)
def anneal(  # noqa: ANN201
    weight: Ints,
    spread: Floats,
    start: Ints,
    link: Ints,
    edge_start: Ints,
    edge_end: Ints,
    edge_cost: Floats,
    parts: int,
    low: float,
    high: float,
    moves: int,
    seed: int,
    label: Ints,
):
    """Run one annealing; ``label`` is the start (-1 first: grow one).

    Returns
    -------
    best
        n part numbers.
    excess
        Sum over the parts of what lies outside [low, high], in part means.
    cost
        Spread plus boundary of the best division.
    """
    np.random.seed(seed)
    count = len(weight)
    label = label.copy()
    if label[0] < 0:
        while not _grow(weight, start, link, parts, label):
            pass
    mean = weight.sum() / parts
    load = np.zeros(parts)
    size = np.zeros(parts, dtype=np.int64)
    for node in range(count):
        load[label[node]] += weight[node]
        size[label[node]] += 1
    reach, spreads, cut = _cost(label, parts, spread, edge_start, edge_end, edge_cost)
    excess = 0.0
    for part in range(parts):
        excess += _excess(load[part], low, high) / mean
    stamp = np.zeros(count, dtype=np.int64)
    stack = np.empty(count, dtype=np.int64)
    mark = 0
    penalty, hot, cold = 4.0, 0.08, 0.0005
    best = label.copy()
    best_excess = excess
    best_cost = spreads.sum() + cut
    for move in range(moves):
        heat = hot * (cold / hot) ** (move / moves)
        kind = np.random.random()
        node = int(np.random.random() * count)
        source = label[node]
        target = -1
        seen = 0
        for at in range(start[node], start[node + 1]):
            other = label[link[at]]
            if other != source:
                seen += 1
                if np.random.random() * seen < 1.0:
                    target = other
        if target < 0:
            continue
        if kind > SWAP:
            before = label.copy()
            side = _recombine(
                source, target, label, weight, start, link, load[source] + load[target]
            )
            for other in range(count):
                if label[other] == source or label[other] == target:
                    label[other] = target if side[other] else source
            new_reach, new_spreads, new_cut = _cost(
                label, parts, spread, edge_start, edge_end, edge_cost
            )
            moved = 0.0
            members = 0
            for other in range(count):
                if label[other] == target:
                    moved += weight[other]
                    members += 1
            rest = load[source] + load[target] - moved
            change_excess = (
                _excess(moved, low, high)
                + _excess(rest, low, high)
                - _excess(load[source], low, high)
                - _excess(load[target], low, high)
            ) / mean
            change = new_spreads.sum() + new_cut - spreads.sum() - cut
            gain = change + penalty * change_excess
            both = size[source] + size[target]
            if 0 < members < both and (
                gain <= 0 or np.random.random() < np.exp(-gain / heat)
            ):
                load[source] = rest
                load[target] = moved
                size[source] = both - members
                size[target] = members
                reach = new_reach
                spreads = new_spreads
                cut = new_cut
                excess += change_excess
            else:
                label = before
                continue
        else:
            mark += 1
            if not _stays_connected(node, label, start, link, size, stamp, mark, stack):
                continue
            change_cut = _cut_change(
                node, target, label, edge_start, edge_end, edge_cost
            )
            source_spread = _spread_after(source, node, -1.0, label, spread, reach)
            target_spread = _spread_after(target, node, 1.0, label, spread, reach)
            source_load = load[source] - weight[node]
            target_load = load[target] + weight[node]
            old_source = spreads[source]
            old_target = spreads[target]
            old_excess = (
                _excess(load[source], low, high) + _excess(load[target], low, high)
            ) / mean
            back = -1
            if kind > FLIP:
                _flip(node, target, label, load, size, weight, spread, reach)
                seen = 0
                for other in range(count):
                    if label[other] != target or other == node:
                        continue
                    for at in range(start[other], start[other + 1]):
                        if label[link[at]] == source:
                            seen += 1
                            if np.random.random() * seen < 1.0:
                                back = other
                            break
                if back >= 0:
                    mark += 1
                    if not _stays_connected(
                        back, label, start, link, size, stamp, mark, stack
                    ):
                        back = -1
                if back < 0:
                    _flip(node, source, label, load, size, weight, spread, reach)
                    continue
                change_cut += _cut_change(
                    back, source, label, edge_start, edge_end, edge_cost
                )
                source_spread = _spread_after(source, back, 1.0, label, spread, reach)
                target_spread = _spread_after(target, back, -1.0, label, spread, reach)
                source_load = load[source] + weight[back]
                target_load = load[target] - weight[back]
            change_excess = (
                _excess(source_load, low, high) + _excess(target_load, low, high)
            ) / mean - old_excess
            change = (
                source_spread + target_spread - old_source - old_target + change_cut
            )
            gain = change + penalty * change_excess
            if gain <= 0 or np.random.random() < np.exp(-gain / heat):
                if back >= 0:
                    _flip(back, source, label, load, size, weight, spread, reach)
                else:
                    _flip(node, target, label, load, size, weight, spread, reach)
                spreads[source] = source_spread
                spreads[target] = target_spread
                cut += change_cut
                excess += change_excess
            elif back >= 0:
                _flip(node, source, label, load, size, weight, spread, reach)
                continue
            else:
                continue
        cost = spreads.sum() + cut
        if excess < best_excess - 1e-9 or (
            excess < best_excess + 1e-9 and cost < best_cost - 1e-12
        ):
            best_excess = excess
            best_cost = cost
            best[:] = label
    return best, max(best_excess, 0.0), best_cost
