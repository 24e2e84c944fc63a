"""make_city(): a made-up city from a seed; write_city(): as a GeoPackage."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.random import Generator, default_rng

from gridpart.city import City
from gridpart.columns import CITY
from gridpart.conform import conform, empty
from gridpart.drafts import new_file
from gridpart.errors import InputError
from gridpart.synth import departments, limits, people, resources, tables, uses
from gridpart.synth.blocks import block_graph
from gridpart.synth.communities import MEAN_HOUSEHOLDS, grow_communities
from gridpart.synth.dwellings import Dwellings, settle
from gridpart.synth.extent import inside
from gridpart.synth.ground import cut_out, lay_ground
from gridpart.synth.houses import Houses, build_houses
from gridpart.synth.streets import draw_net

# CGCS2000, three-degree zone of 105° E; the middle lies near 106.4° E, 39.0° N.
CRS = pyproj.CRS.from_epsg(4544)
MIDDLE = (621_280.0, 4_319_440.0)
# Equal cities make equal files, so the date in the file is a fixed one.
STAMP = "2025-01-01T00:00:00.000Z"
AREA_M2 = 370_000.0
WALLED = {"walkups": 0.6}
WALLED_ELSE = 0.92


def make_city(communities: int = 122, seed: int = 0) -> City:
    """Make up a city that looks like one.

    Parameters
    ----------
    communities
        How many communities it has; about 3,050 households each.
    seed
        The same seed makes the same city.

    Returns
    -------
    city
        In EPSG:4544, metres.

    Raises
    ------
    InputError
        If there shall be less than one community, or the seed is negative.
    """
    if communities < 1 or seed < 0:
        msg = (
            "made-up city: communities must be 1 or more and the seed 0 or more, "
            f"not {communities} and {seed}. Choose other numbers."
        )
        raise InputError(msg)
    rng = default_rng([seed, communities])
    scene, cut = _make_scene(communities, rng)
    return _as_city(scene, cut, rng)


def _make_scene(communities: int, rng: Generator) -> tuple[tables.Scene, int]:
    radius = float(np.sqrt(communities * AREA_M2 / np.pi))
    ground = lay_ground(draw_net(radius, rng), radius, rng)
    use = uses.assign_uses(ground, radius, rng)
    houses = build_houses(ground, use, rng)
    dwellings = settle(houses, use, rng)
    count = np.bincount(houses.parcel, dwellings.households, len(use)).astype(int)
    kept = inside(ground, count, communities * MEAN_HOUSEHOLDS, rng)
    ground = cut_out(ground, kept)
    houses, dwellings = _cut_houses(houses, dwellings, kept)
    use, people = use[kept], count[kept]
    blocks = block_graph(ground, people, (people > 0) & ~np.isin(use, uses.SITES))
    shares = grow_communities(blocks, communities, rng)
    community = shares.community[ground.block]
    scene = tables.Scene(ground, use, houses, dwellings, community)
    return scene, shares.cut


def _cut_houses(
    houses: Houses, dwellings: Dwellings, kept: np.ndarray
) -> tuple[Houses, Dwellings]:
    """Keep the buildings on kept parcels; parcels and buildings numbered anew."""
    mine = kept[houses.parcel]
    parcel, building = np.cumsum(kept) - 1, np.cumsum(mine) - 1
    unit = mine[dwellings.unit_building]
    return (
        Houses(
            houses.shapes[mine],
            parcel[houses.parcel[mine]],
            houses.style[mine],
            houses.units[mine],
        ),
        Dwellings(
            dwellings.floors[mine],
            dwellings.households[mine],
            dwellings.is_compound[kept],
            building[dwellings.unit_building[unit]],
            dwellings.unit_number[unit],
            dwellings.unit_households[unit],
        ),
    )


def _as_city(scene: tables.Scene, cut: int, rng: Generator) -> City:
    ground, community = scene.ground, scene.community
    areas = tables.communities(scene, rng)
    code = areas["community_code"].to_numpy()
    compounds = tables.compounds(scene, rng)
    buildings = tables.buildings(scene, compounds, rng)
    buildings["community_code"] = code[community[scene.houses.parcel]]
    share = np.array([WALLED.get(use, WALLED_ELSE) for use in scene.uses])
    walled = scene.dwellings.is_compound & (rng.random(len(share)) < share)
    crossings = limits.crossings(ground, community, scene.has_homes)
    if cut >= 0:
        crossings = limits.clear_of(crossings, ground, community, cut)
    sites = tables.sites(scene, rng)
    found = {
        "communities": areas,
        "buildings": buildings,
        "compounds": compounds,
        "units": tables.units(scene, buildings["building_id"].to_numpy()),
        "barriers": limits.barriers(
            ground, walled, scene.uses == "park", scene.houses.shapes
        ),
        "crossings": crossings,
        "sites": sites,
        "workers": people.workers(areas, buildings, rng),
        "party_orgs": people.party_orgs(areas, buildings, rng),
        "department_grids": departments.department_grids(areas),
        "resources": resources.resources(areas, buildings, sites, rng),
    }
    placed = {
        name: _placed(found[name], name) if name in found else empty(table, crs=CRS)
        for name, table in CITY.items()
    }
    return City(**placed, crs=CRS, basis="resident", sources={})


def _placed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Conform a table and move it to where the city lies; to the millimetre."""
    result = conform(table, CITY[name], crs=CRS)
    if not isinstance(result, gpd.GeoDataFrame):
        return result
    moved = shapely.transform(
        result.geometry.to_numpy(), lambda points: np.round(points + MIDDLE, 3)
    )
    return result.set_geometry(gpd.GeoSeries(moved, result.index, CRS))


def write_city(city: City, path: Path) -> None:
    """Write a city as a GeoPackage, in one step; tables without rows are left out.

    Raises
    ------
    InputError
        If the folder is missing or cannot be written.
    """
    options = {"OGR_CURRENT_DATE": STAMP, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    pyogrio.set_gdal_config_options(options)
    try:
        with new_file(path) as fresh:
            for name in CITY:
                _write_layer(getattr(city, name), fresh, name)
    except pyogrio.errors.DataSourceError as error:
        msg = (
            f"{path}: the city cannot be written ({error}). "
            "Choose a folder that exists and has room, and may be written."
        )
        raise InputError(msg) from error
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))


def _write_layer(table: pd.DataFrame, path: Path, layer: str) -> None:
    if table.empty:
        return
    if isinstance(table, gpd.GeoDataFrame) and table.geometry.isna().all():
        table = pd.DataFrame(table.drop(columns="geometry"))
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")
