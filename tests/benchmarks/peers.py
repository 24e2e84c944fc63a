"""The peers: each divides one task and returns the part of each node.

Settings are those that each one's documentation advises for this kind of task; what
it cannot be told (weights, a lower bound, connectedness) it is not told. Nothing of
gridpart is imported here, and each peer runs in a process of its own: ortools, which
k-means-constrained needs, and highspy cannot be loaded into one process.
"""

import math
import random
import time
import warnings
from functools import partial

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.benchmarks.nodes import Nodes

TOLERANCE = 0.10
SEEDS = 200  # of METIS
ALLOWED = (0.03, TOLERANCE)  # above the mean, seed by seed: the default, and ours
BURST = 10  # steps, as GerryChain's guide to optimizers has it
POINT = 10  # households that one point stands for in k-means-constrained
# Four nodes in a ring, each with a household.
SQUARE = Nodes(
    np.ones(4, dtype=np.int64),
    np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]]),
    np.array([[0, 1], [1, 2], [2, 3], [0, 3]]),
    np.ones(4),
    np.full(4, -1),
    np.arange(4),
)


def metis(nodes, parts, _seconds):
    """METIS, k-way and contiguous: the best of 200 seeds.

    Half the seeds with METIS's own allowance above the mean (3 %), half with the
    tolerance.
    """
    graph = (*nodes.rows(), nodes.weight)
    tries = [
        partition_by_metis(*graph, parts, ALLOWED[seed % 2], seed)
        for seed in range(SEEDS)
    ]
    return _best(nodes, parts, tries)


def kahip(nodes, parts, seconds):
    """KaHIP's strong configuration, seed after seed while there is time."""
    graph, tries = (*nodes.rows(), nodes.weight), []
    deadline = time.process_time() + seconds
    while not tries or time.process_time() < deadline:
        seed = len(tries)
        tries.append(partition_by_kahip(*graph, parts, ALLOWED[seed % 2], seed))
    return _best(nodes, parts, tries)


def partition_by_metis(start, link, length, weight, parts, allowed, seed):
    """Partition a graph in compressed rows by METIS, once."""
    import pymetis

    _, label = pymetis.part_graph(
        parts,
        xadj=start,
        adjncy=link,
        eweights=length,
        vweights=weight,
        contiguous=True,
        options=pymetis.Options(seed=seed, ufactor=max(1, int(1000 * allowed))),
    )
    return np.array(label)


def partition_by_kahip(start, link, length, weight, parts, allowed, seed):
    """Partition a graph in compressed rows by KaHIP, once."""
    import kahip

    graph = (list(map(int, row)) for row in (weight, start, length, link))
    _, label = kahip.kaffpa(*graph, parts, allowed, True, seed, kahip.STRONG)
    return np.array(label)


def trees(nodes, parts, seconds):
    """GerryChain's recursive tree, again and again while there is time."""
    tries, deadline = [], time.process_time() + seconds
    graph, rng = _gerry_graph(nodes), random.Random(0)
    while not tries or time.process_time() < deadline:
        tries.append(_gerry_labels(graph, _seed_plan(graph, parts, None, rng)))
    return _best(nodes, parts, tries)


def recom(nodes, parts, seconds):
    """GerryChain's ReCom with compounds preferred, in short bursts.

    A plan is better with fewer compounds divided, then with less border cut.
    """
    from gerrychain.constraints import contiguous
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.proposals import recom
    from gerrychain.tree import bipartition_tree

    deadline = time.process_time() + seconds
    graph, rng = _gerry_graph(nodes), random.Random(0)
    surcharge = {"compound": 1.0}
    begin = _seed_plan(graph, parts, surcharge, rng)
    mean = nodes.weight.sum() / parts
    off = max(abs(load / mean - 1) for load in begin["load"].values())
    propose = partial(
        recom,
        pop_col="households",
        pop_target=mean,
        epsilon=max(TOLERANCE, off + 1e-9),
        region_surcharge=surcharge,
        bipartition_tree_fn=partial(
            bipartition_tree, max_attempts=100, allow_pair_reselection=True
        ),
    )
    search = SingleMetricOptimizer(
        propose,
        [contiguous],
        begin,
        lambda plan: _cost(nodes, _gerry_labels(graph, plan)),
        maximize=False,
        rng=rng,
    )
    for _ in search.short_bursts(BURST, 10**6):
        if time.process_time() > deadline:
            break
    return _gerry_labels(graph, search.best_part)


def k_means_constrained(nodes, parts, _seconds):
    """k-means-constrained; as it knows no weights, a point for each 10 households.

    A building goes where most of its points go.
    """
    from k_means_constrained import KMeansConstrained

    points = np.maximum(1, np.rint(nodes.weight / POINT).astype(int))
    whose = np.repeat(np.arange(len(points)), points)
    mean = len(whose) / parts
    model = KMeansConstrained(
        parts,
        size_min=math.floor(mean * (1 - TOLERANCE)),
        size_max=math.ceil(mean * (1 + TOLERANCE)),
        random_state=0,
    )
    label = model.fit_predict(nodes.place[whose])
    votes = np.zeros((len(points), parts))
    np.add.at(votes, (whose, label), 1)
    return votes.argmax(axis=1)


