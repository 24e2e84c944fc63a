"""Published instances solved through the engine, judged by code that is not ours."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from gridpart.partition.districts import divide_graph

pytestmark = pytest.mark.shared
OPTIMA = {"ME": 16, "LA": 49, "OK": 40, "NE": 19, "KS": 32, "AL": 55}


@pytest.fixture
def judge(shared_data: Path):
    path = shared_data.parent / "tools" / "evaluate_districting.py"
    spec = importlib.util.spec_from_file_location("evaluate_districting", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.evaluate


def solve(instance, **options):
    edges = np.array(instance["edges"])
    return divide_graph(
        instance["weight"],
        edges[:, :2].astype(int),
        edges[:, 2],
        np.column_stack([instance["lon"], instance["lat"]]),
        parts=instance["parts"],
        lower=instance["lower"],
        upper=instance["upper"],
        objective=instance["objective"],
        geographic=True,
        **options,
    )


@pytest.mark.parametrize("state", OPTIMA)
def test_counties_near_the_proven_optimum(shared_data, judge, state):
    path = shared_data / "districting" / f"cut_edges-{state}-county.json"
    instance = json.loads(path.read_text(encoding="utf-8"))
    got = solve(instance, time_limit=10)
    judged = judge(instance, got.labels.tolist())
    assert judged["feasible"]
    assert judged["cut_edges"] == got.objective
    # A loaded machine does less in ten seconds: leave it an edge in twenty.
    assert OPTIMA[state] <= got.objective <= 1.05 * OPTIMA[state]
    assert 0 < got.bound <= OPTIMA[state]
    assert got.status == ("optimal" if got.bound == got.objective else "gap")


def test_spread_of_tracts_near_the_published_plan(shared_data, judge):
    path = shared_data / "districting" / "inertia-NH-tract.json"
    instance = json.loads(path.read_text(encoding="utf-8"))
    got = solve(instance, time_limit=10)
    judged = judge(instance, got.labels.tolist())
    assert judged["feasible"]
    assert got.objective / 1e6 == pytest.approx(judged["inertia"], rel=1e-9)
    assert judged["over_best_known"] < 0.01
    assert 0 < got.bound / 1e6 <= instance["best_known"]
