"""Some communities from input to coded atoms: the work of one process.

A chunk knows nothing of the others, so that memory stays flat on any city and
the plan of a community depends on that community, the rules and the seed alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridpart.city import City
from gridpart.cut.fabrics import cut_fabric
from gridpart.cut.units import slice_buildings
from gridpart.errors import InputError
from gridpart.fabric import Fabric, join_fabrics, take_atoms
from gridpart.finding import INFO, WARNING, Finding
from gridpart.partition.codes import (
    MOST_MICRO,
    base_codes,
    exclusive_codes,
    micro_codes,
    reading_order,
    third_codes,
    third_surplus,
)
from gridpart.partition.communities import (
    Division,
    community_seed,
    divide_community,
    stand_ins,
)
from gridpart.partition.graphs import Ints, atom_graph
from gridpart.partition.micro import divide_base_grid, divide_by_unit
from gridpart.partition.wholes import whole_grids
from gridpart.rules import TARGET, Rules


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Divided communities.

    Parameters
    ----------
    fabric
        Its atoms carry base_grid, micro_grid and exclusive_grid codes.
    communities
        community_code, status, gap, objective, bound, given_up, reason.
    reasons
        Index grid_code: why a base grid is off the band or the tolerance.
    findings
        What was seen while cutting and dividing.
    """

    fabric: Fabric
    communities: pd.DataFrame
    reasons: pd.Series
    findings: tuple[Finding, ...]


def divide_chunk(city: City, rules: Rules, seed: int) -> Chunk:
    """Cut and divide the communities of a (part of a) city."""
    whole, findings = cut_fabric(city, rules)
    joined = stand_ins(city.compounds)
    fabrics, rows = [], []
    reasons: dict[str, str | None] = {}
    for code, fabric in _communities(whole):
        own_seed = community_seed(code, seed)
        division = divide_community(fabric, joined, rules, own_seed)
        if rules.levels.micro == TARGET:
            fabric, base, micro = _divide_micro(
                fabric, joined, division, city.units, rules, own_seed
            )
            merged = dict[int, int]()
        else:
            fabric, base, micro, merged = _one_each(
                fabric, joined, division, city.units, rules
            )
        atoms, base_names = _write_codes(fabric.atoms, code, base, micro, rules)
        left = {code: division.surplus} | {base_names[n]: m for n, m in merged.items()}
        if rules.levels.third != "none":
            atoms = atoms.assign(third_grid=third_codes(atoms))
            left |= third_surplus(atoms)
        fabrics.append(Fabric(atoms, fabric.borders))
        reasons |= dict(zip(base_names, division.reasons, strict=True))
        rows.append(
            (
                code,
                division.status,
                division.gap,
                division.objective,
                division.bound,
                division.given_up,
                division.reason,
            )
        )
        findings += _people_in_sites(atoms, code)
        findings += _sequences_full(left, code)
    columns = [
        *("community_code", "status", "gap", "objective", "bound"),
        *("given_up", "reason"),
    ]
    return Chunk(
        join_fabrics(fabrics),
        pd.DataFrame(rows, columns=columns),
        pd.Series(reasons, dtype="str"),
        tuple(findings),
    )


def _communities(fabric: Fabric) -> Iterator[tuple[str, Fabric]]:
    home = fabric.atoms.set_index("atom_id")["community_code"]
    borders = fabric.borders.groupby(
        home.loc[fabric.borders["atom_a"]].to_numpy(), sort=False
    )
    for code, atoms in fabric.atoms.groupby("community_code", sort=True):
        inside = borders.indices.get(code, np.empty(0, dtype=np.int64))
        yield (
            str(code),
            Fabric(
                atoms.reset_index(drop=True),
                fabric.borders.iloc[inside].reset_index(drop=True),
            ),
        )


