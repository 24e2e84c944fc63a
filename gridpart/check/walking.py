"""Can one walk through every grid: V05 in one piece, V08 over no hard barrier.

Judged twice: for the atoms that the table gives to a grid, and for those that lie
under its polygon as drawn. Which atoms touch is seen on the ground; the table of
borders only says where a hard barrier runs and where one can cross it, and is not
believed where a hard barrier is drawn.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.check.drawing import Drawing, unite, unite_by
from gridpart.check.outlines import misfits
from gridpart.coverage import more_than_corners, shared_lengths
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.measure.pieces import border_ends, components, same_label

Whole = NDArray[np.int64]
Lengths = NDArray[np.float64]

SMALL_PIECE = "piece_too_small"
# A border is shut that lies this near to a hard barrier, but for so many metres;
# of a shorter border nobody can tell whether it runs along or up to the barrier.
NEAR_M = 0.75
LEAK_M = 0.5
SHORT_M = 5.0
# Stated lengths may differ from the ground by this much.
ROUGH_M = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Which atoms touch, and between which one can walk.

    Parameters
    ----------
    touching
        m x 2 row numbers of atoms, the smaller first.
    open
        m flags: one can walk across.
    wrong
        k x 2 row numbers: borders that the table has and the ground has not, or
        the other way round, or with another length.
    """

    touching: Whole
    open: NDArray[np.bool_]
    wrong: Whole


def check_walking(drawing: Drawing) -> list[Finding]:
    """V05 and V08 for base, exclusive and micro-grids."""
    atoms = drawing.plan.atoms
    walk = _walk(drawing)
    found = _judge(drawing, walk, atoms["base_grid"], "base_grids")
    found += _judge(drawing, walk, atoms["exclusive_grid"], "exclusive_grids")
    known = {(finding.rule, finding.grid_code) for finding in found}
    found += [
        finding
        for finding in _judge(drawing, walk, _by_polygon(drawing), "base_grids")
        if (finding.rule, finding.grid_code) not in known
    ]
    # What a base grid is excused for it passes on to its micro-grids.
    found += [
        finding
        for finding in _judge(drawing, walk, atoms["micro_grid"], "micro_grids")
        if finding.severity == ERROR
        or (finding.rule, str(finding.grid_code)[:15]) not in known
    ]
    return found + _wrong_borders(drawing, walk)


def _wrong_borders(drawing: Drawing, walk: Walk) -> list[Finding]:
    if not len(walk.wrong):
        return []
    atoms = drawing.plan.atoms
    ids = atoms["atom_id"].fillna("").to_numpy()[walk.wrong]
    first = np.lexsort(ids.T[::-1])[0]
    a, b = ids[first]
    values = {"count": len(walk.wrong), "a": a, "b": b}
    return [
        Finding(
            "V05",
            WARNING,
            "plan.V05_borders",
            values,
            community_code=atoms["community_code"].iloc[walk.wrong[first, 0]],
            at=unite(drawing.ground_of_atom[walk.wrong[first]]),
        )
    ]


