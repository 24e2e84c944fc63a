"""Base grids into micro-grids: proven by lists or prices, few buildings divided."""

from itertools import product

import numpy as np
import pytest

from gridpart.partition import micro
from gridpart.partition.graphs import AtomGraph
from gridpart.partition.micro import divide_base_grid, divide_by_unit
from gridpart.rules import Rules

RULES = Rules.preset()
LARGEST = RULES.micro.tolerance + 1e-9


def lattice(columns: int, rows: int, seed: int, fewest: int, most: int) -> AtomGraph:
    """Houses of ``fewest`` to ``most`` households, not quite on a lattice."""
    rng = np.random.default_rng(seed)
    place = np.array(list(product(range(columns), range(rows))), dtype=float)
    count = len(place)
    across = [(i, i + rows) for i in range(count - rows)]
    along = [(i, i + 1) for i in range(count) if (i + 1) % rows]
    edges = np.array(across + along)
    return AtomGraph(
        households=rng.integers(fewest, most, count),
        xy=30 * (place + rng.normal(0, 0.1, place.shape)),
        area=np.full(count, 900.0),
        group=np.full(count, -1),
        compound=np.full(count, -1),
        building=np.arange(count),
        edges=edges,
        shared=np.full(len(edges), 30.0),
        clear=np.zeros(len(edges)),
        passable=np.ones(len(edges), dtype=bool),
    )


def row(units: list[list[int]]) -> AtomGraph:
    """Buildings in a row, each a row of units with so many households."""
    households = np.concatenate(units)
    count = len(households)
    at = np.arange(count)
    return AtomGraph(
        households=households,
        xy=np.column_stack([10.0 * at, np.zeros(count)]),
        area=np.full(count, 100.0),
        group=np.full(count, -1),
        compound=np.full(count, -1),
        building=np.repeat(np.arange(len(units)), [len(own) for own in units]),
        edges=np.column_stack([at[:-1], at[1:]]),
        shared=np.full(count - 1, 10.0),
        clear=np.zeros(count - 1),
        passable=np.ones(count - 1, dtype=bool),
    )


def parts_of(label: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(label == part)) for part in np.unique(label)}


def deviation(graph: AtomGraph, label: np.ndarray) -> float:
    load = np.bincount(label, graph.households)
    return float(np.abs(load / load.mean() - 1).max())


@pytest.mark.parametrize("seed", range(8))
def test_prices_prove_what_listing_proves(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = lattice(4, 3, seed, 20, 70)
    listed = divide_base_grid(graph, RULES, 0)
    monkeypatch.setattr(micro, "MOST_SETS", 0)
    priced = divide_base_grid(graph, RULES, 0)
    assert listed.proven
    assert priced.proven
    assert listed.balanced == priced.balanced
    if listed.balanced:
        assert parts_of(listed.label) == parts_of(priced.label)
        assert deviation(graph, listed.label) <= LARGEST


def test_none_balanced_is_proven_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = row([[100], [160], [100]])
    for most in (micro.MOST_SETS, 0):
        monkeypatch.setattr(micro, "MOST_SETS", most)
        split = divide_base_grid(graph, RULES, 0)
        assert (split.balanced, split.proven) == (False, True)


def test_many_houses_in_many_micro_grids_are_balanced_and_proven() -> None:
    graph = lattice(8, 8, 1, 20, 70)
    split = divide_base_grid(graph, RULES, 0)
    assert split.balanced
    assert split.proven
    assert deviation(graph, split.label) <= LARGEST
    for part in np.unique(split.label):
        inside = graph.take(np.flatnonzero(split.label == part))
        assert inside.components().max() == 0


@pytest.mark.parametrize("few", [micro.FEW, 0])
def test_only_the_building_that_must_be_is_divided(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(micro, "FEW", few)
    graph = row([[50, 50], [40, 40, 40, 40], [50, 50]])
    whole = divide_base_grid(graph, RULES, 0)
    assert not whole.balanced
    label = divide_by_unit(graph, whole.label, RULES, 0)
    assert deviation(graph, label) <= LARGEST
    assert parts_of(label) == {frozenset({0, 1, 2, 3}), frozenset({4, 5, 6, 7})}


@pytest.mark.parametrize("few", [micro.FEW, 0])
def test_two_are_divided_where_one_is_not_enough(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(micro, "FEW", few)
    units = [[120], [40, 40], [120], [60, 60], [40, 40], [120]]
    graph = row(units)
    whole = divide_base_grid(graph, RULES, 0)
    assert not whole.balanced
    label = divide_by_unit(graph, whole.label, RULES, 0)
    assert deviation(graph, label) <= LARGEST
    divided = {
        building
        for building in range(len(units))
        if len(np.unique(label[graph.building == building])) > 1
    }
    assert divided == {1, 4}


def test_what_no_unit_helps_stays_as_it_was() -> None:
    graph = row([[100], [160], [50, 50]])
    whole = divide_base_grid(graph, RULES, 0)
    label = divide_by_unit(graph, whole.label, RULES, 0)
    assert parts_of(label) == parts_of(whole.label)


def test_balanced_micro_grids_are_left_alone() -> None:
    graph = row([[80, 80], [80, 80]])
    label = divide_by_unit(graph, np.array([0, 0, 1, 1]), RULES, 0)
    assert label.tolist() == [0, 0, 1, 1]