def region_k_means(nodes, parts, _seconds):
    """Region-k-means of spopt, by place; it knows no weights."""
    from spopt.region import RegionKMeansHeuristic

    model = RegionKMeansHeuristic(nodes.place, parts, _neighbours(nodes))
    model.solve()
    return np.asarray(model.labels_)


def max_p(nodes, parts, _seconds):
    """max-p of spopt: as many parts of at least the lower bound as can be."""
    from spopt.region import MaxPHeuristic

    np.random.seed(0)  # noqa: NPY002 - the generator that it draws from
    least = (1 - TOLERANCE) * nodes.weight.sum() / parts
    table = _table(nodes)
    model = MaxPHeuristic(
        table, _neighbours(nodes), ["x", "y"], "households", least, top_n=2
    )
    model.solve()
    return np.asarray(model.labels_)


def skater(nodes, parts, _seconds):
    """SKATER of spopt, by place; its floor counts buildings, not households."""
    from spopt.region import Skater

    floor = max(1, len(nodes.weight) // (2 * parts))
    model = Skater(_table(nodes), _neighbours(nodes), ["x", "y"], parts, floor=floor)
    model.solve()
    return np.asarray(model.labels_)


def ward(nodes, parts, _seconds):
    """Ward's method of spopt with contiguity, by place; it knows no weights."""
    from spopt.region import WardSpatial

    model = WardSpatial(_table(nodes), _neighbours(nodes), ["x", "y"], parts)
    model.solve()
    return np.asarray(model.labels_)


def _best(nodes, parts, tries):
    """Return the try with most parts within tolerance, connected, with least cut."""
    mean = nodes.weight.sum() / parts

    def rank(label):
        load = np.bincount(label, nodes.weight, minlength=parts)
        off = int((abs(load / mean - 1) > TOLERANCE + 1e-9).sum())
        cut = label[nodes.pairs[:, 0]] != label[nodes.pairs[:, 1]]
        return off, nodes.metres[cut].sum()

    ranked = sorted((*rank(label), number) for number, label in enumerate(tries))
    return tries[
        next(
            (
                number
                for off, _, number in ranked
                if off == ranked[0][0] and _all_connected(nodes, tries[number])
            ),
            ranked[0][2],
        )
    ]


def _all_connected(nodes, label):
    heads, tails = nodes.pairs[label[nodes.pairs[:, 0]] == label[nodes.pairs[:, 1]]].T
    inside = coo_array((np.ones(len(heads)), (heads, tails)), shape=(len(label),) * 2)
    places = connected_components(inside, directed=False, return_labels=False)
    return places == len(np.unique(label))


def _cost(nodes, label):
    compounds = np.unique(np.column_stack([nodes.compound, label]), axis=0)[:, 0]
    grids = np.bincount(compounds[compounds >= 0])
    cut = label[nodes.pairs[:, 0]] != label[nodes.pairs[:, 1]]
    return 1e6 * (grids > 1).sum() + nodes.metres[cut].sum()


def _gerry_graph(nodes):
    import networkx as nx
    from gerrychain import Graph

    graph = nx.Graph()
    for node, (weight, compound) in enumerate(
        zip(nodes.weight.tolist(), nodes.compound.tolist(), strict=True)
    ):
        known = compound if compound >= 0 else None
        graph.add_node(node, households=weight, compound=known)
    graph.add_edges_from(nodes.pairs.tolist())
    return Graph.from_networkx(graph)


def _seed_plan(graph, parts, surcharge, rng):
    """A recursive tree; where none keeps the tolerance, a wider one is allowed."""
    from gerrychain import Partition, updaters
    from gerrychain.partition import recursive_tree_part
    from gerrychain.tree import bipartition_tree

    total = sum(graph.node_data(node)["households"] for node in graph.node_indices)
    cut = partial(bipartition_tree, max_attempts=300, region_surcharge=surcharge)
    for wider in (1, 1, 2, 4, 8):
        epsilon = min(0.9, wider * TOLERANCE)
        try:
            label = recursive_tree_part(
                graph,
                range(parts),
                total / parts,
                "households",
                epsilon,
                bipartition_tree_fn=cut,
                rng=rng,
            )
        except Exception as error:
            last = error
            continue
        return Partition(
            graph,
            label,
            {"load": updaters.Tally("households"), "cut_edges": updaters.cut_edges},
        )
    raise last


def _gerry_labels(graph, plan):
    node = [
        graph.original_nx_node_id_for_internal_node_id(i)
        for i in plan.assignment.mapping
    ]
    label = np.empty(len(node), dtype=np.int64)
    label[node] = list(plan.assignment.mapping.values())
    return label


def _neighbours(nodes):
    from libpysal.weights import W

    around = {node: [] for node in range(len(nodes.weight))}
    for a, b in nodes.pairs.tolist():
        around[a].append(b)
        around[b].append(a)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return W(around, silence_warnings=True)


def _table(nodes):
    import geopandas as gpd
    import shapely

    return gpd.GeoDataFrame(
        {
            "x": nodes.place[:, 0],
            "y": nodes.place[:, 1],
            "households": nodes.weight,
        },
        geometry=shapely.points(nodes.place),
    )
