"""Pieces of ground to the tables of a Fabric."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.coverage import smallest_holder
from gridpart.cut.barriers import HARD, SOFT
from gridpart.cut.borders import Borders
from gridpart.cut.buildings import Buildings
from gridpart.cut.communities import Pieces

Floats = NDArray[np.float64]


def atoms_table(
    pieces: Pieces,
    codes: NDArray[Any],
    buildings: Buildings,
    sites: gpd.GeoDataFrame,
    compounds: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Return the atoms as a table, in the order of the pieces.

    Parameters
    ----------
    pieces
        Of one or more communities.
    codes
        Community of each piece.
    buildings, sites
        What the positions in ``pieces`` count.
    compounds
        Compounds, some of them with polygons.
    """
    rows = buildings.table.reindex(pieces.building).reset_index(drop=True)
    names = rows["building_id"]
    built = pieces.building >= 0
    unit = np.full(len(built), None, dtype=object)
    households = rows["households"].fillna(0).to_numpy(dtype=np.int64, copy=True)
    workload = rows["workload"].fillna(rows["households"]).fillna(0.0)
    workload = workload.to_numpy(dtype=float, copy=True)
    spots = shapely.point_on_surface(pieces.polygons)
    whole = built & (pieces.part < 0)
    spots[whole] = buildings.spots[pieces.building[whole]]
    for row in np.flatnonzero(pieces.part >= 0):
        units, part = buildings.units[names[row]], pieces.part[row]
        unit[row] = units.names[part]
        workload[row] *= units.households[part] / max(households[row], 1)
        households[row] = units.households[part]
    x, y = shapely.get_x(spots), shapely.get_y(spots)
    units_column = pd.Series(unit, dtype="str")
    ids = names + ("#" + units_column).fillna("")
    ids[~built] = _open_ids(x[~built], y[~built], codes[~built])
    compound = rows["compound_id"].fillna(_by_place(spots, compounds))
    compound[~built & (pieces.water == HARD)] = None
    return pd.DataFrame(
        {
            "atom_id": ids,
            "building_id": names,
            "unit": units_column,
            "compound_id": compound,
            "community_code": pd.Series(codes, dtype="str"),
            "site_id": sites["site_id"].reindex(pieces.site).reset_index(drop=True),
            "households": households,
            "workload": workload,
            "x": x,
            "y": y,
            "geometry": pieces.polygons,
        }
    )


def _open_ids(x: Floats, y: Floats, codes: NDArray[Any]) -> NDArray[Any]:
    """Name open ground by its place; others in the same place get a number."""
    places = pd.Series(
        [f"open@{a:.1f}_{b:.1f}" for a, b in zip(x, y, strict=True)], dtype="str"
    )
    earlier = places.groupby([codes, places]).cumcount()
    names = places.where(earlier == 0, places + "_" + (earlier + 1).astype("str"))
    return names.to_numpy()


def _by_place(spots: NDArray[Any], compounds: gpd.GeoDataFrame) -> pd.Series:
    """Return the compound that each point lies in."""
    drawn = compounds[~compounds.geometry.isna()]
    drawn = drawn.sort_values("compound_id", ignore_index=True)
    holder = smallest_holder(spots, drawn.geometry.to_numpy())
    return drawn["compound_id"].reindex(holder).reset_index(drop=True)


def borders_table(borders: Borders, atoms: pd.DataFrame) -> pd.DataFrame:
    """Return the borders as a table, by atom id.

    Parameters
    ----------
    borders
        Between rows of ``atoms``.
    atoms
        What :func:`atoms_table` gives.
    """
    a, b = borders.a, borders.b
    names = atoms["atom_id"].to_numpy(dtype=object)
    first = names[a] < names[b]
    edge = np.zeros(len(a), dtype=bool)
    for column in ("compound_id", "site_id"):
        values = atoms[column].fillna("").to_numpy(dtype=object)
        edge |= values[a] != values[b]
    barrier = np.full(len(a), None, dtype=object)
    barrier[borders.rank == SOFT] = "soft"
    barrier[borders.rank == HARD] = "hard"
    table = pd.DataFrame(
        {
            "atom_a": pd.Series(np.where(first, names[a], names[b]), dtype="str"),
            "atom_b": pd.Series(np.where(first, names[b], names[a]), dtype="str"),
            "shared_m": borders.shared_m,
            "clear_m": np.where(edge, borders.shared_m, borders.clear_m),
            "barrier": pd.Series(barrier, dtype="str"),
            "crossing": borders.crossing,
        }
    )
    return table.sort_values(["atom_a", "atom_b"], ignore_index=True)
