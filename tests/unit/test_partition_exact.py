"""Small problems against brute force over all connected partitions."""

from itertools import product

import networkx as nx
import numpy as np
import pytest

from gridpart.partition.anneal import anneal
from gridpart.partition.enumerate import solve_exactly
from gridpart.partition.graphs import component_numbers
from gridpart.partition.problem import Problem, compressed_rows
from gridpart.partition.state import Heat, Limits

NONE = np.empty(0, dtype=np.int64)
HEAT = Heat(0.08, 0.0005)


def lattice(columns: int, rows: int, parts: int, seed: int) -> Problem:
    """Return a lattice of lumps with random weights, places and border costs."""
    rng = np.random.default_rng(seed)
    count = columns * rows
    place = np.array(list(product(range(columns), range(rows))), dtype=float)
    place += rng.normal(0, 0.2, place.shape)
    across = [(i, i + rows) for i in range(count - rows)]
    along = [(i, i + 1) for i in range(count) if (i + 1) % rows]
    weight = rng.integers(10, 100, count)
    apart = ((place[:, None] - place[None]) ** 2).sum(axis=2)
    spread = weight * apart / (weight.sum() * count / (2 * np.pi * parts))
    pairs = np.array(across + along)
    start, end, cost = compressed_rows(count, pairs, rng.random(len(pairs)) * 0.05)
    alone = np.full(count, -1)
    return Problem(weight, spread, alone, start, end, start, end, cost)


def cost_of(problem: Problem, label: np.ndarray) -> float:
    total = 0.0
    for part in np.unique(label):
        members = np.flatnonzero(label == part)
        total += problem.spread[np.ix_(members, members)].sum(axis=1).min()
    for node in range(len(label)):
        for at in range(problem.edge_start[node], problem.edge_start[node + 1]):
            other = problem.edge_end[at]
            if other > node and label[other] != label[node]:
                total += problem.edge_cost[at]
    return total


def is_feasible(problem: Problem, label: np.ndarray, low: float, high: float) -> bool:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(label)))
    for node in range(len(label)):
        for other in problem.link[problem.start[node] : problem.start[node + 1]]:
            graph.add_edge(node, int(other))
    for part in np.unique(label):
        members = np.flatnonzero(label == part)
        if not low <= problem.weight[members].sum() <= high:
            return False
        if not nx.is_connected(graph.subgraph(members)):
            return False
    return True


def brute_force(problem: Problem, parts: int, low: float, high: float) -> float:
    best = np.inf
    for rest in product(range(parts), repeat=len(problem.weight) - 1):
        label = np.array((0, *rest))
        if len(np.unique(label)) == parts and is_feasible(problem, label, low, high):
            best = min(best, cost_of(problem, label))
    return best


@pytest.mark.parametrize("parts", [2, 3, 4])
@pytest.mark.parametrize("seed", range(6))
def test_exact_agrees_with_brute_force(seed: int, parts: int) -> None:
    problem = lattice(3, 3, parts, seed)
    mean = problem.weight.sum() / parts
    tolerance = (0.05, 0.1, 0.3)[seed % 3]
    low, high = mean * (1 - tolerance), mean * (1 + tolerance)
    label, cost, proven = solve_exactly(problem, parts, low, high)
    expected = brute_force(problem, parts, low, high)
    assert proven
    assert cost == pytest.approx(expected)
    assert (label is None) == np.isinf(expected)
    if label is not None:
        assert is_feasible(problem, label, low, high)
        assert cost_of(problem, label) == pytest.approx(cost)


@pytest.mark.parametrize("seed", range(4))
def test_search_reaches_the_proven_optimum(seed: int) -> None:
    problem = lattice(5, 4, 4, seed)
    mean = problem.weight.sum() / 4
    low, high = 0.85 * mean, 1.15 * mean
    label, cost, proven = solve_exactly(problem, 4, low, high)
    assert proven
    assert label is not None
    found = [
        anneal(
            problem,
            Limits(4, low, high, mean),
            10_000,
            HEAT,
            np.random.default_rng(run),
            NONE,
        )
        for run in range(6)
    ]
    best = min(found, key=lambda one: (round(one[1], 9), one[3]))
    assert best[1] == pytest.approx(0.0, abs=1e-9)
    assert cost - 1e-9 <= best[3] <= cost * 1.02
    assert cost_of(problem, best[0]) == pytest.approx(best[3])
    assert is_feasible(problem, best[0], low, high)


def test_too_large_to_enumerate_is_not_called_proven() -> None:
    problem = lattice(9, 9, 3, 0)
    mean = problem.weight.sum() / 3
    label, _, proven = solve_exactly(problem, 3, 0.9 * mean, 1.1 * mean)
    assert label is None
    assert not proven


def test_few_sets_allowed_are_not_called_proven() -> None:
    problem = lattice(4, 4, 4, 0)
    mean = problem.weight.sum() / 4
    limits = 0.7 * mean, 1.3 * mean
    assert solve_exactly(problem, 4, *limits)[2]
    assert not solve_exactly(problem, 4, *limits, most_sets=20)[2]


@pytest.mark.parametrize("seed", range(5))
def test_components_are_numbered_by_first_node(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 40, (30, 2))
    graph = nx.Graph(edges.tolist())
    graph.add_nodes_from(range(40))
    expected = np.empty(40, dtype=np.int64)
    for number, nodes in enumerate(sorted(nx.connected_components(graph), key=min)):
        expected[list(nodes)] = number
    assert (component_numbers(40, edges) == expected).all()


def test_equal_seed_equal_division() -> None:
    problem = lattice(6, 6, 5, 3)
    limits = Limits(5, 0.0, np.inf, problem.weight.sum() / 5)
    first, second = (
        anneal(problem, limits, 3000, HEAT, np.random.default_rng(11), NONE)[0]
        for _ in range(2)
    )
    assert (first == second).all()
