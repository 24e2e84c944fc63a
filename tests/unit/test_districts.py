"""A graph into connected, balanced parts: against brute force, and bad input."""

import math
from itertools import product

import networkx as nx
import numpy as np
import pytest

import gridpart.partition
from gridpart.errors import InputError
from gridpart.partition import district_bounds, districts
from gridpart.partition.district_costs import spread_cost, squared_distances
from gridpart.partition.district_levels import coarser
from gridpart.partition.district_moves import anneal
from gridpart.partition.districts import Division, divide_graph
from gridpart.partition.grounds import check_ground
from gridpart.partition.growth import grow
from gridpart.partition.walks import Band, new_walk

OBJECTIVES = ["cut_edges", "cut_length", "inertia"]


def lattice(width, height, seed=0):
    """Weights, edges, lengths and places of a lattice with random numbers."""
    rng = np.random.default_rng(seed)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(width, height))
    edges = np.array(graph.edges())
    places = np.array(list(product(range(width), range(height)))) * 1000.0
    places += rng.normal(0, 100, places.shape)
    weights = rng.integers(1, 6, width * height)
    return weights, edges, rng.uniform(10, 90, len(edges)), places


def price(label, weights, edges, lengths, places, objective):
    """Measure a division anew, by plain loops."""
    cut = [k for k, (i, j) in enumerate(edges) if label[i] != label[j]]
    if objective == "cut_edges":
        return len(cut)
    if objective == "cut_length":
        return sum(lengths[k] for k in cut)
    total = 0.0
    for part in set(label):
        units = [u for u, own in enumerate(label) if own == part]
        total += min(
            sum(weights[u] * math.dist(places[u], places[c]) ** 2 / 1e6 for u in units)
            for c in units
        )
    return total


def within(label, weights, edges, parts, lower, upper):
    graph = nx.Graph()
    graph.add_nodes_from(range(len(weights)))
    graph.add_edges_from((i, j) for i, j in edges if label[i] == label[j])
    loads = np.bincount(label, weights=weights, minlength=parts)
    return (
        len(set(label)) == parts
        and loads.min() >= lower
        and loads.max() <= upper
        and nx.number_connected_components(graph) == parts
    )


def brute_force(instance, parts, lower, upper, objective):
    costs = [
        price(label, *instance, objective)
        for label in product(range(parts), repeat=len(instance[0]))
        if within(label, *instance[:2], parts, lower, upper)
    ]
    return min(costs, default=None)


@pytest.fixture
def searched(monkeypatch):
    """Leave the tiny to the search, and keep it short."""
    monkeypatch.setattr(districts, "MOST_LUMPS", 0)
    monkeypatch.setattr(districts, "ROUNDS", 3)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("parts", "slack"), [(2, 0), (2, 3), (3, 1), (3, 4)])
def test_agrees_with_brute_force(objective, parts, slack):
    for seed in range(2):
        instance = lattice(3, 3, seed)
        mean = instance[0].sum() / parts
        limits = {"lower": mean - slack, "upper": mean + slack}
        best = brute_force(instance, parts, *limits.values(), objective)
        got = divide_graph(*instance, parts=parts, objective=objective, **limits)
        if best is None:
            assert got.status == "infeasible"
            assert got.labels is None
        else:
            assert got.status == "optimal"
            assert got.objective == pytest.approx(best)
            assert got.bound == got.objective


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_search_finds_the_optimum_above_its_bound(objective):
    for seed in range(2):
        instance = lattice(3, 3, seed)
        mean = instance[0].sum() / 3
        limits = {"lower": mean - 3, "upper": mean + 3}
        best = brute_force(instance, 3, *limits.values(), objective)
        got = divide_graph(*instance, parts=3, objective=objective, **limits)
        assert got.objective == pytest.approx(best)
        assert got.bound <= got.objective
        assert got.bound > 0
        assert got.status in ("gap", "optimal")


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_larger_lattice_is_within_limits(objective):
    instance = lattice(9, 9)
    got = divide_graph(
        *instance, parts=5, lower=45, upper=55, objective=objective, time_limit=3600
    )
    assert within(got.labels, *instance[:2], 5, 45, 55)
    assert got.objective == pytest.approx(price(got.labels, *instance, objective))
    assert 0 < got.bound <= got.objective


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize(("side", "best"), [(5, 239_524), (6, 418_572)])
def test_square_into_rows_of_floored_distances(side, best):
    """Known optima, where a place off by a hair floors as the distance does."""
    places = np.array(list(product(range(side), repeat=2))) * 1000.0
    edges = np.array(
        nx.convert_node_labels_to_integers(nx.grid_2d_graph(side, side)).edges()
    )
    got = divide_graph(
        np.ones(side**2, dtype=int),
        edges,
        np.ones(len(edges)),
        places,
        parts=side,
        lower=side,
        upper=side,
        objective="inertia",
        time_limit=3600,
    )
    total = 0
    for part in range(side):
        own = places[got.labels == part] / 1000
        apart = np.floor(100 * np.linalg.norm(own[:, None] - own[None], axis=2) + 1e-9)
        total += int((apart**2).sum(axis=1).min())
    assert total == pytest.approx(best, rel=0.01)


