"""Seamless sets of polygons: neighbours, unions, faults, mends."""

import numpy as np
import pytest
import shapely
from shapely import box

from gridpart import coverage


def array(*shapes: shapely.Geometry | None) -> np.ndarray:
    return np.array(shapes, dtype=object)


def squares(rows: int, columns: int) -> np.ndarray:
    """Unit squares, row by row from the bottom."""
    return array(
        *(box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns))
    )


class TestSeams:
    def test_squares_are_seamless(self) -> None:
        assert coverage.is_seamless(squares(3, 3))

    @pytest.mark.parametrize(
        "other", [box(0.9, 0, 2, 1), box(1, 0, 2, 0.5), box(1, -1, 2, 2)]
    )
    def test_overlaps_and_missing_vertices_are_seams(self, other: object) -> None:
        assert not coverage.is_seamless(array(box(0, 0, 1, 1), other))

    def test_cleaning_adds_vertices_and_keeps_the_ground(self) -> None:
        ground, slit = box(0, 0, 4, 4), box(1, 1, 1.01, 3)
        rough = array(box(0, 0, 1, 4), box(1, 0, 4, 4) - slit)
        neat = coverage.clean(rough)
        assert coverage.is_seamless(neat)
        assert shapely.union_all(neat).equals(ground)

    def test_wide_gaps_stay(self) -> None:
        pond = box(1, 1, 2, 3)
        neat = coverage.clean(array(box(0, 0, 4, 4) - pond))
        assert shapely.area(neat).tolist() == [14]

    def test_what_overlaps_goes_to_the_first(self) -> None:
        neat = coverage.clean(
            array(box(4, 4, 6, 6), box(0, 0, 5, 10), box(5, 0, 9, 10))
        )
        assert shapely.area(neat).tolist() == [4, 48, 38]

    def test_what_is_swallowed_is_empty(self) -> None:
        neat = coverage.clean(array(box(0, 0, 9, 9), box(1, 1, 2, 2)))
        assert shapely.area(neat).tolist() == [81, 0]


class TestNeighbours:
    def test_lengths_of_common_edges(self) -> None:
        pairs, metres = coverage.shared_lengths(
            array(
                shapely.Polygon([(0, 0), (2, 0), (2, 1), (2, 3), (0, 3)]),
                box(2, 0, 3, 1),
                shapely.Polygon([(2, 1), (3, 1), (4, 1), (4, 3), (2, 3)]),
            )
        )
        assert pairs.tolist() == [[0, 1], [0, 2], [1, 2]]
        assert metres.tolist() == [1, 2, 1]

    def test_a_corner_is_no_edge(self) -> None:
        pairs, _ = coverage.shared_lengths(squares(2, 2)[[0, 3]])
        assert pairs.tolist() == []

    def test_an_island_borders_on_its_surroundings(self) -> None:
        lake = box(1, 1, 2, 2)
        pairs, metres = coverage.shared_lengths(array(lake, box(0, 0, 3, 3) - lake))
        assert pairs.tolist() == [[0, 1]]
        assert metres.tolist() == [4]

    def test_parts_of_one_multipolygon_are_no_neighbours(self) -> None:
        two = shapely.multipolygons(squares(1, 2))
        assert coverage.shared_lengths(array(two))[0].tolist() == []

    def test_negative_zero_is_zero(self) -> None:
        left = shapely.Polygon([(-1, 0.0), (-0.0, 0.0), (-0.0, 1), (-1, 1)])
        pairs, _ = coverage.shared_lengths(array(left, box(0, 0, 1, 1)))
        assert pairs.tolist() == [[0, 1]]

    def test_edges_of_three_kilometres_of_squares(self) -> None:
        pairs, metres = coverage.shared_lengths(squares(40, 50))
        assert len(pairs) == 40 * 49 + 39 * 50
        assert set(metres) == {1.0}

    def test_corners_don_t_count_where_there_are_edges(self) -> None:
        pairs = np.array([[0, 1], [0, 2], [2, 3]])
        metres = np.array([7.0, 0.4, 0.3])
        counted = coverage.more_than_corners(pairs, metres)
        assert counted.tolist() == [True, True, True]
        counted = coverage.more_than_corners(pairs, np.array([7.0, 0.2, 0.3]))
        assert counted.tolist() == [True, False, True]


class TestDissolve:
    def test_unites_by_label(self) -> None:
        names, united = coverage.dissolve(squares(1, 4), np.array(["b", "a", "a", "b"]))
        assert names.tolist() == ["a", "b"]
        assert united[0].equals(box(1, 0, 3, 1))
        assert united[1].geom_type == "MultiPolygon"

    def test_nothing(self) -> None:
        names, united = coverage.dissolve(array(), np.empty(0, dtype=int))
        assert len(names) == len(united) == 0


class TestFaults:
    def test_gap(self) -> None:
        hole = coverage.gaps(squares(1, 3)[[0, 2]], box(0, 0, 3, 1))
        assert hole.equals(box(1, 0, 2, 1))

    def test_overlap(self) -> None:
        shapes = array(
            box(0, 0, 2, 2), box(5, 0, 6, 1), box(1, 1, 3, 3), box(2, 0, 3, 1)
        )
        pairs, where = coverage.overlaps(shapes)
        assert pairs.tolist() == [[0, 2]]
        assert where[0].equals(box(1, 1, 2, 2))

    def test_a_hair_is_no_overlap(self) -> None:
        pairs, _ = coverage.overlaps(array(box(0, 0, 1, 1), box(0.9999, 0, 2, 1)))
        assert pairs.tolist() == []


