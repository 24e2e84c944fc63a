"""Enclosures shared out to buildings: each gets the ground nearest to it.

One Voronoi diagram an enclosure, made for all enclosures in one call, over points
on the outlines. The diagram knows outlines only by those points, so footprints
are put back afterwards: no atom ends inside somebody's house. Cleaning the whole
community once makes neighbours meet vertex to vertex.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.coverage import group, only_polygons
from gridpart.cut.samples import outline_points

Geometries = NDArray[Any]
Whole = NDArray[np.int64]

OVERLAP_M2 = 0.02


def share_out(
    faces: Geometries,
    home: Whole,
    footprints: Geometries,
    seeds: NDArray[np.uint64],
) -> Geometries:
    """Divide each face among the footprints that live in it.

    Parameters
    ----------
    faces
        Polygons.
    home
        Position of the face of each footprint.
    footprints
        Polygons and points that don't overlap.
    seeds
        A number that belongs to each footprint for good.

    Returns
    -------
    ground
        The (multi)polygon of each footprint; together they fill the faces but
        for slivers that cleaning closes.
    """
    ground = faces[home]
    count = np.bincount(home, minlength=len(faces))
    crowd = np.flatnonzero(count[home] > 1)
    if not len(crowd):
        return ground
    xy, of = outline_points(footprints[crowd], seeds[crowd])
    face = home[crowd][of]
    order = np.argsort(face, kind="stable")
    names, rank = np.unique(face[order], return_inverse=True)
    sites = shapely.multipoints(shapely.points(xy[order]), indices=rank)
    pieces = shapely.get_parts(
        shapely.voronoi_polygons(sites, extend_to=faces[names], ordered=True)
    )
    united = shapely.coverage_union_all(group(pieces, of[order])[:, None], axis=1)
    clipped = only_polygons(shapely.intersection(united, ground[crowd]))
    ground = ground.copy()
    ground[crowd] = _keep_houses_whole(clipped, footprints[crowd], home[crowd])
    return ground


def _keep_houses_whole(
    ground: Geometries, footprints: Geometries, home: Whole
) -> Geometries:
    """Give each footprint what the ground of others took of it."""
    flat = np.flatnonzero(shapely.get_dimensions(footprints) == 2)
    i, holder = shapely.STRtree(ground).query(footprints[flat], predicate="intersects")
    owner = flat[i]
    other = (owner != holder) & (home[owner] == home[holder])
    owner, holder = owner[other], holder[other]
    common = only_polygons(shapely.intersection(footprints[owner], ground[holder]))
    large = shapely.area(common) > OVERLAP_M2
    owner, holder, common = owner[large], holder[large], common[large]
    if not len(owner):
        return ground
    ground = ground.copy()
    losing, gaining = np.unique(holder), np.unique(owner)
    taken = shapely.union_all(group(common, holder)[:, None], axis=1)
    ground[losing] = shapely.difference(ground[losing], taken)
    joined = group(
        np.concatenate([ground[gaining], common]), np.concatenate([gaining, owner])
    )
    ground[gaining] = shapely.union_all(joined[:, None], axis=1)
    return only_polygons(ground)
