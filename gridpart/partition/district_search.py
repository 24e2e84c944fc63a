"""Many annealed starts of one graph, the best of them mended part by part.

Runs come in rounds of a fixed size, each with randomness of its own, so the answer
for a seed does not depend on how many threads share the runs, as long as all
rounds that were begun could be ended.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from gridpart.partition.district_levels import coarser
from gridpart.partition.district_moves import anneal
from gridpart.partition.graphs import Ints
from gridpart.partition.grounds import step_of
from gridpart.partition.growth import grow
from gridpart.partition.walks import Band, Ground, Walk, new_walk

ROUNDS, RUNS = 400, 4
MOVES = (60, 800, 2000, 8000)  # a unit, in the first rounds; the last stays
FEWEST, MOST_MOVES = 200, 4_000_000  # units a run counts at least; of a run
MENDED, CROSSED = 0.6, 0.5  # share of runs that mend; of these, from far off
FEW = 3000  # units up to which a new start needs no coarser graph
COARSEST, HEAVY = 20, 6  # units a part in the coarsest graph; at least of the heaviest
SLICE = 20_000  # moves between two looks at the clock
KEPT = 6  # good divisions that are mended
STALE = 3  # rounds without a better division after which all are grown anew
CUT_HEATS = (2.5, 1.5, 0.8, 0.15)  # new, mended, polished, last: in typical costs
SPREAD_HEATS = (2.0, 0.5, 0.05, 0.01)
POLISH = 2  # the stage of a division that comes from a coarser graph
WARMTH = 2.4  # at most the heat of a run, drawn anew, where cuts are counted
CUT_PENALTIES = (0.8, 4.0)  # lowest and highest, in typical costs of a move
SPREAD_PENALTIES = (2.0, 40.0)  # weight is dear where units are far apart


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A graph, its limits, and how many parts its components may have.

    ``component`` is each unit's; ``fewest`` and ``most`` are by component;
    ``centres`` are units that parts may well be grown from: one each, or none.
    """

    ground: Ground
    band: Band
    component: Ints
    fewest: Ints
    most: Ints
    centres: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A division within the limits, and its cost as the search counts it."""

    cost: float
    label: Ints


def search(
    task: Task,
    enough: float,
    seed: int,
    jobs: int,
    deadline: float,
    rounds: int = ROUNDS,
) -> Found | None:
    """Return the best division found, or None if none was within the limits.

    Parameters
    ----------
    task
        What is divided.
    enough
        Cost that need not be improved on.
    seed
        Of all randomness.
    jobs
        Threads.
    deadline
        Reading of ``time.monotonic`` at which to stop.
    rounds
        Rounds of runs, if time allows.
    """
    best: Found | None = None
    pool: list[Found] = []
    age = since = 0
    with ThreadPoolExecutor(jobs) as threads:
        for number in range(rounds):
            runs = [
                _planned_run(task, pool, age, np.random.default_rng([seed, number, k]))
                for k in range(RUNS)
            ]
            found = threads.map(lambda run: run(deadline), runs)
            lowest = pool[0].cost if pool else np.inf
            pool = _best_few([*pool, *(one for one in found if one is not None)])
            since = 0 if pool and pool[0].cost < lowest else since + 1
            if pool and (best is None or pool[0].cost < best.cost):
                best = pool[0]
            if time.monotonic() >= deadline or (best and best.cost <= enough):
                break
            if since >= STALE:
                pool, age, since = [], -1, 0
            age += 1
    return best


@cache
def compile_search() -> None:
    """Have the kernels compiled, which is nobody's search time."""
    units = np.arange(2)
    ground = Ground(
        np.ones(2, dtype=np.int64),
        np.arange(3),
        units[::-1].copy(),
        units,
        units[::-1].copy(),
        np.ones(2),
        np.zeros((2, 0)),
        0.0,
    )
    task = Task(ground, Band(2, 0, 2, 1.0), units, units, units, units)
    rng = np.random.default_rng(0)
    _annealed(task, _fresh(task, units), 0, 1, rng, np.inf)


def _best_few(found: list[Found]) -> list[Found]:
    """Return the best divisions, of each cost the first."""
    kept: dict[float, Found] = {}
    for one in sorted(found, key=lambda one: one.cost):
        kept.setdefault(round(one.cost, 6), one)
    return list(kept.values())[:KEPT]


def _planned_run(
    task: Task, pool: list[Found], age: int, rng: np.random.Generator
) -> Callable[[float], Found | None]:
    """Return a run that waits for its deadline: a new start, or one mended."""
    count = len(task.ground.weight)
    moves = min(MOVES[min(age, len(MOVES) - 1)] * max(FEWEST, count), MOST_MOVES)
    mended = pool and task.band.parts > 1 and rng.random() < MENDED
    levels = count > FEW or (mended and rng.random() < CROSSED)
    known = len(task.centres) > 0 and rng.random() < 0.5

    def run(deadline: float) -> Found | None:
        if mended and levels:
            one, two = sorted(int(len(pool) * rng.random() ** 2) for _ in range(2))
            label = pool[one].label.copy()
            key = label * task.band.parts + pool[two].label
        elif mended:
            key = label = _regrown(task, pool[int(len(pool) * rng.random() ** 2)], rng)
        else:
            key = label = _fresh(task, task.centres if known else _seeds(task, rng))
        if levels:
            return _climbed(task, label, key, bool(mended), moves, rng, deadline)
        walk = _annealed(task, label, int(mended or known), moves, rng, deadline)
        return _found(walk)

    return run


