"""Connected divisions of a graph grown from seeds, to start a search from."""

import numpy as np
from numba import njit

from gridpart.partition.graphs import Ints
from gridpart.partition.walks import Ground


@njit(cache=True, nogil=True)
def grow(ground: Ground, label: Ints, numbers: Ints, seeds: Ints) -> None:
    """Grow parts over the units that have none, always the lightest that can grow.

    Parameters
    ----------
    ground
        Each connected stretch of units without a part holds at least one seed.
    label
        n part numbers, -1 where a part is wanted; filled.
    numbers, seeds
        Part number and first unit of each part to grow, all different. Every one
        comes out connected and holds its seed.
    """
    parts = len(seeds)
    label[seeds] = numbers
    load = np.zeros(parts)
    # The borders that a part may grow across, in the order found: a chain for each.
    first = np.full(parts, -1, dtype=np.int64)
    last = np.full(parts, -1, dtype=np.int64)
    after = np.full(len(ground.link), -1, dtype=np.int64)
    part, unit = 0, seeds[0]
    waiting = 1
    while part >= 0:
        label[unit] = numbers[part]
        load[part] += ground.weight[unit] + 1e-6
        for at in range(ground.start[unit], ground.start[unit + 1]):
            if label[ground.link[at]] < 0:
                if first[part] < 0:
                    first[part] = at
                else:
                    after[last[part]] = at
                last[part] = at
        if waiting < parts:
            part, unit = waiting, seeds[waiting]
            waiting += 1
            continue
        part, unit = _next_unit(ground, label, load, first, after)


@njit(cache=True, nogil=True)
def _next_unit(
    ground: Ground, label: Ints, load: np.ndarray, first: Ints, after: Ints
) -> tuple[int, int]:
    """Return the lightest part that can grow and the unit it takes, or -1."""
    while True:
        part = -1
        for other in range(len(first)):
            if first[other] >= 0 and (part < 0 or load[other] < load[part]):
                part = other
        if part < 0:
            return -1, -1
        unit = ground.link[first[part]]
        first[part] = after[first[part]]
        if label[unit] < 0:
            return part, unit
