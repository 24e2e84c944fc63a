"""A plan as other programs see it, through GDAL's own client."""

import re
import subprocess
from pathlib import Path

import pytest

from gridpart.flows import divide
from gridpart.rules import Rules
from gridpart.store.plans import save_plan
from gridpart.synth.cities import make_city


@pytest.mark.gdal
def test_ogrinfo_reads_every_layer(tmp_path: Path, ogrinfo: str) -> None:
    plan = divide(make_city(2, seed=1), Rules.preset())
    path = tmp_path / "plan.gpkg"
    save_plan(plan, path)
    done = subprocess.run(
        [ogrinfo, "-ro", "-so", "-al", path], capture_output=True, text=True, check=True
    )
    assert "ERROR" not in done.stderr
    layers = dict(
        re.findall(r"Layer name: (\w+)\n(?:.*\n)*?Feature Count: (\d+)", done.stdout)
    )
    assert {name: int(count) for name, count in layers.items()} == {
        name: len(table) for name, table in plan.tables.items()
    } | {"plan": len(plan.info)}
    assert "CGCS2000" in done.stdout
    assert "grid_code: String" in done.stdout
