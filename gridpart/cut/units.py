"""Buildings too large for one grid, as slices of ground by unit (单元)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.coverage import more_than_corners, shared_lengths
from gridpart.cut.slices import slice_coverage
from gridpart.fabric import Fabric
from gridpart.finding import WARNING, Finding

_DIGITS = "零一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_WORDS = re.compile(rf"(\D*?)(\d+|[{_STEMS}]|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}]|$)")


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Units of one building, in the order in which they stand."""

    names: tuple[str, ...]
    households: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the building's ground; an empty unit counts as one household."""
        counted = np.maximum(self.households, 1).astype(float)
        return counted / counted.sum()


def units_of(
    units: pd.DataFrame, households: Mapping[str, int]
) -> tuple[dict[str, Units], list[Finding]]:
    """Return the units of buildings that have at least two.

    Parameters
    ----------
    units
        The city's table of units.
    households
        Households of each building in question; units that add up to another
        figure are scaled to it, with a finding.
    """
    rows = units[units["building_id"].isin(list(households))]
    sums = rows.groupby(["building_id", "unit"], as_index=False)["households"].sum()
    found: dict[str, Units] = {}
    findings = []
    for building, part in sums.groupby("building_id", sort=True):
        if len(part) < 2:
            continue
        part = part.iloc[_in_order(list(part["unit"]))]
        counts = part["households"].to_numpy(dtype=np.int64)
        total = households[str(building)]
        if counts.sum() != total:
            values = {"building": building, "units": counts.sum(), "total": total}
            findings.append(Finding("I52", WARNING, "cut.units_sum", values))
        found[str(building)] = Units(tuple(part["unit"]), scaled(counts, total))
    return found, findings


def scaled(counts: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Scale whole numbers to a sum, by largest remainder; zeros to equal shares."""
    weights = counts if counts.sum() > 0 else np.ones_like(counts)
    exact = weights * (total / weights.sum())
    result = np.floor(exact).astype(np.int64)
    order = np.argsort(-np.round(exact - result, 9), kind="stable")
    result[order[: total - result.sum()]] += 1
    return result


def _in_order(names: Sequence[str]) -> list[int]:
    """Return the positions of names in the order in which units are counted.

    Numbers are read as numbers, in digits or in Chinese, and so are the stems
    that units are counted by (甲乙丙丁).
    """
    keys = [
        [(rest, _value(number)) for rest, number in _WORDS.findall(name)]
        for name in names
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _value(number: str) -> int:
    if not number or number.isdecimal():
        return int(number or 0)
    if number in _STEMS:
        return _STEMS.index(number) + 1
    tens, ten, ones = number.rpartition("十")
    return 10 * (_DIGITS.find(tens or "一") if ten else 0) + _DIGITS.find(ones or "零")


def slice_buildings(
    fabric: Fabric, units: pd.DataFrame, building_ids: Collection[str]
) -> Fabric:
    """Divide the atoms of some buildings by unit.

    Parameters
    ----------
    fabric
        Whole communities.
    units
        The city's table of units.
    building_ids
        Buildings to divide; one without two units, or divided already, stays.

    Returns
    -------
    fabric
        The borders of a divided atom go to its slices, each with the barrier and
        crossing of the whole and its share of the clear metres. All other atoms
        are as before, but for vertices where slices meet them.
    """
    atoms = fabric.atoms
    whole = atoms["building_id"].isin(list(building_ids)) & atoms["unit"].isna()
    totals = atoms.loc[whole].set_index("building_id")["households"]
    found, _ = units_of(units, totals.to_dict())
    whole &= atoms["building_id"].isin(list(found))
    touched = atoms["community_code"].isin(atoms["community_code"][whole])
    if not whole.any():
        return fabric
    new = [
        _sliced(part, fabric.borders, whole[part.index].to_numpy(), found)
        for _, part in atoms[touched].groupby("community_code", sort=True)
    ]
    gone = fabric.borders["atom_a"].isin(atoms["atom_id"][touched])
    finer = pd.concat([atoms[~touched], *(a for a, _ in new)], ignore_index=True)
    borders = pd.concat([fabric.borders[~gone], *(b for _, b in new)])
    return Fabric(
        gpd.GeoDataFrame(finer, crs=atoms.crs).sort_values(
            "atom_id", ignore_index=True
        ),
        borders.sort_values(["atom_a", "atom_b"], ignore_index=True),
    )


def _sliced(
    atoms: gpd.GeoDataFrame,
    borders: pd.DataFrame,
    whole: NDArray[np.bool_],
    found: Mapping[str, Units],
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Divide the marked atoms of one community."""
    names = atoms["building_id"].to_numpy(dtype=object)
    shares = [
        found[name].shares if divided else np.ones(1)
        for name, divided in zip(names, whole, strict=True)
    ]
    polygons, row, part = slice_coverage(atoms.geometry.to_numpy(), shares)
    finer = atoms.iloc[row].reset_index(drop=True)
    at = np.flatnonzero(whole[row])
    own = [found[names[row[i]]] for i in at]
    unit = [u.names[part[i]] for u, i in zip(own, at, strict=True)]
    households = [int(u.households[part[i]]) for u, i in zip(own, at, strict=True)]
    share = np.array(households) / np.maximum(finer["households"].to_numpy()[at], 1)
    spots = shapely.point_on_surface(polygons[at])
    finer.loc[at, "atom_id"] = (
        finer.loc[at, "building_id"] + "#" + pd.Series(unit, index=at, dtype="str")
    )
    finer.loc[at, "unit"] = unit
    finer.loc[at, "workload"] *= share
    finer.loc[at, "households"] = households
    finer.loc[at, "x"], finer.loc[at, "y"] = shapely.get_x(spots), shapely.get_y(spots)
    finer = finer.set_geometry(
        gpd.GeoSeries(polygons, index=finer.index, crs=atoms.crs)
    )
    return finer, _inherited(finer, atoms["atom_id"].to_numpy(object)[row], borders)


def _inherited(
    finer: gpd.GeoDataFrame, before: NDArray[np.object_], borders: pd.DataFrame
) -> pd.DataFrame:
    """Return the borders of divided atoms, taken over from those of the whole."""
    pairs, metres = shared_lengths(finer.geometry.to_numpy())
    real = more_than_corners(pairs, metres)
    pairs, metres = pairs[real], metres[real]
    ids = finer["atom_id"].to_numpy(dtype=object)
    table = pd.DataFrame(
        {
            "atom_a": np.minimum(*ids[pairs].T),
            "atom_b": np.maximum(*ids[pairs].T),
            "old_a": np.minimum(*before[pairs].T),
            "old_b": np.maximum(*before[pairs].T),
            "now_m": metres,
        }
    )
    old = borders.rename(columns={"atom_a": "old_a", "atom_b": "old_b"})
    table = table.merge(old, on=["old_a", "old_b"], how="left")
    inner = table["old_a"] == table["old_b"]
    table = table[inner | table["shared_m"].notna()]
    share = table["now_m"] / table["shared_m"]
    return pd.DataFrame(
        {
            "atom_a": table["atom_a"].astype("str"),
            "atom_b": table["atom_b"].astype("str"),
            "shared_m": table["now_m"],
            "clear_m": (table["clear_m"] * share).fillna(0.0),
            "barrier": table["barrier"].astype("str"),
            "crossing": table["crossing"].astype("boolean").fillna(False).astype(bool),
        }
    )
