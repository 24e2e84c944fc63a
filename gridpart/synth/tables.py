"""From arrays of parcels, buildings and communities to the tables of a city."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator

from gridpart.coverage import dissolve
from gridpart.synth import names, uses
from gridpart.synth.dwellings import Dwellings
from gridpart.synth.ground import INNER, STREET, Ground
from gridpart.synth.houses import Houses

COMMUNITIES_A_SUBDISTRICT = 10
MANAGED = {"walkups": 0.3}
MANAGED_ELSE = 0.88
JOINED_HOUSEHOLDS = 650
ROADS = ("路", "街", "巷", "大街")


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A city before it becomes tables: everything inside its limits, as arrays."""

    ground: Ground
    uses: np.ndarray
    houses: Houses
    dwellings: Dwellings
    community: np.ndarray

    @property
    def parcel_households(self) -> np.ndarray:
        """Households of each parcel."""
        count = len(self.uses)
        return np.bincount(self.houses.parcel, self.dwellings.households, count)

    @property
    def has_homes(self) -> np.ndarray:
        """Whether somebody lives on each parcel, sites left aside."""
        return (self.parcel_households > 0) & ~np.isin(self.uses, uses.SITES)


def communities(scene: Scene, rng: Generator) -> pd.DataFrame:
    """Return the communities: code, name, sub-district, households, geometry."""
    _, shapes = dissolve(scene.ground.parcels, scene.community)
    count = len(shapes)
    people = np.bincount(scene.community, scene.parcel_households, count)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    groups = max(1, round(count / COMMUNITIES_A_SUBDISTRICT))
    district = districts(middle, groups)
    rank = np.lexsort([middle[:, 0], district])
    code = np.empty(count, dtype="<U12")
    code[rank] = names.community_codes(count)
    words = names.stems(count + groups, rng)
    return pd.DataFrame(
        {
            "community_code": code,
            "name": np.char.add(words[:count], "社区"),
            "subdistrict": np.char.add(words[count:], "街道")[district],
            "households": people.astype(int),
            "geometry": shapes,
        }
    )


def districts(middle: np.ndarray, groups: int) -> np.ndarray:
    """Gather places into groups of about equal number, by halving again and again."""
    label = np.zeros(len(middle), dtype=int)
    if groups == 1:
        return label
    wide = np.argmax(np.ptp(middle, axis=0))
    order = np.argsort(middle[:, wide], kind="stable")
    half = groups // 2
    first = round(len(middle) * half / groups)
    label[order[:first]] = districts(middle[order[:first]], half)
    label[order[first:]] = half + districts(middle[order[first:]], groups - half)
    return label


def compounds(scene: Scene, rng: Generator) -> pd.DataFrame:
    """Return the compounds, one row a parcel that is one, with its parcel."""
    parcel = np.flatnonzero(scene.dwellings.is_compound)
    count = len(parcel)
    use = scene.uses[parcel]
    share = np.array([MANAGED.get(name, MANAGED_ELSE) for name in use])
    managed = rng.random(count) < share
    ids = np.char.mod("C%05d", np.arange(1, count + 1))
    words = names.stems(max(count, 1), rng)[:count]
    return pd.DataFrame(
        {
            "compound_id": ids,
            "name": names.with_endings(words, names.COMPOUND, rng),
            "managed": managed,
            "join": _joins(scene, parcel, ids, managed),
            "parcel": parcel,
            "geometry": scene.ground.parcels[parcel],
        }
    )


