"""Fabric: the ground of a city as atoms, and which atoms touch.

An atom is the piece of ground that goes with one building (or with one unit of a
building that had to be divided), or a piece of open ground. A plan assigns atoms
to grids; the grids' polygons are dissolved from atoms, so seams cannot open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Fabric:
    """Atoms and borders of some communities.

    Parameters
    ----------
    atoms
        One row an atom, sorted by ``atom_id``: atom_id, building_id (missing on
        open ground), unit (the unit's name where the atom is part of a
        building, else missing), compound_id, community_code, site_id (of the
        exclusive site it lies in, else missing), households, workload, x, y
        (where its households live, metres), geometry (polygon). The atoms of a
        community tile it: no gap, no overlap, shared vertices.
    borders
        One row for two atoms of one community that touch along a line (a metre
        or more, or else it is a corner), with atom_a < atom_b: atom_a, atom_b,
        shared_m, clear_m (metres of it on a road, railway, water, wall, compound
        or site edge), barrier (``hard``, ``soft`` or missing), crossing (whether
        a hard barrier can be walked across here).
    """

    atoms: gpd.GeoDataFrame
    borders: pd.DataFrame


def passable(borders: pd.DataFrame) -> pd.Series:
    """Say of each border whether one can walk across it."""
    return (borders["barrier"] != "hard") | borders["crossing"]


def take_atoms(fabric: Fabric, chosen: NDArray[np.bool_]) -> Fabric:
    """Return the flagged atoms and the borders between them."""
    atoms = fabric.atoms[chosen].reset_index(drop=True)
    inside = fabric.borders[["atom_a", "atom_b"]].isin(set(atoms["atom_id"]))
    borders = fabric.borders[inside.all(axis=1)].reset_index(drop=True)
    return Fabric(atoms, borders)


def join_fabrics(fabrics: Sequence[Fabric]) -> Fabric:
    """Put the fabrics of several communities into one, sorted by atom id."""
    atoms = pd.concat([fabric.atoms for fabric in fabrics], ignore_index=True)
    borders = pd.concat([fabric.borders for fabric in fabrics], ignore_index=True)
    return Fabric(
        atoms.sort_values("atom_id", ignore_index=True),
        borders.sort_values(["atom_a", "atom_b"], ignore_index=True),
    )
