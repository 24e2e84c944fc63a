"""What must hold of all posts and links, whatever the town and its people."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.check.plans import check_plan
from gridpart.plan import Plan
from gridpart.rules import ROLES, Rules
from gridpart.staff.party import link_organisations
from gridpart.staff.posts import assign_posts
from gridpart.staff.standins import adjacent_grids
from tests.builders import base_code, community_code, toy_plan
from tests.people_builder import at, table_of, with_orgs, with_workers

RULES = Rules.preset()
OFTEN = settings(max_examples=25, deadline=None, derandomize=True)
NUMBERS = st.integers(0, 10**6)


def odd_town(rng: np.random.Generator) -> Plan:
    """Draw a town of one or two communities, with a river now and then."""
    width, height = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    pieces = rng.integers(1, 5, width).cumsum() % 5 + 1
    row = "".join(map(str, pieces))
    homes = "".join("12"[column >= width // 2] for column in range(width))
    river = [("river", "hard", [(width // 2, 0), (width // 2, height)])]
    return toy_plan(
        "\n".join(["".join(rng.choice(list("AB*"), width)) for _ in range(height)]),
        "\n".join([row] * height),
        communities="\n".join([homes] * height) if rng.random() < 0.5 else None,
        barriers=river if rng.random() < 0.3 else (),
    )


def odd_people(plan: Plan, rng: np.random.Generator) -> Plan:
    """Draw workers: placed or not, able or not, some rows faulty."""
    rows: list[dict[str, Any]] = []
    for number in range(int(rng.integers(0, 25))):
        row: dict[str, Any] = {
            "worker_id": f"w{rng.integers(0, 30) if rng.random() < 0.1 else number}",
            "role": str(rng.choice([*ROLES, "worker", "worker", "boss"])),
            "community_code": str(
                rng.choice([community_code("1"), community_code("2"), "9" * 12])
            ),
            "capacity": rng.choice([None, 0, 1, 1, 2, 5]),
            "eligible": rng.choice([None, True, True, False]),
        }
        if rng.random() < 0.6:
            row["geometry"] = at(float(rng.normal(1, 3)), float(rng.normal(3, 4)))
        if rng.random() < 0.3:
            row["grid_code"] = base_code(str(rng.integers(1, 8)))
        rows.append({key: value for key, value in row.items() if value is not None})
    return with_workers(plan, *rows)


def odd_orgs(plan: Plan, rng: np.random.Generator) -> Plan:
    """Draw a tree of organisations, circles and strangers included."""
    levels = ["community_committee", "branch", "branch", "group", "club"]
    rows = [
        {
            "level": str(rng.choice(levels)),
            "parent_id": rng.choice([None, f"p{rng.integers(1, 12)}"]),
            "community_code": rng.choice([None, community_code("1"), "9" * 12]),
            "compound_id": rng.choice([None, None, "A", "Z"]),
            "geometry": at(0, float(rng.normal(3, 4))) if rng.random() < 0.3 else None,
        }
        for _ in range(int(rng.integers(0, 12)))
    ]
    return with_orgs(plan, *rows)


@OFTEN
@given(drawn=NUMBERS)
def test_posts_keep_their_promises(drawn: int) -> None:
    rng = np.random.default_rng(drawn)
    plan = odd_people(odd_town(rng), rng)
    posts = assign_posts(plan, RULES)
    base = set(plan.base_grids["grid_code"])
    ours = posts[posts["grid_code"].isin(base)]
    # Every base grid has one A post and one B post, held or vacant.
    for post in ("worker", "standby"):
        assert sorted(ours.loc[ours["post"] == post, "grid_code"]) == sorted(base)
    held = posts[posts["worker_id"].notna()]
    people = plan.workers.drop_duplicates("worker_id", keep=False)
    known = people.set_index("worker_id")
    single = held[held["worker_id"].isin(known.index)]
    # Nobody has more A posts than they may, no other role, and only if eligible.
    counts = single[single["post"] == "worker"]["worker_id"].value_counts()
    limit = known["capacity"].fillna(1)
    assert (counts <= limit.reindex(counts.index)).all()
    role = single["post"].replace("standby", "worker")
    assert (known["role"].reindex(single["worker_id"]).to_numpy() == role).all()
    assert known["eligible"].reindex(single["worker_id"]).all()
    # The stand-in is another person: from next door, or without a grid.
    workers = ours[ours["post"] == "worker"].set_index("grid_code")["worker_id"]
    adjacent = adjacent_grids(plan)
    for row in held[held["post"] == "standby"].itertuples():
        assert workers[row.grid_code] != row.worker_id
        own = workers.index[workers == row.worker_id]
        assert not len(own) or any((row.grid_code, grid) in adjacent for grid in own)
    # Loads are even: no neighbour with two duties less could have stood in.
    standins = held[held["post"] == "standby"]
    load = pd.concat([workers, standins["worker_id"]]).value_counts()
    for row in standins.itertuples():
        for grid, other in workers.dropna().items():
            if (row.grid_code, grid) in adjacent and other != workers[row.grid_code]:
                assert load[row.worker_id] <= load[other] + 1
    # Nobody is left idle beside a vacancy of their role and community.
    assert not held.duplicated(["grid_code", "post", "worker_id"]).any()
    idle = known[
        known["eligible"]
        & known["role"].isin(["worker", "micro_worker"])
        & (limit > 0)
        & known["community_code"].isin(plan.communities["community_code"])
        & ~known.index.isin(held.loc[held["post"] != "standby", "worker_id"])
    ]
    vacant = posts[posts["worker_id"].isna()]
    places = set(zip(vacant["grid_code"].str[:12], vacant["post"], strict=True))
    assert not places & set(zip(idle["community_code"], idle["role"], strict=True))
    errors = [f for f in check_plan(replace(plan, posts=posts)) if f.rule == "V12"]
    assert not [f for f in errors if f.severity == "error"]


@OFTEN
@given(drawn=NUMBERS)
def test_posts_do_not_depend_on_order_and_stay_if_nothing_changes(drawn: int) -> None:
    rng = np.random.default_rng(drawn)
    plan = odd_people(odd_town(rng), rng)
    posts = assign_posts(plan, RULES)
    mixed = plan.workers.sample(frac=1, random_state=drawn).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        assign_posts(replace(plan, workers=mixed), RULES), posts
    )
    again = assign_posts(plan, RULES, previous=posts)
    pd.testing.assert_frame_equal(again, posts)


@OFTEN
@given(drawn=NUMBERS)
def test_a_redraw_changes_as_few_workers_as_can_be(drawn: int) -> None:
    rng = np.random.default_rng(drawn)
    plan = odd_people(odd_town(rng), rng)
    before = assign_posts(plan, RULES)
    # Two grids are merged: the larger one's code goes on.
    codes = sorted(plan.base_grids["grid_code"])
    one, other = rng.choice(codes, 2)
    if one[:12] != other[:12] or one == other:
        return
    kept = plan.base_grids[plan.base_grids["grid_code"] != other]
    lineage = [{"old_code": other, "new_code": one, "households": 9}]
    after = replace(
        plan,
        base_grids=kept.reset_index(drop=True),
        atoms=plan.atoms.assign(base_grid=plan.atoms["base_grid"].replace(other, one)),
        lineage=table_of("lineage", lineage),
    )
    now = assign_posts(after, RULES, previous=before)
    old, new = (
        posts[posts["post"] == "worker"].set_index("grid_code")["worker_id"]
        for posts in (before, now)
    )
    stayed = [code for code in kept["grid_code"] if code != one]
    changed = [code for code in stayed if old[code] != new[code] and old.notna()[code]]
    assert changed == []
    former = old[[one, other]].dropna()
    if len(former):
        assert new[one] in set(former)


@OFTEN
@given(drawn=NUMBERS)
def test_links_cover_what_the_tree_says(drawn: int) -> None:
    rng = np.random.default_rng(drawn)
    plan = odd_orgs(odd_town(rng), rng)
    links = link_organisations(plan, RULES)
    covers = links[links["relation"] == "covers"]
    orgs = plan.party_orgs.set_index("org_id")
    assert set(links["relation"]) <= {"covers", "contains"}
    assert not links.duplicated().any()
    assert orgs.loc[covers["org_id"], "level"].isin(["branch", "group"]).all()
    base = plan.base_grids.set_index("grid_code")["community_code"]
    assert set(covers["grid_code"]) <= set(base.index)
    # A branch of a community, with no place of its own: nothing there is bare.
    at_large = orgs[
        (orgs["level"] == "branch")
        & orgs["parent_id"].isna()
        & orgs["compound_id"].isna()
        & orgs.geometry.isna()
        & (orgs["community_code"] == community_code("1"))
    ]
    if len(at_large):
        home = base.index[base == community_code("1")]
        assert set(home) <= set(covers["grid_code"])
    mixed = plan.party_orgs.sample(frac=1, random_state=drawn).reset_index(drop=True)
    other = link_organisations(replace(plan, party_orgs=mixed), RULES)
    pd.testing.assert_frame_equal(other, links)
