"""What must hold of every graph divided: against all divisions of small graphs."""

import math
from functools import cache
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridpart.partition import districts
from gridpart.partition.districts import divide_graph

OBJECTIVES = ["cut_edges", "cut_length", "inertia"]
DRAWN = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # a drawn number does not get simpler
)


@pytest.fixture
def searched(monkeypatch):
    """Leave the tiny to the search, which ends by its rounds."""
    monkeypatch.setattr(districts, "MOST_LUMPS", 0)
    monkeypatch.setattr(districts, "ROUNDS", 3)


def odd_graph(drawn):
    """Draw a graph of 2 to 8 units, maybe in several places, and its limits."""
    rng = np.random.default_rng(drawn)
    count = int(rng.integers(2, 9))
    graph = nx.gnp_random_graph(count, rng.uniform(0.2, 0.7), seed=int(drawn))
    edges = np.array(graph.edges(), dtype=int).reshape(-1, 2)
    weights = rng.integers(0, 7, count)
    instance = (
        weights,
        edges,
        rng.uniform(0, 90, len(edges)),
        rng.uniform(0, 5000, (count, 2)),
    )
    parts = int(rng.integers(1, min(count, 4) + 1))
    mean, slack = weights.sum() / parts, rng.uniform(0, 5)
    limits = {"parts": parts, "lower": mean - slack, "upper": mean + slack}
    return instance, limits | {"objective": OBJECTIVES[drawn % 3]}


@cache
def groupings(count, parts):
    """List every way of putting units into parts, once each."""
    if count == 0:
        return [()] if parts == 0 else []
    return [
        (*before, part)
        for most in (parts, parts - 1)
        if most >= 0
        for before in groupings(count - 1, most)
        for part in (range(most) if most == parts else [most])
    ]


def cost_of(label, instance, limits):
    """Measure a division by plain loops; infinite where it breaks a limit."""
    weights, edges, lengths, places = instance
    graph = nx.Graph(edges[label[edges[:, 0]] == label[edges[:, 1]]].tolist())
    graph.add_nodes_from(range(len(weights)))
    loads = np.bincount(label, weights=weights)
    if (
        nx.number_connected_components(graph) > limits["parts"]
        or loads.min() < limits["lower"]
        or loads.max() > limits["upper"]
    ):
        return math.inf
    cut = label[edges[:, 0]] != label[edges[:, 1]]
    if limits["objective"] == "cut_edges":
        return float(cut.sum())
    if limits["objective"] == "cut_length":
        return float(lengths[cut].sum())
    apart = ((places[:, None] - places[None]) ** 2).sum(axis=2) / 1e6
    return sum(
        min((weights[own] * apart[c, own]).sum() for c in np.flatnonzero(own))
        for own in (label == part for part in range(limits["parts"]))
    )


def least_cost(instance, limits):
    return min(
        (
            cost_of(np.array(label), instance, limits)
            for label in groupings(len(instance[0]), limits["parts"])
        ),
        default=math.inf,
    )


@DRAWN
@given(drawn=st.integers(0, 10**6))
def test_agrees_with_all_divisions(drawn):
    instance, limits = odd_graph(drawn)
    best = least_cost(instance, limits)
    got = divide_graph(*instance, **limits)
    if best == math.inf:
        assert got.status == "infeasible"
        assert got.labels is None
    else:
        assert got.status == "optimal"
        assert got.objective == got.bound == pytest.approx(best)
        assert cost_of(got.labels, instance, limits) == pytest.approx(best)


@pytest.mark.usefixtures("searched")
@settings(DRAWN, max_examples=25)
@given(drawn=st.integers(0, 10**6))
def test_search_is_never_below_a_bound_nor_above_the_optimum(drawn):
    instance, limits = odd_graph(drawn)
    best = least_cost(instance, limits)
    got = divide_graph(*instance, **limits)
    assert (got.bound or 0) <= best + 1e-9
    if got.status == "infeasible":
        assert best == math.inf
    elif best < math.inf:
        assert got.objective == pytest.approx(best)


@DRAWN
@given(drawn=st.integers(0, 10**6))
def test_renumbered_and_mirrored_alike(drawn):
    instance, limits = odd_graph(drawn)
    weights, edges, lengths, places = instance
    order = np.random.default_rng(drawn).permutation(len(weights))
    rows = np.random.default_rng(drawn).permutation(len(edges))
    other = divide_graph(
        weights[order],
        np.argsort(order)[edges][rows, ::-1],
        lengths[rows],
        places[order] * [-1, 1],
        **limits,
    )
    got = divide_graph(*instance, **limits)
    assert other.status == got.status
    assert other.objective == pytest.approx(got.objective)


def tight_lattice():
    """Weights so uneven, in limits so tight, that the first round can be bettered."""
    rng = np.random.default_rng(5)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(10, 10))
    edges = np.array(graph.edges())
    weights = rng.integers(1, 1000, 100)
    mean = weights.sum() / 8
    limits = {"parts": 8, "lower": mean * 0.995, "upper": mean * 1.005}
    return (weights, edges, np.ones(len(edges)), np.zeros((100, 2))), limits


def test_more_rounds_are_never_worse(monkeypatch):
    instance, limits = tight_lattice()
    reached = []
    for rounds in (1, 2, 3, 6):
        monkeypatch.setattr(districts, "ROUNDS", rounds)
        got = divide_graph(*instance, **limits, time_limit=3600)
        reached.append(got.objective)
    assert all(later <= sooner for sooner, later in pairwise(reached))
    assert reached[-1] < reached[0]


@pytest.mark.usefixtures("searched")
def test_any_number_of_jobs_agrees():
    instance, limits = tight_lattice()
    one = divide_graph(*instance, **limits, time_limit=3600)
    two = divide_graph(*instance, **limits, time_limit=3600, jobs=2)
    assert one.labels.tolist() == two.labels.tolist()
