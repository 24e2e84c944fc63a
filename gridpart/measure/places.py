"""Where points lie: the atom, and so the grids, that each one falls into."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray


def atoms_at(points: NDArray[np.object_], atoms: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the position of the atom that each point lies in, -1 outside of all.

    On a shared border the atom with the smallest id has it.

    Parameters
    ----------
    points
        In the CRS of the atoms; missing and empty ones lie nowhere.
    atoms
        atom_id and geometry, in any order.
    """
    ranks = atoms["atom_id"].rank(method="first").to_numpy()
    return first_hits(shapely.STRtree(atoms.geometry.to_numpy()), ranks, points)


def first_hits(
    tree: shapely.STRtree, ranks: NDArray[np.float64], points: NDArray[np.object_]
) -> NDArray[np.int64]:
    """Return the shape of the tree with the least rank at each point, -1 for none."""
    point, shape = tree.query(points, predicate="intersects")
    order = np.argsort(-ranks[shape], kind="stable")
    found = np.full(len(points), -1, dtype=np.int64)
    found[point[order]] = shape[order]
    return found
