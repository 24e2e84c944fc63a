"""Divisions to choose from: the first by the rules, the others really different."""

import pandas as pd
import pytest

from gridpart.choices import DIFFERENT, moved_share, on_front
from gridpart.chunks import divide_chunk
from gridpart.cli.console import print_choices
from gridpart.flows import compare, divide
from gridpart.rules import Rules
from gridpart.synth.cities import make_city
from tests.assertions import assert_same_table, assert_sound

RULES = Rules.preset().replace("search", starts=2, proof_s=0.0)


@pytest.fixture(scope="module")
def city():
    return make_city(2, seed=3)


@pytest.fixture(scope="module")
def compared(city):
    return compare(city, RULES, 2)


def test_the_first_is_what_the_rules_give(city, compared) -> None:
    plain = divide(city, RULES)
    assert_same_table(plain.atoms, compared[0][0].atoms)


def test_every_plan_is_sound(city, compared) -> None:
    plans, _ = compared
    assert len(plans) == 2
    for plan in plans:
        assert_sound(plan, city)
        assert not (plan.findings["severity"] == "error").any()


def test_choices_really_differ(compared) -> None:
    _, table = compared
    for _, rows in table.groupby("community_code"):
        chosen = rows[rows["choice"].notna()].sort_values("choice")
        assert chosen["choice"].tolist() == list(range(1, len(chosen) + 1))
        assert chosen["way"].iloc[0] == "rules"
        assert chosen["moved"].iloc[0] == 0
        assert (chosen["moved"].iloc[1:] >= DIFFERENT).all()
        assert rows["front"].any()


def test_one_grid_more_and_less_where_the_band_allows(compared) -> None:
    _, table = compared
    for _, rows in table.groupby("community_code"):
        by_way = rows.drop_duplicates("way").set_index("way")["base_grids"]
        for way, step in (("fewer", -1), ("more", 1)):
            if way in by_way:
                assert by_way[way] == by_way["rules"] + step


def test_households_moved_do_not_depend_on_codes(city) -> None:
    chunk = divide_chunk(city, RULES, 0)
    assert moved_share(chunk, chunk) == 0
    atoms = chunk.fabric.atoms
    merged = atoms.assign(base_grid=atoms["community_code"])
    other = type(chunk)(
        type(chunk.fabric)(merged, chunk.fabric.borders),
        chunk.communities,
        chunk.reasons,
        (),
    )
    lived = atoms[atoms["base_grid"].notna()]
    loads = lived.groupby(["community_code", "base_grid"])["households"].sum()
    stay = loads.groupby("community_code").max().sum()
    assert moved_share(chunk, other) == pytest.approx(1 - stay / loads.sum())


def test_the_front() -> None:
    columns = ["deviation_max", "compounds_divided", "spread_m", "line_clarity"]
    measures = pd.DataFrame(
        [
            (0.1, 0, 100, 0.8),
            (0.1, 0, 100, 0.7),
            (0.05, 1, 100, 0.8),
            (0.2, 1, 120, 0.1),
        ],
        columns=columns,
    )
    assert on_front(measures).tolist() == [True, False, True, False]


def test_the_table_shows_what_is_worth_a_look(tmp_path, capsys) -> None:
    columns = ["choice", "way", "base_grids", "deviation_max", "compounds_divided"]
    columns += ["spread_m", "line_clarity", "moved", "front"]
    rows = [
        (1, "rules", 7, 0.097, 0, 99.7, 0.89, 0.0, True),
        (None, "lines", 7, 0.064, 0, 99.9, 0.96, 0.02, True),
        (None, "search", 7, 0.077, 0, 104.6, 0.88, 0.2, False),
        (None, "fewer", 6, 0.085, 0, None, 0.92, 0.28, False),
        (2, "more", 8, 0.093, 1, 87.6, 0.76, 0.24, True),
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"choice": "Int64"})
    table.insert(0, "community_code", "640202901002")
    file = tmp_path / "plan.alternatives.csv"
    print_choices(table, file, "en")
    shown = capsys.readouterr().out
    assert "640202901002" in shown
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    more = lines.index("2 one grid more 8 9.3% 1 88 76% 24% *")
    assert more < lines.index("clear lines first 7 6.4% 0 100 96% 2% *")
    assert "one grid fewer 6 8.5% 0 0 92% 28%" in lines
    assert "another search" not in shown
    assert len(pd.read_csv(file)) == len(rows)
