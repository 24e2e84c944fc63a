"""Does every grid have a worker, a stand-in, and a branch or group: V12.

A vacancy is a warning: people are found in time. Only what no recruiting mends is an
error: a worker with more grids than one may have, a stand-in for oneself. A city
whose people or organisations nobody handed in gets one notice for the whole plan.
"""

import pandas as pd

from gridpart.check.drawing import Drawing
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.measure.vacancies import to_recruit
from gridpart.rules import POSTS
from gridpart.text import say

DUTIES = ("worker", "standby")


def check_posts(drawing: Drawing) -> list[Finding]:
    """V12: a worker and a stand-in in each base grid, if the template has them."""
    plan, template = drawing.plan, drawing.rules.staff.posts
    held = plan.posts[plan.posts["worker_id"].notna()]
    if held.empty and plan.workers.empty:
        return _notice(drawing, "plan.V12_no_workers", len(plan.posts))
    found = []
    for post in DUTIES:
        if template.get(post):
            filled = held.loc[held["post"] == post, "grid_code"]
            found += _bare_grids(drawing, f"plan.V12_{post}", filled)
    return found + _alone(held) + _too_many(drawing, held) + _strangers(drawing, held)


def check_vacancies(drawing: Drawing) -> list[Finding]:
    """V12: for each community, how many people are to be recruited."""
    plan = drawing.plan
    if plan.posts["worker_id"].isna().all() and plan.workers.empty:
        return []
    found = []
    names = plan.communities.drop_duplicates("community_code")
    names = names.set_index("community_code")["name"]
    for code, counts in to_recruit(plan.posts).iterrows():
        missing = [(post, int(counts[post])) for post in POSTS if counts[post]]
        if missing:
            values = {
                "name": names.get(code, code),
                "count": sum(number for _, number in missing),
                "posts_zh": "、".join(_named("zh", *one) for one in missing),
                "posts": ", ".join(_named("en", *one) for one in missing),
            }
            found.append(
                Finding(
                    "V12",
                    INFO,
                    "plan.V12_recruit",
                    values,
                    community_code=str(code),
                )
            )
    return found


def check_party(drawing: Drawing) -> list[Finding]:
    """V12: a branch or group that covers each base grid."""
    plan = drawing.plan
    if plan.party_links.empty and plan.party_orgs.empty:
        return _notice(drawing, "plan.V12_no_party", len(plan.base_grids))
    covers = plan.party_links[plan.party_links["relation"] == "covers"]
    return _bare_grids(drawing, "plan.V12_party", covers["grid_code"])


def _named(lang: str, post: str, number: int) -> str:
    return f"{say(f'post.{post}', lang)} {number}"


def _notice(drawing: Drawing, sentence: str, count: int) -> list[Finding]:
    if drawing.plan.base_grids.empty:
        return []
    return [Finding("V12", INFO, sentence, {"count": count})]


def _bare_grids(drawing: Drawing, sentence: str, filled: pd.Series) -> list[Finding]:
    grids = drawing.grids[drawing.grids["layer"] == "base_grids"]
    bare = grids[~grids["grid_code"].isin(filled)].sort_values("grid_code")
    return [
        Finding(
            "V12",
            WARNING,
            sentence,
            {"code": row.grid_code},
            grid_code=row.grid_code,
            community_code=row.community_code,
            at=row.geometry,
        )
        for row in bare.itertuples()
    ]


def _alone(held: pd.DataFrame) -> list[Finding]:
    """Find workers who are their own stand-in."""
    workers = held[held["post"] == "worker"]
    standins = held[held["post"] == "standby"]
    both = workers.merge(standins, on=["grid_code", "worker_id"]).drop_duplicates()
    return [
        Finding(
            "V12",
            ERROR,
            "plan.V12_same",
            {"code": row.grid_code, "worker": row.worker_id},
            grid_code=row.grid_code,
            community_code=row.grid_code[:12],
        )
        for row in both.itertuples()
    ]


def _too_many(drawing: Drawing, held: pd.DataFrame) -> list[Finding]:
    """Find workers with more grids than they may have."""
    default = drawing.rules.staff.capacity["worker"]
    listed = drawing.plan.workers.dropna(subset="worker_id")
    stated = listed["capacity"].fillna(default).groupby(listed["worker_id"]).max()
    counts = held[held["post"] == "worker"].groupby("worker_id").size()
    limit = stated.reindex(counts.index).fillna(default).astype("int64")
    return [
        Finding(
            "V12",
            ERROR,
            "plan.V12_double",
            {"worker": worker, "count": int(counts[worker]), "limit": int(most)},
        )
        for worker, most in limit[counts > limit].items()
    ]


def _strangers(drawing: Drawing, held: pd.DataFrame) -> list[Finding]:
    """Find holders whom the plan does not list, where it lists anybody."""
    listed = drawing.plan.workers["worker_id"]
    if listed.empty:
        return []
    strange = held[~held["worker_id"].isin(listed)].drop_duplicates("worker_id")
    return [
        Finding(
            "V12",
            WARNING,
            "plan.V12_stranger",
            {"worker": row.worker_id, "code": row.grid_code},
            grid_code=row.grid_code,
        )
        for row in strange.sort_values("worker_id").itertuples()
    ]
