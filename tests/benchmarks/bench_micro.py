"""How long micro-grids take, how many are balanced, and how many are proven.

Run from the checkout::

    python -m tests.benchmarks.bench_micro [--communities 122] [--city CITY]

CPU seconds of one process, those of the base grids left out. A base grid is proven
if its division into whole buildings is, or that none of these is balanced.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from gridpart import chunks
from gridpart.city import City
from gridpart.flows import divide
from gridpart.partition.graphs import AtomGraph, Ints
from gridpart.partition.micro import MicroSplit
from gridpart.read.cities import read_city
from gridpart.rules import Rules
from gridpart.synth.cities import make_city

RULES = Rules.preset().replace("search", proof_s=0.0)


def measured(city: City) -> np.ndarray:
    """Base grid by base grid: seconds, micro-grids, balanced, proven."""
    rows: dict[int, tuple[float, int, bool, bool]] = {}
    divide_whole, divide_finer = chunks.divide_base_grid, chunks.divide_by_unit

    def whole(graph: AtomGraph, rules: Rules, seed: int) -> MicroSplit:
        started = time.process_time()
        split = divide_whole(graph, rules, seed)
        seconds = time.process_time() - started
        count = int(split.label.max()) + 1
        rows[seed] = seconds, count, split.balanced, split.proven
        return split

    def by_unit(graph: AtomGraph, label: Ints, rules: Rules, seed: int) -> Ints:
        started = time.process_time()
        finer = divide_finer(graph, label, rules, seed)
        seconds = time.process_time() - started + rows[seed][0]
        balanced = bool((finer != label).any())
        rows[seed] = seconds, int(finer.max()) + 1, balanced, rows[seed][3]
        return finer

    chunks.divide_base_grid, chunks.divide_by_unit = whole, by_unit
    try:
        divide(city, RULES)
    finally:
        chunks.divide_base_grid, chunks.divide_by_unit = divide_whole, divide_finer
    return np.array(list(rows.values()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--communities", type=int, default=122)
    options.add_argument("--city", type=Path)
    chosen = options.parse_args()
    measured(make_city(2, seed=0))  # compiles
    if chosen.city:
        city = read_city(chosen.city)
    else:
        city = make_city(chosen.communities, seed=0)
    seconds, micro, balanced, proven = measured(city).T
    each = 1000 * seconds / micro
    sys.stdout.write(
        "base grids  micro-grids  proven  balanced  ms CPU each    p99    max\n"
        f"{len(micro):>10} {int(micro.sum()):>12} {proven.mean():>7.1%} "
        f"{balanced.mean():>9.1%} {1000 * seconds.sum() / micro.sum():>12.2f} "
        f"{np.percentile(each, 99):>6.1f} {each.max():>6.1f}\n"
    )


if __name__ == "__main__":
    main()
