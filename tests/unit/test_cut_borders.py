"""What lies between neighbours: barriers of all kinds, and ways across them.

Two rows of four houses on 400 × 200 m; b10 and b11 lie left of x = 200, b20 and
b21 right of it, rows 0 below y = 100 and 1 above.
"""

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, Point, Polygon, box

from tests.scenes import RULES, Cut, cut, house, scene

GROUND = box(0, 0, 400, 200)
HOUSES = {
    f"b{i}{j}": house(50 + 100 * i, 50 + 100 * j) for i in range(4) for j in (0, 1)
}
LINE = LineString([(200, -20), (200, 220)])
VALLEY, RIVER = box(0, 0, 400, 300), ("river", box(100, -50, 300, 350))
WEST = {f"w{j}": house(50, 50 + 100 * j) for j in range(3)}
EAST = {f"e{j}": house(350, 50 + 100 * j) for j in range(3)}
LOW, HIGH = ("b10", "b20"), ("b11", "b21")


def rows(*barriers: tuple[str, object], **more: object) -> Cut:
    return cut(scene(GROUND, HOUSES, barriers=barriers, **more))


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "barrier"),
        [("river", "hard"), ("railway", "hard"), ("wall", "soft"), ("street", None)],
    )
    def test_strength_by_kind(self, kind: str, barrier: str | None) -> None:
        done = rows((kind, LINE))
        assert done.barrier(*LOW) == done.barrier(*HIGH) == barrier
        assert done.barrier("b00", "b10") is None
        assert done.sentences == ()

    def test_the_column_goes_before_the_kind(self) -> None:
        done = rows(("street", LINE), strength=["hard"])
        assert done.barrier(*LOW) == "hard"

    def test_an_unknown_kind_is_soft_and_said_once(self) -> None:
        done = rows(("fence", LINE), ("fence", LINE))
        assert done.barrier(*LOW) == "soft"
        assert done.sentences == ("cut.barrier_kind",)

    def test_the_strongest_of_several_counts(self) -> None:
        done = rows(("wall", LINE), ("railway", LINE), ("street", LINE))
        assert done.barrier(*LOW) == "hard"

    def test_soft_where_more_than_half_is(self) -> None:
        mostly = [("wall", LineString([(200, 35), (200, 220)])), ("street", LINE)]
        partly = [("wall", LineString([(200, 65), (200, 220)])), ("street", LINE)]
        assert rows(*mostly).barrier(*LOW) == "soft"
        assert rows(*partly).barrier(*LOW) is None

    def test_a_polygon_s_edge_is_a_barrier(self) -> None:
        done = rows(("wall", box(-50, -50, 200, 250)))
        assert done.barrier(*LOW) == "soft"


class TestClearLines:
    def test_along_a_street(self) -> None:
        done = rows(("street", LINE))
        assert done.border(*LOW).clear_m == pytest.approx(100, abs=0.5)
        assert done.border("b00", "b10").clear_m == 0

    def test_where_the_compound_changes(self) -> None:
        done = cut(scene(GROUND, HOUSES, compound={"b10": "A", "b11": "A", "b20": "B"}))
        for one, other in [("b10", "b20"), ("b00", "b10"), ("b11", "b21")]:
            border = done.border(one, other)
            assert border.clear_m == border.shared_m
        assert done.border("b10", "b11").clear_m == 0

    def test_along_a_site(self) -> None:
        school = {"s": box(200, 0, 300, 100)}
        done = cut(scene(GROUND, HOUSES, sites=school))
        assert done.border(*LOW).clear_m == pytest.approx(100, abs=0.5)
        assert done.barrier(*LOW) is None


