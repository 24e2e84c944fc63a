"""One judge for everybody: measures from labels alone.

It knows atoms, borders and labels, not who made them, and shares no code with the
engine or with gridpart's own measures.
"""

from collections import defaultdict

import networkx as nx
import numpy as np

WITHIN = (0.10, 0.05, 0.02)


def judge(areas, labels, tolerance=0.10):
    """Return the measures of one division of a city.

    Parameters
    ----------
    areas
        See :class:`tests.benchmarks.areas.Area`.
    labels
        For each area the label of each atom.
    tolerance
        A compound fits that has at most 1 + tolerance times the area's mean, which
        is its households over the grids asked for.
    """
    by_community = defaultdict(list)
    apart = divided = fitting = 0
    far = metres = households = 0.0
    for area, label in zip(areas, labels, strict=True):
        graph = area.graph
        for name in np.unique(label[graph.households > 0]):
            inside = np.flatnonzero(label == name)
            by_community[area.community].append(graph.households[inside].sum())
            apart += not _connected(graph, inside)
            far += _distance(graph, inside)
        households += graph.households.sum()
        cut = label[graph.edges[:, 0]] != label[graph.edges[:, 1]]
        metres += graph.shared[cut].sum()
        fit, cut_up = _compounds(area, label, tolerance)
        fitting, divided = fitting + fit, divided + cut_up
    off = np.concatenate(
        [abs(np.array(loads) / np.mean(loads) - 1) for loads in by_community.values()]
    )
    return {
        "asked": sum(area.parts for area in areas),
        "grids": len(off),
        "within": [float(np.mean(off <= most + 1e-9)) for most in WITHIN],
        "worst": float(off.max()),
        "disconnected": int(apart),
        "divided": int(divided),
        "fitting": fitting,
        "spread_m": float(far / households),
        "cut_km": float(metres / 1000),
    }


def _connected(graph, inside):
    """Say whether one can walk between all atoms of a grid."""
    walk = nx.Graph()
    walk.add_nodes_from(inside.tolist())
    own = np.zeros(len(graph.households), dtype=bool)
    own[inside] = True
    edges = graph.edges[graph.passable]
    walk.add_edges_from(edges[own[edges].all(axis=1)].tolist())
    return nx.is_connected(walk)


def _distance(graph, inside):
    """Return the households' summed distance to the grid's best centre, metres."""
    lived = inside[graph.households[inside] > 0]
    place, weight = graph.xy[lived], graph.households[lived]
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    return float((apart @ weight).min())


def _compounds(area, label, tolerance):
    """Count the compounds of several buildings that fit a grid, and those divided."""
    graph = area.graph
    limit = (1 + tolerance) * graph.households.sum() / area.parts
    fit = divided = 0
    for compound in np.unique(graph.group[graph.group >= 0]):
        own = (graph.group == compound) & (graph.households > 0)
        if own.sum() > 1 and graph.households[own].sum() <= limit:
            fit += 1
            divided += len(np.unique(label[own])) > 1
    return fit, divided
