"""What lies around each grid: its four bounds, neighbours, ways across, sites.

A bound is told by the direction in which the outline faces there, not by where it
lies: the street along a grid's eastern edge is its eastern bound, even where the
edge steps back. The outline is walked in short steps, and each step looks for the
nearest drawn line and for the grid on its other side.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridpart.measure.grids import grid_of_atom
from gridpart.measure.resources import SERVICE_SITE
from gridpart.plan import Plan

COMPASS = ("E", "NE", "N", "NW", "W", "SW", "S", "SE")
# The order in which bounds are told: east, south, west, north.
SIDES = ("E", "S", "W", "N")

_STEP_M = 10.0  # length of a step along the outline
_ACROSS_M = 1.0  # how far a step looks for the grid on its other side
_ALONG_M = 12.0  # how far a step looks for a line that it follows
_SITES = 3


def every_grid(plan: Plan) -> gpd.GeoDataFrame:
    """Return base and exclusive grids with a shape, sorted by code."""
    columns = ["grid_code", "name", "community_code", "geometry"]
    grids = pd.concat(
        [plan.base_grids[columns], plan.exclusive_grids[columns]], ignore_index=True
    )
    there = grids.geometry.notna() & ~grids.geometry.is_empty
    kept = grids[there].drop_duplicates("grid_code")
    return kept.sort_values("grid_code", ignore_index=True)


def bounds(grids: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what each grid's outline meets, by the direction it faces.

    Parameters
    ----------
    grids
        As :func:`every_grid` returns them.
    barriers
        The plan's lines and areas, in the same CRS in metres.

    Returns
    -------
    bounds
        grid_code, direction (E, N, W, S), other (code of the grid on the other
        side, missing where there is none), kind (of the line along it, missing
        where there is none), length_m; sorted.
    """
    row, middle, outward, length = _steps(grids)
    facing = compass(outward[:, 0], outward[:, 1], 4)
    table = pd.DataFrame(
        {
            "grid_code": grids["grid_code"].to_numpy()[row],
            "direction": np.array(COMPASS)[facing],
            "other": _beyond(grids, row, middle + _ACROSS_M * outward),
            "kind": _along(barriers, middle),
            "length_m": length,
        }
    )
    keys = ["grid_code", "direction", "other", "kind"]
    return table.groupby(keys, dropna=False, as_index=False)["length_m"].sum()


def ways_across(plan: Plan) -> pd.DataFrame:
    """Return where hard barriers can be crossed into or inside each grid.

    Returns
    -------
    ways
        grid_code, other (code of the grid on the other side, the same where both
        sides belong to it), kind (of the barrier), x, y (the middle of the edge that
        can be crossed); one row for each pair of grids and kind, seen from both.
    """
    shapes = plan.atoms.set_index("atom_id").geometry
    grids = grid_of_atom(plan.atoms)
    pairs = plan.borders[plan.borders["crossing"]]
    pairs = pairs[pairs["atom_a"].isin(shapes.index)]
    pairs = pairs[pairs["atom_b"].isin(shapes.index)]
    edges = shapely.intersection(
        shapes.loc[pairs["atom_a"]].to_numpy(), shapes.loc[pairs["atom_b"]].to_numpy()
    )
    places = _middles(edges)
    known = np.isfinite(places[:, 0])
    pairs, places = pairs[known], places[known]
    hard = plan.barriers[plan.barriers["strength"] == "hard"]
    table = pd.DataFrame(
        {
            "grid_code": grids.loc[pairs["atom_a"]].to_numpy(),
            "other": grids.loc[pairs["atom_b"]].to_numpy(),
            "kind": _along(hard, places),
            "x": places[:, 0],
            "y": places[:, 1],
        }
    )
    back = table.rename(columns={"grid_code": "other", "other": "grid_code"})
    both = pd.concat([table, back[table.columns]]).dropna(subset=["grid_code", "other"])
    keys = ["grid_code", "other", "kind"]
    return both.groupby(keys, dropna=False, as_index=False).first()


