"""The cheapest choice of listed parts against every choice."""

from itertools import combinations

import numpy as np
import pytest

from gridpart.partition import cover
from gridpart.partition.cover import broken_triples, choose_cheapest

LUMPS, PARTS = 9, 3
NONE = np.empty((0, 3), dtype=np.int64)


def listed(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw parts of two to four lumps, in which some choice is whole."""
    rng = np.random.default_rng(seed)
    sets = np.zeros((60, LUMPS), dtype=bool)
    for row in sets:
        row[rng.choice(LUMPS, int(rng.integers(2, 5)), replace=False)] = True
    order = rng.permutation(LUMPS)
    sets[:PARTS] = False
    for part in range(PARTS):
        sets[part, order[3 * part : 3 * part + 3]] = True
    sets = np.unique(sets, axis=0)
    return sets, 0.5 + rng.random(len(sets))


def cheapest(sets: np.ndarray, costs: np.ndarray) -> float:
    return min(
        costs[list(rows)].sum()
        for rows in combinations(range(len(sets)), PARTS)
        if (sets[list(rows)].sum(axis=0) == 1).all()
    )


@pytest.mark.parametrize("enough", [0, 1_500])
@pytest.mark.parametrize("seed", range(12))
def test_every_choice_agrees(
    seed: int, enough: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cover, "ENOUGH", enough)
    monkeypatch.setattr(cover, "FIRST", 10)
    sets, costs = listed(seed)
    best = cheapest(sets, costs)
    price = np.zeros(LUMPS)
    found = choose_cheapest(sets, costs, PARTS, 9.0, price, 10**6, 100, NONE)
    assert (sets[found.chosen].sum(axis=0) == 1).all()
    assert costs[found.chosen].sum() == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    none = choose_cheapest(sets, costs, PARTS, best * 0.999, price, 10**6, 100, NONE)
    assert not len(none.chosen)
    assert none.bound == pytest.approx(best * 0.999)


def test_three_halves_break_a_triple() -> None:
    """Each two of three lumps in half a part: one and a half parts hold two."""
    sets = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]]) > 0
    shares = np.array([0.5, 0.5, 0.5, 1.0])
    assert broken_triples(sets, shares).tolist() == [[0, 1, 2]]
    assert not len(broken_triples(sets, np.array([1.0, 0.0, 0.0, 1.0])))
