"""Buildings that overlap, and several in one place."""

import numpy as np
import pytest
import shapely
from shapely import Point, box

from gridpart.cut.footprints import Stacks, stack_buildings

NONE = np.empty((0, 2), dtype=np.int64)


def stacked(*shapes: shapely.Geometry, together: np.ndarray = NONE) -> Stacks:
    return stack_buildings(np.array(shapes, dtype=object), together)


def test_houses_apart_stay_as_they_are() -> None:
    stacks = stacked(box(0, 0, 5, 5), Point(20, 20), box(5, 0, 10, 5))
    assert len(set(stacks.of)) == 3
    assert shapely.area(stacks.footprint[stacks.of]).tolist() == [25, 0, 25]


def test_the_smaller_keeps_what_two_share() -> None:
    stacks = stacked(box(0, 0, 10, 10), box(8, 0, 14, 6))
    assert shapely.area(stacks.footprint[stacks.of]).tolist() == [88, 36]


def test_a_tower_on_a_podium_stands_in_a_hole() -> None:
    stacks = stacked(box(0, 0, 30, 30), box(10, 10, 20, 20))
    podium, tower = stacks.footprint[stacks.of]
    assert podium.equals(box(0, 0, 30, 30) - box(10, 10, 20, 20))
    assert tower.equals(box(10, 10, 20, 20))


@pytest.mark.parametrize("second", [box(0, 0, 10, 10), box(0.5, 0, 10.5, 10)])
def test_the_same_building_twice_is_one_stack(second: object) -> None:
    stacks = stacked(box(0, 0, 10, 10), second)
    assert stacks.of.tolist() == [0, 0]
    assert stacks.leader.tolist() == [0]


def test_points_in_one_place_are_one_stack() -> None:
    stacks = stacked(Point(1, 1), Point(2, 2), Point(1, 1), Point(1, 1))
    assert stacks.of[0] == stacks.of[2] == stacks.of[3] != stacks.of[1]


def test_a_point_in_a_house_shares_it_and_the_house_leads() -> None:
    stacks = stacked(Point(5, 5), box(0, 0, 10, 10))
    assert stacks.of.tolist() == [0, 0]
    assert stacks.leader.tolist() == [1]
    assert stacks.footprint[0].area == 100


def test_what_is_buried_under_others_joins_the_one_that_took_most() -> None:
    stacks = stacked(box(0, 0, 10, 10), box(0, 0, 7, 10), box(7, 0, 9, 10))
    assert stacks.of[0] == stacks.of[1] != stacks.of[2]


def test_the_larger_part_of_two_stands_for_a_building() -> None:
    two = shapely.MultiPolygon([box(0, 0, 2, 2), box(5, 0, 9, 9)])
    assert stacked(two).footprint[0].equals(box(5, 0, 9, 9))


def test_those_that_must_go_together_do() -> None:
    shapes = [box(0, 0, 5, 5), box(50, 0, 60, 5), box(90, 0, 99, 5)]
    stacks = stacked(*shapes, together=np.array([[0, 1]]))
    assert stacks.of[0] == stacks.of[1] != stacks.of[2]


def test_no_buildings_no_stacks() -> None:
    stacks = stacked()
    assert len(stacks.of) == len(stacks.footprint) == len(stacks.leader) == 0