class TestOnePiece:
    def test_the_loose_part_goes_to_the_longest_edge(self) -> None:
        two = shapely.MultiPolygon([box(0, 0, 9, 1), box(4, 4, 5, 6)])
        shapes = coverage.clean(array(two, box(4, 1, 5, 4), box(5, 1, 9, 6)))
        single, origin = coverage.one_piece(shapes, np.zeros(3, int), np.full(3, None))
        assert origin.tolist() == [0, 1, 2]
        assert shapely.area(single).tolist() == [9, 3, 22]
        assert coverage.is_seamless(single)

    def test_keeps_the_part_with_the_anchor(self) -> None:
        two = shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 4, 1)])
        shapes = coverage.clean(array(two, box(1, 0, 2, 1)))
        anchors = array(shapely.Point(0.5, 0.5), None)
        single, origin = coverage.one_piece(shapes, np.zeros(2, int), anchors)
        assert origin.tolist() == [0, 1]
        assert shapely.area(single).tolist() == [1, 3]

    def test_keeps_the_largest_without_anchor(self) -> None:
        two = shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 4, 1)])
        shapes = coverage.clean(array(two, box(1, 0, 2, 1)))
        single, _ = coverage.one_piece(shapes, np.zeros(2, int), np.full(2, None))
        assert shapely.area(single).tolist() == [2, 2]

    def test_stays_alone_among_strangers(self) -> None:
        two = shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 4, 1)])
        shapes = coverage.clean(array(two, box(1, 0, 2, 1)))
        single, origin = coverage.one_piece(shapes, np.array([0, 1]), np.full(2, None))
        assert origin.tolist() == [0, 1, -1]
        assert shapely.area(single).tolist() == [2, 1, 1]

    def test_leaves_out_what_is_empty(self) -> None:
        shapes = array(box(0, 0, 1, 1), shapely.Polygon(), box(1, 0, 2, 1))
        single, origin = coverage.one_piece(shapes, np.zeros(3, int), np.full(3, None))
        assert origin.tolist() == [0, 2]
        assert len(single) == 2


class TestAbsorb:
    """Polygons 0 1 2 in a row; 1 is weak unless said otherwise."""

    ROW = np.array([[0, 1], [1, 2]])

    def into(
        self, weak: list[int], pairs: object, metres: object, ranks: object
    ) -> list[int]:
        pairs = np.asarray(pairs)
        flags = np.isin(np.arange(pairs.max() + 1), weak)
        result = coverage.absorb(flags, pairs, np.asarray(metres), np.asarray(ranks))
        return result.tolist()

    def test_goes_over_the_longest_edge(self) -> None:
        assert self.into([1], self.ROW, [2.0, 5.0], [0, 0]) == [0, 2, 2]

    def test_goes_over_the_weakest_edge_first(self) -> None:
        assert self.into([1], self.ROW, [2.0, 5.0], [0, 3]) == [0, 0, 2]

    def test_reaches_it_through_another_weak_one(self) -> None:
        chain = [[0, 1], [1, 2], [2, 3]]
        assert self.into([1, 2], chain, [1.0, 1.0, 9.0], [0, 0, 3]) == [0, 0, 0, 3]

    def test_a_strip_in_pieces_goes_to_one_side(self) -> None:
        # Left 0 and 1, strip 2 and 3, right 4 and 5; the strip lies between hard
        # lines, its lower half is nearer the left, its upper half the right.
        pairs = [[0, 1], [0, 2], [1, 3], [2, 3], [2, 4], [3, 5], [4, 5]]
        metres = [9.0, 20.0, 10.0, 5.0, 10.0, 18.0, 9.0]
        ranks = [0, 3, 3, 0, 3, 3, 0]
        assert self.into([2, 3], pairs, metres, ranks) == [0, 1, 0, 1, 4, 5]

    def test_nobody_to_go_to(self) -> None:
        assert self.into([0, 1, 2], self.ROW, [1.0, 1.0], [0, 0]) == [0, 1, 2]


def test_the_smallest_holder_wins() -> None:
    spots = array(shapely.Point(1, 1), shapely.Point(5, 5), shapely.Point(20, 20))
    areas = array(box(0, 0, 10, 10), box(0, 0, 2, 2), box(0, 0, 2, 2))
    assert coverage.smallest_holder(spots, areas).tolist() == [1, 0, -1]


def test_lines_and_points_are_dropped_beside_polygons() -> None:
    mixed = shapely.GeometryCollection(
        [box(0, 0, 1, 1), shapely.LineString([(1, 0), (2, 0)]), shapely.Point(9, 9)]
    )
    line = shapely.LineString([(0, 0), (1, 1)])
    kept = coverage.only_polygons(array(mixed, line, box(0, 0, 1, 1)))
    assert shapely.area(kept).tolist() == [1, 0, 1]
    assert set(shapely.get_type_id(kept)) <= {3, 6}


def test_single_polygons_become_multipolygons() -> None:
    shapes = array(box(0, 0, 1, 1), shapely.multipolygons(squares(1, 2)))
    assert shapely.get_type_id(coverage.as_multi(shapes)).tolist() == [6, 6]
