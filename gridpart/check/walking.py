"""Can one walk through every grid: V05 in one piece, V08 over no hard barrier.

Judged twice: for the atoms that the table gives to a grid, and for those that lie
under its polygon as drawn. A border counts as passable only if the table says so
and no hard barrier is drawn along it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gridpart.check.drawing import Drawing, unite, unite_by
from gridpart.check.outlines import misfits
from gridpart.fabric import passable
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.measure.pieces import border_ends, components, same_label

SMALL_PIECE = "piece_too_small"
# A border this near to a hard barrier over nearly all of its length lies on it.
NEAR_M = 0.75
ALONG = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Which atoms touch, and between which one can walk.

    Parameters
    ----------
    touching
        m x 2 row numbers of atoms: borders of the table that are there on the
        ground too.
    open
        m flags: one can walk across.
    """

    touching: np.ndarray
    open: np.ndarray


def check_walking(drawing: Drawing) -> list[Finding]:
    """V05 and V08 for base, exclusive and micro-grids."""
    atoms = drawing.plan.atoms
    walk = _walk(drawing)
    found = _judge(drawing, walk, atoms["base_grid"], "base_grids")
    found += _judge(drawing, walk, atoms["exclusive_grid"], "exclusive_grids")
    found += _judge(drawing, walk, atoms["micro_grid"], "micro_grids")
    redrawn = _by_polygon(drawing)
    known = {(finding.rule, finding.grid_code) for finding in found}
    return found + [
        finding
        for finding in _judge(drawing, walk, redrawn, "base_grids")
        if (finding.rule, finding.grid_code) not in known
    ]


def _walk(drawing: Drawing) -> Walk:
    """Keep the borders that are real, and see which of them are open."""
    plan = drawing.plan
    ids = plan.atoms["atom_id"]
    borders = plan.borders
    known = borders["atom_a"].isin(ids) & borders["atom_b"].isin(ids)
    borders = borders[known].reset_index(drop=True)
    ends = border_ends(plan.atoms, borders)
    shapes = drawing.ground_of_atom
    shared = shapely.intersection(shapes[ends[:, 0]], shapes[ends[:, 1]])
    real = shapely.length(shared) > 0
    shut = _on_hard_barrier(drawing, shared) & ~borders["crossing"].to_numpy()
    is_open = passable(borders).to_numpy(dtype=bool) & ~shut
    return Walk(ends[real], is_open[real])


def _on_hard_barrier(drawing: Drawing, shared: np.ndarray) -> np.ndarray:
    """Say of each border whether a hard barrier is drawn along nearly all of it."""
    barriers = drawing.plan.barriers
    hard = barriers.geometry[barriers["strength"] == "hard"].to_numpy()
    hard = np.where(shapely.get_dimensions(hard) == 2, shapely.boundary(hard), hard)
    result = np.zeros(len(shared), dtype=bool)
    border, line = shapely.STRtree(hard).query(
        shared, predicate="dwithin", distance=NEAR_M
    )
    if not len(border):
        return result
    rows, first = np.unique(border, return_inverse=True)
    strips = shapely.union_all(
        shapely.geometrycollections(shapely.buffer(hard[line], NEAR_M), indices=first)[
            :, None
        ],
        axis=1,
    )
    inside = shapely.length(shapely.intersection(shared[rows], strips))
    result[rows] = inside >= ALONG * shapely.length(shared[rows])
    return result


def _by_polygon(drawing: Drawing) -> pd.Series:
    """Give each atom to the base grid whose polygon holds its middle.

    Only where polygons differ from the table; elsewhere atoms keep no grid.
    """
    base = drawing.grids[drawing.grids["layer"] == "base_grids"]
    said = unite_by(drawing.ground_of_atom, drawing.grid_of_atom)
    wrong = ~shapely.is_empty(misfits(base, said))
    grid = pd.Series(None, index=drawing.plan.atoms.index, dtype="str")
    if not wrong.any():
        return grid
    base = base[wrong].reset_index(drop=True)
    middle = shapely.point_on_surface(drawing.ground_of_atom)
    row, atom = shapely.STRtree(middle).query(
        base.geometry.to_numpy(), predicate="contains"
    )
    grid.iloc[atom] = base["grid_code"].to_numpy()[row]
    return grid


