"""Where a search of a graph stands, and what a flip of one unit does to it.

A walk keeps the list of the borders between parts, so that every move tried is one
at a border, and what each unit costs in each part, so that most moves are turned
down after a few look-ups. Parts stay connected: a search from one neighbour of the
unit must meet the others without it. Limits of the weight may be passed on the way,
at a price.

The functions are compiled, so they share their state in plain arrays.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridpart.partition.graphs import Floats, Ints

FARTHEST = 3000  # units looked at before a part counts as torn
STEEP = 0.02  # how much the price of an excess grows with it
SLACK = 1e-9  # a gain below this share of the cost's scale is none


class Ground(NamedTuple):
    """n units and the h = 2 m directed borders between them.

    Parameters
    ----------
    weight
        n integers.
    start, link, tail, back
        Borders in compressed rows: those of unit i are ``start[i]:start[i + 1]``,
        lead to ``link``, come from ``tail``; ``back`` is the same border from the
        other side.
    cost
        h: what the border costs where it is cut.
    place
        n × 2 or 3, kilometres, for the spread; n × 0 where it does not count.
    bend
        Turns a chord into an arc: squared distance d² counts d² (1 + bend d²).
    """

    weight: Ints
    start: Ints
    link: Ints
    tail: Ints
    back: Ints
    cost: Floats
    place: Floats
    bend: float


class Band(NamedTuple):
    """Limits of a part's weight; ``step`` is the weight that a price is for."""

    parts: int
    low: int
    high: int
    step: float


class Walk(NamedTuple):
    """Where a search stands, and the best division it has seen.

    ``borders[:counts[0]]`` are the directed borders that are cut, ``position`` where
    each of them stands in it; ``counts[1]`` is the excess over all parts, ``paid``
    the price of each part's;
    ``totals`` holds the cost now and the lowest cost seen within the limits.
    ``apart[i, p]`` is what unit i costs in part p, but for a constant of its own.
    """

    label: Ints
    load: Ints
    paid: Floats
    size: Ints
    borders: Ints
    position: Ints
    counts: Ints
    totals: Floats
    centre: Ints
    apart: Floats
    best: Ints
    stamp: Ints
    queue: Ints


@njit(cache=True, nogil=True, error_model="numpy")
def new_walk(ground: Ground, band: Band, label: Ints) -> Walk:
    """Return the walk that starts from a division; ``label`` becomes part of it."""
    count = len(label)
    walk = Walk(
        label,
        np.zeros(band.parts, dtype=np.int64),
        np.zeros(band.parts),
        np.zeros(band.parts, dtype=np.int64),
        np.empty(len(ground.link), dtype=np.int64),
        np.zeros(len(ground.link), dtype=np.int64),
        np.zeros(3, dtype=np.int64),
        np.array([0.0, np.inf]),
        np.full(band.parts, -1, dtype=np.int64),
        np.zeros((count, band.parts)),
        label.copy(),
        np.zeros(count + 1, dtype=np.int64),
        np.empty(count, dtype=np.int64),
    )
    for unit in range(count):
        walk.load[label[unit]] += ground.weight[unit]
        walk.size[label[unit]] += 1
    for border in range(len(ground.link)):
        if ground.place.shape[1] == 0:
            part = label[ground.link[border]]
            walk.apart[ground.tail[border], part] -= ground.cost[border]
        if label[ground.tail[border]] != label[ground.link[border]]:
            walk.position[border] = walk.counts[0]
            walk.borders[walk.counts[0]] = border
            walk.counts[0] += 1
    for part in range(band.parts):
        walk.counts[1] += excess(walk.load[part], band)
        walk.paid[part] = price(walk.load[part], band)
    settle(ground, band, walk)
    return walk


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def excess(load: int, band: Band) -> int:
    """Return how much a load lies outside the limits."""
    if load > band.high:
        return load - band.high
    return band.low - load if load < band.low else 0


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def price(load: int, band: Band) -> float:
    """Return what a load outside the limits costs, before the penalty."""
    steps = excess(load, band) * (1.0 / band.step)
    return steps * (1.0 + STEEP * steps)


@njit(cache=True, nogil=True, error_model="numpy")
def distance(ground: Ground, one: int, two: int) -> float:
    """Return the squared distance of two units, in km²."""
    total = 0.0
    for axis in range(ground.place.shape[1]):
        total += (ground.place[one, axis] - ground.place[two, axis]) ** 2
    return total * (1.0 + ground.bend * total)


