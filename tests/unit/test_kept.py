"""A division that was cut short goes on where it stopped, to the same plan."""

from dataclasses import replace
from pathlib import Path

import pytest

from gridpart import flows
from gridpart.city import City
from gridpart.kept import Kept, key_of
from gridpart.rules import Rules
from gridpart.synth.cities import make_city
from tests.assertions import assert_same_table

RULES = Rules.preset().replace("search", starts=2, proof_s=0.0)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(5, seed=2)


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One community a chunk; the list of those that are really divided."""
    seen: list[str] = []
    divide_chunk = flows.divide_chunk

    def counted(task: City, rules: Rules, seed: int) -> object:
        seen.extend(task.communities["community_code"])
        return divide_chunk(task, rules, seed)

    monkeypatch.setattr(flows, "CHUNK_BUILDINGS", 1)
    monkeypatch.setattr(flows, "divide_chunk", counted)
    return seen


def stop_after(number: int):
    def progress(done: int, _: int) -> None:
        if done == number:
            raise KeyboardInterrupt

    return progress


def test_goes_on_where_it_stopped(
    city: City, divided: list[str], tmp_path: Path
) -> None:
    kept = Kept.beside(tmp_path / "plan.gpkg")
    whole = flows.divide(city, RULES)
    assert len(divided) == 5
    divided.clear()
    with pytest.raises(KeyboardInterrupt):
        flows.divide(city, RULES, kept=kept, progress=stop_after(3))
    first = set(divided)
    assert len(first) == 3
    assert len(list(kept.folder.iterdir())) == 3
    divided.clear()
    again = flows.divide(city, RULES, kept=kept)
    assert len(divided) == 2
    assert not first & set(divided)
    for name, table in whole.tables.items():
        assert_same_table(table, again.tables[name])
    kept.clear()
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_is_computed_again(
    city: City, divided: list[str], tmp_path: Path
) -> None:
    kept = Kept.beside(tmp_path / "plan.gpkg")
    flows.divide(city, RULES, kept=kept)
    files = sorted(kept.folder.iterdir())
    files[0].write_bytes(b"nothing")
    files[1].write_bytes(files[1].read_bytes()[:5000])
    divided.clear()
    flows.divide(city, RULES, kept=kept)
    assert len(divided) == 2


def test_a_time_limit_keeps_nothing(
    city: City, divided: list[str], tmp_path: Path
) -> None:
    kept = Kept.beside(tmp_path / "plan.gpkg")
    flows.divide(city, RULES, kept=kept, time_limit=0.0)
    assert len(divided) == 5
    assert not kept.folder.exists()


def test_the_key_changes_with_all_that_counts(city: City) -> None:
    moved = city.buildings.assign(
        geometry=city.buildings.translate(0.001), households=city.buildings.households
    )
    fuller = city.buildings.assign(households=city.buildings["households"] + 1)
    keys = {
        key_of(city, RULES, 0),
        key_of(city, RULES, 1),
        key_of(city, RULES.replace("size", target=400), 0),
        key_of(replace(city, buildings=moved), RULES, 0),
        key_of(replace(city, buildings=fuller), RULES, 0),
        key_of(replace(city, crossings=city.crossings.iloc[:0]), RULES, 0),
    }
    assert len(keys) == 6
    staffed = replace(city, workers=city.workers.iloc[:0])
    assert key_of(staffed, RULES, 0) == key_of(city, RULES, 0)