def _joins(
    scene: Scene, parcel: np.ndarray, ids: np.ndarray, managed: np.ndarray
) -> np.ndarray:
    """Let small compounds without a property company join one beside them."""
    ground, people = scene.ground, scene.parcel_households
    row = np.full(len(scene.uses) + 1, -1)
    row[parcel[~managed]] = np.flatnonzero(~managed)
    join = np.full(len(ids), None, dtype=object)
    beside = np.isin(ground.kind, [INNER, STREET]) & (ground.right >= 0)
    beside &= scene.community[ground.left] == scene.community[ground.right]
    taken: set[int] = set()
    for edge in np.flatnonzero(beside):
        one, two = row[ground.left[edge]], row[ground.right[edge]]
        both = people[ground.left[edge]] + people[ground.right[edge]]
        if min(one, two) < 0 or both > JOINED_HOUSEHOLDS or {one, two} & taken:
            continue
        join[max(one, two)] = ids[min(one, two)]
        taken |= {one, two}
    return join


def buildings(scene: Scene, compounds: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Return the buildings, in the order of the scene's, with their parcel."""
    houses, parcel = scene.houses, scene.houses.parcel
    compound = np.full(len(scene.uses), None, dtype=object)
    compound[compounds["parcel"]] = compounds["compound_id"]
    lived_in = np.isin(np.arange(len(parcel)), scene.dwellings.unit_building)
    return pd.DataFrame(
        {
            "building_id": np.char.mod("B%06d", np.arange(1, len(parcel) + 1)),
            "households": scene.dwellings.households,
            "units": pd.array(houses.units, "Int64").copy(),
            "compound_id": compound[parcel],
            "floors": scene.dwellings.floors,
            "address": _addresses(scene, rng),
            "geometry": houses.shapes,
        }
    ).assign(units=lambda table: table["units"].where(lived_in))


def _addresses(scene: Scene, rng: Generator) -> np.ndarray:
    """Street and number; in compounds, number of the building too.

    Streets are numbered parcel by parcel: a compound has one number, a loose
    building each its own.
    """
    ground, parcel = scene.ground, scene.houses.parcel
    words = names.stems(1 + ground.superblock.max(), rng)
    ending = rng.integers(0, len(ROADS), 1 + ground.block.max())[ground.block]
    road = ground.superblock * len(ROADS) + ending
    houses = np.bincount(parcel, minlength=len(road))
    doors = np.where(scene.dwellings.is_compound, np.minimum(houses, 1), houses)
    order = np.argsort(road, kind="stable")
    before = np.cumsum(doors[order]) - doors[order]
    first = before[np.searchsorted(road[order], road[order])]
    start = np.empty(len(road), dtype=int)
    start[order] = before - first + 1
    side = np.arange(len(parcel)) - np.searchsorted(parcel, parcel)
    loose = ~scene.dwellings.is_compound[parcel]
    street = np.char.add(words[ground.superblock], np.array(ROADS)[ending])[parcel]
    door = np.char.mod("%d号", start[parcel] + np.where(loose, side, 0))
    house = np.where(loose, "", np.char.mod("%d号楼", side + 1))
    return np.char.add(np.char.add(street, door), house)


def units(scene: Scene, building_id: np.ndarray) -> pd.DataFrame:
    """Return the units of all buildings where somebody lives."""
    dwellings = scene.dwellings
    return pd.DataFrame(
        {
            "building_id": building_id[dwellings.unit_building],
            "unit": np.char.mod("%d单元", dwellings.unit_number),
            "households": dwellings.unit_households,
        }
    )


def sites(scene: Scene, rng: Generator) -> pd.DataFrame:
    """Return the sites: schools, parks and what else gets a grid of its own."""
    parcel = np.flatnonzero(np.isin(scene.uses, uses.SITES))
    count = len(parcel)
    kind = scene.uses[parcel]
    endings = [str(rng.choice(names.SITE[name])) for name in kind]
    title = np.char.add(names.stems(max(count, 1), rng)[:count], np.array(endings, str))
    return pd.DataFrame(
        {
            "site_id": np.char.mod("S%04d", np.arange(1, count + 1)),
            "name": title,
            "kind": kind,
            "responsible": np.char.add(title, "管理处"),
            "geometry": scene.ground.parcels[parcel],
        }
    )
