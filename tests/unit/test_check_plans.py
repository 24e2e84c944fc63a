import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.check import plans
from gridpart.check.plans import check_plan
from gridpart.plan import Plan
from gridpart.rules import Rules
from tests.builders import (
    CORNER,
    base_code,
    community_code,
    drop,
    edit,
    exclusive_code,
    toy_plan,
)

ROOMY = Rules.preset().replace("size", low=1, target=200, high=1000)


def sound_plan() -> Plan:
    """Two communities, a river with a bridge, a school, units, open ground."""
    return toy_plan(
        """
        AABBXC
        AABB.C
        DD*EEE
        DD*.EE
        """.replace("X", "."),
        """
        1122X3
        1122X3
        111222
        111222
        """,
        micros="""
        111111
        222222
        111122
        222222
        """,
        communities="111111\n111111\n222222\n222222",
        households={(0, 5): 100, (1, 5): 100, (2, 3): 100},
        units=[[(0, 0), (0, 1)]],
        barriers=[
            ("river", "hard", [(2, 0), (2, 2)]),
            ("wall", "soft", [(4, 0), (4, 2)]),
        ],
        crossings=[(2, 0.5)],
    )


def row(picture: str, grids: str, **more: object) -> Plan:
    """A plan for one thing to be wrong with; sizes are of no concern."""
    return toy_plan(picture, grids, **({"rules": ROOMY} | more))


def rules_of(plan: Plan, severity: str = "error") -> set[str]:
    found = check_plan(plan)
    assert not [f for f in found if f.sentence == "plan.check_failed"]
    for finding in found:
        assert finding.message("zh")
        assert finding.message("en")
    return {f.rule for f in found if f.severity == severity}


def grids_named(plan: Plan, rule: str) -> set[str | None]:
    return {f.grid_code for f in check_plan(plan) if f.rule == rule}


def reshape(plan: Plan, layer: str, code: str, shape: shapely.Geometry) -> Plan:
    return edit(plan, layer, plan.tables[layer]["grid_code"] == code, geometry=shape)


def shape_of(plan: Plan, layer: str, code: str) -> shapely.Geometry:
    table = plan.tables[layer]
    return table.geometry[table["grid_code"] == code].iloc[0]


def rename(plan: Plan, old: str, new: str) -> Plan:
    """Give a grid another code wherever it is named."""
    tables = {
        name: table.replace({old: new, old + "01": new + "01"}) if len(table) else table
        for name, table in plan.tables.items()
    }
    return dataclasses.replace(plan, **tables)


def box(left: float, top: float, right: float, bottom: float) -> shapely.Polygon:
    """A box in steps of atoms, right and down from the corner of the map."""
    return shapely.box(
        CORNER[0] + 50 * left,
        CORNER[1] - 50 * bottom,
        CORNER[0] + 50 * right,
        CORNER[1] - 50 * top,
    )


def test_a_sound_plan_breaks_no_rule():
    assert rules_of(sound_plan()) == set()
    assert rules_of(sound_plan(), "warning") == set()


def test_an_empty_plan_is_judged_without_a_crash():
    plan = sound_plan()
    empty = {name: table.iloc[:0] for name, table in plan.tables.items()}
    assert rules_of(dataclasses.replace(plan, **empty)) == set()


def test_checking_changes_nothing():
    plan = sound_plan()
    before = {name: table.copy() for name, table in plan.tables.items()}
    check_plan(plan)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before[name]))


# V01


def test_v01_sees_a_polygon_that_crosses_itself():
    plan = sound_plan()
    x, y = CORNER
    bow = shapely.Polygon([(x, y), (x + 100, y - 100), (x + 100, y), (x, y - 100)])
    broken = reshape(plan, "base_grids", base_code("1"), bow)
    assert rules_of(broken) == {"V01", "V03", "V14"}
    finding = next(f for f in check_plan(broken) if f.rule == "V01")
    assert finding.grid_code == base_code("1")
    assert finding.at == shapely.Point(x + 50, y - 50)


def test_v01_sees_a_spike_that_changes_no_area():
    plan = sound_plan()
    x, y = CORNER
    spiked = shapely.Polygon(
        [(x, y), (x, y + 70), (x, y), (x + 100, y), (x + 100, y - 100), (x, y - 100)]
    )
    assert rules_of(reshape(plan, "base_grids", base_code("1"), spiked)) == {"V01"}


@pytest.mark.parametrize(
    "shape", [None, shapely.Polygon(), shapely.LineString([CORNER, (0, 0)])]
)
def test_v01_sees_a_grid_without_a_polygon(shape):
    broken = reshape(sound_plan(), "exclusive_grids", exclusive_code("X"), shape)
    assert rules_of(broken) == {"V01", "V03", "V14"}


