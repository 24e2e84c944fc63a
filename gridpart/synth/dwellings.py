"""Floors and households of buildings, unit by unit; which parcels are compounds."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator

from gridpart.synth import uses as use_names
from gridpart.synth.houses import Houses
from gridpart.synth.styles import INDEX, column

COMPOUND_HOUSEHOLDS = (100, 1500)
TOWER_HOUSEHOLDS = 900
OTHER_TOWERS = (650, 950)
SHOP_SHARE = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class Dwellings:
    """Who lives in the buildings.

    ``floors`` and ``households`` go with the buildings, ``is_compound`` with the
    parcels; ``unit_building``, ``unit_number`` and ``unit_households`` go with the
    units of all buildings where somebody lives, building by building.
    """

    floors: np.ndarray
    households: np.ndarray
    is_compound: np.ndarray
    unit_building: np.ndarray
    unit_number: np.ndarray
    unit_households: np.ndarray


def settle(houses: Houses, uses: np.ndarray, rng: Generator) -> Dwellings:
    """Give every building floors, and every unit its households."""
    floors = _floors(houses, len(uses), rng)
    loose = np.isin(houses.style, [INDEX["loose"], INDEX["frontage"]])
    shops = loose & (rng.random(len(loose)) < SHOP_SHARE)
    floors[shops] = np.minimum(floors[shops], 3)
    flats = np.where(shops, 0, column("flats")[houses.style])
    building = np.repeat(np.arange(len(floors)), np.where(flats > 0, houses.units, 0))
    first = np.searchsorted(building, building)
    number = np.arange(len(building)) - first + 1
    lived = column("lived")[houses.style[building]]
    unit = rng.binomial((floors * flats)[building], lived)
    _fill_towers(unit, building, houses, rng)
    unit = _fewer(unit, houses.parcel[building], uses)
    households = np.bincount(building, unit, len(floors)).astype(int)
    total = np.bincount(houses.parcel, households, len(uses))
    is_compound = np.isin(uses, use_names.COMPOUNDS) & (total >= COMPOUND_HOUSEHOLDS[0])
    return Dwellings(floors, households, is_compound, building, number, unit)


def _floors(houses: Houses, parcels: int, rng: Generator) -> np.ndarray:
    """Draw floors: alike within a parcel, now and then one more or less."""
    low, high = column("floors")[houses.style].T
    share = rng.random(parcels)[houses.parcel]
    floors = low + np.floor(share * (high - low + 1))
    floors += rng.choice([-1, 0, 1], len(floors), p=[0.12, 0.76, 0.12])
    return np.clip(floors, low, high).astype(int)


def _fill_towers(
    unit: np.ndarray, building: np.ndarray, houses: Houses, rng: Generator
) -> None:
    """Set the households of huge towers; the innermost has exactly 900."""
    towers = np.flatnonzero(houses.style == INDEX["huge tower"])
    size = rng.integers(OTHER_TOWERS[0], OTHER_TOWERS[1] + 1, len(towers))
    middle = shapely.get_coordinates(shapely.centroid(houses.shapes[towers]))
    size[np.argsort(np.linalg.norm(middle, axis=1))[:1]] = TOWER_HOUSEHOLDS
    share = rng.uniform(0.9, 1.1, (len(towers), 4))
    for tower, households, weight in zip(towers, size, share, strict=True):
        mine = np.flatnonzero(building == tower)
        parts = np.floor(households * weight / weight.sum()).astype(int)
        parts[0] += households - parts.sum()
        unit[mine] = parts


def _fewer(unit: np.ndarray, parcel: np.ndarray, uses: np.ndarray) -> np.ndarray:
    """Leave flats empty where a parcel would hold more than a compound may."""
    total = np.bincount(parcel, unit, len(uses))
    share = np.minimum(COMPOUND_HOUSEHOLDS[1] / np.maximum(total, 1), 1)
    share[~np.isin(uses, use_names.COMPOUNDS)] = 1
    return np.floor(unit * share[parcel] + 1e-9).astype(int)
