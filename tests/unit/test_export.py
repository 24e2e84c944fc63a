"""The export: every format read back by a program that did not write it."""

import csv
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyproj
import pytest
import python_calamine
import shapely

from gridpart.columns import PLAN
from gridpart.errors import InputError
from gridpart.show.export import FORMATS, export_plan
from gridpart.show.vectors import LAYERS, SHORT, short_name, write_shapefiles
from tests.builders import CORNER, base_code, drop, edit, school_plan
from tests.hostile import FORMULAS, MARKUP, TYPESET
from tests.people_builder import at, table_of, with_orgs, with_workers

HOSTILE = (*FORMULAS, MARKUP, TYPESET, '{"a": [1]}', "[1, 2]")


@pytest.fixture
def plan():
    sound = school_plan(
        barriers=[("railway", "hard", [(2, 0), (2, 2)])],
    )
    staffed = with_orgs(with_workers(sound, {"geometry": at(0, 0)}), {})
    site = {"resource_id": "R1", "name": "北站", "kind": "service_site"}
    return replace(
        staffed,
        resources=table_of("resources", [site | {"geometry": at(0, 5)}]),
        posts=table_of(
            "posts",
            [
                {"grid_code": base_code("1"), "post": "worker", "worker_id": "w1"},
                {"grid_code": base_code("2"), "post": "worker", "worker_id": None},
            ],
        ),
        party_links=table_of(
            "party_links",
            [{"org_id": "p1", "grid_code": base_code("1"), "relation": "covers"}],
        ),
    )


def with_names(plan, name):
    """The plan with one and the same name for everything that has one."""
    for layer, column in (
        ("communities", "name"),
        ("communities", "subdistrict"),
        ("base_grids", "name"),
        ("base_grids", "reason"),
        ("micro_grids", "name"),
        ("exclusive_grids", "name"),
        ("exclusive_grids", "responsible"),
        ("buildings", "address"),
        ("barriers", "kind"),
        ("resources", "name"),
        ("party_orgs", "name"),
    ):
        plan = edit(plan, layer, 0, **{column: name})
    return plan


def table(folder, name):
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        assert lines.read(1) == "\ufeff"
        return list(csv.DictReader(lines))


def features(folder, layer):
    path = folder / "geojson" / f"{layer}.geojson"
    return json.loads(path.read_text(encoding="utf-8"))


def sheets(path):
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_csv_says_what_the_workbook_says(plan, tmp_path):
    export_plan(plan, tmp_path / "out", ["xlsx", "csv"])
    pages = sheets(tmp_path / "out" / "ledgers.xlsx")
    heads, *lines = pages["网格清单"]
    rows = table(tmp_path / "out", "base_grids")
    assert list(rows[0]) == heads
    assert [row["网格编码"] for row in rows] == plan.base_grids["grid_code"].tolist()
    for row, line in zip(rows, lines, strict=True):
        for value, other in zip(row.values(), line, strict=True):
            if isinstance(other, str):
                assert value == other
            else:
                assert float(value) == pytest.approx(other, abs=1e-6)
    assert len(table(tmp_path / "out", "summary")) == len(plan.communities)


