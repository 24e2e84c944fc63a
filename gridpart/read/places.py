"""What follows from the place: the compound of a building."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.finding import INFO, Finding

_MOST = 0.5  # share of a footprint that must lie in the compound


def place_in_compounds(
    buildings: gpd.GeoDataFrame, compounds: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Return buildings with the compound they stand in, where none names one.

    A building belongs to the compound that holds more than half of its footprint,
    a point to the compound around it; where compounds overlap, to the one that
    holds most, then to the first by id. Data in which any building names its
    compound is left as it is.

    Parameters
    ----------
    buildings, compounds
        Tables in one metric CRS.

    Returns
    -------
    placed
        The buildings, and a note on how many were placed.
    """
    usable = compounds[
        compounds["compound_id"].notna() & shapely.is_valid(compounds.geometry)
    ].sort_values("compound_id")
    if buildings["compound_id"].notna().any() or usable.empty:
        return buildings, []
    shapes = buildings.geometry.to_numpy()
    inside = _mostly_inside(shapes, usable.geometry.to_numpy())
    ids = pd.Series(usable["compound_id"].to_numpy()[inside], index=buildings.index)
    placed = buildings.assign(compound_id=ids.where(inside >= 0).astype("str"))
    values = {"rows": int((inside >= 0).sum())}
    return placed, [Finding("I09", INFO, "input.compounds_by_place", values)]


def _mostly_inside(shapes: NDArray, areas: NDArray) -> NDArray[np.intp]:
    """Return for each shape which area holds most of it, or -1."""
    sound = shapes.copy()
    sound[~shapely.is_valid(shapes)] = None
    at_shape, at_area = shapely.STRtree(areas).query(sound, predicate="intersects")
    size = shapely.area(sound[at_shape])
    shared = shapely.area(shapely.intersection(sound[at_shape], areas[at_area]))
    share = np.divide(shared, size, out=np.ones_like(size), where=size > 0)
    order = np.lexsort((at_area, -share))
    pairs = pd.Series(at_area[order], index=at_shape[order])[share[order] > _MOST]
    first = pairs[~pairs.index.duplicated()]
    inside = np.full(len(shapes), -1)
    inside[first.index] = first
    return inside
