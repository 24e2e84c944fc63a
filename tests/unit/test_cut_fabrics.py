"""A city's ground as atoms: whose ground, how many households, which names."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridpart.city import take_communities
from gridpart.cut.fabrics import cut_fabric
from tests.assertions import assert_same_table
from tests.builders import community_code
from tests.cities_builder import shuffled
from tests.scenes import RULES, assert_sound, cut, house, scene

GROUND = box(0, 0, 400, 200)
HOUSES = {
    f"b{i}{j}": house(50 + 100 * i, 50 + 100 * j) for i in range(4) for j in (0, 1)
}


class TestGround:
    def test_each_gets_the_ground_nearest_to_it(self) -> None:
        done = cut(scene(GROUND, HOUSES))
        assert done.ids == sorted(HOUSES)
        for name in HOUSES:
            assert done.atom(name).area == pytest.approx(10_000, rel=1e-3)

    def test_one_building_gets_all(self) -> None:
        done = cut(scene(GROUND, {"b": house(50, 50)}))
        assert done.atom("b").equals(GROUND)

    def test_no_buildings_one_open_atom(self) -> None:
        done = cut(scene(GROUND, {}))
        (name,) = done.ids
        assert name.startswith("open@")
        assert done.row(name)["households"] == 0
        assert len(done.fabric.borders) == 0

    def test_points_share_the_ground_too(self) -> None:
        spots = {name: shape.centroid for name, shape in HOUSES.items()}
        done = cut(scene(GROUND, spots | {"b00": HOUSES["b00"]}))
        for name in HOUSES:
            assert done.atom(name).area == pytest.approx(10_000, rel=0.15)

    def test_rows_with_common_walls(self) -> None:
        row = {f"h{n:02d}": box(8 * n, 20, 8 * n + 8, 35) for n in range(20)}
        done = cut(scene(box(0, 0, 160, 60), row))
        for name, shape in row.items():
            assert shapely.covers(done.atom(name).buffer(1e-6), shape)

    def test_a_house_in_a_courtyard(self) -> None:
        ring = box(100, 50, 200, 150) - box(115, 65, 185, 135)
        houses = {"court": ring, "inner": house(150, 100), "far": house(350, 100)}
        done = cut(scene(GROUND, houses))
        for name, shape in houses.items():
            assert shapely.covers(done.atom(name).buffer(1e-6), shape)

    def test_a_site_has_its_own_atoms(self) -> None:
        done = cut(scene(GROUND, HOUSES, sites={"school": box(200, 0, 300, 100)}))
        sites = done.fabric.atoms.set_index("atom_id")["site_id"]
        assert sites.dropna().to_dict() == {"b20": "school"}
        assert done.atom("b20").equals(box(200, 0, 300, 100))

    def test_an_empty_site_is_open_ground_of_its_own(self) -> None:
        done = cut(
            scene(GROUND, {"b": house(50, 50)}, sites={"s": box(200, 0, 210, 9)})
        )
        (name,) = done.open_ground()
        assert done.row(name)["site_id"] == "s"
        assert done.atom(name).area == pytest.approx(90)

    def test_an_enclosure_without_buildings_is_open_ground(self) -> None:
        street = LineString([(200, -10), (200, 210)])
        done = cut(scene(GROUND, {"b": house(50, 50)}, barriers=[("street", street)]))
        (name,) = done.open_ground()
        assert done.atom(name).equals(box(200, 0, 400, 200))
        row = done.row(name)
        x, y = name.removeprefix("open@").split("_")
        assert (row["x"], row["y"]) == pytest.approx((float(x), float(y)), abs=0.06)
        assert pd.isna(row["building_id"])

    def test_a_site_that_barely_leaves_the_edge_leaves_no_sliver(self) -> None:
        site = box(0.1, 0.1, 100, 199.9)
        done = cut(scene(GROUND, {"b": house(250, 50)}, sites={"s": site}))
        assert len(done.ids) == 2


class TestHomes:
    STREET = ("street", LineString([(200, -10), (200, 210)]))

    def test_an_overhang_comes_along(self) -> None:
        houses = HOUSES | {"over": box(170, 80, 205, 110)}
        done = cut(scene(GROUND, houses, barriers=[self.STREET]))
        assert shapely.covers(done.atom("over").buffer(1e-6), houses["over"])
        assert done.holder(203, 95) == "over"

    def test_a_house_across_two_streets(self) -> None:
        streets = [self.STREET, ("street", LineString([(-10, 100), (410, 100)]))]
        houses = HOUSES | {"over": box(185, 90, 230, 120)}
        done = cut(scene(GROUND, houses, barriers=streets))
        assert shapely.covers(done.atom("over").buffer(1e-6), houses["over"])

    def test_a_house_that_cuts_an_enclosure_in_two(self) -> None:
        lane = [("street", LineString([(-10, y), (410, y)])) for y in (60, 160)]
        houses = {"a": house(50, 30), "over": box(180, 0, 220, 200)}
        done = cut(scene(GROUND, houses, barriers=lane))
        assert shapely.covers(done.atom("over").buffer(1e-6), houses["over"])
        assert done.atom("a").equals(box(0, 0, 180, 60))
        assert len(done.open_ground()) == 3

    def test_most_of_its_area_decides_on_the_site(self) -> None:
        """Two halves inside the school against one larger piece outside."""
        path = ("street", LineString([(100, -10), (100, 210)]))
        site = {"s": box(0, 0, 400, 100)}
        hall = box(80, 40, 120, 150)
        assert hall.intersection(box(0, 100, 400, 200)).area > 20 * 60
        done = cut(scene(GROUND, {"hall": hall}, barriers=[path], sites=site))
        assert done.row("hall")["site_id"] == "s"

    def test_a_building_between_two_communities_goes_whole_to_one(self) -> None:
        halves = [box(0, 0, 200, 200), box(200, 0, 400, 200)]
        houses = {"a": house(50, 50), "mid": house(205, 100), "z": house(350, 50)}
        done = cut(scene(halves, houses))
        assert done.row("mid")["community_code"] == community_code("2")
        assert done.row("mid")["households"] == 50

    def test_in_the_middle_the_smaller_code_wins(self) -> None:
        halves = [box(200, 0, 400, 200), box(0, 0, 200, 200)]
        done = cut(scene(halves, {"mid": house(200, 100), "dot": Point(200, 20)}))
        assert set(done.fabric.atoms["community_code"][:2]) == {community_code("1")}

    def test_buildings_outside_are_left_out_and_said(self) -> None:
        city = scene(GROUND, {"in": house(50, 50), "out": house(900, 50)})
        done = cut(city)
        assert done.ids == ["in"]
        assert done.sentences == ("cut.building_outside",)


class TestStacks:
    def test_points_in_one_place_slice_their_ground(self) -> None:
        houses = {f"p{n}": Point(100, 100) for n in (3, 1, 2)} | {"b": house(300, 100)}
        done = cut(scene(GROUND, houses))
        areas = [done.atom(f"p{n}").area for n in (1, 2, 3)]
        assert max(areas) < 1.01 * min(areas)
        assert done.border("p1", "p2")
        assert done.border("p2", "p3")
        assert not done.border("p1", "p3")

    def test_the_same_footprint_twice(self) -> None:
        done = cut(scene(GROUND, {"a": house(100, 100), "b": house(100, 100)}))
        assert done.atom("a").area == pytest.approx(40_000, rel=1e-6)

    def test_towers_on_a_podium(self) -> None:
        houses = {
            "podium": box(100, 50, 200, 150),
            "t1": house(120, 70),
            "t2": house(180, 130),
        }
        done = cut(scene(GROUND, houses))
        for tower in ("t1", "t2"):
            assert shapely.covers(done.atom(tower).buffer(1e-6), houses[tower])
            assert done.border(tower, "podium")

    def test_a_point_inside_a_footprint(self) -> None:
        houses = {"a": house(100, 100), "p": Point(101, 99), "b": house(300, 100)}
        done = cut(scene(GROUND, houses))
        assert done.border("a", "p")

    def test_overlaps_go_to_the_smaller(self) -> None:
        houses = {"large": box(50, 50, 150, 150), "small": box(140, 140, 180, 160)}
        done = cut(scene(GROUND, houses))
        assert shapely.covers(done.atom("small").buffer(1e-6), houses["small"])
        left = houses["large"] - houses["small"]
        assert shapely.covers(done.atom("large").buffer(1e-6), left)


class TestNumbers:
    def test_households_and_workload(self) -> None:
        city = scene(GROUND, HOUSES, households={"b00": 0, "b01": 7})
        city.buildings.loc[city.buildings["building_id"] == "b10", "workload"] = 1.5
        atoms = cut(city).fabric.atoms.set_index("atom_id")
        assert atoms["households"].to_dict() == dict.fromkeys(HOUSES, 50) | {
            "b00": 0,
            "b01": 7,
        }
        assert atoms["workload"].to_dict() == atoms["households"].to_dict() | {
            "b10": 1.5
        }

    def test_types_and_columns(self) -> None:
        atoms = cut(scene(GROUND, HOUSES)).fabric.atoms
        assert list(atoms.columns) == [
            "atom_id",
            "building_id",
            "unit",
            "compound_id",
            "community_code",
            "site_id",
            "households",
            "workload",
            "x",
            "y",
            "geometry",
        ]
        assert [str(kind) for kind in atoms.dtypes] == (
            ["str"] * 6 + ["int64"] + ["float64"] * 3 + ["geometry"]
        )
        assert str(atoms.crs) == "EPSG:4526"
        assert atoms.index.tolist() == list(range(8))

    def test_where_the_households_live(self) -> None:
        done = cut(scene(GROUND, {"b": house(50, 50)}))
        assert shapely.covers(
            done.city.buildings.geometry[0], Point(*done.row("b")[["x", "y"]])
        )

    def test_compounds_by_name_or_else_by_place(self) -> None:
        grounds = {
            "garden": box(0, 0, 220, 220),
            "small": box(30, 130, 80, 180),
            "far": box(390, 0, 400, 10),
        }
        city = scene(GROUND, HOUSES, compound={"b00": "named"}, compounds=grounds)
        compounds = cut(city).fabric.atoms.set_index("atom_id")["compound_id"]
        assert compounds.dropna().to_dict() == {
            "b00": "named",
            "b01": "small",
            "b10": "garden",
            "b11": "garden",
        }

    def test_a_river_belongs_to_no_compound(self) -> None:
        city = scene(
            GROUND,
            {"b": house(50, 50)},
            barriers=[("river", box(150, -10, 250, 210))],
            compounds={"all": GROUND},
        )
        done = cut(city)
        compounds = {name: done.row(name)["compound_id"] for name in done.ids}
        (water,) = [
            name
            for name in done.ids
            if done.atom(name).bounds[0] > 149 and done.atom(name).bounds[2] < 251
        ]
        assert pd.isna(compounds.pop(water))
        assert set(compounds.values()) == {"all"}


class TestShapes:
    def test_a_community_in_two_parts(self) -> None:
        parts = MultiPolygon([box(0, 0, 100, 200), box(150, 0, 400, 200)])
        houses = {n: s for n, s in HOUSES.items() if not n.startswith("b1")}
        done = cut(scene(parts, houses))
        assert not any(done.border(f"b0{i}", f"b2{j}") for i in (0, 1) for j in (0, 1))

    def test_a_community_with_a_hole_and_an_island_in_it(self) -> None:
        rim = Polygon(box(0, 0, 400, 200).exterior, [box(150, 50, 250, 150).exterior])
        parts = MultiPolygon([rim, box(180, 80, 220, 120)])
        houses = {"isle": house(200, 100), "a": house(50, 100), "b": house(350, 100)}
        done = cut(scene(parts, houses))
        assert done.atom("isle").equals(box(180, 80, 220, 120))

    def test_a_crescent_keeps_every_atom_in_one_piece(self) -> None:
        """The ground nearest to the house at one tip lies partly at the other."""
        crescent = Point(0, 0).buffer(300) - Point(120, 0).buffer(260)
        houses = {"north": house(60, 270, 16, 10), "back": house(-250, 0)}
        cut(scene(crescent, houses))

    def test_inputs_are_not_touched(self) -> None:
        city = scene(GROUND, HOUSES, barriers=[("wall", LineString([(9, 0), (9, 99)]))])
        before = {
            name: getattr(city, name).copy(deep=True)
            for name in ("communities", "buildings", "barriers")
        }
        cut(city)
        for name, table in before.items():
            assert_same_table(table, getattr(city, name))


def test_heights_are_no_matter() -> None:
    lifted = {name: shapely.force_3d(shape, 7.0) for name, shape in HOUSES.items()}
    line = shapely.force_3d(LineString([(200, -10), (200, 210)]), 3.0)
    flat = cut(scene(GROUND, HOUSES, barriers=[("wall", shapely.force_2d(line))]))
    high = cut(scene(GROUND, lifted, barriers=[("wall", line)]))
    assert_same_table(flat.fabric.atoms, high.fabric.atoms)
    assert_same_table(flat.fabric.borders, high.fabric.borders)


class TestParts:
    """Cutting a part of the city gives what cutting all of it gives."""

    GROUNDS = (box(0, 0, 400, 200), box(400, 0, 800, 200), box(0, 200, 800, 300))

    def city(self) -> object:
        rng = np.random.default_rng(5)
        spots = rng.uniform([10, 10], [790, 290], (60, 2))
        houses = {f"h{n:02d}": house(x, y, 14, 9) for n, (x, y) in enumerate(spots)}
        barriers = [
            ("railway", LineString([(-50, 120), (850, 180)])),
            ("street", LineString([(200, -50), (210, 350)])),
            ("river", box(600, -50, 640, 350)),
        ]
        return scene(
            self.GROUNDS,
            houses,
            barriers=barriers,
            crossings=[Point(620, 60), Point(200, 138)],
            sites={"s": box(380, 20, 440, 80)},
            compounds={"c": box(100, 150, 300, 250)},
        )

    def test_one_community_at_a_time(self) -> None:
        city = self.city()
        whole, _ = cut_fabric(city, RULES)
        assert_sound(city, whole)
        for code in city.communities["community_code"]:
            part, _ = cut_fabric(take_communities(city, [code]), RULES)
            own = whole.atoms[whole.atoms["community_code"] == code]
            assert_same_table(part.atoms, own.reset_index(drop=True))
            inside = whole.borders["atom_a"].isin(own["atom_id"])
            assert_same_table(
                part.borders, whole.borders[inside].reset_index(drop=True)
            )

    def test_shuffled_rows(self) -> None:
        city = self.city()
        whole, _ = cut_fabric(city, RULES)
        again, _ = cut_fabric(shuffled(city), RULES)
        assert_same_table(whole.atoms, again.atoms)
        assert_same_table(whole.borders, again.borders)
