"""The ground that each branch and group answers for, as one polygon."""

import geopandas as gpd
import pandas as pd

from gridpart.coverage import as_multi
from gridpart.plan import Plan
from gridpart.staff.party import COVERS
from gridpart.staff.tree import known_orgs


def branch_areas(plan: Plan) -> gpd.GeoDataFrame:
    """Return the union of the grids that each branch or group covers.

    Parameters
    ----------
    plan
        With its links of organisations.

    Returns
    -------
    areas
        One row an organisation that covers a grid, sorted by id: org_id, name,
        level, grids (how many), households, geometry (multipolygon).
    """
    grids = pd.concat([plan.base_grids, plan.exclusive_grids])
    grids = grids[["grid_code", "households", "geometry"]].drop_duplicates("grid_code")
    covers = plan.party_links[plan.party_links["relation"] == COVERS]
    covers = covers[["org_id", "grid_code"]].drop_duplicates().merge(grids)
    ground = gpd.GeoDataFrame(covers, geometry="geometry", crs=plan.atoms.crs)
    ground = ground.assign(households=ground["households"].fillna(0).astype("int64"))
    areas = ground.dissolve(
        "org_id", {"grid_code": "nunique", "households": "sum"}
    ).reset_index()
    named = known_orgs(plan.party_orgs)[["org_id", "name", "level"]]
    areas = areas.rename(columns={"grid_code": "grids"}).merge(named, how="left")
    shapes = gpd.GeoSeries(as_multi(areas.geometry.to_numpy()), crs=plan.atoms.crs)
    columns = ["org_id", "name", "level", "grids", "households", "geometry"]
    return areas.set_geometry(shapes)[columns]
