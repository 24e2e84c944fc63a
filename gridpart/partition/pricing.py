"""Connected parts that are cheap at given prices: the hot loop of the proof.

At prices for the lumps, a part with its centre at lump c costs the spread of its
lumps from c plus half of its borders, less the prices of its lumps. Every
connected set around c is reached by taking or leaving one neighbour after
another, the most rewarding first, as long as a bound allows it (a Lagrangian one;
Barnhart and others, 1998, doi:10.1287/opre.46.3.316, for pricing).
"""

import numpy as np
from numba import njit

from gridpart.partition.gains import Cuts, Net
from gridpart.partition.graphs import Flags, Floats, Ints
from gridpart.partition.partial import (
    INSIDE,
    OUTSIDE,
    UNDECIDED,
    begin,
    enter,
    least_cost,
    leave,
    put_back,
    shut_out,
)

SAFE = 1e-11
EACH = 64  # parts listed around one centre at given prices


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
    walk = begin(net, price, cuts, root, barred)
    state, load, paid = walk.state, walk.load, walk.paid
    found = first
    used = 0
    if first == len(costs):
        return found, min(least_cost(walk, 0), ceiling), used, False
    if load[0] > net.high or least_cost(walk, 0) >= ceiling:
        return found, max(least_cost(walk, 0), ceiling), used, True
    depth = shut_out(net, walk, 0, ceiling)
    floor = depth
    bottom = least_cost(walk, depth)
    fresh = True
    while True:
        low_enough = paid[depth] < ceiling - SAFE and load[depth] >= net.low
        if (
            fresh
            and low_enough
            and (not central or _best_centre(state, net.spread, root))
        ):
            costs[found] = paid[depth]
            for node in range(len(price)):
                sets[found, node] = state[node] == INSIDE
                costs[found] += price[node] * sets[found, node]
            for triple in range(len(cuts.toll)):
                costs[found] -= cuts.toll[triple] * (walk.held[triple] > 1)
            found += 1
            if tighten:
                ceiling = paid[depth]
        node = -1
        if (
            least_cost(walk, depth) < ceiling - SAFE
            and load[depth] + walk.free[depth] >= net.low
        ):
            node = _branch_node(state, walk.touched, walk.values[0])
        fresh = node >= 0
        used += 1
        if fresh:
            depth += 1
            enter(net, cuts, walk, depth, node)
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
            put_back(net, cuts, walk, walk.trail[depth])
            leave(net, walk, depth)
            if least_cost(walk, depth) < ceiling - SAFE:
                depth = shut_out(net, walk, depth, ceiling)


@njit(cache=True)
def list_around(
    net: Net,
    price: Floats,
    cuts: Cuts,
    once: bool,
    ceiling: float,
    each: int,
    steps: int,
    sets: Flags,
    costs: Floats,
    centre: Ints,
    least: Floats,
) -> tuple[int, int]:
    """List ever cheaper sets around every centre, as :func:`list_cheap` does.

    Parameters
    ----------
    net, price, cuts, ceiling
        As there.
    once
        Whether a set counts at its first lump only.
    each, steps
        Lumps taken or left around one centre, and around all, at most.
    sets, costs, centre
        ``EACH`` rows for each lump, filled with sets, their costs and their centres.
    least
        Filled with the least cost around each centre, or a bound on it.

    Returns
    -------
    found
        Rows filled.
    used
        Steps taken; one round of all lumps for each centre counts too.
    """
    count = len(price)
    barred = np.zeros(count, dtype=np.bool_)
    total = 0
    used = 0
    for root in range(count):
        found, bound, more, _ = list_cheap(
            net,
            price,
            cuts,
            root,
            barred,
            ceiling,
            True,
            False,
            sets[total : total + EACH],
            costs[total : total + EACH],
            0,
            max(0, min(each, steps - used)),
        )
        least[root] = bound
        barred[root] = once
        used += more + count
        centre[total : total + found] = root
        total += found
    return total, used
