"""What every parcel of a made-up city is used for."""

import numpy as np
import shapely
from numpy.random import Generator

from gridpart.synth.ground import Ground, remoteness

WATER, GREEN, EMPTY, LOOSE = "water", "green", "empty", "loose"
SITES = ("school", "hospital", "park", "mall", "market", "factory", "office")
COMPOUNDS = ("walkups", "slabs", "towers", "mixed")

# Chance of each kind of site, in the middle of the city and at its rim.
SITE_CHANCES = np.array(
    [
        [0.26, 0.08, 0.22, 0.14, 0.12, 0.00, 0.18],
        [0.26, 0.05, 0.22, 0.04, 0.09, 0.28, 0.06],
    ]
)
STYLE_CHANCES = np.array([[0.50, 0.16, 0.22, 0.12], [0.22, 0.30, 0.22, 0.26]])

GREEN_M2 = 3_500.0
GREEN_COMPACTNESS = 0.38
SITE_M2 = (6_000.0, 75_000.0)
SITE_COMPACTNESS = 0.6


def assign_uses(ground: Ground, radius: float, rng: Generator) -> np.ndarray:
    """Say of each parcel what it is used for.

    Returns
    -------
    uses
        ``water``, ``green`` (too small or too thin to build on), ``empty``, a kind
        of site, a style of compound, or ``loose`` (old buildings along the
        streets).
    """
    parcels, count = ground.parcels, len(ground.parcels)
    area = shapely.area(parcels)
    remote = remoteness(parcels, radius)
    chance = np.where(area > 11_000, 0.59, 0.26)
    is_compound = rng.random(count) < chance
    style = _draw(STYLE_CHANCES, remote, rng)
    uses = np.where(is_compound, np.array(COMPOUNDS)[style], LOOSE).astype("<U10")
    roll = rng.random(ground.block.max() + 1)[ground.block]
    alone = np.bincount(ground.block)[ground.block] == 1
    site = np.array(SITES)[_draw(SITE_CHANCES, remote, rng)]
    compact = 4 * np.pi * area / shapely.length(parcels) ** 2
    fits = (area > SITE_M2[0]) & (area < SITE_M2[1]) & (compact > SITE_COMPACTNESS)
    is_site = fits & (rng.random(count) < np.where(alone, 0.13, 0.05))
    uses = np.where(is_site, site, uses)
    uses[(roll > 0.96) & (area < SITE_M2[1])] = EMPTY
    uses[(area < GREEN_M2) | (compact < GREEN_COMPACTNESS)] = GREEN
    uses[ground.is_water] = WATER
    return uses


def _draw(chances: np.ndarray, remote: np.ndarray, rng: Generator) -> np.ndarray:
    """Draw one column a parcel, with chances between those of middle and rim."""
    mix = chances[0] + remote[:, None] * (chances[1] - chances[0])
    edges = np.cumsum(mix, axis=1)
    return (rng.random(len(remote))[:, None] * edges[:, -1:] > edges).sum(axis=1)
