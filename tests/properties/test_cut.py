"""What must hold of the atoms of any city, however it is drawn."""

import networkx as nx
import numpy as np
import shapely
import shapely.ops
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import rotate

from gridpart.city import City, home_communities, take_communities
from gridpart.cut.fabrics import cut_fabric
from gridpart.cut.units import slice_buildings
from gridpart.fabric import Fabric, join_fabrics, passable
from tests.assertions import assert_same_table
from tests.cities_builder import shuffled
from tests.scenes import RULES, assert_sound, scene

SLOW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
WIDE, HIGH = 600.0, 400.0
KINDS = ["river", "railway", "wall", "street", "arterial", "path"]


def grounds_of(rng: np.random.Generator) -> list[shapely.Geometry]:
    """Two communities that fill a rectangle: with a hole, an island, two parts."""
    x = rng.uniform(150, 450)
    left, right = box(0, 0, x, HIGH), box(x, 0, WIDE, HIGH)
    hole = box(x / 3, 120, x / 3 + 60, 220)
    match rng.integers(5):
        case 0:
            return [left, right]
        case 1:
            return [Polygon(left.exterior, [hole.exterior]), right]
        case 2:
            inside = Polygon(left.exterior, [hole.exterior])
            return [inside, MultiPolygon([right, hole])]
        case 3:
            return [left - box(-1, 150, WIDE, 190), right]
        case _:
            wedge = Polygon([(0, 0), (x, HIGH / 2), (0, HIGH)])
            return [left - wedge, MultiPolygon([wedge]), right]


def shape_of(rng: np.random.Generator) -> shapely.Geometry:
    x, y = rng.uniform([-20, -20], [WIDE + 20, HIGH + 20])
    width, depth = rng.uniform(3, 60, 2)
    body = box(x, y, x + width, y + depth)
    match rng.integers(6):
        case 0:
            return Point(round(x / 100) * 100, round(y / 100) * 100)
        case 1:
            return Point(x, y)
        case 2:
            yard = box(x + width / 4, y + depth / 4, x + width / 2, y + depth / 2)
            return rotate(body - yard, rng.uniform(0, 90))
        case 3:
            return MultiPolygon([body, box(x + width + 5, y, x + width + 9, y + 5)])
        case _:
            return rotate(body, rng.choice([0, 0, 30, 45]))


def barrier_of(rng: np.random.Generator) -> shapely.Geometry:
    a, b, c = rng.uniform([-50, -50], [WIDE + 50, HIGH + 50], (3, 2))
    match rng.integers(5):
        case 0:
            return LineString([a, b, c]).buffer(rng.uniform(5, 40))
        case 1:
            return LineString([(a[0], -50), (b[0], HIGH + 50)])
        case 2:
            return LineString([(-50, a[1]), (WIDE + 50, a[1])])
        case 3:
            return LineString([a, a + (b - a) / 8])
        case _:
            return LineString([a, b, c])


def odd_city(seed: int) -> City:
    """Draw a city that is odd in every way that a city can be."""
    rng = np.random.default_rng(seed)
    shapes = [shape_of(rng) for _ in range(rng.integers(0, 40))]
    doubles = [shapes[i] for i in rng.integers(0, len(shapes), 4)] if shapes else []
    houses = {f"h{n:02d}": shape for n, shape in enumerate(shapes + doubles)}
    loads = rng.choice([0, 1, 30, 60, 900], len(houses))
    barriers = [
        (str(rng.choice(KINDS)), barrier_of(rng)) for _ in range(rng.integers(7))
    ]
    spots = rng.uniform([0, 0], [WIDE, HIGH], (6, 2))
    return scene(
        grounds_of(rng),
        houses,
        households=dict(zip(houses, map(int, loads), strict=True)),
        barriers=barriers,
        crossings=[Point(spots[0]), LineString(spots[1:3])],
        sites={"s": box(*spots[3], *(spots[3] + 80)), "t": Point(spots[4]).buffer(50)},
        compounds={"c": Point(spots[5]).buffer(90)},
        units={name: {"1": 3, "2": 5, "3": 1} for name in list(houses)[::3]},
    )