class TestBrokenLines:
    """Barriers as they are drawn: short, in pieces, double, beside the edge."""

    @pytest.mark.parametrize("gap", [1.5, 8.0, 14.5])
    def test_a_gap_is_bridged(self, gap: float) -> None:
        parts = MultiLineString(
            [[(200, -20), (200, 70)], [(200, 70 + gap), (200, 220)]]
        )
        done = rows(("railway", parts))
        assert done.barrier(*LOW) == done.barrier(*HIGH) == "hard"

    def test_a_wide_gap_stays_open(self) -> None:
        parts = MultiLineString([[(200, -20), (200, 30)], [(200, 75), (200, 220)]])
        done = rows(("railway", parts))
        assert done.barrier(*LOW) != "hard"
        assert done.barrier(*HIGH) == "hard"

    @pytest.mark.parametrize("short", [1e-9, 0.3, 12.0])
    def test_a_line_that_stops_before_the_edge_reaches_it(self, short: float) -> None:
        done = rows(("river", LineString([(200, short), (200, 200 - short)])))
        assert done.barrier(*LOW) == done.barrier(*HIGH) == "hard"

    def test_a_wall_that_stops_before_a_railway_reaches_it(self) -> None:
        done = rows(
            ("railway", LINE),
            ("wall", LineString([(-20, 100), (190, 100)])),
        )
        assert done.barrier("b10", "b11") == "soft"

    def test_a_line_that_ends_inside_hides_neighbours_from_each_other(self) -> None:
        done = rows(("railway", LineString([(200, -20), (200, 100)])))
        assert done.barrier(*LOW) == "hard"
        assert done.barrier(*HIGH) is None

    def test_a_soft_line_that_ends_inside_hides_nobody(self) -> None:
        done = rows(("wall", LineString([(195, -20), (205, 100)])))
        assert done.barrier(*LOW) is None

    def test_a_line_that_begins_and_ends_inside(self) -> None:
        done = rows(("railway", LineString([(170, 70), (230, 90)])))
        assert done.barrier(*LOW) is None
        done = rows(("railway", LineString([(200, 20), (200, 80)])))
        assert done.barrier(*LOW) == "hard"

    def test_a_crossing_opens_a_line_that_ends_inside(self) -> None:
        stub = ("railway", LineString([(200, -20), (200, 100)]))
        assert rows(stub, crossings=[Point(200, 80)]).border(*LOW).crossing
        assert not rows(stub, crossings=[Point(200, 180)]).border(*LOW).crossing

    @pytest.mark.parametrize("beside", [-5.0, -0.2, 0.0, 0.2, 5.0, 20.0])
    def test_a_line_along_the_edge_parts_nobody(self, beside: float) -> None:
        edge = LineString([(beside, -20), (beside, 220)])
        done = rows(("railway", edge))
        assert len(done.ids) == 8
        assert done.fabric.borders["barrier"].isna().all()

    def test_two_tracks_are_one_barrier(self) -> None:
        tracks = [LineString([(x, -20), (x, 220)]) for x in (196, 204)]
        done = rows(("railway", tracks[0]), ("railway", tracks[1]))
        assert len(done.ids) == 8
        assert done.barrier(*LOW) == done.barrier(*HIGH) == "hard"

    def test_a_road_between_two_tracks_leads_nobody_across(self) -> None:
        """Its strips would join both sides if each went to another one."""
        tracks = [LineString([(x, -20), (x + 4, 220)]) for x in (190, 206)]
        road = LineString([(150, 90), (250, 120)])
        done = rows(("railway", tracks[0]), ("railway", tracks[1]), ("street", road))
        west = {"b00", "b01", "b10", "b11"}
        for border in done.fabric.borders.itertuples():
            if (border.atom_a in west) != (border.atom_b in west):
                assert border.barrier == "hard"

    def test_a_verge_between_railway_and_street_lies_on_the_street_s_side(self) -> None:
        street = LineString([(212, -20), (212, 220)])
        done = rows(("railway", LINE), ("street", street))
        assert done.barrier(*LOW) == "hard"
        assert done.atom("b20").bounds[0] == pytest.approx(200, abs=0.1)

    def test_a_carriageway_between_soft_lines_parts_nobody(self) -> None:
        sides = [LineString([(x, -20), (x, 220)]) for x in (191, 209)]
        done = rows(("arterial", sides[0]), ("arterial", sides[1]))
        assert done.open_ground() == []
        assert done.barrier(*LOW) == "soft"

    def test_a_house_on_the_line_pushes_it_aside(self) -> None:
        """The railway runs through the station; nobody walks through that."""
        houses = HOUSES | {"station": house(195, 50, 30, 30)}
        done = cut(scene(GROUND, houses, barriers=[("railway", LINE)]))
        assert done.barrier("b20", "station") == "hard"
        assert done.barrier("b10", "station") is None
        assert done.barrier(*HIGH) == "hard"
        assert shapely.covers(done.atom("station").buffer(1e-6), houses["station"])


class TestCrossings:
    def test_opens_what_is_within_reach(self) -> None:
        done = rows(("railway", LINE), crossings=[Point(200, 150)])
        assert done.border(*HIGH).crossing
        assert done.border(*HIGH).barrier == "hard"
        assert not done.border(*LOW).crossing

    @pytest.mark.parametrize(("y", "opens"), [(135, True), (145, False)])
    def test_reach_is_a_rule(self, y: float, opens: bool) -> None:
        done = rows(("railway", LINE), crossings=[Point(200, y)])
        assert RULES.barriers.reach_m == 40
        assert done.border(*LOW).crossing == opens

    def test_soft_barriers_need_no_crossing(self) -> None:
        done = rows(("wall", LINE), crossings=[Point(200, 50)])
        assert not done.fabric.borders["crossing"].any()

    def test_the_crossing_may_lie_outside_the_community(self) -> None:
        done = rows(("railway", LINE), crossings=[Point(200, -15)])
        assert done.border(*LOW).crossing


