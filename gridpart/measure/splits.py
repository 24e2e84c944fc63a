"""What a plan divides: compounds and buildings."""

import pandas as pd

from gridpart.measure.pieces import components, same_label, walkable_pairs
from gridpart.plan import Plan


def compound_splits(
    plan: Plan, balance: pd.DataFrame, tolerance: float
) -> pd.DataFrame:
    """Return of each compound whether it is divided, and whether it need be.

    Only atoms with households outside exclusive grids count. A compound that
    hard barriers cut counts once for each piece.

    Parameters
    ----------
    plan
        Any plan.
    balance
        Result of :func:`gridpart.measure.balance.balance`.
    tolerance
        How far above the piece's mean a grid may be.

    Returns
    -------
    splits
        community_code, piece, compound_id, households, grids (how many share
        it), base_grid (the first of them), places (parts that do not touch),
        divided, fits (one grid could hold it), place_divided (a part of it that
        hangs together is divided).
    """
    atoms = plan.atoms
    keys = ["community_code", "piece", "compound_id"]
    estate = atoms["community_code"].str.cat(atoms["compound_id"], sep="/")
    pairs = walkable_pairs(atoms, plan.borders)
    place = components(len(atoms), pairs[same_label(estate, pairs)])
    lived = atoms.assign(piece=atoms["base_grid"].map(balance["piece"]), place=place)
    lived = lived[(atoms["households"] > 0) & lived["piece"].notna() & estate.notna()]
    table = lived.groupby(keys).agg(
        households=("households", "sum"),
        grids=("base_grid", "nunique"),
        base_grid=("base_grid", "min"),
        places=("place", "nunique"),
    )
    per_place = lived.groupby([*keys, "place"])["base_grid"].nunique()
    table["place_divided"] = per_place.groupby(level=keys).max() > 1
    table = table.reset_index()
    mean = balance.groupby("piece")["piece_mean"].first()
    limit = (1 + tolerance) * table["piece"].map(mean).astype("float64")
    table["fits"] = table["households"] <= limit + 1e-9
    table["divided"] = table["grids"] > 1
    return table


def building_splits(plan: Plan) -> pd.DataFrame:
    """Return the buildings whose atoms lie in several base grids.

    Returns
    -------
    splits
        building_id, community_code, grids, households.
    """
    inside = plan.atoms[plan.atoms["building_id"].notna()]
    table = inside.groupby("building_id").agg(
        community_code=("community_code", "first"),
        grids=("base_grid", "nunique"),
        households=("households", "sum"),
    )
    return table[table["grids"] > 1].reset_index()
