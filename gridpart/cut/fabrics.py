"""City to Fabric, community by community."""

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.city import City, home_communities
from gridpart.coverage import smallest_holder
from gridpart.cut.barriers import (
    HARD,
    MARGIN_M,
    SOFT,
    Barriers,
    barrier_ranks,
    barriers_near,
    gather_barriers,
)
from gridpart.cut.communities import Pieces, cut_community
from gridpart.cut.units import Units, units_of
from gridpart.fabric import Fabric
from gridpart.finding import WARNING, Finding
from gridpart.rules import Rules

Geometries = NDArray[Any]
Whole = NDArray[np.int64]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Buildings:
    """The buildings of a city in the order of their ids, with their units."""

    table: pd.DataFrame
    shapes: Geometries
    spots: Geometries
    seeds: NDArray[np.uint64]
    home: Whole
    units: dict[str, Units]


def cut_fabric(city: City, rules: Rules) -> tuple[Fabric, list[Finding]]:
    """Cut the ground of a city into atoms.

    Each community is cut by barriers and site outlines into enclosures, and each
    enclosure is shared out to its buildings. The result of a community depends
    on nothing but the community, its buildings, what lies around it and the
    rules; so a large city can be cut in parts (:func:`gridpart.city.take_communities`)
    to keep memory flat.

    Returns
    -------
    fabric, findings
        Buildings outside all communities are left out, with a finding.
    """
    communities = city.communities.sort_values("community_code", ignore_index=True)
    buildings, findings = _prepared(city, communities, rules)
    ranks, more = barrier_ranks(city.barriers, rules)
    drawn = gather_barriers(
        city.barriers.geometry.to_numpy(), ranks, city.crossings.geometry.to_numpy()
    )
    sites = city.sites.sort_values("site_id", ignore_index=True)
    cuts = _cut_each(communities, buildings, drawn, sites, rules)
    codes = list(communities["community_code"])
    fabric = _assembled(codes, cuts, buildings, sites, city)
    _LOG.info("cut %d communities into %d atoms", len(codes), len(fabric.atoms))
    return fabric, findings + more


def _prepared(
    city: City, communities: gpd.GeoDataFrame, rules: Rules
) -> tuple[_Buildings, list[Finding]]:
    table = city.buildings.sort_values("building_id", ignore_index=True)
    shapes = _areas_or_points(table.geometry.to_numpy())
    home = home_communities(shapes, communities)
    findings = [
        Finding("I50", WARNING, "cut.building_outside", {"building": name}, at=shape)
        for name, shape in zip(
            table["building_id"][home < 0], shapes[home < 0], strict=True
        )
    ]
    households = table["households"].astype("int64")
    large = (households > rules.size.high).to_numpy() & (home >= 0)
    totals = dict(zip(table["building_id"][large], households[large], strict=True))
    units, more = units_of(city.units, totals)
    seeds = [zlib.crc32(name.encode()) for name in table["building_id"]]
    buildings = _Buildings(
        table=pd.DataFrame(table.drop(columns="geometry")),
        shapes=shapes,
        spots=shapely.point_on_surface(shapes),
        seeds=np.array(seeds, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15),
        home=home,
        units=units,
    )
    return buildings, findings + more


def _areas_or_points(shapes: Geometries) -> Geometries:
    """Return shapes without area as points, and multipoints as their first point."""
    flat = shapely.area(shapes) > 0
    result = shapely.force_2d(shapes)
    result[~flat] = shapely.point_on_surface(result[~flat])
    return result


def _cut_each(
    communities: gpd.GeoDataFrame,
    buildings: _Buildings,
    drawn: Barriers,
    sites: gpd.GeoDataFrame,
    rules: Rules,
) -> list[tuple[Pieces, Whole, Whole]]:
    """Cut one community after the other: pieces, building and site positions."""
    grounds = shapely.force_2d(communities.geometry.to_numpy())
    windows = shapely.box(*shapely.bounds(grounds).T)
    reach = max(MARGIN_M, rules.barriers.reach_m)
    trees = {
        name: shapely.STRtree(shapes)
        for name, shapes in (
            ("lines", drawn.lines),
            ("areas", drawn.areas),
            ("crossings", drawn.crossings),
            ("sites", sites.geometry.to_numpy()),
        )
    }
    result = []
    for position, (ground, window) in enumerate(zip(grounds, windows, strict=True)):
        near = {
            name: np.sort(tree.query(window, predicate="dwithin", distance=reach))
            for name, tree in trees.items()
        }
        barriers = barriers_near(
            Barriers(
                drawn.lines[near["lines"]],
                drawn.ranks[near["lines"]],
                drawn.areas[near["areas"]],
                drawn.area_ranks[near["areas"]],
                drawn.crossings[near["crossings"]],
            ),
            ground,
            rules.barriers.reach_m,
        )
        own = np.flatnonzero(buildings.home == position)
        names = buildings.table["building_id"].iloc[own]
        shares = [
            buildings.units[name].shares if name in buildings.units else np.ones(1)
            for name in names
        ]
        pieces = cut_community(
            ground,
            buildings.shapes[own],
            buildings.seeds[own],
            shares,
            barriers,
            shapely.force_2d(sites.geometry.to_numpy()[near["sites"]]),
            rules.barriers.reach_m,
        )
        result.append((pieces, own, near["sites"]))
    return result


