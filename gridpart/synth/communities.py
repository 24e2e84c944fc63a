"""Communities grown over blocks, of very different size.

Every community has a size in mind and starts from one block; the hungriest takes
the nearest free block beside its own. They grow from block to block where homes
face each other across a street, not across railways and the river. Blocks that
nobody reached, and those without homes, go to a neighbour afterwards.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.spatial import cKDTree

from gridpart.synth.blocks import Blocks, connected_parts
from gridpart.synth.streets import ARTERIAL, BANK, RAILWAY

MEAN_HOUSEHOLDS = 3050
SPREAD = 0.5
SIZES = (500, 6600)
TINY = (110, 330)
TINY_AIM = 200
CUT_SIZE = 1500
CUT_LEAST = 120
ARTERIAL_WORTH = 1.5
COMMUNITIES_A_TINY = 60
HOMES_M = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Where communities start: block and wanted households of each grower.

    ``community`` is the community a grower works for: the one that a railway cuts
    has two growers, one on each side.
    """

    block: np.ndarray
    wanted: np.ndarray
    community: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Community of each block, and the one cut by a railway (-1: none is)."""

    community: np.ndarray
    cut: int


def grow_communities(blocks: Blocks, count: int, rng: Generator) -> Shares:
    """Share out blocks to ``count`` communities."""
    open_pairs = ~blocks.is_hard & (blocks.homes_m > HOMES_M)
    label = np.full(len(blocks.households), -1)
    tiny = _tiny_blocks(blocks, count)
    label[tiny] = np.arange(len(tiny))
    pair = _cut_pair(blocks, label, count)
    seeds = _sow(blocks, open_pairs, label, pair, count - len(tiny), rng)
    grown = _grow(blocks, open_pairs, label, seeds)
    found = grown >= 0
    label[found] = seeds.community[grown[found]] + len(tiny)
    protected = np.arange(count) < len(tiny)
    _attach(blocks, label, blocks.households > 0, protected)
    _attach(blocks, label, np.ones(len(label), dtype=bool), np.zeros(count, bool))
    return Shares(label, int(label[pair[0]]) if pair is not None else -1)


def _tiny_blocks(blocks: Blocks, count: int) -> np.ndarray:
    """Choose blocks that are a community of their own, about 200 households each."""
    wanted = 0 if count < 3 else 1 + count // COMMUNITIES_A_TINY
    size = blocks.households
    fits = np.flatnonzero((size >= TINY[0]) & (size <= TINY[1]))
    order = np.argsort(np.abs(size[fits] - TINY_AIM), kind="stable")
    return fits[order[:wanted]]


def _cut_pair(blocks: Blocks, label: np.ndarray, count: int) -> tuple[int, int] | None:
    """Choose two blocks on both sides of a railway for one community."""
    lived_in = (blocks.households >= CUT_LEAST) & (label < 0)
    fits = (
        (blocks.kind == RAILWAY)
        & (blocks.homes_m > 4 * HOMES_M)
        & lived_in[blocks.one]
        & lived_in[blocks.two]
    )
    if count < 4 or not fits.any():
        return None
    places = np.flatnonzero(fits)
    middle = blocks.middle[blocks.one[places]]
    best = places[np.argmin(np.linalg.norm(middle, axis=1))]
    return int(blocks.one[best]), int(blocks.two[best])


def _sow(
    blocks: Blocks,
    open_pairs: np.ndarray,
    label: np.ndarray,
    pair: tuple[int, int] | None,
    count: int,
    rng: Generator,
) -> Seeds:
    """Choose seeds: as many in each part of the city as its households ask for."""
    free = (label < 0) & (blocks.households > 0)
    linked = open_pairs & free[blocks.one] & free[blocks.two]
    part = connected_parts(len(label), blocks.one[linked], blocks.two[linked])
    fixed = np.array(pair if pair is not None else (), dtype=int)
    people = np.bincount(part[free], blocks.households[free])
    growers = count + len(fixed) // 2
    number = _allot(people, growers, np.bincount(part[free]), part[fixed])
    seeds = []
    for index in np.flatnonzero(number):
        mine = np.flatnonzero(free & (part == index))
        own = fixed[part[fixed] == index]
        seeds.append(_spread(blocks, mine, own, number[index], rng))
    block = np.concatenate(seeds)
    wanted = rng.lognormal(0, SPREAD, growers)
    wanted *= (people[number > 0].sum() / growers) / wanted.mean()
    wanted = np.clip(wanted, *SIZES)
    is_cut = np.isin(block, fixed)
    wanted[is_cut] = CUT_SIZE
    community = np.cumsum(~is_cut) - 1
    community[is_cut] = count - 1
    return Seeds(block, wanted, community)


def _allot(
    people: np.ndarray, count: int, room: np.ndarray, needed: np.ndarray
) -> np.ndarray:
    """Allot seeds to parts by their households; small parts get none."""
    least = np.bincount(needed, minlength=len(people))
    number = np.minimum(least, room)
    while number.sum() < count:
        hungry = np.where(number < room, people / (number + 0.5), -1)
        number[np.argmax(hungry)] += 1
    return number


def _spread(
    blocks: Blocks, mine: np.ndarray, own: np.ndarray, number: int, rng: Generator
) -> np.ndarray:
    """Choose ``number`` blocks of a part, far from each other; ``own`` among them."""
    weight = blocks.households[mine].astype(float)
    places = blocks.middle[mine]
    chosen = rng.choice(len(mine), number, replace=False, p=weight / weight.sum())
    centres = places[chosen]
    for _ in range(12):
        near = cKDTree(centres).query(places)[1]
        mass = np.bincount(near, weight, number)
        sums = [np.bincount(near, weight * axis, number) for axis in places.T]
        moved = np.column_stack(sums) / np.maximum(mass, 1)[:, None]
        centres = np.where(mass[:, None] > 0, moved, centres)
    free = np.ones(len(mine), dtype=bool)
    taken = []
    for block in own:
        at = int(np.searchsorted(mine, block))
        free[at] = False
        taken.append(at)
        nearest = np.argmin(np.linalg.norm(centres - places[at], axis=1))
        centres = np.delete(centres, nearest, axis=0)
    for centre in centres:
        away = np.where(free, np.linalg.norm(places - centre, axis=1), np.inf)
        at = int(np.argmin(away))
        free[at] = False
        taken.append(at)
    return mine[taken]


def _grow(
    blocks: Blocks, open_pairs: np.ndarray, label: np.ndarray, seeds: Seeds
) -> np.ndarray:
    """Let all seeds grow; return the grower of each block, -1 where none came."""
    worth = np.where(blocks.kind == ARTERIAL, ARTERIAL_WORTH, 1.0)
    neighbours: list[list[tuple[int, float]]] = [[] for _ in label]
    for pair in np.flatnonzero(open_pairs):
        one, two = int(blocks.one[pair]), int(blocks.two[pair])
        neighbours[one].append((two, worth[pair]))
        neighbours[two].append((one, worth[pair]))
    x, y = blocks.middle.T.tolist()
    size = blocks.households.tolist()
    taken = np.where(label >= 0, -2, -1).tolist()
    held = [0.0] * len(seeds.block)
    fronts: list[dict[int, float]] = [{} for _ in seeds.block]
    for grower, block in enumerate(seeds.block.tolist()):
        taken[block] = grower
    queue: list[tuple[float, int]] = []
    for grower, block in enumerate(seeds.block.tolist()):
        held[grower] = size[block]
        fronts[grower].update(neighbours[block])
        heapq.heappush(queue, (held[grower] / seeds.wanted[grower], grower))
    while queue:
        _, grower = heapq.heappop(queue)
        seed = int(seeds.block[grower])
        front = fronts[grower]
        for block in [block for block in front if taken[block] != -1]:
            del front[block]
        if not front:
            continue
        best = min(
            front,
            key=lambda b: (front[b] * np.hypot(x[b] - x[seed], y[b] - y[seed]), b),
        )
        taken[best] = grower
        held[grower] += size[best]
        front.update(neighbours[best])
        heapq.heappush(queue, (held[grower] / seeds.wanted[grower], grower))
    return np.maximum(np.array(taken), -1)


def _attach(
    blocks: Blocks, label: np.ndarray, wanted: np.ndarray, protected: np.ndarray
) -> None:
    """Give blocks without a community to the neighbour with the best border.

    A street is better than the bank of the river, and that better than a railway;
    ``protected`` communities take nothing.
    """
    rank = np.where(blocks.is_hard, np.where(blocks.kind == BANK, 1, 0), 2)
    score = rank * 1e9 + blocks.homes_m * 1e3 + blocks.shared_m
    here = np.concatenate([blocks.one, blocks.two])
    there = np.concatenate([blocks.two, blocks.one])
    score = np.concatenate([score, score])
    while True:
        able = (label[here] < 0) & wanted[here] & (label[there] >= 0)
        able[able] = ~protected[label[there[able]]]
        if not able.any():
            return
        pairs = np.flatnonzero(able)
        order = pairs[np.lexsort([here[pairs], score[pairs]])]
        label[here[order]] = label[there[order]]
