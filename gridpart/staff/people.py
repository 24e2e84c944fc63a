"""Who can be given a post, where they are, and which grid they have already.

Rows that cannot be used (no id, an unknown role, nowhere, not eligible) are left
out; the check of the input names them. Of two rows with one id the first counts, by
what the rows hold, not by their order.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.plan import Plan
from gridpart.rules import ROLES, Staff
from gridpart.staff.rows import first_rows


def find_people(plan: Plan, staff: Staff, heirs: pd.Series) -> pd.DataFrame:
    """Return the people who can be given a post, sorted by id.

    Parameters
    ----------
    plan
        With its table of workers.
    staff
        Rules of staffing.
    heirs
        The plan's grid for each grid code that people may be given by; see
        :func:`gridpart.staff.heirs.find_heirs`.

    Returns
    -------
    people
        worker_id, role, community_code, capacity, seat (the plan's grid for their
        grid code, or missing), place (a point, or None).
    """
    workers = first_rows(plan.workers, "worker_id")
    workers = workers[workers["role"].isin(ROLES) & workers["eligible"]]
    seat = workers["grid_code"].map(heirs).astype("str")
    places = shapely.centroid(workers.geometry.to_numpy())
    places[shapely.is_empty(places)] = None
    known = plan.communities["community_code"]
    home = workers["community_code"].where(workers["community_code"].isin(known))
    for other in (seat.str[:12], workers["grid_code"].str[:12]):
        home = home.fillna(other.where(other.isin(known)))
    standing = pd.Series(
        community_at(places, plan.communities), workers.index, dtype="str"
    )
    people = pd.DataFrame(
        {
            "worker_id": workers["worker_id"],
            "role": workers["role"],
            "community_code": home.fillna(standing),
            "capacity": workers["capacity"]
            .fillna(workers["role"].map(dict(staff.capacity)))
            .clip(lower=0)
            .astype("int64"),
            "seat": seat,
            "place": places,
        }
    )
    return people[people["community_code"].notna()].reset_index(drop=True)


def community_at(places: np.ndarray, communities: gpd.GeoDataFrame) -> np.ndarray:
    """Return the code of the community that each point lies in, None outside all."""
    codes = communities["community_code"].to_numpy(dtype=object)
    found = np.full(len(places), None, dtype=object)
    ground, place = shapely.STRtree(places).query(
        communities.geometry.to_numpy(), predicate="intersects"
    )
    order = np.argsort(codes[ground], kind="stable")[::-1]
    found[place[order]] = codes[ground[order]]
    return found
