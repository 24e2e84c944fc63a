"""What a lump is worth to a part once weight and borders have their price."""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.graphs import Flags, Floats, Ints

LARGE = 1e4  # beyond any cost; costs are about one


class Net(NamedTuple):
    """The lumps as the kernels see them.

    Parameters
    ----------
    weight
        n, households.
    spread
        n × n, of lump i around centre c at [c, i].
    start, link
        Neighbours that may share a part, in compressed rows.
    edge_start, edge_end, edge_half, edge_back
        Borders in compressed rows, with half of their cost and the place of the
        same border in the other row.
    low, high
        Households that a part may have.
    """

    weight: Floats
    spread: Floats
    start: Ints
    link: Ints
    edge_start: Ints
    edge_end: Ints
    edge_half: Floats
    edge_back: Ints
    low: float
    high: float


class Cuts(NamedTuple):
    """Triples of lumps of which at most one part may hold two, and their tolls.

    Parameters
    ----------
    start, triple
        The triples that lump i is in are ``triple[start[i]:start[i + 1]]``.
    toll
        What a part that holds two lumps of a triple, or all three, pays for it.
    """

    start: Ints
    triple: Ints
    toll: Floats


def cuts_of(count: int, triples: Ints, toll: Floats) -> Cuts:
    """Return triples (t × 3 of ``count`` lumps) as the kernels see them."""
    lump = triples.ravel()
    order = np.argsort(lump, kind="stable")
    start = np.searchsorted(lump[order], np.arange(count + 1)).astype(np.int64)
    return Cuts(start, order // 3, toll)


@njit(cache=True)
def weight_price(gain: Floats, net: Net, root: int, barred: Flags) -> float:
    """Return the price of a household at which the weight limits just hold."""
    ratio = gain / np.maximum(net.weight, 1e-9)
    load = net.weight[root]
    order = np.argsort(ratio)
    for node in order:
        if node == root or barred[node]:
            continue
        if ratio[node] >= 0.0 and load >= net.low:
            return 0.0
        load += net.weight[node]
        if load > net.high:
            return -ratio[node]
        if ratio[node] > 0.0 and load >= net.low:
            return -ratio[node]
    return 0.0


@njit(cache=True)
def settle_borders(gain: Floats, rest: Floats, net: Net, barred: Flags) -> None:
    """Turn borders into gains: push flow from lumps wanted to lumps unwanted.

    ``gain`` (negative: wanted) and ``rest``, what is left to pay where the head of
    an edge is in and its tail is out, change in place; their sum over any set
    does not.
    """
    count = len(gain)
    came = np.empty(count, dtype=np.int64)
    queue = np.empty(count, dtype=np.int64)
    for _ in range(4 * count):
        size = 0
        for node in range(count):
            came[node] = -2
            if gain[node] < -1e-12 and not barred[node]:
                came[node] = -1
                queue[size] = node
                size += 1
        at = 0
        end = -1
        while at < size and end < 0:
            here = queue[at]
            at += 1
            for edge in range(net.edge_start[here], net.edge_start[here + 1]):
                other = net.edge_end[edge]
                if came[other] == -2 and rest[edge] > 1e-12:
                    came[other] = edge
                    queue[size] = other
                    size += 1
                    if gain[other] > 1e-12 or barred[other]:
                        end = other
                        break
        if end < 0:
            return
        flow = LARGE if barred[end] else gain[end]
        node = end
        while came[node] >= 0:
            flow = min(flow, rest[came[node]])
            node = net.edge_end[net.edge_back[came[node]]]
        flow = min(flow, -gain[node])
        gain[node] += flow
        gain[end] -= flow
        node = end
        while came[node] >= 0:
            rest[came[node]] -= flow
            rest[net.edge_back[came[node]]] += flow
            node = net.edge_end[net.edge_back[came[node]]]
