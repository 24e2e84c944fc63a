"""Barriers of a made-up city, and where one gets across."""

import numpy as np
import pandas as pd
import shapely

from gridpart.synth.blocks import HARD, connected_parts
from gridpart.synth.ground import INNER, STREET, Ground
from gridpart.synth.streets import ARTERIAL, RAILWAY

REACH_M = 120.0
GATE_CLEAR_M = 90.0


def barriers(ground: Ground, walled: np.ndarray) -> pd.DataFrame:
    """Return all barriers: kind and geometry.

    The river is one polygon (or some); railways, arterials, streets and the walls
    between parcels are lines.

    Parameters
    ----------
    ground
        Parcels and their edges.
    walled
        Whether a wall stands around each parcel.
    """
    rows = [("river", part) for part in _river(ground)]
    for kind in (RAILWAY, ARTERIAL, STREET):
        rows += [(kind, line) for line in _chains(ground, ground.kind == kind)]
    inner = (ground.kind == INNER) & ~ground.is_water[ground.left]
    beside = walled[ground.left] | walled[ground.right]
    rows += [("wall", line) for line in _chains(ground, inner & beside)]
    return pd.DataFrame(rows, columns=["kind", "geometry"])


def crossings(
    ground: Ground, community: np.ndarray, homes: np.ndarray, walled: np.ndarray
) -> pd.DataFrame:
    """Return bridges, underpasses and gates: kind and geometry.

    Arterials cross everything; where a railway would cut a community all the same,
    there is an underpass more.

    Parameters
    ----------
    ground
        Parcels and their edges.
    community, homes, walled
        Of each parcel: its community, whether somebody lives there, and whether a
        wall stands around it.
    """
    bridges, gates = _bridges(ground), _gates(ground, walled)
    under = np.concatenate([_underpasses(ground), _links(ground, community, homes)])
    kind = np.repeat(
        ["bridge", "underpass", "gate"], [len(bridges), len(under), len(gates)]
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


def _bridges(ground: Ground) -> np.ndarray:
    """Arterials over water, from bank to bank."""
    inside = (ground.right >= 0) & (ground.kind == ARTERIAL)
    inside &= ground.is_water[ground.left] & ground.is_water[ground.right]
    return _chains(ground, inside)


def _underpasses(ground: Ground) -> np.ndarray:
    """Where arterials meet railways."""
    ends = [
        set(map(tuple, shapely.get_coordinates(ground.edges[ground.kind == kind])))
        for kind in (RAILWAY, ARTERIAL)
    ]
    return shapely.points(np.array(sorted(ends[0] & ends[1])).reshape(-1, 2))


def _links(ground: Ground, community: np.ndarray, homes: np.ndarray) -> np.ndarray:
    """Underpasses that join the lived-in parts of a community on both sides."""
    within = (ground.right >= 0) & homes[ground.left] & homes[ground.right]
    within &= community[ground.left] == community[ground.right]
    soft = within & ~np.isin(ground.kind, HARD)
    part = connected_parts(len(homes), ground.left[soft], ground.right[soft])
    rail = np.flatnonzero(within & (ground.kind == RAILWAY))
    rail = rail[np.argsort(-shapely.length(ground.edges[rail]), kind="stable")]
    chosen = []
    for edge in rail:
        one, two = part[ground.left[edge]], part[ground.right[edge]]
        if one != two:
            part[part == two] = one
            chosen.append(edge)
    return shapely.line_interpolate_point(ground.edges[chosen], 0.5, normalized=True)


def _gates(ground: Ground, walled: np.ndarray) -> np.ndarray:
    """One gate a walled compound, in its longest side along a street."""
    street = np.flatnonzero(ground.kind == STREET)
    sides = np.concatenate([street, street[ground.right[street] >= 0]])
    owner = np.concatenate([ground.left[street], ground.right[street]])
    owner = owner[owner >= 0]
    sides, owner = sides[walled[owner]], owner[walled[owner]]
    order = np.lexsort([-shapely.length(ground.edges[sides]), owner])
    _, first = np.unique(owner[order], return_index=True)
    edges = ground.edges[sides[order][first]]
    gates = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    hard = shapely.STRtree(ground.edges[np.isin(ground.kind, HARD)])
    near = hard.query(gates, predicate="dwithin", distance=GATE_CLEAR_M)[0]
    return np.delete(gates, near)
