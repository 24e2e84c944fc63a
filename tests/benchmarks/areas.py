"""What is divided in the comparison: areas, the same for gridpart and its peers.

An area is what gridpart divides in one go: a community without its exclusive sites,
or the part of it that hard barriers leave together. Its atoms, borders and lumps are
gridpart's own. A peer gets an area as a plain graph of weighted nodes; gridpart gets
the atoms.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gridpart.check.cities import check_city, mend_city, stop_on
from gridpart.chunks import _communities
from gridpart.city import City
from gridpart.cut.fabrics import cut_fabric
from gridpart.fabric import Fabric
from gridpart.partition.communities import _enclosed_ground, stand_ins
from gridpart.partition.counts import count_base_grids
from gridpart.partition.graphs import AtomGraph, atom_graph
from gridpart.partition.lumps import merge_lumps
from gridpart.partition.pieces import join_small_pieces
from gridpart.partition.territory import lend_ground, neighbour_pairs, settle_ground
from gridpart.rules import Rules
from tests.benchmarks.nodes import Nodes, Task


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One area: its atoms, where they are in the community, and the task for peers."""

    community: str
    rows: np.ndarray
    graph: AtomGraph
    parts: int
    task: Task


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """All areas of a city, and its communities as gridpart divides them."""

    name: str
    areas: list[Area]
    fabrics: list[tuple[str, Fabric]]
    joined: pd.Series

    def write(self, folder: Path) -> None:
        """Write what the contestants read."""
        with (folder / "tasks.pickle").open("wb") as file:
            pickle.dump([area.task for area in self.areas], file)
        with (folder / "fabrics.pickle").open("wb") as file:
            pickle.dump((self.fabrics, self.joined), file)


def contest(name: str, city: City, rules: Rules) -> Contest:
    """Cut a city and find its areas."""
    city, _ = mend_city(city)
    stop_on(check_city(city, rules))
    fabric, _ = cut_fabric(city, rules)
    joined = stand_ins(city.compounds)
    fabrics = list(_communities(fabric))
    areas = [
        area for code, own in fabrics for area in _areas(code, own, joined, rules, name)
    ]
    return Contest(name, areas, fabrics, joined)


def _areas(
    code: str, fabric: Fabric, joined: pd.Series, rules: Rules, name: str
) -> list[Area]:
    graph = atom_graph(fabric, joined)
    free = _enclosed_ground(graph, fabric.atoms["site_id"]).isna().to_numpy()
    rows = np.flatnonzero(free)
    inside, _ = join_small_pieces(graph.take(rows), rules.size)
    piece = inside.components()
    areas = []
    for number in range(int(piece.max(initial=-1)) + 1):
        nodes = np.flatnonzero(piece == number)
        part = inside.take(nodes)
        total = int(part.households.sum())
        if not total:
            continue
        populated = int(np.count_nonzero(part.households))
        parts = min(count_base_grids(total, rules.size), populated)
        owner = lend_ground(part)
        single = np.unique(owner, return_inverse=True)[1]
        limit = total / parts * (1 + rules.size.tolerance)
        lump = merge_lumps(part, owner, limit)
        task = Task(
            f"{name}/{code}/{number}", parts, _nodes(part, single), _nodes(part, lump)
        )
        areas.append(Area(code, rows[nodes], part, parts, task))
    return areas


def _nodes(graph: AtomGraph, of_atom: np.ndarray) -> Nodes:
    """Contract the atoms to nodes; a border counts where the engine may walk too."""
    count = int(of_atom.max()) + 1
    weight = np.bincount(of_atom, weights=graph.households, minlength=count)
    place = np.column_stack(
        [
            np.bincount(of_atom, graph.households * axis, minlength=count) / weight
            for axis in graph.xy.T
        ]
    )
    pairs, _, linked = neighbour_pairs(graph, of_atom)
    ends = np.sort(of_atom[graph.edges], axis=1)
    shared = pd.Series(graph.shared).groupby([ends[:, 0], ends[:, 1]]).sum()
    metres = shared.loc[list(map(tuple, pairs.tolist()))].to_numpy(float)
    group = np.full(count, -1, dtype=np.int64)
    lived = graph.households > 0
    group[of_atom[lived]] = graph.group[lived]
    return Nodes(
        np.rint(weight).astype(np.int64),
        place,
        pairs[linked],
        metres[linked],
        group,
        of_atom,
    )


def on_atoms(area: Area, labels: np.ndarray, nodes: Nodes) -> np.ndarray:
    """Carry labels from nodes to atoms; ground goes where its longest border is."""
    return settle_ground(area.graph, labels[nodes.of_atom])