def test_csv_quotes_text_and_leaves_numbers_bare(plan, tmp_path):
    export_plan(plan, tmp_path / "out", ["csv"])
    raw = (tmp_path / "out" / "csv" / "base_grids.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    first = raw.decode("utf-8-sig").split("\r\n")[1]
    assert first.startswith(f'"{base_code("1")}",')
    assert ",-0.0" in first  # a deviation below the mean


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text_in_workbook_csv_and_geojson(plan, tmp_path, name):
    hostile = with_names(plan, name)
    export_plan(hostile, tmp_path / "out")
    pages = sheets(tmp_path / "out" / "ledgers.xlsx")
    assert pages["网格清单"][1][1] == name
    assert pages["党组织清单"][1][1] == name
    (row, *_) = table(tmp_path / "out", "base_grids")
    assert row["网格名称"].removeprefix("'") == name
    for path in (tmp_path / "out" / "csv").iterdir():
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for line in csv.reader(lines):
                for text in line:
                    is_number = text.replace(".", "").replace("-", "").isdigit()
                    safe = not text.strip().startswith(tuple("=+-@＝＋－＠"))
                    assert (is_number and text != "-1") or safe, path
    assert features(tmp_path / "out", "base_grids")["features"][0]["properties"][
        "name"
    ] == (name)


def test_geojson_keeps_to_the_standard(plan, tmp_path):
    hole = shapely.Polygon(
        plan.base_grids.geometry[0].geoms[0].exterior,
        [plan.base_grids.geometry[0].centroid.buffer(5).exterior],
    )
    holed = edit(plan, "base_grids", 0, geometry=shapely.MultiPolygon([hole]))
    export_plan(holed, tmp_path / "out", ["geojson"])
    for layer in LAYERS:
        page = features(tmp_path / "out", layer)
        assert "crs" not in page
        assert len(page["features"]) == len(plan.tables[layer])
        for feature in page["features"]:
            shape = shapely.geometry.shape(feature["geometry"])
            points = shapely.get_coordinates(shape)
            assert np.abs(points - points.round(7)).max() < 1e-12
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw
                    assert all(not ring.is_ccw for ring in part.interiors)
    first = features(tmp_path / "out", "base_grids")["features"][0]
    lon_lat = shapely.get_coordinates(shapely.geometry.shape(first["geometry"]))
    back = pyproj.Transformer.from_crs(4326, plan.atoms.crs, always_xy=True)
    x, y = back.transform(*lon_lat.T)
    known = shapely.MultiPoint(shapely.get_coordinates(hole))
    far = shapely.distance(shapely.points(x, y), known)
    assert far.max() < 0.02  # metres: seven digits


def test_shapefile_names_are_short_and_of_one_kind():
    for layer in LAYERS:
        names = [short_name(name) for name in PLAN[layer].names]
        assert len(set(names)) == len(names)
        assert all(name.isascii() and len(name) <= 10 for name in names)
        assert all(len(name) <= 10 or name in SHORT for name in PLAN[layer].names), (
            "a cut name reads badly; give it a short one"
        )


def test_long_texts_are_cut_between_characters(plan, tmp_path):
    long = edit(plan, "base_grids", 0, name="网" * 100)
    write_shapefiles(long, tmp_path, "zh")
    raw = (tmp_path / "base_grids.dbf").read_bytes()
    assert ("网" * 84).encode() in raw
    assert ("网" * 85).encode() not in raw


def test_all_formats_together_and_again(plan, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    monkeypatch.setattr("gridpart.show.export.write_sheets", print_nothing)
    paths = export_plan(plan, folder, FORMATS)
    assert set(paths) | {folder / "export.json"} == set(files(folder))
    record = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert {entry["plan"] for entry in record.values()} == {plan.info["id"]}
    mine = folder / "csv" / "mine.csv"
    mine.write_text("mine")
    lines_only = drop(plan, "barriers", plan.barriers["kind"].notna())
    export_plan(lines_only, folder, ["shp", "csv"])
    assert mine.read_text() == "mine"
    assert not (folder / "shp" / "barriers_line.shp").exists()
    assert (folder / "ledgers.xlsx").exists()
    after = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert after.keys() == record.keys()


def print_nothing(*_):
    return []


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "record",
    [
        "no json",
        "[]",
        '{"csv": {"plan": "", "files": ["../precious.txt"]}}',
        '{"csv": {"plan": "", "files": ["/etc/hostname"]}}',
        '{"csv": {"plan": "", "files": [7]}}',
    ],
)
def test_a_record_that_makes_no_sense_removes_nothing(plan, tmp_path, record):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "export.json").write_text(record)
    (tmp_path / "precious.txt").write_text("x")
    export_plan(plan, folder, ["csv"])
    assert (tmp_path / "precious.txt").exists()
    assert list(json.loads((folder / "export.json").read_text())) == ["csv"]