def _divide_micro(
    fabric: Fabric,
    joined: pd.Series,
    division: Division,
    units: pd.DataFrame,
    rules: Rules,
    seed: int,
) -> tuple[Fabric, Ints, Ints]:
    """Divide every base grid, by units where whole buildings do not do.

    Returns the fabric (with the buildings that are divided cut into units, and
    the site of each atom as divided), base grid and micro-grid numbers.
    """
    fabric = Fabric(fabric.atoms.assign(site_id=division.site), fabric.borders)
    micro, unbalanced = _micro_of(fabric, joined, division.base, rules, seed)
    sliceable = _sliceable(fabric.atoms, division.base, unbalanced, units)
    if not sliceable:
        return fabric, division.base, micro
    odd = np.isin(division.base, list(unbalanced))
    finer = slice_buildings(take_atoms(fabric, odd), units, sliceable)
    base = _carried(fabric.atoms, division.base, finer.atoms)
    whole = _carried(fabric.atoms, micro, finer.atoms)
    by_unit = _micro_by_unit(finer, joined, base, whole, rules, seed)
    divided = _divided_buildings(finer.atoms, by_unit) & set(sliceable)
    if not divided:
        return fabric, division.base, micro
    result = slice_buildings(fabric, units, sorted(divided))
    known = pd.concat([fabric.atoms[~odd], finer.atoms])
    micro = _carried(known, np.append(micro[~odd], by_unit), result.atoms)
    return result, _carried(fabric.atoms, division.base, result.atoms), micro


def _micro_of(
    fabric: Fabric, joined: pd.Series, base: Ints, rules: Rules, seed: int
) -> tuple[Ints, frozenset[int]]:
    graph = atom_graph(fabric, joined)
    micro = np.full(len(graph), -1, dtype=np.int64)
    unbalanced = set()
    for number in np.unique(base[base >= 0]).tolist():
        nodes = np.flatnonzero(base == number)
        split = divide_base_grid(graph.take(nodes), rules, seed + number)
        micro[nodes] = split.label
        if not split.balanced:
            unbalanced.add(number)
    return micro, frozenset(unbalanced)


def _micro_by_unit(
    fabric: Fabric, joined: pd.Series, base: Ints, whole: Ints, rules: Rules, seed: int
) -> Ints:
    graph = atom_graph(fabric, joined)
    micro = whole.copy()
    for number in np.unique(base).tolist():
        nodes = np.flatnonzero(base == number)
        micro[nodes] = divide_by_unit(
            graph.take(nodes), whole[nodes], rules, seed + number
        )
    return micro


def _one_each(
    fabric: Fabric,
    joined: pd.Series,
    division: Division,
    units: pd.DataFrame,
    rules: Rules,
) -> tuple[Fabric, Ints, Ints, dict[int, int]]:
    """Make one micro-grid of each building or unit of every base grid.

    Returns fabric, base grid and micro-grid numbers as :func:`_divide_micro` does,
    and by base grid how many were merged because there were no codes left.
    """
    whole = Fabric(fabric.atoms.assign(site_id=division.site), fabric.borders)
    fabric, kind = whole, rules.levels.micro
    if "unit" in (kind, rules.levels.third):
        inside = whole.atoms["building_id"][division.base >= 0]
        fabric = slice_buildings(whole, units, set(inside.dropna()))
    base = _carried(whole.atoms, division.base, fabric.atoms)
    graph = atom_graph(fabric, joined)
    micro = np.full(len(graph), -1, dtype=np.int64)
    merged = {}
    for number in range(int(base.max(initial=-1)) + 1):
        nodes = np.flatnonzero(base == number)
        micro[nodes], merged[number] = whole_grids(
            graph.take(nodes), kind, least=0, most=MOST_MICRO
        )
    return fabric, base, micro, merged


def _sliceable(
    atoms: pd.DataFrame, base: Ints, unbalanced: frozenset[int], units: pd.DataFrame
) -> list[str]:
    """Return whole buildings of these base grids that have units."""
    inside = np.isin(base, list(unbalanced)) & atoms["unit"].isna().to_numpy()
    wanted = set(atoms["building_id"][inside].dropna())
    several = units["building_id"].value_counts()
    return sorted(wanted & set(several.index[several > 1]))


