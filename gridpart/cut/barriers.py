"""Barriers as they work on the ground of one community.

Drawn lines have gaps, stop short of the community's edge, run on inside a river
that is there as a polygon too. Here they become the lines that really part the
ground, each with its strength, and the places where one can walk across.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart import lines
from gridpart.finding import WARNING, Finding
from gridpart.rules import Rules

Geometries = NDArray[Any]
Ranks = NDArray[np.int64]

NONE, SOFT, HARD = 1, 2, 3
RANK = {"none": NONE, "soft": SOFT, "hard": HARD}

# A gap this wide in a hard or soft barrier is taken for careless drawing.
GAP_M = 15.0
# How far around a community barriers can matter: a gap beyond its edge.
MARGIN_M = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Barriers:
    """What parts the ground, and where one can cross.

    Parameters
    ----------
    lines, ranks
        Lines, and for each ``NONE``, ``SOFT`` or ``HARD``.
    areas, area_ranks
        Polygons (rivers, lakes) likewise; their edges are among the lines.
    crossings
        Points and lines.
    """

    lines: Geometries
    ranks: Ranks
    areas: Geometries
    area_ranks: Ranks
    crossings: Geometries


def barrier_ranks(
    barriers: gpd.GeoDataFrame, rules: Rules
) -> tuple[Ranks, list[Finding]]:
    """Return the rank of each barrier, and a finding for each unknown kind.

    The column ``strength`` goes before the rules; a kind that neither knows is
    soft.
    """
    strength = barriers["strength"].where(barriers["strength"].isin(list(RANK)))
    by_kind = barriers["kind"].map(dict(rules.barriers.strength))
    unknown = barriers["kind"][strength.isna() & by_kind.isna()]
    findings = [
        Finding("I51", WARNING, "cut.barrier_kind", {"kind": kind})
        for kind in sorted(unknown.fillna("-").unique())
    ]
    named = strength.fillna(by_kind).fillna("soft")
    return named.map(RANK).to_numpy(dtype=np.int64), findings


def gather_barriers(
    shapes: Geometries, ranks: Ranks, crossings: Geometries
) -> Barriers:
    """Sort drawn barriers into lines and areas, in an order of their own."""
    parts, of = shapely.get_parts(shapely.force_2d(shapes), return_index=True)
    order = np.argsort(shapely.to_wkb(parts), kind="stable")
    order = order[~shapely.is_empty(parts[order])]
    parts, rank = parts[order], ranks[of[order]]
    flat = shapely.get_dimensions(parts) == 2
    points = shapely.get_parts(shapely.force_2d(crossings))
    return Barriers(
        lines=parts[~flat],
        ranks=rank[~flat],
        areas=parts[flat],
        area_ranks=rank[flat],
        crossings=points[np.argsort(shapely.to_wkb(points), kind="stable")],
    )


def barriers_near(
    drawn: Barriers, ground: shapely.Geometry, reach_m: float
) -> Barriers:
    """Return the barriers that work in one community.

    Parameters
    ----------
    drawn
        Barriers near the community, as :func:`gather_barriers` gives them.
    ground
        Polygon of the community.
    reach_m
        How far around a crossing one can walk across.
    """
    window = shapely.buffer(shapely.box(*ground.bounds), MARGIN_M).bounds
    pieces, ranks = _clipped(drawn.lines, drawn.ranks, window)
    areas, area_ranks = _united(drawn.areas, drawn.area_ranks, window)
    edges, of = shapely.get_parts(shapely.boundary(areas), return_index=True)
    edge_ranks = area_ranks[of]
    frame = np.concatenate([shapely.get_parts([shapely.boundary(ground)]), edges])
    added, added_ranks = _bridged(pieces, ranks, frame)
    near = drawn.crossings[
        shapely.dwithin(drawn.crossings, shapely.box(*ground.bounds), reach_m)
    ]
    hard = areas[area_ranks == HARD]
    return Barriers(
        lines=np.concatenate([pieces, edges, added]),
        ranks=np.concatenate([ranks, edge_ranks, added_ranks]),
        areas=areas,
        area_ranks=area_ranks,
        crossings=np.array([_across(c, hard) for c in near], dtype=object),
    )


def _clipped(
    shapes: Geometries, ranks: Ranks, window: tuple[float, float, float, float]
) -> tuple[Geometries, Ranks]:
    clipped, of = shapely.get_parts(
        shapely.clip_by_rect(shapes, *window), return_index=True
    )
    keep = ~shapely.is_empty(clipped)
    return clipped[keep], ranks[of[keep]]


def _united(
    shapes: Geometries, ranks: Ranks, window: tuple[float, float, float, float]
) -> tuple[Geometries, Ranks]:
    """Unite areas of equal rank, so that a river in two polygons is one."""
    clipped = shapely.intersection(shapes, shapely.box(*window))
    areas: list[shapely.Geometry] = []
    area_ranks: list[int] = []
    for rank in (HARD, SOFT, NONE):
        parts = shapely.get_parts(shapely.union_all(clipped[ranks == rank]))
        parts = parts[shapely.get_dimensions(parts) == 2]
        areas += list(parts)
        area_ranks += [rank] * len(parts)
    return np.array(areas, dtype=object), np.array(area_ranks, dtype=np.int64)


def _bridged(
    pieces: Geometries, ranks: Ranks, frame: Geometries
) -> tuple[Geometries, Ranks]:
    added, added_ranks = [np.empty(0, dtype=object)], [np.empty(0, dtype=np.int64)]
    for rank in (HARD, SOFT):
        others = np.concatenate([frame, pieces[ranks > rank]])
        new = lines.bridges(pieces[ranks == rank], others, GAP_M)
        added.append(new)
        added_ranks.append(np.full(len(new), rank))
    return np.concatenate(added), np.concatenate(added_ranks)


def _across(crossing: shapely.Geometry, areas: Geometries) -> shapely.Geometry:
    """Turn a point inside a river or lake into the shortest way across."""
    if shapely.get_dimensions(crossing) > 0:
        return crossing
    holding = areas[shapely.dwithin(areas, crossing, 1.0)]
    if not len(holding):
        return crossing
    area = shapely.union_all(holding)
    far = np.hypot(*np.subtract(area.bounds[2:], area.bounds[:2])) + 1.0
    turn = np.linspace(0.0, np.pi, 90, endpoint=False)
    way = far * np.column_stack([np.cos(turn), np.sin(turn)])
    here = shapely.get_coordinates(crossing)
    rays = shapely.linestrings(np.stack([here - way, here + way], axis=1))
    parts = shapely.get_parts(shapely.intersection(rays, area))
    inside = (shapely.get_dimensions(parts) == 1) & shapely.dwithin(parts, crossing, 2)
    if not inside.any():
        return crossing
    chords = parts[inside]
    return chords[int(np.argmin(shapely.length(chords)))]
