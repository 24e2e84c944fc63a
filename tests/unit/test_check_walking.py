import dataclasses

import pandas as pd
import pytest

from tests.builders import (
    base_code,
    edit,
    exclusive_code,
)
from tests.faults import (
    box,
    findings,
    grids_named,
    reshape,
    row,
    rules_of,
)


def test_v05_sees_a_grid_in_two_parts():
    broken = row("****", "1221")
    assert rules_of(broken) == {"V05"}
    assert base_code("1") in grids_named(broken, "V05")


def test_v05_is_not_taken_in_by_a_made_up_border():
    plan = row("****", "1221")
    false = pd.DataFrame(
        {
            "atom_a": ["b0000"],
            "atom_b": ["b0003"],
            "shared_m": [50.0],
            "clear_m": [0.0],
            "barrier": pd.Series([None], dtype="str"),
            "crossing": [False],
        }
    )
    borders = pd.concat([plan.borders, false], ignore_index=True)
    assert rules_of(dataclasses.replace(plan, borders=borders)) == {"V05"}


def test_v05_does_not_take_a_corner_for_a_border():
    assert rules_of(row("**\n**", "12\n21")) == {"V05"}


def test_v05_sees_micro_grids_in_parts():
    broken = row("***", "111", micros="121")
    assert rules_of(broken) == {"V05"}
    assert grids_named(broken, "V05") == {base_code("1") + "01"}


def test_v05_does_not_excuse_a_micro_grid_in_two_base_grids():
    broken = edit(row("****", "1122"), "atoms", [0], micro_grid=base_code("2") + "01")
    assert {"V05", "V14"} <= rules_of(broken)
    assert base_code("2") + "01" in grids_named(broken, "V05")


def test_v05_lets_a_site_lie_in_parts():
    plan = row("*.*.*", "1X1X1")
    found = [f for f in findings(plan) if f.grid_code == exclusive_code("X")]
    assert [(f.rule, f.severity) for f in found] == [("V05", "warning")]
    assert "lies in 2 parts" in found[0].message("en")
    assert "请核实场所边界" in found[0].message("zh")


def test_v08_tells_of_a_site_on_both_sides_of_a_river():
    river = [("river", "hard", [(2, 0), (2, 1)])]
    plan = row("*...*", "1XXX1", barriers=river)
    (found,) = (f for f in findings(plan) if f.grid_code == exclusive_code("X"))
    assert (found.rule, found.severity) == ("V08", "warning")
    assert "both sides of a hard barrier" in found.message("en")


def test_v08_sees_a_grid_across_a_river():
    river = [("river", "hard", [(1, 0), (1, 1)])]
    broken = row("**", "11", barriers=river, households=150)
    assert rules_of(broken) == {"V05", "V08"}
    assert rules_of(row("**", "11", barriers=river, crossings=[(1, 0.5)])) == set()


def test_v08_lets_a_grid_go_around_the_end_of_a_wall():
    wall = [("railway", "hard", [(1, 0), (1, 1)])]
    assert rules_of(row("**\n**", "11\n11", barriers=wall)) == set()


def test_v08_is_not_taken_in_by_a_border_table_that_lies():
    river = [("river", "hard", [(1, 0), (1, 1)])]
    plan = row("**", "11", barriers=river, households=150)
    lying = plan.borders.assign(barrier=pd.Series([None], dtype="str"))
    assert rules_of(dataclasses.replace(plan, borders=lying)) == {"V05", "V08"}


def test_v08_judges_the_polygons_where_they_were_redrawn():
    river = [("river", "hard", [(2, 0), (2, 2)])]
    plan = row("****\n****", "1122\n1122", barriers=river)
    west, east = box(0, 0, 2, 2), box(2, 0, 4, 2)
    taken = box(2, 0, 3, 1)
    broken = plan
    for layer, suffix in (("base_grids", ""), ("micro_grids", "01")):
        first, second = base_code("1") + suffix, base_code("2") + suffix
        broken = reshape(broken, layer, first, west.union(taken))
        broken = reshape(broken, layer, second, east.difference(taken))
    assert rules_of(broken) == {"V05", "V08", "V14"}


def test_v08_small_piece_needs_its_reason():
    river = [("river", "hard", [(3, 0), (3, 1)])]
    plan = row("****", "1111", barriers=river)  # 50 households beyond, target 200
    assert rules_of(plan) == {"V05", "V08"}
    told = edit(plan, "base_grids", 0, reason="piece_too_small")
    assert rules_of(told) == set()
    assert "V08" in rules_of(told, "warning")
    half = row("****", "1111", barriers=river, households=100)
    told = edit(half, "base_grids", 0, reason="piece_too_small")
    assert rules_of(told) == {"V05", "V08"}  # 100 households are half a target


def test_v08_ground_that_a_river_cuts_off_is_only_told():
    river = [("river", "hard", [(2, 0), (2, 1)])]
    plan = row("**.", "111", barriers=river)
    assert rules_of(plan) == set()
    assert rules_of(plan, "info") == {"V08", "V12"}


def test_v05_ground_that_has_a_neighbour_must_go_with_it():
    assert rules_of(row(".***", "2112", households={(0, 3): 100})) == {"V05"}


def test_v05_judges_a_plan_without_a_table_of_borders():
    for grids, wanted in (("1122", set()), ("1221", {"V05"})):
        plan = row("****", grids)
        bare = dataclasses.replace(plan, borders=plan.borders.iloc[:0])
        assert rules_of(bare) == wanted
        assert rules_of(bare, "warning") == {"V05"}


@pytest.mark.parametrize(
    "change", [{"atom_b": "nobody"}, {"shared_m": 49.0}, {"atom_b": "b0003"}]
)
def test_v05_warns_of_a_wrong_table_of_borders(change):
    plan = row("****", "1122")
    broken = edit(plan, "borders", 0, **change)
    assert rules_of(broken) == set()
    found = [f for f in findings(broken) if f.severity == "warning"]
    assert [f.sentence for f in found] == ["plan.V05_borders"]
    assert "b0000 and b0001" in found[0].message("en")


def test_v08_believes_a_barrier_only_where_all_of_the_border_lies_on_it():
    river = [("river", "hard", [(1, 0), (1, 0.9)])]  # 5 of 50 m are open
    plan = row("**", "11", barriers=river)
    open_end = edit(plan, "borders", 0, barrier=None)
    assert rules_of(open_end) == set()


def test_v08_a_river_drawn_as_an_area_is_a_barrier():
    plan = row("**", "11", barriers=[("river", "hard", [(1, 0), (1, 1)])])
    area = edit(plan, "barriers", 0, geometry=box(1, -1, 1.2, 2))
    lying = edit(area, "borders", 0, barrier=None)
    assert rules_of(lying) == {"V05", "V08"}


def test_v08_a_short_border_that_ends_at_a_river_is_open():
    river = [("river", "hard", [(0, 1), (2, 1)])]
    assert rules_of(row("**", "11", barriers=river, size_m=1.0)) == set()
