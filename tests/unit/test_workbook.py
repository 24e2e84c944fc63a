"""The workbook, read back by another program."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.errors import InputError
from gridpart.show.workbook import write_workbook
from tests.builders import (
    base_code,
    community_code,
    edit,
    exclusive_code,
    school_plan,
)
from tests.hostile import FORMULAS, LINK, MARKUP
from tests.people_builder import table_of, with_orgs

OVERVIEW = "概况"
SHEETS = [
    OVERVIEW,
    "统计表",
    "网格清单",
    "微网格清单",
    "专属网格清单",
    "楼栋归属表",
    "岗位清单",
    "党组织清单",
    "党组织覆盖表",
    "服务资源表",
    "服务覆盖表",
    "调整对照表",
    "校验报告",
    "分级统计表",
    "经费预算表",
    "部门网格对照表",
]
# The union of what five real systems keep of a grid, but for the persons in it.
FIELDS = {
    *("网格编码", "网格名称", "网格类型", "网格层级", "上级网格", "社区编码"),
    *("网格户数", "网格面积(平方米)", "四至", "网格员数量", "微网格数", "划分时间"),
    *("有效期起", "有效期止", "状态", "备注"),
}


@pytest.fixture
def plan():
    return school_plan(
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


def test_resources_lie_in_grids(plan, tmp_path):
    site = {"resource_id": "r1", "name": "驿站", "kind": "service_site"}
    pump = {"resource_id": "r2", "name": "泵房", "kind": "pump", "members": 2}
    spot = plan.base_grids.representative_point().iloc[0]
    table = table_of("resources", [row | {"geometry": spot} for row in (site, pump)])
    path = written(replace(plan, resources=table), tmp_path)
    code = plan.base_grids["grid_code"].iloc[0]
    listed = rows(path, "服务资源表")
    assert [row["资源类型"] for row in listed] == ["党群服务阵地", "pump"]
    assert {row["网格编码"] for row in listed} == {code}
    grid = next(row for row in rows(path, "服务覆盖表") if row["网格编码"] == code)
    assert (grid["服务站点数"], grid["其他资源数"], grid["最近站点"]) == (1, 1, "驿站")


def test_every_field_of_the_rules_has_a_column(plan, tmp_path):
    path = written(plan, tmp_path)
    assert set(rows(path, "网格清单")[0]) >= FIELDS
    assert set(rows(path, "专属网格清单")[0]) >= FIELDS - {"微网格数"}
    assert set(rows(path, "微网格清单")[0]) >= FIELDS - {"四至", "微网格数"}


def test_a_row_says_what_is_known_of_a_grid(plan, tmp_path):
    first = rows(written(plan, tmp_path), "网格清单")[0]
    said = {name: first[name] for name in ("网格类型", "网格层级", "上级网格")}
    assert said == {
        "网格类型": "基础网格",
        "网格层级": "二级",
        "上级网格": community_code("1"),
    }
    assert first["划分时间"] == first["有效期起"] == "2026-01-01"
    assert (first["有效期止"], first["状态"]) == (None, "在用")


def test_levels_budget_and_departments(plan, tmp_path):
    ground = plan.base_grids.geometry[0]
    grid = {"department": "公安", "code": "1", "name": LINK, "geometry": ground}
    plan = replace(plan, department_grids=table_of("department_grids", [grid]))
    path = written(plan, tmp_path)
    levels = rows(path, "分级统计表")
    assert [row["层级"] for row in levels] == ["市", "县（市、区）", "街道"]
    assert {row["户数"] for row in levels} == {int(plan.atoms["households"].sum())}
    funds = rows(path, "经费预算表")
    totals = pd.DataFrame(funds).groupby("层级")["合计(元/年)"].sum()
    assert totals.to_dict() == dict.fromkeys(("街道", "社区", "网格"), 176_000)
    (row,) = rows(path, "部门网格对照表")
    assert (row["一致于"], row["最接近的基础网格"]) == ("基础网格", base_code("1"))
    assert row["部门网格名称"] == LINK


def test_retired_codes_have_an_end(plan, tmp_path):
    kept = base_code("1")
    table = {"old_code": [kept, "1"], "new_code": [kept, kept], "households": [2, 3]}
    lineage = conform(pd.DataFrame(table), PLAN["lineage"])
    path = written(replace(plan, lineage=lineage), tmp_path)
    retired, same = rows(path, "调整对照表")
    assert retired == {
        "原网格": "1",
        "新网格": kept,
        "户数": 3,
        "原网格状态": "已停用",
        "原网格有效期止": "2026-01-01",
    }
    assert (same["原网格状态"], same["原网格有效期止"]) == ("在用", None)


def test_posts_are_listed_by_grid_and_counted(plan, tmp_path):
    posts = table_of(
        "posts",
        [
            {"grid_code": base_code("1"), "post": "standby", "worker_id": "w2"},
            {"grid_code": base_code("1"), "post": "worker", "worker_id": "w1"},
            {"grid_code": base_code("2"), "post": "worker", "worker_id": None},
        ],
    )
    path = written(replace(plan, posts=posts), tmp_path)
    told = [
        (row["网格编码"], row["岗位"], row["人员编号"], row["配备情况"])
        for row in rows(path, "岗位清单")
    ]
    assert told == [
        (base_code("1"), "网格员", "w1", "已配备"),
        (base_code("1"), "B岗", "w2", "已配备"),
        (base_code("2"), "网格员", None, "待招募"),
    ]
    counts = [(row["网格员数量"], row["待招岗位数"]) for row in rows(path, "网格清单")]
    assert counts == [(1, 0), (0, 1)]
    assert (rows(path, "统计表")[-1]["网格员数量"]) == 1


def test_organisations_and_what_they_cover(plan, tmp_path):
    tree = with_orgs(
        plan,
        {"level": "community_committee", "name": "党委"},
        {"parent_id": "p1", "community_code": community_code("1")},
    )
    links = [
        {"org_id": "p2", "grid_code": base_code(n), "relation": "covers"} for n in "12"
    ]
    path = written(replace(tree, party_links=table_of("party_links", links)), tmp_path)
    _, branch = rows(path, "党组织清单")
    assert (branch["上级组织名称"], branch["层级"], branch["覆盖网格数"]) == (
        "党委",
        "党支部",
        2,
    )
    assert [row["网格编码"] for row in rows(path, "党组织覆盖表")] == [
        base_code("1"),
        base_code("2"),
    ]


def test_overview_counts_and_draws(plan, tmp_path):
    page = openpyxl.load_workbook(written(plan, tmp_path))[OVERVIEW]
    told = dict(page.iter_rows(min_row=2, max_col=2, values_only=True))
    assert told["方案编号"] == plan.info["id"]
    assert told["户数"] == plan.atoms["households"].sum()
    classes = [value for name, value in told.items() if name and "%" in name]
    assert sum(classes[1:]) == len(plan.base_grids)  # the first is a share
    (chart,) = page._charts
    _, drawn = chart.series[0].val.numRef.f.split("!")
    assert [one.value for (one,) in page[drawn.replace("$", "")]] == classes[1:]


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


@pytest.mark.parametrize("name", [*FORMULAS, MARKUP])
def test_nothing_becomes_a_formula_or_a_link(plan, tmp_path, name):
    hostile = edit(plan, "base_grids", 0, name=name, reason="http://127.0.0.1/")
    path = written(hostile, tmp_path)
    page = openpyxl.load_workbook(path)["网格清单"]
    entries = [entry for line in page.iter_rows() for entry in line]
    assert any(entry.value == name for entry in entries)
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
    _, *pages = openpyxl.load_workbook(written(plan, tmp_path))
    for page in pages:
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
