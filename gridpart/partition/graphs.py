"""Atoms of one community as a graph of arrays: what the engine works on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from gridpart.fabric import Fabric, passable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class AtomGraph:
    """n atoms and m borders of one community, or of a part of one.

    Parameters
    ----------
    households
        n integers.
    xy
        n × 2, metres: where the households live.
    area
        n, square metres.
    group
        n integers: the compound (compounds that must stay together share one),
        -1 for none.
    compound
        n integers: the compound itself, -1 for none.
    building
        n integers: the building, -1 for open ground; units of one building share
        one.
    edges
        m × 2, positions of the atoms.
    shared, clear
        m, metres: length of the border, and how much of it follows a clear line.
    passable
        m flags: one can walk across.
    """

    households: Ints
    xy: Floats
    area: Floats
    group: Ints
    compound: Ints
    building: Ints
    edges: Ints
    shared: Floats
    clear: Floats
    passable: Flags

    def __len__(self) -> int:
        """Count the atoms."""
        return len(self.households)

    def take(self, nodes: Ints) -> "AtomGraph":
        """Return the graph of some atoms, in the order given."""
        position = np.full(len(self), -1, dtype=np.int64)
        position[nodes] = np.arange(len(nodes))
        edges = position[self.edges]
        kept = (edges >= 0).all(axis=1)
        return AtomGraph(
            self.households[nodes],
            self.xy[nodes],
            self.area[nodes],
            self.group[nodes],
            self.compound[nodes],
            self.building[nodes],
            edges[kept],
            self.shared[kept],
            self.clear[kept],
            self.passable[kept],
        )

    def components(self) -> Ints:
        """Return the number of each atom's connected part, by first atom."""
        return component_numbers(len(self), self.edges[self.passable])


def component_numbers(count: int, edges: Ints) -> Ints:
    """Return each node's connected component, numbered in order of first node."""
    return _number_components(count, np.ascontiguousarray(edges, dtype=np.int64))


@njit(cache=True)
def _number_components(count: int, edges: Ints) -> Ints:
    """Join the ends of every edge; a component's first node stands for it."""
    first = np.arange(count)
    for at in range(len(edges)):
        a, b = edges[at, 0], edges[at, 1]
        while first[a] != a:
            first[a] = first[first[a]]
            a = first[a]
        while first[b] != b:
            first[b] = first[first[b]]
            b = first[b]
        first[max(a, b)] = min(a, b)
    found = 0
    for node in range(count):
        if first[node] == node:
            first[node] = found
            found += 1
        else:
            first[node] = first[first[node]]
    return first


def atom_graph(fabric: Fabric, joined: pd.Series) -> AtomGraph:
    """Turn the fabric of one community into arrays.

    Parameters
    ----------
    fabric
        Atoms (in the order that the arrays will have) and borders.
    joined
        The compound that stands for each compound (``compound_id`` as index):
        compounds that must stay together stand for one another.
    """
    atoms, borders = fabric.atoms, fabric.borders
    position = pd.Series(np.arange(len(atoms)), index=atoms["atom_id"])
    stands_for = joined.to_dict()
    group = [stands_for.get(compound, compound) for compound in atoms["compound_id"]]
    return AtomGraph(
        households=atoms["households"].to_numpy(np.int64),
        xy=atoms[["x", "y"]].to_numpy(np.float64),
        area=atoms.geometry.area.to_numpy(),
        group=pd.factorize(pd.array(group, dtype="str"), sort=True)[0].astype(np.int64),
        compound=pd.factorize(atoms["compound_id"], sort=True)[0].astype(np.int64),
        building=pd.factorize(atoms["building_id"], sort=True)[0].astype(np.int64),
        edges=np.column_stack(
            [
                position.loc[borders["atom_a"]].to_numpy(np.int64),
                position.loc[borders["atom_b"]].to_numpy(np.int64),
            ]
        ),
        shared=borders["shared_m"].to_numpy(np.float64),
        clear=borders["clear_m"].to_numpy(np.float64),
        passable=passable(borders).to_numpy(bool),
    )
