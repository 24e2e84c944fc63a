"""Enclosures: the pieces that barriers and sites cut a community into.

A building belongs whole to one enclosure, that with the most of it. Where its
footprint reaches over a barrier into another, the barrier now runs around the
building. Strips without buildings, such as the middle of a road drawn as two
lines, belong to a neighbour: left alone they would part those on either side.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart import lines
from gridpart.coverage import absorb, dissolve, shared_edges, smallest_holder
from gridpart.cut.along import measure_edges
from gridpart.cut.barriers import HARD, SOFT, Barriers

Geometries = NDArray[Any]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Narrower or smaller faces are lines drawn twice, not ground.
SLIVER_M = 0.5
SLIVER_M2 = 2.0
# Ground that is nowhere wider belongs to a neighbour: two carriageways, a verge.
STRIP_M = 25.0
OVERHANG_M2 = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Enclosures:
    """Faces of one community, and who lives in them.

    Parameters
    ----------
    faces
        Polygons that tile the community.
    site
        Position of the site that each face lies in, or -1.
    water
        Rank of the polygon barrier that each face lies in, or 0.
    home
        Position of the face of each footprint.
    dangles, dangle_ranks
        Pieces of barriers that end inside a face.
    detours, detour_ranks
        Outlines of the parts that barriers cut off buildings, and the rank of the
        barrier, which now runs there.
    """

    faces: Geometries
    site: Whole
    water: Whole
    home: Whole
    dangles: Geometries
    dangle_ranks: Whole
    detours: Geometries
    detour_ranks: Whole


def enclose(
    ground: shapely.Geometry,
    barriers: Barriers,
    sites: Geometries,
    footprints: Geometries,
) -> Enclosures:
    """Cut a community into enclosures and find the enclosure of each footprint.

    Parameters
    ----------
    ground
        Polygon of the community.
    barriers
        What :func:`gridpart.cut.barriers.barriers_near` gives.
    sites
        Polygons of exclusive sites, in the order of their ids.
    footprints
        Polygons and points that don't overlap.
    """
    noded = _noded(ground, barriers, sites)
    faces = lines.faces(noded)
    faces = faces[shapely.intersects(ground, shapely.point_on_surface(faces))]
    faces = faces[np.argsort(shapely.to_wkb(faces), kind="stable")]
    spots = shapely.point_on_surface(faces)
    water = np.zeros(len(faces), dtype=np.int64)
    i, j = shapely.STRtree(spots).query(barriers.areas, predicate="intersects")
    np.maximum.at(water, j, barriers.area_ranks[i])
    site = smallest_holder(spots, sites)
    plain = (site < 0) & (water == 0)
    home = _homes(faces, site, footprints)
    kept, faces = dissolve(faces, _absorbed(faces, plain, home, barriers))
    site, water = site[kept], water[kept]
    home = _homes(faces, site, footprints)
    dangles, dangle_ranks = _dangling(noded, faces, barriers)
    detours, detour_ranks = _detours(faces, home, footprints, barriers)
    return Enclosures(
        faces=faces,
        site=site,
        water=water,
        home=home,
        dangles=dangles,
        dangle_ranks=dangle_ranks,
        detours=detours,
        detour_ranks=detour_ranks,
    )


def slivers(polygons: Geometries) -> Flags:
    """Say which polygons are too narrow or too small to be ground."""
    area = shapely.area(polygons)
    return (area < SLIVER_M2) | (2 * area < SLIVER_M * shapely.length(polygons))


def _noded(
    ground: shapely.Geometry, barriers: Barriers, sites: Geometries
) -> Geometries:
    edge = shapely.boundary(ground)
    noded = lines.node(
        np.concatenate([[edge], barriers.lines, shapely.boundary(sites)])
    )
    hard = barriers.areas[barriers.area_ranks == HARD]
    # A river that is there as an area needs no centre line, and streets over
    # it no pieces of water.
    middle = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    i, j = shapely.STRtree(hard).query(middle, predicate="intersects")
    inside = shapely.distance(middle[i], shapely.boundary(hard)[j]) > 1e-3
    inside &= shapely.distance(middle[i], edge) > 1e-3
    return np.delete(noded, np.unique(i[inside]))


def _absorbed(
    faces: Geometries, plain: Flags, home: Whole, barriers: Barriers
) -> Whole:
    """Say for each face which one it belongs to: slivers and strips to others."""
    empty = plain.copy()
    empty[home] = False
    at = np.flatnonzero(empty)
    strip = np.zeros(len(faces), dtype=bool)
    strip[at] = shapely.is_empty(shapely.buffer(faces[at], -STRIP_M / 2))
    weak = strip | slivers(faces)
    if not weak.any():
        return np.arange(len(faces))
    edges = shared_edges(faces)
    look = weak[edges.a] | weak[edges.b]
    nothing = np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    along = measure_edges(edges, look, (barriers.lines, barriers.ranks), nothing)
    return absorb(weak, along.pairs, along.shared_m, along.rank)


def _homes(faces: Geometries, site: Whole, footprints: Geometries) -> Whole:
    """Return the face of each footprint: most area, in the site with most area."""
    which, face = shapely.STRtree(faces).query(footprints, predicate="intersects")
    home = np.full(len(footprints), -1, dtype=np.int64)
    count = np.bincount(which, minlength=len(footprints))
    single = count[which] == 1
    home[which[single]] = face[single]
    which, face = which[~single], face[~single]
    common = shapely.area(shapely.intersection(footprints[which], faces[face]))
    # Sum by site first, so that a building cut by a line inside a school stays
    # in the school.
    keys, rank = np.unique(
        np.column_stack([which, site[face]]), axis=0, return_inverse=True
    )
    in_site = np.bincount(rank.reshape(-1), weights=common, minlength=len(keys))
    in_site = np.round(in_site[rank.reshape(-1)], 6)
    order = np.lexsort([-face, np.round(common, 6), in_site, which])
    home[which[order]] = face[order]
    lost = np.flatnonzero(home < 0)
    if len(lost):
        home[lost] = shapely.STRtree(faces).nearest(footprints[lost])
    return home


def _detours(
    faces: Geometries, home: Whole, footprints: Geometries, barriers: Barriers
) -> tuple[Geometries, Whole]:
    """Return the outlines of what barriers cut off buildings, with their ranks."""
    which, face = shapely.STRtree(faces).query(footprints, predicate="intersects")
    away = (home[which] != face) & (shapely.area(footprints[which]) > 0)
    over = shapely.intersection(footprints[which[away]], faces[face[away]])
    astride = np.unique(which[away][shapely.area(over) > OVERHANG_M2])
    outlines: list[shapely.Geometry] = []
    ranks: list[int] = []
    for rank in (SOFT, HARD):
        drawn = barriers.lines[barriers.ranks >= rank]
        i, j = shapely.STRtree(drawn).query(footprints[astride], predicate="intersects")
        for at in np.unique(i):
            body = footprints[astride[at]]
            parts = lines.faces(
                lines.node(np.append(drawn[j[i == at]], shapely.boundary(body)))
            )
            parts = parts[shapely.intersects(body, shapely.point_on_surface(parts))]
            here = shapely.intersection(parts, faces[home[astride[at]]])
            beyond = np.delete(parts, np.argmax(shapely.area(here)))
            outlines += list(shapely.boundary(beyond))
            ranks += [rank] * len(beyond)
    return np.array(outlines, dtype=object), np.array(ranks, dtype=np.int64)


def _dangling(
    noded: Geometries, faces: Geometries, barriers: Barriers
) -> tuple[Geometries, Whole]:
    """Return the noded lines that run inside a face, with their ranks."""
    middle = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    edges = shapely.boundary(faces)
    i, j = shapely.STRtree(faces).query(middle, predicate="intersects")
    inner = shapely.distance(middle[i], edges[j]) > SLIVER_M
    at = np.unique(i[inner])
    i, j = shapely.STRtree(barriers.lines).query(
        middle[at], predicate="dwithin", distance=0.05
    )
    ranks = np.zeros(len(at), dtype=np.int64)
    np.maximum.at(ranks, i, barriers.ranks[j])
    return noded[at[ranks > 0]], ranks[ranks > 0]
