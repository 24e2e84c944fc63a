"""A set of lumps half decided: some are in, some are out, the rest may be either.

Taking or leaving one lump after another, a walk reaches every connected set around
a centre. What it keeps at each depth bounds the cost of all sets below: the weight
limit is priced, and the borders between lumps that want to be in and lumps that
want to be out are turned into prices by a maximum flow, after which every lump
stands for itself (reparametrisation; Boykov and Jolly, 2001,
doi:10.1109/ICCV.2001.937505).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.gains import (
    LARGE,
    Cuts,
    Net,
    settle_borders,
    weight_price,
)
from gridpart.partition.graphs import Flags, Floats, Ints

MULTIPLIERS = 3
UNDECIDED, INSIDE, OUTSIDE = 0, 1, 2


@njit(cache=True, forceinline=True)
def _take(
    node: int,
    state: Ints,
    touched: Ints,
    net: Net,
    rest: Floats,
    cuts: Cuts,
    held: Ints,
) -> tuple[float, float]:
    """Put a lump into the set; return its cut and what its borders cost for sure.

    Tolls that are due now are in both.
    """
    state[node] = INSIDE
    for at in range(net.start[node], net.start[node + 1]):
        touched[net.link[at]] += 1
    cut = 0.0
    sure = 0.0
    for edge in range(net.edge_start[node], net.edge_start[node + 1]):
        other = state[net.edge_end[edge]]
        cut += -net.edge_half[edge] if other == INSIDE else net.edge_half[edge]
        if other == OUTSIDE:
            sure += rest[edge]
    for at in range(cuts.start[node], cuts.start[node + 1]):
        held[cuts.triple[at]] += 1
        if held[cuts.triple[at]] == 2:
            cut += cuts.toll[cuts.triple[at]]
            sure += cuts.toll[cuts.triple[at]]
    return cut, sure


class Walk(NamedTuple):
    """Where a search around one centre stands; rows of sums by depth.

    ``gain`` is what a lump costs inside, its borders apart; ``values`` the same
    after borders and weight are priced, once for each of the weight prices;
    ``rest`` what a border still costs; ``held`` counts the lumps of each triple
    that are inside; ``sums`` the bounds, ``paid`` the cost of the set with its
    tolls, ``load`` its weight and ``free`` the weight undecided; ``heavy`` and
    ``dear`` are the least weight and cost of a way to each lump.
    """

    gain: Floats
    values: Floats
    rest: Floats
    state: Ints
    touched: Ints
    trail: Ints
    held: Ints
    sums: Floats
    paid: Floats
    load: Floats
    free: Floats
    heavy: Floats
    dear: Floats
    queue: Ints
    waiting: Flags


@njit(cache=True)
def begin(net: Net, price: Floats, cuts: Cuts, root: int, barred: Flags) -> Walk:
    """Return the walk that has taken nothing but its centre."""
    count = len(price)
    gain = net.spread[root] - price
    worth = gain.copy()
    rest = net.edge_half.copy()
    slope = weight_price(worth, net, root, barred)
    worth += slope * net.weight
    kept = worth[root]
    worth[root] = -LARGE
    settle_borders(worth, rest, net, barred)
    worth[root] += LARGE + kept
    values = np.empty((MULTIPLIERS, count))
    sums = np.empty((count + 2, MULTIPLIERS))
    state = np.zeros(count, dtype=np.int64)
    for node in range(count):
        if barred[node]:
            state[node] = OUTSIDE
    touched = np.zeros(count, dtype=np.int64)
    paid = np.zeros(count + 2)
    load = np.zeros(count + 2)
    free = np.zeros(count + 2)
    trail = np.zeros(count + 2, dtype=np.int64)
    held = np.zeros(len(cuts.toll), dtype=np.int64)
    walk = Walk(
        gain,
        values,
        rest,
        state,
        touched,
        trail,
        held,
        sums,
        paid,
        load,
        free,
        np.empty(count),
        np.empty(count),
        np.empty(count, dtype=np.int64),
        np.zeros(count, dtype=np.bool_),
    )
    cut, sure = _take(root, state, touched, net, rest, cuts, held)
    for m in range(MULTIPLIERS):
        steep = slope * (1.0, 0.7, 1.3)[m]
        values[m] = worth + (steep - slope) * net.weight
        sums[0, m] = values[m, root] - steep * (net.high if steep > 0 else net.low)
        sums[0, m] += sure
        for node in range(count):
            if state[node] == UNDECIDED:
                sums[0, m] += min(0.0, values[m, node])
    paid[0] = gain[root] + cut
    load[0] = net.weight[root]
    for node in range(count):
        if state[node] == UNDECIDED:
            free[0] += net.weight[node]
    return walk


@njit(cache=True, forceinline=True)
def least_cost(walk: Walk, depth: int) -> float:
    """Return the best bound on the sets below a depth."""
    least = walk.sums[depth, 0]
    for m in range(1, MULTIPLIERS):
        least = max(least, walk.sums[depth, m])
    return least


@njit(cache=True, forceinline=True)
def _distances(
    net: Net, state: Ints, toll: Floats, far: Floats, queue: Ints, waiting: Flags
) -> None:
    """Set ``far`` to the least sum of tolls on a way from the set to each lump."""
    count = len(state)
    first = 0
    size = 0
    for node in range(count):
        far[node] = np.inf
        if state[node] == INSIDE:
            far[node] = 0.0
            queue[size] = node
            size += 1
    while size > 0:
        here = queue[first]
        first = (first + 1) % count
        size -= 1
        waiting[here] = False
        for at in range(net.start[here], net.start[here + 1]):
            other = net.link[at]
            if state[other] == UNDECIDED:
                reach = far[here] + max(0.0, toll[other])
                if reach < far[other] - 1e-12:
                    far[other] = reach
                    if not waiting[other]:
                        waiting[other] = True
                        queue[(first + size) % count] = other
                        size += 1


@njit(cache=True, forceinline=True)
def shut_out(net: Net, walk: Walk, depth: int, ceiling: float) -> int:
    """Leave every lump that is too heavy or too dear to connect; return the depth."""
    _distances(net, walk.state, net.weight, walk.heavy, walk.queue, walk.waiting)
    _distances(net, walk.state, walk.values[0], walk.dear, walk.queue, walk.waiting)
    for node in range(len(walk.state)):
        if walk.state[node] == UNDECIDED and (
            walk.load[depth] + walk.heavy[node] > net.high
            or walk.sums[depth, 0] + walk.dear[node] >= ceiling
        ):
            depth += 1
            walk.trail[depth] = node
            leave(net, walk, depth)
    return depth


@njit(cache=True, forceinline=True)
def put_back(net: Net, cuts: Cuts, walk: Walk, node: int) -> None:
    """Take a lump out of the set again."""
    for at in range(net.start[node], net.start[node + 1]):
        walk.touched[net.link[at]] -= 1
    for at in range(cuts.start[node], cuts.start[node + 1]):
        walk.held[cuts.triple[at]] -= 1


@njit(cache=True, forceinline=True)
def leave(net: Net, walk: Walk, depth: int) -> None:
    """Leave the lump of this depth out."""
    node = walk.trail[depth]
    walk.state[node] = OUTSIDE
    sure = 0.0
    for edge in range(net.edge_start[node], net.edge_start[node + 1]):
        if walk.state[net.edge_end[edge]] == INSIDE:
            sure += walk.rest[net.edge_back[edge]]
    walk.load[depth] = walk.load[depth - 1]
    walk.paid[depth] = walk.paid[depth - 1]
    walk.free[depth] = walk.free[depth - 1] - net.weight[node]
    for m in range(MULTIPLIERS):
        spared = -min(0.0, walk.values[m, node])
        walk.sums[depth, m] = walk.sums[depth - 1, m] + spared + sure


@njit(cache=True, forceinline=True)
def enter(net: Net, cuts: Cuts, walk: Walk, depth: int, node: int) -> None:
    """Take a lump at a new depth."""
    cut, sure = _take(node, walk.state, walk.touched, net, walk.rest, cuts, walk.held)
    walk.trail[depth] = node
    walk.free[depth] = walk.free[depth - 1] - net.weight[node]
    walk.load[depth] = walk.load[depth - 1] + net.weight[node]
    walk.paid[depth] = walk.paid[depth - 1] + walk.gain[node] + cut
    for m in range(MULTIPLIERS):
        more = max(0.0, walk.values[m, node])
        walk.sums[depth, m] = walk.sums[depth - 1, m] + more + sure
