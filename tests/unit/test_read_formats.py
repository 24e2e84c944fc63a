"""Each format with its traps, and files that are broken or not what they seem."""

import contextlib
import json
import sqlite3

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
import xlsxwriter

from gridpart.errors import InputError
from gridpart.read import parquet
from gridpart.read.cities import read_city
from tests import city_files


def test_a_folder_holds_a_file_a_layer(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    (folder / "README.txt").write_text("ours")
    city = read_city(folder)
    assert city.buildings["households"].sum() == 100
    assert set(city.sources) == {"communities", "buildings"}
    (note,) = city_files.told(city, "I02")
    assert note["names"] == "README.txt"


@pytest.mark.parametrize("ending", [".shp", ".geojson", ".gdb"])
def test_every_vector_format_gives_the_same_city(tmp_path, ending):
    frames = {
        "communities": city_files.communities(),
        "buildings": city_files.buildings(),
    }
    drivers = {".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".gdb": "OpenFileGDB"}
    for name, frame in frames.items():
        path = tmp_path / f"{name}{ending}"
        city_files.write(frame, path, driver=drivers[ending])
    city = read_city(tmp_path)
    assert city.communities["name"].tolist() == ["东社区", "西社区"]
    assert city.communities["community_code"].tolist()[0] == "110108901001"
    assert city.buildings["building_id"].tolist() == ["b1", "b2", "b3", "b4"]
    given = city_files.buildings().geometry
    assert city.buildings.geometry.hausdorff_distance(given).max() < 0.001


def test_a_geodatabase_may_hold_the_whole_city(tmp_path):
    path = tmp_path / "city.gdb"
    options = {"driver": "OpenFileGDB"}
    city_files.write(city_files.communities(), path, layer="communities", **options)
    houses = city_files.buildings()
    city_files.write(houses, path, layer="buildings", mode="a", **options)
    assert read_city(path).buildings["households"].sum() == 100


def test_tables_without_geometry_lie_in_a_geopackage_too(tmp_path):
    path = city_files.write_gpkg(tmp_path / "city.gpkg")
    units = pd.DataFrame({"building_id": "b1", "单元": "1", "房号": list("abc")})
    pyogrio.write_dataframe(units, path, layer="units")
    orgs = pd.DataFrame({"org_id": ["o1"], "name": ["支部"], "level": ["branch"]})
    pyogrio.write_dataframe(orgs, path, layer="party_orgs")
    city = read_city(path)
    assert city.units["households"].tolist() == [3]
    assert city.party_orgs["name"].tolist() == ["支部"]
    assert city.party_orgs.geometry.isna().all()


@pytest.mark.parametrize("epsg", [-1, 0])
def test_an_undefined_crs_is_none(tmp_path, epsg):
    path = city_files.write_gpkg(tmp_path / "city.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "UPDATE gpkg_geometry_columns SET srs_id = ? WHERE table_name = ?",
            (epsg, "buildings"),
        )
    with pytest.raises(InputError, match=r"layer buildings: .*no CRS"):
        read_city(path)


# --- shapefile -----------------------------------------------------------------


def write_shapefile(folder, encoding, cpg, **columns):
    """Write buildings.shp in an encoding, with a .cpg that says ``cpg``, or without."""
    folder = city_files.write_folder(folder, buildings=None)
    frame = city_files.buildings().drop(columns=["building_id", "households"])
    frame = frame.assign(**columns)
    path = folder / "buildings.shp"
    city_files.write(frame, path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return folder


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
@pytest.mark.parametrize("cpg", [None, "GBK", "UTF-8", "ISO-8859-1"])
def test_chinese_shapefiles_read_whatever_they_say_they_are(tmp_path, encoding, cpg):
    folder = write_shapefile(
        tmp_path / "city",
        encoding,
        cpg,
        楼栋编号=["甲一", "甲二", "乙一", "乙二"],  # 12 bytes in UTF-8: cut to 10
        户数=[1, 2, 3, 4],
        地址=["东街１号", "东街2号", None, "西街"],
    )
    city = read_city(folder)
    assert city.buildings["building_id"].tolist() == ["甲一", "甲二", "乙一", "乙二"]
    assert city.buildings["households"].tolist() == [1, 2, 3, 4]
    assert city.buildings["address"].tolist()[:2] == ["东街１号", "东街2号"]
    assert city.buildings["address"].isna()[2]


def test_our_own_names_are_known_when_cut(tmp_path):
    folder = tmp_path / "city"
    folder.mkdir()
    city_files.write(
        city_files.communities(subdistrict="南街"), folder / "communities.shp"
    )
    city_files.write(city_files.buildings(compound_id="c1"), folder / "buildings.shp")
    city = read_city(folder)
    assert city.communities["subdistrict"].tolist() == ["南街"] * 2
    assert city.buildings["compound_id"].tolist() == ["c1"] * 4


def test_text_in_neither_encoding_names_file_and_column(tmp_path):
    folder = write_shapefile(
        tmp_path / "city", "UTF-8", None, building_i=["Ab1"] * 4, households=[1] * 4
    )
    table = folder / "buildings.dbf"
    table.write_bytes(table.read_bytes().replace(b"Ab1", b"\xff\xff1", 1))
    with pytest.raises(InputError, match=r"buildings\.shp, column `building_i`"):
        read_city(folder)


def test_a_shapefile_in_pieces_is_refused(tmp_path):
    folder = write_shapefile(
        tmp_path / "city", "UTF-8", None, building_i=list("abcd"), households=[1] * 4
    )
    whole = (folder / "buildings.shp").read_bytes()
    (folder / "buildings.shp").write_bytes(whole[:-40])
    with pytest.raises(InputError, match="cut short"):
        read_city(folder)
    (folder / "buildings.shp").write_bytes(whole)
    (folder / "buildings.prj").unlink()
    with pytest.raises(InputError, match="no CRS"):
        read_city(folder)
    assert read_city(folder, crs=city_files.CRS).buildings["households"].sum() == 4
    (folder / "buildings.shx").unlink()
    with pytest.raises(InputError, match="a part of it is missing"):
        read_city(folder)


# --- tables --------------------------------------------------------------------


def points(**columns):
    """Return the tiny city's houses as a table with longitudes and latitudes."""
    houses = city_files.buildings()
    places = houses.geometry.centroid.to_crs(4326)
    table = pd.DataFrame(houses.drop(columns="geometry")).assign(
        lon=places.x, lat=places.y
    )
    return table.assign(**columns)


def only_communities(folder):
    return city_files.write_folder(folder, buildings=None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_either_encoding_with_codes_whole(tmp_path, encoding):
    folder = only_communities(tmp_path / "city")
    table = points(building_id=["007", "008", "009", "010"], address="东街")
    table = table.rename(columns={"lon": "经度", "lat": "纬度", "households": "户 数"})
    table.to_csv(folder / "buildings.csv", index=False, encoding=encoding)
    city = read_city(folder)
    assert city.buildings["building_id"].tolist() == ["007", "008", "009", "010"]
    assert city.buildings["households"].sum() == 100
    assert city.buildings["address"].tolist() == ["东街"] * 4
    given = city_files.buildings().geometry.centroid
    assert city.buildings.geometry.distance(given).max() < 0.001


def test_x_and_y_need_a_crs(tmp_path):
    folder = only_communities(tmp_path / "city")
    centres = city_files.buildings().geometry.centroid
    table = points(x=centres.x, y=centres.y).drop(columns=["lon", "lat"])
    table.to_csv(folder / "buildings.csv", index=False)
    with pytest.raises(InputError, match=r"layer buildings: .*--crs"):
        read_city(folder)
    city = read_city(folder, crs=city_files.CRS)
    assert city.buildings.geometry.distance(centres).max() < 0.001


def test_exchanged_coordinates_are_refused_and_missing_ones_carried(tmp_path):
    folder = only_communities(tmp_path / "city")
    table = points()
    table.rename(columns={"lon": "lat", "lat": "lon"}).to_csv(
        folder / "buildings.csv", index=False
    )
    with pytest.raises(InputError, match=r"row 2: `lat` is beyond 90 degrees"):
        read_city(folder)
    table.loc[1, "lon"] = None
    table.to_csv(folder / "buildings.csv", index=False)
    assert read_city(folder).buildings.geometry.isna().tolist() == [0, 1, 0, 0]


def write_workbook(path, rows, sheet="Sheet1", merge=()):
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for *where, value in merge:
            page.merge_range(*where, value)


def test_excel_numbers_come_back_as_codes(tmp_path):
    folder = only_communities(tmp_path / "city")
    table = points()
    rows = [["2024年楼栋台账"], [], ["楼栋编号", "户数", "经度", "纬度", "备注"]]
    rows += [
        [640202001001 + i, row.households, row.lon, row.lat, "x"]
        for i, row in table.iterrows()
    ]
    write_workbook(folder / "buildings.xlsx", rows)
    city = read_city(folder)
    assert city.buildings["building_id"].tolist()[0] == "640202001001"
    assert city.buildings["households"].tolist() == [10, 20, 30, 40]
    assert city_files.told(city, "I01")[0]["columns"] == "备注"


def test_the_sheet_is_the_one_named_like_the_layer(tmp_path):
    folder = only_communities(tmp_path / "city")
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active["A1"] = "说明"
    page = book.create_sheet("楼栋")
    for row in [points().columns.tolist(), *points().to_numpy().tolist()]:
        page.append(row)
    book.save(folder / "buildings.xlsx")
    assert read_city(folder).buildings["households"].sum() == 100
    page.title = "其他"
    book.save(folder / "buildings.xlsx")
    with pytest.raises(InputError, match="说明, 其他"):
        read_city(folder)


def test_a_date_in_place_of_a_unit_is_refused(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    book = openpyxl.Workbook()
    for row in (
        ["building_id", "unit", "households"],
        ["b1", pd.Timestamp("2024-1-2"), 5],
    ):
        book.active.append(row)
    book.save(folder / "units.xlsx")
    with pytest.raises(InputError, match=r"`unit`, row 2: .*a date"):
        read_city(folder)


# --- GeoJSON and Parquet ---------------------------------------------------------


def test_geojson_is_in_degrees_unless_it_says_otherwise(tmp_path):
    folder = city_files.write_folder(tmp_path / "city", buildings=None)
    path = folder / "buildings.geojson"
    city_files.buildings().to_crs(4326).to_file(path, driver="GeoJSON")
    tree = json.loads(path.read_text("utf-8"))
    tree.pop("crs", None)
    tree["features"][0]["properties"]["households"] = 12.0
    tree["features"][1]["geometry"]["coordinates"][0].pop()  # an open ring
    tree["features"][2]["geometry"] = {"type": "Polygon", "coordinates": [[[1, 2]]]}
    path.write_text(json.dumps(tree), "utf-8")
    city = read_city(folder)
    assert city.buildings["households"].tolist() == [12, 20, 30, 40]
    given = city_files.buildings().geometry
    assert city.buildings.geometry[1].hausdorff_distance(given[1]) < 0.001
    assert city.buildings.geometry.isna().tolist() == [0, 0, 1, 0]
    (note,) = city_files.told(city, "I08")
    assert note["id"] == 3


def test_parquet_without_pyarrow_names_the_package(tmp_path, monkeypatch):
    folder = city_files.write_folder(tmp_path / "city", buildings=None)
    (folder / "buildings.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")

    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(parquet.importlib, "import_module", absent)
    with pytest.raises(InputError, match="pip install pyarrow"):
        read_city(folder)


def test_parquet_is_read_where_pyarrow_is_installed(tmp_path):
    folder = city_files.write_folder(
        tmp_path / "city", communities=None, buildings=None
    )
    for name in ("communities", "buildings"):
        frame = getattr(city_files, name)()
        frame.rename_geometry("shape").to_parquet(folder / f"{name}.parquet")
    pd.DataFrame(
        {"building_id": ["b1"], "unit": ["1"], "households": [10], "phone": [0]}
    ).to_parquet(folder / "units.parquet")
    city = read_city(folder)
    assert city.buildings["households"].sum() == 100
    assert city.units["building_id"].tolist() == ["b1"]
    (folder / "units.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    with pytest.raises(InputError, match=r"units\.parquet"):
        read_city(folder)


# --- broken and hostile files ------------------------------------------------------

VRT = """<OGRVRTDataSource><OGRVRTLayer name="buildings">
<SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""
PIPELINE = '"type": "gdal_streamed_alg", "command_line": "gdal vector read {}"'
GDALG = "{{" + PIPELINE + "}}"
MIXED = "{{" + PIPELINE + ', "type": "FeatureCollection", "features": []}}'


@pytest.mark.parametrize(
    "ending", [".gpkg", ".shp", ".geojson", ".csv", ".xlsx", ".parquet", ".gdb"]
)
@pytest.mark.parametrize("text", [VRT, GDALG, MIXED])
def test_a_file_that_points_to_another_is_not_followed(tmp_path, ending, text):
    other = tmp_path / "other.csv"
    other.write_text("building_id,households\nstolen,1\n")
    folder = city_files.write_folder(tmp_path / "city", buildings=None)
    (folder / f"buildings{ending}").write_text(text.format(other))
    (folder / "buildings.shx").write_bytes(bytes(100))
    with pytest.raises(InputError) as error:
        read_city(folder)
    assert "stolen" not in str(error.value)


@pytest.mark.parametrize(
    "ending", [".gpkg", ".shp", ".geojson", ".csv", ".xlsx", ".parquet", ".gdb"]
)
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 200, b"PK\x03\x04 no zip", b"[" * 100_000]
)
def test_broken_files_are_one_clear_error(tmp_path, ending, content):
    folder = city_files.write_folder(tmp_path / "city", buildings=None)
    (folder / f"buildings{ending}").write_bytes(content)
    with pytest.raises(InputError, match="buildings"):
        read_city(folder)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_a_geopackage_cut_short_is_refused(tmp_path, share):
    path = city_files.write_gpkg(tmp_path / "city.gpkg")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="cut short"):
        read_city(path)


def test_what_is_missing_is_named_with_what_was_found(tmp_path):
    path = city_files.write_gpkg(
        tmp_path / "a.gpkg", buildings=None, houses=city_files.buildings()
    )
    with pytest.raises(
        InputError, match=r"layer buildings is missing.*communities, houses"
    ):
        read_city(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        InputError, match=r"communities and buildings is missing\. Found: nothing"
    ):
        read_city(tmp_path / "empty")
    with pytest.raises(InputError, match="no such file"):
        read_city(tmp_path / "nowhere")
    with pytest.raises(InputError, match="GeoPackage, a folder"):
        (tmp_path / "city.zip").write_bytes(b"PK\x03\x04")
        read_city(tmp_path / "city.zip")
    houses = city_files.buildings().rename(columns={"households": "hh"})
    path = city_files.write_gpkg(tmp_path / "b.gpkg", buildings=houses)
    with pytest.raises(
        InputError, match=r"`households` \(户数\) is missing. Found: building_id, hh"
    ):
        read_city(path)


def test_a_layer_given_twice_is_refused(tmp_path):
    folder = city_files.write_folder(tmp_path / "city")
    city_files.buildings().to_file(folder / "buildings.geojson", driver="GeoJSON")
    with pytest.raises(InputError, match=r"given twice.*buildings\.geojson"):
        read_city(folder)


def test_buildings_without_places_are_refused(tmp_path):
    folder = only_communities(tmp_path / "city")
    points().drop(columns=["lon", "lat"]).to_csv(folder / "buildings.csv", index=False)
    with pytest.raises(InputError, match="buildings: a table without places"):
        read_city(folder)


def test_open_rings_in_a_geopackage_are_closed_and_told(tmp_path):
    houses = city_files.buildings()
    path = city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses)
    corner = shapely.to_wkb(houses.geometry[1])[-16:]
    moved = shapely.to_wkb(shapely.Point(city_files.X0 + 121, city_files.Y0 + 51))[-16:]
    content = path.read_bytes()
    at = content.rindex(corner)
    path.write_bytes(content[:at] + moved + content[at + 16 :])
    city = read_city(path)
    assert city.buildings.geometry.notna().all()
    (note,) = city_files.told(city, "I08")
    assert (note["id"], note["rows"]) == (2, 1)


def test_geometry_columns_of_other_names_are_geometry(tmp_path):
    houses = city_files.buildings().rename_geometry("shape")
    assert isinstance(houses, gpd.GeoDataFrame)
    city = read_city(city_files.write_gpkg(tmp_path / "city.gpkg", buildings=houses))
    assert city.buildings.geometry.geom_equals(city_files.buildings().geometry).all()
