"""Lower bounds on what any division of a graph costs.

References
----------
Donath and Hoffman (1973), doi:10.1147/rd.175.0420: eigenvalues below any cut.
Hess et al. (1965), doi:10.1287/opre.13.6.998: division as location; its Lagrangian
relaxation bounds the spread.
"""

import math
import time

import numpy as np
import scipy.linalg

from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.walks import Band, Ground

MOST_UNITS = 1500  # units beyond which the bounds cost more than they are worth
ROUNDS = 150  # steps of the subgradient
SAFETY = 1e-6  # share given away to rounding
FADE = 12  # steps without a better bound after which they are halved


def spectral_bound(ground: Ground, band: Band) -> float:
    """Return a bound on the cost of the cut from the graph's eigenvalues.

    Notes
    -----
    With W the weights (zeros raised a little), the indicators of the parts are
    orthogonal under W, so the sum over the parts of border / weight is at least the
    sum of the k smallest eigenvalues of L x = λ W x. A part weighs ``band.low`` at
    least, and each cut is in the borders of two parts.
    """
    count = len(ground.weight)
    if band.low <= 0 or count > MOST_UNITS or band.parts > count:
        return 0.0
    weight = np.maximum(ground.weight.astype(np.float64), band.low / count * 1e-3)
    laplace = np.zeros((count, count))
    laplace[ground.tail, ground.link] = -ground.cost
    laplace[np.arange(count), np.arange(count)] = -laplace.sum(axis=1)
    root = 1 / np.sqrt(weight)
    values = scipy.linalg.eigh(
        laplace * root[:, None] * root[None, :],
        eigvals_only=True,
        subset_by_index=(0, band.parts - 1),
    )
    slack = SAFETY * float((np.diag(laplace) / weight).max()) * 1e-3
    total = float(np.maximum(values - slack, 0.0).sum())
    return band.low * total / 2 * (1 - SAFETY)


def tree_bound(ground: Ground, band: Band, components: int) -> float:
    """Return the cost of the fewest, cheapest edges that could part the parts."""
    fewest = band.parts - components
    each = np.sort(ground.cost[ground.tail < ground.link])
    return float(each[:fewest].sum()) * (1 - SAFETY)


def whole_edges(bound: float) -> float:
    """Return a bound on a number of edges rounded up to a whole one."""
    return float(math.ceil(bound - 1e-6))


def spread_bound(
    weight: Ints, apart: Floats, band: Band, worth: float, deadline: float
) -> tuple[float, Ints]:
    """Return a bound on the spread, whatever is connected, and its centres.

    Parameters
    ----------
    weight
        n integers.
    apart
        n × n squared distances in km².
    band
        Number of parts and their limits.
    worth
        A spread that has been reached: steps are measured by it.
    deadline
        Reading of ``time.monotonic`` at which to stop.

    Notes
    -----
    Each unit has a price that a part earns for taking it. For each centre the units
    that pay most for their weight are taken, the last one in part, until the limits
    are met; the ``parts`` cheapest centres and all prices are a bound. Prices move
    towards units taken once.
    """
    load = weight.astype(np.float64)
    cost = apart * load
    prices = np.partition(cost, min(2, len(load) - 1), axis=0)[min(2, len(load) - 1)]
    best, step, stale = 0.0, 1.0, 0
    chosen = np.zeros(0, dtype=np.int64)
    for _ in range(ROUNDS):
        if time.monotonic() >= deadline:
            break
        value, taken, centres = _priced(load, cost, prices, band)
        if value > best:
            best, stale, chosen = value, 0, centres
        else:
            stale += 1
        if stale > FADE:
            step, stale = step / 2, 0
        slope = 1.0 - taken
        norm = float((slope**2).sum())
        if norm < 1e-12 or worth - best <= SAFETY * worth:
            break
        prices = prices + step * (worth - value) / norm * slope
    return best * (1 - 10 * SAFETY), chosen


def _priced(
    load: Floats, cost: Floats, prices: Floats, band: Band
) -> tuple[float, Floats, Ints]:
    """Return the relaxation's value, how often each unit is taken, and the centres."""
    loss = cost - prices
    rate = loss / np.maximum(load, 1e-9)
    order = np.argsort(rate, axis=1)
    filled = np.cumsum(load[order], axis=1)
    before = filled - load[order]
    wanted = np.take_along_axis(rate, order, axis=1) < 0
    room = np.where(wanted, band.high - before, band.low - before)
    share = np.clip(room / np.maximum(load[order], 1e-9), 0.0, 1.0)
    free = (load[order] == 0) & wanted
    share = np.where(load[order] == 0, free, share)
    value = (share * np.take_along_axis(loss, order, axis=1)).sum(axis=1)
    centres = np.argsort(value, kind="stable")[: band.parts]
    taken = np.zeros(len(load))
    for centre in centres:
        taken[order[centre]] += share[centre]
    return float(prices.sum() + value[centres].sum()), taken, centres
