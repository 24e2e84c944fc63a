"""Plan: which atom belongs to which grid, and all that follows from it.

The assignment on the atoms is the truth. The grid layers are dissolved from it
once, when the plan is made, and are kept beside it because the people who read a
plan file want polygons. A plan that was loaded from a file may be broken in any
way; only :mod:`gridpart.check` says whether it is sound.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields

import geopandas as gpd
import pandas as pd

from gridpart.columns import PLAN


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One division of one city.

    Every table has the columns of :data:`gridpart.columns.PLAN` and a running
    index, in a projected CRS in metres. ``info`` holds id, parent, created,
    parameters, seed, basis, sources and version as text.
    """

    atoms: gpd.GeoDataFrame
    base_grids: gpd.GeoDataFrame
    micro_grids: gpd.GeoDataFrame
    exclusive_grids: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    borders: pd.DataFrame
    posts: pd.DataFrame
    party_links: pd.DataFrame
    lineage: pd.DataFrame
    findings: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    compounds: pd.DataFrame
    barriers: gpd.GeoDataFrame
    workers: gpd.GeoDataFrame
    party_orgs: gpd.GeoDataFrame
    department_grids: gpd.GeoDataFrame
    resources: gpd.GeoDataFrame
    info: Mapping[str, str]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by the name of their layer."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name in PLAN}


def content_id(atoms: pd.DataFrame) -> str:
    """Return the id of an assignment: the same atoms in the same grids, same id.

    Parameters
    ----------
    atoms
        The plan's table of atoms; the order of its rows does not matter.
    """
    columns = ["atom_id", "households", "base_grid", "micro_grid", "exclusive_grid"]
    ordered = atoms[columns].sort_values("atom_id")
    digest = hashlib.sha256(ordered.to_csv(index=False).encode()).hexdigest()
    return digest[:16]