@pytest.mark.usefixtures("searched")
def test_square_of_nine_into_nine_squares():
    places = np.array(list(product(range(9), repeat=2))) * 1000.0
    edges = np.array(nx.convert_node_labels_to_integers(nx.grid_2d_graph(9, 9)).edges())
    ground = np.ones(81, dtype=int), edges, np.ones(len(edges)), places
    limits = {"parts": 9, "lower": 9, "upper": 9, "time_limit": 3600}
    got = divide_graph(*ground, objective="inertia", **limits)
    assert got.objective == pytest.approx(9 * (4 * 1 + 4 * 2))
    assert got.bound <= got.objective


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_books_are_kept_through_every_kind_of_move(objective):
    """Loads, borders and cost of a walk are those of its labels, all connected."""
    instance = lattice(12, 12)
    ground, _ = check_ground(*instance, objective, False)
    band = Band(5, 80, 90, 3.0)
    rng = np.random.default_rng(0)
    label = np.full(144, -1)
    grow(ground, label, np.arange(5), rng.choice(144, 5, replace=False))
    walk = new_walk(ground, band, label)
    heats = (2.0, 0.5)
    for _ in range(5):
        anneal(ground, band, walk, 3000, heats, 1.0, rng)
        loads = np.bincount(walk.label, weights=instance[0], minlength=5)
        assert walk.load.tolist() == loads.tolist()
        assert within(walk.label, *instance[:2], 5, 0, 10**6)
        cut = np.flatnonzero(walk.label[ground.tail] != walk.label[ground.link])
        assert sorted(walk.borders[: walk.counts[0]]) == cut.tolist()
        excess = np.maximum(0, np.maximum(loads - 90, 80 - loads))
        assert walk.counts[1] == excess.sum()
        assert (walk.paid > 0).tolist() == (excess > 0).tolist()
        if objective != "inertia":
            table = np.zeros((144, 5))
            at = ground.tail, walk.label[ground.link]
            np.subtract.at(table, at, ground.cost)
            assert walk.apart == pytest.approx(table, abs=1e-9)
            assert walk.totals[0] == pytest.approx(ground.cost[cut].sum() / 2)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_coarser_graph_costs_the_same(objective):
    """What a division of the coarser graph weighs and cuts, it does in the finer."""
    instance = lattice(15, 15)
    ground, _ = check_ground(*instance, objective, False)
    key = (np.arange(225) // 15 > 6).astype(int)
    rng = np.random.default_rng(0)
    heaviest = 14
    coarse, number = coarser(ground, key, heaviest, rng)
    count = len(coarse.weight)
    assert 225 / 2 <= count < 225 * 0.8
    assert coarse.weight.max() <= heaviest
    assert coarse.weight.tolist() == np.bincount(number, weights=ground.weight).tolist()
    assert len(set(zip(number, key, strict=True))) == count
    label = rng.integers(0, 3, count)
    cuts = [
        level.cost[own[level.tail] != own[level.link]].sum()
        for level, own in ((coarse, label), (ground, label[number]))
    ]
    assert cuts[0] == pytest.approx(cuts[1])
    assert (coarse.tail[coarse.back] == coarse.link).all()


def test_nothing_to_pair_is_no_coarser_graph():
    ground, _ = check_ground(*lattice(3, 3), "cut_edges", False)
    assert coarser(ground, np.arange(9), 99, np.random.default_rng(0)) is None


@pytest.mark.usefixtures("searched")
def test_any_number_of_jobs_and_any_order_agree():
    instance = weights, edges, lengths, places = lattice(6, 6)
    limits = {"parts": 4, "lower": 25, "upper": 31, "objective": "cut_edges"}
    one = divide_graph(*instance, **limits, seed=3)
    two = divide_graph(*instance, **limits, seed=3, jobs=2)
    assert one.labels.tolist() == two.labels.tolist()
    order = np.random.default_rng(1).permutation(len(weights))
    place_of = np.argsort(order)
    shuffled = divide_graph(
        weights[order], place_of[edges][::-1, ::-1], lengths, places[order], **limits
    )
    assert shuffled.objective == one.objective


def test_detached_ground_is_divided_by_its_own():
    weights = np.ones(8, dtype=int)
    edges = [[0, 1], [1, 2], [2, 3], [4, 5], [5, 6], [6, 7]]
    ground = weights, edges, np.ones(6), np.zeros((8, 2))
    got = divide_graph(*ground, parts=4, lower=2, upper=2)
    assert got.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert divide_graph(*ground, parts=1, lower=0, upper=9).status == "infeasible"
    assert divide_graph(*ground, parts=2, lower=4, upper=4).objective == 0


@pytest.mark.parametrize(
    ("weights", "limits"),
    [
        ([9, 1, 1, 1], {"parts": 2, "lower": 1, "upper": 8}),
        ([1, 1, 1, 1], {"parts": 2, "lower": 3, "upper": 9}),
        ([1, 1, 1, 1], {"parts": 2, "lower": 0, "upper": 1}),
        ([1, 1, 1, 1], {"parts": 5, "lower": 0, "upper": 9}),
        ([1, 5, 1, 1], {"parts": 2, "lower": 4, "upper": 4}),
        ([1, 1, 1, 1], {"parts": 2, "lower": 1.2, "upper": 1.8}),
    ],
)
def test_what_cannot_be_is_said_so(weights, limits):
    path = [[0, 1], [1, 2], [2, 3]]
    got = divide_graph(weights, path, [1, 1, 1], np.zeros((4, 2)), **limits)
    assert got.status == "infeasible"
    assert got.labels is None


def test_weights_of_zero():
    path = [[0, 1], [1, 2], [2, 3]]
    for objective in OBJECTIVES:
        got = divide_graph(
            [0, 0, 0, 0],
            path,
            [1, 1, 1],
            np.eye(4)[:, :2],
            parts=3,
            lower=0,
            upper=0,
            objective=objective,
        )
        assert got.status == "optimal"
        assert sorted(set(got.labels)) == [0, 1, 2]


BASE = {
    "weights": [1, 1, 1],
    "edges": [[0, 1], [1, 2]],
    "lengths": [1.0, 1.0],
    "coordinates": [[0.0, 0.0]] * 3,
    "parts": 2,
    "lower": 1,
    "upper": 2,
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"weights": [1, -1, 1]}, "weights, row 1"),
        ({"weights": [1, 1.5, 1]}, "weights, row 1"),
        ({"weights": [1, math.nan, 1]}, "weights"),
        ({"weights": ["a", "b", "c"]}, "weights"),
        ({"weights": []}, "weights"),
        ({"weights": [[1, 1, 1]]}, "weights"),
        ({"edges": [[0, 1], [1, 3]]}, "edges, row 1"),
        ({"edges": [[0, 1], [-1, 2]]}, "edges, row 1"),
        ({"edges": [[0, 1, 2]]}, "edges"),
        ({"lengths": [1.0]}, "lengths"),
        ({"lengths": [1.0, -1.0]}, "lengths, row 1"),
        ({"coordinates": [[0, 0]]}, "coordinates"),
        ({"coordinates": [[0, 91]] * 3, "geographic": True}, "coordinates, row 0"),
        ({"parts": 0}, "parts"),
        ({"parts": 1.5}, "parts"),
        ({"lower": 3}, "lower and upper"),
        ({"lower": -2, "upper": -1}, "lower and upper"),
        ({"upper": math.nan}, "upper"),
        ({"time_limit": 0}, "time_limit"),
        ({"time_limit": -1}, "time_limit"),
        ({"time_limit": math.nan}, "time_limit"),
        ({"jobs": 0}, "jobs"),
        ({"seed": -1}, "seed"),
        ({"objective": "beauty"}, "objective"),
    ],
)
def test_bad_input_is_named(change, named):
    with pytest.raises(InputError, match=f"^{named}"):
        divide_graph(**(BASE | change))


