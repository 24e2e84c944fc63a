"""Ground cut across its long axis."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box
from shapely.affinity import rotate

from gridpart.coverage import is_seamless, shared_lengths
from gridpart.cut.slices import slice_coverage, slice_polygon


def test_shares_from_west_to_east() -> None:
    slices = slice_polygon(box(0, 0, 40, 10), np.array([1.0, 2.0, 1.0]))
    assert [s.bounds for s in slices] == [
        pytest.approx((0, 0, 10, 10)),
        pytest.approx((10, 0, 30, 10)),
        pytest.approx((30, 0, 40, 10)),
    ]


def test_from_south_to_north_where_it_is_long_that_way() -> None:
    slices = slice_polygon(box(0, 0, 10, 40), np.array([1.0, 3.0]))
    assert slices[0].bounds == pytest.approx((0, 0, 10, 10))


@given(
    angle=st.integers(0, 179),
    shares=st.lists(st.integers(1, 500), min_size=2, max_size=8),
)
def test_areas_are_in_proportion(angle: int, shares: list[int]) -> None:
    court = box(0, 0, 60, 25) - box(10, 5, 30, 12)
    ground = shapely.union_all([court, box(60, 0, 80, 60)])
    ground = rotate(ground, angle, origin=(0, 0))
    slices = slice_polygon(ground, np.array(shares, dtype=float))
    share = shapely.area(slices) / ground.area
    assert share == pytest.approx(np.array(shares) / sum(shares), abs=1e-6)


def test_a_coverage_stays_one_and_the_others_keep_their_ground() -> None:
    row = np.array([box(0, 0, 10, 40), box(10, 0, 20, 40), box(20, 0, 30, 40)])
    shares = [np.ones(1), np.array([1.0, 1.0, 2.0]), np.ones(1)]
    polygons, of, slot = slice_coverage(row, shares)
    assert of.tolist() == [0, 1, 1, 1, 2]
    assert slot.tolist() == [0, 0, 1, 2, 0]
    assert shapely.area(polygons) == pytest.approx([400, 100, 100, 200, 400])
    assert is_seamless(polygons)
    assert len(shared_lengths(polygons)[0]) == 8


def test_a_slice_in_two_parts_keeps_one() -> None:
    comb = shapely.union_all([box(0, 0, 100, 4), box(0, 0, 4, 50), box(96, 0, 100, 50)])
    polygons, of, _ = slice_coverage(np.array([comb]), [np.ones(5)])
    assert of.tolist() == [0] * 5
    assert set(shapely.get_type_id(polygons)) == {3}
    assert shapely.area(polygons).sum() == pytest.approx(comb.area)
    assert is_seamless(polygons)


def test_nothing_to_slice() -> None:
    row = np.array([box(0, 0, 10, 40), box(10, 0, 20, 40)])
    polygons, of, slot = slice_coverage(row, [np.ones(1), np.ones(1)])
    assert polygons.tolist() == row.tolist()
    assert (of.tolist(), slot.tolist()) == ([0, 1], [0, 0])
