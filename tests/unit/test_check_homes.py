import dataclasses

import geopandas as gpd
import pandas as pd
import pytest

from tests.builders import (
    base_code,
    drop,
    edit,
    exclusive_code,
)
from tests.faults import (
    box,
    findings,
    grids_named,
    redraw,
    reshape,
    row,
    rules_of,
    sentences_of,
    sound_plan,
)


def test_v06_sees_a_line_through_a_building():
    plan = row("****", "1122")
    broken = redraw(plan, box(0, 0, 2.5, 1), box(2.5, 0, 4, 1))
    assert rules_of(broken) == {"V06", "V14"}
    found = next(f for f in findings(broken) if f.rule == "V06")
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
    sentences = sentences_of(broken)
    assert "plan.V14_nowhere" in sentences


def test_v14_sees_an_atom_in_two_grids():
    plan = sound_plan()
    atom = plan.atoms["atom_id"] == "b0002"
    broken = edit(plan, "atoms", atom, exclusive_grid=exclusive_code("X"))
    assert "plan.V14_both" in sentences_of(broken)


def test_v14_sees_an_atom_moved_without_its_polygons():
    plan = row("****", "1122")
    broken = edit(plan, "atoms", 2, base_grid=base_code("1"))
    broken = edit(broken, "atoms", 2, micro_grid=base_code("1") + "01")
    sentences = {f.sentence for f in findings(broken) if f.rule == "V14"}
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
    assert "plan.V14_nest" in sentences_of(broken)


def test_v14_sees_an_atom_id_twice():
    plan = row("****", "1122")
    assert "plan.V14_id" in {
        f.sentence for f in findings(edit(plan, "atoms", 1, atom_id="b0000"))
    }


def test_v15_sees_open_ground_that_nobody_answers_for():
    plan = row("**.", "112")
    broken = drop(plan, "base_grids", plan.base_grids["grid_code"] == base_code("2"))
    broken = edit(broken, "atoms", 2, base_grid=None)
    broken = edit(broken, "atoms", 2, micro_grid=None)
    assert "V15" in rules_of(broken)


def test_v14_sees_negative_households():
    assert "plan.V14_negative" in sentences_of(
        edit(row("**", "12"), "atoms", 0, households=-1)
    )
