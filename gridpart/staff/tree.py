"""The tree of Party organisations, as somebody wrote it: it may have circles."""

import geopandas as gpd
import networkx as nx
import pandas as pd

from gridpart.rules import Party
from gridpart.staff.rows import first_rows


def known_orgs(orgs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row an organisation, sorted by id.

    Of two rows with one id the first counts, by what they hold, not by their order.
    A parent that is not there, or that lies on a circle, is none.
    """
    rows = first_rows(orgs, "org_id")
    ids = set(rows["org_id"])
    parents = {
        org: above
        for org, above in zip(rows["org_id"], rows["parent_id"], strict=True)
        if above in ids
    }
    tree = nx.DiGraph(list(parents.items()))
    circles = set(nx.nodes_with_selfloops(tree)).union(
        *(ring for ring in nx.strongly_connected_components(tree) if len(ring) > 1)
    )
    sound = [None if org in circles else parents.get(org) for org in rows["org_id"]]
    parent = pd.Series(sound, rows.index, dtype="str")
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
    parent: dict[str, object] = {}
    for org, above in zip(orgs["org_id"], orgs["parent_id"], strict=True):
        if isinstance(org, str):
            parent.setdefault(org, above)
    paths: dict[str, list[str]] = {}
    for org in parent:
        path: list[str] = []
        above = parent[org]
        while isinstance(above, str) and above in parent and above not in (org, *path):
            path.append(above)
            above = parent[above]
        paths[org] = path
    return paths
