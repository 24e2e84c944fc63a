"""Lines that meet, end, and run along each other."""

import numpy as np
import pytest
import shapely
from shapely import LineString, Point
from shapely.affinity import rotate
from shapely.ops import substring

from gridpart import lines


def array(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


CROSS = array(LineString([(0, 5), (10, 5)]), LineString([(5, 0), (5, 10)]))


def test_crossing_lines_are_cut_where_they_meet() -> None:
    noded = lines.node(CROSS)
    assert len(noded) == 4
    assert shapely.length(noded).tolist() == [5, 5, 5, 5]


def test_a_line_drawn_twice_is_noded_once() -> None:
    line = LineString([(0, 0), (10, 0)])
    assert len(lines.node(array(line, line, shapely.reverse(line)))) == 1


def test_faces_share_vertices() -> None:
    square = shapely.boundary(shapely.box(0, 0, 10, 10))
    faces = lines.faces(lines.node(array(square, *CROSS)))
    assert sorted(shapely.area(faces)) == [25, 25, 25, 25]
    assert shapely.coverage_is_valid(faces)


def test_loose_ends_are_ends_that_meet_nothing() -> None:
    ends, of = lines.loose_ends(lines.node(CROSS))
    assert {(p.x, p.y) for p in ends} == {(0, 5), (10, 5), (5, 0), (5, 10)}
    assert len(set(of)) == 4


def test_a_ring_has_no_loose_end() -> None:
    ring = shapely.boundary(shapely.box(0, 0, 1, 1))
    assert len(lines.loose_ends(array(ring))[0]) == 0


class TestBridges:
    @pytest.mark.parametrize("angle", range(0, 180, 7))
    def test_joins_two_ends_across_a_gap(self, angle: float) -> None:
        line = rotate(LineString([(0, 0), (40, 0)]), angle, origin=(20, 0))
        parts = array(substring(line, 0, 10), substring(line, 22, 40))
        bridges = lines.bridges(parts, array(), 15)
        edge = shapely.boundary(Point(20, 0).buffer(18))
        faces = lines.faces(lines.node(array(edge, *parts, *bridges)))
        assert sorted(shapely.area(faces))[-2] > 400

    def test_leaves_a_wide_gap_open(self) -> None:
        parts = array(LineString([(0, 0), (10, 0)]), LineString([(26, 0), (40, 0)]))
        assert len(lines.bridges(parts, array(), 15)) == 0

    def test_reaches_another_line_and_crosses_it(self) -> None:
        edge = LineString([(0, 20), (40, 20)])
        (bridge,) = lines.bridges(array(LineString([(9, 0), (9, 12)])), array(edge), 15)
        assert bridge.crosses(edge)
        assert bridge.length == pytest.approx(8.01)

    @pytest.mark.parametrize("short", [0.0, 1e-9])
    def test_an_end_on_the_line_is_made_to_cross_it(self, short: float) -> None:
        edge = LineString([(0, 20), (41.3, 20.7)])
        meeting = edge.interpolate(0.3, normalized=True)
        stub = array(LineString([(9, 0), (meeting.x, meeting.y - short)]))
        bridges = lines.bridges(stub, array(edge), 15)
        assert shapely.crosses(shapely.union_all([*stub, *bridges]), edge)

    def test_does_not_join_the_two_ends_of_one_line(self) -> None:
        hook = array(LineString([(0, 0), (0, 30), (30, 30), (30, 5), (5, 5)]))
        assert len(lines.bridges(hook, array(), 15)) == 0

    def test_nothing_to_bridge(self) -> None:
        assert len(lines.bridges(array(), array(*CROSS), 15)) == 0


def test_segments_are_split_into_equal_pieces() -> None:
    start, end = np.array([[0.0, 0], [0, 0]]), np.array([[9.0, 0], [0, 4]])
    first, last, of = lines.split_segments(start, end, 4)
    assert of.tolist() == [0, 0, 0, 1]
    assert first[:, 0].tolist() == [0, 3, 6, 0]
    assert last.tolist() == [[3, 0], [6, 0], [9, 0], [0, 4]]


def test_rank_of_the_strongest_line_that_a_segment_lies_on() -> None:
    drawn = array(LineString([(0, 0), (10, 0)]), LineString([(0, 0.5), (4, 0.5)]))
    start = np.array([[0.0, 0], [6, 0], [2, 0], [0, 3]])
    end = np.array([[2.0, 0], [8, 0], [2, 9], [4, 3]])
    ranks = lines.rank_along(start, end, drawn, np.array([1, 3]), 1.0)
    assert ranks.tolist() == [3, 1, 0, 0]


def test_no_lines_no_rank() -> None:
    start, end = np.zeros((2, 2)), np.ones((2, 2))
    ranks = lines.rank_along(start, end, array(), np.empty(0, dtype=int), 1.0)
    assert ranks.tolist() == [0, 0]
