"""The grid layers of a plan, described from its atoms.

The assignment on the atoms is the truth; what a grid looks like, counts and
measures follows from it here and nowhere else.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.coverage import as_multi, dissolve
from gridpart.measure.lines import grid_lines, line_clarity
from gridpart.measure.shape import polsby_popper


def grid_of_atom(atoms: pd.DataFrame) -> pd.Series:
    """Return the base or exclusive grid of each atom, by atom id."""
    codes = atoms["base_grid"].fillna(atoms["exclusive_grid"])
    return codes.set_axis(pd.Index(atoms["atom_id"], name="atom_id"))


def base_name(community: str, code: str) -> str:
    """Return the display name of a base grid."""
    return f"{community}第{int(code[12:15])}网格"


def describe_base_grids(
    atoms: gpd.GeoDataFrame, borders: pd.DataFrame, communities: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the layer of base grids that an assignment makes.

    Parameters
    ----------
    atoms
        Atoms that tile their communities, with base_grid (missing inside an
        exclusive grid), micro_grid and exclusive_grid.
    borders
        All borders between these atoms.
    communities
        Their community_code and name.

    Returns
    -------
    base_grids
        All columns of the plan's layer, sorted by code; no reasons yet. The
        deviation is against the mean of the community's base grids.
    """
    inside = atoms[atoms["base_grid"].notna()]
    grids = _group(inside, "base_grid", micro_count=("micro_grid", "nunique"))
    mean = grids.groupby("community_code")["households"].transform("mean")
    shapes = grids.geometry.to_numpy()
    lines = grid_lines(borders, grid_of_atom(atoms)).reindex(grids["grid_code"])
    perimeter = shapely.length(shapes)
    names = communities.set_index("community_code")["name"]
    described = grids.assign(
        name=[
            base_name(name, code)
            for name, code in zip(
                grids["community_code"].map(names), grids["grid_code"], strict=True
            )
        ],
        deviation=np.where(mean > 0, grids["households"] / mean.where(mean > 0) - 1, 0),
        area_m2=shapely.area(shapes),
        perimeter_m=perimeter,
        compactness=polsby_popper(shapes),
        line_clarity=line_clarity(
            perimeter, lines["inner_m"].to_numpy(), lines["clear_m"].to_numpy()
        ),
    )
    return conform(described, PLAN["base_grids"])


def describe_micro_grids(
    atoms: gpd.GeoDataFrame, base_grids: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the layer of micro-grids; names follow those of the base grids."""
    inside = atoms[atoms["micro_grid"].notna()]
    grids = _group(
        inside,
        "micro_grid",
        base_grid=("base_grid", "first"),
        buildings=("building_id", "nunique"),
    )
    names = grids["base_grid"].map(base_grids.set_index("grid_code")["name"])
    described = grids.assign(
        name=[
            f"{name}第{int(code[15:])}微网格"
            for name, code in zip(names, grids["grid_code"], strict=True)
        ]
    )
    return conform(described, PLAN["micro_grids"])


def describe_exclusive_grids(
    atoms: gpd.GeoDataFrame, sites: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the layer of exclusive grids.

    Parameters
    ----------
    atoms
        Atoms with exclusive_grid and the site_id of the site they lie in.
    sites
        The city's table of sites.
    """
    inside = atoms[atoms["exclusive_grid"].notna()]
    grids = _group(inside, "exclusive_grid", site_id=("site_id", "first"))
    facts = sites.set_index("site_id")[["name", "kind", "responsible"]]
    return conform(grids.join(facts, on="site_id"), PLAN["exclusive_grids"])


def _group(
    atoms: gpd.GeoDataFrame, column: str, **more: tuple[str, str]
) -> gpd.GeoDataFrame:
    """One row a code in ``column``: sums of the atoms and their joined shape."""
    table = (
        pd.DataFrame(atoms.drop(columns="geometry"))
        .groupby(column)
        .agg(
            community_code=("community_code", "first"),
            households=("households", "sum"),
            workload=("workload", "sum"),
            **more,
        )
        .rename_axis("grid_code")
        .reset_index()
    )
    codes = atoms[column].to_numpy(dtype=object)
    _, shapes = dissolve(atoms.geometry.to_numpy(), codes)
    return gpd.GeoDataFrame(table, geometry=as_multi(shapes), crs=atoms.crs)
