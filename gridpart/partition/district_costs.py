"""What a division of a graph costs, measured from nothing but its labels."""

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Geod

from gridpart.partition.graphs import Floats, Ints

CANDIDATES = 64  # units nearest to the centre of gravity that may be the centre


def cut_cost(edges: ArrayLike, cost: Floats, label: Ints) -> float:
    """Return the sum of the costs of the edges between two parts."""
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    return float(cost[label[pairs[:, 0]] != label[pairs[:, 1]]].sum())


def squared_distances(xy: Floats, centres: Ints, geographic: bool) -> Floats:
    """Return len(centres) × n squared distances in km².

    Parameters
    ----------
    xy
        n × 2, metres, or lon and lat in degrees if ``geographic``: then the
        distances are geodesic on WGS 84.
    centres
        Positions of the units measured from.
    geographic
        Whether ``xy`` are degrees.
    """
    if not geographic:
        apart = xy[None, :, :] - xy[centres][:, None, :]
        return (apart**2).sum(axis=2) / 1e6
    shape = len(centres), len(xy)
    lon, lat = (np.broadcast_to(axis, shape).ravel() for axis in xy.T)
    far, high = (np.repeat(axis[centres], len(xy)) for axis in xy.T)
    metres = Geod(ellps="WGS84").inv(far, high, lon, lat)[2]
    return (metres.reshape(shape) / 1000) ** 2


def spread_cost(
    weight: Ints, xy: Floats, place: Floats, label: Ints, geographic: bool
) -> float:
    """Return the sum over the parts of weight × km² to the best centre unit.

    Parameters
    ----------
    weight
        n integers.
    xy
        As in `squared_distances`.
    place
        n × 2 or 3: places in kilometres in which the centre of gravity is taken.
        The best centre is looked for among the units nearest to it.
    label
        n part numbers from 0.
    geographic
        Whether ``xy`` are degrees.
    """
    total = 0.0
    for part in range(int(label.max()) + 1):
        units = np.flatnonzero(label == part)
        load = weight[units].astype(np.float64)
        mass = load if load.sum() > 0 else np.ones(len(units))
        mean = np.average(place[units], axis=0, weights=mass)
        off = ((place[units] - mean) ** 2).sum(axis=1)
        centres = np.argsort(off, kind="stable")[:CANDIDATES]
        total += float((squared_distances(xy[units], centres, geographic) @ load).min())
    return total
