"""Connected parts that are cheap at given prices: the hot loop of the proof.

At prices for the lumps, a part with its centre at lump c costs the spread of its
lumps from c plus half of its borders, less the prices of its lumps. Every
connected set around c is reached by taking or leaving one neighbour after
another, the most rewarding first, as long as a bound allows it. The bound is a
Lagrangian one: the weight limit is priced, and the borders between lumps that
want to be in and lumps that want to be out are turned into prices by a maximum
flow, after which every lump stands for itself (reparametrisation; Boykov and
Jolly, 2001, doi:10.1109/ICCV.2001.937505, for the cut; Barnhart and others, 1998,
doi:10.1287/opre.46.3.316, for pricing).
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
SAFE = 1e-11
UNDECIDED, INSIDE, OUTSIDE = 0, 1, 2


@njit(cache=True)
def _branch_node(state: Ints, touched: Ints, worth: Floats) -> int:
    """Return the undecided neighbour of the set that is wanted most, or -1."""
    best = -1
    for node in range(len(state)):
        if (
            state[node] == UNDECIDED
            and touched[node] > 0
            and (best < 0 or worth[node] < worth[best])
        ):
            best = node
    return best


@njit(cache=True)
def _best_centre(state: Ints, spread: Floats, root: int) -> bool:
    """Say whether no lump inside is a better centre than ``root``."""
    count = len(state)
    own = 0.0
    for node in range(count):
        if state[node] == INSIDE:
            own += spread[root, node]
    for centre in range(count):
        if state[centre] != INSIDE or centre == root:
            continue
        total = 0.0
        for node in range(count):
            if state[node] == INSIDE:
                total += spread[centre, node]
        if total < own - 1e-12 or (total <= own + 1e-12 and centre < root):
            return False
    return True


@njit(cache=True)
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
    tolls, ``load`` its weight and ``free`` the weight undecided.
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


@njit(cache=True)
def _begin(net: Net, price: Floats, cuts: Cuts, root: int, barred: Flags) -> Walk:
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
    state = np.where(barred, OUTSIDE, UNDECIDED)
    touched = np.zeros(count, dtype=np.int64)
    paid = np.zeros(count + 2)
    load = np.zeros(count + 2)
    free = np.zeros(count + 2)
    trail = np.zeros(count + 2, dtype=np.int64)
    held = np.zeros(len(cuts.toll), dtype=np.int64)
    walk = Walk(gain, values, rest, state, touched, trail, held, sums, paid, load, free)
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
    free[0] = (net.weight * (state == UNDECIDED)).sum()
    return walk


@njit(cache=True)
def _distances(net: Net, state: Ints, toll: Floats, far: Floats, queue: Ints) -> None:
    """Set ``far`` to the least sum of tolls on a way from the set to each lump."""
    count = len(state)
    waiting = np.zeros(count, dtype=np.bool_)
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


@njit(cache=True)
def _shut_out(net: Net, walk: Walk, depth: int, ceiling: float, work: Floats) -> int:
    """Leave every lump that is too heavy or too dear to connect; return the depth."""
    queue = np.empty(len(walk.state), dtype=np.int64)
    _distances(net, walk.state, net.weight, work[0], queue)
    _distances(net, walk.state, walk.values[0], work[1], queue)
    for node in range(len(walk.state)):
        if walk.state[node] == UNDECIDED and (
            walk.load[depth] + work[0, node] > net.high
            or walk.sums[depth, 0] + work[1, node] >= ceiling
        ):
            depth += 1
            walk.trail[depth] = node
            _leave(net, walk, depth)
    return depth


@njit(cache=True)
def _put_back(net: Net, cuts: Cuts, walk: Walk, node: int) -> None:
    """Take a lump out of the set again."""
    for at in range(net.start[node], net.start[node + 1]):
        walk.touched[net.link[at]] -= 1
    for at in range(cuts.start[node], cuts.start[node + 1]):
        walk.held[cuts.triple[at]] -= 1


@njit(cache=True)
def _leave(net: Net, walk: Walk, depth: int) -> None:
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


@njit(cache=True)
def _enter(net: Net, cuts: Cuts, walk: Walk, depth: int, node: int) -> None:
    """Take a lump at a new depth."""
    cut, sure = _take(node, walk.state, walk.touched, net, walk.rest, cuts, walk.held)
    walk.trail[depth] = node
    walk.free[depth] = walk.free[depth - 1] - net.weight[node]
    walk.load[depth] = walk.load[depth - 1] + net.weight[node]
    walk.paid[depth] = walk.paid[depth - 1] + walk.gain[node] + cut
    for m in range(MULTIPLIERS):
        more = max(0.0, walk.values[m, node])
        walk.sums[depth, m] = walk.sums[depth - 1, m] + more + sure


@njit(cache=True)
def list_cheap(
    net: Net,
    price: Floats,
    cuts: Cuts,
    root: int,
    barred: Flags,
    ceiling: float,
    tighten: bool,
    central: bool,
    sets: Flags,
    costs: Floats,
    first: int,
    steps: int,
) -> tuple[int, float, int, bool]:
    """List connected sets around a centre that cost less than ``ceiling``.

    Parameters
    ----------
    net
        The lumps.
    price
        n prices.
    cuts
        Triples of lumps and what a part that holds two of them pays.
    root
        The centre, part of every set.
    barred
        n flags: lumps in no set.
    ceiling
        Cost less prices below which a set counts.
    tighten
        Lower the ceiling to each set found, so that the cheapest comes last.
    central
        Count only sets of which ``root`` is the best centre.
    sets, costs
        Filled from row ``first`` on with the sets and their costs (spread and
        half of the border, without prices and tolls).
    steps
        Lumps taken or left, after which the search ends.

    Returns
    -------
    found
        Rows filled in all.
    bound
        No set around this centre costs less, among those that cost less than the
        ceiling given.
    used
        Steps taken.
    ended
        Whether the search came to its end.
    """
    walk = _begin(net, price, cuts, root, barred)
    state, load, paid = walk.state, walk.load, walk.paid
    work = np.empty((2, len(price)))
    found = first
    used = 0
    if first == len(costs):
        return found, min(walk.sums[0].max(), ceiling), used, False
    if load[0] > net.high or walk.sums[0].max() >= ceiling:
        return found, max(walk.sums[0].max(), ceiling), used, True
    depth = _shut_out(net, walk, 0, ceiling, work)
    floor = depth
    bottom = walk.sums[depth].max()
    fresh = True
    while True:
        low_enough = paid[depth] < ceiling - SAFE and load[depth] >= net.low
        if (
            fresh
            and low_enough
            and (not central or _best_centre(state, net.spread, root))
        ):
            sets[found] = state == INSIDE
            tolls = (cuts.toll * (walk.held > 1)).sum()
            costs[found] = paid[depth] + (price * sets[found]).sum() - tolls
            found += 1
            if tighten:
                ceiling = paid[depth]
        node = -1
        if (
            walk.sums[depth].max() < ceiling - SAFE
            and load[depth] + walk.free[depth] >= net.low
        ):
            node = _branch_node(state, walk.touched, walk.values[0])
        fresh = node >= 0
        used += 1
        if fresh:
            depth += 1
            _enter(net, cuts, walk, depth, node)
            fresh = load[depth] <= net.high
        else:
            while depth > floor and state[walk.trail[depth]] == OUTSIDE:
                state[walk.trail[depth]] = UNDECIDED
                depth -= 1
            if depth == floor:
                return found, ceiling, used, True
        if used > steps or found == len(costs):
            return found, min(bottom, ceiling), used, False
        if not fresh:
            _put_back(net, cuts, walk, walk.trail[depth])
            _leave(net, walk, depth)
            if walk.sums[depth].max() < ceiling - SAFE:
                depth = _shut_out(net, walk, depth, ceiling, work)
