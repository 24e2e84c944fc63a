"""Ledgers of resources: where each lies, and what each grid can fall back on."""

import pandas as pd

from gridpart.measure.resources import KINDS, place_resources, resources_by_grid
from gridpart.plan import Plan


def resources(plan: Plan) -> pd.DataFrame:
    """Return the resources with the grids they lie in."""
    rows = place_resources(plan)
    rows = rows.rename(columns={"name": "resource_name", "kind": "resource_kind"})
    names = ["resource_id", "resource_name", "resource_kind", "members"]
    return rows[[*names, "community_code", "grid_code", "micro_grid"]]


def services(plan: Plan) -> pd.DataFrame:
    """Return the counts of each grid, and its nearest service site."""
    rows = resources_by_grid(plan)
    listed = ["grid_code", "name", "community_code", *KINDS]
    near = ["nearest_site", "nearest_name", "nearest_m"]
    others = rows.drop(columns=[*listed, *near]).sum(axis=1).astype(int)
    rows = rows[listed + near].assign(other_resources=others)
    rows["nearest_m"] = rows["nearest_m"].round()
    return rows[[*listed, "other_resources", *near]]
