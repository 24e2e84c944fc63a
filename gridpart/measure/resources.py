"""What grids can fall back on: service sites, resident organisations, volunteers.

The kinds are words of the data; only ``service_site`` means something here, because
the way to the nearest one is measured.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.measure.places import atoms_at
from gridpart.measure.shape import places_of_atoms
from gridpart.plan import Plan

SERVICE_SITE = "service_site"
KINDS = (SERVICE_SITE, "resident_org", "volunteer_team")


def resources_by_grid(plan: Plan) -> pd.DataFrame:
    """Return what lies in each grid, and how far its households are from service.

    Parameters
    ----------
    plan
        With its table of resources.

    Returns
    -------
    table
        One row a base or exclusive grid, sorted by code: grid_code, name,
        community_code, a count for each kind (the three known ones, then any others
        by name), nearest_site (resource_id, missing where the plan has no service
        site), nearest_name, nearest_m (metres as the crow flies from the grid's
        household-weighted centre).
    """
    placed = place_resources(plan)
    grids = _grids(plan)
    counts = pd.crosstab(placed["grid_code"], placed["kind"])
    kinds = [*KINDS, *counts.columns.difference(KINDS)]
    counts = counts.reindex(index=grids["grid_code"], columns=kinds, fill_value=0)
    near = nearest_sites(plan).reindex(grids["grid_code"])
    wide = [grids, counts.reset_index(drop=True), near.reset_index(drop=True)]
    return pd.concat(wide, axis=1)


def place_resources(plan: Plan) -> pd.DataFrame:
    """Return in which grid each resource lies.

    Returns
    -------
    placed
        One row a resource, sorted by id: resource_id, name, kind, members,
        community_code, grid_code (base or exclusive), micro_grid; the last three
        missing outside the city.
    """
    resources = plan.resources.sort_values("resource_id", ignore_index=True)
    points = shapely.centroid(resources.geometry.to_numpy())
    atom = atoms_at(points, plan.atoms)
    there = plan.atoms[["community_code", "base_grid", "exclusive_grid", "micro_grid"]]
    there = there.reset_index(drop=True).reindex(np.where(atom < 0, len(there), atom))
    there = there.reset_index(drop=True)
    grid = there["base_grid"].fillna(there["exclusive_grid"]).rename("grid_code")
    facts = resources[["resource_id", "name", "kind", "members"]]
    return pd.concat(
        [facts, there["community_code"], grid, there["micro_grid"]], axis=1
    )


def nearest_sites(plan: Plan) -> pd.DataFrame:
    """Return the service site nearest to the households of each grid.

    Returns
    -------
    near
        nearest_site, nearest_name, nearest_m by grid_code; without rows if the plan
        has no service site. Among equally near ones the smallest id counts.
    """
    sites = plan.resources[plan.resources["kind"] == SERVICE_SITE]
    there = sites.geometry.notna() & ~sites.geometry.is_empty
    sites = sites[there].sort_values("resource_id")
    centres = grid_centres(plan)
    (grid, site), metres = shapely.STRtree(sites.centroid.to_numpy()).query_nearest(
        centres.to_numpy(), return_distance=True
    )
    found = pd.DataFrame(
        {
            "nearest_site": sites["resource_id"].to_numpy()[site],
            "nearest_name": sites["name"].to_numpy()[site],
            "nearest_m": metres,
        },
        index=centres.index[grid],
    )
    found = found.sort_values("nearest_site", kind="stable")
    return found[~found.index.duplicated()].sort_index()


def grid_centres(plan: Plan) -> gpd.GeoSeries:
    """Return the household-weighted centre of each base and exclusive grid.

    Of a grid where nobody lives it is the centroid of the ground. Atoms without a
    place are left out.
    """
    atoms = plan.atoms
    grid = atoms["base_grid"].fillna(atoms["exclusive_grid"]).rename("grid_code")
    lived = atoms["households"].groupby(grid).transform("sum") > 0
    weight = np.where(lived, atoms["households"], atoms.area)
    homes = places_of_atoms(atoms, plan.buildings)
    middle = atoms.centroid.to_numpy()
    ground = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    spot = np.where(lived.to_numpy()[:, None], homes, ground)
    table = pd.DataFrame(
        {"x": spot[:, 0] * weight, "y": spot[:, 1] * weight, "weight": weight}
    )
    table = table.assign(grid_code=grid.to_numpy()).dropna()
    sums = table.groupby("grid_code").sum()
    return gpd.GeoSeries(
        gpd.points_from_xy(sums["x"] / sums["weight"], sums["y"] / sums["weight"]),
        index=sums.index,
        crs=atoms.crs,
    )


def _grids(plan: Plan) -> pd.DataFrame:
    columns = ["grid_code", "name", "community_code"]
    grids = pd.concat([plan.base_grids[columns], plan.exclusive_grids[columns]])
    grids = grids.drop_duplicates("grid_code").sort_values("grid_code")
    return grids.reset_index(drop=True)
