"""The comparison runs: gridpart, its peers and the judge, on a city of two."""

from types import SimpleNamespace

import numpy as np
import pytest

from gridpart.rules import Rules
from gridpart.synth.cities import make_city
from tests.benchmarks.areas import contest
from tests.benchmarks.contests import hold
from tests.benchmarks.judge import judge
from tests.benchmarks.results import HEAD, verdicts, write

OURS = "gridpart, balance"
METIS = "METIS, best of 200"
LIGHT = [METIS, "KaHIP strong", "GerryChain ReCom, compounds preferred"]
HEAVY = ["spopt region-k-means", "spopt SKATER", "spopt Ward", "k-means-constrained"]


@pytest.fixture(scope="module")
def areas():
    return contest("small", make_city(2, seed=0), Rules.preset())


def test_gridpart_beside_light_peers(areas, tmp_path) -> None:
    rows = hold(areas, [OURS, *LIGHT], seconds=0.01, told=str)
    assert [row["name"] for row in rows] == [OURS, *LIGHT]
    for row in rows:
        assert row["failed"] == {}
        assert row["grids"] == row["asked"] > 2
        assert row["cpu_s"] > 0
        assert row["mb"] > 0
        assert 0 <= row["divided"] <= row["fitting"]
    assert rows[0]["disconnected"] == 0
    assert rows[0]["within"][0] == 1
    part = {"about": "two communities", "rows": rows, "seconds": 0.01}
    write({"city": part | {"date": "today", "machine": {}}}, tmp_path)
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert f"| {' | '.join(HEAD)} |" in page
    assert all(f"| {name} |" in page for name in [OURS, *LIGHT])
    assert "disconnected" in page.split("Against the figures")[1]
    assert (tmp_path / "results.png").stat().st_size > 0


@pytest.mark.peers
def test_heavy_peers(areas) -> None:
    rows = hold(areas, HEAVY, seconds=0.01, told=str)
    for row in rows:
        assert row["failed"] == {}
        assert row["grids"] == row["asked"]


def test_the_judge_on_a_line_of_houses() -> None:
    graph = SimpleNamespace(
        households=np.array([10, 10, 10, 0, 30]),
        xy=np.array([[0.0, 0], [10, 0], [20, 0], [25, 0], [30, 0]]),
        group=np.array([0, 0, 1, -1, 1]),
        edges=np.array([[0, 1], [1, 2], [2, 3], [3, 4]]),
        shared=np.array([5.0, 6, 7, 8]),
        passable=np.array([True, True, True, False]),
    )
    area = SimpleNamespace(community="a", parts=2, graph=graph)
    found = judge([area], [np.array([0, 0, 0, 0, 1])])
    assert found["grids"] == found["asked"] == 2
    assert found["within"] == [1, 1, 1]
    assert found["disconnected"] == 0
    assert (found["divided"], found["fitting"]) == (0, 1)
    assert found["spread_m"] == pytest.approx(200 / 60)
    assert found["cut_km"] == pytest.approx(0.008)
    # Across the hard barrier nobody walks, and the first compound is divided.
    found = judge([area], [np.array([0, 1, 1, 1, 1])])
    assert found["disconnected"] == 1
    assert found["worst"] == pytest.approx(50 / 30 - 1)
    assert (found["divided"], found["fitting"]) == (1, 1)


def test_verdicts_tell_what_is_missed() -> None:
    metis = {
        "name": METIS,
        "grids": 20,
        "asked": 20,
        "within": [0.95, 0, 0],
        "disconnected": 3,
        "divided": 30,
        "spread_m": 90.0,
        "cut_km": 200.0,
        "cpu_s": 10.0,
    }
    ours = metis | {"name": OURS, "within": [0.9, 0, 0], "disconnected": 0}
    ours |= {"divided": 10, "spread_m": 80.0, "cut_km": 210.0}
    idle = metis | {"name": "idle", "grids": 2, "within": [1, 1, 1], "divided": 0}
    told = [line for line in verdicts([ours, metis, idle]) if line.startswith("- ")]
    missed = [line for line in told if "missed" in line]
    assert len(told) == 7
    assert any(line.endswith("spread together: none") for line in told)
    assert len(missed) == 2
    assert "share within" in missed[0]
    assert "cut" in missed[1]
    better = metis | {"name": "better", "divided": 3, "spread_m": 75.0}
    told = verdicts([ours, metis, better | {"disconnected": 0}])
    assert any("missed" in line and "together: better" in line for line in told)
    assert any("is 1 (better: 3)" in line for line in told)