def test_no_edges_no_neighbours():
    alone = {"edges": [], "lengths": []}
    assert divide_graph(**(BASE | alone)).status == "infeasible"
    assert divide_graph(**(BASE | alone | {"parts": 3})).objective == 0


@pytest.mark.parametrize(
    "limits",
    [
        {"parts": 2, "lower": 0, "upper": 10**6},
        {"parts": 10_000, "lower": 0, "upper": 10**6},
        {"parts": 9, "lower": 0, "upper": 4},
        {"parts": 9, "lower": 10**4, "upper": 10**6},
    ],
)
def test_large_graphs_that_cannot_be_divided_are_told_without_a_search(
    limits, monkeypatch
):
    """Three lattices apart: too few parts, more than units, too light, too heavy."""
    monkeypatch.setattr(districts, "search", None)
    weights, edges, lengths, places = lattice(50, 50)
    got = divide_graph(
        np.tile(weights, 3),
        np.concatenate([edges + k * len(weights) for k in range(3)]),
        np.tile(lengths, 3),
        np.tile(places, (3, 1)),
        **limits,
    )
    assert got.status == "infeasible"
    assert got.labels is None


@pytest.mark.parametrize("objective", ["cut_edges", "inertia"])
def test_many_parts_of_a_large_graph_are_within_limits(objective, monkeypatch):
    monkeypatch.setattr(districts, "ROUNDS", 1)
    instance = lattice(60, 60)
    mean = instance[0].sum() / 40
    limits = {"parts": 40, "lower": mean * 0.97, "upper": mean * 1.03}
    got = divide_graph(*instance, **limits, objective=objective, time_limit=3600)
    assert within(got.labels, *instance[:2], *limits.values())
    assert got.objective == pytest.approx(price(got.labels, *instance, objective))


