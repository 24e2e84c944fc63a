"""A path to a City: layers, coordinate systems, what is carried and what is told."""

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from gridpart.columns import CITY
from gridpart.crs import apply_datum
from gridpart.errors import InputError
from gridpart.read.cities import read_city
from tests import city_files


def test_a_geopackage_comes_in_as_it_is(tmp_path):
    path = city_files.write_gpkg(tmp_path / "city.gpkg")
    city = read_city(path)
    assert city.crs == CRS.from_user_input(city_files.CRS)
    assert city.basis == "dwellings"
    assert list(city.communities["community_code"]) == ["110108901001", "110108901002"]
    assert city.buildings["households"].sum() == 100
    assert city.buildings["households"].dtype == "int64"
    assert city.sources["buildings"] == hashlib.sha256(path.read_bytes()).hexdigest()
    given = city_files.buildings().geometry
    assert city.buildings.geometry.geom_equals(given).all()
    assert city.notes == ()


def test_every_table_is_there_with_its_columns(tmp_path):
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg"))
    for name, table in CITY.items():
        frame = getattr(city, name)
        shape = ["geometry"] if table.shapes else []
        assert list(frame.columns) == [*table.names, *shape]
        if table.shapes:
            assert frame.crs == city.crs


def test_layers_may_come_in_different_systems(tmp_path):
    houses = city_files.buildings().to_crs(4326)
    path = city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses)
    city = read_city(path)
    given = city_files.buildings().geometry
    assert city.buildings.geometry.hausdorff_distance(given).max() < 0.001
    assert city.buildings.crs == city.communities.crs == city.crs


@pytest.mark.parametrize("epsg", [4326, 4490, 3857])
def test_degrees_and_web_mercator_become_metres(tmp_path, epsg):
    path = city_files.write_gpkg(
        tmp_path / "city.gpkg",
        communities=city_files.communities().to_crs(epsg),
        buildings=city_files.buildings().to_crs(epsg),
    )
    city = read_city(path)
    assert city.crs.to_epsg() == 4548
    assert city.communities.area.to_numpy() == pytest.approx(40_000, rel=1e-4)


def test_a_shift_is_undone_in_every_layer(tmp_path):
    def shifted(frame):
        degrees = frame.to_crs(4326)
        moved = shapely.transform(
            degrees.geometry.to_numpy(),
            lambda xy: np.column_stack(apply_datum(xy[:, 0], xy[:, 1], "gcj02")),
        )
        return degrees.set_geometry(gpd.GeoSeries(moved, crs=4326))

    path = city_files.write_gpkg(
        tmp_path / "city.gpkg",
        communities=shifted(city_files.communities()),
        buildings=shifted(city_files.buildings()),
    )
    city = read_city(path, datum="gcj02")
    for given, read in (
        (city_files.communities(), city.communities),
        (city_files.buildings(), city.buildings),
    ):
        assert read.geometry.hausdorff_distance(given.geometry).max() < 0.01


def test_a_layer_without_crs_names_the_way_out(tmp_path):
    houses = city_files.buildings().set_crs(None, allow_override=True)
    path = city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses)
    with pytest.raises(InputError, match=r"layer buildings: .*no CRS.*--crs"):
        read_city(path)
    city = read_city(path, crs=city_files.CRS)
    assert city.buildings.geometry.geom_equals(city_files.buildings().geometry).all()


def test_coordinates_that_cannot_be_are_one_clear_error(tmp_path):
    houses = city_files.buildings().set_crs(4326, allow_override=True)
    path = city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses)
    with pytest.raises(InputError, match=r"layer buildings, row 1: .*impossible"):
        read_city(path)


def test_communities_in_metres_that_say_degrees_are_one_clear_error(tmp_path):
    grounds = city_files.communities().set_crs(4326, allow_override=True)
    path = city_files.write_gpkg(tmp_path / "city.gpkg", communities=grounds)
    with pytest.raises(InputError, match=r"layer communities: .*its CRS"):
        read_city(path)


def test_communities_without_rows_are_one_clear_error(tmp_path):
    none = city_files.communities().iloc[:0]
    path = city_files.write_gpkg(tmp_path / "city.gpkg", communities=none)
    with pytest.raises(InputError, match="communities has no rows"):
        read_city(path)


def test_an_old_chinese_system_beside_a_new_one_is_told(tmp_path):
    houses = city_files.buildings().set_crs(2384, allow_override=True)  # Xian 1980
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses))
    (note,) = city_files.notes_of(city, "I03")
    assert "Xian 1980" in note.message("en")