@pytest.mark.parametrize("fault", [InputError, KeyboardInterrupt])
def test_a_failed_export_leaves_all_as_it_was(plan, tmp_path, monkeypatch, fault):
    def fail(*_):
        raise fault

    folder = tmp_path / "out"
    export_plan(plan, folder, ["csv"])
    before = {path: path.read_bytes() for path in files(tmp_path)}
    monkeypatch.setattr("gridpart.show.export.write_geojson", fail)
    with pytest.raises(fault):
        export_plan(edit(plan, "base_grids", 0, name="x"), folder)
    assert {path: path.read_bytes() for path in files(tmp_path)} == before


def test_equal_plans_make_equal_files(plan, tmp_path):
    kinds = ["xlsx", "csv", "geojson", "shp"]
    export_plan(plan, tmp_path / "one", kinds)
    export_plan(plan, tmp_path / "two", kinds)
    for path in files(tmp_path / "one"):
        twin = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == twin.read_bytes(), path


def test_places_of_people_are_not_handed_out(plan, tmp_path):
    export_plan(plan, tmp_path / "out", ["xlsx", "csv", "geojson", "shp"])
    assert not {path.stem for path in files(tmp_path / "out")} & {"workers"}
    x = f"{CORNER[0] + 25:.0f}".encode()
    assert all(x not in path.read_bytes() for path in files(tmp_path / "out" / "csv"))


def test_bad_wishes_are_refused(plan, tmp_path):
    with pytest.raises(InputError, match="docx"):
        export_plan(plan, tmp_path / "out", ["csv", "docx"])
    with pytest.raises(InputError, match="language"):
        export_plan(plan, tmp_path / "out", lang="fr")
    with pytest.raises(InputError, match="missing"):
        export_plan(plan, tmp_path / "missing" / "out")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="file"):
        export_plan(plan, tmp_path / "file")
    assert {path.name for path in tmp_path.iterdir()} == {"file"}


def test_a_bare_plan_still_goes_out(plan, tmp_path):
    bare = drop(plan, "base_grids", plan.base_grids["grid_code"].notna())
    bare = drop(bare, "micro_grids", bare.micro_grids["grid_code"].notna())
    bare = drop(bare, "buildings", bare.buildings["building_id"].notna())
    bare = replace(bare, info={})
    export_plan(bare, tmp_path / "out", ["xlsx", "csv", "geojson", "shp"])
    assert table(tmp_path / "out", "base_grids") == []
    assert pd.isna(table(tmp_path / "out", "summary")[0]["网格平均户数"] or np.nan)


def test_english(plan, tmp_path):
    export_plan(plan, tmp_path / "out", ["csv"], lang="en")
    row = table(tmp_path / "out", "base_grids")[0]
    assert row["State"] == "in use"
    assert row["Four bounds"].startswith("E: ")


@pytest.mark.parametrize(
    ("layer", "values"),
    [
        ("base_grids", {"grid_code": base_code("2")}),
        ("base_grids", {"geometry": None}),
        ("base_grids", {"community_code": "unknown"}),
        ("base_grids", {"deviation": np.nan, "compactness": np.nan}),
        ("communities", {"community_code": "unknown"}),
        ("communities", {"geometry": None, "status": "new word"}),
        ("atoms", {"base_grid": None, "micro_grid": None}),
        ("atoms", {"exclusive_grid": "unknown"}),
        ("posts", {"grid_code": "unknown", "post": "unheard-of"}),
        ("party_links", {"grid_code": "unknown", "org_id": "unknown"}),
        ("party_orgs", {"parent_id": "p1", "level": "unheard-of"}),
        ("buildings", {"geometry": None, "building_id": "unknown"}),
    ],
)
def test_broken_plans_go_out_all_the_same(plan, tmp_path, layer, values):
    broken = edit(plan, layer, 0, **values)
    paths = export_plan(broken, tmp_path / "out", ["xlsx", "csv", "geojson", "shp"])
    assert all(path.stat().st_size for path in paths)
    listed = table(tmp_path / "out", "base_grids")
    assert len(listed) == len(broken.base_grids)
