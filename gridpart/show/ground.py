"""The ground of a plan as arrays: what a window shows, looked up quickly.

A city's printed maps ask the plan's layers a thousand times for what they show;
tables would take most of the time for their own sake.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.plan import Plan

_KEYS = {
    "communities": ("community_code", "community_code"),
    "base_grids": ("grid_code", "community_code"),
    "micro_grids": ("grid_code", "community_code"),
    "exclusive_grids": ("grid_code", "community_code"),
    "buildings": ("building_id", "building_id"),
    "barriers": ("kind", "strength"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer, sorted by key: its shapes, what each is called, its group."""

    tree: shapely.STRtree
    keys: NDArray[np.object_]
    groups: NDArray[np.object_]

    def inside(self, window: shapely.Geometry) -> "Layer":
        """Return what meets a window."""
        rows = np.sort(self.tree.query(window, predicate="intersects"))
        return self.only(rows)

    def only(self, rows: NDArray[np.generic]) -> "Layer":
        """Return some of the rows, by number or by a mask."""
        shapes = self.tree.geometries[rows]
        return Layer(shapely.STRtree(shapes), self.keys[rows], self.groups[rows])

    @property
    def shapes(self) -> NDArray[np.object_]:
        """The shapes; those of a whole plan may be missing."""
        return self.tree.geometries


def read_ground(plan: Plan) -> dict[str, Layer]:
    """Return the layers of a plan that maps draw.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    """
    return {name: _layer(plan.tables[name], *_KEYS[name]) for name in _KEYS}


def _layer(table: gpd.GeoDataFrame, key: str, group: str) -> Layer:
    table = table.sort_values(key, kind="stable")
    return Layer(
        shapely.STRtree(table.geometry.to_numpy()),
        table[key].to_numpy(dtype=object),
        table[group].to_numpy(dtype=object),
    )
