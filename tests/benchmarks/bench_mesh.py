"""One large mesh: 30,000 units into 60 parts, gridpart beside METIS.

``python -m tests.benchmarks.bench_mesh [UNITS] [PARTS] [SECONDS]`` makes a Delaunay
mesh of random points, of which each unit weighs one, and gives both SECONDS of one
core; a part may be 3 % off the mean. METIS is the best feasible of as many seeds as
there is time for.
"""

import sys
import time

import numpy as np
from scipy.spatial import Delaunay

from gridpart.partition import divide_graph
from tests.benchmarks.peers import partition_by_metis

OFF = 0.03


def mesh(units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n x 2 points and m x 2 edges."""
    points = np.random.default_rng(0).random((units, 2))
    corners = Delaunay(points).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    return points, np.unique(np.sort(sides, axis=1), axis=0)


def main(units: int = 30_000, parts: int = 60, seconds: float = 30.0) -> None:
    points, edges = mesh(units)
    weight, length = np.ones(units, dtype=np.int64), np.ones(len(edges))
    low, high = units / parts * (1 - OFF), units / parts * (1 + OFF)
    limits = {"parts": parts, "lower": low, "upper": high}
    divide_graph(weight, edges, length, points, **limits, time_limit=0.1)  # compiles
    started = time.process_time()
    ours = divide_graph(weight, edges, length, points, **limits, time_limit=seconds)
    used = time.process_time() - started
    heads, tails = np.concatenate([edges, edges[:, ::-1]]).T
    order = np.lexsort((tails, heads))
    start = np.searchsorted(heads[order], np.arange(units + 1))
    rows = start, tails[order], np.ones(len(order), dtype=np.int64), weight
    best, seed, started = np.inf, 0, time.process_time()
    while time.process_time() < started + seconds:
        label = partition_by_metis(*rows, parts, OFF if seed % 2 else OFF / 2, seed)
        load = np.bincount(label, minlength=parts)
        if load.min() >= low and load.max() <= high:
            best = min(best, np.count_nonzero(np.diff(label[edges], axis=1)))
        seed += 1
    sys.stdout.write(
        f"{units} units, {parts} parts: gridpart {ours.objective:g} cut edges in "
        f"{used:.1f} CPU s, METIS {best:g}, best of {seed} seeds in {seconds:g} CPU s\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:4]))
