import networkx as nx
import numpy as np
import pandas as pd

from gridpart.measure.pieces import (
    border_ends,
    components,
    parts_of,
    piece_of_atom,
    walkable_pairs,
)
from tests.builders import edit, toy_plan


def test_components_agree_with_networkx():
    rng = np.random.default_rng(5)
    for links in (0, 10, 40, 80):
        pairs = rng.integers(0, 60, size=(links, 2))
        graph = nx.Graph()
        graph.add_nodes_from(range(60))
        graph.add_edges_from(pairs.tolist())
        expected = {frozenset(part) for part in nx.connected_components(graph)}
        label = components(60, pairs)
        found = {frozenset(np.flatnonzero(label == n)) for n in np.unique(label)}
        assert found == expected


def test_parts_of_count_only_links_inside_a_label():
    labels = pd.Series(["a", "a", "b", "a", None, None], dtype="str")
    pairs = np.array([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
    assert parts_of(labels, pairs).to_dict() == {"a": 2, "b": 1}


def test_borders_that_name_unknown_atoms_are_left_out():
    plan = toy_plan("***", "111")
    short = edit(plan, "borders", 0, atom_b="nobody")
    assert border_ends(plan.atoms, plan.borders).tolist() == [[0, 1], [1, 2]]
    assert border_ends(short.atoms, short.borders).tolist() == [[1, 2]]


def test_one_walks_over_soft_barriers_and_bridges():
    plan = toy_plan(
        "****",
        "1111",
        barriers=[
            ("wall", "soft", [(1, 0), (1, 1)]),
            ("river", "hard", [(2, 0), (2, 1)]),
            ("railway", "hard", [(3, 0), (3, 1)]),
        ],
        crossings=[(2, 0.5)],
    )
    assert walkable_pairs(plan.atoms, plan.borders).tolist() == [[0, 1], [1, 2]]


def test_pieces_follow_hard_barriers_communities_and_sites():
    plan = toy_plan(
        "***.**",
        "112X34",
        communities="111112",
        barriers=[("river", "hard", [(2, 0), (2, 1)])],
    )
    assert plan.atoms["atom_id"].str[-4:].to_list() == [
        "0000", "0001", "0002", "0004", "0005", "0003",
    ]  # fmt: skip
    piece = piece_of_atom(plan.atoms, plan.borders)
    assert piece[5] == -1
    assert piece[0] == piece[1]
    assert len({*piece[[0, 2, 3, 4]]}) == 4


def test_a_grid_across_a_barrier_joins_its_pieces():
    river = [("river", "hard", [(2, 0), (2, 1)])]
    plan = toy_plan("****", "1222", barriers=river)
    assert len(set(piece_of_atom(plan.atoms, plan.borders))) == 1


def test_a_grid_across_communities_does_not_join_them():
    plan = toy_plan("**", "11", communities="12")
    atoms = plan.atoms.assign(base_grid=plan.atoms["base_grid"][0])
    assert len(set(piece_of_atom(atoms, plan.borders))) == 2


def test_without_borders_a_community_is_one_piece():
    plan = toy_plan("***.", "112X", communities="1221")
    piece = piece_of_atom(plan.atoms, plan.borders.iloc[:0])
    assert piece.tolist() == [0, 1, 1, -1]
