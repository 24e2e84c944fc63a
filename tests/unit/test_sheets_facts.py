"""What the printed sheets tell of a grid: bounds, ways across, sites, who answers."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.show.sheets_around import (
    COMPASS,
    bounds,
    compass,
    every_grid,
    sites_near,
    ways_across,
)
from gridpart.show.sheets_duty import duties
from gridpart.show.sheets_labels import Wish, settle, size_mm
from gridpart.show.sheets_map import SCALES, Window, fills, window
from gridpart.show.sheets_roads import roads_in
from tests.builders import CORNER, CRS, base_code, exclusive_code, toy_plan

X, Y = CORNER
NO_MARKS = np.empty((0, 2))


def told(table):
    """Rows without lengths; missing values as None."""
    plain = table.drop(columns="length_m").astype(object)
    return {tuple(row) for row in plain.where(plain.notna(), None).to_numpy()}


def test_bounds_by_side():
    # One row of 50 m squares: grid 1, grid 2, a school; a railway between 1 and 2.
    plan = toy_plan(
        "AB.", "12X", barriers=[("railway", "hard", [(1, 0), (1, 1)])], size_m=50
    )
    table = bounds(every_grid(plan), plan.barriers)
    one, two, school = base_code("1"), base_code("2"), exclusive_code("X")
    middle = table[(table["direction"].isin(["E", "W"])) & table["other"].notna()]
    assert told(middle) == {
        (one, "E", two, "railway"),
        (two, "W", one, "railway"),
        (two, "E", school, None),
        (school, "W", two, None),
    }
    assert table.groupby("grid_code")["length_m"].sum().tolist() == pytest.approx(
        [200.0] * 3
    )
    # Along the north side only the first 12 m are near the railway.
    north = table[(table["grid_code"] == one) & (table["direction"] == "N")]
    assert north.set_index("kind")["length_m"]["railway"] == pytest.approx(10.0)


def test_a_hole_is_no_side():
    ring = shapely.box(0, 0, 90, 90) - shapely.box(30, 30, 60, 60)
    grids = gpd.GeoDataFrame(
        {"grid_code": ["1"], "name": ["a"], "community_code": ["c"]},
        geometry=[ring],
        crs=CRS,
    )
    none = gpd.GeoDataFrame({"kind": []}, geometry=[], crs=CRS)
    assert bounds(grids, none)["length_m"].sum() == pytest.approx(360.0)


def test_ways_across_are_seen_from_both_sides():
    plan = toy_plan(
        "AB\nCD",
        "12\n12",
        barriers=[("river", "hard", [(1, 0), (1, 2)])],
        crossings=[(1, 0.5)],
    )
    ways = ways_across(plan)
    one, two = base_code("1"), base_code("2")
    assert set(map(tuple, ways[["grid_code", "other", "kind"]].to_numpy())) == {
        (one, two, "river"),
        (two, one, "river"),
    }
    assert ways[["x", "y"]].drop_duplicates().to_numpy().tolist() == [[X + 50, Y - 25]]


def test_a_border_without_an_edge_is_no_way():
    plan = toy_plan("AB\nCD", "12\n34")
    pair = {"atom_a": ["b0000", "b0001"], "atom_b": ["b0101", "gone"]}
    rows = pd.DataFrame(pair).assign(shared_m=1.0, clear_m=0.0, crossing=True)
    broken = replace(plan, borders=conform(rows, PLAN["borders"]))
    assert len(ways_across(broken)) == 0


def test_sites_by_distance_and_direction():
    plan = toy_plan("A", "1", size_m=100)  # its middle: 50 right, 50 down
    rows = pd.DataFrame(
        {
            "resource_id": ["1", "2", "3", "4", "5"],
            "name": ["east", "far", "north", "team", "south-west"],
            "kind": [*["service_site"] * 3, "volunteer_team", "service_site"],
            "geometry": [
                shapely.Point(X + right, Y + up)
                for right, up in (
                    *((250, -50), (950, -50), (50, 50)),
                    *((50, -50), (-250, -350)),
                )
            ],
        }
    )
    resources = conform(rows, PLAN["resources"], crs=CRS)
    near = sites_near(every_grid(plan), resources)
    assert near["name"].tolist() == ["north", "east", "south-west"]
    assert near["direction"].tolist() == ["N", "E", "SW"]
    assert near["distance_m"].tolist() == pytest.approx([100, 200, 300 * 2**0.5])
    assert len(sites_near(every_grid(plan), resources[:0])) == 0
    assert len(sites_near(every_grid(plan), resources[:1])) == 1


@pytest.mark.parametrize("points", [4, 8])
def test_compass_points(points):
    turn = np.arange(points) * 2 * np.pi / points
    found = compass(np.cos(turn), np.sin(turn), points)
    assert [COMPASS[one] for one in found] == list(COMPASS[:: 8 // points])


def test_duties_from_posts_links_and_a_tree():
    plan = toy_plan("AB", "12")
    one, two = base_code("1"), base_code("2")
    posts = pd.DataFrame(
        {
            "grid_code": [one, one, one, f"{one}01"],
            "post": ["worker", "assistant", "assistant", "micro_worker"],
            "worker_id": ["W1", "W2", None, None],
        }
    )
    orgs = pd.DataFrame(
        {
            "org_id": ["committee", "branch", "group", "x", "y"],
            "name": ["甲", "乙", "丙", "丁", "戊"],
            "level": ["community_committee", "branch", "group", "branch", "branch"],
            "parent_id": [None, "committee", "branch", "y", "x"],
        }
    )
    links = pd.DataFrame(
        {
            "org_id": ["group", "branch", "group", "x"],
            "grid_code": [f"{one}01", one, one, two],
            "relation": ["covers"] * 4,
        }
    )
    duty = duties(
        replace(
            plan,
            posts=conform(posts, PLAN["posts"]),
            party_orgs=conform(orgs, PLAN["party_orgs"], crs=CRS),
            party_links=conform(links, PLAN["party_links"]),
        )
    )
    assert duty.of(one, "worker") == ["W1"]
    assert duty.of(one, "standby") == [None]  # a duty that nobody was given
    assert duty.of(one, "assistant") == ["W2", None]
    assert duty.of(one, "welfare") == []
    assert duty.of(f"{one}01", "micro_worker") == [None]
    assert duty.chain(one) == ["branch", "group", "committee"]
    assert duty.chain(two) == ["x", "y"]  # a circle ends


def test_labels_never_overlap_and_give_way_in_order():
    view = Window(0.0, 0.0, 100.0, 100.0, 1000)
    full = (("a long name of a grid", 10.0, True), ("640202901001001", 8.0, False))
    short = (("1", 6.0, False),)
    wishes = [Wish(((0.0, 0.0),), (full, short), "grid") for _ in range(3)]
    wishes.append(Wish(((0.0, 0.0), (0.0, 20.0)), (short,), "compound"))
    wishes.append(Wish(((60.0, 0.0),), (short,), "compound"))  # off the sheet
    labels = settle(view, wishes, NO_MARKS)
    assert [label.lines for label in labels] == [full, short]
    assert labels[1].kind == "compound"
    assert (labels[1].x, labels[1].y) == (50.0, 30.0)
    assert not shapely.intersects(labels[0].box, labels[1].box)
    needed = [Wish(((0.0, 0.0),), (full, short), "grid", needed=True)] * 2
    assert len(settle(view, needed, NO_MARKS)) == 2
    marked = settle(view, wishes[:1], np.array([[50.0, 50.0]]))
    assert marked == []


def test_a_label_stays_on_its_ground():
    view = Window(0.0, 0.0, 100.0, 100.0, 1000)
    lines = (("wide label", 10.0, False),)
    wide, high = size_mm(lines)
    wish = Wish(((0.0, 0.0),), (lines,), "grid", shapely.box(-5, -5, 5, 5))
    assert settle(view, [wish], NO_MARKS) == []
    room = shapely.box(-wide / 2, -high / 2, wide / 2, high / 2)
    assert len(settle(view, [replace(wish, ground=room)], NO_MARKS)) == 1


@pytest.mark.parametrize("size_m", [40, 277, 800, 5000])
def test_a_window_has_a_round_scale_and_holds_its_shape(size_m):
    shape = shapely.box(1000, 2000, 1000 + size_m, 2000 + size_m / 2)
    view = window(shape, 276.0, 258.0)
    assert view.scale in SCALES
    assert view.box.contains(shape)
    smaller = [one for one in SCALES if one < view.scale]
    if smaller:
        assert size_m * 1000 / smaller[-1] * 1.08 > 276.0


def test_neighbours_differ_in_colour():
    plan = toy_plan("ABCD\nEFGH\nIJKL", "1234\n5678\n9999")
    colours = fills(plan, plan.communities["community_code"][0])
    shapes = plan.base_grids.set_index("grid_code").geometry
    for a in colours:
        for b in colours:
            if a < b and shapely.touches(shapes[a], shapes[b]):
                assert colours[a] != colours[b]


def test_roads_that_run_on_inside_lead_in():
    """One crosses grid 1 from west to grid 2, one ends at its edge from outside."""
    plan = toy_plan(
        "AABB\nAABB",
        "1122\n1122",
        barriers=[
            ("street", "none", [(-1, 1), (3, 1)]),
            ("street", "none", [(1, -1), (1, 0)]),
            ("arterial", "soft", [(0, 2), (4, 2)]),
            ("railway", "hard", [(1, -1), (1, 1)]),
        ],
    )
    roads = roads_in(every_grid(plan), plan.barriers)
    told = list(roads.itertuples(index=False, name=None))
    assert told == [
        (base_code("1"), "E", "street", 1),
        (base_code("1"), "W", "street", 1),
        (base_code("2"), "W", "street", 1),
    ]


def test_a_plan_without_roads_has_none():
    plan = toy_plan("AB", "12")
    assert roads_in(every_grid(plan), plan.barriers).empty
