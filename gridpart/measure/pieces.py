"""What hangs together on the ground: pieces of communities, parts of grids.

Walking goes over every border that is no hard barrier, or has a crossing.
"""

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridpart.fabric import passable


def components(count: int, pairs: np.ndarray) -> np.ndarray:
    """Give each node the number of its connected component.

    Parameters
    ----------
    count
        Number of nodes.
    pairs
        m x 2 positions of linked nodes.
    """
    links = coo_array(
        (np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])),
        shape=(count, count),
    )
    return connected_components(links, directed=False)[1]


def walkable_pairs(atoms: pd.DataFrame, borders: pd.DataFrame) -> np.ndarray:
    """Return the row numbers of atoms between which one can walk, m x 2.

    Borders that name an atom which is not there are left out.
    """
    return border_ends(atoms, borders[passable(borders)])


def border_ends(atoms: pd.DataFrame, borders: pd.DataFrame) -> np.ndarray:
    """Return the row numbers of the two atoms of each border, m x 2."""
    row = pd.Series(np.arange(len(atoms)), index=atoms["atom_id"])
    row = row[~row.index.duplicated()]
    ends = np.column_stack(
        [borders["atom_a"].map(row), borders["atom_b"].map(row)]
    ).astype(np.float64)
    return ends[~np.isnan(ends).any(axis=1)].astype(np.int64)


def parts_of(labels: pd.Series, pairs: np.ndarray) -> pd.Series:
    """Return in how many parts the nodes of each label lie.

    Parameters
    ----------
    labels
        Label of each node, missing for nodes that don't matter; default index.
    pairs
        m x 2 positions of linked nodes.
    """
    part = components(len(labels), pairs[same_label(labels, pairs)])
    return pd.Series(part).groupby(labels.to_numpy()).nunique()


def piece_of_atom(atoms: pd.DataFrame, borders: pd.DataFrame) -> np.ndarray:
    """Give each atom the number of its piece, as hard barriers cut the ground.

    Pieces of a community that one base grid spans count as one; ground of
    exclusive grids has no piece (-1). Without any borders nothing is known of
    barriers, and each community counts as one piece.

    Parameters
    ----------
    atoms
        Table of atoms with community_code and base_grid, default index.
    borders
        Table of borders.
    """
    inside = atoms["base_grid"].notna().to_numpy()
    if borders.empty:
        return np.where(inside, pd.factorize(atoms["community_code"])[0], -1)
    pairs = walkable_pairs(atoms, borders)
    pairs = pairs[inside[pairs].all(axis=1)]
    pairs = pairs[same_label(atoms["community_code"], pairs)]
    grid = pd.factorize(atoms["community_code"].str.cat(atoms["base_grid"], sep="/"))[0]
    first = pd.Series(np.arange(len(atoms))).groupby(grid).transform("first")
    same_grid = np.column_stack([np.arange(len(atoms)), first])[inside]
    piece = components(len(atoms), np.concatenate([pairs, same_grid]))
    return np.where(inside, piece, -1)


def same_label(labels: pd.Series, pairs: np.ndarray) -> np.ndarray:
    """Say which pairs join two nodes of one label."""
    number = pd.factorize(labels)[0]
    ends = number[pairs]
    return (ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)
