"""A plan as the layers of a map: longitude and latitude, and only what is shown.

Geometry travels as whole numbers: each ring is a flat list of steps from point to
point, in units of 2e-6 degrees (about 0.2 m); its first step is from the first point
of the ring before it in the layer, or from the south-west corner. That is a fifth of
the size of GeoJSON after compression. Neighbours share vertices, so they are rounded
alike and no gap opens between them.
"""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.columns import PLAN
from gridpart.errors import InputError
from gridpart.measure.departments import SEPARATOR, match_departments
from gridpart.plan import Plan
from gridpart.show.onemap_duties import STAFF, placed_organisations
from gridpart.show.outlines import edges_once, simplify_together

STEPS_PER_DEGREE = 500_000

_SIMPLER_M = 0.3

# What a card, a label or the search needs; everything else stays in the plan.
_SHOWN = {
    "communities": PLAN["communities"].names,
    "base_grids": [
        name
        for name in PLAN["base_grids"].names
        if name not in ("workload", "perimeter_m")
    ],
    "micro_grids": PLAN["micro_grids"].names,
    "exclusive_grids": PLAN["exclusive_grids"].names,
    "buildings": PLAN["buildings"].names,
    "barriers": ["kind"],
    "findings": PLAN["findings"].names,
    "party_orgs": ["org_id", "name", "level"],
    "resources": ["name", "kind", "members"],
    "department_grids": [
        *("name", "department", "code"),
        *("union_of", "households", "households_off", "union_count"),
    ],
    "workers": ["worker_id", "role"],
}
# Layers of polygons that fit; an edge of the nested ones is held by the first with it.
_GROUNDS = ("communities", "base_grids", "micro_grids", "exclusive_grids")
_NESTED = _GROUNDS[:3]


def map_layers(plan: Plan, profile: str = "public") -> dict[str, Any]:
    """Return the plan's layers as plain values that JSON can hold.

    Parameters
    ----------
    plan
        Any plan whose communities have polygons; it is not changed.
    profile
        ``staff`` for the places of workers, which may be their homes.

    Returns
    -------
    layers
        ``origin`` (lon, lat), ``steps`` (per degree) and ``layers``: for each
        layer its ``columns`` (name to list of values), ``shapes`` (parts, rings,
        steps) and ``areal`` (whether each is a polygon); for grids and
        communities also ``labels`` (x and y in steps, radius in metres of the
        largest circle inside the shape); for communities, base and micro-grids
        ``edges`` (lines by community, like shapes; those that the layer has and
        none of the layers before it).

    Raises
    ------
    InputError
        If no community has a shape: there is nothing to show.
    """
    tables = _tables(plan, profile)
    shapes = _shapes(tables)
    box = shapes["communities"].to_crs(4326).total_bounds
    if not np.isfinite(box).all():
        msg = (
            "layer communities: polygons expected, none given. A map needs at least "
            "one community with a shape."
        )
        raise InputError(msg)
    origin = box[:2]
    layers = {}
    edges = _edges(shapes, tables)
    for name, columns in _SHOWN.items():
        rows = tables[name].loc[shapes[name].index]
        layer: dict[str, Any] = {
            "columns": _values(rows[columns]),
            "shapes": _encode(shapes[name], origin),
            "areal": (shapely.get_dimensions(shapes[name].array) == 2).tolist(),
        }
        if name in _GROUNDS:
            layer["labels"] = _label_places(shapes[name], origin)
        if name in _NESTED:
            layer["edges"] = _encode(edges[name], origin)
        layers[name] = layer
    return {
        "origin": origin.tolist(),
        "steps": STEPS_PER_DEGREE,
        "layers": layers,
    }


def _tables(plan: Plan, profile: str) -> dict[str, gpd.GeoDataFrame]:
    tables = {name: getattr(plan, name) for name in _SHOWN}
    tables["party_orgs"] = placed_organisations(plan)
    tables["department_grids"] = _matched(plan)
    if profile != STAFF:
        tables["workers"] = plan.workers.iloc[:0]
    return tables


def _matched(plan: Plan) -> gpd.GeoDataFrame:
    """Departments' grids, and the base grids that each is or comes nearest to."""
    found = match_departments(plan)
    codes = found["base_codes"].fillna("")
    return plan.department_grids.reset_index(drop=True).assign(
        union_of=found["union_of"],
        households=found["households"],
        households_off=found["base_added"] + found["base_lacking"],
        union_count=codes.str.count(SEPARATOR) + (codes != ""),
    )