def sites_near(grids: gpd.GeoDataFrame, resources: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the nearest service sites of each grid, as the crow flies.

    Returns
    -------
    near
        grid_code, name, direction (of eight), distance_m (from the grid's
        centroid), nearest first; without rows where the plan has no such site.
    """
    sites = service_sites(resources)
    columns = ["grid_code", "name", "direction", "distance_m"]
    if sites.empty or grids.empty:
        return pd.DataFrame(columns=columns)
    places = shapely.get_coordinates(sites.centroid)
    centres = shapely.get_coordinates(grids.centroid)
    number = min(_SITES, len(sites))
    distance, found = cKDTree(places).query(centres, k=[*range(1, number + 1)])
    way = places[found] - centres[:, None]
    facing = compass(way[..., 0].ravel(), way[..., 1].ravel(), 8)
    return pd.DataFrame(
        {
            "grid_code": np.repeat(grids["grid_code"].to_numpy(), number),
            "name": sites["name"].to_numpy()[found.ravel()],
            "direction": np.array(COMPASS)[facing],
            "distance_m": distance.ravel(),
        }
    )


def service_sites(resources: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the service sites that have a place, by id."""
    sites = resources[resources["kind"] == SERVICE_SITE].sort_values("resource_id")
    return sites[sites.geometry.notna() & ~sites.geometry.is_empty]


def compass(
    east: NDArray[np.float64], north: NDArray[np.float64], points: int
) -> NDArray[np.int64]:
    """Return the place in :data:`COMPASS` of directions, of four points or eight."""
    turn = np.rint(np.arctan2(north, east) / (2 * np.pi) * points).astype(np.int64)
    return turn % points * (len(COMPASS) // points)


def _middles(edges: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the middle of the longest line of each edge; edges may have points."""
    parts, edge = shapely.get_parts(shapely.line_merge(edges), return_index=True)
    order = np.lexsort([shapely.length(parts), edge])
    longest = parts[order[np.flatnonzero(np.diff(edge[order], append=-1))]]
    lines = shapely.get_type_id(longest) == shapely.GeometryType.LINESTRING
    middle = np.full((len(edges), 2), np.nan)
    found = np.unique(edge)[lines]
    middle[found] = shapely.get_coordinates(
        shapely.line_interpolate_point(longest[lines], 0.5, normalized=True)
    )
    return middle


def _steps(
    grids: gpd.GeoDataFrame,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]:
    """Row of the grid, middle, outward direction (length 1) and length of each."""
    parts, row = shapely.get_parts(grids.geometry.to_numpy(), return_index=True)
    rings = shapely.get_exterior_ring(shapely.orient_polygons(parts))
    points, ring = shapely.get_coordinates(
        shapely.segmentize(rings, _STEP_M), return_index=True
    )
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    kept = (ring[1:] == ring[:-1]) & (length > 0)
    step, length = step[kept], length[kept]
    outward = np.column_stack([step[:, 1], -step[:, 0]]) / length[:, None]
    middle = (points[1:] + points[:-1])[kept] / 2
    return row[ring[1:][kept]], middle, outward, length


def _beyond(
    grids: gpd.GeoDataFrame, row: NDArray[np.int64], places: NDArray[np.float64]
) -> pd.Series:
    """Code of another grid at each place."""
    point, grid = grids.sindex.query(shapely.points(places), predicate="intersects")
    other = grid != row[point]
    found = pd.Series(grid[other]).groupby(point[other]).min()
    codes = grids["grid_code"].iloc[found.to_numpy()].set_axis(found.index)
    return codes.reindex(range(len(places))).to_numpy()


def _along(barriers: gpd.GeoDataFrame, places: NDArray[np.float64]) -> pd.Series:
    """Kind of the nearest line at each place; among equals the first by name."""
    there = barriers[barriers.geometry.notna() & ~barriers.geometry.is_empty]
    place, line = there.sindex.nearest(
        shapely.points(places), max_distance=_ALONG_M, return_all=True
    )
    kinds = pd.Series(there["kind"].to_numpy()[line]).groupby(place).min()
    return kinds.reindex(range(len(places))).to_numpy()