def _walk(drawing: Drawing) -> Walk:
    """Put the borders of the ground and those of the table together."""
    atoms, borders = drawing.plan.atoms, drawing.plan.borders
    known = borders["atom_a"].isin(atoms["atom_id"])
    known &= borders["atom_b"].isin(atoms["atom_id"])
    borders = borders[known].reset_index(drop=True)
    touching, shared = _touching(drawing)
    ends = np.sort(border_ends(atoms, borders), axis=1)
    said = borders.assign(key=ends[:, 0] * len(atoms) + ends[:, 1])
    said = said.drop_duplicates("key").set_index("key")
    real = pd.Index(touching[:, 0] * len(atoms) + touching[:, 1])
    listed = said.reindex(real)
    crossing = listed["crossing"].eq(True).to_numpy()
    said_hard = listed["barrier"].eq("hard").to_numpy()
    hard = said_hard | _on_hard_barrier(drawing, touching)
    off = (listed["shared_m"] - shared).abs().to_numpy()
    astray = said.index[~said.index.isin(real)].to_numpy()
    wrong = np.concatenate([real[~(off <= ROUGH_M)].to_numpy(), astray])
    return Walk(
        touching,
        ~hard | crossing,
        np.column_stack([wrong // len(atoms), wrong % len(atoms)])
        if len(atoms)
        else np.empty((0, 2), dtype=np.int64),
    )


def _touching(drawing: Drawing) -> tuple[Whole, Lengths]:
    """Return which atoms of one community touch along a line, and how long."""
    shapes = drawing.ground_of_atom
    community = drawing.plan.atoms["community_code"].reset_index(drop=True)
    pairs, metres = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    for _, rows in community.groupby(community):
        own = rows.index.to_numpy()
        if (drawing.fit_of_atom[own] >= 0).all():
            two, length = shared_lengths(shapes[own])
        else:
            two = shapely.STRtree(shapes[own]).query(shapes[own], "intersects").T
            two = two[two[:, 0] < two[:, 1]]
            length = shapely.length(
                shapely.intersection(*(shapes[own][side] for side in two.T))
            )
        real = (length > 0) & more_than_corners(two, length)
        pairs.append(own[two[real]])
        metres.append(length[real])
    return np.concatenate(pairs), np.concatenate(metres)


def _on_hard_barrier(drawing: Drawing, touching: Whole) -> NDArray[np.bool_]:
    """Say of each border whether a hard barrier is drawn along all of it."""
    shapes = drawing.ground_of_atom
    barriers = drawing.plan.barriers
    hard = barriers.geometry[barriers["strength"] == "hard"].to_numpy()
    hard = np.where(shapely.get_dimensions(hard) == 2, shapely.boundary(hard), hard)
    result = np.zeros(len(touching), dtype=bool)
    atom = shapely.STRtree(hard).query(shapes, predicate="dwithin", distance=NEAR_M)[0]
    rows = np.flatnonzero(np.isin(touching, atom).all(axis=1))
    shared = shapely.intersection(*(shapes[side] for side in touching[rows].T))
    border, line = shapely.STRtree(hard).query(
        shared, predicate="dwithin", distance=NEAR_M
    )
    if not len(border):
        return result
    near, which = np.unique(border, return_inverse=True)
    strips = shapely.buffer(hard[line], NEAR_M)
    bundles = shapely.geometrycollections(
        strips[np.argsort(which, kind="stable")], indices=np.sort(which)
    )
    strips = shapely.union_all(bundles[:, None], axis=1)
    left = shapely.length(shapely.difference(shared[near], strips))
    result[rows[near]] = (left <= LEAK_M) & (shapely.length(shared[near]) > SHORT_M)
    return result


def _by_polygon(drawing: Drawing) -> pd.Series:
    """Give each atom to the base grid whose polygon holds its middle.

    Only where polygons differ from the table; elsewhere atoms keep no grid.
    """
    base = drawing.grids[drawing.grids["layer"] == "base_grids"]
    said = unite_by(drawing.ground_of_atom, drawing.grid_of_atom, drawing.fit_of_atom)
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
    table["id"] = atoms["atom_id"].to_numpy()
    table = table[label.notna().to_numpy()].sort_values("id")
    parts = table.groupby(["code", "part"], as_index=False).agg(
        households=("households", "sum"),
        area=("area", "sum"),
        atoms=("row", list),
        first=("id", "first"),
    )
    frame = atoms["base_grid"] if layer == "micro_grids" else label.notna()
    beside = walk.touching[walk.open & ~within & same_label(frame, walk.touching)]
    parts["shut"] = ~parts["part"].isin(part[beside.ravel()])
    # A part that leads on is the main one before one that is shut in.
    parts = parts.sort_values(
        ["code", "shut", "households", "area", "first"],
        ascending=[True, True, False, False, True],
    )
    loose = parts[parts["code"].duplicated()].copy()
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
