"""What the measures of a plan are read from: tables worked out once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridpart.measure.balance import balance, in_band, plan_rules
from gridpart.measure.grids import grid_of_atom
from gridpart.measure.lines import grid_lines, line_clarity
from gridpart.measure.pieces import parts_of, walkable_pairs
from gridpart.measure.resources import nearest_sites
from gridpart.measure.shape import places_of_atoms, polsby_popper, reock, spread
from gridpart.measure.splits import building_splits, compound_splits
from gridpart.plan import Plan
from gridpart.rules import Rules


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Tables of a plan: of its grids, compounds and buildings."""

    plan: Plan
    rules: Rules
    grids: pd.DataFrame
    micro_deviation: pd.Series
    compounds: pd.DataFrame
    buildings: pd.DataFrame


def gather_facts(plan: Plan) -> Facts:
    """Work out the tables of a plan, sound or not."""
    rules = plan_rules(plan)
    table = balance(plan)
    return Facts(
        plan,
        rules,
        _grid_facts(plan, rules, table),
        _micro_deviation(plan),
        compound_splits(plan, table, rules.size.tolerance),
        building_splits(plan),
    )


def _grid_facts(plan: Plan, rules: Rules, table: pd.DataFrame) -> pd.DataFrame:
    grids = plan.base_grids.drop_duplicates("grid_code").set_index("grid_code")
    shapes = grids.geometry.to_numpy()
    atoms = plan.atoms
    lines = grid_lines(plan.borders, grid_of_atom(atoms)).reindex(grids.index)
    perimeter = grids.length.to_numpy()
    inside = atoms["base_grid"].notna().to_numpy()
    spreads = spread(
        places_of_atoms(atoms, plan.buildings)[inside],
        atoms["households"].to_numpy(dtype=np.float64)[inside],
        atoms["base_grid"].to_numpy(dtype=object)[inside],
    )
    parts = parts_of(atoms["base_grid"], walkable_pairs(atoms, plan.borders))
    clarity = line_clarity(
        perimeter, lines["inner_m"].to_numpy(), lines["clear_m"].to_numpy()
    )
    if plan.borders.empty and len(atoms) > 1:
        # Nothing is known of lines and ways: only the polygons can be counted.
        parts = grids.count_geometries()
        clarity = np.full(len(grids), np.nan)
    kept = ["community_code", "households", "workload", "deviation", "piece_deviation"]
    return (
        table[kept]
        .assign(
            in_band=in_band(table["households"], rules),
            area_m2=grids.area,
            perimeter_m=perimeter,
            compactness=polsby_popper(shapes),
            reock=reock(shapes),
            spread_m=pd.Series(spreads, dtype="float64").reindex(grids.index),
            line_clarity=clarity,
            components=parts.reindex(grids.index, fill_value=0),
            service_m=nearest_sites(plan)["nearest_m"].reindex(grids.index),
            reason=grids["reason"],
        )
        .reset_index()
    )


def _micro_deviation(plan: Plan) -> pd.Series:
    sums = plan.atoms.groupby(["base_grid", "micro_grid"])["households"].sum()
    mean = sums.groupby(level="base_grid").transform("mean")
    return (sums / mean.where(mean > 0) - 1).fillna(0.0)
