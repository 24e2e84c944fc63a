"""Which organisation lies in which grid, and which answers for it."""

from dataclasses import replace

import pandas as pd
import pytest

from gridpart.rules import Rules
from gridpart.staff.areas import branch_areas
from gridpart.staff.centres import count_centres, fold_centres
from gridpart.staff.party import link_organisations
from gridpart.staff.tree import known_orgs, paths_up
from tests.builders import (
    base_code,
    community_code,
    exclusive_code,
    toy_plan,
)
from tests.people_builder import at, covered, table_of, with_orgs
from tests.unit.test_staff_posts import grids_today

RULES = Rules.preset()
# Compound B lies in grids 1 and 2; grid 3 has two micro-grids; X is a school.
TOWN = toy_plan("ABBC*X", "11233X", micros="111121")
ONE = community_code("1")


def links_of(*rows: dict, rules: Rules = RULES) -> pd.DataFrame:
    return link_organisations(with_orgs(TOWN, *rows), rules)


# --- near: what an organisation names itself ---------------------------------------


@pytest.mark.parametrize(
    ("row", "covers", "contains"),
    [
        ({"compound_id": "B"}, "1 2", "1 2"),
        ({"compound_id": "A"}, "1", "1"),
        ({"compound_id": "A;C"}, "1 3", "1 3"),
        ({"building_id": "b0004"}, "3", "3 302"),
        ({"building_id": "b0000； b0003"}, "1 3", "1 101 3 301"),
        ({"grid_code": base_code("2")}, "2", "2"),
        ({"grid_code": f"{base_code('3')}02"}, "3", "3 302"),
        ({"grid_code": f"{base_code('1')};{base_code('3')}"}, "1 3", "1 3"),
        ({"geometry": at(0, 4)}, "3", "3 302"),
        ({"geometry": at(0, 5)}, "901", "901"),
        # A compound named comes before the place of the office.
        ({"compound_id": "A", "geometry": at(0, 3)}, "1", "1 3 301"),
    ],
)
def test_branch_covers_what_it_names(row: dict, covers: str, contains: str) -> None:
    links = links_of(row)
    assert covered(links) == {"p1": covers}
    assert covered(links, "contains") == {"p1": contains}


def test_committee_lies_in_a_grid_and_covers_none() -> None:
    row = {"level": "community_committee", "geometry": at(0, 0), "community_code": ONE}
    links = links_of(row)
    assert covered(links) == {}
    assert covered(links, "contains") == {"p1": "1 101"}


@pytest.mark.parametrize("level", ["branch", "党支部", "group", "党小组"])
def test_level_by_key_or_label(level: str) -> None:
    assert covered(links_of({"level": level, "compound_id": "A"})) == {"p1": "1"}


def test_level_that_nobody_knows_covers_nothing() -> None:
    assert covered(links_of({"level": "网格队", "compound_id": "A"})) == {}


def test_own_table_of_levels() -> None:
    table = [{"level": "team", "zh": "小队", "en": "team", "covers": True}]
    rules = RULES.replace("party", table="ours", tables={"ours": table})
    rows = ({"level": "team", "compound_id": "A"}, {"compound_id": "C"})
    assert covered(links_of(*rows, rules=rules)) == {"p1": "1"}


@pytest.mark.parametrize("table", ["three-level", "four-level", "five-level"])
def test_presets_of_the_tree(table: str) -> None:
    rules = RULES.replace("party", table=table)
    assert {"three": 3, "four": 4, "five": 5}[table.split("-")[0]] == len(
        rules.party.levels
    )
    assert covered(links_of({"compound_id": "A"}, rules=rules)) == {"p1": "1"}


# --- far: what follows from the tree -----------------------------------------------


def test_branch_covers_the_grids_of_its_groups() -> None:
    links = links_of(
        {"compound_id": "A"},
        {"level": "group", "parent_id": "p1", "building_id": "b0004"},
    )
    assert covered(links) == {"p1": "1 3", "p2": "3"}
    assert covered(links, "contains") == {"p1": "1", "p2": "3 302"}


def test_branch_of_a_community_covers_what_nobody_closer_does() -> None:
    links = links_of({"community_code": ONE}, {"compound_id": "A"})
    assert covered(links) == {"p1": "2 3", "p2": "1"}


def test_groups_of_a_community_branch_leave_the_rest_to_it() -> None:
    links = links_of(
        {"community_code": ONE},
        {"level": "group", "parent_id": "p1", "building_id": "b0003"},
        {"level": "group", "parent_id": "p1", "community_code": ONE},
    )
    assert covered(links) == {"p1": "1 2 3", "p2": "3"}


def test_two_branches_of_a_community_cover_the_rest_together() -> None:
    links = links_of({"community_code": ONE}, {"community_code": ONE})
    assert covered(links) == {"p1": "1 2 3", "p2": "1 2 3"}


def test_community_comes_from_above_in_the_tree() -> None:
    committee = {"level": "community_committee", "community_code": ONE}
    links = links_of(committee, {"parent_id": "p1"})
    assert covered(links) == {"p2": "1 2 3"}


def test_everything_is_covered_in_one_community_only() -> None:
    plan = toy_plan("AABB", "1111", communities="1122")
    links = link_organisations(with_orgs(plan, {"community_code": ONE}), RULES)
    assert set(links["grid_code"]) == {base_code("1")}


# --- bad input ---------------------------------------------------------------------


def test_circle_is_cut_and_the_rest_goes_on() -> None:
    links = links_of(
        {"parent_id": "p2", "compound_id": "A"},
        {"parent_id": "p1", "compound_id": "C"},
        {"parent_id": "p3", "building_id": "b0002"},
        {"level": "group", "parent_id": "p1", "building_id": "b0003"},
    )
    assert covered(links) == {"p1": "1 3", "p2": "3", "p3": "2", "p4": "3"}


