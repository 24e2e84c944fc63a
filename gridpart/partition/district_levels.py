"""Coarser graphs of a graph, to search large ones from far off and then from near.

Units that belong together are paired and each pair becomes one unit, level by level.
Only units with the same key are paired: with the labels of a division as the keys
it can be searched on from far off, and with those of two divisions what they agree
on moves as one.

References
----------
Karypis and Kumar (1998), doi:10.1137/S1064827595287997: multilevel partitioning.
Sanders and Schulz (2012), doi:10.1137/1.9781611972924.2: two divisions combined.
"""

import numpy as np

from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.grounds import build_ground
from gridpart.partition.walks import Ground

SWEEPS = 3  # rounds of pairing on one level
SHRUNK = 0.9  # a level with more units than this share of the finer one is none


def coarser(
    ground: Ground, key: Ints, heaviest: float, rng: np.random.Generator
) -> tuple[Ground, Ints] | None:
    """Return the graph with units paired, and each unit's number in it.

    Parameters
    ----------
    ground
        What is made coarser.
    key
        n integers: units with different ones stay apart.
    heaviest
        Weight that a pair may have at most.
    rng
        Source of randomness.

    Returns
    -------
    tuple or None
        None if few units can be paired.
    """
    count = len(ground.weight)
    partner = _partners(ground, key, heaviest, rng)
    first = np.minimum(np.arange(count), partner)
    kept, number = np.unique(first, return_inverse=True)
    if len(kept) > SHRUNK * count:
        return None
    mass = ground.weight + 1e-9 * max(1.0, float(ground.weight.mean()))
    load = np.bincount(number, weights=mass)
    place = np.column_stack(
        [np.zeros((len(kept), 0))]
        + [np.bincount(number, weights=mass * axis) / load for axis in ground.place.T]
    )
    weight = np.zeros(len(kept), dtype=np.int64)
    np.add.at(weight, number, ground.weight)
    once = ground.tail < ground.link
    pairs = number[np.column_stack([ground.tail[once], ground.link[once]])]
    return build_ground(weight, pairs, ground.cost[once], place, ground.bend), number


def _partners(
    ground: Ground, key: Ints, heaviest: float, rng: np.random.Generator
) -> Ints:
    """Return the unit that each is paired with, or itself."""
    count = len(ground.weight)
    score = _closeness(ground)
    noise = rng.uniform(0.5, 1.5, len(score))
    score = score * noise[np.minimum(np.arange(len(score)), ground.back)]
    order = np.lexsort((-score, ground.tail))
    tail, link = ground.tail[order], ground.link[order]
    fits = key[tail] == key[link]
    fits &= ground.weight[tail] + ground.weight[link] <= heaviest
    tail, link = tail[fits], link[fits]
    partner = np.arange(count)
    for _ in range(SWEEPS):
        chosen = np.arange(count)
        single, at = np.unique(tail, return_index=True)
        chosen[single] = link[at]
        mutual = (chosen[chosen] == np.arange(count)) & (chosen != np.arange(count))
        partner[mutual] = chosen[mutual]
        free = (partner[tail] == tail) & (partner[link] == link)
        tail, link = tail[free], link[free]
    return partner


def _closeness(ground: Ground) -> Floats:
    """Return how much the two units of each border belong together."""
    mass = ground.weight + max(1.0, 0.1 * float(ground.weight.mean()))
    one, two = mass[ground.tail], mass[ground.link]
    if ground.place.shape[1] == 0:
        return ground.cost / (one * two)
    off = ((ground.place[ground.tail] - ground.place[ground.link]) ** 2).sum(axis=1)
    return (one + two) / (one * two * np.maximum(off, 1e-9))
