"""Headings are known or not; none is guessed."""

import pytest

from gridpart.columns import CITY
from gridpart.read.headings import cut_names, find_columns, known_columns


@pytest.mark.parametrize("layer", CITY)
def test_our_own_names_and_labels_are_known(layer):
    table = CITY[layer]
    assert {name: name for name in table.names}.items() <= find_columns(
        table.names, layer, "dwellings"
    ).items()
    labels = {column.name: column.label_zh for column in table.columns}
    found = find_columns([*labels.values()], layer, "dwellings")
    assert {name: found.get(name) for name in labels} == labels


def test_chinese_headings_of_a_ledger_are_known():
    headings = ["序号", "小区名称", "楼号", "单元", "房号", "户 数", "建成年代"]
    assert find_columns(headings, "buildings", "dwellings") == {
        "compound_name": "小区名称",
        "building_number": "楼号",
        "unit": "单元",
        "room": "房号",
        "households": "户 数",
    }


def test_the_first_known_heading_is_taken():
    headings = ["总户数", "户数"]
    found = find_columns(headings, "buildings", "dwellings")
    assert found["households"] == "户数"
    found = find_columns(["HOUSEHOLDS", *headings], "buildings", "dwellings")
    assert found["households"] == "HOUSEHOLDS"


@pytest.mark.parametrize(
    ("basis", "heading"),
    [("registered", "户籍户数"), ("resident", "常住户数"), ("dwellings", "房屋套数")],
)
def test_a_basis_in_the_heading_must_be_the_citys(basis, heading):
    headings = ["户籍户数", "常住户数", "房屋套数"]
    assert find_columns(headings, "buildings", basis)["households"] == heading


def test_a_similar_heading_is_not_guessed():
    headings = ["户数备注", "楼栋编号2", "社区编码旧", "households_2020"]
    assert find_columns(headings, "buildings", "dwellings") == {}


def test_cut_headings_are_known_only_where_the_format_cuts():
    assert cut_names("楼栋编号") == ["楼栋编", "楼栋编号"]
    assert cut_names("community_code") == ["community_"] * 2
    headings = ["楼栋编", "compound_i"]
    assert find_columns(headings, "buildings", "dwellings") == {}
    found = find_columns(headings, "buildings", "dwellings", cut=True)
    assert found == {"building_id": "楼栋编", "compound_id": "compound_i"}


def test_no_two_columns_of_a_layer_share_a_cut_heading():
    for layer in CITY:
        seen = {}
        for column in known_columns(layer):
            for name in cut_names(column):
                assert seen.setdefault(name, column) == column
