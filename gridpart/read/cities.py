"""A path to a City: the only door for input files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridpart import crs as coordinates
from gridpart.city import City
from gridpart.columns import CITY, POLYGON
from gridpart.conform import conform, empty
from gridpart.errors import InputError
from gridpart.finding import INFO, WARNING, Finding
from gridpart.read.files import digest, find_sources
from gridpart.read.joins import count_households, put_together, require_columns
from gridpart.read.places import place_in_compounds
from gridpart.read.sources import Source, Sources
from gridpart.read.tables import Read, read_source

_NEEDED = ("communities", "buildings")


def read_city(path: Path, *, crs: str | None = None, datum: str | None = None) -> City:
    """Return the city that lies at ``path``.

    Parameters
    ----------
    path
        A GeoPackage or file geodatabase with layers named as in
        :data:`gridpart.columns.CITY`, a folder with a file per layer (a ledger of
        the same name beside it is joined to it by id), or a ``city.toml``
        (:mod:`gridpart.read.sources`).
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
    _need_layers(found, path)
    datum = datum or found.datum
    coordinates.know_datum(datum)
    named = crs or found.crs
    fallback = coordinates.read_crs(named) if named else None
    reads = [read_source(source, found.basis, fallback) for source in found.items]
    notes = [_ignored(found)] if found.ignored else []
    notes += [note for read in reads for note in read.notes]
    target = _target_crs(reads, datum)
    notes += _flattened(reads)
    rows: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for read in reads:
        placed, rough = _placed(read, target, datum)
        rows[read.source.table].append(placed)
        notes += rough
        if read.units is not None:
            rows["units"].append(read.units)
    tables, seen = _tables(rows, reads, target)
    return City(
        **tables,
        crs=target,
        basis=found.basis,
        sources=_digests(found.items),
        notes=tuple(notes + seen),
    )


def _need_layers(found: Sources, path: Path) -> None:
    given = {source.table for source in found.items}
    missing = [name for name in _NEEDED if name not in given]
    if missing:
        names = ", ".join([*sorted(given), *found.ignored]) or "nothing"
        msg = (
            f"{path.name}: layer {' and '.join(missing)} is missing. Found: {names}. "
            "Name layers communities and buildings, or say in a city.toml which are."
        )
        raise InputError(msg)


def _ignored(found: Sources) -> Finding:
    values = {"names": ", ".join(found.ignored)}
    return Finding("I02", INFO, "input.layers_ignored", values)


def _target_crs(reads: Sequence[Read], datum: str | None) -> pyproj.CRS:
    shapes = [
        read.rows.geometry
        for read in reads
        if read.source.table == "communities"
        and isinstance(read.rows, gpd.GeoDataFrame)
    ]
    if not shapes:
        msg = "layer communities: a table without places. Give the layer as polygons."
        raise InputError(msg)
    if shapes[0].empty:
        msg = "layer communities has no rows. Look at its source and the layer's name."
        raise InputError(msg)
    degrees = coordinates.into_crs(shapes[0], coordinates.LON_LAT, datum)
    west, south, east, north = degrees.total_bounds
    if not (-180 <= west <= east <= 180 and -80 <= south <= north <= 84):
        msg = (
            "layer communities: no polygon has a place. Expected polygons whose "
            "coordinates are possible in their CRS. Correct the layer or its CRS."
        )
        raise InputError(msg)
    centre = (west + east) / 2, (south + north) / 2
    return coordinates.metric_crs(shapes[0].crs, *centre)


def _placed(
    read: Read, target: pyproj.CRS, datum: str | None
) -> tuple[pd.DataFrame, list[Finding]]:
    rows = read.rows
    if not isinstance(rows, gpd.GeoDataFrame):
        return rows, []
    flat = gpd.GeoSeries(
        shapely.force_2d(rows.geometry.to_numpy()), index=rows.index, crs=rows.crs
    )
    geometry = coordinates.into_crs(flat, target, datum)
    has_place = ~(shapely.is_missing(flat) | shapely.is_empty(flat))
    is_possible = np.isfinite(shapely.bounds(geometry.to_numpy())).all(axis=1)
    lost = flat.index[has_place & ~is_possible]
    if len(lost):
        msg = (
            f"{read.source.place}, row {lost[0]}: coordinates that are impossible in "
            f"{rows.crs.name} ({len(lost)} rows). Correct them or the CRS."
        )
        raise InputError(msg)
    if not coordinates.is_rough(rows.crs, target):
        return rows.set_geometry(geometry), []
    values = {
        "layer": read.source.table,
        "source": rows.crs.name,
        "target": target.name,
    }
    note = Finding("I03", WARNING, "input.datum_rough", values)
    return rows.set_geometry(geometry), [note]


def _flattened(reads: Sequence[Read]) -> list[Finding]:
    layers = [
        read.source.table
        for read in reads
        if isinstance(read.rows, gpd.GeoDataFrame) and _is_high(read.rows.geometry)
    ]
    values = {"layers": ", ".join(dict.fromkeys(layers))}
    return [Finding("I03", INFO, "input.heights_dropped", values)] if layers else []


def _is_high(geometry: gpd.GeoSeries) -> bool:
    shapes = geometry.to_numpy()
    return bool((shapely.has_z(shapes) | shapely.has_m(shapes)).any())


def _tables(
    rows: Mapping[str, Sequence[pd.DataFrame]], reads: Sequence[Read], crs: pyproj.CRS
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    notes: list[Finding] = []
    joined: dict[str, pd.DataFrame] = {}
    for name in rows:
        joined[name], seen = put_together(rows[name], CITY[name])
        notes += seen
    if "units" in joined:
        joined["buildings"], seen = count_households(
            joined["buildings"], joined["units"]
        )
        notes += seen
    headings: dict[str, list[str]] = defaultdict(list)
    for read in reads:
        headings[read.source.table] += read.headings
    tables = {name: empty(table, crs=crs) for name, table in CITY.items()}
    for name, frame in joined.items():
        whole = require_columns(frame, CITY[name], headings[name])
        tables[name] = conform(whole, CITY[name], crs=crs)
    tables["sites"], left_out = _polygons_only(tables["sites"])
    tables["buildings"], placed = place_in_compounds(
        tables["buildings"], tables["compounds"]
    )
    return tables, notes + left_out + placed


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
    return {name: ",".join(shas) for name, shas in layers.items()}
