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
    point, atom = shapely.STRtree(atoms.geometry.to_numpy()).query(
        points, predicate="intersects"
    )
    rank = atoms["atom_id"].rank(method="first").to_numpy()
    order = np.argsort(-rank[atom], kind="stable")
    found = np.full(len(points), -1, dtype=np.int64)
    found[point[order]] = atom[order]
    return found
