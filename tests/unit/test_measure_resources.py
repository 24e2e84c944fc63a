"""Service sites, resident organisations and volunteers by grid, on small maps."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

from gridpart.cli import app
from gridpart.measure.places import atoms_at
from gridpart.measure.resources import (
    grid_centres,
    nearest_sites,
    place_resources,
    resources_by_grid,
)
from gridpart.plan import Plan
from gridpart.store.plans import save_plan
from tests.builders import CORNER, base_code, exclusive_code, toy_plan
from tests.people_builder import SIDE_M, at, table_of

ROW = toy_plan("AABBCC..", "112233XX", households={(0, 0): 10, (0, 1): 30})


def with_resources(plan: Plan, *rows: dict[str, Any]) -> Plan:
    filled = [
        {"resource_id": f"r{number}", "name": f"资源{number}", "kind": "service_site"}
        | row
        for number, row in enumerate(rows, start=1)
    ]
    return replace(plan, resources=table_of("resources", filled))


def test_counts_by_kind_and_grid() -> None:
    plan = with_resources(
        ROW,
        {"geometry": at(0, 0)},
        {"geometry": at(0, 1), "kind": "volunteer_team", "members": 12},
        {"geometry": at(0, 1), "kind": "volunteer_team"},
        {"geometry": at(0, 7), "kind": "resident_org"},
        {"geometry": at(0, 4), "kind": "defibrillator"},
        {"geometry": at(99, 99)},
    )
    table = resources_by_grid(plan).set_index("grid_code")
    assert list(table.index) == [base_code("1"), base_code("2"), base_code("3"),
                                 exclusive_code("X")]  # fmt: skip
    kinds = ["service_site", "resident_org", "volunteer_team", "defibrillator"]
    assert list(table.columns[2:6]) == kinds
    assert table[kinds].to_numpy().tolist() == [
        [1, 0, 2, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0],
    ]  # fmt: skip
    placed = place_resources(plan).set_index("resource_id")
    assert placed["micro_grid"].notna().tolist() == [True] * 3 + [False, True, False]
    assert placed.loc["r6", ["community_code", "grid_code"]].isna().all()
    assert placed.loc["r2", "members"] == 12


def test_way_to_the_nearest_site_starts_where_the_households_live() -> None:
    plan = with_resources(ROW, {"geometry": at(0, 0)}, {"geometry": at(0, 5)})
    near = nearest_sites(plan)
    # 10 households at 0.5 and 30 at 1.5 squares: their middle is at 1.25.
    assert near.loc[base_code("1")].tolist() == ["r1", "资源1", pytest.approx(37.5)]
    assert near.loc[base_code("2"), "nearest_m"] == pytest.approx(2.5 * SIDE_M)
    assert near.loc[base_code("2"), "nearest_site"] == "r1"  # r2 is as near
    assert near.loc[exclusive_code("X"), "nearest_site"] == "r2"
    assert near.loc[exclusive_code("X"), "nearest_m"] == pytest.approx(1.5 * SIDE_M)


def test_without_sites_or_resources_distances_are_missing() -> None:
    for plan in (ROW, with_resources(ROW, {"kind": "office", "geometry": at(0, 0)}),
                 with_resources(ROW, {"geometry": None})):  # fmt: skip
        table = resources_by_grid(plan)
        assert len(table) == 4
        assert table["nearest_m"].isna().all()
        assert (table["service_site"] == 0).all()


def test_every_resource_is_counted_in_just_one_grid() -> None:
    rng = np.random.default_rng(0)
    spots = rng.integers(-1, 18, (60, 2)) / 2  # many on borders and corners
    places = [
        shapely.Point(CORNER[0] + x * SIDE_M, CORNER[1] - y * SIDE_M) for x, y in spots
    ]
    plan = with_resources(ROW, *[{"geometry": place} for place in places])
    inside = sum(shapely.union_all(ROW.atoms.geometry).intersects(places))
    assert resources_by_grid(plan)["service_site"].sum() == inside
    backwards = replace(ROW, atoms=ROW.atoms[::-1].reset_index(drop=True))
    one = atoms_at(np.array(places), ROW.atoms)
    other = atoms_at(np.array(places), backwards.atoms)
    ids = [*ROW.atoms["atom_id"], None], [*backwards.atoms["atom_id"], None]
    assert [ids[0][n] for n in one] == [ids[1][n] for n in other]


def test_centres_of_a_grid_where_nobody_lives_is_its_middle() -> None:
    centre = grid_centres(ROW)[exclusive_code("X")]
    assert centre.x == pytest.approx(CORNER[0] + 7 * SIDE_M)


def test_command_prints_the_table(tmp_path: Path) -> None:
    plan = with_resources(
        ROW, {"geometry": at(0, 0)}, {"geometry": at(0, 4), "kind": "pump"}
    )
    save_plan(plan, tmp_path / "plan.gpkg")
    command = ["measure", str(tmp_path / "plan.gpkg"), "--resources"]
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0, told.output
    assert f"{base_code('1')} 社区1第1网格: service sites 1; nearest" in told.stdout
    assert f"{base_code('3')} 社区1第3网格: pump 1; nearest" in told.stdout
    told = CliRunner().invoke(app, [*command, "--json"])
    document = json.loads(told.stdout)
    assert [row["service_site"] for row in document["grids"]] == [1, 0, 0, 0]
    assert document["grids"][3]["nearest_m"] == pytest.approx(6.5 * SIDE_M)
    assert [row["grid_code"] for row in document["resources"]] == [
        base_code("1"), base_code("3"),
    ]  # fmt: skip
    save_plan(ROW, tmp_path / "plan.gpkg")
    document = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert document["grids"][0]["nearest_site"] is None
    assert document["resources"] == []
