"""Who answers for a place: the same from a loaded plan and straight from the file."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from typer.testing import CliRunner

from gridpart.cli import app
from gridpart.errors import InputError
from gridpart.locate.answers import IDS, answer
from gridpart.locate.files import atom_at, open_plan, read_register, spot_of
from gridpart.locate.locators import locate_points, prepare_locator
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.staff.party import link_organisations
from gridpart.staff.posts import assign_posts
from gridpart.store.plans import load_plan, save_plan
from tests.builders import (
    CORNER,
    CRS,
    base_code,
    community_code,
    edit,
    exclusive_code,
    toy_plan,
)
from tests.people_builder import SIDE_M, at, with_orgs, with_workers

RULES = Rules.preset()
ONE, TWO = community_code("1"), community_code("2")
DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def degrees(row: float, column: float) -> list[str]:
    """Longitude and latitude of the middle of a square, as one would type them."""
    place = at(row, column)
    return [f"{value:.9f}" for value in DEGREES.transform(place.x, place.y)]


def town() -> Plan:
    """Two communities, a school of its own, a building in two grids, people."""
    plan = toy_plan(
        "AABB.CC\nAABBXCC",
        "1122X33\n1122X33",
        communities="1111122\n1111122",
        units=[[(1, 1), (1, 2)]],
    )
    plan = with_workers(
        plan,
        {"worker_id": "w1", "geometry": at(0, 0)},
        {"worker_id": "w2", "geometry": at(0, 3)},
        {"worker_id": "m1", "role": "micro_worker", "geometry": at(0, 0)},
    )
    plan = with_orgs(
        plan,
        {"org_id": "street", "level": "街道党工委"},
        {"org_id": "top", "level": "community_committee", "parent_id": "street",
         "community_code": ONE},
        {"org_id": "branch", "parent_id": "top", "community_code": ONE},
        {"org_id": "group", "level": "group", "parent_id": "branch",
         "building_id": "b0000"},
        {"org_id": "round", "parent_id": "about", "building_id": "b0005"},
        {"org_id": "about", "parent_id": "round"},
    )  # fmt: skip
    plan = edit(plan, "communities", [0, 1], subdistrict="前进街道")
    addresses = [f"和平路{n}号" for n in range(1, len(plan.buildings) + 1)]
    plan = edit(plan, "buildings", slice(None), address=addresses)
    return replace(
        plan,
        posts=assign_posts(plan, RULES),
        party_links=link_organisations(plan, RULES),
    )


TOWN = town()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("locate") / "plan.gpkg"
    save_plan(TOWN, target)
    return target


def ask(path: Path, *arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["locate", str(path), *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(path: Path, *arguments: str) -> str:
    with pytest.raises(InputError) as told:
        CliRunner().invoke(
            app,
            ["locate", str(path), *arguments],
            catch_exceptions=False,
            standalone_mode=False,
        )
    return str(told.value)


def test_a_place_is_answered_for_up_to_the_county(path: Path) -> None:
    told = ask(path, *degrees(0, 0))
    assert told["inside"] is True
    assert told["community_code"] == ONE
    assert told["base_grid"] == base_code("1")
    assert told["micro_grid"] == f"{base_code('1')}01"
    assert told["exclusive_grid"] is None
    assert told["building_id"] == "b0000"
    assert (told["worker"], told["standby"], told["micro_worker"]) == ("w1", "w2", "m1")
    assert [org["org_id"] for org in told["organisations"]] == [
        "group", "branch", "top", "street",
    ]  # fmt: skip
    assert [
        (step["level"], step["code"], step["name"]) for step in told["escalation"]
    ] == [
        ("grid", base_code("1"), "社区1第1网格"),
        ("community", ONE, "社区1"),
        ("subdistrict", ONE[:9], "前进街道"),
        ("county", ONE[:6], None),
    ]
    assert [step["who"] for step in told["escalation"]] == [
        ["w1", "w2"], ["组织2"], ["组织1"], [],
    ]  # fmt: skip


def test_a_grid_of_its_own_has_who_is_responsible(tmp_path: Path, path: Path) -> None:
    told = ask(path, *degrees(1, 4))
    assert told["exclusive_grid"] == exclusive_code("X")
    assert told["base_grid"] is told["micro_grid"] is told["worker"] is None
    named = edit(TOWN, "exclusive_grids", 0, responsible="第一小学")
    save_plan(named, tmp_path / "named.gpkg")
    told = ask(tmp_path / "named.gpkg", *degrees(0, 4))
    assert told["responsible"] == "第一小学"
    assert told["escalation"][0]["who"] == ["第一小学"]


def test_a_circle_of_organisations_ends(path: Path) -> None:
    told = ask(path, *degrees(0, 5))
    assert told["base_grid"] == base_code("3", "2")
    assert [org["org_id"] for org in told["organisations"]] == ["round", "about"]


def test_outside_the_city_nobody_answers(path: Path) -> None:
    told = ask(path, *degrees(40, 0))
    assert told.pop("inside") is False
    assert told.pop("organisations") == told.pop("escalation") == []
    assert set(told) > {"community_code", "base_grid", "worker", "standby"}
    assert {value for key, value in told.items() if key not in {"lon", "lat"}} == {None}
    done = CliRunner().invoke(app, ["locate", str(path), "-73.9", "40.7"])
    assert done.exit_code == 0
    assert "outside the city" in done.stdout


def test_a_building_or_an_address_is_a_place_too(path: Path) -> None:
    building = TOWN.buildings.set_index("address")["building_id"]
    for address in ("和平路2号", " 和平路２号"):
        told = ask(path, "--address", address)
        assert told["building_id"] == building["和平路2号"]
    assert ask(path, "--building", "b0000")["worker"] == "w1"
    assert ask(path, "--building", "b0101#2")["base_grid"] == base_code("2")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer_as_text(path: Path, lang: str) -> None:
    command = ["locate", str(path), *degrees(0, 5), "--lang", lang]
    lines = CliRunner().invoke(app, command).stdout.splitlines()
    assert f"({base_code('3', '2')})" in lines[0].replace("（", "(").replace("）", ")")
    command = ["locate", str(path), *degrees(0, 0), "--lang", lang]
    named = CliRunner().invoke(app, command).stdout
    assert {"zh": "（党小组）", "en": "(group)"}[lang] in named
    assert {"zh": "（社区党委）", "en": "(community committee)"}[lang] in named
    vacant = {"zh": "待招募", "en": "to recruit"}[lang]
    assert sum(vacant in line for line in lines) == 3
    assert [line[0] for line in lines[-4:]] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (degrees(0, 0)[::-1], "Give longitude first"),
        (["31.2", "121.4"], "Give longitude first: 121.4 31.2"),
        (["38400025", "4299975"], "As metres of the plan"),
        (["4299975", "38400025"], "As metres of the plan"),
        (["500000", "4299975"], "Give degrees"),
        (["nan", "39"], "is no place"),
        (["--building", "b9"], "'b9' is not in the plan"),
        (["--building", "b0101"], "Give one of its parts: b0101#1 (64"),
        (["--address", "和平路"], "12 buildings have it: 和平路1号 (b0000); "),
        (["--address", "幸福路1号"], "no building has it"),
        (["--address", " "], "is empty"),
    ],
)
def test_what_is_no_place_is_refused(
    path: Path, arguments: list[str], told: str
) -> None:
    assert told in refused(path, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [[], ["106.1"], ["106.1", "39.0", "--building", "b0000"], ["here", "there"],
     ["--building", "b0000", "--address", "x"], ["1", "2", "3"], ["1", "2", "--jsn"]],
)  # fmt: skip
def test_one_place_is_to_be_given(path: Path, arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["locate", str(path), *arguments])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def sql(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as plan:
            for statement in statements:
                plan.execute(statement)
            plan.commit()

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda path: path.unlink(), "no such file"),
        (lambda path: path.write_bytes(b"no database at all, but some text"), "read"),
        (lambda path: path.write_bytes(b""), "layer `atoms` is missing"),
        (sql("drop table communities"), "layer `communities` is missing"),
        (
            sql("alter table atoms rename column community_code to x"),
            "`community_code`",
        ),
        (sql("delete from gpkg_geometry_columns"), "no geometry"),
        (sql("update gpkg_geometry_columns set srs_id = -1"), "projected CRS"),
    ],
)
def test_what_is_no_plan_is_refused(
    path: Path, tmp_path: Path, change: Callable[[Path], None], told: str
) -> None:
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(path.read_bytes())
    change(broken)
    assert told in refused(broken, *degrees(0, 0))


def test_a_plan_of_another_program_is_read_too(path: Path, tmp_path: Path) -> None:
    """Without search tree, extent and posts; codes became numbers."""
    other = tmp_path / "other.gpkg"
    for layer in ("atoms", "base_grids", "communities"):
        table = gpd.read_file(path, layer=layer)
        codes = [name for name in table if name.endswith("_code")]
        table[codes] = table[codes].astype("int64")
        table.to_file(other, layer=layer, SPATIAL_INDEX="NO")
    sql("update gpkg_contents set min_x = null, max_x = null")(other)
    told = ask(other, *degrees(0, 0))
    assert told["community_code"] == ONE
    assert told["base_grid"] == base_code("1")
    assert told["grid"] == "社区1第1网格"
    assert told["worker"] is None


def test_file_and_locator_agree_also_on_borders(path: Path) -> None:
    locator = prepare_locator(load_plan(path))
    places = [at(y / 2, x / 2) for y in range(-2, 4) for x in range(-2, 14)]
    metres = np.array([(place.x, place.y) for place in places])
    lon, lat = DEGREES.transform(metres[:, 0], metres[:, 1])
    found = locate_points(locator, lon, lat)
    assert len(found) == len(places)
    assert found["community_code"].notna().sum() > 60
    with open_plan(path) as plan:
        atoms = [atom_at(plan, *place) for place in zip(lon, lat, strict=True)]
        spots = [spot_of(atom) for atom in atoms]
        told = [answer(read_register(plan, spot), spot) for spot in spots]
    for atom, one, row in zip(atoms, told, found.to_dict("records"), strict=True):
        plain = {
            key: value if isinstance(value, list) or pd.notna(value) else None
            for key, value in row.items()
        }
        assert plain == {**{name: atom and atom[name] for name in IDS}, **one}


def test_each_point_gets_one_answer_whatever_the_order_of_atoms() -> None:
    mixed = TOWN.atoms.sample(frac=1, random_state=1).reset_index(drop=True)
    x = CORNER[0] + np.arange(0, 15) * SIDE_M / 2
    y = np.full(15, CORNER[1] - SIDE_M)  # along the border between the two rows
    found = [
        locate_points(prepare_locator(plan), x, y, degrees=False)
        for plan in (TOWN, replace(TOWN, atoms=mixed))
    ]
    pd.testing.assert_frame_equal(*found)
    assert found[0]["community_code"].notna().all()


def test_arrays_of_points_are_checked() -> None:
    locator = prepare_locator(TOWN)
    assert locate_points(locator, [], []).empty
    assert locate_points(locator, [np.nan], [39.0])["community_code"].isna().all()
    with pytest.raises(InputError, match="do not make pairs"):
        locate_points(locator, [1.0, 2.0], [1.0])
    with pytest.raises(InputError, match="must be numbers"):
        locate_points(locator, ["here"], ["there"])
    with pytest.raises(InputError, match="longitude first"):
        locate_points(locator, [31.2, 106.0], [121.4, 39.0])
    lon, lat = map(float, degrees(0, 0))
    with pytest.raises(InputError, match="longitude first"):
        locate_points(locator, [lat], [lon])


def test_a_broken_plan_is_answered_as_far_as_it_goes(path: Path) -> None:
    plan = load_plan(path)
    bare = edit(plan, "atoms", slice(None), base_grid=None, micro_grid=None)
    bare = replace(bare, communities=bare.communities.iloc[:0])
    found = locate_points(prepare_locator(bare), at(0, 0).x, at(0, 0).y, degrees=False)
    assert found.loc[0, "community_code"] == ONE
    assert pd.isna(found.loc[0, "base_grid"])
    assert shapely.get_coordinates(at(0, 0)).shape == (1, 2)
