"""What must hold of every division, on made-up cities of many shapes."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridpart.city import City
from gridpart.flows import divide
from gridpart.rules import Rules
from tests.assertions import assert_connected, assert_sound
from tests.cities_builder import add, change, shuffled, square, toy_city

RULES = Rules.preset().replace("search", starts=3, moves=60)
SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # a drawn number does not get simpler
)


def odd_city(seed: int) -> City:
    """Draw a city: holes and islands, compounds, a site, barriers, odd loads."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 8)), int(rng.integers(2, 10))
    squares = rng.choice(list("AABBCCDDEF**..__"), (rows, columns))
    squares[0, 0] = "*"
    border = int(rng.integers(0, columns + 1))
    homes = "1" * border + "2" * (columns - border)
    city = toy_city(
        "\n".join("".join(row) for row in squares), "\n".join([homes] * rows)
    )
    loads = rng.choice([0, 0, 5, 40, 60, 120, 300, 900], len(city.buildings))
    city = change(city, "buildings", slice(None), households=loads)
    if rng.random() < 0.5:
        at = float(rng.integers(0, columns + 1)) + rng.choice([0, 0.5])
        left, _, _, top = square(0, at).bounds
        line = shapely.LineString([(left, top + 80), (left, top - 50 * rows - 80)])
        city = add(city, "barriers", kind="railway", geometry=line)
        if rng.random() < 0.5:
            city = add(city, "crossings", geometry=line.interpolate(90))
    if rng.random() < 0.5:
        place = square(int(rng.integers(rows)), int(rng.integers(columns)))
        city = add(
            city, "sites", site_id="s1", name="一校", kind="school", geometry=place
        )
    return city


@SLOW
@given(drawn=st.integers(0, 10**6))
def test_every_plan_keeps_the_contract(drawn: int) -> None:
    city = odd_city(drawn)
    plan = divide(city, RULES)
    assert_sound(plan, city)
    assert_connected(plan)
    errors = plan.findings[plan.findings["severity"] == "error"]
    assert not len(errors), errors[["rule", "message_en"]].to_string()


@settings(SLOW, max_examples=8)
@given(drawn=st.integers(0, 10**6))
def test_order_of_rows_changes_nothing(drawn: int) -> None:
    city = odd_city(drawn)
    first, second = divide(city, RULES), divide(shuffled(city, drawn), RULES)
    assert first.info["id"] == second.info["id"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(first.atoms.drop(columns="geometry")),
        pd.DataFrame(second.atoms.drop(columns="geometry")),
    )


def test_input_is_left_as_it_was() -> None:
    city = toy_city("AAB*\nACC.", "1122\n1122")
    before = {name: table.copy() for name, table in tables_of(city).items()}
    divide(city, RULES)
    for name, table in tables_of(city).items():
        if isinstance(table, gpd.GeoDataFrame):
            assert table.geometry.equals(before[name].geometry)
        pd.testing.assert_frame_equal(
            pd.DataFrame(table).drop(columns="geometry", errors="ignore"),
            pd.DataFrame(before[name]).drop(columns="geometry", errors="ignore"),
        )


def tables_of(city: City) -> dict[str, pd.DataFrame]:
    return {
        name: getattr(city, name)
        for name in ("communities", "buildings", "compounds", "barriers", "sites")
    }


def test_a_community_does_not_depend_on_the_others() -> None:
    city = toy_city("AABBCC**\nAABBCC**\n*DDDEEF.", "11112222\n" * 3)
    alone = divide(city, RULES, only=[city.communities["community_code"].iloc[1]])
    whole = divide(city, RULES)
    code = alone.communities["community_code"].iloc[0]
    mine = whole.atoms[whole.atoms["community_code"] == code]
    assert mine["base_grid"].tolist() == alone.atoms["base_grid"].tolist()
    assert mine["micro_grid"].tolist() == alone.atoms["micro_grid"].tolist()


def test_all_households_in_one_building() -> None:
    city = toy_city("*...\n....")
    city = change(city, "buildings", slice(None), households=2000)
    plan = divide(city, RULES)
    assert len(plan.base_grids) == 1
    assert plan.base_grids["reason"].iloc[0] == "atom_too_large"


def test_nobody_lives_here() -> None:
    city = toy_city("****\n....")
    city = change(city, "buildings", slice(None), households=0)
    plan = divide(city, RULES)
    assert len(plan.base_grids) == 1
    assert plan.communities["status"].tolist() == ["empty"]
    assert plan.atoms["base_grid"].notna().all()


