"""Ledgers of buildings, units and rooms, and how they join a map."""

import openpyxl
import pandas as pd
import pytest

from gridpart.errors import InputError
from gridpart.read.cities import read_city
from gridpart.read.ledgers import count_ledger
from tests import city_files


def write_ledger(folder, layer, text):
    (folder / f"{layer}.csv").write_text(text, "utf-8-sig")
    return folder


@pytest.fixture
def bare(tmp_path):
    """A folder whose buildings have no households."""
    houses = city_files.buildings().drop(columns="households")
    return city_files.write_folder(tmp_path / "city", buildings=houses)


def test_a_ledger_of_buildings_fills_in_the_map(bare):
    write_ledger(
        bare, "buildings", "楼栋编号,户数,层数\nb2,7,6\nb1,5,18\nb4,1,\nb3,2,3\n"
    )
    city = read_city(bare)
    assert city.buildings["households"].tolist() == [5, 7, 2, 1]
    assert city.buildings["floors"].tolist() == [18, 6, 3, pd.NA]
    assert not city_files.notes_of(city, "I06")


def test_households_that_find_no_building_are_told(bare):
    write_ledger(bare, "buildings", "楼栋编号,户数\nb1,5\nb1,6\nb2,7\nb9,8\nb4,9\n")
    city = read_city(bare)
    assert city.buildings["households"].tolist() == [5, 7, 0, 9]
    stray, again, silent = city_files.told(city, "I06")
    assert (stray["households"], stray["id"]) == (8, "b9")
    assert (again["households"], again["id"]) == (6, "b1")
    assert silent["rows"] == 1


