"""Posts by the template, and the people who hold them, on maps one can check by eye."""

from dataclasses import replace

import pandas as pd
import pytest

from gridpart.columns import CITY, PLAN
from gridpart.conform import conform
from gridpart.errors import RulesError
from gridpart.measure.vacancies import to_recruit
from gridpart.rules import Rules
from gridpart.staff.posts import assign_posts
from tests.builders import (
    CRS,
    base_code,
    community_code,
    edit,
    exclusive_code,
    toy_plan,
)
from tests.cities_builder import square
from tests.people_builder import at, holders, table_of, with_workers

RULES = Rules.preset()
ROW = toy_plan("AABBCCDD", "11223344")
ONE = community_code("1")


def grids_today(**squares: tuple[int, int]) -> object:
    """Grids of today: the column of the first square and how many there are."""
    rows = [
        {
            "grid_code": code,
            "community_code": ONE,
            "geometry": square(0, first, columns=wide),
        }
        for code, (first, wide) in squares.items()
    ]
    return conform(pd.DataFrame(rows), CITY["grids"], crs=CRS)


def test_posts_of_the_template_are_there_though_nobody_is() -> None:
    posts = assign_posts(ROW, RULES)
    assert posts["worker_id"].isna().all()
    counts = posts.groupby("post").size().to_dict()
    assert counts == {"worker": 4, "standby": 4, "assistant": 16, "micro_worker": 4}
    micro = posts[posts["post"] == "micro_worker"]
    assert (micro["grid_code"].str.len() == 17).all()
    assert list(posts.columns) == PLAN["posts"].names


def test_another_template_is_data() -> None:
    rules = RULES.replace(
        "staff",
        template="ours",
        templates={"ours": {"leader": 1, "worker": 2, "micro_worker": 0}},
    )
    counts = assign_posts(ROW, rules).groupby("post").size().to_dict()
    assert counts == {"leader": 4, "worker": 8}


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("staff", {"template": "unknown"}),
        ("staff", {"templates": {"1+4+X": {"boss": 1}}}),
        ("staff", {"templates": {"1+4+X": {"worker": -1}}}),
        ("staff", {"templates": {"1+4+X": 3}}),
        ("staff", {"capacity": {"worker": 1}}),
        ("party", {"table": "unknown"}),
        ("party", {"tables": {"five-level": [{"level": "branch"}]}}),
        ("party", {"tables": {"five-level": ["branch"]}}),
        ("party", {"tables": {"five-level": 5}}),
    ],
)
def test_impossible_rules_are_refused(section: str, values: dict) -> None:
    with pytest.raises(RulesError, match="impossible rules"):
        RULES.replace(section, **values)


def test_nearest_over_the_whole_community_not_one_by_one() -> None:
    # Each is nearest to grid 2; together the way is shortest with w1 in grid 1.
    plan = with_workers(
        toy_plan("AABB", "1122"), {"geometry": at(0, 2)}, {"geometry": at(0, 3)}
    )
    assert holders(assign_posts(plan, RULES), "worker") == {"1": ["w1"], "2": ["w2"]}


def test_too_few_people_leave_the_farthest_grid_vacant() -> None:
    plan = with_workers(ROW, {"geometry": at(0, 0)}, {"geometry": at(0, 4)})
    posts = assign_posts(plan, RULES)
    assert holders(posts, "worker") == {
        "1": ["w1"], "2": ["-"], "3": ["w2"], "4": ["-"],
    }  # fmt: skip
    vacancies = to_recruit(posts).loc[ONE]
    assert vacancies["worker"] == 2
    assert vacancies["assistant"] == 16
    assert vacancies["leader"] == 0


@pytest.mark.parametrize(
    "row",
    [
        {"eligible": False},
        {"role": "boss"},
        {"role": None},
        {"role": "leader"},
        {"worker_id": None},
        {"capacity": 0},
        {"community_code": None},
        {"community_code": "999999999999"},
        {"community_code": None, "geometry": at(50, 50)},
    ],
)
def test_who_cannot_be_a_worker_is_left_out(row: dict) -> None:
    posts = assign_posts(with_workers(ROW, row), RULES)
    assert posts["worker_id"].isna().all()


def test_who_says_nothing_is_eligible() -> None:
    plan = with_workers(ROW, {"eligible": None}, {})
    assert assign_posts(plan, RULES)["worker_id"].dropna().isin(["w1", "w2"]).any()


