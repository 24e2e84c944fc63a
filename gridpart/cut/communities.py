"""One community cut into atoms, as arrays.

Everything here depends on that community, its buildings, what lies around it and
the rules, so that its atoms stay the same whichever other communities are cut
with it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.coverage import absorb, clean, dissolve, one_piece
from gridpart.cut.atoms import share_out
from gridpart.cut.barriers import Barriers
from gridpart.cut.borders import Borders, find_borders
from gridpart.cut.enclosures import Enclosures, enclose, slivers
from gridpart.cut.footprints import Stacks, stack_buildings
from gridpart.cut.slices import slice_polygon
from gridpart.errors import BrokenPlanError

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

LEAST_M2 = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Atoms and borders of one community.

    Parameters
    ----------
    polygons
        The atoms, a coverage of single polygons.
    building, part
        Position of the building that each belongs to, or -1 on open ground, and
        which of its units, or -1 for all of it.
    site, water
        Of the enclosure it lies in.
    borders
        Between these atoms.
    """

    polygons: Geometries
    building: Whole
    part: Whole
    site: Whole
    water: Whole
    borders: Borders


def cut_community(
    ground: shapely.Geometry,
    shapes: Geometries,
    seeds: NDArray[np.uint64],
    shares: list[Floats],
    barriers: Barriers,
    sites: Geometries,
    reach_m: float,
) -> Pieces:
    """Cut one community.

    Parameters
    ----------
    ground
        Polygon of the community.
    shapes
        Its buildings, polygons and points, in the order of their ids.
    seeds
        A number that belongs to each building for good.
    shares
        How each building's ground is divided; one share where it is not.
    barriers, sites
        What works in it; sites in the order of their ids.
    reach_m
        How far around a crossing a hard barrier can be walked across.
    """
    together = np.empty((0, 2), dtype=np.int64)
    while True:
        stacks = stack_buildings(shapes, together)
        enclosures = enclose(ground, barriers, sites, stacks.footprint)
        building, part, pieces = _built(stacks, enclosures, seeds, shares)
        empty = np.bincount(enclosures.home, minlength=len(enclosures.faces)) == 0
        pieces = clean(np.concatenate([pieces, enclosures.faces[empty]]))
        gone = shapely.area(pieces[: len(building)]) < LEAST_M2
        if not gone.any():
            break
        lost = np.unique(stacks.of[building[gone]])
        together = np.vstack([together, _with_nearest(lost, stacks)])
    face = np.concatenate([enclosures.home[stacks.of[building]], np.flatnonzero(empty)])
    polygons, origin = _single(pieces, face, building, stacks)
    face = face[np.where(origin < 0, -1 - origin, origin)]
    origin = np.where(origin < len(building), origin, -1)
    number = _taken(building, origin, -1)
    bodies = _taken(_taken(stacks.footprint, stacks.of, None), number, None)
    return Pieces(
        polygons=polygons,
        building=number,
        part=_taken(part, origin, -1),
        site=enclosures.site[face],
        water=enclosures.water[face],
        borders=find_borders(polygons, face, bodies, enclosures, barriers, reach_m),
    )


def _taken(values: NDArray[Any], at: Whole, filler: object) -> NDArray[Any]:
    """Return the values at some positions, and a filler for negative ones."""
    result = np.full(len(at), filler, dtype=values.dtype)
    result[at >= 0] = values[at[at >= 0]]
    return result


def _single(
    pieces: Geometries, face: Whole, building: Whole, stacks: Stacks
) -> tuple[Geometries, Whole]:
    """Make single polygons of the pieces, and of open slivers somebody's ground.

    Returns
    -------
    polygons, origin
        As :func:`gridpart.coverage.one_piece` gives them.
    """
    anchors = np.full(len(face), None, dtype=object)
    stack = stacks.of[building]
    alone = np.flatnonzero(np.bincount(stack)[stack] == 1)
    anchors[alone] = shapely.point_on_surface(stacks.footprint[stack[alone]])
    polygons, origin = one_piece(pieces, face, anchors)
    weak = slivers(polygons) & ((origin < 0) | (origin >= len(building)))
    if not weak.any():
        return polygons, origin
    names, polygons = dissolve(polygons, absorb(polygons, weak))
    return polygons, origin[names]


def _built(
    stacks: Stacks,
    enclosures: Enclosures,
    seeds: NDArray[np.uint64],
    shares: list[Floats],
) -> tuple[Whole, Whole, Geometries]:
    """Return the ground of every building, or of its parts: building, part, polygon."""
    ground = share_out(
        enclosures.faces, enclosures.home, stacks.footprint, seeds[stacks.leader]
    )
    members = np.bincount(stacks.of, minlength=len(ground))
    divided = np.array([len(share) > 1 for share in shares], dtype=bool)
    several = members > 1
    several[stacks.of[divided]] = True
    whole = np.flatnonzero(~several[stacks.of])
    building, part = [whole], [np.full(len(whole), -1)]
    pieces = [ground[stacks.of[whole]]]
    for stack in np.flatnonzero(several):
        inside = np.flatnonzero(stacks.of == stack)
        pieces.append(
            slice_polygon(ground[stack], np.concatenate([shares[i] for i in inside]))
        )
        building.append(np.repeat(inside, [len(shares[i]) for i in inside]))
        part += [
            np.arange(len(shares[i])) if divided[i] else np.array([-1]) for i in inside
        ]
    return np.concatenate(building), np.concatenate(part), np.concatenate(pieces)


def _with_nearest(lost: Whole, stacks: Stacks) -> Whole:
    """Pair the leaders of stacks that got no ground with their nearest neighbours."""
    pairs = []
    for stack in lost:
        distance = shapely.distance(stacks.footprint, stacks.footprint[stack])
        distance[stack] = np.inf
        nearest = int(np.argmin(distance))
        if not np.isfinite(distance[nearest]):
            raise BrokenPlanError("a community's only building got no ground.")
        pairs.append((stacks.leader[stack], stacks.leader[nearest]))
    return np.array(pairs, dtype=np.int64)