def test_bad_shapes_and_values_are_carried(tmp_path):
    houses = city_files.buildings(
        building_id=["b1", "b1", None, "b4"], households=[-5, 10**9, None, 0]
    )
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    houses = houses.set_geometry(
        [shapely.Point(1, 1), None, shapely.Polygon(), bow_tie], crs=city_files.CRS
    )
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses))
    read = city.buildings
    assert read["households"].tolist() == [-5, 10**9, pd.NA, 0]
    assert read["building_id"].isna().tolist() == [False, False, True, False]
    assert read.geom_type.tolist()[0] == "Point"
    assert read.geometry.isna()[1]
    assert read.geometry.is_empty[2]
    assert not read.geometry.is_valid[3]


@pytest.mark.parametrize(("value", "kind"), [("many", "str"), (2.5, "fraction")])
def test_households_that_are_no_whole_number_are_refused(tmp_path, value, kind):
    houses = city_files.buildings(households=[1, 2, value, 4])
    if isinstance(value, str):
        houses["households"] = houses["households"].astype(str)
    path = city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses)
    with pytest.raises(InputError, match=rf"`households`, row 3: .*{kind}"):
        read_city(path)


def test_an_optional_value_of_another_kind_is_missing_and_told(tmp_path):
    houses = city_files.buildings(floors=["6", "6-7层", None, "11"])
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses))
    assert city.buildings["floors"].tolist() == [6, pd.NA, pd.NA, 11]
    (note,) = city_files.told(city, "I07")
    assert note["rows"] == 1


def test_heights_are_dropped_and_told_once(tmp_path):
    high = city_files.communities()
    high = high.set_geometry(
        shapely.force_3d(high.geometry.to_numpy(), 12), crs=high.crs
    )
    houses = city_files.buildings()
    houses = houses.set_geometry(
        shapely.force_3d(houses.geometry.to_numpy(), 3), crs=houses.crs
    )
    path = city_files.write_gpkg(
        tmp_path / "city.gpkg", communities=high, buildings=houses
    )
    city = read_city(path)
    assert not city.communities.has_z.any()
    (note,) = city_files.told(city, "I03")
    assert note["layers"] == "communities, buildings"


def test_sites_that_are_no_polygons_are_left_out_one_by_one(tmp_path):
    sites = gpd.GeoDataFrame(
        {"site_id": ["s1", "s2", "s3"], "name": list("abc"), "kind": ["school"] * 3},
        geometry=[shapely.Point(1, 1), shapely.box(0, 0, 1, 1), None],
        crs=city_files.CRS,
    )
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg", sites=sites))
    assert city.sites["site_id"].tolist() == ["s2"]
    (note,) = city_files.told(city, "I04")
    assert note["rows"] == 2


def test_left_out_columns_and_layers_are_named(tmp_path):
    houses = city_files.buildings(colour=["secret"] * 4, 备注=["secret"] * 4)
    path = city_files.write_gpkg(
        tmp_path / "city.gpkg", buildings=houses, trees=city_files.buildings()
    )
    city = read_city(path)
    (left_out,) = city_files.told(city, "I01")
    assert left_out["columns"] == "colour, 备注"
    (ignored,) = city_files.told(city, "I02")
    assert ignored["names"] == "trees"
    said = "".join(note.message(lang) for note in city.notes for lang in ("zh", "en"))
    assert "secret" not in said


def test_compounds_may_be_a_table_or_absent_or_areas(tmp_path):
    plain = read_city(city_files.write_gpkg(tmp_path / "plain.gpkg"))
    assert plain.compounds.empty

    table = pd.DataFrame(
        {"compound_id": ["c1"], "name": ["阳光花园"], "managed": ["是"]}
    )
    folder = city_files.write_folder(
        tmp_path / "table", buildings=city_files.buildings(compound_id="c1")
    )
    table.to_csv(folder / "compounds.csv", index=False)
    city = read_city(folder)
    assert city.compounds["managed"].tolist() == [True]
    assert city.compounds.geometry.isna().all()

    area = gpd.GeoDataFrame(
        {"compound_id": ["east"]},
        geometry=[city_files.communities().geometry[1]],
        crs=city_files.CRS,
    )
    path = city_files.write_gpkg(tmp_path / "areas.gpkg", compounds=area)
    placed = read_city(path)
    assert placed.buildings["compound_id"].tolist()[2:] == ["east", "east"]
    assert placed.buildings["compound_id"].isna().tolist() == [True, True, False, False]
    (note,) = city_files.told(placed, "I09")
    assert note["rows"] == 2


def test_row_order_changes_nothing_but_the_order(tmp_path):
    first = read_city(city_files.write_gpkg(tmp_path / "a.gpkg"))
    turned = city_files.buildings().iloc[::-1]
    second = read_city(city_files.write_gpkg(tmp_path / "b.gpkg", buildings=turned))
    again = second.buildings.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(first.buildings, again)
