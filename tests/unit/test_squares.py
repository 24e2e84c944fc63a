"""Squares of n × n units into n parts of n: optima that are known."""

from itertools import product

import networkx as nx
import numpy as np
import pytest

from gridpart.partition.anneal import anneal
from gridpart.partition.annealings import COOLING, NONE
from gridpart.partition.problem import Problem, compressed_rows
from gridpart.partition.proof import prove
from gridpart.partition.state import Limits

OPTIMA = {5: 239_524, 6: 418_572, 7: 647_977, 8: 916_840, 9: 1_075_716}
STARTS, MOVES, STEPS = 6, 4000, 3_000_000


def square(side):
    """Return the problem, where a part costs (⌊100 · distance⌋)² from its centre."""
    places = np.array(list(product(range(side), repeat=2)), dtype=float)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    spread = np.floor(100 * apart + 1e-9) ** 2 / OPTIMA[side]
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(side, side))
    edges = np.array(graph.edges())
    rows = compressed_rows(side**2, edges, np.zeros(len(edges)))
    start, link, nothing = rows
    ones = np.ones(side**2, dtype=np.int64)
    return Problem(ones, spread, -ones, start, link, start, link, nothing)


@pytest.mark.parametrize("side", OPTIMA)
def test_known_optimum_is_reached_and_proven(side):
    problem, limits = square(side), Limits(side, side, side, float(side))
    found = [
        anneal(
            problem,
            limits,
            MOVES * side**2,
            COOLING,
            np.random.default_rng(seed),
            NONE,
        )
        for seed in range(STARTS)
    ]
    label, excess, _, cost = min(found, key=lambda one: (one[1], one[3]))
    assert excess == 0
    proof = prove(problem, limits, label, cost, steps=STEPS)
    assert proof.cost * OPTIMA[side] == pytest.approx(OPTIMA[side], abs=0.5)
    assert proof.status == "optimal"
    loads = np.bincount(proof.label)
    assert loads.tolist() == [side] * side
