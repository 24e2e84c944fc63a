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
    counted: dict[str, dict[str, int]] = {}
    for building, unit, count in zip(
        *(rows[name].tolist() for name in ("building_id", "unit", "households")),
        strict=True,
    ):
        own = counted.setdefault(building, {})
        own[unit] = own.get(unit, 0) + count
    found: dict[str, Units] = {}
    findings = []
    for building, own in sorted(counted.items()):
        if len(own) < 2:
            continue
        names = sorted(own)
        names = [names[at] for at in _in_order(names)]
        counts = np.array([own[name] for name in names], dtype=np.int64)
        total = households[building]
        if counts.sum() != total:
            values = {"building": building, "units": counts.sum(), "total": total}
            findings.append(Finding("I52", WARNING, "cut.units_sum", values))
        found[building] = Units(tuple(names), scaled(counts, total))
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
    names = atoms["building_id"].to_numpy(dtype=object)
    whole = atoms["building_id"].isin(list(building_ids)) & atoms["unit"].isna()
    totals = atoms["households"][whole].set_axis(names[whole])
    found, _ = units_of(units, totals.to_dict())
    whole = whole.to_numpy() & np.array([name in found for name in names])
    if not whole.any():
        return fabric
    shares = [
        found[name].shares if divided else np.ones(1)
        for name, divided in zip(names, whole, strict=True)
    ]
    code = pd.factorize(atoms["community_code"])[0]
    slices = _slices(atoms.geometry.to_numpy(), code, whole, shares)
    finer = _sliced(atoms, slices, whole, found)
    new = _inherited(fabric, slices, finer["atom_id"].to_numpy(dtype=object))
    gone = fabric.borders["atom_a"].isin(atoms["atom_id"][np.isin(code, code[whole])])
    borders = pd.concat([fabric.borders[~gone], new])
    return Fabric(
        finer.sort_values("atom_id", ignore_index=True),
        borders.sort_values(["atom_a", "atom_b"], ignore_index=True),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Slices:
    """Ground of all atoms, with those of divided buildings in slices.

    Parameters
    ----------
    polygons, row, slot
        Of each: which atom it is or is a slice of, and which of its slices.
    pairs, metres
        Positions of neighbours in communities with divided buildings, and the
        length of their common edge.
    """

    polygons: NDArray[np.object_]
    row: NDArray[np.int64]
    slot: NDArray[np.int64]
    pairs: NDArray[np.int64]
    metres: NDArray[np.float64]


def _slices(
    polygons: NDArray[np.object_],
    code: NDArray[np.int64],
    whole: NDArray[np.bool_],
    shares: list[NDArray[np.float64]],
) -> _Slices:
    """Slice the marked polygons, community by community."""
    rest = np.flatnonzero(~np.isin(code, code[whole]))
    shapes, rows, slots = [polygons[rest]], [rest], [np.zeros_like(rest)]
    pairs, metres, count = [], [], len(rest)
    for number in np.unique(code[whole]):
        own = np.flatnonzero(code == number)
        pieces, row, slot = slice_coverage(polygons[own], [shares[at] for at in own])
        two, shared = shared_lengths(pieces)
        real = more_than_corners(two, shared)
        pairs.append(two[real] + count)
        metres.append(shared[real])
        shapes.append(pieces)
        rows.append(own[row])
        slots.append(slot)
        count += len(pieces)
    return _Slices(
        polygons=np.concatenate(shapes),
        row=np.concatenate(rows),
        slot=np.concatenate(slots),
        pairs=np.concatenate(pairs),
        metres=np.concatenate(metres),
    )


def _sliced(
    atoms: gpd.GeoDataFrame,
    slices: _Slices,
    whole: NDArray[np.bool_],
    found: Mapping[str, Units],
) -> gpd.GeoDataFrame:
    """Return the table of the atoms, those of divided buildings by unit."""
    finer = atoms.iloc[slices.row].reset_index(drop=True)
    at = np.flatnonzero(whole[slices.row])
    ids, unit, workload, households, x, y = (
        finer[name].to_numpy(dtype=kind, copy=True)
        for name, kind in (
            ("atom_id", object),
            ("unit", object),
            ("workload", float),
            ("households", np.int64),
            ("x", float),
            ("y", float),
        )
    )
    names = finer["building_id"].to_numpy(dtype=object)[at]
    slots = slices.slot[at].tolist()
    own = [found[name] for name in names]
    unit[at] = [units.names[slot] for units, slot in zip(own, slots, strict=True)]
    counts = [units.households[slot] for units, slot in zip(own, slots, strict=True)]
    ids[at] = names + "#" + unit[at]
    workload[at] *= counts / np.maximum(households[at], 1)
    households[at] = counts
    spots = shapely.point_on_surface(slices.polygons[at])
    x[at], y[at] = shapely.get_x(spots), shapely.get_y(spots)
    return finer.assign(
        atom_id=pd.Series(ids, dtype="str"),
        unit=pd.Series(unit, dtype="str"),
        workload=workload,
        households=households,
        x=x,
        y=y,
    ).set_geometry(slices.polygons, crs=atoms.crs)


def _inherited(
    fabric: Fabric, slices: _Slices, ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return the borders of divided atoms, taken over from those of the whole."""
    borders, count = fabric.borders, len(fabric.atoms)
    position = pd.Index(fabric.atoms["atom_id"])
    ends = [position.get_indexer(borders[end]) for end in ("atom_a", "atom_b")]
    before = slices.row[slices.pairs]
    known = pd.Index(np.min(ends, axis=0) * count + np.max(ends, axis=0))
    source = known.get_indexer(before.min(axis=1) * count + before.max(axis=1))
    real = (before[:, 0] == before[:, 1]) | (source >= 0)
    names, metres, source = ids[slices.pairs[real]], slices.metres[real], source[real]
    clear_m, crossing = np.zeros(len(source)), np.zeros(len(source), dtype=bool)
    barrier = np.full(len(source), None, dtype=object)
    outer = np.flatnonzero(source >= 0)
    old = borders.iloc[source[outer]]
    share = metres[outer] / old["shared_m"].to_numpy()
    clear_m[outer] = old["clear_m"].to_numpy() * share
    crossing[outer], barrier[outer] = old["crossing"], old["barrier"]
    return pd.DataFrame(
        {
            "atom_a": pd.Series(names.min(axis=1), dtype="str"),
            "atom_b": pd.Series(names.max(axis=1), dtype="str"),
            "shared_m": metres,
            "clear_m": clear_m,
            "barrier": pd.Series(barrier, dtype="str"),
            "crossing": crossing,
        }
    )
