"""The tree of Party organisations, as somebody wrote it: it may have circles."""

import geopandas as gpd
import networkx as nx
import pandas as pd
import shapely

from gridpart.rules import Party


def known_orgs(orgs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row an organisation, sorted by id.

    Of two rows with one id the first counts, by what they hold, not by their order.
    A parent that is not there, or that lies on a circle, is none.
    """
    named = orgs[orgs["org_id"].notna()]
    table = pd.DataFrame(named.drop(columns="geometry"))
    table["place"] = shapely.to_wkb(named.geometry.to_numpy(), hex=True)
    order = table.sort_values(list(table.columns)).drop_duplicates("org_id").index
    rows = named.loc[order]
    inside = rows["parent_id"].isin(rows["org_id"])
    tied = rows[inside]
    tree = nx.DiGraph(list(zip(tied["org_id"], tied["parent_id"], strict=True)))
    circles = {
        org
        for ring in nx.strongly_connected_components(tree)
        if len(ring) > 1 or tree.has_edge(*[*ring] * 2)
        for org in ring
    }
    sound = inside & ~rows["org_id"].isin(circles)
    parent = rows["parent_id"].where(sound)
    return rows.assign(parent_id=parent).reset_index(drop=True)


def by_level(orgs: pd.DataFrame, party: Party, what: str) -> pd.Series:
    """Say which organisations are of a level that ``covers`` or is ``counted``.

    A level may be given by its key or by its Chinese or English label.
    """
    names = {
        str(level[name])
        for level in party.levels
        if level.get(what)
        for name in ("level", "zh", "en")
    }
    return orgs["level"].isin(names)


def paths_up(orgs: pd.DataFrame) -> dict[str, list[str]]:
    """Return the organisations above each one, the nearest first; circles end.

    Parameters
    ----------
    orgs
        org_id and parent_id; a parent that is not there is none.
    """
    known = orgs.dropna(subset="org_id").drop_duplicates("org_id")
    inside = known[known["parent_id"].isin(known["org_id"])]
    parent = dict(zip(inside["org_id"], inside["parent_id"], strict=True))
    paths: dict[str, list[str]] = {}
    for org in known["org_id"]:
        path: list[str] = []
        above = parent.get(org)
        while above is not None and above != org and above not in path:
            path.append(above)
            above = parent.get(above)
        paths[org] = path
    return paths
