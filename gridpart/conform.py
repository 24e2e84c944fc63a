"""Any frame to the table it is meant as: known columns, types and order."""

import geopandas as gpd
import pandas as pd

from gridpart.columns import FLAG, INTEGER, NUMBER, TEXT, Column, Table
from gridpart.errors import InputError

_DTYPES = {TEXT: "str", INTEGER: "Int64", NUMBER: "float64", FLAG: "bool"}


def conform(
    frame: pd.DataFrame, table: Table, *, crs: object = None
) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return ``frame`` with just the columns of ``table``, typed and in order.

    Parameters
    ----------
    frame
        Any table that holds at least the required columns.
    table
        What the result shall look like.
    crs
        CRS of the geometry, where ``frame`` is not a GeoDataFrame itself.

    Returns
    -------
    conformed
        A new table with a running index; missing optional columns are filled
        with missing values, flags with what their column means by saying nothing.

    Raises
    ------
    InputError
        If a required column is missing or a value has the wrong type.
    """
    data: dict[str, pd.Series] = {}
    plain = frame.reset_index(drop=True)
    for column in table.columns:
        if column.name in plain.columns:
            data[column.name] = _cast(plain[column.name], column, table)
        elif column.required:
            msg = (
                f"layer {table.name}: column `{column.name}` ({column.label_zh}) is "
                f"missing. Found: {', '.join(map(str, frame.columns)) or 'nothing'}."
            )
            raise InputError(msg)
        else:
            data[column.name] = _missing(len(plain), column)
    result = pd.DataFrame(data, index=plain.index)
    if not table.shapes:
        return result
    if "geometry" in plain.columns:
        geometry = gpd.GeoSeries(plain["geometry"], crs=getattr(frame, "crs", crs))
    else:
        geometry = gpd.GeoSeries([None] * len(plain), index=plain.index, crs=crs)
    return gpd.GeoDataFrame(result, geometry=geometry)


def empty(table: Table, *, crs: object = None) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return the table without rows."""
    return conform(pd.DataFrame(columns=table.names), table, crs=crs)


def _missing(length: int, column: Column) -> pd.Series:
    filler = column.unsaid if column.kind == FLAG else None
    return pd.Series([filler] * length, dtype=_DTYPES[column.kind])


def _cast(values: pd.Series, column: Column, table: Table) -> pd.Series:
    try:
        if column.kind == FLAG:
            return values.astype("boolean").fillna(column.unsaid).astype("bool")
        if column.kind == INTEGER and column.required and values.notna().all():
            return values.astype("int64")
        return values.astype(_DTYPES[column.kind])
    except (TypeError, ValueError) as error:
        msg = (
            f"layer {table.name}: column `{column.name}` must hold {column.kind} "
            f"values; {error}."
        )
        raise InputError(msg) from error
