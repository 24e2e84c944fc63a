"""Facts about persons stay out; codes of 12, 15 and 17 digits never look like one."""

import pandas as pd
import pytest

from gridpart.errors import InputError
from gridpart.read.cities import read_city
from gridpart.read.privacy import refuse_headings, refuse_values
from tests import city_files

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_number(start="64020219491231002"):
    """Return 17 digits with the check digit of GB 11643."""
    total = sum(int(d) * w for d, w in zip(start, WEIGHTS, strict=True))
    return start + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    "heading",
    [
        *("姓名", "户主姓名", "姓 名", "身份证", "身份证号码", "证件号", "联系电话"),
        *("手机", "手机号", "民族", "宗教信仰", "政治面貌", "政治面", "出生日期"),
        *("病史", "残疾", "低保户", "空巢老人", "社区矫正", "信访", "重点人员"),
        *("人脸", "轨迹"),
    ],
)
def test_headings_about_persons_are_refused(heading):
    with pytest.raises(InputError, match=heading):
        refuse_headings(["building_id", heading], "buildings", "a.csv")


def test_a_duty_roster_may_name_its_people_but_no_more():
    refuse_headings(["worker_id", "姓名"], "workers", "a.csv")
    with pytest.raises(InputError, match="电话"):
        refuse_headings(["worker_id", "姓名", "电话"], "workers", "a.csv")


def test_headings_about_places_pass():
    refuse_headings(["小区名称", "单位名称", "户数", "name", "网格名称"], "sites", "a")


@pytest.mark.parametrize(
    "value",
    [
        resident_number(),
        resident_number("11010519491231002"),  # ends in X
        resident_number("11010519491231002").lower(),
        f"甲栋（{resident_number()}）",
        "".join(chr(ord(d) + 0xFEE0) for d in resident_number()),  # full width
        "13812345678",
        "138 1234 5678",
        "+86-138-1234-5678",
        "8613812345678",
        "联系13912345678",
    ],
)
def test_numbers_of_persons_are_refused_without_being_told(value):
    values = pd.Series(["甲", None, value], index=[2, 3, 4])
    with pytest.raises(InputError, match=r"column `address`, row 4:") as error:
        refuse_values(values, "buildings", "address", "a.csv")
    assert value not in str(error.value)
    assert "1234" not in str(error.value)


def test_codes_and_addresses_pass():
    wrong_check = resident_number()[:-1] + {"X": "1"}.get(resident_number()[-1], "X")
    codes = [f"64020290100{i}{'0' * j}" for i in range(10) for j in (0, 3, 5)]
    assert {len(code) for code in codes} == {12, 15, 17}
    others = ["BATIMENT0000000257021501", "36061000201", "1" * 20, "浦东南路1234号"]
    texts = [*codes, *others, wrong_check, "021-58761234", "13号楼2单元"]
    refuse_values(pd.Series(texts), "buildings", "building_id", "a.csv")


def test_every_18_digit_number_is_judged_by_its_check_digit():
    ids = [f"{n:018d}" for n in range(640202194912310000, 640202194912310220)]
    refused = []
    for number in ids:
        try:
            refuse_values(pd.Series([number]), "sites", "site_id", "a.csv")
        except InputError:
            refused.append(number)
    assert refused == [n for n in ids if resident_number(n[:17]) == n]
    assert refused


def test_a_refused_city_names_layer_column_and_row(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    units = f"building_id,单元,户数\nb1,1,5\nb1,{resident_number()},5\n"
    (folder / "units.csv").write_text(units, "utf-8")
    with pytest.raises(
        InputError, match=r"units\.csv, layer units, column `unit`, row 3"
    ):
        read_city(folder)


def test_values_in_columns_left_out_are_never_looked_at(tmp_path):
    houses = city_files.buildings(note=[resident_number()] * 4)
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses))
    held = "".join(
        str(getattr(city, name)) for name in ("buildings", "notes", "sources")
    )
    assert resident_number() not in held
