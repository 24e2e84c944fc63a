"""Which atoms touch on the ground, and between which one can walk.

Seen on the polygons. The table of borders only says where a hard barrier runs and
where one can cross it, and is not believed where a hard barrier is drawn; so a
plan without such a table can be judged too, and a made-up border is seen through.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.coverage import Geometries, more_than_corners, shared_lengths
from gridpart.measure.pieces import border_ends
from gridpart.plan import Plan

Whole = NDArray[np.int64]
Lengths = NDArray[np.float64]

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
    shared_m
        m lengths.
    open
        m flags: one can walk across.
    wrong
        k x 2 row numbers: borders that the table has and the ground has not, or
        the other way round, or with another length.
    """

    touching: Whole
    shared_m: Lengths
    open: NDArray[np.bool_]
    wrong: Whole


def walk_ground(plan: Plan, shapes: Geometries, fit: Whole) -> Walk:
    """Put the borders of the ground and those of the table together.

    Parameters
    ----------
    plan
        Any plan.
    shapes
        Polygons of its atoms, made sound.
    fit
        Number of a valid coverage for each atom, -1 for none.
    """
    atoms, borders = plan.atoms, plan.borders
    known = borders["atom_a"].isin(atoms["atom_id"])
    known &= borders["atom_b"].isin(atoms["atom_id"])
    borders = borders[known].reset_index(drop=True)
    touching, shared = _touching(atoms, shapes, fit)
    ends = np.sort(border_ends(atoms, borders), axis=1)
    said = borders.assign(key=ends[:, 0] * len(atoms) + ends[:, 1])
    said = said.drop_duplicates("key").set_index("key")
    real = pd.Index(touching[:, 0] * len(atoms) + touching[:, 1])
    listed = said.reindex(real)
    crossing = listed["crossing"].eq(True).to_numpy()
    said_hard = listed["barrier"].eq("hard").to_numpy()
    hard = said_hard | _on_hard_barrier(plan, shapes, touching)
    off = (listed["shared_m"] - shared).abs().to_numpy()
    astray = said.index[~said.index.isin(real)].to_numpy()
    wrong = np.concatenate([real[~(off <= ROUGH_M)].to_numpy(), astray])
    return Walk(
        touching,
        shared,
        ~hard | crossing,
        np.column_stack([wrong // len(atoms), wrong % len(atoms)])
        if len(atoms)
        else np.empty((0, 2), dtype=np.int64),
    )


def with_true_borders(plan: Plan, walk: Walk) -> Plan:
    """Return the plan with the borders of the ground in place of its table."""
    ids = plan.atoms["atom_id"].to_numpy(dtype=object)
    first, second = walk.touching.T
    borders = pd.DataFrame(
        {
            "atom_a": ids[first],
            "atom_b": ids[second],
            "shared_m": walk.shared_m,
            "clear_m": 0.0,
            "barrier": pd.Series("hard", index=range(len(first))).mask(walk.open),
            "crossing": False,
        }
    )
    return replace(plan, borders=conform(borders, PLAN["borders"]))


def _touching(
    atoms: pd.DataFrame, shapes: Geometries, fit: Whole
) -> tuple[Whole, Lengths]:
    """Return which atoms of one community touch along a line, and how long."""
    community = atoms["community_code"].reset_index(drop=True)
    pairs, metres = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    for _, rows in community.groupby(community):
        own = rows.index.to_numpy()
        if (fit[own] >= 0).all():
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


def _on_hard_barrier(
    plan: Plan, shapes: Geometries, touching: Whole
) -> NDArray[np.bool_]:
    """Say of each border whether a hard barrier is drawn along all of it."""
    barriers = plan.barriers
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
    drawn, at = np.unique(line, return_inverse=True)
    strips = shapely.buffer(hard[drawn], NEAR_M)
    left = shared[near]
    turn = pd.Series(which).groupby(which).cumcount().to_numpy()
    for number in range(turn.max() + 1):
        own = turn == number
        left[which[own]] = shapely.difference(left[which[own]], strips[at[own]])
    left = shapely.length(left)
    result[rows[near]] = (left <= LEAK_M) & (shapely.length(shared[near]) > SHORT_M)
    return result