def test_community_follows_from_place_or_grid_code() -> None:
    plan = with_workers(
        toy_plan("AABB", "1111", communities="1122"),
        {"community_code": None, "geometry": at(0, 3)},
        {"community_code": None, "grid_code": f"{ONE}777"},
    )
    posts = assign_posts(plan, RULES)
    workers = posts[posts["post"] == "worker"].set_index("grid_code")["worker_id"]
    assert workers[base_code("1", "2")] == "w1"
    assert workers[base_code("1", "1")] == "w2"


def test_capacity_gives_one_person_two_grids_only_if_need_be() -> None:
    two = with_workers(ROW, {"capacity": 3, "geometry": at(0, 0)}, {"capacity": 3})
    posts = assign_posts(two, RULES)
    counts = posts.loc[posts["post"] == "worker", "worker_id"].value_counts()
    assert counts.to_dict() == {"w1": 2, "w2": 2}


def test_two_rows_of_one_person_are_one_person() -> None:
    rows = [{"worker_id": "w", "geometry": at(0, 0)}, {"worker_id": "w"}]
    one, two = (
        assign_posts(with_workers(ROW, *order), RULES) for order in (rows, rows[::-1])
    )
    assert one["worker_id"].dropna().tolist().count("w") == 2  # worker and standby
    pd.testing.assert_frame_equal(one, two)


def test_nobody_has_two_like_posts_of_one_grid() -> None:
    plan = with_workers(toy_plan("AA"), {"role": "assistant", "capacity": 4})
    assert holders(assign_posts(plan, RULES), "assistant") == {
        "1": ["w1", "-", "-", "-"]
    }


def test_assistants_are_spread_before_any_grid_gets_a_second() -> None:
    people = [{"role": "assistant", "geometry": at(0, 0)}] * 4
    found = holders(assign_posts(with_workers(ROW, *people), RULES), "assistant")
    assert [sum(who != "-" for who in found[grid]) for grid in "1234"] == [1, 1, 1, 1]


def test_all_welfare_members_get_a_post_and_none_is_wanting() -> None:
    people = [{"role": "welfare"}] * 6
    posts = assign_posts(with_workers(ROW, *people), RULES)
    found = holders(posts, "welfare")
    assert sorted(map(len, found.values())) == [1, 1, 2, 2]
    assert not any("-" in who for who in found.values())


def test_exclusive_grid_has_a_post_only_where_nobody_is_responsible() -> None:
    plan = toy_plan("AA**", "11XY")
    plan = edit(plan, "exclusive_grids", [True, False], responsible="一校")
    plan = with_workers(plan, {"geometry": at(0, 3)})
    posts = assign_posts(plan, RULES)
    workers = posts[posts["post"] == "worker"].set_index("grid_code")["worker_id"]
    assert sorted(workers.index) == [base_code("1"), exclusive_code("Y")]
    # The base grid comes first, though the person lives in the exclusive one.
    assert workers[base_code("1")] == "w1"


def test_micro_workers_serve_the_micro_grid_they_live_in() -> None:
    plan = toy_plan("AABB", "1111", micros="1122")
    plan = with_workers(
        plan,
        {"role": "micro_worker", "geometry": at(0, 3)},
        {"role": "micro_worker", "geometry": at(0, 0)},
    )
    found = holders(assign_posts(plan, RULES), "micro_worker")
    assert found == {"101": ["w2"], "102": ["w1"]}


# --- stand-ins --------------------------------------------------------------------


def test_standin_is_the_worker_of_an_adjacent_grid() -> None:
    people = [{"geometry": at(0, 2 * grid)} for grid in range(4)]
    posts = assign_posts(with_workers(ROW, *people), RULES)
    found = holders(posts, "standby")
    # Ends have one neighbour each; evenly, each stands in for one grid.
    assert found == {"1": ["w2"], "2": ["w1"], "3": ["w4"], "4": ["w3"]}


def test_no_standin_from_across_a_river() -> None:
    river = [("river", "hard", [(4, 0), (4, 1)])]
    people = [{"geometry": at(0, 2 * grid)} for grid in range(3)]
    plan = toy_plan("AABBCC", "112233", barriers=river)
    found = holders(assign_posts(with_workers(plan, *people), RULES), "standby")
    assert found == {"1": ["w2"], "2": ["w1"], "3": ["-"]}
    bridge = toy_plan("AABBCC", "112233", barriers=river, crossings=[(4, 0.5)])
    found = holders(assign_posts(with_workers(bridge, *people), RULES), "standby")
    assert found["3"] == ["w2"]


