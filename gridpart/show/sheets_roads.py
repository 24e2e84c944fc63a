"""Where roads lead into each grid: the ways in and out that need no bridge.

A road counts where it runs on inside the grid; one along the edge is a bound, and
one that ends at the edge from outside leads past it.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.show.sheets_around import COMPASS, compass

ROADS = ("street", "arterial")

_INSIDE_M = 3.0  # how far inside the edge a road must run on
_LEAST_M = 10.0  # length of a road inside below which it is none
_APART_M = 12.0  # roads that meet the edge nearer to each other are one


def roads_in(grids: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count the roads that lead into each grid, by direction from its middle.

    Parameters
    ----------
    grids
        As :func:`gridpart.show.sheets_around.every_grid` returns them.
    barriers
        The plan's lines and areas, in the same CRS in metres.

    Returns
    -------
    roads
        grid_code, direction (of eight), kind, number; sorted.
    """
    roads = barriers[barriers["kind"].isin(ROADS)]
    lines = shapely.get_parts(roads.geometry.to_numpy())
    kinds = roads["kind"].to_numpy()[_rows(roads)]
    shapes = grids.geometry.to_numpy()
    inner = shapely.buffer(shapes, -_INSIDE_M, join_style="mitre")
    grid, line = shapely.STRtree(lines).query(inner, predicate="intersects")
    inside = shapely.line_merge(shapely.intersection(lines[line], inner[grid]))
    parts, pair = shapely.get_parts(inside, return_index=True)
    long = shapely.length(parts) >= _LEAST_M
    parts, pair = parts[long], pair[long]
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    pair = np.concatenate([pair, pair])
    edge = shapely.boundary(shapes)[grid[pair]]
    enters = shapely.distance(ends, edge) <= _INSIDE_M * 1.5
    ends, pair = ends[enters], pair[enters]
    way = shapely.get_coordinates(ends) - shapely.get_coordinates(
        shapely.centroid(shapes[grid[pair]])
    )
    table = pd.DataFrame(
        {
            "grid_code": grids["grid_code"].to_numpy()[grid[pair]],
            "direction": np.array(COMPASS)[compass(way[:, 0], way[:, 1], 8)],
            "kind": kinds[line[pair]],
            "place": _merged(ends),
        }
    )
    keys = ["grid_code", "direction", "kind"]
    counted = table.groupby(keys, as_index=False)["place"].nunique()
    return counted.rename(columns={"place": "number"})


def _rows(roads: gpd.GeoDataFrame) -> np.ndarray:
    """Return the row that each part of the roads is of."""
    return shapely.get_parts(roads.geometry.to_numpy(), return_index=True)[1]


def _merged(points: np.ndarray) -> np.ndarray:
    """Give points that lie near each other one number."""
    near, other = shapely.STRtree(points).query(
        points, predicate="dwithin", distance=_APART_M
    )
    first = np.arange(len(points))
    np.minimum.at(first, near, other)
    return first
