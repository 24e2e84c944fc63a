import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.measure.shape import places_of_atoms, polsby_popper, reock, spread
from tests.builders import toy_plan


def test_polsby_popper_of_known_shapes():
    """Square pi/4; 3 x 1 rectangle 4 pi 3 / 8^2; half disc 2 pi^2 / (pi + 2)^2."""
    half_disc = shapely.intersection(
        shapely.Point(0, 0).buffer(1, quad_segs=2000), shapely.box(-2, 0, 2, 2)
    )
    shapes = np.array([shapely.box(0, 0, 7, 7), shapely.box(0, 0, 3, 1), half_disc])
    expected = [
        math.pi / 4,
        3 * math.pi / 16,
        2 * math.pi**2 / (math.pi + 2) ** 2,
    ]
    assert polsby_popper(shapes) == pytest.approx(expected, abs=1e-6)


def test_polsby_popper_counts_the_edge_of_holes():
    """A 3 x 3 square without its middle: area 8, boundary 12 + 4."""
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert polsby_popper(np.array([ring])) == pytest.approx([math.pi * 32 / 256])


def test_reock_of_known_shapes():
    """Square 2 / pi; 3 x 1 rectangle 3 / (pi 10 / 4); any disc 1."""
    disc = shapely.Point(3, 4).buffer(5, quad_segs=2000)
    shapes = np.array([shapely.box(0, 0, 7, 7), shapely.box(0, 0, 3, 1), disc])
    expected = [2 / math.pi, 12 / (10 * math.pi), 1]
    assert reock(shapes) == pytest.approx(expected, abs=1e-5)


def test_what_has_no_area_has_no_compactness():
    empty = np.array([shapely.Polygon(), None])
    assert np.isnan(polsby_popper(empty)).all()
    assert np.isnan(reock(empty)).all()


def test_spread_is_taken_from_the_best_centre():
    """Households 1, 2, 1 at 0, 30, 60 m: from the middle sqrt((900 + 900) / 4)."""
    places = np.array([(0, 0), (30, 0), (60, 0), (5, 5)], dtype=float)
    homes = np.array([1.0, 2.0, 1.0, 0.0])
    result = spread(places, homes, np.array(["a", "a", "a", "b"], dtype=object))
    assert result["a"] == pytest.approx(math.sqrt(450))
    assert math.isnan(result["b"])


def test_spread_prefers_the_crowded_place():
    """9 households at 0 and 1 at 100 m: sqrt(100^2 / 10) from the crowd."""
    places = np.array([(0, 0), (100, 0)], dtype=float)
    result = spread(places, np.array([9.0, 1.0]), np.array([0, 0]))
    assert result == {0: pytest.approx(math.sqrt(1000))}


def test_households_live_in_their_building_and_not_in_the_middle_of_the_ground():
    atoms = gpd.GeoDataFrame(
        {"building_id": pd.Series(["a", None, "b", "gone"], dtype="str")},
        geometry=[shapely.box(10 * i, 0, 10 * i + 10, 10) for i in range(4)],
    )
    buildings = gpd.GeoDataFrame(
        {"building_id": ["a", "b"]},
        geometry=[shapely.box(0, 0, 2, 2), shapely.box(18, 4, 22, 6)],
    )
    assert places_of_atoms(atoms, buildings).tolist() == [
        [1, 1],
        [15, 5],
        [21, 5],  # the part of the building inside its own ground
        [35, 5],
    ]


def test_an_atom_without_polygon_has_no_place():
    atoms = gpd.GeoDataFrame(
        {"building_id": pd.Series([None, None], dtype="str")},
        geometry=[None, shapely.box(0, 0, 2, 2)],
    )
    buildings = gpd.GeoDataFrame({"building_id": ["a"]}, geometry=[shapely.Point(0, 0)])
    places = places_of_atoms(atoms, buildings)
    assert np.isnan(places[0]).all()
    assert places[1].tolist() == [1, 1]


def test_places_without_a_layer_of_buildings() -> None:
    plan = toy_plan("AA.")
    bare = plan.buildings.iloc[:0]
    middles = plan.atoms.centroid
    assert places_of_atoms(plan.atoms, bare)[:, 0].tolist() == middles.x.tolist()