def _assembled(
    codes: Sequence[str],
    cuts: list[tuple[Pieces, Whole, Whole]],
    buildings: _Buildings,
    sites: gpd.GeoDataFrame,
    city: City,
) -> Fabric:
    ids = sites["site_id"]
    tables = [
        _atoms(code, pieces, own, ids.iloc[near].reset_index(drop=True), buildings)
        for code, (pieces, own, near) in zip(codes, cuts, strict=True)
    ]
    atoms = pd.concat(tables, ignore_index=True)
    atoms["compound_id"] = _compounds(atoms, city)
    wet = np.concatenate([pieces.water == HARD for pieces, _, _ in cuts])
    atoms.loc[wet & atoms["building_id"].isna(), "compound_id"] = None
    borders = _borders(atoms, [pieces for pieces, _, _ in cuts])
    frame = gpd.GeoDataFrame(atoms, geometry="geometry", crs=city.crs)
    return Fabric(frame.sort_values("atom_id", ignore_index=True), borders)


def _atoms(
    code: str,
    pieces: Pieces,
    own: Whole,
    site_ids: pd.Series,
    buildings: _Buildings,
) -> pd.DataFrame:
    """Return the atoms of one community as a table, in the order of the pieces."""
    built = pieces.building >= 0
    rows = buildings.table.iloc[own].reset_index(drop=True).reindex(pieces.building)
    rows = rows.reset_index(drop=True)
    names = rows["building_id"]
    unit = np.full(len(built), None, dtype=object)
    households = rows["households"].fillna(0).to_numpy(dtype=np.int64, copy=True)
    workload = rows["workload"].fillna(rows["households"]).fillna(0.0)
    workload = workload.to_numpy(dtype=float, copy=True)
    spots = shapely.point_on_surface(pieces.polygons)
    whole = built & (pieces.part < 0)
    spots[whole] = buildings.spots[own[pieces.building[whole]]]
    for row in np.flatnonzero(pieces.part >= 0):
        units = buildings.units[names[row]]
        unit[row] = units.names[pieces.part[row]]
        workload[row] *= units.households[pieces.part[row]] / max(households[row], 1)
        households[row] = units.households[pieces.part[row]]
    x, y = shapely.get_x(spots), shapely.get_y(spots)
    units_column = pd.Series(unit, dtype="str")
    ids = names + ("#" + units_column).fillna("")
    ids[~built] = _open_ids(x[~built], y[~built])
    return pd.DataFrame(
        {
            "atom_id": ids,
            "building_id": names,
            "unit": units_column,
            "compound_id": rows["compound_id"],
            "community_code": pd.Series([code] * len(built), dtype="str"),
            "site_id": site_ids.reindex(pieces.site).to_numpy(dtype=object),
            "households": households,
            "workload": workload,
            "x": x,
            "y": y,
            "geometry": pieces.polygons,
        }
    ).astype({"site_id": "str"})


def _open_ids(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    """Name open ground by its place; a second atom in one place gets a number."""
    places = [f"open@{a:.1f}_{b:.1f}" for a, b in zip(x, y, strict=True)]
    seen: dict[str, int] = {}
    names = []
    for place in places:
        seen[place] = seen.get(place, 0) + 1
        names.append(place if seen[place] == 1 else f"{place}_{seen[place]}")
    return names


def _compounds(atoms: pd.DataFrame, city: City) -> pd.Series:
    """Fill in missing compounds by the place of the households."""
    compounds = city.compounds[~city.compounds.geometry.isna()]
    compounds = compounds.sort_values("compound_id", ignore_index=True)
    holder = smallest_holder(
        shapely.points(atoms["x"], atoms["y"]), compounds.geometry.to_numpy()
    )
    by_place = compounds["compound_id"].reindex(holder).set_axis(atoms.index)
    return atoms["compound_id"].fillna(by_place)


def _borders(atoms: pd.DataFrame, cuts: list[Pieces]) -> pd.DataFrame:
    """Put the borders of all communities into one table, by atom id."""
    offsets = np.cumsum([0] + [len(pieces.polygons) for pieces in cuts])
    found = [pieces.borders for pieces in cuts]
    a = np.concatenate([b.a + o for b, o in zip(found, offsets, strict=False)])
    b = np.concatenate([b.b + o for b, o in zip(found, offsets, strict=False)])
    names = atoms["atom_id"].to_numpy(dtype=object)
    first = names[a] < names[b]
    shared = np.concatenate([b.shared_m for b in found])
    clear = np.concatenate([b.clear_m for b in found])
    edge = np.zeros(len(a), dtype=bool)
    for column in ("compound_id", "site_id"):
        values = atoms[column].fillna("").to_numpy(dtype=object)
        edge |= values[a] != values[b]
    barrier = np.full(len(a), None, dtype=object)
    rank = np.concatenate([b.rank for b in found])
    barrier[rank == SOFT], barrier[rank == HARD] = "soft", "hard"
    table = pd.DataFrame(
        {
            "atom_a": pd.Series(np.where(first, names[a], names[b]), dtype="str"),
            "atom_b": pd.Series(np.where(first, names[b], names[a]), dtype="str"),
            "shared_m": shared,
            "clear_m": np.where(edge, shared, clear),
            "barrier": pd.Series(barrier, dtype="str"),
            "crossing": np.concatenate([b.crossing for b in found]),
        }
    )
    return table.sort_values(["atom_a", "atom_b"], ignore_index=True)
