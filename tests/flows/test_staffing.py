"""From a city with people to a staffed plan: faults are told, the rest goes on."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridpart.city import City
from gridpart.cli import app
from gridpart.flows import divide
from gridpart.plan import Plan
from gridpart.rules import Rules
from gridpart.store.plans import load_plan, save_plan
from gridpart.synth.cities import write_city
from tests.assertions import assert_same_table
from tests.builders import community_code
from tests.cities_builder import add, shuffled, square, toy_city

RULES = Rules.preset().replace("search", starts=2, moves=30, proof_s=0.0)
ONE, TWO = community_code("1"), community_code("2")
FAR = square(500, 500).centroid


def town() -> City:
    """Two communities of two grids, with people and organisations."""
    city = toy_city("\n".join(["AAAAABBBBB"] * 4), "\n".join(["1111122222"] * 4))
    for number, home in enumerate([ONE, ONE, TWO]):
        city = add(
            city, "workers", worker_id=f"w{number}", role="worker",
            community_code=home,
        )  # fmt: skip
    for number, home in enumerate([ONE, TWO]):
        city = add(
            city, "party_orgs", org_id=f"p{number}", name="支部", level="branch",
            community_code=home,
        )  # fmt: skip
    return city


def faulty() -> City:
    """The town, with one more row for each fault that a list of people can have."""
    city = town()
    for row in (
        {"worker_id": "nowhere", "role": "worker"},
        {"worker_id": "far", "role": "worker", "geometry": FAR},
        {"worker_id": "boss", "role": "boss", "community_code": ONE},
        {"worker_id": "w1", "role": "worker", "community_code": TWO},
        {"worker_id": "lost", "role": "worker", "community_code": "9" * 12},
        {"worker_id": "stray", "role": "worker", "grid_code": "9" * 15},
        {"worker_id": None, "role": "worker", "community_code": ONE},
    ):
        city = add(city, "workers", **row)
    for row in (
        {"org_id": "c1", "level": "branch", "parent_id": "c2"},
        {"org_id": "c2", "level": "branch", "parent_id": "c1"},
        {"org_id": "out", "level": "branch", "geometry": FAR},
        {"org_id": "p1", "level": "group"},
        {"org_id": "club", "level": "club", "community_code": ONE},
        {"org_id": "gone", "level": "branch", "compound_id": "A;nowhere"},
        {"org_id": "stray", "level": "group", "grid_code": "9" * 15},
    ):
        city = add(city, "party_orgs", name="组织", **row)
    return city


@pytest.fixture(scope="module")
def plan() -> Plan:
    return divide(faulty(), RULES)


def test_sound_people_give_no_findings_but_what_is_vacant() -> None:
    found = divide(town(), RULES).findings
    assert set(found["rule"]) <= {"V12", "V09"}
    assert not (found["severity"] == "error").any()


def test_every_fault_is_told_once(plan: Plan) -> None:
    told = plan.findings[plan.findings["rule"].str.startswith("I")]
    assert Counter(told["rule"]) == {
        "I12": 1, "I13": 2, "I15": 1, "I25": 4, "I26": 5,
    }  # fmt: skip
    assert set(told["severity"]) == {"warning"}
    for name in (
        "nowhere", "far", "boss", "w1", "lost", "stray", "c1, c2", "out", "p1", "club",
        "gone",
    ):  # fmt: skip
        both = told["message_en"].str.contains(rf"(?<!\w){name}(?!\w)", regex=True)
        assert both.sum() == {"nowhere": 2, "stray": 2, "w1": 1}.get(name, 1), name
    assert told["message_zh"].ne(told["message_en"]).all()


def test_the_rest_goes_on(plan: Plan) -> None:
    held = plan.posts.dropna(subset="worker_id")
    workers = held[held["post"] == "worker"]
    assert set(held["worker_id"]) == {"w0", "w1", "w2"}
    assert workers["worker_id"].is_unique
    assert len(workers) == 3
    links = plan.party_links[plan.party_links["relation"] == "covers"]
    # Compound A is all of community 1, so its branch at large has nothing left.
    assert set(links["org_id"]) == {"p1", "gone"}
    assert set(links["grid_code"]) == set(plan.base_grids["grid_code"])
    assert not (plan.findings["severity"] == "error").any()


def test_plan_does_not_depend_on_the_order_of_people(plan: Plan) -> None:
    other = divide(shuffled(faulty()), RULES)
    assert_same_table(other.posts, plan.posts)
    assert_same_table(other.party_links, plan.party_links)


def test_the_command_ends_well_in_spite_of_vacancies(tmp_path: Path) -> None:
    write_city(faulty(), tmp_path / "city.gpkg")
    quick = tmp_path / "quick.toml"
    quick.write_text("[search]\nstarts = 2\nmoves = 30\nproof_s = 0.0\n")
    command = ["divide", str(tmp_path / "city.gpkg"), "-o", str(tmp_path / "plan.gpkg")]
    done = CliRunner().invoke(app, [*command, "--jobs", "1", "--rules", str(quick)])
    assert done.exit_code == 0, done.output
    assert "to recruit: " in done.stdout
    written = load_plan(tmp_path / "plan.gpkg")
    command = ["measure", str(tmp_path / "plan.gpkg"), "--vacancies", "--json"]
    rows = json.loads(CliRunner().invoke(app, command).stdout)["rows"]
    vacant = written.posts[written.posts["worker_id"].isna()]
    homes = vacant["grid_code"].str[:12].value_counts()
    assert {row["community_code"]: row["total"] for row in rows} == homes.to_dict()
    for post, count in vacant["post"].value_counts().items():
        assert sum(row[post] for row in rows) == count
    assert written.posts["worker_id"].notna().any()
    assert written.workers["eligible"].all()


def test_plan_of_old_without_people_is_read_and_judged(tmp_path: Path) -> None:
    """As written before there were posts: rules without staff, tables without rows."""
    plan = divide(replace(town(), workers=town().workers.iloc[:0]), RULES)
    info = {**plan.info, "parameters": '{"size": {"target": 500}}'}
    bare = replace(
        plan,
        posts=plan.posts.iloc[:0],
        party_links=plan.party_links.iloc[:0],
        info=info,
    )
    save_plan(bare, tmp_path / "old.gpkg")
    assert_same_table(load_plan(tmp_path / "old.gpkg").posts, bare.posts)
    done = CliRunner().invoke(app, ["check", str(tmp_path / "old.gpkg")])
    assert done.exit_code == 0, done.output
