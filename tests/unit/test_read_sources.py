"""What a city.toml can say, and what it says wrongly."""

import pytest

from gridpart.errors import InputError
from gridpart.read.cities import read_city
from tests import city_files

HEAD = """
[communities]
path = "city.gpkg"
"""


@pytest.fixture
def write(tmp_path):
    """Write a city.gpkg with foreign names and a city.toml beside it."""

    def write(text, **columns):
        houses = city_files.buildings(**columns).rename(
            columns={"building_id": "bid", "households": "hh"}
        )
        city_files.write_gpkg(tmp_path / "city.gpkg", buildings=None, houses=houses)
        path = tmp_path / "city.toml"
        path.write_text(text, "utf-8")
        return path

    return write


HOUSES = """
[buildings]
path = "city.gpkg"
layer = "houses"
columns = {building_id = "bid", households = "hh"}
"""


def test_columns_are_named_and_constants_set(write):
    text = (
        'basis = "resident"\n' + HEAD + 'constants = {subdistrict = "南街"}\n' + HOUSES
    )
    city = read_city(write(text))
    assert city.basis == "resident"
    assert city.communities["subdistrict"].tolist() == ["南街"] * 2
    assert city.buildings["building_id"].tolist() == ["b1", "b2", "b3", "b4"]
    assert city.buildings["households"].sum() == 100


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ('{kind = "home"}', ["b1", "b3"]),
        ('{kind = ["home", "shop"]}', ["b1", "b2", "b3"]),
        ("{flag = true}", ["b1", "b2"]),
        ("{floor = 2}", ["b2", "b4"]),
        ('{kind = "home", flag = false}', ["b3"]),
        ('{kind = "HOME"}', []),
    ],
)
def test_where_keeps_rows(write, where, kept):
    city = read_city(
        write(
            HEAD + HOUSES + f"where = {where}\n",
            kind=["home", "shop", "home", None],
            flag=[True, True, False, False],
            floor=[1.0, 2.0, None, 2.0],
        )
    )
    assert city.buildings["building_id"].tolist() == kept


def test_recode_replaces_values_and_leaves_others(write):
    text = HEAD + HOUSES + 'recode = {address = {A = "甲", "2" = "乙"}}\n'
    text = text.replace('"hh"', '"hh", address = "adr"')
    city = read_city(write(text, adr=["A", "2", "C", None]))
    assert city.buildings["address"].tolist()[:3] == ["甲", "乙", "C"]
    assert city.buildings["address"].isna()[3]


def test_codes_are_numbered_in_the_order_of_a_named_column(write):
    text = HEAD + 'columns = {community_code = "name"}\n'
    text += 'numbered = {community_code = "990000901009"}\n' + HOUSES
    city = read_city(write(text))
    by_name = city.communities.set_index("name")["community_code"].to_dict()
    assert by_name == {"东社区": "990000901009", "西社区": "990000901010"}
    assert "东社区" < "西社区"


def test_several_sources_are_put_together(write):
    roads = '[[barriers]]\npath = "city.gpkg"\nlayer = "houses"\n'
    text = HEAD + HOUSES
    text += roads + 'constants = {kind = "wall"}\nwhere = {bid = "b1"}\n'
    text += roads + 'constants = {kind = "water"}\nwhere = {bid = ["b2", "b3"]}\n'
    city = read_city(write(text))
    assert city.barriers["kind"].tolist() == ["wall", "water", "water"]
    assert city.barriers["strength"].isna().all()


def test_crs_and_datum_may_stand_in_the_file_and_the_call_wins(write, tmp_path):
    text = 'crs = "EPSG:4549"\n' + HEAD + HOUSES
    path = write(text)
    houses = city_files.buildings().set_crs(None, allow_override=True)
    houses = houses.rename(columns={"building_id": "bid", "households": "hh"})
    city_files.write(houses, tmp_path / "city.gpkg", layer="houses")
    given = city_files.buildings().geometry
    assert read_city(path).buildings.geometry.distance(given).min() > 1000
    city = read_city(path, crs=city_files.CRS)
    assert city.buildings.geometry.geom_equals(given).all()
    shifted = write('datum = "gcj02"\n' + HEAD + HOUSES)
    moved = read_city(shifted).buildings.geometry.distance(given)
    assert moved.min() > 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[communities\n", "cannot be read as TOML"),
        ("colour = 1\n" + HEAD, "`colour` unknown"),
        ('[houses]\npath = "city.gpkg"\n', "`houses` unknown"),
        ('basis = "families"\n' + HEAD, "dwellings, registered, resident"),
        ('datum = "wgs84"\n' + HEAD, "gcj02, bd09"),
        ("crs = 4547\n" + HEAD, "EPSG:4547"),
        ("[communities]\n", "needs `path"),
        (HEAD + "layer = 3\n", "`layer` must be"),
        (HEAD + 'colums = {name = "x"}\n', "`colums` unknown"),
        (HEAD + 'columns = {nam = "x"}\n', "`nam` unknown"),
        (HEAD + "columns = {name = 3}\n", "`name` must be text"),
        (HEAD + 'columns = "name"\n', "`columns` must be a table"),
        (HEAD + 'recode = {name = "x"}\n', "`recode.name` must be a table"),
        (HEAD + 'columns = {name = "mc"}\n' + HOUSES, "`mc` is not in the file"),
        (HEAD + 'where = {mc = "x"}\n' + HOUSES, "`mc` is not in the file"),
        (HEAD + 'layer = "shequ"\n' + HOUSES, "no layer or sheet `shequ`"),
        (HEAD.replace("city.gpkg", "a.gpkg") + HOUSES, "no file a.gpkg"),
        (HEAD.replace("city.gpkg", "a.kml") + HOUSES, "`.kml` are not read"),
        (HEAD + 'numbered = {subdistrict = "1"}\n' + HOUSES, "`numbered.subdistrict`"),
        (HEAD + 'numbered = {community_code = "x1"}\n' + HOUSES, "cannot be numbered"),
        (HEAD + 'numbered = {community_code = "8"}\n' + HOUSES, "cannot be numbered"),
        (HEAD, "layer buildings is missing"),
        ("", "communities and buildings is missing"),
    ],
)
def test_what_a_toml_says_wrongly_is_one_clear_error(write, text, message):
    with pytest.raises(InputError, match=message):
        read_city(write(text))


def test_two_columns_of_one_heading_are_refused(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    table = "building_id,unit,households,households\nb1,1,2,3\n"
    (folder / "units.csv").write_text(table, "utf-8")
    with pytest.raises(InputError, match="several columns are headed `households`"):
        read_city(folder)
