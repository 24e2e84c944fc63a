"""Published instances solved through the engine, judged by code that is not ours."""

from pathlib import Path

import pytest

from gridpart.partition import districts
from tests.districting import load_judge, read_instance, solve

pytestmark = pytest.mark.shared
OPTIMA = {"ME": 16, "LA": 49, "OK": 40, "NE": 19, "KS": 32, "AL": 55}
TRACTS = {"NH": 26, "ME": 20, "NE": 44, "AR": 69, "UT": 77}  # published: 79 in Utah


@pytest.fixture
def judge(shared_data: Path):
    return load_judge(shared_data.parent / "tools" / "evaluate_districting.py")


@pytest.fixture
def by_rounds(monkeypatch):
    """Let the search end by its rounds: what it finds is the same on any machine."""
    monkeypatch.setattr(districts, "ROUNDS", 4)


def solved(shared_data, judge, name):
    """Return the division of an instance of cut edges, once the judge agrees."""
    instance = read_instance(shared_data / "districting" / f"cut_edges-{name}.json")
    got = solve(instance, time_limit=3600)
    judged = judge(instance, got.labels.tolist())
    assert judged["feasible"]
    assert judged["cut_edges"] == got.objective
    return got


@pytest.mark.usefixtures("by_rounds")
@pytest.mark.parametrize("state", OPTIMA)
def test_counties_reach_the_proven_optimum(shared_data, judge, state):
    got = solved(shared_data, judge, f"{state}-county")
    assert got.objective == OPTIMA[state]
    assert 0 < got.bound <= OPTIMA[state]
    assert got.status == ("optimal" if got.bound == got.objective else "gap")


@pytest.mark.usefixtures("by_rounds")
@pytest.mark.parametrize("state", TRACTS)
def test_tracts_reach_the_best_that_is_known(shared_data, judge, state):
    got = solved(shared_data, judge, f"{state}-tract")
    assert got.objective <= TRACTS[state]
    assert 0 < got.bound <= got.objective


@pytest.mark.usefixtures("by_rounds")
def test_spread_of_tracts_near_the_published_plan(shared_data, judge):
    instance = read_instance(shared_data / "districting" / "inertia-NH-tract.json")
    got = solve(instance, time_limit=3600)
    judged = judge(instance, got.labels.tolist())
    assert judged["feasible"]
    assert got.objective / 1e6 == pytest.approx(judged["inertia"], rel=1e-9)
    assert judged["over_best_known"] < 0.005
    assert 0 < got.bound / 1e6 <= instance["best_known"]
