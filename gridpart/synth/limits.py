"""Barriers of a made-up city, and where one gets across."""

import numpy as np
import pandas as pd
import shapely

from gridpart.synth.blocks import HARD, connected_parts
from gridpart.synth.ground import INNER, STREET, Ground
from gridpart.synth.streets import ARTERIAL, BANK, RAILWAY

REACH_M = 120.0
LAKE_PARK_M2 = 18_000.0
FOOTBRIDGE_M = 180.0
UNDERPASSES_A_GATE = 5


def barriers(
    ground: Ground, walled: np.ndarray, parks: np.ndarray, houses: np.ndarray
) -> pd.DataFrame:
    """Return all barriers: kind and geometry.

    The river and the lakes of parks are polygons; railways, arterials, streets and
    the walls between parcels are lines.

    Parameters
    ----------
    ground
        Parcels and their edges.
    walled
        Whether a wall stands around each parcel.
    parks
        Parcels that are parks.
    houses
        Footprints of all buildings, to be left dry.
    """
    rows = [("river", part) for part in _river(ground)]
    rows += [("water", lake) for lake in _lakes(ground.parcels[parks], houses)]
    for kind in (RAILWAY, ARTERIAL, STREET):
        rows += [(kind, line) for line in _chains(ground, ground.kind == kind)]
    inner = (ground.kind == INNER) & ~ground.is_water[ground.left]
    beside = walled[ground.left] | walled[ground.right]
    rows += [("wall", line) for line in _chains(ground, inner & beside)]
    return pd.DataFrame(rows, columns=["kind", "geometry"])


def crossings(ground: Ground, community: np.ndarray, homes: np.ndarray) -> pd.DataFrame:
    """Return the crossings of river and railways: kind and geometry.

    Arterials cross the river on bridges, and railways below them or, now and then,
    at a gate. Where railway or river would cut a community all the same, there is a
    gate or a footbridge more.

    Parameters
    ----------
    ground
        Parcels and their edges.
    community, homes
        Of each parcel: its community, and whether somebody lives there.
    """
    under = _rail_and_arterial(ground)
    gates, footbridges = _joins(ground, community, homes)
    bridges = np.concatenate([_bridges(ground), footbridges])
    at_gate = np.arange(len(under)) % UNDERPASSES_A_GATE == 2
    kind = np.concatenate(
        [
            np.full(len(bridges), "bridge"),
            np.where(at_gate, "gate", "underpass"),
            np.full(len(gates), "gate"),
        ]
    )
    places = np.concatenate([bridges, under, gates])
    return pd.DataFrame({"kind": kind, "geometry": places})


def clear_of(
    crossings: pd.DataFrame, ground: Ground, community: np.ndarray, cut: int
) -> pd.DataFrame:
    """Leave out the crossings of the railway inside the community it is to cut."""
    inside = (ground.kind == RAILWAY) & (ground.right >= 0)
    inside &= (community[ground.left] == cut) & (community[ground.right] == cut)
    seam = shapely.union_all(ground.edges[inside])
    return crossings[shapely.distance(crossings["geometry"], seam) > REACH_M]


def _chains(ground: Ground, chosen: np.ndarray) -> np.ndarray:
    merged = shapely.line_merge(shapely.multilinestrings(ground.edges[chosen]))
    return shapely.get_parts(merged)


def _river(ground: Ground) -> np.ndarray:
    water = ground.parcels[ground.is_water]
    return shapely.get_parts(shapely.coverage_union_all(water))


def _lakes(parks: np.ndarray, houses: np.ndarray) -> np.ndarray:
    """One lake in the middle of every large park without buildings."""
    parks = parks[shapely.area(parks) > LAKE_PARK_M2]
    size = np.sqrt(shapely.area(parks))
    lakes = shapely.buffer(shapely.buffer(parks, -0.38 * size), 0.18 * size)
    lakes = lakes[shapely.get_type_id(lakes) == shapely.GeometryType.POLYGON]
    lakes = lakes[~shapely.is_empty(lakes)]
    wet = np.unique(shapely.STRtree(houses).query(lakes, predicate="intersects")[0])
    return np.delete(lakes, wet)


def _bridges(ground: Ground) -> np.ndarray:
    """Arterials over water, from bank to bank."""
    inside = (ground.right >= 0) & (ground.kind == ARTERIAL)
    inside &= ground.is_water[ground.left] & ground.is_water[ground.right]
    return _chains(ground, inside)


def _rail_and_arterial(ground: Ground) -> np.ndarray:
    """Where arterials meet railways."""
    ends = [
        set(map(tuple, shapely.get_coordinates(ground.edges[ground.kind == kind])))
        for kind in (RAILWAY, ARTERIAL)
    ]
    return shapely.points(np.array(sorted(ends[0] & ends[1])).reshape(-1, 2))


def _joins(ground: Ground, community: np.ndarray, homes: np.ndarray) -> tuple:
    """Return gates and footbridges that join the parts of each community."""
    within = (ground.right >= 0) & homes[ground.left] & homes[ground.right]
    within &= community[ground.left] == community[ground.right]
    soft = within & ~np.isin(ground.kind, HARD)
    part = connected_parts(len(homes), ground.left[soft], ground.right[soft])
    rail = np.flatnonzero(within & (ground.kind == RAILWAY))
    rail = rail[np.argsort(-shapely.length(ground.edges[rail]), kind="stable")]
    gates = ground.edges[rail[_linking(part, ground.left[rail], ground.right[rail])]]
    lines, one, two = _ways_over(ground, community, homes)
    return (
        shapely.line_interpolate_point(gates, 0.5, normalized=True),
        lines[_linking(part, one, two)],
    )


def _linking(part: np.ndarray, one: np.ndarray, two: np.ndarray) -> list[int]:
    """Choose links that join parts, first come first; ``part`` follows."""
    chosen = []
    for index, (here, there) in enumerate(zip(one, two, strict=True)):
        if part[here] != part[there]:
            part[part == part[there]] = part[here]
            chosen.append(index)
    return chosen


def _ways_over(ground: Ground, community: np.ndarray, homes: np.ndarray) -> tuple:
    """Return lines over the river between homes of a community, shortest first."""
    bank = np.flatnonzero((ground.kind == BANK) & (ground.right >= 0))
    left, right = ground.left[bank], ground.right[bank]
    land = np.where(ground.is_water[left], right, left)
    bank, land = bank[homes[land]], land[homes[land]]
    middle = shapely.line_interpolate_point(ground.edges[bank], 0.5, normalized=True)
    here, there = shapely.STRtree(middle).query(
        middle, predicate="dwithin", distance=FOOTBRIDGE_M
    )
    pair = (here < there) & (community[land[here]] == community[land[there]])
    here, there = here[pair], there[pair]
    ends = [shapely.get_coordinates(middle[side]) for side in (here, there)]
    lines = shapely.linestrings(np.stack(ends, axis=1))
    river = shapely.union_all(_river(ground))
    order = np.argsort(shapely.length(lines), kind="stable")
    order = order[shapely.covers(river, lines[order])]
    return lines[order], land[here[order]], land[there[order]]
