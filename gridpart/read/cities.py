"""A path to a City: the only door for input files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from gridpart.city import City
from gridpart.columns import CITY, POLYGON, Table, conform, empty
from gridpart.crs import DATUMS, LON_LAT, into_crs, known_crs, metric_crs, read_crs
from gridpart.errors import InputError
from gridpart.finding import WARNING, Finding
from gridpart.read.files import digest, find_sources
from gridpart.read.places import place_in_compounds
from gridpart.read.sources import Source
from gridpart.read.tables import read_source

_NEEDED = ("communities", "buildings")


def read_city(path: Path, *, crs: str | None = None, datum: str | None = None) -> City:
    """Return the city that lies at ``path``.

    Parameters
    ----------
    path
        A GeoPackage or file geodatabase with layers named as in
        :data:`gridpart.columns.CITY`, a folder with a file per layer, or a
        ``city.toml`` (:mod:`gridpart.read.sources`).
    crs
        CRS of the layers that carry none, such as ``EPSG:4547``.
    datum
        ``gcj02`` or ``bd09``: the map shift to undo in every layer.

    Returns
    -------
    city
        Tables in one projected CRS in metres: that of the communities if it is
        one, else the CGCS2000 3-degree zone in China, else the UTM zone. Values
        are carried as they are; faults in them are for the check to find.

    Raises
    ------
    InputError
        If a file cannot be read, a needed layer, column or CRS is missing, a value
        cannot be carried, or a table holds facts about persons.
    """
    found = find_sources(path)
    _need_layers(found.items, found.ignored, path)
    crs, datum = crs or found.crs, datum or found.datum
    if datum is not None and datum not in DATUMS:
        raise InputError(f"datum {datum!r} is unknown. Known: {', '.join(DATUMS)}.")
    fallback = read_crs(crs) if crs else None
    notes: list[Finding] = []
    rows: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for source in found.items:
        read = read_source(source, found.basis)
        notes += read.notes
        rows[source.table].append(_with_crs(read.rows, source, fallback))
    target = _target_crs(rows["communities"], datum)
    tables: dict[str, pd.DataFrame] = {}
    for name, table in CITY.items():
        placed = [_placed(frame, target, datum) for frame in rows[name]]
        tables[name] = _table(placed, table, target)
    tables["sites"], left_out = _polygons_only(tables["sites"])
    tables["buildings"], placed = place_in_compounds(
        tables["buildings"], tables["compounds"]
    )
    return City(
        **tables,
        crs=target,
        basis=found.basis,
        sources=_digests(found.items),
        notes=tuple(notes + left_out + placed),
    )


def _need_layers(items: Sequence[Source], ignored: Sequence[str], path: Path) -> None:
    given = {source.table for source in items}
    missing = [name for name in _NEEDED if name not in given]
    if missing:
        found = ", ".join([*sorted(given), *ignored]) or "nothing"
        msg = (
            f"{path.name}: layer {' and '.join(missing)} is missing. Found: {found}. "
            "Name the layers as in the contract, or say in a city.toml which is which."
        )
        raise InputError(msg)


def _with_crs(
    rows: pd.DataFrame, source: Source, fallback: pyproj.CRS | None
) -> pd.DataFrame:
    if not isinstance(rows, gpd.GeoDataFrame):
        return rows
    crs = known_crs(rows.crs) or fallback
    if crs is None:
        msg = (
            f"{source.place}: the layer has no CRS. Give it one, or say which it is "
            "with --crs, such as --crs EPSG:4547."
        )
        raise InputError(msg)
    return rows.set_crs(crs, allow_override=True)


def _target_crs(communities: Sequence[pd.DataFrame], datum: str | None) -> pyproj.CRS:
    shapes = [
        rows.geometry for rows in communities if isinstance(rows, gpd.GeoDataFrame)
    ]
    if not shapes:
        msg = "layer communities: no polygons. Give the layer as polygons, not a table."
        raise InputError(msg)
    west, south, east, north = into_crs(shapes[0], LON_LAT, datum).total_bounds
    return metric_crs(shapes[0].crs, (west + east) / 2, (south + north) / 2)


def _placed(rows: pd.DataFrame, target: pyproj.CRS, datum: str | None) -> pd.DataFrame:
    if not isinstance(rows, gpd.GeoDataFrame):
        return rows
    flat = gpd.GeoSeries(
        shapely.force_2d(rows.geometry.to_numpy()), index=rows.index, crs=rows.crs
    )
    return rows.set_geometry(into_crs(flat, target, datum))


def _table(
    frames: Sequence[pd.DataFrame], table: Table, crs: pyproj.CRS
) -> pd.DataFrame:
    if not frames:
        return empty(table, crs=crs)
    return conform(pd.concat(frames, ignore_index=True), table, crs=crs)


def _polygons_only(sites: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    is_polygon = sites.geom_type.isin(["Polygon", "MultiPolygon"])
    if is_polygon.all():
        return sites, []
    values = {"layer": "sites", "rows": int((~is_polygon).sum()), "shape": POLYGON}
    note = Finding("I04", WARNING, "input.rows_left_out", values)
    return sites[is_polygon].reset_index(drop=True), [note]


def _digests(items: Sequence[Source]) -> Mapping[str, str]:
    by_path = {path: digest(path) for path in dict.fromkeys(s.path for s in items)}
    layers: dict[str, dict[str, None]] = defaultdict(dict)
    for source in items:
        layers[source.table][by_path[source.path]] = None
    return MappingProxyType({name: ",".join(shas) for name, shas in layers.items()})
