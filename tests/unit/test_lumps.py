"""What stays together while a piece is divided."""

import numpy as np

from gridpart.partition.graphs import AtomGraph
from gridpart.partition.lumps import merge_lumps


def row(building: list[int], group: list[int]) -> AtomGraph:
    """Return atoms of ten households in a row, each touching the next."""
    count = len(building)
    at = np.arange(count)
    return AtomGraph(
        households=np.full(count, 10),
        xy=np.column_stack([at, np.zeros(count)]).astype(float),
        area=np.ones(count),
        group=np.array(group),
        compound=np.array(group),
        building=np.array(building),
        edges=np.column_stack([at[:-1], at[1:]]),
        shared=np.ones(count - 1),
        clear=np.zeros(count - 1),
        passable=np.ones(count - 1, dtype=bool),
    )


def lumps(graph: AtomGraph, limit: float) -> list[int]:
    return merge_lumps(graph, np.arange(len(graph)), limit).tolist()


def test_units_of_a_building_stay_together_where_they_touch() -> None:
    graph = row([0, 0, 1, 0], [-1, -1, -1, -1])
    assert lumps(graph, 100) == [0, 0, 1, 2]


def test_units_that_are_too_many_for_a_grid_stand_alone() -> None:
    assert lumps(row([0, 0, 1, 1], [-1] * 4), 15) == [0, 1, 2, 3]


def test_a_compound_in_two_places_takes_along_what_lies_between() -> None:
    graph = row([0, 1, 2, 3], [5, -1, 5, -1])
    assert lumps(graph, 100) == [0, 0, 0, 1]
    assert lumps(graph, 25) == [0, 1, 2, 3]
