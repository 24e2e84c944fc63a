"""Ledgers of duty: posts with their holders by id, and Party organisations."""

import pandas as pd

from gridpart.plan import Plan
from gridpart.rules import POSTS
from gridpart.show.sheets_words import say_kind
from gridpart.show.words import LANGUAGES, WORDS

STANDBY = "standby"


def staffing(plan: Plan) -> pd.DataFrame:
    """Count who is on duty in each grid.

    Returns
    -------
    staffing
        staff (people with a post of the grid itself; a stand-in counts where their
        own grid is), vacancies (posts nobody holds, stand-ins too); index: grid_code.
    """
    own = plan.posts[plan.posts["post"] != STANDBY]
    staff = own.groupby("grid_code")["worker_id"].nunique()
    open_posts = plan.posts["worker_id"].isna().groupby(plan.posts["grid_code"]).sum()
    return pd.DataFrame({"staff": staff, "vacancies": open_posts}).fillna(0).astype(int)


def posts(plan: Plan, lang: str) -> pd.DataFrame:
    """Return the duty list: every post, in the order of the template, by grid."""
    at = LANGUAGES.index(lang)
    rows = plan.posts.merge(_grids(plan), on="grid_code", how="left")
    rows = rows.assign(
        post_state=rows["worker_id"]
        .isna()
        .map({True: WORDS["vacant"][at], False: WORDS["filled"][at]}),
        order=rows["post"].map({post: n for n, post in enumerate(POSTS)}),
    ).sort_values(["grid_code", "order", "worker_id"])
    names = ["grid_code", "name", "community_code", "community_name", "post"]
    return rows[[*names, "worker_id", "post_state"]]


def party_orgs(plan: Plan, lang: str) -> pd.DataFrame:
    """Return the Party organisations, what is above each, and grids covered."""
    known = _orgs(plan, lang)
    above = known[["org_id", "org_name"]]
    above = above.set_axis(["parent_id", "parent_name"], axis=1)
    links = plan.party_links[plan.party_links["relation"] == "covers"]
    covered = links.groupby("org_id")["grid_code"].nunique()
    rows = known.merge(above, on="parent_id", how="left")
    rows = rows.merge(_communities(plan), on="community_code", how="left")
    rows = rows.assign(covered=rows["org_id"].map(covered).fillna(0).astype(int))
    names = ["org_id", "org_name", "level", "parent_id", "parent_name"]
    names += ["community_code", "community_name", "centre_households", "covered"]
    return rows.sort_values("org_id")[names]


def party_links(plan: Plan, lang: str) -> pd.DataFrame:
    """Return which organisation covers or contains which grid."""
    known = _orgs(plan, lang)[["org_id", "org_name", "level"]]
    rows = plan.party_links.merge(known, on="org_id", how="left")
    rows = rows.merge(_grids(plan), on="grid_code", how="left")
    names = ["org_id", "org_name", "level", "grid_code", "name", "relation"]
    return rows.sort_values(["org_id", "grid_code"])[names]


def _orgs(plan: Plan, lang: str) -> pd.DataFrame:
    table = pd.DataFrame(plan.party_orgs.drop(columns="geometry"))
    levels = table["level"].map(lambda level: say_kind(level, lang, "level"))
    table = table.assign(level=levels).drop_duplicates("org_id")
    return table.rename(columns={"name": "org_name"})


def _grids(plan: Plan) -> pd.DataFrame:
    """Name and community of every grid, by code."""
    columns = ["grid_code", "name", "community_code"]
    layers = (plan.base_grids, plan.exclusive_grids, plan.micro_grids)
    grids = pd.concat([pd.DataFrame(layer[columns]) for layer in layers])
    grids = grids.drop_duplicates("grid_code")
    return grids.merge(_communities(plan), on="community_code", how="left")


def _communities(plan: Plan) -> pd.DataFrame:
    table = pd.DataFrame(plan.communities[["community_code", "name"]])
    table = table.rename(columns={"name": "community_name"})
    return table.drop_duplicates("community_code")
