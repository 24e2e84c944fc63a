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

from gridpart.coverage import (
    absorb,
    clean,
    dissolve,
    one_piece,
    only_polygons,
    shared_edges,
)
from gridpart.cut.along import measure_edges
from gridpart.cut.atoms import share_out
from gridpart.cut.barriers import Barriers
from gridpart.cut.borders import Borders, find_borders
from gridpart.cut.enclosures import Enclosures, enclose, slivers
from gridpart.cut.footprints import Stacks, stack_buildings
from gridpart.cut.slices import slice_coverage
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
        polygons, stack, face = _shared(ground, stacks, enclosures, barriers, seeds)
        lost = np.setdiff1d(np.arange(len(stacks.leader)), stack)
        if not len(lost):
            break
        together = np.vstack([together, _with_nearest(lost, stacks)])
    members, parts, portions = _members(stacks, shares)
    polygons, row, slot = slice_coverage(
        polygons, [portions[s] if s >= 0 else np.ones(1) for s in stack]
    )
    stack, face = stack[row], face[row]
    building = np.full(len(row), -1, dtype=np.int64)
    part = building.copy()
    for atom in np.flatnonzero(stack >= 0):
        building[atom] = members[stack[atom]][slot[atom]]
        part[atom] = parts[stack[atom]][slot[atom]]
    bodies = np.full(len(row), None, dtype=object)
    bodies[stack >= 0] = stacks.footprint[stack[stack >= 0]]
    return Pieces(
        polygons=polygons,
        building=building,
        part=part,
        site=enclosures.site[face],
        water=enclosures.water[face],
        borders=find_borders(polygons, face, bodies, enclosures, barriers, reach_m),
    )


def _shared(
    ground: shapely.Geometry,
    stacks: Stacks,
    enclosures: Enclosures,
    barriers: Barriers,
    seeds: NDArray[np.uint64],
) -> tuple[Geometries, Whole, Whole]:
    """Share a community out to its stacks.

    Returns
    -------
    polygons, stack, face
        A coverage of single polygons; the stack of each, or -1 on open ground;
        its enclosure.
    """
    shared = share_out(
        enclosures.faces, enclosures.home, stacks.footprint, seeds[stacks.leader]
    )
    houses = _cut_off(shared, stacks.footprint)
    empty = np.bincount(enclosures.home, minlength=len(enclosures.faces)) == 0
    bodies = stacks.footprint[houses]
    out = ~shapely.contains_properly(ground, bodies)
    bodies[out] = only_polygons(shapely.intersection(bodies[out], ground))
    pieces = clean(np.concatenate([bodies, shared, enclosures.faces[empty]]))
    count = len(shared)
    owner = np.concatenate([houses, np.arange(count + np.sum(empty))])
    full = shapely.area(pieces) > LEAST_M2
    owner, pieces = dissolve(pieces[full], owner[full])
    face = np.concatenate([enclosures.home, np.flatnonzero(empty)])[owner]
    anchors = np.full(len(owner), None, dtype=object)
    built = owner < count
    anchors[built] = shapely.point_on_surface(stacks.footprint[owner[built]])
    polygons, origin = one_piece(pieces, face, anchors)
    face = face[np.where(origin < 0, -1 - origin, origin)]
    stack = np.where(origin < 0, -1, np.where(built, owner, -1)[origin])
    weak = slivers(polygons) & (stack < 0)
    if not weak.any():
        return polygons, stack, face
    edges = shared_edges(polygons)
    along = measure_edges(
        edges,
        weak[edges.a] | weak[edges.b],
        (barriers.lines, barriers.ranks),
        (enclosures.detours, enclosures.detour_ranks),
    )
    into = absorb(weak, along.pairs, along.shared_m, along.rank)
    kept, polygons = dissolve(polygons, into)
    return polygons, stack[kept], face[kept]


def _cut_off(shared: Geometries, footprints: Geometries) -> Whole:
    """Return the footprints that don't lie in the ground they were given."""
    flat = shapely.get_dimensions(footprints) == 2
    return np.flatnonzero(flat & ~shapely.covered_by(footprints, shared))


def _members(
    stacks: Stacks, shares: list[Floats]
) -> tuple[list[Whole], list[Whole], list[Floats]]:
    """List for each stack who gets its slices: buildings, units, shares.

    The buildings of a stack share its ground equally; what a building gets is
    shared by its units. The part of an undivided building is -1.
    """
    members, parts, portions = [], [], []
    for stack in range(len(stacks.leader)):
        inside = np.flatnonzero(stacks.of == stack)
        sizes = [len(shares[i]) for i in inside]
        members.append(np.repeat(inside, sizes))
        parts.append(
            np.concatenate([np.arange(n) if n > 1 else np.array([-1]) for n in sizes])
        )
        portions.append(np.concatenate([shares[i] for i in inside]))
    return members, parts, portions


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