def _climbed(
    task: Task,
    label: Ints,
    key: Ints,
    mended: bool,
    moves: int,
    rng: np.random.Generator,
    deadline: float,
) -> Found | None:
    """Search from far off, then nearer and nearer; the moves are shared evenly."""
    count, parts = len(label), task.band.parts
    heaviest = float(task.ground.weight.sum()) / (HEAVY * parts)
    tasks, numbers = [task], []
    while count > COARSEST * parts:
        made = coarser(tasks[-1].ground, key, heaviest, rng)
        if made is None:
            break
        ground, number = made
        first = np.unique(number, return_index=True)[1]
        key, label, count = key[first], label[first], len(first)
        band = task.band._replace(step=step_of(ground, task.band.low, task.band.high))
        tasks.append(replace(task, ground=ground, band=band))
        numbers.append(number)
    each = -(-moves // len(tasks))
    walk = _annealed(tasks[-1], label, int(mended), each, rng, deadline)
    while numbers:
        label = walk.label[numbers.pop()]
        walk = _annealed(tasks[len(numbers)], label, POLISH, each, rng, deadline)
    return _found(walk)


def _annealed(
    task: Task,
    label: Ints,
    stage: int,
    moves: int,
    rng: np.random.Generator,
    deadline: float,
) -> Walk:
    """Anneal from the heat of a stage to the last, or until the deadline."""
    ground, band = task.ground, task.band
    walk = new_walk(ground, band, label)
    unit = _typical_cost(ground, walk)
    spread = ground.place.shape[1] > 0
    low, high = np.log(SPREAD_PENALTIES if spread else CUT_PENALTIES)
    penalty = unit * float(np.exp(low + (high - low) * rng.random()))
    heats = SPREAD_HEATS if spread else CUT_HEATS
    if not spread:
        unit *= float(rng.uniform(1.0, WARMTH))
    slices = max(1, round(moves / SLICE))
    fall = heats[-1] / heats[stage]
    for number in range(slices):
        if time.monotonic() >= deadline:
            break
        begin, end = (
            unit * heats[stage] * fall ** (at / slices) for at in (number, number + 1)
        )
        anneal(ground, band, walk, -(-moves // slices), (begin, end), penalty, rng)
    return walk


def _found(walk: Walk) -> Found | None:
    """Return the best division that a walk has seen."""
    cost = float(walk.totals[1])
    return Found(cost, walk.best) if np.isfinite(cost) else None


def _typical_cost(ground: Ground, walk: Walk) -> float:
    """Return about what one move costs: the unit of heat and penalty."""
    if ground.place.shape[1]:
        return max(float(walk.totals[0]) / len(ground.weight), 1e-12)
    cost = ground.cost[ground.cost > 0]
    return float(cost.mean()) if len(cost) else 1.0


def _seeds(task: Task, rng: np.random.Generator) -> Ints:
    """Return random units to grow parts from, shared out by component."""
    share = task.fewest.copy()
    load = np.bincount(task.component, weights=task.ground.weight + 1e-6)
    while share.sum() < task.band.parts:
        room = np.where(share < task.most, load / share, 0.0)
        share[rng.choice(len(share), p=room / room.sum())] += 1
    return np.concatenate(
        [
            rng.choice(np.flatnonzero(task.component == part), count, replace=False)
            for part, count in enumerate(share)
        ]
    )


def _fresh(task: Task, seeds: Ints) -> Ints:
    """Return a division grown from one unit for each part."""
    label = np.full(len(task.component), -1, dtype=np.int64)
    grow(task.ground, label, np.arange(len(seeds)), seeds)
    return label


def _regrown(task: Task, found: Found, rng: np.random.Generator) -> Ints:
    """Return a division with two or three parts that touch grown anew."""
    ground, label = task.ground, found.label
    sides = np.column_stack([label[ground.tail], label[ground.link]])
    pairs = np.unique(sides[sides[:, 0] != sides[:, 1]], axis=0)
    if len(pairs) == 0:
        return label.copy()
    parts = set(pairs[rng.integers(len(pairs))].tolist())
    if rng.random() < 0.5:
        beside = pairs[np.isin(pairs[:, 0], list(parts))][:, 1]
        parts.add(int(rng.choice(beside)))
    numbers = np.array(sorted(parts))
    units = np.flatnonzero(np.isin(label, numbers))
    label = label.copy()
    label[units] = -1
    grow(ground, label, numbers, rng.choice(units, len(numbers), replace=False))
    return label
