import pytest
import shapely

from tests.builders import CORNER, base_code, community_code, drop, edit, exclusive_code
from tests.faults import (
    box,
    findings,
    grids_named,
    reshape,
    row,
    rules_of,
    shape_of,
    sound_plan,
)


def test_v01_sees_a_polygon_that_crosses_itself():
    plan = sound_plan()
    x, y = CORNER
    bow = shapely.Polygon([(x, y), (x + 100, y - 100), (x + 100, y), (x, y - 100)])
    broken = reshape(plan, "base_grids", base_code("1"), bow)
    assert rules_of(broken) == {"V01", "V03", "V14"}
    finding = next(f for f in findings(broken) if f.rule == "V01")
    assert finding.grid_code == base_code("1")
    assert finding.at == shapely.Point(x + 50, y - 50)
    assert "（自相交）" in finding.message("zh")
    assert "(Self-intersection)" in finding.message("en")


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


def test_v02_sees_overlapping_grids():
    plan = sound_plan()
    wider = shape_of(plan, "base_grids", base_code("1")).union(box(2, 0, 2.1, 2))
    broken = reshape(plan, "base_grids", base_code("1"), wider)
    # The strip is in no micro-grid of grid 1, and in none of its atoms.
    assert rules_of(broken) == {"V02", "V03", "V14"}
    finding = next(f for f in findings(broken) if f.rule == "V02")
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
    finding = next(f for f in findings(broken) if f.rule == "V03")
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


def test_v04_sees_a_polygon_beyond_its_community():
    plan = sound_plan()
    beyond = box(-0.5, 0, 0, 2)
    wider = shape_of(plan, "base_grids", base_code("1")).union(beyond)
    broken = reshape(plan, "base_grids", base_code("1"), wider)
    assert rules_of(broken) == {"V03", "V04", "V14"}
    assert next(f for f in findings(broken) if f.rule == "V04").at.equals(beyond)


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
