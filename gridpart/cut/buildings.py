"""The buildings of a city as the cut needs them: sorted, placed, with their units."""

import zlib
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.city import City, home_communities
from gridpart.cut.units import Units, units_of
from gridpart.finding import WARNING, Finding
from gridpart.rules import Rules

Geometries = NDArray[Any]
Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """Buildings in the order of their ids.

    Parameters
    ----------
    table
        The city's table, without geometry.
    shapes, spots
        Polygon or point of each, and a point of it.
    seeds
        A number that belongs to each for good.
    home
        Position of its community, or -1.
    units
        Units of those that are divided, by building_id.
    shares
        How the ground of each is divided; one share where it is not.
    """

    table: pd.DataFrame
    shapes: Geometries
    spots: Geometries
    seeds: NDArray[np.uint64]
    home: Whole
    units: dict[str, Units]
    shares: list[Floats]


def list_buildings(
    city: City, communities: gpd.GeoDataFrame, rules: Rules
) -> tuple[Buildings, list[Finding]]:
    """Sort and place the buildings of a city.

    Returns
    -------
    buildings, findings
        Findings name buildings outside of all communities, and units that don't
        add up to their building.
    """
    table = city.buildings.sort_values("building_id", ignore_index=True)
    names = table["building_id"]
    shapes = _areas_or_points(table.geometry.to_numpy())
    home = home_communities(shapes, communities)
    outside = np.flatnonzero(home < 0)
    findings = [
        Finding("I50", WARNING, "cut.building_outside", {"building": name}, at=shape)
        for name, shape in zip(names.iloc[outside], shapes[outside], strict=True)
    ]
    households = table["households"].astype("int64")
    large = (households > rules.size.high).to_numpy() & (home >= 0)
    totals = dict(zip(names[large], households[large], strict=True))
    units, more = units_of(city.units, totals)
    whole = np.ones(1)
    buildings = Buildings(
        table=pd.DataFrame(table.drop(columns="geometry")),
        shapes=shapes,
        spots=shapely.point_on_surface(shapes),
        seeds=np.array([zlib.crc32(n.encode()) for n in names], np.uint64) * _SPREAD,
        home=home,
        units=units,
        shares=[units[n].shares if n in units else whole for n in names],
    )
    return buildings, findings + more


def _areas_or_points(shapes: Geometries) -> Geometries:
    """Return shapes without area as points, and multipoints as one of them."""
    result = shapely.force_2d(shapes)
    flat = shapely.area(result) > 0
    result[~flat] = shapely.point_on_surface(result[~flat])
    return result
