import dataclasses
import filecmp
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pyogrio.raw import write as write_raw

from gridpart.check.plans import check_plan
from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.errors import InputError
from gridpart.plan import Plan
from gridpart.store import plans
from gridpart.store.plans import load_plan, save_plan
from tests.assertions import assert_same_plan
from tests.builders import CRS, base_code, toy_plan


def plan_of_everything() -> Plan:
    plan = toy_plan(
        "AAB.\nAA*B",
        "112X\n1122",
        units=[[(0, 0), (0, 1)]],
        barriers=[("river", "hard", [(2, 0), (2, 2)])],
        crossings=[(2, 0.5)],
    )
    findings = gpd.GeoDataFrame(
        {
            "rule": ["V10", "I35"],
            "severity": ["warning", "info"],
            "grid_code": [base_code("1"), None],
            "community_code": [None, None],
            "message_zh": ["不均衡", "在外"],
            "message_en": ["unbalanced", "outside"],
        },
        geometry=[shapely.Point(1, 2), None],
        crs=CRS,
    )
    lineage = pd.DataFrame(
        {"old_code": [base_code("9")], "new_code": [base_code("1")], "households": [7]}
    )
    buildings = plan.buildings.copy()
    buildings.loc[1, "geometry"] = buildings.geometry[1].centroid
    buildings.loc[0, "floors"] = 6
    return dataclasses.replace(
        plan,
        findings=conform(findings, PLAN["findings"]),
        lineage=conform(lineage, PLAN["lineage"]),
        buildings=buildings,
        info={**plan.info, "sources": '{"buildings": "ab"}', "parent": "0123"},
    )


@pytest.fixture
def plan() -> Plan:
    return plan_of_everything()


@pytest.fixture
def path(plan: Plan, tmp_path: Path) -> Path:
    save_plan(plan, tmp_path / "plan.gpkg")
    return tmp_path / "plan.gpkg"


def change_layer(path: Path, layer: str, change) -> None:
    """Rewrite one layer of a file as somebody else might have."""
    frame = change(pyogrio.read_dataframe(path, layer=layer))
    with sqlite3.connect(path) as database:
        database.execute(f"DROP TABLE {layer}")
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
            database.execute(f"DELETE FROM {table} WHERE table_name = ?", (layer,))
        database.execute("DELETE FROM gpkg_extensions WHERE table_name = ?", (layer,))
    pyogrio.write_dataframe(frame, path, layer=layer)


def test_a_plan_comes_back_as_it_was(plan, path):
    assert_same_plan(load_plan(path), plan)


def test_empty_layers_come_back_empty(plan, tmp_path):
    empty = {name: table.iloc[:0] for name, table in plan.tables.items()}
    bare = dataclasses.replace(plan, **empty)
    save_plan(bare, tmp_path / "bare.gpkg")
    assert_same_plan(load_plan(tmp_path / "bare.gpkg"), bare)


def test_layers_have_the_geometry_of_the_contract(path):
    layers = dict(pyogrio.list_layers(path).tolist())
    grids = ["base_grids", "micro_grids", "exclusive_grids", "communities"]
    assert {layers[name] for name in grids} == {"MultiPolygon"}
    assert layers["atoms"] == "Polygon"
    assert {layers[name] for name in ("borders", "posts", "lineage", "plan")} == {None}
    assert set(layers) == {*PLAN, "plan"}


def test_single_polygons_are_written_as_multipolygons(plan, tmp_path):
    single = plan.base_grids.set_geometry(
        shapely.get_geometry(plan.base_grids.geometry.to_numpy(), 0), crs=CRS
    )
    assert set(single.geom_type) == {"Polygon"}
    drawn = dataclasses.replace(plan, base_grids=single)
    save_plan(drawn, tmp_path / "drawn.gpkg")
    assert_same_plan(load_plan(tmp_path / "drawn.gpkg"), plan)
    assert set(single.geom_type) == {"Polygon"}  # what was given is unchanged


def test_the_file_is_a_sound_database(path):
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kinds = dict(
            database.execute("SELECT table_name, data_type FROM gpkg_contents")
        )
    assert kinds["atoms"] == "features"
    assert kinds["plan"] == "attributes"


def test_equal_plans_make_equal_files(path):
    again = path.with_name("again.gpkg")
    save_plan(plan_of_everything(), again)
    assert filecmp.cmp(path, again, shallow=False)


