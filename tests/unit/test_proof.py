"""Bounds, optima and impossibility against every division of small graphs."""

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.partition.anneal import anneal
from gridpart.partition.graphs import Ints
from gridpart.partition.problem import Problem, compressed_rows
from gridpart.partition.proof import cost_of, find_any, prove
from gridpart.partition.state import Heat, Limits

FEW, MANY = 2_000, 2_000_000
HEAT = Heat(0.08, 0.0005)
NONE = np.empty(0, dtype=np.int64)
SEEDS = st.integers(0, 10_000)


def made_up(seed: int, rows: int, columns: int) -> Problem:
    """Draw lumps on a lattice, some of its borders barriers."""
    rng = np.random.default_rng(seed)
    lattice = nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, columns))
    pairs = np.array(sorted(lattice.edges), dtype=np.int64)
    count = rows * columns
    tree = nx.minimum_spanning_tree(lattice)
    open_ = np.array([tree.has_edge(a, b) for a, b in pairs])
    open_ |= rng.random(len(pairs)) < 0.8
    start, link, _ = compressed_rows(count, pairs[open_], np.zeros(open_.sum()))
    edge_start, edge_end, edge_cost = compressed_rows(
        count, pairs, rng.random(len(pairs)) * 0.1
    )
    xy = np.column_stack(np.divmod(np.arange(count), columns)) + rng.random((count, 2))
    weight = rng.integers(1, 9, count)
    apart = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    spread = 0.01 * (weight * apart + rng.random(count))
    group = np.full(count, -1)
    return Problem(weight, spread, group, start, link, edge_start, edge_end, edge_cost)


def limits_of(problem: Problem, parts: int, tolerance: float) -> Limits:
    mean = float(problem.weight.sum() / parts)
    return Limits(parts, mean * (1 - tolerance), mean * (1 + tolerance), mean)


def is_sound(problem: Problem, limits: Limits, label: Ints) -> bool:
    """Say whether all parts are there, connected and within the limits."""
    head = np.repeat(np.arange(len(label)), np.diff(problem.start))
    whole = nx.Graph(zip(head.tolist(), problem.link.tolist(), strict=True))
    whole.add_nodes_from(range(len(label)))
    for part in range(limits.parts):
        members = np.flatnonzero(label == part)
        load = problem.weight[members].sum()
        if not len(members) or not limits.low <= load <= limits.high:
            return False
        if not nx.is_connected(whole.subgraph(members.tolist())):
            return False
    return True


def every_cost(problem: Problem, limits: Limits) -> dict[tuple[int, ...], float]:
    """Return each division within the limits and its cost, by brute force."""
    count = len(problem.weight)
    rest = product(range(limits.parts), repeat=count - 1)
    labels = [np.array((0, *tail)) for tail in rest]
    return {
        tuple(label.tolist()): cost_of(problem, limits, label)
        for label in labels
        if is_sound(problem, limits, label)
    }


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS, st.sampled_from([(2, 0.1), (2, 0.3), (3, 0.2), (3, 0.45)]))
def test_brute_force_agrees(seed: int, how: tuple[int, float]) -> None:
    problem = made_up(seed, 2, 4)
    limits = limits_of(problem, *how)
    costs = every_cost(problem, limits)
    impossible, label = find_any(problem, limits, steps=MANY)
    assert impossible == (not costs)
    if not costs:
        return
    assert is_sound(problem, limits, label)
    worst = max(costs, key=lambda one: costs[one])
    proof = prove(problem, limits, np.array(worst), costs[worst], steps=MANY)
    assert proof.status == "optimal"
    assert proof.cost == pytest.approx(min(costs.values()), rel=1e-6)
    assert cost_of(problem, limits, proof.label) == pytest.approx(proof.cost)
    assert is_sound(problem, limits, proof.label)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS, st.integers(2, 6), st.sampled_from([0, FEW, MANY // 10]))
def test_no_division_is_below_the_bound(seed: int, parts: int, steps: int) -> None:
    problem = made_up(seed, 5, 6)
    limits = limits_of(problem, parts, 0.25)
    found = [
        anneal(problem, limits, 2_000, HEAT, np.random.default_rng(turn), NONE)
        for turn in range(4)
    ]
    within = [(label, cost) for label, excess, _, cost in found if excess < 1e-9]
    if not within:
        return
    label, cost = max(within, key=lambda one: one[1])
    proof = prove(problem, limits, label, cost, steps=steps)
    assert is_sound(problem, limits, proof.label)
    assert cost_of(problem, limits, proof.label) == pytest.approx(proof.cost)
    assert proof.bound <= min(proof.cost, *(one for _, one in within)) + 1e-9
    assert proof.status == ("gap" if proof.gap > 0 else "optimal")
    again = prove(problem, limits, label, cost, steps=steps)
    assert again.label.tolist() == proof.label.tolist()
    assert again.bound == proof.bound


def test_more_effort_proves_more() -> None:
    problem = made_up(1, 6, 7)
    limits = limits_of(problem, 5, 0.2)
    rng = np.random.default_rng(0)
    label, excess, _, cost = anneal(problem, limits, 4_000, HEAT, rng, NONE)
    assert excess == 0
    little = prove(problem, limits, label, cost, steps=FEW)
    much = prove(problem, limits, label, cost, steps=10 * MANY)
    assert little.status == "gap"
    assert much.status == "optimal"
    assert little.bound <= much.bound <= much.cost <= cost + 1e-9


@settings(max_examples=8, deadline=None, derandomize=True)
@given(SEEDS, st.integers(3, 6))
def test_more_effort_is_never_worse(seed: int, parts: int) -> None:
    problem = made_up(seed, 5, 6)
    limits = limits_of(problem, parts, 0.3)
    rng = np.random.default_rng(0)
    label, excess, _, cost = anneal(problem, limits, 300, HEAT, rng, NONE)
    if excess > 1e-9:
        return
    proofs = [prove(problem, limits, label, cost, steps=n) for n in (FEW, 10 * MANY)]
    assert proofs[1].status == "optimal"
    assert proofs[0].bound - 1e-9 <= proofs[1].bound <= proofs[1].cost + 1e-9
    assert proofs[1].cost <= proofs[0].cost + 1e-9 <= cost + 2e-9


def test_loads_that_do_not_add_up_are_impossible() -> None:
    """Lumps of 3 households cannot make parts of 4 or 5."""
    problem = made_up(0, 3, 4)._replace(weight=np.full(12, 3))
    impossible, label = find_any(problem, Limits(8, 4.0, 5.0, 4.5), steps=MANY)
    assert impossible
    assert not len(label)
