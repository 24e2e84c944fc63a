"""Posts of every grid by the template, and the people who hold them.

Each community is staffed at once, one role after the other; stand-ins come last,
because they are found among those who got a grid.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.plan import Plan
from gridpart.rules import EXCLUSIVE_POST, POSTS, Rules
from gridpart.staff.heirs import find_heirs
from gridpart.staff.matching import Wishes, match
from gridpart.staff.people import find_people
from gridpart.staff.standins import find_standins
from gridpart.staff.ways import Seats, find_seats, grid_shapes, seated, ways_to

# Their number is not bound: whoever is there gets a post.
OPEN_POST = "welfare"
NOBODY = np.empty(0, dtype=np.int64)


def assign_posts(
    plan: Plan,
    rules: Rules,
    *,
    today: gpd.GeoDataFrame | None = None,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the posts of a plan and who holds each.

    Parameters
    ----------
    plan
        Its workers are the people, its lineage says where former grids went.
    rules
        The template, and what one person may hold.
    today
        Grids that are in use until the plan is, if workers are given by their codes.
    previous
        Posts of the plan before a redraw: as few people as possible change. Where it
        is given it says who has which grid, and not the workers' grid codes.

    Returns
    -------
    posts
        grid_code, post, worker_id (missing: to recruit), sorted by grid and post.
        As many posts as possible are filled, then as few people as possible
        changed, then loads kept even, then ways kept short.
    """
    heirs = find_heirs(plan, today)
    people = find_people(plan, rules.staff, heirs)
    seats = find_seats(people, previous, heirs)
    wanted = _list_posts(plan, rules.staff.posts, people)
    shapes = grid_shapes(plan)
    wanted = wanted.assign(worker_id=_fill(wanted, people, seats, shapes))
    number = rules.staff.posts.get("standby", 0)
    standins = find_standins(plan, wanted, people, seats, number)
    return _in_order(pd.concat([wanted, standins]), rules.staff.posts)


def _list_posts(
    plan: Plan, template: Mapping[str, int], people: pd.DataFrame
) -> pd.DataFrame:
    """Return all posts but stand-ins: grid_code, community_code, post, turn.

    ``rank`` is 1 where a post comes after all others.
    """
    base = plan.base_grids[["grid_code", "community_code"]]
    parts = [
        _repeat(base, post, np.full(len(base), template[post]))
        for post in ("leader", "worker", "assistant")
        if post in template
    ]
    if OPEN_POST in template:
        there = people[people["role"] == OPEN_POST].groupby("community_code")
        each = base["community_code"].map(there["capacity"].sum())
        each = each.astype("float64").fillna(0)
        each /= base.groupby("community_code")["grid_code"].transform("size")
        least = np.ceil(each).to_numpy(dtype=int)
        parts.append(_repeat(base, OPEN_POST, np.maximum(least, template[OPEN_POST])))
    micro = plan.micro_grids[["grid_code", "community_code"]]
    number = template.get("micro_worker", 0)
    parts.append(_repeat(micro, "micro_worker", np.full(len(micro), number)))
    orphans = plan.exclusive_grids[plan.exclusive_grids["responsible"].isna()]
    orphans = orphans[["grid_code", "community_code"]]
    number = template.get(EXCLUSIVE_POST, 0)
    last = _repeat(orphans, "worker", np.full(len(orphans), number))
    listed = pd.concat([*parts, last.assign(rank=1)], ignore_index=True)
    listed = listed.drop_duplicates(["grid_code", "post", "turn"])
    return listed.sort_values(["community_code", "post", "grid_code", "turn"])


def _repeat(grids: pd.DataFrame, post: str, times: np.ndarray) -> pd.DataFrame:
    listed = grids.loc[grids.index.repeat(times)]
    turn = listed.groupby(level=0).cumcount()
    return listed.assign(post=post, turn=turn, rank=0)


def _fill(
    posts: pd.DataFrame, people: pd.DataFrame, seats: Seats, shapes: pd.Series
) -> np.ndarray:
    """Return who holds each post, None for a vacancy: role by role, all at once."""
    ids = people["worker_id"].to_numpy(dtype=object)
    places, capacity = people["place"].to_numpy(), people["capacity"].to_numpy()
    here = people.groupby(["community_code", "role"]).indices
    grid, rank = posts["grid_code"].to_numpy(dtype=object), posts["rank"].to_numpy()
    ground = shapes.reindex(posts["grid_code"]).to_numpy()
    holder = np.full(len(posts), None, dtype=object)
    for key, rows in posts.groupby(["community_code", "post"]).indices.items():
        mine = here.get(key, NOBODY)
        codes, first, number = np.unique(
            grid[rows], return_index=True, return_counts=True
        )
        seat, former = seated(seats, key[1], ids[mine], codes)
        wishes = Wishes(
            number=number,
            capacity=capacity[mine],
            ways_m=ways_to(places[mine], ground[rows[first]]),
            able=np.ones(seat.shape, dtype=bool),
            seat=seat,
            former=former,
            load=np.zeros(len(mine), dtype=np.int64),
            last=rank[rows[first]] > 0,
        )
        holder[rows] = np.array([*ids[mine], None], dtype=object)[match(wishes)]
    return holder


def _in_order(posts: pd.DataFrame, template: Mapping[str, int]) -> pd.DataFrame:
    needed = (posts["post"] != OPEN_POST) | (posts["turn"] < template.get(OPEN_POST, 0))
    posts = posts[needed | posts["worker_id"].notna()]
    order = posts["post"].map(POSTS.index)
    posts = posts.assign(order=order).sort_values(["grid_code", "order", "worker_id"])
    return conform(posts, PLAN["posts"])
