"""Party organisations to grids: where each lies, and which grids it answers for.

A branch or group covers

1. the grids it names: by grid code, by its compound (every grid with buildings of
   it), by its building; or, if it names none of these, the grid it stands in;
2. the grids of the branches and groups below it in the tree;
3. if it has none by 1, and no branch is above it: all base grids of its community
   that nobody covers by 1 or 2. Several such branches cover them together, because
   nobody said which of them shall have which grid.

Several ids in one field, parted by a semicolon, are all meant.
"""

import geopandas as gpd
import pandas as pd
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.staff.centres import fold_centres
from gridpart.staff.heirs import find_heirs, shared_households
from gridpart.staff.people import community_at
from gridpart.staff.tree import by_level, known_orgs, paths_up

COVERS, CONTAINS = "covers", "contains"
SEPARATORS = "[;；]"
# An old grid is taken over by the new grids that have this share of its households.
PART_OF_A_GRID = 0.1
GRIDS = ["base_grid", "exclusive_grid", "micro_grid"]
BASE = 15  # digits of a base or exclusive grid


def link_organisations(
    plan: Plan, rules: Rules, *, today: gpd.GeoDataFrame | None = None
) -> pd.DataFrame:
    """Return which organisation lies in which grid and which covers which.

    Parameters
    ----------
    plan
        With its table of Party organisations.
    rules
        The table of levels says which levels cover grids.
    today
        Grids that are in use until the plan is, if organisations name their codes.

    Returns
    -------
    party_links
        org_id, grid_code, relation: ``contains`` (base, micro- or exclusive grid) or
        ``covers`` (base or exclusive grid), sorted.
    """
    orgs = fold_centres(plan.party_orgs, rules.party)
    orgs = known_orgs(orgs)
    named = pd.concat(
        [
            _by_grid(plan, orgs, today),
            _by_buildings(plan, orgs, "compound_id"),
            _by_buildings(plan, orgs, "building_id"),
        ]
    )
    placed = _by_place(plan, orgs)
    contains = pd.concat([named, placed])
    loose = placed[~placed["org_id"].isin(named["org_id"])]
    covering = set(orgs.loc[by_level(orgs, rules.party, COVERS), "org_id"])
    covers = _covers(plan, pd.concat([named, loose]), orgs, covering)
    links = pd.concat(
        [contains.assign(relation=CONTAINS), covers.assign(relation=COVERS)]
    )
    links = links.drop_duplicates().sort_values(["org_id", "relation", "grid_code"])
    return conform(links, PLAN["party_links"])


def _by_grid(
    plan: Plan, orgs: pd.DataFrame, today: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Return the grids that organisations name by code, with the bases of micros."""
    wanted = _several(orgs, "grid_code").rename(columns={"grid_code": "old_code"})
    if wanted.empty:
        return wanted.rename(columns={"old_code": "grid_code"})
    heirs = find_heirs(plan, today)
    known = [pd.DataFrame({"old_code": heirs.index, "grid_code": heirs.to_numpy()})]
    if today is not None and len(today):
        shared = shared_households(
            plan, today[today["grid_code"].isin(wanted["old_code"])]
        )
        total = shared.groupby("old_code")["weight"].transform("sum")
        large = shared["weight"] >= PART_OF_A_GRID * total
        known.append(shared.loc[large, ["old_code", "grid_code"]])
    found = wanted.merge(pd.concat(known))[["org_id", "grid_code"]]
    return pd.concat([found, found.assign(grid_code=found["grid_code"].str[:15])])


def _by_buildings(plan: Plan, orgs: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the grids of the buildings or compounds that organisations name."""
    homes = plan.atoms[plan.atoms["building_id"].notna()]
    found = _several(orgs, column).merge(homes[[column, *GRIDS]], on=column)
    grids = GRIDS if column == "building_id" else GRIDS[:2]
    return _stacked(found, grids)


def _by_place(plan: Plan, orgs: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the grids that organisations stand in."""
    places = shapely.centroid(orgs.geometry.to_numpy())
    atom, org = shapely.STRtree(places).query(
        plan.atoms.geometry.to_numpy(), predicate="intersects"
    )
    found = plan.atoms[["atom_id", *GRIDS]].iloc[atom]
    found = found.assign(org_id=orgs["org_id"].to_numpy()[org])
    found = found.sort_values(["org_id", "atom_id"]).drop_duplicates("org_id")
    return _stacked(found, GRIDS)


def _stacked(found: pd.DataFrame, grids: list[str]) -> pd.DataFrame:
    parts = [
        found[["org_id", name]].set_axis(["org_id", "grid_code"], axis=1)
        for name in grids
    ]
    return pd.concat(parts).dropna().drop_duplicates()


def _several(orgs: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a row for each id that a field names."""
    ids = orgs[column].astype("str").str.split(SEPARATORS, regex=True)
    table = orgs[["org_id"]].assign(**{column: ids}).explode(column)
    table[column] = table[column].astype("str").str.strip()
    return table[table[column].notna() & (table[column] != "")].drop_duplicates()


def _covers(
    plan: Plan, near: pd.DataFrame, orgs: gpd.GeoDataFrame, covering: set[str]
) -> pd.DataFrame:
    """Return which organisation covers which base or exclusive grid."""
    paths = paths_up(orgs)
    own = near[near["org_id"].isin(covering) & (near["grid_code"].str.len() <= BASE)]
    above = {
        org: [org, *(one for one in path if one in covering)]
        for org, path in paths.items()
    }
    closer = own.assign(org_id=own["org_id"].map(above)).explode("org_id")
    closer = closer.drop_duplicates()
    bare = sorted(org for org in covering - set(own["org_id"]) if len(above[org]) == 1)
    homes = _communities(plan, orgs, paths)
    base = plan.base_grids[["community_code", "grid_code"]]
    rest = base[~base["grid_code"].isin(closer["grid_code"])]
    tops = pd.DataFrame({"org_id": bare, "community_code": homes.reindex(bare)})
    shared = tops.dropna().merge(rest, on="community_code")
    return pd.concat([closer, shared[["org_id", "grid_code"]]])


def _communities(
    plan: Plan,
    orgs: gpd.GeoDataFrame,
    paths: dict[str, list[str]],
) -> pd.Series:
    """Return the community of each organisation: its own, or that of the next above."""
    ids = orgs["org_id"].to_numpy()
    known = plan.communities["community_code"]
    home = orgs["community_code"].where(orgs["community_code"].isin(known))
    places = shapely.centroid(orgs.geometry.to_numpy())
    home = home.fillna(pd.Series(community_at(places, plan.communities), dtype="str"))
    named = pd.Series(home.to_numpy(dtype=object), ids).dropna().to_dict()
    found = {
        org: next((named[one] for one in [org, *paths[org]] if one in named), None)
        for org in ids
    }
    return pd.Series(found, dtype="str")
