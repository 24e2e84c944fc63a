import dataclasses
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.columns import (
    FLAG,
    INTEGER,
    LINE,
    NUMBER,
    PLAN,
    POINT,
    POLYGON,
    TEXT,
)
from gridpart.columns import Table as Layer
from gridpart.conform import conform
from gridpart.plan import Plan
from gridpart.store.plans import MULTI, load_plan, save_plan
from tests.assertions import assert_same_plan

CRS = "EPSG:4526"
# GeoPackage texts are UTF-8 and end at a zero byte, so neither may be inside.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = {
    TEXT: TEXTS,
    INTEGER: st.integers(-(2**63), 2**63 - 1),
    NUMBER: st.floats(allow_nan=False),
    FLAG: st.booleans(),
}
METRES = st.floats(-4e7, 4e7, allow_subnormal=False)


@st.composite
def shapes(draw: st.DrawFn, layer: Layer) -> shapely.Geometry | None:
    kinds = [*layer.shapes] if layer.needs_shape else [*layer.shapes, None]
    kind = draw(st.sampled_from(kinds))
    x, y = draw(METRES), draw(METRES)
    size = draw(st.sampled_from([0.1, 1 / 3, 50.0]))
    if kind == POINT:
        return shapely.Point(x, y)
    if kind == LINE:
        return shapely.LineString([(x, y), (x + size, y + 1 / 7)])
    if kind == POLYGON:
        box = shapely.box(x, y, x + size, y + size)
        return shapely.MultiPolygon([box]) if layer.name in MULTI else box
    return None


@st.composite
def tables(draw: st.DrawFn, layer: Layer) -> pd.DataFrame:
    count = draw(st.integers(0, 3))
    columns = {}
    for column in layer.columns:
        values = VALUES[column.kind]
        if column.kind == INTEGER and not column.required:
            # Numbers beyond 2**53 beside missing ones are more than counts need.
            values = st.none() | st.integers(-(2**53), 2**53)
        elif not column.required and column.kind != FLAG:
            values = st.none() | values
        drawn = draw(st.lists(values, min_size=count, max_size=count))
        columns[column.name] = np.array(drawn, dtype=object)
    frame = pd.DataFrame(columns)
    if not layer.shapes:
        return conform(frame, layer)
    geometry = np.empty(count, dtype=object)
    for i in range(count):
        geometry[i] = draw(shapes(layer))
    return conform(gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS), layer)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    layers = {name: draw(tables(layer)) for name, layer in PLAN.items()}
    info = draw(st.dictionaries(TEXTS, TEXTS, max_size=3))
    return Plan(**layers, info=info)


@settings(max_examples=8, deadline=None)
@given(plan=plans())
def test_save_and_load_is_identity(plan: Plan):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        save_plan(plan, path)
        loaded = load_plan(path)
        assert_same_plan(loaded, plan)
        save_plan(loaded, Path(folder) / "again.gpkg")
        assert (Path(folder) / "again.gpkg").read_bytes() == path.read_bytes()


@settings(max_examples=8, deadline=None)
@given(created=TEXTS, parameters=TEXTS)
def test_any_info_can_be_saved(created: str, parameters: str):
    empty = {
        name: conform(pd.DataFrame(columns=layer.names), layer, crs=CRS)
        for name, layer in PLAN.items()
    }
    info = {"created": created, "parameters": parameters}
    plan = dataclasses.replace(Plan(**empty, info={}), info=info)
    with tempfile.TemporaryDirectory() as folder:
        save_plan(plan, Path(folder) / "plan.gpkg")
        assert load_plan(Path(folder) / "plan.gpkg").info == info