class TestWater:
    """A river 200 m wide between two banks, 100 m of land on each."""

    def river(self, *crossings: object, more: object = None) -> Cut:
        houses = WEST | EAST | dict(more or {})
        return cut(scene(VALLEY, houses, barriers=[RIVER], crossings=crossings))

    def banks(self, done: Cut) -> dict[str, bool]:
        (water,) = done.open_ground()
        return {name: done.border(name, water).crossing for name in [*WEST, *EAST]}

    def test_is_open_ground_behind_hard_borders(self) -> None:
        done = self.river()
        (water,) = done.open_ground()
        assert done.atom(water).equals(box(100, 0, 300, 300))
        assert done.row(water)["households"] == 0
        assert {done.barrier(name, water) for name in WEST | EAST} == {"hard"}
        assert not any(self.banks(done).values())

    def test_a_point_in_the_middle_opens_both_banks(self) -> None:
        opened = self.banks(self.river(Point(190, 150)))
        assert opened == {n: n.endswith("1") for n in [*WEST, *EAST]}

    def test_a_point_on_one_bank_opens_both(self) -> None:
        opened = self.banks(self.river(Point(100.5, 150)))
        assert opened["w1"]
        assert opened["e1"]

    def test_a_bridge_from_side_to_side_opens_both_banks(self) -> None:
        opened = self.banks(self.river(LineString([(90, 150), (310, 150)])))
        assert opened == {n: n.endswith("1") for n in [*WEST, *EAST]}

    def test_a_pier_opens_one_bank(self) -> None:
        opened = self.banks(self.river(LineString([(90, 150), (200, 150)])))
        assert opened == {n: n == "w1" for n in [*WEST, *EAST]}

    def test_an_island_is_land(self) -> None:
        isle = Polygon(
            box(100, -50, 300, 350).exterior, [box(170, 120, 230, 180).exterior]
        )
        houses = WEST | EAST | {"isle": house(200, 150)}
        done = cut(scene(VALLEY, houses, barriers=[("river", isle)]))
        (water,) = done.open_ground()
        assert done.atom("isle").equals(box(170, 120, 230, 180))
        assert done.barrier("isle", water) == "hard"

    def test_a_boathouse_on_the_water_keeps_its_place(self) -> None:
        done = self.river(more={"boat": house(200, 150)})
        assert done.open_ground() == []
        assert done.sentences == ()
        assert done.barrier("boat", "w1") == "hard"

    def test_lines_on_the_water_don_t_cut_it(self) -> None:
        lines = [
            ("river", LineString([(200, -50), (200, 350)])),
            ("street", LineString([(-50, 120), (450, 120)])),
        ]
        city = scene(VALLEY, WEST | EAST, barriers=[RIVER, *lines])
        assert len(cut(city).open_ground()) == 1

    def test_two_polygons_of_one_river_are_one_water(self) -> None:
        halves = [
            ("river", box(100, -50, 300, 140)),
            ("river", box(100, 140, 300, 350)),
        ]
        done = cut(scene(VALLEY, WEST | EAST, barriers=halves))
        assert len(done.open_ground()) == 1

    def test_a_pond_of_soft_shores_is_no_hard_border(self) -> None:
        pond = scene(VALLEY, WEST | EAST, barriers=[RIVER])
        pond.barriers["strength"] = "soft"
        done = cut(pond)
        (water,) = done.open_ground()
        assert done.barrier("w0", water) == "soft"


@pytest.mark.parametrize("angle", [0, 30, 77])
def test_directions_don_t_matter(angle: float) -> None:
    turned = [
        shapely.affinity.rotate(shape, angle, origin=(0, 0))
        for shape in (GROUND, LINE, Point(200, 150), *HOUSES.values())
    ]
    ground, line, gate, *houses = turned
    city = scene(
        ground,
        dict(zip(HOUSES, houses, strict=True)),
        barriers=[("railway", line)],
        crossings=[gate],
    )
    done = cut(city)
    assert done.border(*HIGH).crossing
    assert (done.barrier(*LOW), done.border(*LOW).crossing) == ("hard", False)
    assert np.isclose(done.border(*LOW).shared_m, 100, atol=0.5)