def test_v01_sees_broken_atoms_and_communities():
    plan = sound_plan()
    assert "V01" in rules_of(edit(plan, "atoms", 3, geometry=None))
    assert "V01" in rules_of(edit(plan, "communities", 0, geometry=None))


# V02, V03


def test_v02_sees_overlapping_grids():
    plan = sound_plan()
    wider = shape_of(plan, "base_grids", base_code("1")).union(box(2, 0, 2.1, 2))
    broken = reshape(plan, "base_grids", base_code("1"), wider)
    # The strip is in no micro-grid of grid 1, and in none of its atoms.
    assert rules_of(broken) == {"V02", "V03", "V14"}
    finding = next(f for f in check_plan(broken) if f.rule == "V02")
    assert "500.00 m²" in finding.message("en")
    assert finding.at.equals(box(2, 0, 2.1, 2))


@pytest.mark.parametrize(("metres", "seen"), [(1e-5, False), (0.01, True)])
def test_v02_tells_drawing_from_rounding(metres, seen):
    plan = sound_plan()
    code = exclusive_code("X")
    strip = box(5, 0, 5 + metres / 50, 2)
    wider = shape_of(plan, "exclusive_grids", code).union(strip)
    assert ("V02" in rules_of(reshape(plan, "exclusive_grids", code, wider))) == seen


def test_v02_sees_overlapping_atoms():
    plan = sound_plan()
    wider = plan.atoms.geometry[0].union(box(0, 0, 1.1, 0.5))
    broken = edit(plan, "atoms", 0, geometry=wider)
    assert rules_of(broken) == {"V02"}  # both are in the same grids


def test_v02_sees_overlapping_micro_grids():
    plan = sound_plan()
    code = base_code("1") + "01"
    wider = shape_of(plan, "micro_grids", code).union(box(0, 1, 2, 1.1))
    assert rules_of(reshape(plan, "micro_grids", code, wider)) == {"V02", "V14"}


def test_v03_sees_a_gap_in_an_exclusive_grid():
    plan = sound_plan()
    hole = box(4.2, 0.2, 4.8, 0.8)
    code = exclusive_code("X")
    pierced = shape_of(plan, "exclusive_grids", code).difference(hole)
    broken = reshape(plan, "exclusive_grids", code, pierced)
    assert rules_of(broken) == {"V03", "V14"}
    finding = next(f for f in check_plan(broken) if f.rule == "V03")
    assert finding.community_code == community_code("1")
    assert finding.at.equals(hole)


def test_v03_sees_a_missing_grid():
    plan = sound_plan()
    broken = drop(plan, "exclusive_grids", plan.exclusive_grids["kind"] == "school")
    assert "V03" in rules_of(broken)


def test_v03_sees_ground_without_atoms():
    plan = sound_plan()
    wider = plan.communities.geometry[0].union(box(-1, 0, 0, 2))
    assert rules_of(edit(plan, "communities", 0, geometry=wider)) == {"V03"}


def test_v03_sees_ground_without_micro_grid():
    plan = sound_plan()
    code = base_code("1") + "01"
    smaller = shape_of(plan, "micro_grids", code).difference(box(0, 0, 0.1, 1))
    assert rules_of(reshape(plan, "micro_grids", code, smaller)) == {"V03", "V14"}


# V04


def test_v04_sees_a_polygon_beyond_its_community():
    plan = sound_plan()
    beyond = box(-0.5, 0, 0, 2)
    wider = shape_of(plan, "base_grids", base_code("1")).union(beyond)
    broken = reshape(plan, "base_grids", base_code("1"), wider)
    assert rules_of(broken) == {"V03", "V04", "V14"}
    assert next(f for f in check_plan(broken) if f.rule == "V04").at.equals(beyond)


def test_v04_sees_a_grid_with_atoms_of_two_communities():
    plan = row("****", "1112", communities="1122")
    atom = plan.atoms["atom_id"] == "b0002"
    broken = edit(plan, "atoms", atom, base_grid=base_code("1"))
    broken = edit(broken, "atoms", atom, micro_grid=base_code("1") + "01")
    assert "V04" in rules_of(broken)
    assert base_code("1") in grids_named(broken, "V04")


def test_v04_sees_an_unknown_community():
    plan = sound_plan()
    gone = plan.communities["community_code"] == community_code("1")
    broken = drop(plan, "communities", gone)
    assert rules_of(broken) == {"V04"}


