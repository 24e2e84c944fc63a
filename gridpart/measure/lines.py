"""Where the boundary of a grid runs: along lines that people see, or not.

A border between two atoms knows how much of it lies on a road, railway, water,
wall, compound or site edge. What of a grid's perimeter is not border to another
grid lies on the edge of its community, which is a clear line by definition.
"""

import numpy as np
import pandas as pd


def grid_lines(borders: pd.DataFrame, grid_of_atom: pd.Series) -> pd.DataFrame:
    """Return how long each grid borders on others, and how much of it is clear.

    Parameters
    ----------
    borders
        Table with atom_a, atom_b, shared_m, clear_m.
    grid_of_atom
        Grid code by atom id; missing where an atom has no grid.

    Returns
    -------
    lines
        inner_m (metres of border with other grids of the community) and clear_m
        (metres of it on a clear line), by grid code, sorted.
    """
    cut = cut_borders(borders, grid_of_atom)
    sides = pd.concat(
        [
            cut[[f"grid_{side}", "shared_m", "clear_m"]].set_axis(
                ["grid_code", "inner_m", "clear_m"], axis=1
            )
            for side in "ab"
        ]
    )
    sums = sides.groupby("grid_code").sum()
    codes = pd.Index(np.unique(grid_of_atom.dropna()), name="grid_code")
    return sums.reindex(codes, fill_value=0.0)


def cut_borders(borders: pd.DataFrame, grid_of_atom: pd.Series) -> pd.DataFrame:
    """Return the borders between different grids, with grid_a and grid_b added."""
    grids = borders.assign(
        grid_a=borders["atom_a"].map(grid_of_atom),
        grid_b=borders["atom_b"].map(grid_of_atom),
    )
    same = grids["grid_a"] == grids["grid_b"]
    both_missing = grids["grid_a"].isna() & grids["grid_b"].isna()
    return grids[~same & ~both_missing].reset_index(drop=True)


def line_clarity(
    perimeter_m: np.ndarray, inner_m: np.ndarray, clear_m: np.ndarray
) -> np.ndarray:
    """Return the share of a perimeter that lies on clear lines, 0 to 1.

    Parameters
    ----------
    perimeter_m
        Length of the whole boundary, holes included.
    inner_m, clear_m
        Columns of :func:`grid_lines`.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        unclear = (np.asarray(inner_m) - np.asarray(clear_m)) / np.asarray(perimeter_m)
    return np.clip(1.0 - unclear, 0.0, 1.0)


def cut_length(borders: pd.DataFrame, grid_of_atom: pd.Series) -> float:
    """Return the metres of border between different grids."""
    return float(cut_borders(borders, grid_of_atom)["shared_m"].sum())
