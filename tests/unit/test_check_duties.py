"""V12: worker, stand-in, and branch or group of every grid."""

from dataclasses import replace

import pandas as pd

from gridpart.check.plans import check_plan
from gridpart.finding import Finding
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.staff.party import link_organisations
from gridpart.staff.posts import assign_posts
from tests.builders import base_code, community_code, edit, toy_plan
from tests.people_builder import at, with_orgs, with_workers

RULES = Rules.preset()
PEOPLE = [
    *[{"role": "worker", "geometry": at(0, 2)}] * 2,
    *[{"role": "assistant"}] * 8,
    *[{"role": "micro_worker"}] * 2,
]
TOWN = toy_plan("AAAABBBB", "11112222")


def staffed(*people: dict, orgs: tuple[dict, ...] = ()) -> Plan:
    plan = with_orgs(with_workers(TOWN, *people), *orgs)
    return replace(
        plan,
        posts=assign_posts(plan, RULES),
        party_links=link_organisations(plan, RULES),
    )


def told(plan: Plan) -> list[Finding]:
    return [finding for finding in check_plan(plan) if finding.rule == "V12"]


def value(finding: Finding, name: str) -> object:
    return dict(finding.values)[name]


def keys(plan: Plan) -> list[tuple[str, str]]:
    return [(f.severity, f.sentence.removeprefix("plan.V12_")) for f in told(plan)]


def test_nothing_to_say_of_a_full_plan() -> None:
    full = staffed(*PEOPLE, orgs=({"community_code": community_code("1")},))
    assert told(full) == []


def test_without_people_and_organisations_two_notices_for_the_whole_city() -> None:
    assert keys(staffed()) == [("info", "no_party"), ("info", "no_workers")]
    assert [value(f, "count") for f in told(staffed())] == [2, 14]


def test_what_is_missing_is_a_warning_by_grid_and_a_number_by_community() -> None:
    plan = staffed(*PEOPLE[1:-1], orgs=({"compound_id": "A"},))
    found = told(plan)
    assert keys(plan) == [
        ("warning", "party"),
        ("warning", "standby"),
        ("warning", "worker"),
        ("info", "recruit"),
    ]
    assert found[0].grid_code == base_code("2")
    # w1 is in one grid and stands in for the other.
    assert {f.grid_code for f in found[1:3]} == {base_code("1"), base_code("2")}
    assert all(f.at is not None for f in found[:3])
    assert value(found[3], "count") == 3
    assert found[3].message("en").endswith("worker 1, stand-in 1, micro-grid worker 1.")
    assert found[3].message("zh").endswith("网格员 1、B岗 1、微网格员 1。")


def test_template_without_a_standin_asks_for_none() -> None:
    plan = staffed(*PEOPLE[1:])
    rules = RULES.replace("staff", template="ours", templates={"ours": {"worker": 1}})
    posts = plan.posts[plan.posts["post"] == "worker"].reset_index(drop=True)
    info = {**plan.info, "parameters": rules.as_json()}
    found = keys(replace(plan, posts=posts, info=info))
    assert [key for _, key in found] == ["worker", "no_party", "recruit"]


def test_own_standin_is_an_error() -> None:
    full = staffed(*PEOPLE, orgs=({"community_code": community_code("1")},))
    worker = full.posts.loc[full.posts["post"] == "worker", "worker_id"].iloc[0]
    broken = edit(full, "posts", full.posts["post"] == "standby", worker_id=worker)
    assert ("error", "same") in keys(broken)


def test_more_grids_than_allowed_is_an_error() -> None:
    full = staffed(*PEOPLE, orgs=({"community_code": community_code("1")},))
    is_worker = full.posts["post"] == "worker"
    double = edit(full, "posts", is_worker, worker_id="w1")
    found = [f for f in told(double) if f.sentence == "plan.V12_double"]
    assert [(f.severity, value(f, "count"), value(f, "limit")) for f in found] == [
        ("error", 2, 1)
    ]
    able = edit(double, "workers", double.workers["worker_id"] == "w1", capacity=2)
    assert "double" not in [key for _, key in keys(able)]


def test_holder_whom_nobody_listed() -> None:
    full = staffed(*PEOPLE, orgs=({"community_code": community_code("1")},))
    strange = edit(full, "posts", full.posts["post"] == "micro_worker", worker_id="x")
    assert keys(strange) == [("warning", "stranger")]


def test_findings_do_not_depend_on_the_order_of_rows() -> None:
    plan = staffed(*PEOPLE[1:-1], orgs=({"compound_id": "A"},))
    shuffled = {
        name: table.sample(frac=1, random_state=1).reset_index(drop=True)
        for name, table in plan.tables.items()
    }
    other = replace(plan, **shuffled)
    assert [f.message("en") for f in told(plan)] == [
        f.message("en") for f in told(other)
    ]
    pd.testing.assert_frame_equal(assign_posts(other, RULES), plan.posts)
    pd.testing.assert_frame_equal(link_organisations(other, RULES), plan.party_links)
