"""The pieces of a community that are divided each on its own.

Hard barriers and exclusive sites cut a community into pieces. A piece too small
for a grid joins the nearest one as an explicit exception; a building too large
for any grid becomes a grid of its own, and the rest is divided without it.
"""

from dataclasses import dataclass, replace

import numpy as np

from gridpart.partition.counts import count_base_grids
from gridpart.partition.graphs import AtomGraph, Ints, component_numbers
from gridpart.partition.territory import lend_ground
from gridpart.rules import Size


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Atoms that are divided together into ``parts`` grids.

    ``reason`` is missing, or says why the piece could not be divided as usual:
    ``atom_too_large``, ``piece_too_small``, ``empty``.
    """

    nodes: Ints
    parts: int
    reason: str | None


def join_small_pieces(graph: AtomGraph, size: Size) -> tuple[AtomGraph, Ints]:
    """Connect pieces below half a target, and ground nobody lives on, to others.

    Returns
    -------
    graph
        The same atoms, with one more passable border for each piece joined.
    small
        Numbers of atoms in pieces that were joined although people live there.
    """
    piece = graph.components()
    households = np.bincount(piece, weights=graph.households)
    least = size.target / 2 if size.small_piece == "join" else 1
    small: list[Ints] = []
    while len(households) > 1:
        weak = np.flatnonzero(households < least)
        if not len(weak):
            break
        if households.max() == 0:
            break
        chosen = int(weak[np.argmin(households[weak])])
        if households[chosen] > 0:
            small.append(np.flatnonzero(piece == chosen))
        graph = _link(graph, piece == chosen)
        piece = graph.components()
        households = np.bincount(piece, weights=graph.households)
    joined = np.concatenate(small) if small else np.empty(0, dtype=np.int64)
    return graph, joined


def connect_ground(graph: AtomGraph) -> AtomGraph:
    """Link the pieces without households to others, as far as there are any."""
    piece = graph.components()
    households = np.bincount(piece, weights=graph.households)
    while len(households) > 1 and households.min() == 0:
        graph = _link(graph, piece == np.argmin(households))
        piece = graph.components()
        households = np.bincount(piece, weights=graph.households)
    return graph


def _link(graph: AtomGraph, inside: np.ndarray) -> AtomGraph:
    """Make one border of a piece passable: the longest, else to the nearest atom."""
    ends = inside[graph.edges]
    between = np.flatnonzero(ends[:, 0] != ends[:, 1])
    if len(between):
        opened = between[np.argmax(graph.shared[between])]
        shared, clear, walk = (
            graph.shared.copy(),
            graph.clear.copy(),
            graph.passable.copy(),
        )
        # Without length, so that ground goes elsewhere wherever it can.
        shared[opened], clear[opened], walk[opened] = 0.0, 0.0, True
        return replace(graph, shared=shared, clear=clear, passable=walk)
    own, other = np.flatnonzero(inside), np.flatnonzero(~inside)
    apart = ((graph.xy[own][:, None] - graph.xy[other][None]) ** 2).sum(axis=2)
    a, b = np.unravel_index(np.argmin(apart), apart.shape)
    return replace(
        graph,
        edges=np.vstack([graph.edges, [own[a], other[b]]]),
        shared=np.append(graph.shared, 0.0),
        clear=np.append(graph.clear, 0.0),
        passable=np.append(graph.passable, True),
    )


def split_pieces(graph: AtomGraph, size: Size) -> list[Piece]:
    """Return the pieces to divide, with the number of grids for each.

    Parameters
    ----------
    graph
        Atoms of a community without its exclusive grids, after
        :func:`join_small_pieces`.
    """
    number = graph.components()
    pieces = []
    for piece in range(int(number.max()) + 1 if len(number) else 0):
        nodes = np.flatnonzero(number == piece)
        pieces += _without_large_atoms(graph, nodes, size)
    return pieces


def _without_large_atoms(graph: AtomGraph, nodes: Ints, size: Size) -> list[Piece]:
    part = graph.take(nodes)
    total = int(part.households.sum())
    if total == 0:
        return [Piece(nodes, 1, "empty")]
    large = _large_atoms(part, size)
    if not large.any():
        parts = min(
            count_base_grids(total, size), int(np.count_nonzero(part.households))
        )
        return [Piece(nodes, parts, "piece_too_small" if parts == 1 else None)]
    owner = lend_ground(part)
    owned = large[owner]
    links = part.edges[part.passable]
    rest = np.flatnonzero(~owned)
    position = np.full(len(part), -1, dtype=np.int64)
    position[rest] = np.arange(len(rest))
    kept = position[links]
    place = component_numbers(len(rest), kept[(kept >= 0).all(axis=1)])
    pieces: list[Piece] = []
    for number in range(int(place.max()) + 1 if len(place) else 0):
        inside = rest[place == number]
        households = int(part.households[inside].sum())
        if households < size.target / 2:
            owner[inside] = _beside(part, owner, inside, owned)
            owned[inside] = True
        else:
            pieces += _without_large_atoms(graph, nodes[inside], size)
    for atom in np.flatnonzero(large):
        inside = np.flatnonzero(owned & (owner == atom))
        pieces.append(Piece(nodes[inside], 1, "atom_too_large"))
    return pieces


def _large_atoms(part: AtomGraph, size: Size) -> np.ndarray:
    """Flag the atoms that no balanced grid can hold, largest first."""
    large = np.zeros(len(part), dtype=bool)
    order = np.argsort(-part.households, kind="stable")
    total = int(part.households.sum())
    for atom in order:
        parts = count_base_grids(total, size)
        rest = total - int(part.households[atom])
        if parts == 1 or part.households[atom] <= total / parts * (
            1 + size.max_deviation
        ):
            break
        large[atom] = True
        total = rest
        if total == 0:
            break
    return large


def _beside(part: AtomGraph, owner: Ints, inside: Ints, owned: np.ndarray) -> int:
    """Return the large atom that ``inside`` shares the longest passable border with."""
    within = np.zeros(len(part), dtype=bool)
    within[inside] = True
    a, b = part.edges.T
    length = np.zeros(len(part))
    for here, there in ((a, b), (b, a)):
        touching = within[here] & owned[there] & part.passable
        np.add.at(length, owner[there[touching]], part.shared[touching] + 1e-9)
    return int(np.argmax(length))
