"""Departments' grids against those of the plan (多网合一).

Departments shall work on unions of base grids. An atom lies in a department's grid
when more than half of its ground does, so that lines drawn a little beside each other
make no difference.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.columns import INTEGER, NUMBER, TEXT, Column, Table
from gridpart.conform import conform
from gridpart.coverage import only_polygons
from gridpart.plan import Plan

BASE, MICRO, NONE = "base", "micro", "none"
SEPARATOR = ";"


def _union_columns(level: str, level_zh: str) -> tuple[Column, ...]:
    return (
        Column(f"{level}_codes", TEXT, f"最接近的{level_zh}", required=True),
        Column(f"{level}_added", INTEGER, f"按{level_zh}多出户数", required=True),
        Column(f"{level}_lacking", INTEGER, f"按{level_zh}缺少户数", required=True),
        Column(
            f"{level}_off_m2", NUMBER, f"按{level_zh}不符面积(平方米)", required=True
        ),
    )


DEPARTMENTS = Table(
    "departments",
    "部门网格对照表",
    (
        Column("department", TEXT, "部门"),
        Column("code", TEXT, "部门网格编码"),
        Column("name", TEXT, "部门网格名称"),
        Column("households", INTEGER, "户数", required=True),
        Column("union_of", TEXT, "一致于", required=True),
        *_union_columns(BASE, "基础网格"),
        *_union_columns(MICRO, "微网格"),
    ),
)


def match_departments(plan: Plan) -> pd.DataFrame:
    """Return which departments' grids are unions of the plan's, and the nearest ones.

    Parameters
    ----------
    plan
        With its table of departments' grids; it is not changed.

    Returns
    -------
    departments
        The columns of :data:`DEPARTMENTS`, a row for each grid in the order of the
        layer. ``union_of`` is ``base`` (of base and exclusive grids), ``micro`` (of
        micro- and exclusive grids) or ``none``; an empty grid is none. For either
        level the union that fewest households differ from: its codes, separated by
        ``;``, the households that it adds and lacks, and the ground (m²) that
        differs. A grid belongs to it if more than half of its households do, or,
        with just half or without any, of its ground.
    """
    atoms = plan.atoms
    inside = _atoms_inside(plan.department_grids, atoms)
    special = atoms["exclusive_grid"]
    base = _nearest(plan, inside, atoms["base_grid"].fillna(special), BASE)
    micro = _nearest(plan, inside, atoms["micro_grid"].fillna(special), MICRO)
    there = np.isin(np.arange(len(plan.department_grids)), inside["row"])
    equal = [
        there & (table.pop("atoms_off") == 0).to_numpy() for table in (base, micro)
    ]
    households = atoms["households"].to_numpy()[inside["atom"]]
    plain = pd.DataFrame(plan.department_grids.drop(columns="geometry"))
    table = pd.concat([plain.reset_index(drop=True), base, micro], axis=1).assign(
        households=np.bincount(inside["row"], households, len(plain)),
        union_of=np.select(equal, [BASE, MICRO], NONE),
    )
    return conform(table, DEPARTMENTS)


def count_matches(departments: pd.DataFrame) -> pd.DataFrame:
    """Return for each department how many grids are unions, and what differs.

    Parameters
    ----------
    departments
        Result of :func:`match_departments`.

    Returns
    -------
    counts
        By department: grids; base, micro, none (of which these are unions); off
        (households by which the others differ from the nearest base grids).
    """
    kind = departments["union_of"]
    off = (departments["base_added"] + departments["base_lacking"]).where(
        kind == NONE, 0
    )
    table = pd.DataFrame(
        {"grids": 1} | {one: kind == one for one in (BASE, MICRO, NONE)}
    )
    return table.assign(off=off).groupby(departments["department"]).sum()


def _atoms_inside(grids: gpd.GeoDataFrame, atoms: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the positions of grid (row) and atom, for atoms that lie in a grid."""
    shapes = only_polygons(shapely.make_valid(grids.geometry.to_numpy()))
    grounds = atoms.geometry.to_numpy()
    row, atom = shapely.STRtree(grounds).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[row], grounds[atom]))
    most = common > shapely.area(grounds[atom]) / 2
    return pd.DataFrame({"row": row[most], "atom": atom[most]})


def _nearest(
    plan: Plan, inside: pd.DataFrame, label: pd.Series, level: str
) -> pd.DataFrame:
    """Return the nearest union of labelled grids for every grid of a department."""
    facts = pd.DataFrame(
        {
            "label": label.fillna(""),
            "households": plan.atoms["households"],
            "m2": plan.atoms.area,
            "atoms": 1,
        }
    )
    whole = facts.groupby("label").sum()
    part = facts.iloc[inside["atom"]].assign(row=inside["row"].to_numpy())
    part = part.groupby(["row", "label"]).sum()
    rest = whole.reindex(part.index.get_level_values("label")).to_numpy() - part
    people, ground = part["households"] - rest["households"], part["m2"] - rest["m2"]
    taken = (people > 0) | ((people == 0) & (ground > 0))
    taken &= part.index.get_level_values("label") != ""
    off = rest.where(taken, part)
    by_row = pd.DataFrame(
        {
            f"{level}_added": off["households"].where(taken, 0),
            f"{level}_lacking": off["households"].where(~taken, 0),
            f"{level}_off_m2": off["m2"],
            "atoms_off": off["atoms"],
        }
    )
    rows = pd.RangeIndex(len(plan.department_grids))
    codes = part.index[taken].to_frame(index=False).groupby("row")["label"]
    joined = codes.agg(SEPARATOR.join).reindex(rows, fill_value="")
    sums = by_row.groupby("row").sum().reindex(rows, fill_value=0)
    sums[f"{level}_off_m2"] = sums[f"{level}_off_m2"].clip(lower=0)
    return sums.assign(**{f"{level}_codes": joined})