# V05, V08


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


def test_v05_lets_a_site_lie_in_parts():
    plan = row("*.*.*", "1X1X1", micros="1.2.3".replace(".", "1"))
    found = [f for f in check_plan(plan) if f.grid_code == exclusive_code("X")]
    assert [(f.rule, f.severity) for f in found] == [("V05", "warning")]


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
    assert rules_of(plan, "info") == {"V08"}


def test_v05_ground_that_has_a_neighbour_must_go_with_it():
    assert rules_of(row(".***", "2112", households={(0, 3): 100})) == {"V05"}


# V06


def redraw(plan: Plan, first: shapely.Geometry, second: shapely.Geometry) -> Plan:
    """Draw the polygons of grids 1 and 2 anew, micro-grids with them."""
    for layer, suffix in (("base_grids", ""), ("micro_grids", "01")):
        plan = reshape(plan, layer, base_code("1") + suffix, first)
        plan = reshape(plan, layer, base_code("2") + suffix, second)
    return plan


def test_v06_sees_a_line_through_a_building():
    plan = row("****", "1122")
    broken = redraw(plan, box(0, 0, 2.5, 1), box(2.5, 0, 4, 1))
    assert rules_of(broken) == {"V06", "V14"}
    found = next(f for f in check_plan(broken) if f.rule == "V06")
    assert "building b0002" in found.message("en")


def test_v06_lets_a_line_run_beside_the_building():
    plan = row("****", "1122")
    broken = redraw(plan, box(0, 0, 2.2, 1), box(2.2, 0, 4, 1))
    assert rules_of(broken) == {"V14"}


def test_v06_lets_a_line_run_between_units():
    plan = row("****", "1122", units=[[(0, 1), (0, 2)]])
    assert rules_of(plan) == set()


def test_v06_sees_a_micro_line_through_a_building():
    plan = row("**", "11", micros="12")
    first, second = base_code("1") + "01", base_code("1") + "02"
    broken = reshape(plan, "micro_grids", first, box(0, 0, 0.5, 1))
    broken = reshape(broken, "micro_grids", second, box(0.5, 0, 2, 1))
    assert rules_of(broken) == {"V06", "V14"}


def test_v06_building_that_sticks_out_is_a_warning():
    plan = row("**", "12")
    broken = edit(plan, "buildings", 0, geometry=box(0.2, 0.2, 1.3, 0.8))
    assert rules_of(broken) == set()
    assert rules_of(broken, "warning") == {"V06"}


def test_v06_sees_a_building_in_two_micro_grids():
    plan = row("**", "11", micros="12")
    broken = edit(plan, "atoms", 1, building_id="b0000")
    assert "V06" in rules_of(broken)


# V07


def test_v07_sees_a_compound_divided_without_need():
    # 200 households in two grids of 200 on average.
    plan = row("AAAA\n****", "1122\n1122")
    assert rules_of(plan) == {"V07"}
    told = edit(plan, "communities", 0, given_up="compounds=B,A")
    assert rules_of(told) == set()
    assert rules_of(told, "warning") == {"V07"}
    other = edit(plan, "communities", 0, given_up="tolerance=0.2; compounds=B")
    assert rules_of(other) == {"V07"}


def test_v07_lets_a_compound_be_divided_that_fits_no_grid():
    assert rules_of(row("AAAAA*", "111222")) == set()


def test_v07_compound_in_two_places_is_a_warning():
    plan = row("A**A", "1122")
    assert rules_of(plan) == set()
    assert rules_of(plan, "warning") == {"V07"}


def test_v07_counts_only_buildings_with_households():
    assert rules_of(row("A*A*", "1122", households={(0, 2): 0, (0, 3): 100})) == set()


# V09, V10


def test_v09_asks_for_a_reason_outside_the_band():
    strict = Rules.preset().replace("size", low=100, target=150, high=200)
    plan = toy_plan("*****", "12222", rules=strict, households={(0, 0): 90})
    plan = edit(plan, "base_grids", 0, reason="  ")
    assert "V09" in rules_of(plan)
    assert grids_named(plan, "V09") == {base_code("1")}
    told = edit(plan, "base_grids", 0, reason="old compound")
    assert "V09" not in rules_of(told)
    assert "V09" in rules_of(told, "warning")


@pytest.mark.parametrize(
    ("west", "error", "warning"),
    [(110, set(), set()), (120, set(), {"V10"}), (126, {"V10"}, set())],
)
def test_v10_sees_unbalanced_grids(west, error, warning):
    # Mean 100, tolerance 10 %, at most 25 %.
    plan = row("**", "12", households={(0, 0): west, (0, 1): 200 - west})
    assert rules_of(plan) == error
    assert rules_of(plan, "warning") == warning


