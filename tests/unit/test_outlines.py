"""Polygons that share edges, simplified together and drawn once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.show.outlines import edges_once, simplify_together

CRS = "EPSG:4526"
# A wavy line from (0, 50) to (100, 50): vertices every metre, 0.2 m up and down.
WAVE = [(x, 50 + 0.2 * (-1) ** x) for x in range(1, 100)]


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs=CRS)


@pytest.fixture
def halves():
    south = shapely.Polygon([(0, 0), (100, 0), (100, 50), *reversed(WAVE), (0, 50)])
    north = shapely.Polygon([(0, 50), *WAVE, (100, 50), (100, 100), (0, 100)])
    return series(south, north)


def test_neighbours_and_levels_still_fit(halves):
    whole = series(shapely.union_all(halves.array))
    simple = simplify_together({"whole": whole, "halves": halves}, 0.3)
    south, north = simple["halves"]
    assert shapely.get_num_coordinates(south) == 5
    assert south.intersection(north).area == 0
    assert shapely.union_all([south, north]).equals(simple["whole"][0])


def test_a_bend_beyond_the_tolerance_stays(halves):
    simple = simplify_together({"halves": halves}, 0.1)
    assert simple["halves"].geom_equals(halves).all()


def test_corners_where_three_meet_stay():
    """The middle of the long edge is a corner of the other two."""
    left = shapely.box(0, 0, 10, 20)
    low = shapely.box(10, 0, 20, 10)
    high = shapely.box(10, 10, 20, 20)
    noded = shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 20), (0, 20)])
    simple = simplify_together({"all": series(noded, low, high)}, 0.3)["all"]
    assert shapely.get_num_coordinates(simple[0]) == 6
    assert simple[0].equals(left)


def test_islands_holes_and_parts_are_kept():
    ring = shapely.box(0, 0, 30, 30) - shapely.box(10, 10, 20, 20)
    island = shapely.box(10, 10, 20, 20)
    apart = shapely.MultiPolygon(
        [shapely.box(50, 0, 60, 10), shapely.box(70, 0, 71, 1)]
    )
    before = series(ring, island, apart)
    after = simplify_together({"all": before}, 0.3)["all"]
    assert after.geom_equals(before).all()


def test_a_shape_smaller_than_the_tolerance_survives():
    tiny = shapely.box(0, 0, 0.1, 0.1)
    after = simplify_together({"all": series(tiny, shapely.box(5, 5, 9, 9))}, 0.3)
    assert after["all"][0].equals(tiny)


def test_index_and_crs_are_kept_and_an_empty_layer_stays_empty(halves):
    moved = halves.set_axis([7, 3])
    none = gpd.GeoSeries([], crs=CRS)
    simple = simplify_together({"none": none, "halves": moved}, 0.3)
    assert simple["halves"].index.tolist() == [7, 3]
    assert simple["halves"].crs == CRS
    assert len(simple["none"]) == 0


def test_a_shared_edge_is_drawn_once(halves):
    edges = edges_once(halves, pd.Series(["a", "a"]))
    net = shapely.union_all(halves.boundary.array)
    assert len(edges) == 1
    assert edges.iloc[0].length == pytest.approx(net.length)
    assert edges.iloc[0].symmetric_difference(net).length < 1e-9


def test_an_edge_of_two_groups_goes_to_one_of_them(halves):
    edges = edges_once(halves, pd.Series(["b", "a"]))
    assert edges.index.tolist() == ["a", "b"]
    assert edges.iloc[0].intersection(edges.iloc[1]).length == 0
    assert np.sum(edges.length) == pytest.approx(
        shapely.union_all(halves.boundary.array).length
    )


def test_a_group_among_others_keeps_its_place_without_edges():
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    shapes = gpd.GeoSeries([ring, shapely.box(1, 1, 2, 2)], crs=4544)
    edges = edges_once(shapes, pd.Series(["a", "b"]))
    assert len(edges) == 2
    assert edges.iloc[0].length == 16
    assert edges.iloc[1].is_empty
