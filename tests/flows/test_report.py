"""The report as a user asks for it: one plan, two plans, a wrong folder."""

from pathlib import Path

from gridpart.store.plans import save_plan
from tests.builders import toy_plan
from tests.flows.test_commands import run


def test_report(tmp_path: Path) -> None:
    one, two = toy_plan("AAB", "112"), toy_plan("AAB", "122")
    save_plan(one, tmp_path / "one.gpkg")
    save_plan(two, tmp_path / "two.gpkg")
    page = tmp_path / "report.html"
    done = run("report", tmp_path / "one.gpkg", tmp_path / "two.gpkg", "-o", page)
    assert done.returncode == 0, done.stderr
    for plan in (one, two):
        assert plan.info["id"] in page.read_text("utf-8")
    lost = run("report", tmp_path / "one.gpkg", "-o", tmp_path / "no" / "x.html")
    assert lost.returncode == 2
    assert "folder" in lost.stderr
    assert "Traceback" not in lost.stderr
