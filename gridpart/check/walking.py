"""Can one walk through every grid: V05 in one piece, V08 over no hard barrier.

Judged twice: for the atoms that the table gives to a grid, and for those that lie
under its polygon as drawn.
"""

import numpy as np
import pandas as pd
import shapely

from gridpart.check.drawing import Drawing, unite
from gridpart.check.ground import Walk
from gridpart.check.outlines import misfits
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.measure.pieces import components, same_label

SMALL_PIECE = "piece_too_small"


def check_walking(drawing: Drawing) -> list[Finding]:
    """V05 and V08 for base, exclusive and micro-grids."""
    atoms = drawing.plan.atoms
    walk = drawing.walk
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


def _by_polygon(drawing: Drawing) -> pd.Series:
    """Give each atom to the base grid whose polygon holds its middle.

    Only where polygons differ from the table; elsewhere atoms keep no grid.
    """
    base = drawing.grids[drawing.grids["layer"] == "base_grids"]
    wrong = ~shapely.is_empty(misfits(base, drawing.grid_by_atoms))
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
    # A micro-grid in two base grids is not excused by what one of them may do.
    homes = drawing.plan.atoms.groupby("micro_grid")["base_grid"].nunique(dropna=False)
    astray = set(homes.index[homes > 1]) if layer == "micro_grids" else set()
    found = []
    for code, parts in loose.groupby("code"):
        reason = facts["reason"].get(code) if "reason" in facts else None
        severity = _severity(drawing, parts, reason, layer)
        if code in astray:
            severity = ERROR
        told = "site" if layer == "exclusive_grids" else severity
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
                    f"plan.{rule}_{told}",
                    {
                        "code": code,
                        "parts": int(rows.sum()) + 1,
                        "households": int(parts["households"][rows].sum()),
                        "atoms": ", ".join(
                            drawing.plan.atoms["atom_id"].fillna("?").iloc[atoms[:5]]
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
    first = table.drop_duplicates(["code", "part"]).dropna(subset="code")
    broken = first["code"][first["code"].duplicated()]
    if broken.empty:
        return pd.DataFrame()
    table = table[table["code"].isin(broken)].sort_values("id")
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
