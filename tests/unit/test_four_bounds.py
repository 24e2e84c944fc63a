"""The four bounds of a grid, told by lines, else by what lies beyond."""

import pytest

from gridpart.show.four_bounds import four_bounds
from tests.builders import base_code, edit, exclusive_code, toy_plan


@pytest.fixture
def plan():
    return toy_plan(
        "AABB..\nAABB..",
        "1122XX\n1122XX",
        barriers=[
            ("railway", "hard", [(2, 0), (2, 2)]),
            ("street", "none", [(0, 2), (6, 2)]),
        ],
    )


def test_lines_first_then_grids_then_the_edge(plan):
    told = four_bounds(plan, "zh")
    (school,) = plan.exclusive_grids["name"]
    second = f"{school}({exclusive_code('X')})"
    assert told[base_code("1")] == "东至铁路；南至道路；西至城区以外；北至城区以外"
    assert told[base_code("2")] == f"东至{second}；南至道路；西至铁路；北至城区以外"


def test_english(plan):
    assert four_bounds(plan, "en")[base_code("1")] == (
        "E: railway; S: street; W: outside the plan; N: outside the plan"
    )


def test_what_is_short_is_left_out():
    plan = toy_plan(
        "AAAAAAAA",
        "11111111",
        barriers=[
            ("river", "hard", [(0, 0), (7, 0)]),
            ("wall", "soft", [(7, 0), (8, 0)]),
        ],
    )
    assert four_bounds(plan, "zh")[base_code("1")].endswith("北至河流")


def test_a_grid_without_a_shape_is_left_out(plan):
    bare = edit(plan, "base_grids", 0, geometry=None)
    assert base_code("1") not in four_bounds(bare, "zh")