def test_nobody_lives_here_and_a_site_takes_the_ground() -> None:
    city = toy_city("**..")
    city = change(city, "buildings", slice(None), households=0)
    site = {"site_id": "s1", "name": "一校", "kind": "school", "geometry": square(0, 0)}
    with pd.option_context("mode.string_storage", "pyarrow"):
        plan = divide(add(city, "sites", **site), RULES)
    assert_sound(plan, city)
    assert plan.communities["status"].tolist() == ["empty"]
    assert plan.base_grids.empty
    assert not (plan.findings["severity"] == "error").any()


def test_large_building_is_divided_by_unit() -> None:
    city = toy_city("*....")
    units = pd.DataFrame(
        {"building_id": ["b0000"] * 4, "unit": ["1", "2", "3", "4"], "households": 375}
    )
    city = change(city, "buildings", slice(None), households=1500)
    plan = divide(replace(city, units=units), RULES)
    people = plan.atoms[plan.atoms["households"] > 0]
    assert set(people["building_id"]) == {"b0000"}
    assert len(plan.base_grids) == 3 or len(plan.base_grids) == 4
    assert np.isclose(plan.base_grids["households"].sum(), 1500)
    assert people["atom_id"].str.startswith("b0000#").all()


def test_compound_that_fits_stays_whole() -> None:
    city = toy_city("AAAAABBBBB\nAAAAABBBBB")
    plan = divide(city, RULES)
    assert len(plan.base_grids) == 2
    assert plan.atoms.groupby("compound_id")["base_grid"].nunique().tolist() == [1, 1]
    assert plan.base_grids["households"].tolist() == [500, 500]


def test_joined_compounds_stay_together() -> None:
    city = toy_city("AAABBBCCCDDD\nAAABBBCCCDDD")
    apart = divide(city, RULES)
    assert len(apart.base_grids) == 2
    city = change(city, "compounds", city.compounds["compound_id"] == "D", join="C")
    city = change(city, "compounds", city.compounds["compound_id"] == "B", join="A")
    together = divide(city, RULES).atoms.groupby("compound_id")["base_grid"].first()
    assert together["A"] == together["B"] != together["C"] == together["D"]


def test_whole_compounds_or_balance() -> None:
    """Compounds of 200, 400 and 400 households in a row, for two grids."""
    city = toy_city("AABBBBCCCC\nAABBBBCCCC")
    whole = divide(city, RULES)
    assert sorted(whole.base_grids["households"]) == [400, 600]
    assert whole.communities["given_up"].tolist() == [
        "tolerance=0.200; proven=no_whole_plan,least_deviation"
    ]
    assert set(whole.base_grids["reason"]) == {"no_whole_plan"}
    balanced = divide(city, RULES.replace("size", prefer="balance"))
    assert balanced.base_grids["deviation"].abs().max() <= 0.10
    assert balanced.communities["given_up"].tolist() in (
        ["compounds=B; proven=no_whole_plan,fewest_compounds"],
        ["compounds=C; proven=no_whole_plan,fewest_compounds"],
    )


def test_beyond_the_largest_deviation_the_fewest_compounds_are_divided() -> None:
    """Compounds of 300, 400 and 300: whole ones would deviate by 40 %."""
    plan = divide(toy_city("AAABBBBCCC\nAAABBBBCCC"), RULES)
    assert plan.communities["given_up"].tolist() == [
        "compounds=B; proven=no_whole_plan,fewest_compounds"
    ]
    assert plan.base_grids["deviation"].abs().max() <= 0.10 + 1e-9
    assert plan.communities["status"].tolist() == ["optimal"]


def test_only_the_ratio_of_the_weights_counts() -> None:
    city = odd_city(7)
    once = divide(city, RULES)
    twice = divide(city, RULES.replace("objective", spread=2.0, boundary=1.0))
    pd.testing.assert_series_equal(once.atoms["micro_grid"], twice.atoms["micro_grid"])
    costs = [plan.communities["objective"].to_numpy() for plan in (once, twice)]
    assert np.allclose(*costs, rtol=1e-9, equal_nan=True)


def test_that_no_division_is_balanced_is_proven() -> None:
    """Buildings of 300, 400 and 300 in a row: any two grids deviate by 40 %."""
    city = change(toy_city("AAB"), "buildings", slice(None), households=[300, 400, 300])
    plan = divide(city, RULES.replace("size", prefer="balance"))
    assert plan.communities["given_up"].tolist() == [
        "tolerance=0.400; proven=no_balanced_plan,no_whole_plan"
    ]


def test_a_division_says_how_good_it_is() -> None:
    city = toy_city("AABBCCDDEE\nAABBCCDDEE")
    proven = divide(city, RULES).communities
    assert proven["status"].tolist() == ["optimal"]
    assert proven["gap"].tolist() == [0.0]
    quick = divide(city, RULES.replace("search", proof_s=0.0)).communities
    assert quick["status"].tolist() == ["heuristic"]
    assert quick["gap"].isna().all()
