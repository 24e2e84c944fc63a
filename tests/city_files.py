"""A tiny city as frames, to be written in any format: two communities, four houses."""

import dataclasses
import warnings

import geopandas as gpd
import shapely

CRS = "EPSG:4548"  # CGCS2000, central meridian 117
X0, Y0 = 442_000.0, 4_428_000.0


def communities(**columns):
    data = {
        "community_code": ["110108901001", "110108901002"],
        "name": ["东社区", "西社区"],
    }
    boxes = [
        shapely.box(X0 + 200 * i, Y0, X0 + 200 * (i + 1), Y0 + 200) for i in (0, 1)
    ]
    return gpd.GeoDataFrame(data | columns, geometry=boxes, crs=CRS)


def buildings(**columns):
    data = {"building_id": ["b1", "b2", "b3", "b4"], "households": [10, 20, 30, 40]}
    boxes = [
        shapely.box(X0 + 100 * i + 20, Y0 + 50, X0 + 100 * i + 70, Y0 + 70)
        for i in range(4)
    ]
    return gpd.GeoDataFrame(data | columns, geometry=boxes, crs=CRS)


def write(frame, path, **options):
    """Write a layer; what GDAL warns of while writing is not what is tested."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, engine="pyogrio", **options)


def layers_with(layers):
    """Return the tiny city's layers with others instead or beside; None is none."""
    own = {"communities": communities(), "buildings": buildings()}
    return {name: frame for name, frame in (own | layers).items() if frame is not None}


def write_gpkg(path, **layers):
    """Write the tiny city into one file."""
    for name, frame in layers_with(layers).items():
        write(frame, path, layer=name)
    return path


def write_folder(folder, **layers):
    """Write the tiny city into a folder with a GeoPackage a layer."""
    folder.mkdir(exist_ok=True)
    for name, frame in layers_with(layers).items():
        write(frame, folder / f"{name}.gpkg")
    return folder


def notes_of(city, rule):
    return [note for note in city.notes if note.rule == rule]


def told(city, rule):
    """Return what the notes of a rule are filled with."""
    return [dataclasses.asdict(note)["values"] for note in notes_of(city, rule)]
