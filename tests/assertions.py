"""Assertions that several kinds of tests share."""

import geopandas as gpd
import pandas as pd

from gridpart.plan import Plan


def assert_same_plan(one: Plan, other: Plan) -> None:
    """Same tables, types, missing values, polygons, CRS, order of rows and info."""
    assert dict(one.info) == dict(other.info)
    for name, table in one.tables.items():
        assert_same_table(table, other.tables[name])


def assert_same_table(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert type(one) is type(other)
    if isinstance(one, gpd.GeoDataFrame):
        assert one.crs == other.crs
        assert one.geometry.to_list() == other.geometry.to_list()
        one, other = (
            pd.DataFrame(frame.drop(columns="geometry")) for frame in (one, other)
        )
    pd.testing.assert_frame_equal(one, other, check_exact=True)
