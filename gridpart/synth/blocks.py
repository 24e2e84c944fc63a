"""Blocks as a graph: who lives on them, and along which lines they meet."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridpart.synth.ground import INNER, Ground
from gridpart.synth.streets import ARTERIAL, BANK, MIDSTREAM, RAILWAY

HARD = (RAILWAY, BANK, MIDSTREAM)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Blocks, and pairs of neighbouring blocks.

    ``households`` and ``middle`` go with the blocks, all else with the pairs:
    ``one`` and ``two`` are the blocks, ``shared_m`` the length of their common
    border, ``homes_m`` the part of it with homes on both sides, ``kind`` the kind
    of line that most of it follows.
    """

    households: np.ndarray
    middle: np.ndarray
    one: np.ndarray
    two: np.ndarray
    shared_m: np.ndarray
    homes_m: np.ndarray
    kind: np.ndarray

    @property
    def is_hard(self) -> np.ndarray:
        """Whether river or railway run between the two blocks."""
        return np.isin(self.kind, HARD)


def block_graph(ground: Ground, households: np.ndarray, homes: np.ndarray) -> Blocks:
    """Describe the blocks of a ground.

    Parameters
    ----------
    ground
        Parcels and edges; blocks are numbered without holes.
    households, homes
        Of each parcel: how many live there, and whether it counts as lived in
        (sites do not, though they may have dormitories).
    """
    count = ground.block.max() + 1
    area = shapely.area(ground.parcels)
    centroids = shapely.get_coordinates(shapely.centroid(ground.parcels))
    sums = [np.bincount(ground.block, area * axis, count) for axis in centroids.T]
    middle = np.column_stack(sums) / np.bincount(ground.block, area)[:, None]
    outer = (ground.right >= 0) & (ground.kind != INNER)
    left, right = ground.left[outer], ground.right[outer]
    pair = np.sort(np.column_stack([ground.block[left], ground.block[right]]), axis=1)
    key, where = np.unique(pair[:, 0] * count + pair[:, 1], return_inverse=True)
    length = shapely.length(ground.edges[outer])
    kinds = np.array([*HARD, ARTERIAL, "street"])
    by_kind = [
        np.bincount(where, length * (ground.kind[outer] == kind), len(key))
        for kind in kinds
    ]
    return Blocks(
        np.bincount(ground.block, households, count).astype(int),
        middle,
        key // count,
        key % count,
        np.bincount(where, length, len(key)),
        np.bincount(where, length * (homes[left] & homes[right]), len(key)),
        kinds[np.argmax(by_kind, axis=0)],
    )


def connected_parts(count: int, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return the number of each node's connected part."""
    graph = coo_array((np.ones(len(one)), (one, two)), shape=(count, count))
    return connected_components(graph, directed=False)[1]