def _shapes(tables: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoSeries]:
    """Shapes of every layer, slightly simplified; findings may lack theirs."""
    shapes = {name: table.geometry.force_2d() for name, table in tables.items()}
    for name in shapes.keys() - {"findings"}:
        shapes[name] = shapes[name][shapes[name].notna() & ~shapes[name].is_empty]
    for name in _GROUNDS:
        shapes[name] = shapes[name][shapely.get_dimensions(shapes[name].array) == 2]
    grounds = {name: shapes[name] for name in _GROUNDS}
    shapes |= simplify_together(grounds, _SIMPLER_M)
    for name in ("barriers", "department_grids"):
        shapes[name] = shapes[name].simplify(_SIMPLER_M)
    shapes["findings"] = shapes["findings"].representative_point()
    return shapes


def _edges(
    shapes: Mapping[str, gpd.GeoSeries], tables: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, gpd.GeoSeries]:
    """Edges of the nested grounds by community, none in two layers."""
    grounds = pd.concat([shapes[name] for name in _NESTED], ignore_index=True)
    groups = [
        f"{rank}{code}"
        for rank, name in enumerate(_NESTED)
        for code in tables[name].loc[shapes[name].index, "community_code"]
    ]
    lines = edges_once(grounds, pd.Series(groups, dtype="str"))
    return {
        name: lines[lines.index.str.startswith(str(rank))]
        for rank, name in enumerate(_NESTED)
    }


def _values(table: pd.DataFrame) -> dict[str, list[Any]]:
    columns = {}
    for name in table.columns:
        values = table[name]
        if pd.api.types.is_float_dtype(values.dtype):
            values = values.round(4)
        plain = values.astype(object)
        columns[name] = plain.where(plain.notna(), None).tolist()
    return columns


def _encode(shapes: gpd.GeoSeries, origin: np.ndarray) -> list[list[list[list[int]]]]:
    """Return each shape as parts of rings of steps; closing points are left out.

    Holes run the other way round than what they are cut from, so that shapes drawn
    as one stay whole where they overlap.
    """
    places = shapely.orient_polygons(shapes.to_crs(4326).array)
    parts, shape_of = shapely.get_parts(places, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part_of = shapely.get_rings(parts, return_index=True)
    lines = np.concatenate([rings, parts[~areal]])
    part_of = np.concatenate([part_of, np.flatnonzero(~areal)])
    closed = np.arange(len(lines)) < len(rings)
    order = np.argsort(part_of, kind="stable")
    steps = _steps(lines[order], closed[order], origin)

    encoded: list[list[list[list[int]]]] = [[] for _ in shapes]
    rings_of_part: list[list[list[int]]] = [[] for _ in parts]
    for part, ring in zip(part_of[order], steps, strict=True):
        rings_of_part[part].append(ring)
    for shape, ringed in zip(shape_of, rings_of_part, strict=True):
        encoded[shape].append(ringed)
    return encoded


def _steps(
    lines: np.ndarray, closed: np.ndarray, origin: np.ndarray
) -> list[list[int]]:
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    whole = np.rint((points - origin) * STEPS_PER_DEGREE).astype(np.int64)
    starts = np.searchsorted(line_of, np.arange(len(lines)))
    ends = np.searchsorted(line_of, np.arange(len(lines)), side="right")
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[starts] = np.diff(whole[starts], axis=0, prepend=np.zeros((1, 2), np.int64))
    kept = np.any(steps != 0, axis=1)
    kept[starts] = True
    kept[ends[closed] - 1] = False
    return [
        steps[start:end][kept[start:end]].ravel().tolist()
        for start, end in zip(starts, ends, strict=True)
    ]


def _label_places(shapes: gpd.GeoSeries, origin: np.ndarray) -> list[list[int]]:
    """Centre (steps) and radius (m) of the largest circle inside each shape."""
    circles = shapes.maximum_inscribed_circle(tolerance=5.0)
    radius_m = circles.length.to_numpy()
    centres = gpd.GeoSeries(shapely.get_point(circles.array, 0), crs=shapes.crs)
    places = shapely.get_coordinates(centres.to_crs(4326).array)
    steps = np.rint((places - origin) * STEPS_PER_DEGREE).astype(int)
    return [
        [int(x), int(y), round(float(radius))]
        for (x, y), radius in zip(steps, radius_m, strict=True)
    ]
