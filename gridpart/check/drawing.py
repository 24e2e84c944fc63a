"""What a plan says and what it draws, side by side, worked out once for all checks.

A plan may come from anybody: polygons may be redrawn while the atoms are not, or
the other way round, so every check says which of the two it judges.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.check.ground import Walk, Whole, walk_ground
from gridpart.coverage import Geometries, dissolve, only_polygons
from gridpart.finding import Finding
from gridpart.measure.balance import plan_rules
from gridpart.plan import Plan
from gridpart.rules import Rules

# Areas up to here, and parts narrower than this, are rounding and not drawing.
LEAST_M2 = 1e-3
LEAST_WIDTH_M = 1e-3
# How many findings of one sentence and severity are listed one by one.
LISTED = 100


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A plan with what was worked out about it.

    Parameters
    ----------
    grids
        Base and exclusive grids: grid_code, community_code, layer, reason,
        geometry as drawn, made sound for overlay.
    micros
        Micro-grids likewise, with base_grid.
    grounds
        Communities, made sound for overlay.
    ground_of_atom
        Polygons of the atoms, made sound.
    fit_of_atom, fit_of_grid, fit_of_micro
        See :func:`fit_by`: those of one community fit each other or don't.
    grid_of_atom
        Base or exclusive grid of each atom by the table, missing for none.
    grid_by_atoms
        The union of the atoms of each base and exclusive grid, by its code.
    walk
        Which atoms touch, and between which one can walk.
    """

    plan: Plan
    rules: Rules
    grids: gpd.GeoDataFrame
    micros: gpd.GeoDataFrame
    grounds: gpd.GeoDataFrame
    ground_of_atom: Geometries
    fit_of_atom: Whole
    fit_of_grid: Whole
    fit_of_micro: Whole
    grid_of_atom: pd.Series
    grid_by_atoms: pd.Series
    walk: Walk


def read_drawing(plan: Plan) -> Drawing:
    """Put a plan's tables and polygons side by side."""
    layers = [
        plan.tables[layer].assign(layer=layer)
        for layer in ("base_grids", "exclusive_grids")
    ]
    kept = ["grid_code", "community_code", "layer", "reason", "geometry"]
    grids = pd.concat([frame.reindex(columns=kept) for frame in layers])
    grids = _sound(gpd.GeoDataFrame(grids, crs=plan.atoms.crs))
    micros = _sound(plan.micro_grids)
    ground = sound(plan.atoms.geometry.to_numpy())
    fit = fit_by(ground, plan.atoms["community_code"])
    grid = plan.atoms["base_grid"].fillna(plan.atoms["exclusive_grid"])
    return Drawing(
        plan=plan,
        rules=plan_rules(plan),
        grids=grids,
        micros=micros,
        grounds=_sound(plan.communities),
        ground_of_atom=ground,
        fit_of_atom=fit,
        fit_of_grid=fit_by(grids.geometry.to_numpy(), grids["community_code"]),
        fit_of_micro=fit_by(micros.geometry.to_numpy(), micros["community_code"]),
        grid_of_atom=grid,
        grid_by_atoms=unite_by(ground, grid, fit),
        walk=walk_ground(plan, ground, fit),
    )


def sound(shapes: Geometries) -> Geometries:
    """Return polygons that overlay can work with; empty where there is nothing."""
    wrong = ~shapely.is_valid(shapes)
    result = shapes.copy()
    result[wrong] = shapely.make_valid(
        shapes[wrong], method="structure", keep_collapsed=False
    )
    result[shapely.is_missing(result)] = shapely.Polygon()
    flat = shapely.get_dimensions(result) < 2
    result[flat] = shapely.Polygon()
    return only_polygons(result)


def _sound(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = sound(frame.geometry.to_numpy())
    return frame.set_geometry(shapes, crs=frame.crs).reset_index(drop=True)


def significant(shapes: Geometries, width_m: float = LEAST_WIDTH_M) -> Geometries:
    """Drop the slivers that rounding leaves: parts without area or width."""
    parts, owner = shapely.get_parts(only_polygons(shapes), return_index=True)
    area = shapely.area(parts)
    width = 2 * area / np.maximum(shapely.length(parts), 1e-12)
    keep = (area > LEAST_M2) & (width > width_m)
    result = np.full(len(shapes), shapely.Polygon(), dtype=object)
    shapely.multipolygons(parts[keep], indices=owner[keep], out=result)
    return result


def fit_by(shapes: Geometries, labels: pd.Series) -> Whole:
    """Give polygons numbers so that those of one number are a valid coverage.

    Returns
    -------
    fit
        One number for all polygons of a label, -1 where they don't fit.
    """
    result = np.full(len(shapes), -1, dtype=np.int64)
    groups = labels.reset_index(drop=True).groupby(labels.to_numpy())
    for number, (_, rows) in enumerate(groups):
        own = rows.index.to_numpy()
        if shapely.coverage_is_valid(shapes[own]):
            result[own] = number
    return result


def unite(shapes: Geometries) -> shapely.Geometry:
    """Unite polygons, fast where they fit, and rightly where they don't."""
    if len(shapes) and shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return shapely.union_all(shapes)


def unite_by(shapes: Geometries, labels: pd.Series, fit: Whole) -> pd.Series:
    """Unite polygons by label; polygons without one are left out.

    Parameters
    ----------
    shapes, labels
        Polygons and the label of each.
    fit
        Result of :func:`fit_by` for these polygons.
    """
    groups = labels.reset_index(drop=True).dropna()
    rows = groups.index.to_numpy()
    kinds = pd.Series(fit[rows]).groupby(groups.to_numpy())
    rough = (kinds.transform("nunique") > 1) | (kinds.transform("min") < 0)
    rough = rough.to_numpy(dtype=bool)
    names, joined = dissolve(
        shapes[rows[~rough]], groups[~rough].to_numpy(dtype=object)
    )
    united = dict(zip(names, joined, strict=True))
    for name, own in groups[rough].groupby(groups[rough]):
        united[name] = unite(shapes[own.index.to_numpy()])
    return pd.Series(united, dtype=object)


def look_up(shapes: pd.Series, names: pd.Series) -> Geometries:
    """Return the polygon of each name; an empty one where there is none."""
    known, empty = shapes.to_dict(), shapely.Polygon()
    result = np.empty(len(names), dtype=object)
    result[:] = [known.get(name, empty) for name in names]
    return result


def cap_findings(findings: list[Finding]) -> list[Finding]:
    """Keep the first hundred findings of each kind and count the others."""
    kept: list[Finding] = []
    seen: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        kind = (finding.rule, finding.severity, finding.sentence)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= LISTED:
            kept.append(finding)
    kept += [
        Finding(rule, severity, "plan.more", {"rule": rule, "count": count - LISTED})
        for (rule, severity, _), count in seen.items()
        if count > LISTED
    ]
    return kept
