"""A large piece is divided side by side: all grids there, connected and even."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from gridpart.partition import sectors
from gridpart.partition.graphs import AtomGraph
from gridpart.partition.lumps import loosen_joins
from gridpart.partition.sectors import divide_any, halve
from gridpart.rules import Rules

RULES = Rules.preset().replace("search", starts=1, moves=20, proof_s=0.0)


def block(rows: int, columns: int, seed: int) -> AtomGraph:
    """Draw houses on a lattice with holes, some of them in compounds of four."""
    rng = np.random.default_rng(seed)
    lattice = nx.grid_2d_graph(rows, columns)
    holes = [node for node in lattice if rng.random() < 0.1]
    lattice.remove_nodes_from(holes)
    kept = lattice.subgraph(max(nx.connected_components(lattice), key=len))
    place = np.array(sorted(kept))
    number = {tuple(at): i for i, at in enumerate(place.tolist())}
    edges = np.array([[number[a], number[b]] for a, b in kept.edges])
    group = np.where(rng.random(len(place)) < 0.5, place[:, 0] // 2 * 999, -1)
    group = np.where(group >= 0, group + place[:, 1] // 2, -1)
    plenty = np.ones(len(edges))
    return AtomGraph(
        households=rng.integers(0, 60, len(place)),
        xy=place * 30.0,
        area=np.full(len(place), 900.0),
        group=group,
        compound=group,
        building=np.arange(len(place)),
        edges=edges,
        shared=30 * plenty,
        clear=0 * plenty,
        passable=plenty > 0,
    )


@pytest.mark.parametrize("seed", range(3))
def test_two_sides_are_connected_and_whole(seed: int) -> None:
    graph = block(14, 9, seed)
    lump = np.arange(len(graph))
    houses = np.flatnonzero(graph.households)
    graph = graph.take(houses)
    graph = graph.take(np.flatnonzero(graph.components() == 0))
    lump = np.arange(len(graph))
    first, count = halve(graph, lump, 7)
    assert count in (3, 4)
    load = graph.households[first].sum() / graph.households.sum() * 7
    assert abs(load - count) < 0.5
    for side in (first, ~first):
        assert graph.take(np.flatnonzero(side)).components().max() == 0


def test_a_large_piece_is_divided_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sectors, "LARGE", 60)
    graph = block(20, 16, 3)
    parts = round(graph.households.sum() / 500)
    split = divide_any(graph, parts, RULES, 0)
    assert set(split.label) == set(range(parts))
    for part in range(parts):
        grid = graph.take(np.flatnonzero(split.label == part))
        assert grid.components().max() == 0
    load = np.bincount(split.label, weights=graph.households)
    assert split.deviation == pytest.approx(abs(load / load.mean() - 1).max())
    assert split.deviation < 0.25
    assert np.isnan(split.bound)
    again = divide_any(graph, parts, RULES, 0)
    assert again.label.tolist() == split.label.tolist()


def test_compounds_joined_beyond_a_grid_stay_whole_each() -> None:
    graph = block(12, 8, 1)
    compounds, some = graph.compound, graph.compound >= 0
    graph = replace(graph, group=np.where(some, 0, -1))
    total = int(graph.households[some].sum())
    assert np.array_equal(loosen_joins(graph, total).group, graph.group)
    apart = loosen_joins(graph, total - 1).group
    assert np.array_equal(apart < 0, compounds < 0)
    pairs = np.unique(np.column_stack([apart, compounds])[some], axis=0)
    assert len(pairs) == len(np.unique(apart[some])) == len(np.unique(compounds[some]))
    assert len(pairs) > 1
