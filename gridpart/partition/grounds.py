"""Plain arrays to a graph that can be divided, or a clear complaint."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridpart.errors import InputError
from gridpart.partition.graphs import Floats, Ints, component_numbers
from gridpart.partition.walks import Ground

OBJECTIVES = ("cut_edges", "cut_length", "inertia")
MOST_WEIGHT = 2**53
FINEST = 20  # steps to a mean weight, at most, that an excess is counted in
RADIUS, FLATTENING = 6378.137, 1 / 298.257223563  # WGS 84, km


def _complain(where: str, expected: str, given: object, mend: str) -> InputError:
    return InputError(f"{where} - expected {expected} - given {given} - {mend}")


def _array(where: str, values: ArrayLike, shape: tuple[int | None, ...]) -> NDArray:
    """Return finite numbers of a shape, where None stands for any length."""
    try:
        array = np.asarray(values)
        if array.size == 0 and array.ndim <= len(shape):
            array = np.zeros(tuple(size or 0 for size in shape))
        fits = array.ndim == len(shape) and all(
            size in (None, given)
            for size, given in zip(shape, array.shape, strict=True)
        )
        if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
            raise ValueError
    except (TypeError, ValueError):
        raise _complain(
            where, "finite numbers", type(values).__name__, "leave no gap or text"
        ) from None
    if not fits:
        told = " x ".join("any" if size is None else str(size) for size in shape)
        raise _complain(where, f"shape {told}", array.shape, "give one row for each")
    return array


def _integers(
    where: str, values: ArrayLike, shape: tuple[int | None, ...], low: int, high: int
) -> Ints:
    array = _array(where, values, shape)
    wrong = (array != np.floor(array)) | (array < low) | (array > high)
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0])
        raise _complain(
            f"{where}, row {row}",
            f"integers from {low} to {high}",
            array[row].tolist(),
            "mend that row",
        )
    return array.astype(np.int64)


def check_ground(
    weights: ArrayLike,
    edges: ArrayLike,
    lengths: ArrayLike,
    coordinates: ArrayLike,
    objective: str,
    geographic: bool,
) -> tuple[Ground, Floats]:
    """Return the graph, and n × 2 coordinates as they came.

    Parameters
    ----------
    weights
        n integers, none below zero.
    edges
        m × 2 unit numbers from 0. Edges given twice count twice; an edge from a unit
        to itself can't be cut and is left out.
    lengths
        m, metres, none below zero.
    coordinates
        n × 2: metres, or lon and lat in degrees if ``geographic``.
    objective
        What a cut edge costs, and whether places count.
    geographic
        Whether coordinates are degrees.

    Raises
    ------
    InputError
        If an array cannot be used.
    """
    if objective not in OBJECTIVES:
        raise _complain("objective", " or ".join(OBJECTIVES), objective, "name one")
    weight = _integers("weights", weights, (None,), 0, MOST_WEIGHT)
    count = len(weight)
    if count == 0:
        raise _complain("weights", "at least one unit", 0, "give a weight for each")
    if int(weight.astype(object).sum()) > MOST_WEIGHT:
        raise _complain("weights", f"a sum up to {MOST_WEIGHT}", "more", "scale down")
    pairs = _integers("edges", edges, (None, 2), 0, count - 1)
    length = _array("lengths", lengths, (len(pairs),)).astype(np.float64)
    if (length < 0).any():
        row = int(np.argmax(length < 0))
        raise _complain(
            f"lengths, row {row}", "0 or more", length[row], "mend that row"
        )
    xy = _array("coordinates", coordinates, (count, 2)).astype(np.float64)
    if geographic and (abs(xy) > [360, 90]).any():
        row = int(np.argmax((abs(xy) > [360, 90]).any(axis=1)))
        raise _complain(
            f"coordinates, row {row}",
            "degrees, lon before lat",
            xy[row].tolist(),
            "swap them, or say geographic=False for metres",
        )
    place = np.zeros((count, 0))
    if objective == "inertia":
        place = _on_earth(xy) if geographic else (xy - xy.mean(axis=0)) / 1000
    cost = np.ones(len(pairs)) if objective != "cut_length" else length
    bend = 1 / (12 * 6371.0**2) if geographic else 0.0
    return build_ground(weight, pairs, cost, place, bend), xy


def _on_earth(lonlat: Floats) -> Floats:
    """Return n × 3 kilometres from the centre of the WGS 84 ellipsoid."""
    lon, lat = np.radians(lonlat).T
    square = FLATTENING * (2 - FLATTENING)
    normal = RADIUS / np.sqrt(1 - square * np.sin(lat) ** 2)
    return np.column_stack(
        [
            normal * np.cos(lat) * np.cos(lon),
            normal * np.cos(lat) * np.sin(lon),
            normal * (1 - square) * np.sin(lat),
        ]
    )


def build_ground(
    weight: Ints, pairs: Ints, cost: Floats, place: Floats, bend: float
) -> Ground:
    """Return the graph in compressed rows; borders given twice are added up.

    Parameters
    ----------
    weight
        n integers.
    pairs
        m × 2 units; a pair of a unit with itself is left out.
    cost
        m: what each border costs where it is cut.
    place
        n × 0, 2 or 3, kilometres.
    bend
        Turns a chord into an arc.
    """
    count = len(weight)
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    apart = low < high
    key, which = np.unique(low[apart] * count + high[apart], return_inverse=True)
    joined = np.bincount(which, weights=cost[apart], minlength=len(key))
    low, high = key // count, key % count
    tail, link = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.lexsort((link, tail))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    back = rank[(order + len(key)) % max(len(order), 1)]
    start = np.searchsorted(tail[order], np.arange(count + 1)).astype(np.int64)
    costs = np.concatenate([joined, joined])[order]
    return Ground(weight, start, link[order], tail[order], back, costs, place, bend)


def check_limits(
    parts: int, lower: float, upper: float, time_limit: float, seed: int, jobs: int
) -> tuple[int, int]:
    """Return the limits as integers.

    Raises
    ------
    InputError
        If they contradict each other, or no time is given.
    """
    for where, given, least in (
        ("parts", parts, 1),
        ("jobs", jobs, 1),
        ("seed", seed, 0),
    ):
        if not isinstance(given, int | np.integer) or given < least:
            raise _complain(where, f"an integer from {least}", given, "give one")
    for where, limit in (("lower", lower), ("upper", upper)):
        if not math.isfinite(limit):
            raise _complain(where, "a finite number", limit, "give a weight")
    if lower > upper or upper < 0:
        raise _complain(
            "lower and upper",
            "lower <= upper, upper >= 0",
            (lower, upper),
            "widen them",
        )
    if not time_limit > 0:
        raise _complain("time_limit", "seconds above 0", time_limit, "give some time")
    most = MOST_WEIGHT + 1
    return max(0, math.ceil(lower)), min(most, math.floor(upper))


def step_of(ground: Ground, lower: int, upper: int) -> float:
    """Return the weight outside the limits that has a price of its own.

    It is no finer than what all weights are multiples of.
    """
    mean = max(float(ground.weight.mean()), 1.0)
    step = float(np.clip(upper - lower, mean / FINEST, mean))
    return max(step, float(np.gcd.reduce(ground.weight)))


def shares_of_components(
    ground: Ground, parts: int, lower: int, upper: int
) -> tuple[Ints, Ints, Ints] | None:
    """Return the component of each unit, and the fewest and most parts in each.

    None if the parts cannot be filled: a proof that there is no division.
    """
    edges = np.column_stack([ground.tail, ground.link])
    component = component_numbers(len(ground.weight), edges)
    load = np.bincount(component, weights=ground.weight).astype(np.int64)
    units = np.bincount(component)
    if int(ground.weight.max()) > upper or lower > upper:
        return None
    fewest = np.maximum(1, -(-load // max(upper, 1)))
    most = np.minimum(units, load // lower if lower > 0 else units)
    if (fewest > most).any() or not fewest.sum() <= parts <= most.sum():
        return None
    return component, fewest, most