def test_spare_worker_stands_in_where_no_neighbour_can() -> None:
    plan = with_workers(toy_plan("AA"), {}, {}, {"community_code": "9" * 12})
    posts = assign_posts(plan, RULES)
    pair = holders(posts, "worker")["1"] + holders(posts, "standby")["1"]
    assert sorted(pair) == ["w1", "w2"]


def test_who_has_two_grids_stands_in_for_neither() -> None:
    plan = with_workers(toy_plan("AABB", "1122"), {"capacity": 2})
    posts = assign_posts(plan, RULES)
    assert holders(posts, "worker") == {"1": ["w1"], "2": ["w1"]}
    assert holders(posts, "standby") == {"1": ["-"], "2": ["-"]}


# --- grid codes, and doing it again -----------------------------------------------


def test_grid_code_of_the_plan_comes_before_the_way() -> None:
    plan = with_workers(
        toy_plan("AABB", "1122"),
        {"grid_code": base_code("1"), "geometry": at(0, 3)},
        {"geometry": at(0, 0)},
    )
    assert holders(assign_posts(plan, RULES), "worker") == {"1": ["w1"], "2": ["w2"]}


def test_grid_code_of_today_means_the_ground_of_today() -> None:
    # Today's grid 001 lies where the plan's grid 2 will be.
    today = grids_today(**{base_code("1"): (2, 2), base_code("2"): (0, 2)})
    plan = with_workers(
        toy_plan("AABB", "1122"),
        {"grid_code": base_code("1")},
        {"grid_code": base_code("2")},
    )
    posts = assign_posts(plan, RULES, today=today)
    assert holders(posts, "worker") == {"1": ["w2"], "2": ["w1"]}


def test_nobody_changes_if_nothing_does() -> None:
    people = [{"geometry": at(0, 2 * grid)} for grid in (3, 1, 2, 0)]
    people += [{"role": "assistant"}] * 5 + [{"role": "micro_worker"}] * 3
    plan = with_workers(ROW, *people)
    first = assign_posts(plan, RULES)
    # Moving house is no reason to change.
    moved = replace(plan, workers=plan.workers.set_geometry([at(0, 0)] * 12, crs=CRS))
    pd.testing.assert_frame_equal(assign_posts(moved, RULES, previous=first), first)
    assert not assign_posts(moved, RULES).equals(first)


def test_split_grid_keeps_its_worker_and_gets_a_new_one() -> None:
    before = with_workers(ROW, *[{"geometry": at(0, 2 * grid)} for grid in range(4)])
    first = assign_posts(before, RULES)
    after = toy_plan("AABBCCDD", "11223345")
    lineage = table_of(
        "lineage",
        [
            {"old_code": base_code("4"), "new_code": base_code("5"), "households": 60},
            {"old_code": base_code("4"), "new_code": base_code("4"), "households": 40},
        ],
    )
    people = [{"geometry": at(0, 7)} for _ in range(5)]
    after = replace(with_workers(after, *people), lineage=lineage)
    # w4 goes with most of the households; only the newcomer is new.
    found = holders(assign_posts(after, RULES, previous=first), "worker")
    assert found == {"1": ["w1"], "2": ["w2"], "3": ["w3"], "4": ["w5"], "5": ["w4"]}


def test_merged_grids_set_free_one_person_and_move_nobody() -> None:
    before = with_workers(ROW, *[{"geometry": at(0, 2 * grid)} for grid in range(4)])
    first = assign_posts(before, RULES)
    after = replace(toy_plan("AABBCCDD", "11223333"), workers=before.workers)
    lineage = table_of(
        "lineage",
        [{"old_code": base_code("4"), "new_code": base_code("3"), "households": 100}],
    )
    found = holders(
        assign_posts(replace(after, lineage=lineage), RULES, previous=first), "worker"
    )
    assert (found["1"], found["2"]) == (["w1"], ["w2"])
    assert found["3"][0] in ("w3", "w4")


def test_who_is_set_free_comes_before_a_newcomer() -> None:
    before = with_workers(toy_plan("AABB", "1122"), {}, {"geometry": at(0, 3)})
    first = assign_posts(before, RULES)
    assert holders(first, "worker") == {"1": ["w1"], "2": ["w2"]}
    # Grid 2 is gone, grid 3 is new; w9 lives in it, but w2 needs a grid.
    after = toy_plan("AACC", "1133")
    people = [*before.workers.drop(columns="geometry").to_dict("records")]
    people += [{"worker_id": "w9", "geometry": at(0, 3)}]
    found = holders(
        assign_posts(with_workers(after, *people), RULES, previous=first), "worker"
    )
    assert found == {"1": ["w1"], "3": ["w2"]}
