"""The printed sheets: real pages, read back by PDFium."""

import sys
from dataclasses import replace

import pandas as pd
import pypdfium2
import pytest
import shapely
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from gridpart.columns import PLAN
from gridpart.conform import conform, empty
from gridpart.errors import InputError
from gridpart.show.sheets import chinese_font, write_sheets
from tests.builders import (
    CORNER,
    CRS,
    base_code,
    community_code,
    drop,
    edit,
    school_plan,
    toy_plan,
)
from tests.hostile import MARKUP, TYPESET

pytestmark = pytest.mark.font

HOSTILE = MARKUP + TYPESET
A3, A4 = (1191, 842), (595, 842)  # points


@pytest.fixture
def plan():
    sound = school_plan(
        barriers=[("railway", "hard", [(2, 0), (2, 2)])],
        crossings=[(2, 1)],
    )
    posts = pd.DataFrame(
        {
            "grid_code": [base_code("1"), base_code("1"), base_code("2")],
            "post": ["worker", "standby", "worker"],
            "worker_id": ["W001", "W002", None],
        }
    )
    sites = pd.DataFrame(
        {
            "resource_id": ["R1", "R2"],
            "name": ["北站", "网吧"],
            "kind": ["service_site", "other"],
            "geometry": [
                shapely.Point(CORNER[0] + 50, CORNER[1] + 50),
                shapely.Point(*CORNER),
            ],
        }
    )
    return replace(
        sound,
        posts=conform(posts, PLAN["posts"]),
        resources=conform(sites, PLAN["resources"], crs=CRS),
    )


def texts(path):
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_bounded() for page in document]


def plain(text):
    return "".join(text.split())


def test_a_file_a_community_and_its_pages(plan, tmp_path):
    two = toy_plan("AAB", "112", communities="112")
    paths = write_sheets(two, tmp_path / "new")
    assert [path.stem for path in paths] == [community_code("1"), community_code("2")]
    document = pypdfium2.PdfDocument(paths[0])
    sizes = [tuple(round(side) for side in page.get_size()) for page in document]
    assert sorted(sizes[0], reverse=True) == list(A3)
    assert sizes[1:] == [A4[::-1]] + [A4] * (len(document) - 2)
    (path,) = write_sheets(plan, tmp_path)
    assert len(pypdfium2.PdfDocument(path)) == 2 + 2 * len(plan.base_grids)


def test_the_sheet_says_what_the_plan_holds(plan, tmp_path):
    (path,) = write_sheets(plan, tmp_path)
    sheet, record, notice, emergency, *_ = map(plain, texts(path))
    for code in [*plan.base_grids["grid_code"], *plan.exclusive_grids["grid_code"]]:
        assert code in sheet
    assert plan.info["id"] in sheet
    assert "2026-01-01" in sheet
    assert "1:1,500" in sheet  # 300 m on 276 mm
    total = plan.atoms["households"].sum()
    assert f"合计{total}户" in sheet
    for holder in ("W001", "W002", "待招"):
        assert holder in sheet
    assert "网格划分登记表" in record
    assert "东至铁路" in record
    assert "社区1第1网格" in notice
    assert "四级响应" in notice
    assert "待招" in notice  # nobody looks after its micro-grids
    for row in plan.buildings.head(2).itertuples():
        assert row.building_id in emergency
    assert "铁路" in emergency
    assert "通往第2网格" in emergency
    assert "北站" in emergency
    assert "网吧" not in emergency


def test_vectors_only_and_small_files(plan, tmp_path):
    (path,) = write_sheets(plan, tmp_path)
    for page in pypdfium2.PdfDocument(path):
        kinds = {item.type for item in page.get_objects(max_depth=5)}
        assert kinds
        assert FPDF_PAGEOBJ_IMAGE not in kinds
    assert path.stat().st_size < 200_000  # of a font of 19 MB


def test_names_stay_text(plan, tmp_path):
    hostile = edit(plan, "base_grids", 0, name=HOSTILE)
    hostile = edit(hostile, "communities", 0, name=HOSTILE)
    hostile = edit(hostile, "buildings", 0, address=HOSTILE)
    hostile = edit(hostile, "barriers", 0, kind=HOSTILE)
    hostile = edit(hostile, "resources", 0, name=HOSTILE)
    (path,) = write_sheets(hostile, tmp_path)
    said = [plain(text) for text in texts(path)]
    assert plain(HOSTILE) in said[0]
    assert said[3].count("alert(1)") >= 12


