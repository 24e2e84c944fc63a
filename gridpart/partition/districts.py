"""The engine without geography: a weighted graph into connected, balanced parts.

Tiny graphs are divided to proof by listing all connected parts. Others are searched
by annealing, and the answer carries a bound that no division can go below.
"""

import math
import time
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from gridpart.partition.district_bounds import (
    MOST_UNITS,
    spectral_bound,
    spread_bound,
    tree_bound,
    whole_edges,
)
from gridpart.partition.district_costs import (
    cut_cost,
    spread_cost,
    squared_distances,
)
from gridpart.partition.district_search import ROUNDS, Task, compile_search, search
from gridpart.partition.enumerate import MOST_LUMPS, solve_exactly
from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.grounds import (
    check_ground,
    check_limits,
    shares_of_components,
    step_of,
)
from gridpart.partition.problem import Problem
from gridpart.partition.walks import Band

Objective = Literal["cut_edges", "cut_length", "inertia"]
Status = Literal["optimal", "gap", "heuristic", "infeasible"]
BOUNDING = 0.3  # share of the time kept for the bound of the spread


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A graph divided, and how far from the best division that can be.

    Parameters
    ----------
    labels
        n part numbers from 0, in the order of each part's first unit; None if there
        is no division, or none was found in time.
    objective
        Edges, metres, or weight × km² from each part's best centre unit; infinite
        without labels.
    bound
        No division has a lower objective: proven. None if nothing is known.
    status
        ``optimal`` and ``infeasible`` are proven; ``gap``: the optimum is between
        bound and objective; ``heuristic``: no bound, or nothing found in time.
    """

    labels: Ints | None
    objective: float
    bound: float | None
    status: Status


INFEASIBLE = Division(None, math.inf, None, "infeasible")


def divide_graph(
    weights: ArrayLike,
    edges: ArrayLike,
    lengths: ArrayLike,
    coordinates: ArrayLike,
    *,
    parts: int,
    lower: float,
    upper: float,
    objective: Objective = "cut_edges",
    geographic: bool = False,
    time_limit: float = 60.0,
    seed: int = 0,
    jobs: int = 1,
) -> Division:
    """Divide a graph into connected parts with weights within limits.

    Parameters
    ----------
    weights
        n integers, none below zero.
    edges
        m × 2 unit numbers from 0.
    lengths
        m, metres.
    coordinates
        n × 2, metres; lon and lat in degrees if ``geographic``.
    parts
        Number of parts.
    lower, upper
        Least and greatest weight of a part.
    objective
        What is made small: the number of edges between parts, their length, or the
        sum of weight times squared distance from each part's best centre unit.
    geographic
        Whether coordinates are degrees; distances are then geodesic on WGS 84.
    time_limit
        Seconds; compiling, once after an installation, is not counted.
    seed
        Of all randomness. The same seed gives the same answer for any number of
        jobs, unless the time limit cut the search short.
    jobs
        Threads.

    Returns
    -------
    Division
        Labels, objective, bound and status.

    Raises
    ------
    InputError
        If arrays do not fit each other, or limits contradict each other.
    """
    low, high = check_limits(parts, lower, upper, time_limit, seed, jobs)
    ground, xy = check_ground(
        weights, edges, lengths, coordinates, objective, geographic
    )
    compile_search()
    deadline = time.monotonic() + time_limit
    shares = shares_of_components(ground, parts, low, high)
    if shares is None:
        return INFEASIBLE
    band = Band(parts, low, high, step_of(ground, low, high))
    task = Task(ground, band, *shares, np.zeros(0, dtype=np.int64))

    def measured(label: Ints) -> float:
        if objective == "inertia":
            return spread_cost(ground.weight, xy, ground.place, label, geographic)
        return cut_cost(edges, _edge_costs(lengths, objective), label)

    label, proven = _settled_exactly(task, xy, geographic)
    if proven and label is None:
        return INFEASIBLE
    if proven and label is not None:
        label = _in_order(label)
        cost = measured(label)
        return Division(label, cost, cost, "optimal")
    bound = None if objective == "inertia" else _cut_bound(task, objective)
    if objective == "inertia" and len(xy) <= MOST_UNITS:
        until = time.monotonic() + BOUNDING * time_limit
        rough = search(task, 0.0, seed, jobs, until, rounds=1)
        if rough is not None:
            apart = squared_distances(xy, np.arange(len(xy)), geographic)
            bound, centres = spread_bound(ground.weight, apart, band, rough.cost, until)
            task = replace(
                task, centres=centres if len(task.fewest) == 1 else centres[:0]
            )
    found = search(task, bound or 0.0, seed, jobs, deadline, ROUNDS)
    if found is None:
        return Division(None, math.inf, bound, "heuristic")
    label = _in_order(found.label)
    cost = measured(label)
    if bound is None:
        return Division(label, cost, None, "heuristic")
    return Division(label, cost, bound, "optimal" if cost <= bound else "gap")


def _cut_bound(task: Task, objective: Objective) -> float:
    components = len(task.fewest)
    bound = max(
        tree_bound(task.ground, task.band, components),
        spectral_bound(task.ground, task.band),
    )
    return whole_edges(bound) if objective == "cut_edges" else bound


def _settled_exactly(
    task: Task, xy: Floats, geographic: bool
) -> tuple[Ints | None, bool]:
    """Return the best division of a tiny graph, or None, and whether that is proven.

    Weights are counted so that every unit weighs something and the same parts are
    within the limits.
    """
    ground, band = task.ground, task.band
    count = len(xy)
    finer = count + 1
    high = min(band.high, int(ground.weight.sum()))
    if count > MOST_LUMPS or (high + 1) * finer > 2**53:
        return None, False
    spread = np.zeros((count, count))
    cost = ground.cost
    if ground.place.shape[1]:
        cost = np.zeros(len(cost))
        spread = squared_distances(xy, np.arange(count), geographic) * ground.weight
        spread /= max(float(spread.max()), 1e-12)
    problem = Problem(
        ground.weight * finer + 1,
        spread,
        np.full(count, -1, dtype=np.int64),
        ground.start,
        ground.link,
        ground.start,
        ground.link,
        cost,
    )
    label, _, proven = solve_exactly(
        problem, band.parts, band.low * finer + 1, high * finer + count
    )
    return label, proven


def _edge_costs(lengths: ArrayLike, objective: Objective) -> Floats:
    length = np.asarray(lengths, dtype=np.float64)
    return length if objective == "cut_length" else np.ones(len(length))


def _in_order(label: Ints) -> Ints:
    """Return the labels numbered in the order of each part's first unit."""
    first = np.unique(label, return_index=True)[1]
    return np.argsort(np.argsort(first))[label]
