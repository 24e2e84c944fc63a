"""The graph that a peer gets: numpy arrays and nothing of gridpart."""

from typing import NamedTuple

import numpy as np


class Nodes(NamedTuple):
    """n nodes with households, a place and a compound, and m borders between them."""

    weight: np.ndarray  # n, households
    place: np.ndarray  # n x 2, metres
    pairs: np.ndarray  # m x 2
    metres: np.ndarray  # m, length of the border
    compound: np.ndarray  # n, -1 for none
    of_atom: np.ndarray  # node of each atom

    def rows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Adjacency in compressed rows: start, neighbour, decimetres of border."""
        heads = np.concatenate([self.pairs[:, 0], self.pairs[:, 1]])
        tails = np.concatenate([self.pairs[:, 1], self.pairs[:, 0]])
        length = np.maximum(1, np.rint(10 * np.tile(self.metres, 2))).astype(int)
        order = np.lexsort((tails, heads))
        start = np.searchsorted(heads[order], np.arange(len(self.weight) + 1))
        return start, tails[order], length[order]


class Task(NamedTuple):
    """An area to divide into parts: by buildings, or with compounds contracted."""

    name: str
    parts: int
    buildings: Nodes
    lumps: Nodes
