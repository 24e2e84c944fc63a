"""Buildings divided by unit: when cut, and later when micro-grids ask for it."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from gridpart.cut.units import scaled, slice_buildings, units_of
from tests.assertions import assert_same_table
from tests.scenes import RULES, Cut, assert_sound, cut, house, scene

GROUND = box(0, 0, 400, 200)
HOUSES = {
    "slab": house(100, 100, 120, 12),
    "tower": house(300, 50),
    "low": house(300, 150),
}
UNITS = {
    "slab": {"1单元": 200, "10单元": 100, "2单元": 500},
    "low": {"1": 20, "2": 30},
}


def built(**more: object) -> Cut:
    return cut(scene(GROUND, HOUSES, units=UNITS, **more))


def table(**counts: dict[str, int]) -> pd.DataFrame:
    rows = [
        {"building_id": name, "unit": unit, "households": count}
        for name, units in counts.items()
        for unit, count in units.items()
    ]
    return pd.DataFrame(rows, columns=["building_id", "unit", "households"])


class TestUnitsOf:
    @pytest.mark.parametrize(
        "names",
        [
            ["1单元", "2单元", "10单元"],
            ["一单元", "二单元", "三单元", "十单元", "十一单元"],
            ["甲单元", "乙单元", "丙单元", "丁单元"],
            ["A1", "A2", "A10", "B1"],
            ["东单元", "西单元"],
            ["九", "十", "十九", "二十", "二十一", "九十九"],
            ["1", "２", "03"],
        ],
    )
    def test_stand_in_their_natural_order(self, names: list[str]) -> None:
        counts = dict.fromkeys(sorted(names), 10)
        found, _ = units_of(table(b=counts), {"b": 10 * len(names)})
        assert list(found["b"].names) == names

    def test_one_unit_is_the_whole_building(self) -> None:
        found, findings = units_of(table(b={"1": 800}), {"b": 800})
        assert (found, findings) == ({}, [])

    def test_rows_of_one_unit_are_summed(self) -> None:
        twice = pd.concat([table(b={"1": 5, "2": 7}), table(b={"1": 1})])
        found, findings = units_of(twice, {"b": 13})
        assert found["b"].households.tolist() == [6, 7]
        assert findings == []

    def test_another_sum_is_scaled_and_said(self) -> None:
        found, (finding,) = units_of(table(b={"1": 1, "2": 2}), {"b": 900})
        assert found["b"].households.tolist() == [300, 600]
        assert finding.sentence == "cut.units_sum"
        assert "900" in finding.message("zh")

    def test_only_those_asked_for(self) -> None:
        found, _ = units_of(table(a={"1": 1, "2": 1}, b={"1": 1, "2": 1}), {"b": 2})
        assert list(found) == ["b"]

    def test_an_empty_unit_has_ground_all_the_same(self) -> None:
        found, _ = units_of(table(b={"1": 0, "2": 9}), {"b": 9})
        assert found["b"].shares.tolist() == [0.1, 0.9]


@given(
    counts=st.lists(st.integers(0, 300), min_size=1, max_size=12),
    total=st.integers(0, 5000),
)
def test_scaling_keeps_the_sum_and_the_order(counts: list[int], total: int) -> None:
    result = scaled(np.array(counts), total)
    assert result.sum() == total
    assert (result >= 0).all()
    if sum(counts):
        assert np.abs(result - np.array(counts) * total / sum(counts)).max() < 1


class TestWhenCut:
    def test_a_building_above_the_band_is_sliced(self) -> None:
        done = built(households={"slab": 800, "low": 50})
        atoms = done.fabric.atoms.set_index("atom_id")
        assert list(atoms.index) == [
            "low",
            "slab#10单元",
            "slab#1单元",
            "slab#2单元",
            "tower",
        ]
        slab = atoms[atoms["building_id"] == "slab"]
        assert slab["households"].to_dict() == {
            "slab#10单元": 100,
            "slab#1单元": 200,
            "slab#2单元": 500,
        }
        assert slab["unit"].tolist() == ["10单元", "1单元", "2单元"]
        assert slab["workload"].tolist() == [100, 200, 500]
        share = slab.area / slab.area.sum()
        assert share.to_numpy() == pytest.approx([1 / 8, 2 / 8, 5 / 8], abs=1e-3)

    def test_slices_stand_in_a_chain(self) -> None:
        done = built(households={"slab": 800, "low": 50})
        assert done.border("slab#1单元", "slab#2单元")
        assert done.border("slab#2单元", "slab#10单元")
        assert not done.border("slab#1单元", "slab#10单元")

    def test_households_live_in_their_slice(self) -> None:
        done = built(households={"slab": 800, "low": 50})
        for row in done.fabric.atoms.itertuples():
            assert row.geometry.contains(Point(row.x, row.y))

    def test_without_units_or_below_the_band_it_stays_whole(self) -> None:
        done = built(households={"slab": 700, "tower": 900, "low": 50})
        assert done.ids == ["low", "slab", "tower"]

    def test_units_that_don_t_add_up_keep_the_building_s_households(self) -> None:
        done = built(households={"slab": 1003, "low": 50})
        slab = done.fabric.atoms.query("building_id == 'slab'")
        assert slab["households"].tolist() == [125, 251, 627]
        assert done.sentences == ("cut.units_sum",)

    def test_workload_is_divided_like_households(self) -> None:
        city = scene(GROUND, HOUSES, units=UNITS, households={"slab": 800, "low": 50})
        city.buildings["workload"] = 80.0
        slab = cut(city).fabric.atoms.query("building_id == 'slab'")
        assert slab["workload"].tolist() == [10, 20, 50]

    def test_two_large_buildings_in_one_place(self) -> None:
        spots = {"a": Point(100, 100), "b": Point(100, 100)}
        units = {name: {"1": 400, "2": 400} for name in spots}
        done = cut(scene(GROUND, spots, households=800, units=units))
        assert done.ids == ["a#1", "a#2", "b#1", "b#2"]


class TestAfterwards:
    LANE = ("railway", LineString([(200, -10), (200, 210)]))

    def sliced(self, done: Cut, *names: str) -> Cut:
        fabric = slice_buildings(done.fabric, done.city.units, names)
        assert_sound(done.city, fabric)
        return Cut(done.city, fabric, ())

    def test_divides_what_it_is_told_to(self) -> None:
        before = built(households={"slab": 80, "low": 50})
        done = self.sliced(before, "low", "tower", "nowhere")
        assert done.ids == ["low#1", "low#2", "slab", "tower"]
        assert done.row("low#2")["households"] == 30
        assert done.row("low#2")["compound_id"] is before.row("low")["compound_id"]
        low = before.atom("low")
        halves = done.atom("low#1").union(done.atom("low#2"))
        assert halves.symmetric_difference(low).area < 1e-6

    def test_is_what_cutting_would_have_done(self) -> None:
        city = scene(GROUND, HOUSES, units=UNITS, households={"slab": 800})
        direct = cut(city)
        later = self.sliced(cut(city, RULES.replace("size", high=900)), "slab")
        assert later.ids == direct.ids
        for name in later.ids:
            assert later.atom(name).symmetric_difference(direct.atom(name)).area < 1e-6

    def test_borders_hand_their_barrier_on(self) -> None:
        before = built(
            households={"slab": 80, "low": 50},
            barriers=[self.LANE],
            crossings=[Point(200, 160)],
        )
        assert before.border("low", "slab").crossing
        done = self.sliced(before, "slab")
        pieces = [f"slab#{n}单元" for n in (1, 2, 10)]
        across = [done.border(name, "low") for name in pieces]
        across = [border for border in across if border]
        assert {border.barrier for border in across} == {"hard"}
        assert all(border.crossing for border in across)
        old = before.border("low", "slab")
        assert sum(b.shared_m for b in across) == pytest.approx(old.shared_m)
        assert sum(b.clear_m for b in across) == pytest.approx(old.clear_m)
        assert done.barrier(pieces[0], pieces[1]) is None
        assert done.border(pieces[0], pieces[1]).clear_m == 0

    def test_leaves_other_communities_alone(self) -> None:
        grounds = [GROUND, box(400, 0, 500, 200)]
        houses = HOUSES | {"other": house(450, 100)}
        city = scene(grounds, houses, units=UNITS)
        before = cut(city)
        done = self.sliced(before, "low")
        assert done.atom("other").equals_exact(before.atom("other"), 0)

    def test_what_is_divided_already_stays(self) -> None:
        before = built(households={"slab": 800, "low": 50})
        done = self.sliced(before, "slab")
        assert_same_table(done.fabric.atoms, before.fabric.atoms)

    def test_keeps_further_columns_and_the_fabric_it_was_given(self) -> None:
        before = built(households={"slab": 80, "low": 50})
        before.fabric.atoms["mark"] = range(3)
        copy = before.fabric.atoms.copy(deep=True)
        done = self.sliced(before, "low")
        assert done.fabric.atoms["mark"].tolist() == [0, 0, 1, 2]
        assert_same_table(before.fabric.atoms, copy)

    def test_nothing_to_divide(self) -> None:
        before = built(households={"slab": 80, "low": 50})
        assert slice_buildings(before.fabric, before.city.units, []) is before.fabric

    def test_types_stay(self) -> None:
        before = built(households={"slab": 80, "low": 50})
        done = self.sliced(before, "low")
        assert done.fabric.atoms.dtypes.equals(before.fabric.atoms.dtypes)
        assert done.fabric.borders.dtypes.equals(before.fabric.borders.dtypes)
        assert shapely.is_valid(done.fabric.atoms.geometry.to_numpy()).all()

    def test_a_building_alone_has_no_border_to_hand_on(self) -> None:
        city = scene(GROUND, {"slab": HOUSES["slab"]}, units=UNITS, households=80)
        before = cut(city)
        assert before.fabric.borders.empty
        done = self.sliced(before, "slab")
        assert done.border("slab#1单元", "slab#2单元").clear_m == 0