def test_nothing_but_the_plan_is_left_in_the_folder(path):
    assert [p.name for p in path.parent.iterdir()] == ["plan.gpkg"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_save_leaves_the_old_plan(plan, path, monkeypatch, stop):
    before = path.read_bytes()
    write = pyogrio.write_dataframe

    def interrupted(frame, *args, layer, **options):
        if layer == "borders":
            raise stop
        write(frame, *args, layer=layer, **options)

    monkeypatch.setattr(plans.pyogrio, "write_dataframe", interrupted)
    with pytest.raises(stop):
        save_plan(dataclasses.replace(plan, info={}), path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["plan.gpkg"]


def test_a_new_plan_takes_the_place_of_the_old_one(plan, path):
    other = dataclasses.replace(plan, info={"id": "other"})
    path.with_name("plan.gpkg-wal").write_bytes(b"left by another program")
    save_plan(other, path)
    assert load_plan(path).info == {"id": "other"}
    assert [p.name for p in path.parent.iterdir()] == ["plan.gpkg"]


def test_a_missing_folder_is_named(plan, tmp_path):
    with pytest.raises(InputError, match="no_such_folder"):
        save_plan(plan, tmp_path / "no_such_folder" / "plan.gpkg")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.gpkg: there is no such file"):
        load_plan(tmp_path / "nowhere.gpkg")


def test_a_file_that_is_no_geopackage_is_refused(tmp_path):
    path = tmp_path / "text.gpkg"
    path.write_text("not a database")
    with pytest.raises(InputError, match="cannot be read as GeoPackage"):
        load_plan(path)


def test_a_city_is_no_plan(plan, tmp_path):
    path = tmp_path / "city.gpkg"
    pyogrio.write_dataframe(plan.communities, path, layer="communities")
    with pytest.raises(InputError, match="layer `atoms` is missing"):
        load_plan(path)


def test_a_missing_column_is_named(path):
    change_layer(path, "atoms", lambda frame: frame.drop(columns="households"))
    with pytest.raises(InputError, match="layer atoms: column `households`"):
        load_plan(path)


def test_a_plan_in_degrees_is_refused(path):
    change_layer(path, "atoms", lambda frame: frame.to_crs(4490))
    with pytest.raises(InputError, match="projected CRS in metres"):
        load_plan(path)


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_a_plan_without_crs_is_refused(path):
    change_layer(path, "atoms", lambda frame: frame.set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="projected CRS in metres"):
        load_plan(path)


def test_layers_and_columns_that_may_be_missing_are_filled_in(plan, tmp_path):
    path = tmp_path / "foreign.gpkg"
    for name in ("atoms", "base_grids", "communities"):
        table = plan.tables[name]
        table = table.drop(columns=[c for c in ("reason", "gap") if c in table])
        pyogrio.write_dataframe(table, path, layer=name)
    borders = plan.borders.drop(columns="clear_m")
    pyogrio.write_dataframe(borders, path, layer="borders")
    loaded = load_plan(path)
    assert loaded.base_grids["reason"].isna().all()
    assert loaded.micro_grids.empty
    assert loaded.micro_grids.crs == CRS
    assert loaded.info == {}
    # What is known to be a barrier is a clear line; of the rest nothing is known.
    river = loaded.borders["barrier"].notna()
    assert (loaded.borders["clear_m"][river] == 50).all()
    assert (loaded.borders["clear_m"][~river] == 0).all()


def test_codes_that_became_numbers_are_text_again(plan, path):
    change_layer(
        path,
        "atoms",
        lambda frame: frame.astype({"base_grid": "float64", "community_code": "int64"}),
    )
    loaded = load_plan(path)
    pd.testing.assert_series_equal(loaded.atoms["base_grid"], plan.atoms["base_grid"])
    assert (loaded.atoms["community_code"] == plan.atoms["community_code"]).all()


def test_another_name_of_the_geometry_and_heights_do_not_matter(plan, path):
    change_layer(
        path,
        "atoms",
        lambda frame: frame.set_geometry(shapely.force_3d(frame.geometry, 5.0)),
    )
    assert_same_plan(load_plan(path), plan)


def test_another_crs_of_one_layer_is_put_right(plan, path):
    change_layer(path, "base_grids", lambda frame: frame.to_crs(4490))
    loaded = load_plan(path)
    moved = shapely.hausdorff_distance(
        loaded.base_grids.geometry.to_numpy(), plan.base_grids.geometry.to_numpy()
    )
    assert loaded.base_grids.crs == CRS
    assert (moved < 1e-3).all()


def test_a_ring_that_is_not_closed_is_loaded_and_found(plan, path):
    ring = np.array([(0, 0), (0, 9), (9, 9), (9, 1)], dtype="<f8")
    wkb = b"\x01\x03\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00" + ring.tobytes()
    table = plan.exclusive_grids.drop(columns="geometry")
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE exclusive_grids")
        for catalogue in ("contents", "geometry_columns", "ogr_contents"):
            database.execute(
                f"DELETE FROM gpkg_{catalogue} WHERE table_name = 'exclusive_grids'"
            )
    write_raw(
        path,
        np.array([wkb], dtype=object),
        [table[name].to_numpy(dtype=object) for name in table],
        list(table.columns),
        layer="exclusive_grids",
        driver="GPKG",
        geometry_type="Polygon",
        crs=CRS,
    )
    found = check_plan(load_plan(path))
    assert [f.grid_code for f in found if f.rule == "V01"] == [
        plan.exclusive_grids["grid_code"][0]
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([None, *[50.0] * 7], "`households`: 1 rows have no value"),
        ([50.5, *[50.0] * 7], "`households`: must hold whole numbers, not 50.5"),
    ],
)
def test_counts_that_are_no_counts_are_refused(path, values, words):
    change_layer(path, "atoms", lambda frame: frame.assign(households=values))
    with pytest.raises(InputError, match=words):
        load_plan(path)


def test_whole_numbers_may_be_written_with_a_point(plan, path):
    change_layer(path, "atoms", lambda frame: frame.astype({"households": "float64"}))
    assert_same_plan(load_plan(path), plan)
