"""One grid a compound, a building, a unit: drawn by hand, and when codes run out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import shapely

from gridpart.chunks import divide_chunk
from gridpart.partition.codes import third_codes, third_surplus
from gridpart.partition.graphs import AtomGraph
from gridpart.partition.wholes import merge_small, whole_grids
from gridpart.rules import Rules
from tests.scenes import house, scene

WEINAN = Rules.preset("weinan")


def row_of(
    kinds: str,
    households: Sequence[int],
    buildings: Sequence[int] | None = None,
    walls: Sequence[int] = (),
) -> AtomGraph:
    """Atoms in a row: a letter is a compound, ``*`` none; walls stand left of some."""
    count = len(kinds)
    edges = np.column_stack([np.arange(count - 1), np.arange(1, count)])
    return AtomGraph(
        households=np.array(households),
        xy=np.column_stack([np.arange(count) * 10.0, np.zeros(count)]),
        area=np.full(count, 100.0),
        group=np.array(["ABCDEF".find(kind) for kind in kinds]),
        compound=np.array(["ABCDEF".find(kind) for kind in kinds]),
        building=np.array(buildings or range(count)),
        edges=edges,
        shared=np.full(count - 1, 10.0),
        clear=np.zeros(count - 1),
        passable=~np.isin(edges[:, 1], walls),
    )


def grids(graph: AtomGraph, kind: str, least: int = 0, most: int = 99) -> str:
    label, _ = whole_grids(graph, kind, least=least, most=most)
    return "".join(map(str, label))


def test_one_a_compound_and_what_lies_outside_together() -> None:
    graph = row_of("AA**BB", [90, 60, 50, 60, 100, 100])
    assert grids(graph, "compound", least=100) == "001122"


def test_small_compounds_join_small_ones_before_large_ones() -> None:
    graph = row_of("ABCD", [500, 60, 70, 500])
    assert grids(graph, "compound", least=100) == "0112"
    assert grids(graph, "compound", least=50) == "0123"


def test_a_single_small_one_goes_with_a_neighbour_and_none_over_a_wall() -> None:
    assert grids(row_of("AB", [500, 60]), "compound", least=100) == "00"
    walled = row_of("AB", [500, 60], walls=[1])
    assert grids(walled, "compound", least=100) == "01"


def test_a_compound_takes_in_the_loose_building_between() -> None:
    assert grids(row_of("A*A", [200, 10, 200]), "compound", least=100) == "000"
    assert grids(row_of("ABA", [200, 300, 200]), "compound", least=100) == "012"


def test_ground_goes_with_people_beside_it() -> None:
    graph = row_of("A*A*", [200, 0, 200, 0])
    assert grids(graph, "building") == "0011"
    assert grids(row_of("**", [0, 0]), "building") == "00"


def test_by_building_and_by_unit() -> None:
    graph = row_of("AAA", [20, 30, 40], buildings=[0, 0, 1])
    assert grids(graph, "building") == "001"
    assert grids(graph, "unit") == "012"


def test_the_smallest_are_merged_until_there_are_codes_for_all() -> None:
    side = 31
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    load = np.random.default_rng(1).integers(100, 900, side * side).astype(float)
    label, surplus = merge_small(
        load, np.ones(len(load), bool), pairs, np.ones(len(pairs)), 100, 900
    )
    assert surplus == 61
    assert len(np.unique(label)) == 900
    assert np.bincount(label, load).sum() == load.sum()


def test_what_cannot_be_merged_stays_and_no_loop_is_endless() -> None:
    nothing = np.empty((0, 2), dtype=np.int64)
    label, surplus = merge_small(
        np.array([1.0, 2.0]), np.zeros(2, bool), nothing, np.empty(0), 100, 1
    )
    assert (label.tolist(), surplus) == ([0, 1], 0)


def test_more_buildings_than_codes_are_told() -> None:
    """A compound of 104 houses: five are merged, and all codes are right."""
    houses = {
        f"h{row}-{column:02d}": house(30 + 40 * column, 30 + 40 * row)
        for row in range(8)
        for column in range(13)
    }
    city = scene(
        shapely.box(0, 0, 540, 340),
        houses,
        households=4,
        compound=dict.fromkeys(houses, "A"),
    )
    chunk = divide_chunk(city, WEINAN, 0)
    atoms = chunk.fabric.atoms
    assert len(atoms["base_grid"].unique()) == 1
    assert len(atoms["micro_grid"].unique()) == 99
    assert atoms["micro_grid"].str.fullmatch(r"\d{17}").all()
    (told,) = [finding for finding in chunk.findings if finding.rule == "V11"]
    assert "顺序码已满：合并了 5 个" in told.message("zh")


def test_third_level_counts_to_ninety_nine() -> None:
    atoms = pd.DataFrame(
        {
            "atom_id": [f"b#{number:03d}" for number in range(101)] + ["ground"],
            "micro_grid": ["6" * 17] * 102,
            "households": [3] * 101 + [0],
        }
    )
    codes = third_codes(atoms)
    assert codes[0] == "6" * 17 + "01"
    assert codes[98] == codes[100] == "6" * 17 + "99"
    assert codes.isna().tolist() == [False] * 101 + [True]
    assert third_surplus(atoms) == {"6" * 17: 2}
    empty = atoms.assign(households=0, micro_grid=atoms["micro_grid"].astype("str"))
    assert third_codes(empty).isna().all()


@pytest.mark.parametrize(
    "levels",
    [
        {"base": "building"},
        {"micro": "compound"},
        {"third": "unit"},
        {"base": "compound", "small": 300},
    ],
)
def test_impossible_levels_are_refused(levels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"level|small"):
        Rules.preset().replace("levels", **levels)
