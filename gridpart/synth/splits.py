"""Divide ground again and again until every piece is small enough.

Streets within a superblock and walls within a block both come from here: each cut
runs across the longer side of a piece, near its middle, a little aslant.
"""

import numpy as np
import shapely
from numpy.random import Generator

ROUNDS = 12
SLIVER_M2 = 1.0


def split(
    shapes: np.ndarray, limits: np.ndarray, wobble: float, rng: Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cut polygons across until none is larger than its limit.

    Parameters
    ----------
    shapes
        Polygons, metres.
    limits
        Largest area of a piece of each polygon, m².
    wobble
        Standard deviation of a cut's direction, degrees.
    rng
        Source of chance.

    Returns
    -------
    pieces, parent
        The pieces, and for each the position of the polygon it came from.
    """
    parent = np.arange(len(shapes))
    for _ in range(ROUNDS):
        large = shapely.area(shapes) > limits[parent]
        if not large.any():
            break
        halves, source = _halve(shapes[large], wobble, rng)
        shapes = np.concatenate([shapes[~large], halves])
        parent = np.concatenate([parent[~large], parent[large][source]])
    order = np.argsort(parent, kind="stable")
    return shapes[order], parent[order]


def _halve(
    shapes: np.ndarray, wobble: float, rng: Generator
) -> tuple[np.ndarray, np.ndarray]:
    corners = shapely.get_coordinates(shapely.oriented_envelope(shapes))
    corners = corners.reshape(-1, 5, 2)
    sides = corners[:, 1:3] - corners[:, :2]
    length = np.linalg.norm(sides, axis=2)
    longer = np.argmax(length, axis=1)
    pick = np.arange(len(shapes)), longer
    along = sides[pick] / length[pick][:, None]
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    middle += along * (length[pick] * rng.uniform(-0.13, 0.13, len(shapes)))[:, None]
    angle = np.radians(rng.normal(0, wobble, len(shapes)))
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    along = along * cos + np.column_stack([-along[:, 1], along[:, 0]]) * sin
    reach = 2 * length.sum(axis=1)[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]]) * reach
    ends = np.stack([middle - across, middle + across], axis=1)
    halves = [
        shapely.intersection(shapes, _half_plane(ends, sign * along * reach))
        for sign in (1, -1)
    ]
    pieces, source = shapely.get_parts(np.concatenate(halves), return_index=True)
    real = (shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON) & (
        shapely.area(pieces) > SLIVER_M2
    )
    return pieces[real], source[real] % len(shapes)


def _half_plane(ends: np.ndarray, shift: np.ndarray) -> np.ndarray:
    far = ends[:, ::-1] + shift[:, None]
    return shapely.polygons(np.concatenate([ends, far], axis=1))
