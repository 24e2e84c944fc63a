"""Enclosures shared out to buildings: each gets the ground nearest to it.

One Voronoi diagram an enclosure, made for all enclosures in one call, over points
on the outlines. The diagram knows outlines only by those points, so the ground of
one may end inside the house of another; cleaning mends that by giving houses
precedence.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.coverage import group, only_polygons
from gridpart.cut.samples import outline_points

Geometries = NDArray[Any]
Whole = NDArray[np.int64]

# Bends smaller than a triangle of this, squared, are of the sampling.
SMOOTH_M = 2.0


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
        for slivers.
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
    smooth = _smoothed(united, home[crowd])
    ground = ground.copy()
    ground[crowd] = only_polygons(shapely.intersection(smooth, ground[crowd]))
    return ground


def _smoothed(united: Geometries, face: Whole) -> Geometries:
    """Take the scallops that sampling leaves off the lines between neighbours."""
    smooth = united.copy()
    order = np.argsort(face, kind="stable")
    for at in np.split(order, np.flatnonzero(np.diff(face[order])) + 1):
        smooth[at] = shapely.coverage_simplify(
            united[at], SMOOTH_M, simplify_boundary=False
        )
    return smooth
