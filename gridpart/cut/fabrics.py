"""City to Fabric, community by community."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.city import City
from gridpart.cut.barriers import (
    MARGIN_M,
    Barriers,
    barrier_ranks,
    barriers_near,
    gather_barriers,
)
from gridpart.cut.borders import Borders
from gridpart.cut.buildings import Buildings, list_buildings
from gridpart.cut.communities import Pieces, cut_community
from gridpart.cut.tables import atoms_table, borders_table
from gridpart.fabric import Fabric
from gridpart.finding import Finding
from gridpart.rules import Rules

Geometries = NDArray[Any]
Whole = NDArray[np.int64]

_LOG = logging.getLogger(__name__)


def cut_fabric(city: City, rules: Rules) -> tuple[Fabric, list[Finding]]:
    """Cut the ground of a city into atoms.

    Each community is cut by barriers and site outlines into enclosures, and each
    enclosure is shared out to its buildings. The result of a community depends
    on nothing but the community, its buildings, what lies around it and the
    rules; so a large city can be cut in parts, each taken by
    :func:`gridpart.city.take_communities`, to keep memory flat.

    Returns
    -------
    fabric, findings
        Buildings outside all communities are left out, with a finding.
    """
    started = time.perf_counter()
    communities = city.communities.sort_values("community_code", ignore_index=True)
    buildings, findings = list_buildings(city, communities, rules)
    ranks, more = barrier_ranks(city.barriers, rules)
    drawn = gather_barriers(
        city.barriers.geometry.to_numpy(), ranks, city.crossings.geometry.to_numpy()
    )
    sites = city.sites.sort_values("site_id", ignore_index=True)
    surroundings = _Surroundings.of(
        drawn, shapely.force_2d(sites.geometry.to_numpy()), rules.barriers.reach_m
    )
    cuts = list(_cut_each(communities, buildings, surroundings))
    codes = communities["community_code"].to_numpy(dtype=object)
    codes = np.repeat(codes, [len(pieces.polygons) for pieces in cuts])
    pieces = _joined(cuts)
    atoms = atoms_table(pieces, codes, buildings, sites, city.compounds)
    borders = borders_table(pieces.borders, atoms)
    frame = gpd.GeoDataFrame(atoms, geometry="geometry", crs=city.crs)
    fabric = Fabric(frame.sort_values("atom_id", ignore_index=True), borders)
    _LOG.info(
        "%d communities cut into %d atoms in %.1f s",
        len(communities),
        len(atoms),
        time.perf_counter() - started,
    )
    return fabric, findings + more


@dataclass(frozen=True, slots=True, eq=False)
class _Surroundings:
    """Barriers, crossings and sites of the city, to be looked up by place."""

    drawn: Barriers
    sites: Geometries
    reach_m: float
    trees: dict[str, shapely.STRtree]

    @classmethod
    def of(cls, drawn: Barriers, sites: Geometries, reach_m: float) -> "_Surroundings":
        trees = {
            "lines": shapely.STRtree(drawn.lines),
            "areas": shapely.STRtree(drawn.areas),
            "crossings": shapely.STRtree(drawn.crossings),
            "sites": shapely.STRtree(sites),
        }
        return cls(drawn, sites, reach_m, trees)

    def around(self, ground: shapely.Geometry) -> tuple[Barriers, Whole]:
        """Return what works in a community: barriers, and positions of sites."""
        window = shapely.box(*ground.bounds)
        reach = max(MARGIN_M, self.reach_m)
        near = {
            name: np.sort(tree.query(window, predicate="dwithin", distance=reach))
            for name, tree in self.trees.items()
        }
        barriers = Barriers(
            lines=self.drawn.lines[near["lines"]],
            ranks=self.drawn.ranks[near["lines"]],
            areas=self.drawn.areas[near["areas"]],
            area_ranks=self.drawn.area_ranks[near["areas"]],
            crossings=self.drawn.crossings[near["crossings"]],
        )
        return barriers_near(barriers, ground, self.reach_m), near["sites"]


def _cut_each(
    communities: gpd.GeoDataFrame, buildings: Buildings, surroundings: _Surroundings
) -> Iterator[Pieces]:
    """Cut one community after the other; positions count in the whole tables."""
    grounds = shapely.force_2d(communities.geometry.to_numpy())
    for position, ground in enumerate(grounds):
        own = np.flatnonzero(buildings.home == position)
        barriers, sites = surroundings.around(ground)
        pieces = cut_community(
            ground,
            buildings.shapes[own],
            buildings.seeds[own],
            [buildings.shares[at] for at in own],
            barriers,
            surroundings.sites[sites],
            surroundings.reach_m,
        )
        yield replace(
            pieces,
            building=np.append(own, -1)[pieces.building],
            site=np.append(sites, -1)[pieces.site],
        )


def _joined(cuts: list[Pieces]) -> Pieces:
    """Put the pieces of several communities behind each other."""
    offsets = np.cumsum([0] + [len(pieces.polygons) for pieces in cuts])
    found = [
        replace(
            pieces.borders, a=pieces.borders.a + offset, b=pieces.borders.b + offset
        )
        for pieces, offset in zip(cuts, offsets[:-1], strict=True)
    ]
    borders = Borders(
        **{
            f.name: np.concatenate([getattr(b, f.name) for b in found])
            for f in fields(Borders)
        }
    )
    columns = {
        name: np.concatenate([getattr(pieces, name) for pieces in cuts])
        for name in ("polygons", "building", "part", "site", "water")
    }
    return Pieces(**columns, borders=borders)
