"""Who answers for each grid, as the page may know it.

A public page says which posts are held and which are to be filled; of a stand-in it
says for which grid that person works. Only a staff page has the ids. A centre
household is a private home: it is a number of its grid and never a place.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.measure.balance import plan_rules
from gridpart.plan import Plan
from gridpart.staff.centres import count_centres, fold_centres
from gridpart.staff.tree import known_orgs

STAFF = "staff"
# Organisations without a place of their own that would lie on one another.
_APART_M = 14.0
_TURN = np.pi * (3 - np.sqrt(5))


def page_duties(plan: Plan, profile: str) -> dict[str, Any]:
    """Return posts and organisations by grid, as plain values.

    Parameters
    ----------
    plan
        With its posts, links and organisations; it is not changed.
    profile
        ``staff`` for the ids of those who hold posts.

    Returns
    -------
    duties
        ``posts``: by grid code a list of post, holder (None if vacant) and, for a
        stand-in, the grid where that person is the worker. ``organisations``: name,
        level, parent by id. ``links``: by grid code a list of organisation and
        relation. ``centres``: number of centre households by grid, if any.
        ``upper``: names of each level above those that cover grids, from the
        bottom up.
    """
    orgs = organisations(plan)
    told = [_plain(orgs[name]) for name in ("name", "level", "parent_id")]
    links: dict[str, list[tuple[str, str]]] = {}
    known = plan.party_links[plan.party_links["org_id"].isin(orgs["org_id"])]
    for grid, org, relation in zip(
        known["grid_code"], known["org_id"], known["relation"], strict=True
    ):
        links.setdefault(grid, []).append((org, relation))
    centres = count_centres(plan)
    return {
        "posts": _posts(plan, profile),
        "organisations": dict(
            zip(orgs["org_id"], zip(*told, strict=True), strict=True)
        ),
        "links": links,
        "centres": centres[centres > 0].to_dict(),
        "upper": _upper_levels(plan),
    }


def organisations(plan: Plan) -> gpd.GeoDataFrame:
    """Return the Party organisations that may be shown, one row each."""
    return known_orgs(fold_centres(plan.party_orgs, plan_rules(plan).party))


def level_words(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return the levels of the tree as the plan's rules call them."""
    levels = plan_rules(plan).party.levels
    return {
        f"value.{level['level']}": (str(level["zh"]), str(level["en"]))
        for level in levels
    }


def _upper_levels(plan: Plan) -> list[list[str]]:
    levels = plan_rules(plan).party.levels
    upper = [
        level
        for level in reversed(levels)
        if not level.get("covers") and not level.get("counted")
    ]
    return [[str(level[name]) for name in ("level", "zh", "en")] for level in upper]


def placed_organisations(plan: Plan) -> gpd.GeoDataFrame:
    """Return the organisations with a point each, where one can be told.

    It is their own, that of the building or compound they name, else the middle of
    a grid they are linked to or of their community; those that would lie on one
    another are moved a few metres apart.
    """
    orgs = organisations(plan)
    own = gpd.GeoSeries(orgs.geometry.centroid, crs=plan.atoms.crs)
    guesses = _guesses(plan, orgs)
    place = own.where(own.notna() & ~own.is_empty, None)
    for guess in guesses:
        place = place.where(place.notna(), gpd.GeoSeries(guess, crs=own.crs))
    xy = np.stack([place.x, place.y], axis=1)
    nth = pd.DataFrame(xy).groupby([0, 1]).cumcount().to_numpy()
    far, turn = _APART_M * np.sqrt(nth), _TURN * nth
    shift = np.stack([far * np.cos(turn), far * np.sin(turn)], axis=1)
    points = shapely.points(xy + shift)
    points[np.isnan(xy).any(axis=1)] = None
    return orgs.set_geometry(gpd.GeoSeries(points, index=orgs.index, crs=own.crs))


def _guesses(plan: Plan, orgs: gpd.GeoDataFrame) -> list[np.ndarray]:
    """Points of the buildings, compounds, grids, communities of organisations."""
    atoms = plan.atoms.sort_values("households", ascending=False, kind="stable")
    links = plan.party_links.sort_values(["org_id", "relation", "grid_code"])
    first = links.drop_duplicates("org_id").set_index("org_id")["grid_code"]
    grids = pd.concat([plan.base_grids, plan.exclusive_grids, plan.micro_grids])
    asked = [
        (atoms, "building_id", _first_id(orgs["building_id"])),
        (atoms, "compound_id", _first_id(orgs["compound_id"])),
        (grids, "grid_code", orgs["org_id"].map(first)),
        (plan.communities, "community_code", orgs["community_code"]),
    ]
    return [_middles(table, column, ids) for table, column, ids in asked]


def _middles(table: gpd.GeoDataFrame, column: str, ids: pd.Series) -> np.ndarray:
    rows = table[table[column].isin(ids.dropna())].drop_duplicates(column)
    points = dict(zip(rows[column], rows.geometry.representative_point(), strict=True))
    return np.array([points.get(one) for one in ids], dtype=object)


def _first_id(ids: pd.Series) -> pd.Series:
    return ids.astype("str").str.extract(r"^\s*([^;；]*[^;；\s])", expand=False)


def _posts(plan: Plan, profile: str) -> dict[str, list[list[str | None]]]:
    posts = plan.posts
    working = posts[(posts["post"] == "worker") & posts["worker_id"].notna()]
    works_in = dict(zip(working["worker_id"], working["grid_code"], strict=True))
    found: dict[str, list[list[str | None]]] = {}
    for grid, post, worker in zip(
        posts["grid_code"], posts["post"], _plain(posts["worker_id"]), strict=True
    ):
        holder = worker if worker is None or profile == STAFF else "✓"
        row = [post, holder]
        if post == "standby" and worker in works_in:
            row.append(works_in[worker])
        found.setdefault(grid, []).append(row)
    return found


def _plain(column: pd.Series) -> list[str | None]:
    values = column.astype(object)
    return values.where(values.notna(), None).tolist()