def test_v10_takes_a_reason():
    plan = row("**", "12", households={(0, 0): 150, (0, 1): 50})
    told = edit(plan, "base_grids", slice(None), reason="no_whole_plan")
    assert rules_of(told) == set()


def test_v10_balances_each_piece_by_itself():
    railway = [("railway", "hard", [(2, 0), (2, 1)])]
    homes = {(0, 0): 300, (0, 1): 300}
    plan = row("****", "1234", barriers=railway, households=homes)
    assert rules_of(plan) | rules_of(plan, "warning") == set()


def test_v10_leaves_out_a_building_that_is_too_large():
    plan = row("***", "123", households={(0, 2): 900})
    assert rules_of(plan) == {"V10"}
    told = edit(plan, "base_grids", 2, reason="atom_too_large")
    assert rules_of(told) | rules_of(told, "warning") == set()


def test_v10_sees_a_stale_deviation():
    assert rules_of(edit(sound_plan(), "base_grids", 0, deviation=0.3)) == {"V10"}


# V11, V13


@pytest.mark.parametrize("code", ["64020290100101", "64020290100100A", "１" * 15])
def test_v11_sees_a_code_of_wrong_form(code):
    broken = rename(sound_plan(), exclusive_code("X"), code)
    assert rules_of(broken) == {"V11"}


def test_v11_sees_a_code_of_another_community():
    other = base_code("7", "2")
    broken = rename(row("**", "12", households=100), base_code("2"), other)
    assert rules_of(broken) == {"V11"}


def test_v11_sees_a_code_twice():
    plan = sound_plan()
    broken = rename(plan, exclusive_code("X"), base_code("3"))
    assert "V11" in rules_of(broken)
    assert base_code("3") in grids_named(broken, "V11")


def test_v11_sees_a_micro_code_of_another_grid():
    plan = row("**", "12")
    code = base_code("2") + "01"
    table = plan.micro_grids["grid_code"] == code
    broken = edit(plan, "micro_grids", table, base_grid=base_code("1"))
    assert "V11" in rules_of(broken)


def test_v11_warns_when_base_grids_reach_the_exclusive_block():
    full = community_code("1") + "950"
    plan = rename(row("**", "12"), base_code("2"), full)
    assert rules_of(plan) == set()
    assert rules_of(plan, "warning") == {"V11"}


def test_v11_sees_sequence_zero():
    broken = rename(row("**", "12"), base_code("2"), community_code("1") + "000")
    assert rules_of(broken) == {"V11"}


def lineage(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["old_code", "new_code", "households"])


def test_v13_sees_a_retired_code_in_use():
    plan = row("**", "12")
    one, two = base_code("1"), base_code("2")
    kept = dataclasses.replace(plan, lineage=lineage((one, one, 40), (one, two, 10)))
    assert rules_of(kept) == set()
    retired = dataclasses.replace(plan, lineage=lineage((one, two, 50)))
    assert rules_of(retired) == {"V13"}
    assert grids_named(retired, "V13") == {one}


def test_v13_warns_of_a_successor_that_is_not_there():
    plan = row("**", "12")
    gone = dataclasses.replace(
        plan, lineage=lineage((base_code("8"), base_code("9"), 5))
    )
    assert rules_of(gone) == set()
    assert rules_of(gone, "warning") == {"V13"}


def test_v13_tells_that_a_plan_was_changed_by_hand():
    plan = row("**", "12")
    changed = edit(plan, "atoms", 0, atom_id="another")
    found = [f.sentence for f in check_plan(changed) if f.rule == "V13"]
    assert found == ["plan.V13_id"]
    undated = dataclasses.replace(plan, info={**plan.info, "created": "yesterday"})
    assert rules_of(undated, "warning") == {"V13"}


# V14, V15


def test_v14_sees_a_building_without_micro_grid():
    plan = sound_plan()
    atom = plan.atoms["atom_id"] == "b0002"
    assert "V14" in rules_of(edit(plan, "atoms", atom, micro_grid=None))


def test_v14_sees_a_building_left_out():
    plan = row("**", "12")
    extra = plan.buildings.iloc[[0]].assign(building_id="b9999")
    both = gpd.GeoDataFrame(pd.concat([plan.buildings, extra], ignore_index=True))
    broken = dataclasses.replace(plan, buildings=both)
    assert rules_of(broken) == {"V14"}