def _judge(drawing: Drawing, walk: Walk, label: pd.Series, layer: str) -> list[Finding]:
    """Return the findings for one way to give atoms to grids."""
    loose = _loose_parts(drawing, walk, label, layer)
    if not len(loose):
        return []
    facts = drawing.plan.tables[layer].drop_duplicates("grid_code")
    facts = facts.set_index("grid_code")
    found = []
    for code, parts in loose.groupby("code"):
        reason = facts["reason"].get(code) if "reason" in facts else None
        severity = _severity(drawing, parts, reason, layer)
        community = facts["community_code"].get(code)
        across = parts["across"].to_numpy()
        excused = severity != ERROR
        for rule, rows in (("V05", ~across | (not excused)), ("V08", across)):
            if not rows.any():
                continue
            atoms = np.concatenate(parts["atoms"].to_numpy()[rows])
            found.append(
                Finding(
                    rule,
                    severity,
                    f"plan.{rule}_{severity}",
                    {
                        "code": code,
                        "parts": int(rows.sum()) + 1,
                        "households": int(parts["households"][rows].sum()),
                        "atoms": ", ".join(
                            drawing.plan.atoms["atom_id"].iloc[atoms[:5]]
                        ),
                    },
                    grid_code=str(code),
                    community_code=community,
                    at=unite(drawing.ground_of_atom[atoms]),
                )
            )
    return found


def _loose_parts(
    drawing: Drawing, walk: Walk, label: pd.Series, layer: str
) -> pd.DataFrame:
    """List the parts of each grid that cannot be reached from its main part.

    Returns
    -------
    parts
        code, atoms (row numbers), households, shut (no way leads from it to any
        other atom that a grid of this kind might share), across (it touches the
        rest of the grid over a border that one cannot walk across).
    """
    atoms = drawing.plan.atoms
    count = len(atoms)
    within = same_label(label, walk.touching)
    part = components(count, walk.touching[within & walk.open])
    table = pd.DataFrame(
        {
            "code": label.to_numpy(),
            "part": part,
            "households": atoms["households"].to_numpy(),
            "area": shapely.area(drawing.ground_of_atom),
        }
    )
    table["row"] = np.arange(count)
    table = table[label.notna().to_numpy()]
    parts = table.groupby(["code", "part"], as_index=False).agg(
        households=("households", "sum"), area=("area", "sum"), atoms=("row", list)
    )
    parts = parts.sort_values(["code", "households", "area"], ascending=False)
    loose = parts[parts["code"].duplicated()].copy()
    frame = atoms["base_grid"] if layer == "micro_grids" else label.notna()
    beside = walk.touching[walk.open & ~within & same_label(frame, walk.touching)]
    loose["shut"] = ~loose["part"].isin(part[beside.ravel()])
    closed = walk.touching[within & ~walk.open]
    loose["across"] = loose["part"].isin(part[closed.ravel()])
    return loose


def _severity(drawing: Drawing, parts: pd.DataFrame, reason: object, layer: str) -> str:
    """Say how bad it is that a grid has loose parts.

    1. What no way leads out of is nobody's fault: ground without households is
       told, a small piece that joined another is a warning if the plan says why.
    2. A site is as it is: an exclusive grid in parts is a warning.
    3. Everything else breaks the rule.
    """
    if layer == "exclusive_grids":
        return WARNING
    lived_in = parts["households"] > 0
    if not parts["shut"].all():
        return ERROR
    if not lived_in.any():
        return INFO
    if layer == "micro_grids":
        return WARNING
    small = parts["households"] < drawing.rules.size.target / 2
    told = isinstance(reason, str) and SMALL_PIECE in reason
    return WARNING if told and small[lived_in].all() else ERROR
