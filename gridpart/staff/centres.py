"""Centre households: only ever a number, of an organisation or of a grid."""

import geopandas as gpd
import numpy as np
import pandas as pd

from gridpart.plan import Plan
from gridpart.rules import Party
from gridpart.staff.tree import by_level, known_orgs, paths_up


def count_centres(plan: Plan) -> pd.Series:
    """Return the number of centre households in each base grid.

    The count of an organisation goes to the base grids it lies in, else to those it
    covers; among several it is shared out by their households, to the last one.
    What lies in no base grid is not counted.

    Returns
    -------
    centres
        Index grid_code, all base grids in order.
    """
    orgs = known_orgs(plan.party_orgs)
    number = orgs.set_index("org_id")["centre_households"].fillna(0).astype("int64")
    base = plan.base_grids.drop_duplicates("grid_code").set_index("grid_code")
    links = plan.party_links[plan.party_links["grid_code"].isin(base.index)]
    links = links.sort_values(["org_id", "relation", "grid_code"])
    first = links.groupby("org_id")["relation"].transform("first")
    links = links[links["relation"] == first]  # contains comes before covers
    links = links[links["org_id"].map(number).fillna(0) > 0]
    centres = pd.Series(0, index=base.index.sort_values(), dtype="int64")
    for org, codes in links.groupby("org_id")["grid_code"]:
        share = _share_out(int(number[org]), base["households"].reindex(codes))
        centres[codes.to_numpy()] += share
    return centres


def _share_out(number: int, households: pd.Series) -> np.ndarray:
    """Share a number out in proportion; the largest remainders get what is left."""
    weight = households.to_numpy(dtype=float)
    weight = weight if weight.sum() > 0 else np.ones(len(weight))
    exact = number * weight / weight.sum()
    share = np.floor(exact).astype("int64")
    left = number - share.sum()
    share[np.argsort(share - exact, kind="stable")[:left]] += 1
    return share


def fold_centres(orgs: gpd.GeoDataFrame, party: Party) -> gpd.GeoDataFrame:
    """Count centre households at the next organisation above, and drop their rows.

    A centre household is the home of a private person: of it only a number is kept.

    Parameters
    ----------
    orgs
        Organisations as they were handed in.
    party
        Its levels that are ``counted`` are those of centre households.

    Returns
    -------
    orgs
        A new table without those rows. One with no organisation above it is not
        counted anywhere.
    """
    counted = by_level(orgs, party, "counted")
    if not counted.any():
        return orgs
    kept = orgs[~counted].reset_index(drop=True)
    homes = orgs[counted & ~(orgs["org_id"].duplicated() & orgs["org_id"].notna())]
    paths, ids = paths_up(orgs), set(kept["org_id"].dropna())
    above = [
        next((org for org in [parent, *paths.get(parent, ())] if org in ids), None)
        for parent in homes["parent_id"]
    ]
    number = homes["centre_households"].fillna(1).clip(lower=1).astype("int64")
    more = number.groupby(np.array(above, dtype=object)).sum()
    extra = kept["org_id"].map(more).where(~kept["org_id"].duplicated())
    total = kept["centre_households"].fillna(0) + extra.fillna(0).astype("int64")
    return kept.assign(
        centre_households=total.where(extra.notna(), kept["centre_households"])
    )