def assert_kept(city: City, fabric: Fabric) -> None:
    """Every building at home in a community is there, with all its households."""
    home = home_communities(city.buildings.geometry.to_numpy(), city.communities)
    codes = city.communities["community_code"].to_numpy()
    inside = city.buildings[home >= 0]
    expected = inside.groupby(codes[home[home >= 0]])["households"].sum()
    found = fabric.atoms.groupby("community_code")["households"].sum()
    assert found[found > 0].to_dict() == expected[expected > 0].to_dict()
    assert set(fabric.atoms["building_id"].dropna()) == set(inside["building_id"])


@SLOW
@given(seed=st.integers(0, 10**6))
def test_atoms_tile_and_nobody_is_lost(seed: int) -> None:
    city = odd_city(seed)
    fabric, _ = cut_fabric(city, RULES)
    assert_sound(city, fabric)
    assert_kept(city, fabric)


@SLOW
@given(seed=st.integers(0, 10**6))
def test_order_of_rows_changes_nothing(seed: int) -> None:
    city = odd_city(seed)
    one, findings = cut_fabric(city, RULES)
    other, again = cut_fabric(shuffled(city, seed), RULES)
    assert_same_table(one.atoms, other.atoms)
    assert_same_table(one.borders, other.borders)
    assert [f.message("en") for f in findings] == [f.message("en") for f in again]


@SLOW
@given(seed=st.integers(0, 10**6))
def test_a_community_depends_on_itself_alone(seed: int) -> None:
    city = odd_city(seed)
    whole, _ = cut_fabric(city, RULES)
    parts = [
        cut_fabric(take_communities(city, [code]), RULES)[0]
        for code in city.communities["community_code"]
    ]
    joined = join_fabrics(parts)
    assert_same_table(whole.atoms, joined.atoms)
    assert_same_table(whole.borders, joined.borders)


@SLOW
@given(seed=st.integers(0, 10**6))
def test_slicing_keeps_ground_and_households(seed: int) -> None:
    city = odd_city(seed)
    fabric, _ = cut_fabric(city, RULES)
    finer = slice_buildings(fabric, city.units, city.buildings["building_id"])
    assert_sound(city, finer)
    assert_kept(city, finer)
    untouched = finer.atoms["unit"].isna()
    same = finer.atoms[untouched].merge(fabric.atoms, on="atom_id")
    assert len(same) == untouched.sum()
    assert np.allclose(same["geometry_x"].area, same["geometry_y"].area, atol=1e-6)


@SLOW
@given(seed=st.integers(0, 10**6))
def test_nobody_walks_through_a_railway_across_everything(seed: int) -> None:
    """From edge to edge with gaps of bad drawing, houses on it, and roads over it."""
    rng = np.random.default_rng(seed)
    ground = box(0, 0, WIDE, HIGH)
    low, high = rng.uniform(50, WIDE - 50, 2)
    line = LineString([(low, -60), (high, HIGH + 60)])
    west = Polygon([(low, -60), (high, HIGH + 60), (-99, HIGH + 60), (-99, -60)])
    houses: dict[str, shapely.Geometry] = {}
    for shape in map(shape_of, [rng] * 30):
        if ground.contains(shape) and not any(map(shape.intersects, houses.values())):
            houses[f"h{len(houses):02d}"] = shape
    gap = rng.uniform(0.2, 14)
    at = rng.uniform(0, line.length - gap)
    rails = [shapely.ops.substring(line, 0, at)]
    rails.append(shapely.ops.substring(line, at + gap, line.length))
    soft = [kind for kind in KINDS if kind not in ("river", "railway")]
    roads = [(str(rng.choice(soft)), barrier_of(rng)) for _ in range(rng.integers(6))]
    city = scene(ground, houses, barriers=[*roads, *(("railway", r) for r in rails)])
    fabric, _ = cut_fabric(city, RULES)
    assert_sound(city, fabric)
    walk = nx.Graph()
    walk.add_nodes_from(fabric.atoms["atom_id"])
    ways = fabric.borders[passable(fabric.borders)]
    walk.add_edges_from(zip(ways["atom_a"], ways["atom_b"], strict=True))
    for people in nx.connected_components(walk):
        sides = [houses[name].intersection(west).area for name in people & set(houses)]
        whole = [houses[name].area for name in people & set(houses)]
        clear = {
            part > total / 2
            for part, total in zip(sides, whole, strict=True)
            if abs(part - total / 2) > total / 4
        }
        assert len(clear) <= 1
