"""Enclosures: the pieces that barriers and sites cut a community into.

A building belongs whole to one enclosure. Where its footprint reaches over the
line into another, that piece of ground is handed over, so that no line cuts a
building; if the line was a barrier, the barrier now runs around the building.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart import lines
from gridpart.coverage import (
    absorb,
    dissolve,
    group,
    only_polygons,
    smallest_holder,
)
from gridpart.cut.barriers import HARD, NONE, Barriers

Geometries = NDArray[Any]
Whole = NDArray[np.int64]

# Narrower or smaller faces are lines drawn twice, not ground.
SLIVER_M = 0.5
SLIVER_M2 = 2.0
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
        Outlines of overhanging buildings, which a barrier now follows.
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
    spots = shapely.point_on_surface(faces)
    inside = shapely.intersects(ground, spots)
    faces, spots = faces[inside], spots[inside]
    faces = faces[np.argsort(shapely.to_wkb(faces), kind="stable")]
    faces = dissolve(faces, absorb(faces, slivers(faces)))[1]
    start = _described(faces, barriers, sites, footprints)
    carved = _hand_over(start, barriers, footprints)
    pieces, ranks = _dangling(noded, carved.faces, barriers)
    return replace(carved, dangles=pieces, dangle_ranks=ranks)


def _noded(
    ground: shapely.Geometry, barriers: Barriers, sites: Geometries
) -> Geometries:
    noded = lines.node(
        np.concatenate(
            [[shapely.boundary(ground)], barriers.lines, shapely.boundary(sites)]
        )
    )
    hard = barriers.areas[barriers.area_ranks == HARD]
    if not len(hard):
        return noded
    # A river that is there as an area needs no centre line, and streets over
    # it no pieces of water.
    middle = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    tree = shapely.STRtree(hard)
    i, j = tree.query(middle, predicate="intersects")
    off = shapely.distance(middle[i], shapely.boundary(hard)[j]) > 1e-3
    edge = shapely.boundary(ground)
    off &= shapely.distance(middle[i], edge) > 1e-3
    return np.delete(noded, np.unique(i[off]))


def slivers(polygons: Geometries) -> NDArray[np.bool_]:
    """Say which polygons are too narrow or too small to be ground."""
    area = shapely.area(polygons)
    return (area < SLIVER_M2) | (2 * area < SLIVER_M * shapely.length(polygons))


def _described(
    faces: Geometries, barriers: Barriers, sites: Geometries, footprints: Geometries
) -> Enclosures:
    spots = shapely.point_on_surface(faces)
    water = np.zeros(len(faces), dtype=np.int64)
    i, j = shapely.STRtree(spots).query(barriers.areas, predicate="intersects")
    np.maximum.at(water, j, barriers.area_ranks[i])
    site = smallest_holder(spots, sites)
    none = np.empty(0, dtype=object)
    return Enclosures(
        faces=faces,
        site=site,
        water=water,
        home=_homes(faces, site, footprints),
        dangles=none,
        dangle_ranks=np.empty(0, dtype=np.int64),
        detours=none,
        detour_ranks=np.empty(0, dtype=np.int64),
    )


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
    in_site = np.bincount(rank, weights=common, minlength=len(keys))[rank]
    order = np.lexsort([-face, common, np.round(in_site, 6), which])
    home[which[order]] = face[order]
    lost = np.flatnonzero(home < 0)
    if len(lost):
        home[lost] = shapely.STRtree(faces).nearest(footprints[lost])
    return home


def _hand_over(
    start: Enclosures, barriers: Barriers, footprints: Geometries
) -> Enclosures:
    """Give overhangs to the enclosure of their building."""
    which, face = shapely.STRtree(start.faces).query(footprints, predicate="intersects")
    away = (start.home[which] != face) & (shapely.area(footprints[which]) > 0)
    which, face = which[away], face[away]
    over = only_polygons(shapely.intersection(footprints[which], start.faces[face]))
    large = shapely.area(over) > OVERHANG_M2
    which, face, over = which[large], face[large], over[large]
    if not len(which):
        return start
    faces = start.faces.copy()
    for losing in np.unique(face):
        taken = shapely.union_all(over[face == losing])
        faces[losing] = shapely.difference(faces[losing], taken)
    home = start.home[which]
    gained = np.unique(home)
    joined = group(
        np.concatenate([faces[gained], over]), np.concatenate([gained, home])
    )
    faces[gained] = shapely.union_all(joined[:, None], axis=1)
    parts, of = shapely.get_parts(only_polygons(faces), return_index=True)
    site = start.site[of]
    detours, ranks = _detours(over, barriers)
    return replace(
        start,
        faces=parts,
        site=site,
        water=start.water[of],
        home=_homes(parts, site, footprints),
        detours=detours,
        detour_ranks=ranks,
    )


def _detours(over: Geometries, barriers: Barriers) -> tuple[Geometries, Whole]:
    """Return the outlines of overhangs with the rank of the barrier they push."""
    i, j = shapely.STRtree(barriers.lines).query(
        over, predicate="dwithin", distance=0.01
    )
    ranks = np.zeros(len(over), dtype=np.int64)
    np.maximum.at(ranks, i, barriers.ranks[j])
    real = ranks > NONE
    return shapely.boundary(over[real]), ranks[real]


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
