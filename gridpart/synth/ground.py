"""The ground of a made-up city: superblocks, blocks and parcels that tile it.

Parcels share all their vertices, so whatever is joined from them (blocks,
communities, the river) fits without a seam, and every line of the city is a
chain of parcel edges.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator

from gridpart.synth.splits import split
from gridpart.synth.streets import Net, superblocks

STREET, INNER = "street", "inner"

WATER_M2 = 16_000.0
ON_LINE_M = 0.1
GAP_M = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Parcels, as arrays of equal length, and their edges.

    ``block`` and ``superblock`` number what a parcel lies in. ``edges`` are
    straight lines; ``left`` and ``right`` are parcels (-1 outside), ``kind`` is
    arterial, railway, bank, midstream, street, or inner (within a block).
    """

    parcels: np.ndarray
    block: np.ndarray
    superblock: np.ndarray
    is_water: np.ndarray
    edges: np.ndarray
    left: np.ndarray
    right: np.ndarray
    kind: np.ndarray


def lay_ground(net: Net, radius: float, rng: Generator) -> Ground:
    """Divide the faces of the net into blocks, and the blocks into parcels."""
    faces, is_water = superblocks(net)
    remote = remoteness(faces, radius)
    limits = (3.9 + 4.6 * remote) * 1e4 * rng.lognormal(0, 0.22, len(faces))
    blocks, face = split(faces, np.where(is_water, WATER_M2, limits), 3.5, rng)
    limits = rng.choice([1.3, 2.3, 3.8, 20.0], len(blocks), p=[0.2, 0.28, 0.22, 0.3])
    limits *= 1e4 * (0.8 + 0.5 * remoteness(blocks, radius))
    limits[is_water[face]] = np.inf
    parcels, block = split(blocks, limits, 2.0, rng)
    parcels, source = shapely.get_parts(
        shapely.coverage_clean(parcels, gap_width=GAP_M), return_index=True
    )
    parcels = shapely.transform(parcels, lambda points: np.round(points, 3))
    block = block[source]
    edges, left, right = shared_edges(parcels)
    kind = _kinds(edges, left, right, block, face[block], net)
    water = is_water[face[block]]
    kind[(kind == STREET) & water[left]] = INNER
    return Ground(parcels, block, face[block], water, edges, left, right, kind)


def cut_out(ground: Ground, kept: np.ndarray) -> Ground:
    """Return the ground of some parcels; blocks are numbered anew."""
    new = np.full(len(kept) + 1, -1)
    new[:-1][kept] = np.arange(np.count_nonzero(kept))
    left, right = new[ground.left], new[ground.right]
    edge = (left >= 0) | (right >= 0)
    left, right = left[edge], right[edge]
    outward = left < 0
    left, right = np.where(outward, right, left), np.where(outward, -1, right)
    return Ground(
        ground.parcels[kept],
        np.unique(ground.block[kept], return_inverse=True)[1],
        np.unique(ground.superblock[kept], return_inverse=True)[1],
        ground.is_water[kept],
        ground.edges[edge],
        left,
        right,
        ground.kind[edge],
    )


def shared_edges(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the straight edges of a coverage and the polygons on both sides.

    Returns
    -------
    edges, left, right
        Lines of two points; positions in ``shapes``, ``right`` -1 at the rim.
    """
    rings, owner = shapely.get_rings(shapes, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    step = np.flatnonzero(ring[1:] == ring[:-1])
    start, end = points[step], points[step + 1]
    swap = (start[:, 0] > end[:, 0]) | (
        (start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1])
    )
    pairs = (
        np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end])) + 0.0
    )
    order = np.lexsort(pairs.T[::-1])
    pairs, owners = pairs[order], owner[ring[step]][order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    at = np.flatnonzero(first)
    twin = np.append(~first[1:], False)[at]
    right = np.where(twin, owners[np.minimum(at + 1, len(owners) - 1)], -1)
    return shapely.linestrings(pairs[at].reshape(-1, 2, 2)), owners[at], right


def remoteness(shapes: np.ndarray, radius: float) -> np.ndarray:
    """Return 0 in the middle of the city, 1 at its rim and beyond."""
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    return np.minimum(np.linalg.norm(middle, axis=1) / radius, 1)


def _kinds(
    edges: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    block: np.ndarray,
    superblock: np.ndarray,
    net: Net,
) -> np.ndarray:
    kind = np.full(len(edges), STREET, dtype="<U10")
    kind[(right >= 0) & (block[left] == block[right])] = INNER
    great = np.flatnonzero((right < 0) | (superblock[left] != superblock[right]))
    middle = shapely.line_interpolate_point(edges[great], 0.5, normalized=True)
    pieces, line = _pieces(net.lines)
    (near, piece), distance = shapely.STRtree(pieces).query_nearest(
        middle, max_distance=0.5, return_distance=True, all_matches=False
    )
    on_line = distance < ON_LINE_M
    kind[great[near[on_line]]] = net.kinds[line[piece[on_line]]]
    return kind


def _pieces(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the straight pieces of lines, and the line that each belongs to."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    step = np.flatnonzero(line[1:] == line[:-1])
    ends = np.stack([points[step], points[step + 1]], axis=1)
    return shapely.linestrings(ends), line[step]