def test_the_folder_offers_it_and_nothing_else():
    assert gridpart.partition.divide_graph is divide_graph
    assert isinstance(divide_graph(**BASE), Division)
    with pytest.raises(AttributeError, match="nothing"):
        _ = gridpart.partition.nothing


def test_the_time_limit_is_kept():
    import time

    instance = lattice(40, 40)
    mean = instance[0].sum() / 8
    divide_graph(*instance, parts=8, lower=mean * 0.9, upper=mean * 1.1, time_limit=0.1)
    start = time.monotonic()
    divide_graph(*instance, parts=8, lower=mean * 0.9, upper=mean * 1.1, time_limit=1)
    assert time.monotonic() - start < 4


def test_spread_on_earth_is_geodesic():
    lonlat = np.array([[10.0, 50.0], [11.0, 50.0], [12.0, 50.5]])
    ground, xy = check_ground([1, 2, 3], [[0, 1]], [1], lonlat, "inertia", True)
    apart = squared_distances(xy, np.arange(3), True)
    chords = ((ground.place[:, None] - ground.place[None]) ** 2).sum(axis=2)
    assert chords * (1 + ground.bend * chords) == pytest.approx(apart, rel=1e-5)
    cost = spread_cost(ground.weight, xy, ground.place, np.zeros(3, dtype=int), True)
    assert cost == pytest.approx((apart @ [1, 2, 3]).min())


def test_spectral_bound_of_a_path_is_below_its_cut():
    count = 10
    path = [[i, i + 1] for i in range(count - 1)]
    ground, _ = check_ground(
        [1] * count, path, [1.0] * 9, np.zeros((count, 2)), "cut_edges", False
    )
    bound = district_bounds.spectral_bound(ground, Band(2, 5, 5, 1.0))
    assert bound == pytest.approx(5 / 2 * (2 - 2 * np.cos(np.pi / count)), rel=1e-3)