def _carried(coarse: pd.DataFrame, base: Ints, fine: pd.DataFrame) -> Ints:
    """Carry grid numbers from atoms to the same atoms, some of them divided."""
    by_atom = pd.Series(base, index=coarse["atom_id"])
    by_building = pd.Series(base, index=coarse["building_id"])
    by_building = by_building[by_building.index.notna()]
    by_building = by_building[~by_building.index.duplicated()]
    found = fine["atom_id"].map(by_atom)
    return found.fillna(fine["building_id"].map(by_building)).to_numpy(np.int64)


def _divided_buildings(atoms: pd.DataFrame, micro: Ints) -> set[str]:
    grids = (
        pd.Series(micro).groupby(atoms["building_id"].to_numpy()).agg(["min", "max"])
    )
    return set(grids.index[grids["min"] != grids["max"]])


def _write_codes(
    atoms: gpd.GeoDataFrame, code: str, base: Ints, micro: Ints, rules: Rules
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the atoms with codes, and the codes of the base grids by number."""
    place, area = _places(atoms)
    count = int(base.max(initial=-1)) + 1
    names = base_codes(code, reading_order(_centres(place, area, base, count)))
    micro_names = np.full(len(atoms), None, dtype=object)
    for number in range(count):
        inside = np.flatnonzero(base == number)
        parts = int(micro[inside].max()) + 1
        ranks = reading_order(
            _centres(place[inside], area[inside], micro[inside], parts)
        )
        codes = np.array(micro_codes(names[number], ranks), dtype=object)
        micro_names[inside] = codes[micro[inside]]
    sites, site = np.unique(atoms["site_id"].dropna(), return_inverse=True)
    exclusive = np.full(len(atoms), None, dtype=object)
    if len(sites):
        inside = np.flatnonzero(atoms["site_id"].notna())
        ranks = reading_order(_centres(place[inside], area[inside], site, len(sites)))
        site_codes = exclusive_codes(code, ranks, count, rules.codes)
        if len(site_codes) < len(sites):
            msg = (
                f"layer sites: community {code} has {len(sites)} sites, but only "
                f"{len(site_codes)} sequence numbers are free. Join sites."
            )
            raise InputError(msg)
        exclusive[inside] = np.array(site_codes, dtype=object)[site]
    base_names = np.array([*names, None], dtype=object)[base]
    coded = atoms.assign(
        base_grid=pd.Series(base_names, dtype="str"),
        micro_grid=pd.Series(micro_names, dtype="str"),
        exclusive_grid=pd.Series(exclusive, dtype="str"),
    )
    return coded, names


def _places(atoms: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    centre = atoms.geometry.centroid
    return np.column_stack([centre.x, centre.y]), atoms.geometry.area.to_numpy()


def _centres(
    place: np.ndarray, area: np.ndarray, number: Ints, count: int
) -> np.ndarray:
    total = np.bincount(number[number >= 0], area[number >= 0], minlength=count)
    sums = [
        np.bincount(number[number >= 0], (area * axis)[number >= 0], minlength=count)
        for axis in place.T
    ]
    return np.column_stack(sums) / total[:, None]


def _sequences_full(merged: dict[str, int], code: str) -> list[Finding]:
    return [
        Finding(
            "V11",
            WARNING,
            "divide.sequence_full",
            {"code": parent, "count": count},
            grid_code=parent if parent != code else None,
            community_code=code,
        )
        for parent, count in merged.items()
        if count
    ]


def _people_in_sites(atoms: gpd.GeoDataFrame, code: str) -> list[Finding]:
    inside = atoms[atoms["exclusive_grid"].notna() & (atoms["households"] > 0)]
    return [
        Finding(
            "V09",
            INFO,
            "divide.people_in_site",
            {
                "grid": grid,
                "households": int(rows["households"].sum()),
                "buildings": ", ".join(rows["building_id"].head(5)),
            },
            grid_code=str(grid),
            community_code=code,
            at=rows.geometry.iloc[0].representative_point(),
        )
        for grid, rows in inside.groupby("exclusive_grid")
    ]
