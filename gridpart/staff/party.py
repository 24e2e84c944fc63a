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
from gridpart.measure.places import atoms_at
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.staff.centres import fold_centres
from gridpart.staff.heirs import find_heirs, shared_households
from gridpart.staff.people import community_at
from gridpart.staff.rows import named_ids
from gridpart.staff.tree import by_level, known_orgs, paths_up

COVERS, CONTAINS = "covers", "contains"
# An old grid is taken over by the new grids that have this share of its households.
PART_OF_A_GRID = 0.1
GRIDS = ["base_grid", "exclusive_grid", "micro_grid"]
BASE = 15  # digits of a base or exclusive grid

Grids = dict[str, set[str]]  # codes by organisation, or by what it names


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
    orgs = known_orgs(fold_centres(plan.party_orgs, rules.party))
    named = _joined(
        _by_grid(plan, orgs, today),
        _by_buildings(plan, orgs, "compound_id"),
        _by_buildings(plan, orgs, "building_id"),
    )
    placed = _by_place(plan, orgs)
    loose = {org: grids for org, grids in placed.items() if org not in named}
    covering = set(orgs.loc[by_level(orgs, rules.party, COVERS), "org_id"])
    covers = _covers(plan, _joined(named, loose), orgs, covering)
    links = [
        (org, relation, grid)
        for relation, found in ((CONTAINS, _joined(named, placed)), (COVERS, covers))
        for org, grids in found.items()
        for grid in grids
    ]
    columns = ["org_id", "relation", "grid_code"]
    return conform(pd.DataFrame(sorted(links), columns=columns), PLAN["party_links"])


def _joined(*parts: Grids) -> Grids:
    found: Grids = {}
    for part in parts:
        for org, grids in part.items():
            found[org] = found.get(org, set()) | grids
    return found


def _by_grid(
    plan: Plan, orgs: gpd.GeoDataFrame, today: gpd.GeoDataFrame | None
) -> Grids:
    """Return the grids that organisations name by code, with the bases of micros."""
    wanted = named_ids(orgs, "org_id", "grid_code")
    if not wanted:
        return {}
    after = {old: {new} for old, new in find_heirs(plan, today).items()}
    if today is not None and len(today):
        named = today["grid_code"].isin(set().union(*wanted.values()))
        shared = shared_households(plan, today[named])
        total = shared.groupby("old_code")["weight"].transform("sum")
        large = shared[shared["weight"] >= PART_OF_A_GRID * total]
        for old, new in zip(large["old_code"], large["grid_code"], strict=True):
            after.setdefault(old, set()).add(new)
    found = _looked_up(wanted, after)
    return {
        org: grids | {code[:BASE] for code in grids} for org, grids in found.items()
    }


def _by_buildings(plan: Plan, orgs: gpd.GeoDataFrame, column: str) -> Grids:
    """Return the grids of the buildings or compounds that organisations name."""
    wanted = named_ids(orgs, "org_id", column)
    if not wanted:
        return {}
    homes = plan.atoms[plan.atoms[column].isin(set().union(*wanted.values()))]
    homes = homes[homes["building_id"].notna()]
    grids_of: Grids = {}
    for name in GRIDS if column == "building_id" else GRIDS[:2]:
        for one, code in zip(homes[column], homes[name], strict=True):
            if isinstance(code, str):
                grids_of.setdefault(one, set()).add(code)
    return _looked_up(wanted, grids_of)


def _looked_up(wanted: dict[str, set[str]], grids_of: Grids) -> Grids:
    """Return the grids of all that organisations name; of those that have any."""
    found = {
        org: set().union(*(grids_of.get(one, ()) for one in ids))
        for org, ids in wanted.items()
    }
    return {org: grids for org, grids in found.items() if grids}


def _by_place(plan: Plan, orgs: gpd.GeoDataFrame) -> Grids:
    """Return the grids that organisations stand in."""
    atom = atoms_at(shapely.centroid(orgs.geometry.to_numpy()), plan.atoms)
    codes = plan.atoms[GRIDS].to_numpy(dtype=object)
    return {
        org: {code for code in codes[row] if isinstance(code, str)}
        for org, row in zip(orgs["org_id"], atom, strict=True)
        if row >= 0
    }


def _covers(
    plan: Plan, near: Grids, orgs: gpd.GeoDataFrame, covering: set[str]
) -> Grids:
    """Return which organisation covers which base or exclusive grids."""
    paths = paths_up(orgs)
    above = {
        org: [one for one in path if one in covering] for org, path in paths.items()
    }
    own = {
        org: {code for code in near[org] if len(code) <= BASE}
        for org in covering & near.keys()
    }
    covers: Grids = {}
    for org, grids in own.items():
        for one in (org, *above[org]):
            covers.setdefault(one, set()).update(grids)
    rest: Grids = {}
    taken = set().union(*covers.values())
    base = plan.base_grids
    for home, code in zip(base["community_code"], base["grid_code"], strict=True):
        if code not in taken:
            rest.setdefault(home, set()).add(code)
    homes = _communities(plan, orgs, paths)
    for org in covering - own.keys():
        alone = rest.get(homes[org] or "")
        if alone and not above[org]:
            covers.setdefault(org, set()).update(alone)
    return covers


def _communities(
    plan: Plan, orgs: gpd.GeoDataFrame, paths: dict[str, list[str]]
) -> dict[str, str | None]:
    """Return the community of each organisation: its own, or that of the next above."""
    known = set(plan.communities["community_code"])
    places = shapely.centroid(orgs.geometry.to_numpy())
    standing = community_at(places, plan.communities)
    own = {
        org: code if code in known else there
        for org, code, there in zip(
            orgs["org_id"], orgs["community_code"], standing, strict=True
        )
    }
    return {
        org: next((own[one] for one in (org, *path) if own[one] is not None), None)
        for org, path in paths.items()
    }
