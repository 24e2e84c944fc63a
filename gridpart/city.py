"""City: what came in, as tables with known columns in one metric CRS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from gridpart.errors import InputError
from gridpart.finding import Finding

# How far around its communities a part of a city keeps barriers and crossings.
SURROUNDINGS_M = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """The input tables of one city.

    Every table has the columns of :data:`gridpart.columns.CITY` and a running
    index; a table that the input lacks is there without rows. All geometries
    are in ``crs``, a projected CRS in metres.

    Parameters
    ----------
    basis
        What a household is: ``registered``, ``resident`` or ``dwellings``.
    sources
        Digest (SHA-256) of each input file, by layer.
    notes
        What reading saw: columns dropped, headings unknown, text mended.
    """

    communities: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    units: pd.DataFrame
    barriers: gpd.GeoDataFrame
    crossings: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    workers: gpd.GeoDataFrame
    party_orgs: gpd.GeoDataFrame
    department_grids: gpd.GeoDataFrame
    resources: gpd.GeoDataFrame
    crs: pyproj.CRS
    basis: str
    sources: Mapping[str, str]
    notes: tuple[Finding, ...] = ()


def home_communities(
    shapes: NDArray[Any], communities: gpd.GeoDataFrame
) -> NDArray[np.int64]:
    """Find the community of each building: the one with the most of its area.

    Parameters
    ----------
    shapes
        Polygons and points.
    communities
        The communities in question; among equals the smaller code wins.

    Returns
    -------
    home
        Position of the row in ``communities``, or -1 outside of all.
    """
    home = np.full(len(shapes), -1, dtype=np.int64)
    shape, row = communities.sindex.query(shapes, predicate="intersects")
    count = np.bincount(shape, minlength=len(shapes))
    single = count[shape] == 1
    home[shape[single]] = row[single]
    shape, row = shape[~single], row[~single]
    grounds = communities.geometry.to_numpy()
    common = shapely.area(shapely.intersection(shapes[shape], grounds[row]))
    codes = communities["community_code"].rank(method="first").to_numpy()
    order = np.lexsort([-codes[row], common, shape])
    home[shape[order]] = row[order]
    return home


def take_communities(city: City, codes: Sequence[str]) -> City:
    """Return the part of a city that some communities need.

    Buildings are those at home in the communities, barriers and crossings those
    within 200 m, sites and compounds those that reach in or hold such a building.
    The other tables are handed on as they are.

    Raises
    ------
    InputError
        If a code is not among the city's communities.
    """
    known = city.communities["community_code"]
    missing = sorted(set(codes) - set(known))
    if missing:
        msg = (
            f"communities: `community_code` {', '.join(missing)} is not there. "
            f"The layer has {len(known)} codes, such as {', '.join(known.head(3))}."
        )
        raise InputError(msg)
    chosen = known.isin(list(codes)).to_numpy()
    grounds = city.communities.geometry.to_numpy()[chosen]
    near = _rows_near(city.buildings, grounds, 0.0)
    home = home_communities(city.buildings.geometry.to_numpy()[near], city.communities)
    buildings = city.buildings.iloc[near[(home >= 0) & chosen[home]]]
    within = _rows_near(city.compounds, grounds, 0.0)
    named = city.compounds["compound_id"].isin(buildings["compound_id"].dropna())
    compounds = np.union1d(within, np.flatnonzero(named))
    barriers = _rows_near(city.barriers, grounds, SURROUNDINGS_M)
    crossings = _rows_near(city.crossings, grounds, SURROUNDINGS_M)
    sites = _rows_near(city.sites, grounds, 0.0)
    own = city.units["building_id"].isin(buildings["building_id"])
    return replace(
        city,
        communities=city.communities[chosen].reset_index(drop=True),
        buildings=buildings.reset_index(drop=True),
        compounds=city.compounds.iloc[compounds].reset_index(drop=True),
        units=city.units[own].reset_index(drop=True),
        barriers=city.barriers.iloc[barriers].reset_index(drop=True),
        crossings=city.crossings.iloc[crossings].reset_index(drop=True),
        sites=city.sites.iloc[sites].reset_index(drop=True),
    )


def _rows_near(
    table: gpd.GeoDataFrame, grounds: NDArray[Any], distance_m: float
) -> NDArray[np.int64]:
    """Return the positions of rows near any of the grounds, in rising order."""
    if not len(table):
        return np.empty(0, dtype=np.int64)
    found = table.sindex.query(grounds, predicate="dwithin", distance=distance_m)[1]
    return np.unique(found).astype(np.int64)
