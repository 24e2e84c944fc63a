"""Cheap parts at given prices against every connected set of a small lattice."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.partition.gains import Net, cuts_of
from gridpart.partition.graphs import Flags, Floats, Ints
from gridpart.partition.pricing import list_cheap
from gridpart.partition.proof import net_of
from tests.unit.test_proof import limits_of, made_up

SEEDS = st.integers(0, 10_000)
MANY = 10**7


def connected_sets(net: Net) -> Flags:
    """Return all connected sets within the limits."""
    count = len(net.weight)
    head = np.repeat(np.arange(count), np.diff(net.start))
    graph = nx.Graph(zip(head.tolist(), net.link.tolist(), strict=True))
    graph.add_nodes_from(range(count))
    sets = [
        np.isin(np.arange(count), members)
        for size in range(1, count + 1)
        for members in combinations(range(count), size)
        if net.low <= net.weight[list(members)].sum() <= net.high
        and nx.is_connected(graph.subgraph(members))
    ]
    return np.array(sets).reshape(-1, count)


def reduced(
    net: Net, sets: Flags, root: int, price: Floats, triples: Ints, toll: Floats
) -> Floats:
    """Return what each set costs around ``root``, its prices off and its tolls on."""
    head = np.repeat(np.arange(len(price)), np.diff(net.edge_start))
    cut = (sets[:, head] & ~sets[:, net.edge_end]) @ net.edge_half
    held = sets[:, triples].sum(axis=2) > 1
    return sets @ (net.spread[root] - price) + cut + held @ toll


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS, st.integers(2, 4), st.integers(0, 12))
def test_cheapest_and_all_below_a_ceiling(seed: int, parts: int, cuts: int) -> None:
    problem = made_up(seed, 3, 4)
    net = net_of(problem, limits_of(problem, parts, 0.4))
    rng = np.random.default_rng(seed)
    price = rng.random(12) * 0.2
    triples = np.array([rng.choice(12, 3, replace=False) for _ in range(cuts)])
    triples = triples.reshape(-1, 3).astype(np.int64)
    toll = rng.random(cuts) * 0.1
    tolls, none = cuts_of(12, triples, toll), np.zeros(12, dtype=bool)
    known = connected_sets(net)
    sets, costs = np.empty((len(known) + 1, 12), dtype=bool), np.empty(len(known) + 1)
    for root in range(12):
        own = known[known[:, root]]
        value = reduced(net, own, root, price, triples, toll)
        top = float(np.median(value)) if len(value) else 0.0
        _, bound, _, ended = list_cheap(
            net, price, tolls, root, none, 9.0, True, False, sets, costs, 0, MANY
        )
        assert ended
        assert bound == pytest.approx(value.min() if len(value) else 9.0)
        found, _, _, ended = list_cheap(
            net, price, tolls, root, none, top, False, False, sets, costs, 0, MANY
        )
        assert ended
        wanted = {one.tobytes() for one in own[value < top - 1e-9]}
        listed = {one.tobytes() for one in sets[:found]}
        assert wanted <= listed <= {one.tobytes() for one in own[value < top + 1e-9]}
        plain = reduced(net, sets[:found], root, 0 * price, triples, 0 * toll)
        assert costs[:found] == pytest.approx(plain)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(SEEDS, st.integers(0, 12))
def test_a_search_cut_short_bounds_all_the_same(seed: int, steps: int) -> None:
    problem = made_up(seed, 3, 4)
    net = net_of(problem, limits_of(problem, 3, 0.4))
    price = np.random.default_rng(seed).random(12) * 0.2
    tolls, none = cuts_of(12, np.array([[0, 1, 2]]), np.array([0.05])), np.zeros(12) > 0
    known = connected_sets(net)
    sets, costs = np.empty((8, 12), dtype=bool), np.empty(8)
    for root in range(12):
        own = known[known[:, root]]
        if not len(own):
            continue
        value = reduced(net, own, root, price, np.array([[0, 1, 2]]), np.array([0.05]))
        _, bound, _, _ = list_cheap(
            net, price, tolls, root, none, 9.0, True, False, sets, costs, 0, steps
        )
        assert bound <= value.min() + 1e-9
