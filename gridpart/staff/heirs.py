"""Which grid of the plan follows a grid that somebody names.

The name may be a code of the plan itself, of a former plan (by the lineage), or of
the grids of today (by the ground they share).
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.plan import Plan

# So that open ground decides only where nobody lives.
HOUSEHOLDS_A_M2 = 1e-9


def find_heirs(plan: Plan, today: gpd.GeoDataFrame | None = None) -> pd.Series:
    """Return the plan's grid by the code of a grid that somebody may name.

    Parameters
    ----------
    plan
        Its own base, micro- and exclusive grids follow themselves; a code of the
        lineage is followed by the grid with most of its households.
    today
        Grids that are in use until the plan is (grid_code, polygon); their codes
        mean their own ground, whatever the plan calls by that code. Each is
        followed by the grid with most of its households.

    Returns
    -------
    heirs
        Grid codes by grid code.
    """
    own = pd.concat(
        [
            layer["grid_code"]
            for layer in (plan.base_grids, plan.exclusive_grids, plan.micro_grids)
        ]
    ).dropna()
    passed = plan.lineage.sort_values(["old_code", "households", "new_code"])
    passed = passed[passed["new_code"].isin(own)].drop_duplicates(
        "old_code", keep="last"
    )
    known = [
        pd.Series(passed["new_code"].to_numpy(), passed["old_code"]),
        pd.Series(own.to_numpy(), own),
    ]
    if today is not None and len(today):
        known.insert(0, _heirs_by_place(plan, today))
    heirs = pd.concat(known)
    return heirs[~heirs.index.duplicated()].astype("str")


def _heirs_by_place(plan: Plan, today: gpd.GeoDataFrame) -> pd.Series:
    shared = shared_households(plan, today)
    shared = shared.sort_values(["old_code", "weight", "grid_code"])
    shared = shared.drop_duplicates("old_code", keep="last")
    return pd.Series(shared["grid_code"].to_numpy(), shared["old_code"])


def shared_households(plan: Plan, today: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how many households each old grid shares with each grid of the plan.

    Returns
    -------
    shared
        old_code, grid_code (base or exclusive), weight (households, and a trace of
        the ground, so that grids where nobody lives count too).
    """
    atoms = plan.atoms
    points = shapely.point_on_surface(atoms.geometry.to_numpy())
    old, atom = shapely.STRtree(points).query(
        today.geometry.to_numpy(), predicate="intersects"
    )
    weight = atoms["households"] + HOUSEHOLDS_A_M2 * atoms.geometry.area
    shared = pd.DataFrame(
        {
            "old_code": today["grid_code"].to_numpy()[old],
            "grid_code": atoms["base_grid"]
            .fillna(atoms["exclusive_grid"])
            .to_numpy()[atom],
            "weight": np.asarray(weight)[atom],
        }
    ).dropna()
    return shared.groupby(["old_code", "grid_code"], as_index=False)["weight"].sum()
