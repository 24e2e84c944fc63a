"""Coordinate systems: zones, metres, map shifts."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gridpart import crs
from gridpart.errors import InputError


def epsg(code):
    return pyproj.CRS.from_epsg(code)


@pytest.mark.parametrize(
    ("given", "lon", "lat", "expected"),
    [
        (4490, 106.4, 39.0, 4544),  # Shizuishan, central meridian 105
        (4326, 121.47, 31.23, 4549),  # Shanghai, 120
        (4326, 75.9, 39.5, 4534),  # Kashgar, the first zone
        (4326, 134.3, 48.4, 4554),  # Fuyuan, the last one
        (3857, 116.4, 39.9, 4548),  # Web Mercator is in metres, but not true ones
        (3395, 116.4, 39.9, 4548),
        (4326, 103.8, 1.35, 32648),  # Singapore is south of China's zones
        (3857, 103.8, 1.35, 32648),
        (2263, -73.98, 40.7, 32618),  # feet
        (4326, -73.98, 40.7, 32618),
        (32650, 20.0, 39.0, 32634),  # metres, but of another part of the world
    ],
)
def test_a_city_gets_a_crs_in_true_metres(given, lon, lat, expected):
    assert crs.metric_crs(epsg(given), lon, lat).to_epsg() == expected


@pytest.mark.parametrize(
    ("given", "lon", "lat"),
    [
        (4549, 121.47, 31.23),
        (4525, 110.2, 35.0),  # with the zone's number in front of the easting
        (32651, 121.47, 31.23),
        (3414, 103.8, 1.35),
        (2154, 2.55, 44.3),
        (2383, 114.3, 30.6),  # Xian 1980
        (2056, 8.5, 47.4),  # an oblique Mercator is true to length
    ],
)
def test_a_crs_in_true_metres_is_kept(given, lon, lat):
    assert crs.metric_crs(epsg(given), lon, lat) == epsg(given)


def test_heights_and_undefined_systems_are_no_crs():
    assert crs.known_crs(epsg(4979)).to_epsg() == 4326
    undefined = pyproj.CRS.from_wkt(
        'ENGCRS["Undefined Cartesian SRS with unknown unit",EDATUM["x"],CS[Cartesian,2]'
        ',AXIS["x",east,ORDER[1]],AXIS["y",north,ORDER[2]],LENGTHUNIT["m",1]]'
    )
    assert crs.known_crs(undefined) is None
    assert crs.known_crs(None) is None


def test_an_unknown_crs_or_shift_is_one_clear_error():
    with pytest.raises(InputError, match="EPSG:4547"):
        crs.read_crs("EPSG:1")
    with pytest.raises(InputError, match="gcj02, bd09"):
        crs.know_datum("wgs84")


def test_the_shift_is_the_one_web_maps_make():
    """The published example of the formulae: the centre of Beijing."""
    lon, lat = np.array([116.404]), np.array([39.915])
    assert np.allclose(
        crs.apply_datum(lon, lat, "gcj02"),
        [[116.41024449916938], [39.91640428150164]],
        rtol=0,
        atol=1e-9,
    )
    shifted = crs.apply_datum(lon, lat, "bd09")
    line = pyproj.Geod(ellps="WGS84").inv(lon[0], lat[0], shifted[0][0], shifted[1][0])
    assert 1100 < line[2] < 1500


def test_nothing_is_shifted_outside_china():
    lon, lat = np.array([2.35, 139.7]), np.array([48.85, 35.7])
    assert np.array_equal(crs.apply_datum(lon, lat, "gcj02"), [lon, lat])


def test_geometries_come_out_of_a_shift_whole():
    true = shapely.box(116.3, 39.9, 116.31, 39.91)
    shifted = shapely.transform(
        true,
        lambda xy: np.column_stack(crs.apply_datum(xy[:, 0], xy[:, 1], "gcj02")),
    )
    given = gpd.GeoSeries([shifted, None, shapely.Polygon()], crs=4490)
    back = crs.into_crs(given, epsg(4548), "gcj02")
    expected = gpd.GeoSeries([true], crs=4326).to_crs(4548)
    assert back[0].hausdorff_distance(expected[0]) < 0.01
    assert back[1] is None
    assert back[2].is_empty


def test_only_old_chinese_systems_are_rough():
    assert crs.is_rough(epsg(4610), epsg(4548))  # Xian 1980
    assert crs.is_rough(epsg(4214), epsg(4548))  # Beijing 1954
    assert not crs.is_rough(epsg(4326), epsg(4548))
    assert not crs.is_rough(epsg(2383), epsg(2383))
