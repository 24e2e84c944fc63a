"""Seamless sets of polygons, as arrays.

Polygons that share their vertices are joined edge by edge, an order of magnitude
faster than by overlay and without slivers; so whatever is dissolved from atoms
fits its neighbours to the last bit.
"""

import numpy as np
import shapely


def dissolve(shapes: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join the polygons of a valid coverage that bear the same label.

    Parameters
    ----------
    shapes
        Polygons that share vertices and do not overlap.
    labels
        One label a polygon, sortable.

    Returns
    -------
    names, joined
        The distinct labels, sorted, and the (multi)polygon of each.
    """
    names, part = np.unique(labels, return_inverse=True)
    order = np.argsort(part, kind="stable")
    groups = np.split(shapes[order], np.flatnonzero(np.diff(part[order])) + 1)
    joined = np.empty(len(names), dtype=object)
    for i, group in enumerate(groups[: len(names)]):
        joined[i] = shapely.coverage_union_all(group)
    return names, joined


def as_multi(shapes: np.ndarray) -> np.ndarray:
    """Turn polygons into multipolygons of one part; leave the rest as it is."""
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    result = shapes.copy()
    result[single] = shapely.multipolygons(
        shapes[single], indices=np.arange(np.count_nonzero(single))
    )
    return result