@njit(cache=True, nogil=True, error_model="numpy")
def nearest_to_mean(ground: Ground, walk: Walk, parts: int) -> Ints:
    """Return the unit of each part that is nearest to its centre of gravity."""
    axes = ground.place.shape[1]
    mean = np.zeros((parts, axes))
    mass = np.zeros(parts)
    for unit in range(len(walk.label)):
        weight = max(float(ground.weight[unit]), 1e-9)
        mass[walk.label[unit]] += weight
        for axis in range(axes):
            mean[walk.label[unit], axis] += weight * ground.place[unit, axis]
    near = np.full(parts, np.inf)
    centre = np.full(parts, -1, dtype=np.int64)
    for unit in range(len(walk.label)):
        part = walk.label[unit]
        off = 0.0
        for axis in range(axes):
            off += (ground.place[unit, axis] - mean[part, axis] / mass[part]) ** 2
        if off < near[part]:
            near[part] = off
            centre[part] = unit
    return centre


@njit(cache=True, nogil=True, error_model="numpy")
def settle(ground: Ground, band: Band, walk: Walk) -> None:
    """Set centres and cost afresh; remember the division if it is the best."""
    total = 0.0
    if ground.place.shape[1] > 0:
        centre = nearest_to_mean(ground, walk, band.parts)
        for part in range(band.parts):
            if centre[part] == walk.centre[part]:
                continue
            walk.centre[part] = centre[part]
            for unit in range(len(walk.label)):
                walk.apart[unit, part] = ground.weight[unit] * distance(
                    ground, unit, centre[part]
                )
        for unit in range(len(walk.label)):
            total += walk.apart[unit, walk.label[unit]]
    else:
        for at in range(walk.counts[0]):
            total += ground.cost[walk.borders[at]] / 2
    walk.totals[0] = total
    remember(walk)


@njit(cache=True, nogil=True, error_model="numpy")
def remember(walk: Walk) -> None:
    """Keep the division if it is within the limits and better than the best."""
    if walk.counts[1] == 0 and walk.totals[0] < walk.totals[1] * (1 - SLACK):
        walk.totals[1] = walk.totals[0]
        for unit in range(len(walk.label)):
            walk.best[unit] = walk.label[unit]


@njit(cache=True, nogil=True, error_model="numpy")
def holds_without(ground: Ground, walk: Walk, unit: int) -> bool:
    """Say whether the part of ``unit`` is seen to hold together without it."""
    start, link = ground.start, ground.link
    label, stamp, queue = walk.label, walk.stamp, walk.queue
    part = label[unit]
    if walk.size[part] == 1:
        return False
    stamp[-1] += 2
    wanted, seen = stamp[-1], stamp[-1] + 1
    missing = 0
    for at in range(start[unit], start[unit + 1]):
        other = link[at]
        if label[other] == part:
            stamp[other] = wanted
            queue[0] = other
            missing += 1
    missing -= 1
    stamp[queue[0]] = seen
    stamp[unit] = seen
    end = 1
    for nearby in (True, False):  # most often the neighbours hold each other
        head = 0
        while missing > 0 and head < end and end < FARTHEST:
            here = queue[head]
            head += 1
            for at in range(start[here], start[here + 1]):
                other = link[at]
                if stamp[other] == wanted:
                    missing -= 1
                elif nearby or stamp[other] == seen or label[other] != part:
                    continue
                stamp[other] = seen
                queue[end] = other
                end += 1
    return missing <= 0


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def gain(walk: Walk, unit: int, target: int) -> float:
    """Return what the cost gains when ``unit`` goes to ``target``."""
    return walk.apart[unit, target] - walk.apart[unit, walk.label[unit]]


@njit(cache=True, nogil=True, error_model="numpy")
def flip(ground: Ground, band: Band, walk: Walk, unit: int, target: int) -> None:
    """Move a unit; the cost is the caller's."""
    label, counts = walk.label, walk.counts
    borders, position = walk.borders, walk.position
    source, weight = label[unit], ground.weight[unit]
    for part, more in ((source, -weight), (target, weight)):
        counts[1] -= excess(walk.load[part], band)
        walk.load[part] += more
        counts[1] += excess(walk.load[part], band)
        walk.paid[part] = price(walk.load[part], band)
    walk.size[source] -= 1
    walk.size[target] += 1
    label[unit] = target
    height = counts[0]
    for at in range(ground.start[unit], ground.start[unit + 1]):
        other = ground.link[at]
        if ground.place.shape[1] == 0:
            walk.apart[other, source] += ground.cost[at]
            walk.apart[other, target] -= ground.cost[at]
        own = label[other]
        if own == target:
            for border in (at, ground.back[at]):
                height -= 1
                last = borders[height]
                borders[position[border]] = last
                position[last] = position[border]
        elif own == source:
            for border in (at, ground.back[at]):
                position[border] = height
                borders[height] = border
                height += 1
    counts[0] = height


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def burden(band: Band, walk: Walk, source: int, target: int, weight: int) -> float:
    """Return what the prices of two parts gain when a weight goes to ``target``."""
    return (
        price(walk.load[source] - weight, band)
        + price(walk.load[target] + weight, band)
        - walk.paid[source]
        - walk.paid[target]
    )