def test_the_map_wins_over_the_ledger(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    write_ledger(folder, "buildings", "楼栋编号,户数\nb1,99\nb2,99\nb3,99\nb4,99\n")
    assert read_city(folder).buildings["households"].tolist() == [10, 20, 30, 40]


def test_a_ledger_of_units_gives_units_and_buildings(bare):
    rows = ["b1,1,5", "b1,2,6", "b2,1,7", "b3,1,8", "b4,1,9"]
    write_ledger(bare, "buildings", "楼栋编号,单元,户数\n" + "\n".join(rows))
    city = read_city(bare)
    assert city.buildings["households"].tolist() == [11, 7, 8, 9]
    assert city.buildings["units"].tolist() == [2, 1, 1, 1]
    assert city.units["households"].sum() == 35
    assert city.units.loc[1].tolist() == ["b1", "2", 6]


def test_units_alone_give_the_buildings_their_households(bare):
    write_ledger(bare, "units", "楼栋编号,单元,户数\nb1,1,5\nb1,2,6\nb2,1,7\nb4,1,1\n")
    city = read_city(bare)
    assert city.buildings["households"].tolist() == [11, 7, 0, 1]
    (note,) = city_files.told(city, "I06")
    assert note["rows"] == 1


def test_households_of_units_that_find_no_building_are_told(bare):
    write_ledger(bare, "units", "楼栋编号,单元,户数\nb1,1,5\nb9,1,6\nb9,2,7\n")
    city = read_city(bare)
    assert city.buildings["households"].tolist() == [5, 0, 0, 0]
    silent, stray = city_files.told(city, "I06")
    assert silent["rows"] == 3
    assert (stray["layer"], stray["id"], stray["households"]) == ("units", "b9", 13)


def test_units_of_other_buildings_alone_are_refused(bare):
    write_ledger(bare, "units", "楼栋编号,单元,户数\n东苑 1,1,9\n")
    with pytest.raises(InputError, match=r"东苑 1.*same `building_id`"):
        read_city(bare)


@pytest.mark.parametrize("layer", ["buildings", "units"])
def test_rooms_are_counted_and_gone(bare, layer):
    rooms = [
        f"b{b},{u},{f}0{r},secret {b}{u}{f}{r}"
        for b in (1, 2, 3, 4)
        for u in (1, 2)
        for f in range(1, b + 1)
        for r in (1, 2)
    ]
    rooms.append(rooms[0])  # a room with two rows is one room
    heading = "楼栋编号,单元,房号,地址\n"
    write_ledger(bare, layer, heading + "\n".join(rooms))
    city = read_city(bare)
    assert city.buildings["households"].tolist() == [4, 8, 12, 16]
    assert city.units["households"].tolist() == [2, 2, 4, 4, 6, 6, 8, 8]
    assert city.buildings["address"].isna().all()
    (note,) = city_files.told(city, "I05")
    assert note["rows"] == 41
    assert "secret" not in "".join(
        str(getattr(city, n)) for n in ("buildings", "units")
    )


def test_rooms_with_households_are_added_up():
    rows = pd.DataFrame(
        {
            "building_id": ["b", "b", "b"],
            "room": ["101", "102", None],
            "households": pd.array([1, 2, 4], dtype="Int64"),
            "address": ["南街1号"] * 3,
        }
    )
    counted = count_ledger(rows, "buildings")
    assert counted.rows["households"].tolist() == [7]
    assert counted.rows["address"].tolist() == ["南街1号"]
    assert "room" not in counted.rows


def test_rows_without_a_room_are_told():
    rows = pd.DataFrame({"building_id": ["b"] * 3, "room": ["101", None, "102"]})
    counted = count_ledger(rows, "buildings")
    assert counted.rows["households"].tolist() == [2]
    assert "1 rows have no room" in counted.notes[1].message("en")


def test_one_row_a_building_with_a_unit_is_no_ledger_of_units(bare):
    """单元 may then be how many there are: nobody can tell."""
    write_ledger(
        bare, "buildings", "楼栋编号,单元,户数\nb1,3,5\nb2,2,6\nb3,1,7\nb4,2,8\n"
    )
    city = read_city(bare)
    assert city.units.empty
    assert city.buildings["units"].isna().all()


def test_units_without_households_count_but_are_no_table(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    write_ledger(folder, "buildings", "楼栋编号,单元\nb1,1\nb1,2\nb2,1\nb3,1\n")
    city = read_city(folder)
    assert city.units.empty
    assert city.buildings["units"].tolist() == [2, 1, 1, pd.NA]


def test_a_number_names_a_building_inside_its_compound(tmp_path):
    houses = city_files.buildings().drop(columns=["building_id", "households"])
    houses["小区名称"] = ["阳光", "阳光", "朝阳", "朝阳"]
    houses["楼号"] = ["1", "2", "1", "2"]
    folder = city_files.write_folder(tmp_path / "city", buildings=houses)
    rows = ["阳光,1,5", "阳光,2,6", "朝阳,1,7", "朝阳,2,8"]
    write_ledger(folder, "buildings", "小区名称,楼号,户数\n" + "\n".join(rows))
    city = read_city(folder)
    assert city.buildings["building_id"].tolist() == [
        "阳光 1",
        "阳光 2",
        "朝阳 1",
        "朝阳 2",
    ]
    assert city.buildings["compound_id"].tolist() == ["阳光", "阳光", "朝阳", "朝阳"]
    assert city.buildings["households"].tolist() == [5, 6, 7, 8]


def test_merged_cells_hold_their_value_in_every_row(bare):
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["楼栋编号", "单元", "户数"],
        ["b1", "1", 5],
        [None, "2", 6],
        ["b2", "1", 7],
    ):
        page.append(row)
    page.merge_cells("A2:A3")
    book.save(bare / "units.xlsx")
    assert read_city(bare).units["building_id"].tolist() == ["b1", "b1", "b2"]


def test_a_figure_on_another_basis_is_not_taken(bare):
    write_ledger(bare, "buildings", "楼栋编号,户籍户数\nb1,5\nb2,6\nb3,7\nb4,8\n")
    with pytest.raises(InputError, match=r"households.*is missing"):
        read_city(bare)
    (bare / "city.toml").write_text(
        'basis = "registered"\n[communities]\npath = "communities.gpkg"\n'
        '[[buildings]]\npath = "buildings.gpkg"\n'
        '[[buildings]]\npath = "buildings.csv"\n',
        "utf-8",
    )
    city = read_city(bare)
    assert city.basis == "registered"
    assert city.buildings["households"].sum() == 26


def test_a_ledger_without_ids_cannot_be_joined(bare):
    write_ledger(bare, "buildings", "户数\n5\n6\n")
    with pytest.raises(InputError, match=r"`building_id` \(楼栋编号\) in both"):
        read_city(bare)


def test_a_row_longer_than_the_headings_is_refused(bare):
    write_ledger(bare, "buildings", "楼栋编号,户数\nb1,5\nb2,6,7\n")
    with pytest.raises(InputError, match="row 3: more values than headings"):
        read_city(bare)


def test_workers_come_as_a_table_without_names(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    write_ledger(
        folder, "workers", "工号,岗位,姓名,社区编码\n001,worker,某某,110108901001\n"
    )
    city = read_city(folder)
    assert city.workers["worker_id"].tolist() == ["001"]
    assert city.workers.geometry.isna().all()
    assert "某某" not in str(city.workers)
    assert city.workers.crs == city.crs
