"""Where a made-up city ends: the blocks that belong to it."""

import numpy as np
import shapely
from numpy.random import Generator

from gridpart.synth.blocks import connected_parts
from gridpart.synth.ground import Ground


def inside(
    ground: Ground, households: np.ndarray, wanted: int, rng: Generator
) -> np.ndarray:
    """Say of each parcel whether it is in the city.

    The city is taken from its middle outwards, farther on some sides than on
    others, block by block until enough households live in it.

    Parameters
    ----------
    ground, households
        All ground that was laid, and the households of each parcel.
    wanted
        Households of the city.
    rng
        Source of chance.
    """
    count = ground.block.max() + 1
    area = shapely.area(ground.parcels)
    centroids = shapely.get_coordinates(shapely.centroid(ground.parcels))
    sums = [np.bincount(ground.block, area * axis, count) for axis in centroids.T]
    x, y = np.array(sums) / np.bincount(ground.block, area)
    angle = np.arctan2(y, x)
    waves = np.arange(1, 5)
    swing = rng.normal(0, 0.12, 4) / np.sqrt(waves)
    lobes = np.cos(angle[:, None] * waves + rng.uniform(0, 2 * np.pi, 4)) @ swing
    away = np.hypot(x, y) / (1 + np.clip(lobes, -0.3, 0.3))
    order = np.argsort(away, kind="stable")
    total = np.cumsum(np.bincount(ground.block, households, count)[order])
    last = min(int(np.searchsorted(total, wanted)), count - 1)
    chosen = np.zeros(count, dtype=bool)
    chosen[order[: last + 1]] = True
    return _whole(ground, chosen)[ground.block]


def _whole(ground: Ground, chosen: np.ndarray) -> np.ndarray:
    """Keep the largest connected part, and fill its holes."""
    inner = ground.right >= 0
    one, two = ground.block[ground.left[inner]], ground.block[ground.right[inner]]
    rim = np.zeros(len(chosen), dtype=bool)
    rim[ground.block[ground.left[~inner]]] = True
    both = chosen[one] & chosen[two]
    part = connected_parts(len(chosen), one[both], two[both])
    largest = np.argmax(np.bincount(part[chosen]))
    chosen = chosen & (part == largest)
    neither = ~chosen[one] & ~chosen[two]
    part = connected_parts(len(chosen), one[neither], two[neither])
    return chosen | ~np.isin(part, part[rim])
