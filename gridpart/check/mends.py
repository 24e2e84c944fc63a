"""Harmless repairs of tables and shapes, each with what was done.

Harmless means that nothing a planner drew or counted is lost. What cannot be
repaired so stays as it is, and the checks name it.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.check.listing import KEYS, join_keys, list_findings, say_once
from gridpart.check.survey import (
    COORDINATES,
    INVALID,
    KIND,
    MISSING,
    plausible,
    spots,
    state_of,
)
from gridpart.columns import CITY, POLYGON, TEXT
from gridpart.finding import INFO, WARNING, Finding

# Also what spreadsheets and web pages leave behind, unseen.
SPACE = " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u3000\u200b\ufeff"
SAME_AREA = 1e-6
# Without a shape a row of these is nothing, but a plan can be made without it.
_LEFT_OUT = ("barriers", "crossings", "grids", "department_grids", "resources")


def mend_texts(frame: pd.DataFrame, layer: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Strip space around texts; what is only space becomes missing."""
    mended, changed = frame.copy(), 0
    for column in CITY[layer].columns:
        if column.kind == TEXT:
            before = frame[column.name].astype("str")
            after = before.str.strip(SPACE)
            after = after.where(after != "")
            changed += int((before.notna() & (before != after)).sum())
            mended[column.name] = after
    if not changed:
        return frame, []
    return mended, say_once("I46", INFO, "input.space", layer, count=changed)


def tidy_shapes(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Drop heights, needless wrappings and repeated vertices in all layers."""
    tidied = dict(tables)
    found = []
    for sentence, tidy in (
        ("input.flattened", _flatten),
        ("input.unwrapped", _unwrap),
        ("input.vertices", _thin),
    ):
        counts = {}
        for layer, frame in tidied.items():
            if CITY[layer].shapes:
                rows, shapes = tidy(frame.geometry.to_numpy())
                if rows:
                    counts[layer] = rows
                    tidied[layer] = _with_shapes(frame, shapes)
        if counts:
            layers = [f"{layer} {rows}" for layer, rows in counts.items()]
            labels = [f"{CITY[name].label_zh} {rows}" for name, rows in counts.items()]
            values = {"layers": ", ".join(layers), "layers_zh": "，".join(labels)}
            found.append(Finding("I44", INFO, sentence, values))
    return tidied, found


def repair_shapes(
    frame: gpd.GeoDataFrame, layer: str
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Make invalid polygons valid where their area stays the same."""
    repaired, shapes = _repair(frame.geometry.to_numpy(), layer)
    if not repaired.any():
        return frame, []
    ids = join_keys(frame, KEYS[layer]) if layer in KEYS else pd.Series(frame.index + 1)
    return _with_shapes(frame, shapes), list_findings(
        "I32", INFO, "input.shape_repaired",
        layer=layer, at=spots(shapes[repaired]), id=ids[repaired].astype("str"),
    )  # fmt: skip


def set_aside(
    frame: gpd.GeoDataFrame, layer: str
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Leave out what cannot be used and is not needed.

    Rows of barriers, crossings and other people's grids without a usable shape;
    buildings without a shape where nobody lives; shapes of a wrong kind where a
    row needs none.
    """
    states = state_of(frame.geometry.to_numpy(), layer)
    useless = np.isin(states, (MISSING, KIND, COORDINATES))
    if not CITY[layer].needs_shape:
        wrong = useless & (states != MISSING)
        if not wrong.any():
            return frame, []
        shapes = frame.geometry.to_numpy().copy()
        shapes[wrong] = None
        return _with_shapes(frame, shapes), say_once(
            "I47", WARNING, "input.shapes_aside", layer, count=int(wrong.sum())
        )
    if layer == "buildings":
        nobody = (frame["households"] == 0).fillna(False).to_numpy(dtype=bool)
        useless = (states == MISSING) & nobody
    elif layer not in _LEFT_OUT:
        return frame, []
    if not useless.any():
        return frame, []
    kept = frame[~useless].reset_index(drop=True)
    return kept, say_once(
        "I47", WARNING, "input.rows_aside", layer, count=int(useless.sum())
    )


def merge_twins(
    buildings: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Keep one of several rows of buildings that are the same in everything."""
    table = pd.DataFrame(buildings.drop(columns="geometry"))
    table["shape"] = shapely.to_wkb(buildings.geometry.to_numpy(), hex=True)
    same = table.duplicated(keep=False) & table["building_id"].notna()
    extra = (table.duplicated() & same).to_numpy()
    if not extra.any():
        return buildings, []
    alike = table[same].groupby(list(table.columns), dropna=False)
    count = alike["building_id"].transform("size")[~extra[same]]
    kept = buildings.loc[count.index]
    found = list_findings(
        "I45", WARNING, "input.twins",
        layer="buildings", at=spots(kept.geometry.to_numpy()),
        id=kept["building_id"], households=kept["households"], count=count,
    )  # fmt: skip
    return buildings[~extra].reset_index(drop=True), found


def _with_shapes(
    frame: gpd.GeoDataFrame, shapes: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    return frame.set_geometry(gpd.GeoSeries(shapes, frame.index, frame.crs))


def _flatten(shapes: NDArray[np.object_]) -> tuple[int, NDArray[np.object_]]:
    tall = shapely.has_z(shapes) | shapely.has_m(shapes)
    return int(tall.sum()), shapely.force_2d(shapes) if tall.any() else shapes


def _unwrap(shapes: NDArray[np.object_]) -> tuple[int, NDArray[np.object_]]:
    wrapped = shapely.get_type_id(shapes) >= 4
    wrapped &= shapely.get_num_geometries(shapes) == 1
    inner = shapely.get_geometry(shapes, 0)
    return int(wrapped.sum()), np.where(wrapped, inner, shapes)


def _thin(shapes: NDArray[np.object_]) -> tuple[int, NDArray[np.object_]]:
    sound = shapely.is_valid(shapes)
    thin = shapes.copy()
    thin[sound] = shapely.remove_repeated_points(shapes[sound])
    fewer = shapely.get_num_coordinates(thin) < shapely.get_num_coordinates(shapes)
    return int(fewer.sum()), np.where(fewer, thin, shapes)


def _repair(
    shapes: NDArray[np.object_], layer: str
) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Repair polygons that keep their area; return which, and all shapes."""
    repaired = np.zeros(len(shapes), dtype=bool)
    if POLYGON not in CITY[layer].shapes:
        return repaired, shapes
    mended = shapes.copy()
    collected = (shapely.get_type_id(shapes) == 7) & plausible(shapes)
    broken = state_of(shapes, layer) == INVALID
    for row in np.flatnonzero(broken | collected):
        before = shapes[row]
        polygons = _polygons(shapely.make_valid(before))
        after = shapely.unary_union(polygons)
        if after.area > 0 and abs(after.area - before.area) <= SAME_AREA * after.area:
            mended[row], repaired[row] = after, True
    return repaired, mended


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon"]
