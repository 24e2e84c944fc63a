"""The commands as a user runs them: files, words, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gridpart.cli import main
from gridpart.store.plans import load_plan, save_plan
from gridpart.synth.cities import make_city, write_city

PYTHON = [sys.executable, "-W", "error", "-m", "gridpart"]


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PYTHON, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **options,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module")
def city(folder: Path) -> Path:
    path = folder / "city.gpkg"
    write_city(make_city(4, seed=2), path)
    return path


@pytest.fixture(scope="module")
def plan(folder: Path, city: Path) -> Path:
    path = folder / "plan.gpkg"
    done = run("divide", city, "-o", path, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    assert "base grids" in done.stdout
    return path


def test_help_lists_only_what_works() -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in ("demo", "synth", "check", "divide", "measure", "map"):
        assert command in done.stdout
        assert run(command, "--help").returncode == 0


def test_help_and_import_are_quick_because_they_load_little() -> None:
    code = "import sys, gridpart, gridpart.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "pandas", "geopandas", "numba", "folium", "shapely"}


def test_a_city_of_one_site_has_no_base_grid_to_tell_of(tmp_path: Path) -> None:
    ground = shapely.box(500_000, 4_300_000, 500_300, 4_300_300)
    layers = {
        "communities": {"community_code": ["640202001001"], "name": [None]},
        "buildings": {"building_id": ["b"], "households": [0]},
        "sites": {"site_id": ["s"], "name": [None], "kind": ["school"]},
    }
    for layer, columns in layers.items():
        shape = ground.centroid.buffer(9) if layer == "buildings" else ground
        frame = gpd.GeoDataFrame(columns, geometry=[shape], crs=4547)
        frame.to_file(tmp_path / "city.gpkg", layer=layer)
    done = run("divide", tmp_path / "city.gpkg", "-o", tmp_path / "plan.gpkg")
    assert done.returncode == 0, done.stderr
    assert "0 base grids" in done.stdout
    assert "within" not in done.stdout
    (name,) = load_plan(tmp_path / "plan.gpkg").exclusive_grids["name"]
    assert name == "640202001001第901专属网格"


def test_a_broken_file_is_not_asked_to_be_a_plan(tmp_path: Path) -> None:
    (tmp_path / "city.gpkg").write_bytes(b"")
    done = run("check", tmp_path / "city.gpkg")
    assert done.returncode == 2
    assert "no whole .gpkg file" in done.stderr


def test_demo(folder: Path) -> None:
    done = run("demo", "-o", folder / "demo")
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (folder / "demo").iterdir()}
    assert written == {"city.gpkg", "plan.gpkg", "map.html", "plan.xlsx"}
    assert len(load_plan(folder / "demo" / "plan.gpkg").communities) == 12


def test_synth_makes_a_city_without_faults(folder: Path) -> None:
    path = folder / "made.gpkg"
    assert run("synth", path, "--communities", 3, "--seed", 5).returncode == 0
    done = run("check", path, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["kind"] == "city"
    assert found["counts"]["error"] == 0


def test_a_sound_plan(plan: Path) -> None:
    done = run("check", plan, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["kind"] == "plan"
    assert found["counts"]["error"] == 0
    chinese = run("check", plan, "--lang", "zh")
    assert "错误 0 项" in chinese.stdout


def test_measures_add_up(plan: Path, city: Path) -> None:
    numbers = json.loads(run("measure", plan, "--json").stdout)
    buildings = pyogrio.read_dataframe(city, layer="buildings")
    loaded = load_plan(plan)
    assert numbers["households"] == buildings["households"].sum()
    assert numbers["grids"] == len(loaded.base_grids)
    assert "within" in run("measure", plan).stdout


def test_measures_by_level(plan: Path) -> None:
    loaded = load_plan(plan)
    told = json.loads(run("measure", plan, "--by", "grid", "--json").stdout)
    assert told["by"] == "grid"
    assert len(told["rows"]) == len(loaded.base_grids) + len(loaded.exclusive_grids)
    total = sum(row["households"] for row in told["rows"])
    assert total == loaded.atoms["households"].sum()
    table = run("measure", plan, "--by", "community", "--lang", "zh").stdout
    assert len(table.splitlines()) == 1 + len(loaded.communities)
    assert "网格平均户数" in table
    funds = json.loads(run("measure", plan, "--funds", "--json").stdout)["rows"]
    grids = len(loaded.base_grids)
    assert sum(row["total"] for row in funds) == 3_000 * grids + 4 * 170_000
    assert run("measure", plan, "--by", "village").returncode == 2


def test_departments_grids(plan: Path, folder: Path) -> None:
    path = folder / "departments.csv"
    done = run("merge-departments", plan, "-o", path, "--lang", "zh")
    assert "公安：4 个网格，4 个由完整基础网格组成" in done.stdout
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    told = json.loads(run("merge-departments", plan, "--json").stdout)
    assert len(rows) == len(told["rows"]) == len(load_plan(plan).department_grids)
    assert set(rows["一致于"]) <= {"基础网格", "微网格", "不一致"}
    assert rows["最接近的基础网格"].tolist() == [
        row["base_codes"] for row in told["rows"]
    ]


def test_map(plan: Path, folder: Path) -> None:
    page = folder / "map.html"
    assert run("map", plan, "-o", page).returncode == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_broken_plan_ends_with_one(plan: Path, folder: Path) -> None:
    loaded = load_plan(plan)
    loaded.base_grids.loc[1, "grid_code"] = loaded.base_grids.loc[0, "grid_code"]
    broken = folder / "broken.gpkg"
    save_plan(loaded, broken)
    done = run("check", broken)
    assert done.returncode == 1
    assert "V11" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("divide", "CITY"),
        ("divide", "nowhere.gpkg", "-o", "OUT"),
        ("divide", "CITY", "-o", "missing/folder/plan.gpkg"),
        ("divide", "CITY", "-o", "CITY"),
        ("divide", "CITY", "-o", "plan.shp"),
        ("divide", "CITY", "-o", "OUT", "--preset", "unheard-of"),
        ("divide", "CITY", "-o", "OUT", "--tolerance", "7"),
        ("divide", "CITY", "-o", "OUT", "--community", "123"),
        ("divide", "CITY", "-o", "OUT", "--rules", "BROKEN"),
        ("check", "BROKEN"),
        ("measure", "CITY"),
        ("map", "CITY", "-o", "map.html"),
        ("map", "PLAN", "-o", "PLAN"),
        ("synth", "missing/folder/city.gpkg"),
        ("unheard-of",),
    ],
)
def test_bad_usage_writes_nothing(
    arguments: tuple[str, ...],
    city: Path,
    plan: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[size\n", encoding="utf-8")
    real = {
        "CITY": city,
        "PLAN": plan,
        "OUT": tmp_path / "out.gpkg",
        "BROKEN": broken,
    }
    before = sorted(tmp_path.iterdir())
    given = city.read_bytes(), plan.read_bytes()
    words = [str(real.get(word, word)) for word in arguments]
    monkeypatch.setattr("sys.argv", ["gridpart", *words])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2, told.out
    assert told.err.strip()
    assert "internal error" not in told.err
    assert sorted(tmp_path.iterdir()) == before
    assert (city.read_bytes(), plan.read_bytes()) == given


def test_faults_stop_before_anything_is_written(city: Path, tmp_path: Path) -> None:
    tables = {
        name: pyogrio.read_dataframe(city, layer=name)
        for name in ("communities", "buildings")
    }
    tables["buildings"].loc[3, "households"] = -4
    bad = tmp_path / "bad.gpkg"
    for name, table in tables.items():
        table.to_file(bad, layer=name, driver="GPKG")
    done = run("divide", bad, "-o", tmp_path / "plan.gpkg")
    assert done.returncode == 2
    assert "-4" in done.stderr
    chinese = run("divide", bad, "-o", tmp_path / "plan.gpkg", "--lang", "zh")
    assert chinese.returncode == 2
    assert "户数" in chinese.stderr
    assert not (tmp_path / "plan.gpkg").exists()
    assert run("check", bad).returncode == 1


def test_plan_is_the_same_for_any_number_of_processes(tmp_path: Path) -> None:
    """Enough buildings that processes are really started."""
    city = tmp_path / "city.gpkg"
    write_city(make_city(25, seed=3), city)
    frames = []
    for jobs in (1, 2):
        path = tmp_path / f"plan{jobs}.gpkg"
        done = run("divide", city, "-o", path, "--jobs", jobs, "--seed", 4)
        assert done.returncode == 0, done.stderr
        frames.append(load_plan(path))
    one, two = frames
    assert len(one.atoms) > 1500
    assert one.info["id"] == two.info["id"]
    for name, table in one.tables.items():
        other = two.tables[name]
        if isinstance(table, gpd.GeoDataFrame):
            same = shapely.equals_identical(
                table.geometry.to_numpy(), other.geometry.to_numpy()
            )
            assert (same | table.geometry.isna().to_numpy()).all(), name
        pd.testing.assert_frame_equal(
            pd.DataFrame(table).drop(columns="geometry", errors="ignore"),
            pd.DataFrame(other).drop(columns="geometry", errors="ignore"),
        )


def test_interrupted_leaves_nothing(tmp_path: Path) -> None:
    city = tmp_path / "city.gpkg"
    write_city(make_city(40, seed=1), city)
    process = subprocess.Popen(
        [
            *PYTHON,
            "divide",
            str(city),
            "-o",
            str(tmp_path / "plan.gpkg"),
            "--jobs",
            "2",
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(8)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "interrupted; nothing is half-written." in errors
    left = {path.name for path in tmp_path.iterdir()} - {"city.gpkg"}
    assert left <= {"plan.gpkg.kept"}
    assert ("plan.gpkg.kept" in errors) == bool(left)
