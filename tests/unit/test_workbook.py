"""The workbook, read back by another program."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.errors import InputError
from gridpart.show.workbook import write_workbook
from tests.builders import edit, exclusive_code, toy_plan

SHEETS = [
    "统计表",
    "网格清单",
    "微网格清单",
    "专属网格清单",
    "楼栋归属表",
    "校验报告",
]
HOSTILE = '=HYPERLINK("http://127.0.0.1/","x")'


@pytest.fixture
def plan():
    return toy_plan(
        "AABB..\nAABB..",
        "1122XX\n1122XX",
        micros="121211\n121211",
        households={(0, 0): 70, (1, 3): 91},
        barriers=[("railway", "hard", [(0, 2), (6, 2)])],
        crossings=[(3, 2)],
    )


def rows(path, sheet):
    page = openpyxl.load_workbook(path)[sheet]
    heads, *lines = page.iter_rows(values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def written(plan, tmp_path, **options):
    path = tmp_path / "book.xlsx"
    write_workbook(plan, path, **options)
    return path


def test_sheets_in_order(plan, tmp_path):
    book = openpyxl.load_workbook(written(plan, tmp_path))
    assert book.sheetnames == SHEETS


def test_changes_have_a_sheet_once_there_are_some(plan, tmp_path):
    table = {"old_code": ["1"], "new_code": ["2"], "households": [3]}
    lineage = conform(pd.DataFrame(table), PLAN["lineage"])
    path = written(replace(plan, lineage=lineage), tmp_path)
    assert rows(path, "调整对照表") == [{"原网格": "1", "新网格": "2", "户数": 3}]


def test_codes_are_text(plan, tmp_path):
    path = written(plan, tmp_path)
    codes = [row["网格编码"] for row in rows(path, "网格清单")]
    assert codes == plan.base_grids["grid_code"].tolist()
    assert [row["网格编码"] for row in rows(path, "专属网格清单")] == [
        exclusive_code("X")
    ]


def test_households_add_up_on_every_sheet(plan, tmp_path):
    path = written(plan, tmp_path)
    whole = int(plan.atoms["households"].sum())
    assert whole == 8 * 50 + 20 + 41
    for sheet, column in (
        ("网格清单", "网格户数"),
        ("微网格清单", "网格户数"),
        ("楼栋归属表", "户数"),
    ):
        assert sum(row[column] for row in rows(path, sheet)) == whole
    *communities, total = rows(path, "统计表")
    assert sum(row["户数"] for row in communities) == total["户数"] == whole


def test_buildings_stand_in_their_grids(plan, tmp_path):
    listed = {
        row["楼栋编号"]: row for row in rows(written(plan, tmp_path), "楼栋归属表")
    }
    built = plan.atoms[plan.atoms["building_id"].notna()]
    assert len(listed) == len(built)
    for atom in built.itertuples():
        row = listed[atom.building_id]
        assert (row["基础网格"], row["微网格"]) == (atom.base_grid, atom.micro_grid)


def test_nothing_becomes_a_formula_or_a_link(plan, tmp_path):
    hostile = edit(plan, "base_grids", 0, name=HOSTILE, reason="http://127.0.0.1/")
    path = written(hostile, tmp_path)
    page = openpyxl.load_workbook(path)["网格清单"]
    entries = [entry for line in page.iter_rows() for entry in line]
    assert any(entry.value == HOSTILE for entry in entries)
    assert all(entry.data_type != "f" and not entry.hyperlink for entry in entries)


def test_findings_are_said_in_the_language_of_the_book(plan, tmp_path):
    table = {
        "rule": ["V09"],
        "severity": ["warning"],
        "grid_code": [plan.base_grids["grid_code"][0]],
        "message_zh": ["户数过多"],
        "message_en": ["too many"],
    }
    findings = conform(pd.DataFrame(table), PLAN["findings"], crs=plan.atoms.crs)
    found = replace(plan, findings=findings)
    (row,) = rows(written(found, tmp_path), "校验报告")
    assert (row["级别"], row["消息"]) == ("警告", "户数过多")
    (row,) = rows(written(found, tmp_path, lang="en"), "Findings")
    assert (row["Severity"], row["Message en"]) == ("warning", "too many")


def test_headings_stay_in_view_and_can_be_filtered(plan, tmp_path):
    for page in openpyxl.load_workbook(written(plan, tmp_path)):
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref.startswith("A1:")


def test_same_plan_same_bytes(plan, tmp_path):
    first = written(plan, tmp_path).read_bytes()
    assert written(plan, tmp_path).read_bytes() == first


def test_a_failed_write_leaves_the_old_file(plan, tmp_path):
    path = written(plan, tmp_path)
    before = path.read_bytes()
    broken = replace(plan, micro_grids=plan.micro_grids.drop(columns="name"))
    with pytest.raises(KeyError):
        write_workbook(broken, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folder_is_named(plan, tmp_path):
    with pytest.raises(InputError, match="no-such-folder"):
        write_workbook(plan, tmp_path / "no-such-folder" / "book.xlsx")


def test_unknown_language_is_refused(plan, tmp_path):
    with pytest.raises(InputError, match="fr"):
        write_workbook(plan, tmp_path / "book.xlsx", lang="fr")