def test_equal_plans_make_equal_files(plan, tmp_path):
    shuffled = replace(
        plan,
        **{
            name: plan.tables[name].sample(frac=1, random_state=3, ignore_index=True)
            for name in ("base_grids", "micro_grids", "buildings", "atoms", "posts")
        },
    )
    (one,) = write_sheets(plan, tmp_path / "one")
    (two,) = write_sheets(shuffled, tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()


def test_english(plan, tmp_path):
    (path,) = write_sheets(plan, tmp_path, lang="en")
    said = "\n".join(texts(path))
    for words in ("Grid notice", "to recruit", "Emergency sheet", "railway"):
        assert words in said


def test_bare_plans(plan, tmp_path):
    bare = drop(plan, "buildings", plan.buildings["building_id"].notna())
    bare = drop(bare, "barriers", bare.barriers["kind"].notna())
    bare = drop(bare, "borders", bare.borders["atom_a"].notna())
    bare = replace(bare, resources=empty(PLAN["resources"], crs=CRS))
    (path,) = write_sheets(bare, tmp_path)
    assert "方案中没有服务站点数据" in plain(texts(path)[3])
    empty_one = drop(bare, "base_grids", bare.base_grids["grid_code"].notna())
    (path,) = write_sheets(empty_one, tmp_path)
    assert len(pypdfium2.PdfDocument(path)) == 2


def test_many_grids_get_a_page_of_their_own(tmp_path):
    many = toy_plan("A" * 9 + "\n" + "B" * 9, "123456789\nXXYYZZ987")
    three = toy_plan("ABC", "123")
    grids = pd.concat([many.base_grids, *[three.base_grids] * 5], ignore_index=True)
    codes = [f"{community_code('1')}{n:03d}" for n in range(1, len(grids) + 1)]
    crowded = replace(many, base_grids=grids.assign(grid_code=codes))
    (path,) = write_sheets(crowded, tmp_path)
    pages = list(map(plain, texts(path)))
    assert len(pages) == 2 + 2 + 2 * len(grids)  # map and record take two each
    assert all(code in pages[1] for code in codes)
    assert all(code in pages[2] + pages[3] for code in codes)


def test_what_is_missing_is_told(plan, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        chinese_font(["DejaVu Sans", "New Computer Modern"])
    assert chinese_font(["SimHei", "noto sans cjk sc"]) == "noto sans cjk sc"
    with pytest.raises(InputError, match="language"):
        write_sheets(plan, tmp_path, lang="fr")
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(InputError, match="folder"):
        write_sheets(plan, blocked)
    bare = edit(plan, "communities", 0, geometry=None)
    with pytest.raises(InputError, match="communities"):
        write_sheets(bare, tmp_path)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError, match=r"gridpart\[pdf\]"):
        write_sheets(plan, tmp_path)


def test_an_emergency_sheet_keeps_to_one_page(tmp_path):
    """Thirty buildings: the map grows lower, so that the table still fits."""
    many = toy_plan("\n".join(["ABCDEF"] * 5), "\n".join(["111111"] * 5))
    (path,) = write_sheets(many, tmp_path)
    assert len(pypdfium2.PdfDocument(path)) == 4


def test_an_emergency_sheet_with_many_neighbours_keeps_to_one_page(tmp_path):
    """Eleven grids around one of thirty buildings."""
    picture = "22334455\nX111111Y\nX111111Y\n6111111Z\n6111111Z\n7111111Z\n77998888"
    many = toy_plan("\n".join(["ABCDEFGH"] * 7), picture)
    (path,) = write_sheets(many, tmp_path)
    pages = list(map(plain, texts(path)))
    assert len(pages) == 2 + 2 * len(many.base_grids)
    assert pages[3].count("640202901001") > 11


def test_a_table_that_runs_on_says_of_which_grid(tmp_path):
    many = toy_plan("\n".join(["ABCDEFGHIJ"] * 12), "\n".join(["1111111111"] * 12))
    (path,) = write_sheets(many, tmp_path)
    pages = list(map(plain, texts(path)))
    assert len(pages) == 5
    assert plain(many.base_grids["name"][0]) in pages[4]


def test_a_code_cannot_name_a_file_elsewhere(tmp_path):
    sound = toy_plan("AB", "12")
    lost = edit(sound, "communities", 0, community_code="../../etc/x")
    (path,) = write_sheets(lost, tmp_path / "out")
    assert path.parent == tmp_path / "out"
    assert path.exists()
