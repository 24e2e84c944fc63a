"""Points on outlines, and the Voronoi diagrams that GEOS makes of them."""

import numpy as np
import pytest
import shapely
from shapely.affinity import rotate

from gridpart.cut.samples import INWARD_M, SHAKE_M, STEP_M, outline_points
from tests.scenes import house, moved

SEEDS = np.arange(1000, dtype=np.uint64)


def sample(*shapes: shapely.Geometry) -> tuple[np.ndarray, np.ndarray]:
    return outline_points(np.array(shapes, dtype=object), SEEDS[: len(shapes)])


@pytest.mark.parametrize("turn", [shapely.orient_polygons, shapely.reverse])
def test_points_lie_inside_near_the_outline(turn: object) -> None:
    yard = shapely.box(0, 0, 60, 60) - shapely.box(20, 20, 40, 40)
    outline = shapely.boundary(yard)
    xy, of = sample(turn(shapely.orient_polygons(yard)))
    points = shapely.points(xy)
    assert set(of) == {0}
    assert shapely.contains_properly(yard, points).all()
    depth = shapely.distance(points, outline)
    assert depth.min() > INWARD_M - 2 * SHAKE_M
    # Around the courtyard's corners the way out is the diagonal.
    assert depth.max() < INWARD_M * 2**0.5 + 2 * SHAKE_M
    assert (
        shapely.distance(shapely.boundary(shapely.box(20, 20, 40, 40)), points).min()
        < 1
    )


def test_no_gap_is_wider_than_the_step() -> None:
    xy, _ = sample(house(0, 0, 50, 30))
    ring = np.vstack([xy, xy[:1]])
    assert np.hypot(*np.diff(ring, axis=0).T).max() < STEP_M + 1


def test_a_narrow_wall_keeps_its_points_inside() -> None:
    wall = shapely.box(0, 0, 30, 0.4)
    xy, _ = sample(wall)
    assert shapely.contains_properly(wall.buffer(SHAKE_M), shapely.points(xy)).all()


def test_points_stand_for_themselves() -> None:
    xy, of = sample(house(0, 0), shapely.Point(50, 60), house(90, 0))
    assert np.diff(of).min() >= 0
    (spot,) = xy[of == 1]
    assert np.hypot(*(spot - [50, 60])) < 2 * SHAKE_M


def test_depends_on_nothing_but_footprint_and_seed() -> None:
    shapes = np.array([house(0, 0), house(40, 5), shapely.Point(9, 30)], dtype=object)
    xy, of = outline_points(shapes, SEEDS[:3])
    order = [2, 0, 1]
    again, of_again = outline_points(shapes[order], SEEDS[order])
    for position, old in enumerate(order):
        assert np.array_equal(again[of_again == position], xy[of == old])


def test_two_in_one_place_get_different_points() -> None:
    xy, of = sample(shapely.Point(5, 5), shapely.Point(5, 5))
    assert not np.array_equal(xy[of == 0], xy[of == 1])


@pytest.mark.parametrize("angle", [0, 17, 30, 45])
@pytest.mark.parametrize(
    ("width", "depth", "across", "along"),
    [(24, 12, 32, 20), (16, 8, 24, 16), (20, 12, 30, 24), (40, 12, 48, 30)],
)
def test_rows_of_rectangles_make_a_valid_diagram(
    width: float, depth: float, across: float, along: float, angle: float
) -> None:
    """24 × 12 m at 45° without the shake: 100 polygons invalid, no union at all."""
    houses = [
        moved(rotate(house(across * i, along * j, width, depth), angle, origin=(0, 0)))
        for i in range(12)
        for j in range(12)
    ]
    xy, of = sample(*houses)
    spots = shapely.points(xy)
    diagram = shapely.voronoi_polygons(shapely.multipoints(spots), ordered=True)
    pieces = shapely.get_parts(diagram)
    assert len(pieces) == len(xy)
    assert shapely.is_valid(pieces).all()
    assert shapely.intersects(pieces, spots).all()
    grounds = [shapely.coverage_union_all(pieces[of == n]) for n in range(len(houses))]
    whole = shapely.box(*shapely.total_bounds(pieces)).area
    assert sum(shapely.area(grounds)) == pytest.approx(whole, rel=1e-9)