def test_v14_sees_an_atom_in_no_grid():
    plan = row("**", "12")
    broken = edit(plan, "atoms", 0, base_grid=None)
    broken = edit(broken, "atoms", 0, micro_grid=None)
    sentences = {f.sentence for f in check_plan(broken)}
    assert "plan.V14_nowhere" in sentences


def test_v14_sees_an_atom_in_two_grids():
    plan = sound_plan()
    atom = plan.atoms["atom_id"] == "b0002"
    broken = edit(plan, "atoms", atom, exclusive_grid=exclusive_code("X"))
    assert "plan.V14_both" in {f.sentence for f in check_plan(broken)}


def test_v14_sees_an_atom_moved_without_its_polygons():
    plan = row("****", "1122")
    broken = edit(plan, "atoms", 2, base_grid=base_code("1"))
    broken = edit(broken, "atoms", 2, micro_grid=base_code("1") + "01")
    sentences = {f.sentence for f in check_plan(broken) if f.rule == "V14"}
    assert {"plan.V14_outline", "plan.V14_stated"} <= sentences


def test_v14_sees_polygons_moved_without_their_atoms():
    plan = row("****", "1122")
    broken = redraw(plan, box(0, 0, 3, 1), box(3, 0, 4, 1))
    assert rules_of(broken) == {"V14"}
    assert grids_named(broken, "V14") >= {base_code("1"), base_code("2")}


@pytest.mark.parametrize(
    ("layer", "column"),
    [
        ("base_grids", "households"),
        ("base_grids", "micro_count"),
        ("micro_grids", "households"),
        ("micro_grids", "buildings"),
        ("communities", "households"),
        ("communities", "base_count"),
        ("communities", "micro_count"),
        ("communities", "exclusive_count"),
        ("buildings", "households"),
    ],
)
def test_v14_sees_numbers_that_do_not_add_up(layer, column):
    plan = sound_plan()
    wrong = plan.tables[layer][column].iloc[0] + 1
    assert rules_of(edit(plan, layer, 0, **{column: wrong})) == {"V14"}


def test_v14_sees_a_micro_grid_of_another_base_grid():
    plan = row("****", "1122")
    broken = edit(plan, "atoms", 1, micro_grid=base_code("2") + "01")
    assert "plan.V14_nest" in {f.sentence for f in check_plan(broken)}


def test_v14_sees_an_atom_id_twice():
    plan = row("****", "1122")
    assert "plan.V14_id" in {
        f.sentence for f in check_plan(edit(plan, "atoms", 1, atom_id="b0000"))
    }


def test_v15_sees_open_ground_that_nobody_answers_for():
    plan = row("**.", "112")
    broken = drop(plan, "base_grids", plan.base_grids["grid_code"] == base_code("2"))
    broken = edit(broken, "atoms", 2, base_grid=None)
    broken = edit(broken, "atoms", 2, micro_grid=None)
    assert "V15" in rules_of(broken)


# The registry


def test_a_check_that_fails_is_told_and_the_others_go_on(monkeypatch):
    def fail(_: object) -> list:
        raise ZeroDivisionError

    monkeypatch.setattr(plans, "CHECKS", (("V99", fail), *plans.CHECKS))
    found = check_plan(row("****", "1221"))
    assert {f.rule for f in found if f.severity == "error"} == {"V05", "V99"}


def test_a_flood_of_findings_is_cut_off_and_counted():
    plan = row("*" * 12 + "\n" + "*" * 12, "1" * 12 + "\n" + "1" * 12)
    many = gpd.GeoDataFrame(pd.concat([plan.buildings] * 6, ignore_index=True))
    many["building_id"] = [f"x{i}" for i in range(len(many))]
    found = check_plan(dataclasses.replace(plan, buildings=many))
    missing = [f for f in found if f.sentence == "plan.V14_missing"]
    more = [f for f in found if f.sentence == "plan.more" and f.severity == "error"]
    assert len(missing) == 100
    assert [f.message("en") for f in more] == [
        f"rule V14: {len(many) - 100} more, not listed one by one."
    ]


def test_findings_do_not_depend_on_the_order_of_rows():
    plan = row("AAAA\n****", "1221\n1221")
    shuffled = {
        name: table.sample(frac=1, random_state=1).reset_index(drop=True)
        for name, table in plan.tables.items()
    }
    one = [(f.rule, f.severity, f.grid_code) for f in check_plan(plan)]
    two = check_plan(dataclasses.replace(plan, **shuffled))
    assert sorted(one) == sorted((f.rule, f.severity, f.grid_code) for f in two)
    assert np.array([f.at is not None for f in two]).all()
