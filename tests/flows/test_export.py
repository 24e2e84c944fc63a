"""The export as a user asks for it, and its files as GDAL's own client reads them."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from gridpart.store.plans import save_plan
from tests.builders import base_code, edit, toy_plan
from tests.flows.test_commands import PYTHON, run

NAME = '=HYPERLINK("http://127.0.0.1/","荆林")'


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = toy_plan(
        "AABB..\nAABB..",
        "1122XX\n1122XX",
        micros="121211\n121211",
        barriers=[("railway", "hard", [(2, 0), (2, 2)])],
    )
    path = tmp_path_factory.mktemp("export") / "plan.gpkg"
    save_plan(edit(sound, "base_grids", 0, name=NAME), path)
    return path


def told(ogrinfo: str, path: Path, *options: str) -> str:
    done = subprocess.run(
        [ogrinfo, "-ro", *options, "-al", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "ERROR" not in done.stderr
    assert "Warning" not in done.stderr
    return done.stdout


def test_without_a_format_it_is_workbook_csv_and_geojson(
    plan: Path, tmp_path: Path
) -> None:
    done = run("export", plan, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"ledgers.xlsx", "csv", "geojson", "export.json"}
    assert "files to" in done.stdout


@pytest.mark.gdal
def test_ogrinfo_reads_shapefiles_and_geojson(
    plan: Path, tmp_path: Path, ogrinfo: str
) -> None:
    folder = tmp_path / "out"
    done = run("export", plan, "-o", folder, "--format", "shp", "--format", "geojson")
    assert done.returncode == 0, done.stderr
    grids = told(ogrinfo, folder / "shp" / "base_grids.shp")
    assert NAME in grids
    assert f"grid_code (String) = {base_code('1')}" in grids
    assert "CGCS2000" in grids
    assert (folder / "shp" / "base_grids.cpg").read_text().strip() == "UTF-8"
    layers = told(ogrinfo, folder / "shp", "-so")
    assert "Layer name: barriers_line" in layers
    fields = re.findall(r"^(\S+): (?:String|Integer|Real)", layers, re.M)
    assert len(fields) > 30
    assert all(field.isascii() and len(field) <= 10 for field in fields)
    said = (folder / "shp" / "fields.csv").read_text(encoding="utf-8-sig")
    assert "base_grids.shp,comm_code,community_code,社区编码,text" in said
    page = told(ogrinfo, folder / "geojson" / "base_grids.geojson")
    assert "WGS 84" in page
    assert NAME in page
    assert f"grid_code (String) = {base_code('1')}" in page


@pytest.mark.parametrize(
    "arguments",
    [
        ("-o", "missing/out"),
        ("-o", "out", "--format", "docx"),
    ],
)
def test_bad_usage_writes_nothing(
    plan: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "FILE").write_text("x")
    done = run("export", plan, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["FILE"]


@pytest.mark.font
def test_interrupted_it_leaves_the_old_set(plan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert run("export", plan, "-o", folder, "--format", "csv").returncode == 0
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    process = subprocess.Popen(
        [*PYTHON, "export", plan, "-o", folder, "--format", "pdf"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not any(path.name.startswith(".gridpart-") for path in folder.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    assert set(folder.iterdir()) == {folder / "csv", folder / "export.json"}
