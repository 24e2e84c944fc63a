"""Small sound cities drawn as letter maps, for tests to read, check and break.

Every character is a square of 50 m, as in :mod:`tests.builders`.
"""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridpart.city import City
from gridpart.columns import CITY
from gridpart.conform import conform, empty
from tests.builders import CORNER, CRS, community_code, rows_of

SIDE_M = 50.0
HOUSEHOLDS = 50


def toy_city(picture: str, communities: str | None = None) -> City:
    """Build a sound city from letter maps.

    Parameters
    ----------
    picture
        A to Z: a building of 50 households on 6 floors, in that compound; ``*``:
        a building of no compound; ``.``: open ground; ``_``: no ground at all.
    communities
        1 to 9: the community of each square. Without it all is community 1.
    """
    kinds = rows_of(picture)
    homes = rows_of(communities) if communities else ["1" * len(row) for row in kinds]
    squares = pd.DataFrame(
        [
            {
                "row": row,
                "column": column,
                "kind": kind,
                "home": homes[row][column],
                "geometry": square(row, column),
            }
            for row, line in enumerate(kinds)
            for column, kind in enumerate(line)
            if kind != "_"
        ]
    )
    tables = {name: empty(table, crs=CRS) for name, table in CITY.items()}
    tables["communities"] = _communities(squares)
    built = squares[squares["kind"] != "."]
    tables["buildings"] = _buildings(built)
    tables["compounds"] = _compounds(built[built["kind"] != "*"])
    return City(**tables, crs=pyproj.CRS(CRS), basis="dwellings", sources={})


def square(row: float, column: float, rows: float = 1, columns: float = 1) -> Any:
    """The ground of a square of the map, or of some squares down and right of it."""
    left, top = CORNER[0] + column * SIDE_M, CORNER[1] - row * SIDE_M
    return shapely.box(left, top - rows * SIDE_M, left + columns * SIDE_M, top)


def change(city: City, layer: str, rows: Any, **values: Any) -> City:
    """A copy of the city with some values of one layer changed (``rows`` as .loc)."""
    table = getattr(city, layer).copy()
    for column, value in values.items():
        table.loc[rows, column] = value
    return replace(city, **{layer: table})


def add(city: City, layer: str, **values: Any) -> City:
    """A copy of the city with one more row in a layer."""
    table = CITY[layer]
    row = pd.DataFrame({name: [value] for name, value in values.items()})
    more = conform(row, table, crs=CRS)
    whole = pd.concat([getattr(city, layer), more], ignore_index=True)
    return replace(city, **{layer: conform(whole, table, crs=CRS)})


def shuffled(city: City, seed: int = 1) -> City:
    """A copy of the city with the rows of every layer in another order."""
    rng = np.random.default_rng(seed)
    tables = {
        name: getattr(city, name)
        .iloc[rng.permutation(len(getattr(city, name)))]
        .reset_index(drop=True)
        for name in CITY
    }
    return replace(city, **tables)


def _communities(squares: pd.DataFrame) -> gpd.GeoDataFrame:
    grounds = squares.groupby("home")["geometry"].agg(shapely.union_all)
    rows = pd.DataFrame(
        {
            "community_code": [community_code(home) for home in grounds.index],
            "name": [f"社区{home}" for home in grounds.index],
            "geometry": grounds.to_numpy(),
        }
    )
    return conform(rows, CITY["communities"], crs=CRS)


def _buildings(built: pd.DataFrame) -> gpd.GeoDataFrame:
    footprints = [
        shapely.buffer(ground.centroid, SIDE_M / 4, cap_style="square")
        for ground in built["geometry"]
    ]
    rows = pd.DataFrame(
        {
            "building_id": [
                f"b{row:02d}{column:02d}"
                for row, column in zip(built["row"], built["column"], strict=True)
            ],
            "households": HOUSEHOLDS,
            "compound_id": built["kind"].where(built["kind"] != "*").to_numpy(),
            "floors": 6,
            "geometry": footprints,
        }
    )
    return conform(rows, CITY["buildings"], crs=CRS)


def _compounds(built: pd.DataFrame) -> gpd.GeoDataFrame:
    grounds = built.groupby("kind")["geometry"].agg(shapely.union_all)
    rows = pd.DataFrame(
        {
            "compound_id": list(grounds.index),
            "name": [f"{letter}小区" for letter in grounds.index],
            "geometry": grounds.to_numpy(),
        }
    )
    return conform(rows, CITY["compounds"], crs=CRS)
