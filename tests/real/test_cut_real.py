"""The ground of real cities: row houses, points, rivers, holes, thousands of roads."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gridpart.check.cities import mend_city
from gridpart.city import City, home_communities, take_communities
from gridpart.cut.fabrics import cut_fabric
from gridpart.fabric import Fabric
from gridpart.read.cities import read_city
from gridpart.rules import Rules
from tests.scenes import assert_sound

CITIES = Path(__file__).parents[1] / "cities"
RULES = Rules.preset()

pytestmark = [pytest.mark.shared, pytest.mark.usefixtures("shared_data")]


def city_of(name: str, every: int = 1) -> City:
    """A mended city, or each so-manieth of its communities."""
    city, _ = mend_city(read_city(CITIES / f"{name}.toml"))
    codes = sorted(city.communities["community_code"])[::every]
    return take_communities(city, codes)


def cut_up(city: City) -> Fabric:
    fabric, _ = cut_fabric(city, RULES)
    assert_sound(city, fabric)
    assert fabric.atoms["households"].sum() == city.buildings["households"].sum()
    found = set(fabric.atoms["building_id"].dropna())
    assert found == set(city.buildings["building_id"])
    return fabric


def houses_cut(city: City, fabric: Fabric) -> np.ndarray:
    """Share of each footprint that lies outside its own atom, where it stands alone.

    Footprints that overlap others, or have several parts, can't all be kept
    whole; nor can what reaches out of the community.
    """
    shapes = city.buildings.geometry.to_numpy()
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    both = (i != j) & (shapely.area(shapely.intersection(shapes[i], shapes[j])) > 0.05)
    alone = shapely.get_num_geometries(shapes) == 1
    alone[i[both]] = False
    home = home_communities(shapes, city.communities)
    grounds = city.communities.geometry.to_numpy()[home]
    whole = fabric.atoms[fabric.atoms["unit"].isna()].dropna(subset="building_id")
    atoms = whole.set_index("building_id").geometry
    own = atoms.reindex(city.buildings["building_id"]).to_numpy()
    inside = shapely.intersection(shapes[alone], grounds[alone])
    lost = shapely.area(shapely.difference(inside, own[alone]))
    return lost / shapely.area(inside)


def test_manhattan_with_its_row_houses() -> None:
    city = city_of("manhattan", every=5)
    fabric = cut_up(city)
    assert len(city.buildings) > 1000
    assert np.quantile(houses_cut(city, fabric), 0.99) < 1e-6
    assert houses_cut(city, fabric).max() < 0.02


def test_shanghai_with_its_rivers_and_its_hole() -> None:
    city = city_of("shanghai")
    fabric = cut_up(city)
    assert houses_cut(city, fabric).max() < 0.02
    hard = fabric.borders[fabric.borders["barrier"] == "hard"]
    water = city.barriers[city.barriers["kind"].isin(["river", "water"])].union_all()
    atoms = fabric.atoms.set_index("atom_id").geometry
    ends = np.concatenate([hard["atom_a"], hard["atom_b"]])
    assert (atoms[ends].distance(water) < 1).all()


def test_singapore_as_points() -> None:
    city = city_of("singapore", every=9)
    fabric = cut_up(city)
    built = fabric.atoms.dropna(subset="building_id")
    assert len(built) > 1000
    assert built.contains(
        built.set_geometry(shapely.points(built["x"], built["y"])).geometry
    ).all()


def test_olemps_is_one_community_with_a_railway_in_pieces() -> None:
    city = city_of("olemps")
    fabric = cut_up(city)
    lines = city.barriers[city.barriers["kind"].isin(["railway", "river"])].union_all()
    hard = fabric.borders[fabric.borders["barrier"] == "hard"]
    atoms = fabric.atoms.set_index("atom_id").geometry
    assert len(hard) > 20
    # Where the railway ends inside, those who see each other across it touch
    # beside it; one of the two has it on its ground.
    first, second = atoms[hard["atom_a"]], atoms[hard["atom_b"]]
    assert (
        np.minimum(first.distance(lines).array, second.distance(lines).array) < 1
    ).all()
