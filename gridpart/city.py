"""City: what came in, as tables with known columns in one metric CRS."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pyproj

from gridpart.finding import Finding


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
    crs: pyproj.CRS
    basis: str
    sources: Mapping[str, str]
    notes: tuple[Finding, ...] = ()