@pytest.mark.parametrize(
    "row",
    [
        {"geometry": at(90, 90)},
        {"community_code": "9" * 12},
        {"compound_id": "nowhere"},
        {"grid_code": "nowhere"},
        {"org_id": None, "compound_id": "A"},
        {"level": None, "community_code": ONE},
        {"parent_id": "p1"},
    ],
)
def test_organisation_that_is_nowhere_covers_nothing(row: dict) -> None:
    assert covered(links_of(row)) == {}


def test_outside_the_city_the_community_still_counts() -> None:
    links = links_of({"geometry": at(90, 90), "community_code": ONE})
    assert covered(links) == {"p1": "1 2 3"}


def test_two_rows_with_one_id_are_one_whatever_their_order() -> None:
    rows = [
        {"org_id": "p", "compound_id": "A"},
        {"org_id": "p", "compound_id": "C", "name": "组织0"},
    ]
    one, two = links_of(*rows), links_of(*rows[::-1])
    pd.testing.assert_frame_equal(one, two)
    assert len(covered(one)["p"].split()) == 1


def test_of_two_rows_with_one_id_that_which_says_more_counts() -> None:
    silent = {"org_id": "p", "name": "组织"}
    for rows in ((silent, silent | {"compound_id": "A"}),
                 (silent | {"compound_id": "A"}, silent)):  # fmt: skip
        assert covered(links_of(*rows)) == {"p": "1"}


def test_nobody_above_twice() -> None:
    orgs = with_orgs(
        TOWN,
        {"parent_id": "p2"},
        {"parent_id": "p3"},
        {"parent_id": "p2"},
        {"parent_id": "gone"},
    ).party_orgs
    assert paths_up(orgs) == {"p1": ["p2", "p3"], "p2": ["p3"], "p3": ["p2"], "p4": []}
    sound = known_orgs(orgs).set_index("org_id")["parent_id"]
    assert sound["p1"] == "p2"
    assert sound.drop("p1").isna().all()


# --- grids of today, areas, centre households --------------------------------------


def test_grid_of_today_is_followed_by_all_grids_that_share_it() -> None:
    plan = toy_plan("AABB", "1122", households={(0, 0): 100})
    plan = with_orgs(plan, {"grid_code": "g1"}, {"grid_code": "g2"})
    today = grids_today(g1=(0, 3), g2=(3, 1))
    links = link_organisations(plan, RULES, today=today)
    assert covered(links) == {"p1": "1 2", "p2": "2"}


def test_former_grid_is_followed_by_the_lineage() -> None:
    plan = with_orgs(TOWN, {"grid_code": base_code("9")})
    lineage = table_of(
        "lineage",
        [{"old_code": base_code("9"), "new_code": base_code("2"), "households": 50}],
    )
    links = link_organisations(replace(plan, lineage=lineage), RULES)
    assert covered(links) == {"p1": "2"}


def test_branch_area_is_the_union_of_its_grids() -> None:
    plan = with_orgs(TOWN, {"compound_id": "B"}, {"geometry": at(0, 5)}, {})
    areas = branch_areas(replace(plan, party_links=link_organisations(plan, RULES)))
    assert areas["org_id"].tolist() == ["p1", "p2"]
    assert areas["grids"].tolist() == [2, 1]
    assert areas["households"].tolist() == [150, 0]
    assert areas.geometry.area.tolist() == pytest.approx([7500, 2500])
    assert set(areas.geom_type) == {"MultiPolygon"}
    assert areas.crs == plan.atoms.crs
    assert areas["name"].tolist() == ["组织1", "组织2"]
    assert branch_areas(TOWN).empty


def test_centre_households_are_a_number_by_grid() -> None:
    plan = with_orgs(
        TOWN,
        {"compound_id": "B", "centre_households": 4},
        {"level": "group", "building_id": "b0004", "centre_households": 2},
        {"compound_id": "A"},
        {"level": "community_committee", "community_code": ONE, "centre_households": 9},
    )
    centres = count_centres(replace(plan, party_links=link_organisations(plan, RULES)))
    # Four are shared out by 100 and 50 households: 2.67 and 1.33.
    assert centres.to_dict() == {
        base_code("1"): 3,
        base_code("2"): 1,
        base_code("3"): 2,
    }


def test_centre_households_as_rows_become_a_number() -> None:
    centre = {"level": "centre_household", "name": "某某家", "building_id": "b0000"}
    orgs = with_orgs(
        TOWN,
        {"centre_households": 1},
        {"parent_id": "p1", "level": "group"},
        centre | {"parent_id": "p2"},
        centre | {"parent_id": "p3", "level": "党员中心户"},
        centre | {"parent_id": "p1", "centre_households": 3},
        centre | {"parent_id": "gone"},
        {},
    ).party_orgs
    folded = fold_centres(orgs, RULES.party)
    assert folded["org_id"].tolist() == ["p1", "p2", "p7"]
    assert folded["centre_households"].fillna(-1).tolist() == [4, 2, -1]
    assert "某某" not in folded.to_json()
    assert len(orgs) == 7


def test_exclusive_grid_of_a_building_counts_as_its_grid() -> None:
    plan = with_orgs(TOWN, {"building_id": "b0005"})
    links = link_organisations(plan, RULES)
    assert set(links["grid_code"]) == {exclusive_code("X")}


def test_given_plan_is_left_as_it_was() -> None:
    plan = with_orgs(TOWN, {"compound_id": "A", "geometry": at(0, 0)})
    before = plan.party_orgs.copy()
    link_organisations(plan, RULES)
    pd.testing.assert_frame_equal(plan.party_orgs, before)
