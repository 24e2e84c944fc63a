"""Rows of lists that people keep by hand: ids twice, several values in one field."""

import re
from collections.abc import Iterable

import geopandas as gpd
import shapely

# Several ids in one field.
SEPARATOR = re.compile("[;；]")
MISSING = {"nan", "None", "<NA>"}
LAST = "\uffff"


def first_rows(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return one row an id, sorted by id.

    Of several the first counts by what they hold, not by their order; what says more
    comes before what says nothing.
    """
    named = table[table[key].notna()]
    others = [named[name] for name in named if name not in (key, "geometry")]
    shapes = shapely.to_wkb(named.geometry.to_numpy(), hex=True)
    texts = list(
        zip(*(_texts(column) for column in (named[key], *others, shapes)), strict=True)
    )
    order = sorted(range(len(texts)), key=texts.__getitem__)
    first = {texts[row][0]: row for row in reversed(order)}
    return named.iloc[sorted(first.values(), key=texts.__getitem__)]


def _texts(column: Iterable[object]) -> list[str]:
    return [LAST if text in MISSING else text for text in map(str, column)]


def named_ids(table: gpd.GeoDataFrame, key: str, column: str) -> dict[str, set[str]]:
    """Return the ids that a field names, by id of the row; of rows that name any."""
    found = {}
    for one, text in zip(table[key], table[column], strict=True):
        if isinstance(text, str):
            ids = {part.strip() for part in SEPARATOR.split(text)} - {""}
            if ids:
                found[one] = ids
    return found
