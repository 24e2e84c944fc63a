"""Outlines that fit: neighbours and levels simplified alike, each edge once.

Communities, base grids and micro-grids share edges. Simplified one by one they
would drift apart, and drawn one by one each edge would be drawn twice. So all
their edges are put into one net of chains, the chains are simplified, and every
polygon keeps the vertices that its chains kept.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray


def simplify_together(
    layers: Mapping[str, gpd.GeoSeries], tolerance_m: float
) -> dict[str, gpd.GeoSeries]:
    """Return the polygons of all layers with fewer vertices, still fitting.

    Parameters
    ----------
    layers
        Polygons by layer, in metres, none missing or empty; vertices that two of
        them share are equal.
    tolerance_m
        How far an edge may move (Douglas-Peucker on each chain), metres.
    """
    shapes = np.concatenate([series.array for series in layers.values()])
    points, ring_of, part_of, shape_of = _taken_apart(shapes)
    chains = _chains(points, ring_of)
    kept = _keys(shapely.get_coordinates(shapely.simplify(chains, tolerance_m)))
    stays = np.isin(_keys(points), kept)
    few = np.bincount(ring_of, weights=stays) < 4  # a ring needs three corners
    stays |= few[ring_of]
    rings = shapely.linearrings(points[stays], indices=ring_of[stays])
    simple = shapely.multipolygons(
        shapely.polygons(rings, indices=part_of), indices=shape_of
    )
    ends = np.cumsum([len(series) for series in layers.values()])
    return {
        name: gpd.GeoSeries(piece, index=series.index, crs=series.crs)
        for (name, series), piece in zip(
            layers.items(), np.split(simple, ends[:-1]), strict=True
        )
    }


def edges_once(shapes: gpd.GeoSeries, groups: pd.Series) -> gpd.GeoSeries:
    """Return the edges of polygons as lines, by group, no edge twice.

    Parameters
    ----------
    shapes
        Polygons; an edge that two of them share goes to the group met first.
    groups
        A group for each polygon, by the same index.
    """
    edges = edges_of(np.asarray(shapes.array), groups.to_numpy(dtype=object))
    return gpd.GeoSeries(edges, index=sorted(groups.unique()), crs=shapes.crs)


def edges_of(
    shapes: NDArray[np.object_], groups: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return what :func:`edges_once` does, as arrays."""
    points, ring_of, part_of, shape_of = _taken_apart(shapes)
    start = _unique_segments(points, ring_of)
    codes, names = pd.factorize(groups, sort=True)
    group_of = codes[shape_of[part_of[ring_of[start]]]]
    order = np.argsort(group_of, kind="stable")
    lines = _lines(points, start[order])
    # A group that lies among others may have no edge left of its own.
    joined = np.full(len(names), shapely.MultiLineString(), dtype=object)
    shapely.multilinestrings(lines, indices=group_of[order], out=joined)
    return shapely.line_merge(joined)


def _taken_apart(
    shapes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points, the ring of each, the part of each ring, the shape of each part."""
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    filled = ~shapely.is_empty(parts)
    rings, part_of = shapely.get_rings(parts[filled], return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    return points, ring_of, part_of, shape_of[filled]


def _chains(points: np.ndarray, ring_of: np.ndarray) -> np.ndarray:
    start = _unique_segments(points, ring_of)
    net = shapely.multilinestrings(_lines(points, start))
    return shapely.get_parts(shapely.line_merge(net))


def _lines(points: np.ndarray, start: np.ndarray) -> np.ndarray:
    return shapely.linestrings(np.stack([points[start], points[start + 1]], axis=1))


def _unique_segments(points: np.ndarray, ring_of: np.ndarray) -> np.ndarray:
    """Where each segment starts, without those that were there before."""
    _, vertex = np.unique(_keys(points), return_inverse=True)
    start = np.flatnonzero((ring_of[1:] == ring_of[:-1]) & (vertex[1:] != vertex[:-1]))
    ends = np.sort(np.stack([vertex[start], vertex[start + 1]]), axis=0)
    _, first = np.unique(ends[0] * len(points) + ends[1], return_index=True)
    return start[np.sort(first)]


def _keys(points: np.ndarray) -> np.ndarray:
    """Points as one number each, so that they can be sorted and looked up."""
    return points[:, 0] + 1j * points[:, 1]
