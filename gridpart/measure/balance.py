"""Households per grid against the mean of their community, piece and the band."""

import numpy as np
import pandas as pd

from gridpart.measure.pieces import piece_of_atom
from gridpart.plan import Plan
from gridpart.rules import TARGET, Rules, Size

# A grid that is too large because one building is; the others balance without it.
ATOM_TOO_LARGE = "atom_too_large"


def plan_rules(plan: Plan) -> Rules:
    """Return the rules that a plan was made by; the defaults where it has none."""
    return Rules.of_plan(plan.info)


def balance(plan: Plan) -> pd.DataFrame:
    """Return households and deviations of each base grid.

    Parameters
    ----------
    plan
        Any plan; households are counted on its atoms.

    Returns
    -------
    balance
        By grid code, in the order of the layer: community_code, households,
        workload, deviation (from the mean of the community's base grids), piece
        (number), piece_mean, piece_deviation (from the mean of the grids that
        hard barriers leave together, oversized buildings left out).
    """
    atoms = plan.atoms
    grids = plan.base_grids.drop_duplicates("grid_code").set_index("grid_code")
    sums = atoms.groupby("base_grid")[["households", "workload"]].sum()
    table = sums.reindex(grids.index, fill_value=0)
    table.insert(0, "community_code", grids["community_code"])
    mean = table.groupby("community_code")["households"].transform("mean")
    table["deviation"] = relative(table["households"], mean)
    piece = pd.Series(piece_of_atom(atoms, plan.borders))
    table["piece"] = piece.groupby(atoms["base_grid"]).first().reindex(table.index)
    largest = atoms.groupby("base_grid")["households"].max().reindex(table.index)
    told = grids["reason"].str.contains(ATOM_TOO_LARGE, regex=False, na=False)
    size = plan_rules(plan).size
    large = _oversized(table.assign(largest=largest)[told], table, size)
    ordinary = table["households"].drop(large).reindex(table.index)
    table["piece_mean"] = ordinary.groupby(table["piece"]).transform("mean")
    table["piece_deviation"] = relative(table["households"], table["piece_mean"])
    return table


def _oversized(told: pd.DataFrame, table: pd.DataFrame, size: Size) -> list[str]:
    """Return the grids that one building makes too large, of those said to be.

    The largest building comes first; what it leaves is the mean for the next. Others
    are said to be only because such a building takes its share of the mean.
    """
    found: list[str] = []
    for row in told.sort_values("largest", ascending=False).itertuples():
        beside = table["households"][table["piece"] == row.piece].drop(
            found, errors="ignore"
        )
        if row.largest > (1 + size.max_deviation) * min(beside.mean(), size.target):
            found.append(row.Index)
    return found


def in_band(households: pd.Series, rules: Rules) -> pd.Series:
    """Say which base grids are in the band; all are where they have no target."""
    if rules.levels.base != TARGET:
        return pd.Series(True, households.index)
    return households.between(rules.size.low, rules.size.high)


def relative(households: pd.Series, mean: pd.Series) -> pd.Series:
    """Return households / mean - 1; zero where the mean is zero."""
    return (households / mean.where(mean > 0) - 1).where(mean > 0, 0.0)


def share_within(deviation: pd.Series, tolerance: float) -> float:
    """Return the share of deviations of at most ``tolerance``, up to rounding."""
    if not len(deviation):
        return float("nan")
    return float(np.mean(deviation.abs() <= tolerance + 1e-9))
