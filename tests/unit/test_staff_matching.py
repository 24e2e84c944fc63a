"""The assignment itself, against trying everything."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.staff.matching import Wishes, match


def wishes(rng: np.random.Generator) -> Wishes:
    grids, people = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    number = rng.integers(0, 3, grids)
    seat = rng.random((grids, people)) < 0.3
    return Wishes(
        number=number,
        capacity=rng.integers(0, 4, people),
        ways_m=rng.integers(0, 2000, (grids, people)).astype(float),
        able=rng.random((grids, people)) < 0.8,
        seat=seat,
        former=seat.any(axis=0) | (rng.random(people) < 0.2),
        load=rng.integers(0, 3, people),
        last=rng.random(grids) < 0.3,
    )


def worth(asked: Wishes, holder: tuple[int, ...]) -> tuple[float, ...] | None:
    """What an assignment is worth, wish by wish; None if it may not be."""
    grid = np.repeat(np.arange(len(asked.number)), asked.number)
    held = [(g, p) for g, p in zip(grid, holder, strict=True) if p >= 0]
    if len(set(held)) < len(held) or not all(asked.able[one] for one in held):
        return None
    times = np.bincount([p for _, p in held], minlength=len(asked.capacity))
    if (times > asked.capacity).any():
        return None
    filled = np.bincount([g for g, _ in held], minlength=len(asked.number))
    steps = sum(n * (n - 1) // 2 for n in (*times, *filled))
    return (
        -len(held),
        sum(bool(asked.last[g]) for g, _ in held),
        sum(0 if asked.seat[g, p] else 1 if asked.former[p] else 2 for g, p in held),
        steps + sum(int(asked.load[p]) for _, p in held),
        sum(float(asked.ways_m[one]) for one in held),
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(drawn=st.integers(0, 10**6))
def test_nothing_else_is_better(drawn: int) -> None:
    asked = wishes(np.random.default_rng(drawn))
    holder = match(asked)
    people = range(-1, len(asked.capacity))
    others = (worth(asked, one) for one in product(people, repeat=len(holder)))
    best = min(one for one in others if one is not None)
    assert worth(asked, tuple(holder)) == pytest.approx(best)


@pytest.mark.parametrize("posts", [1, 4])
def test_large_community_is_staffed_in_one_go(posts: int) -> None:
    rng = np.random.default_rng(0)
    grids, people = 60, 60 * posts // 2
    asked = Wishes(
        number=np.full(grids, posts),
        capacity=np.full(people, 3),
        ways_m=rng.random((grids, people)) * 3000,
        able=np.ones((grids, people), dtype=bool),
        seat=np.zeros((grids, people), dtype=bool),
        former=np.zeros(people, dtype=bool),
        load=np.zeros(people, dtype=np.int64),
        last=np.zeros(grids, dtype=bool),
    )
    holder = match(asked)
    assert (holder >= 0).all()
    assert np.bincount(holder).max() == 2
    grid = np.repeat(np.arange(grids), posts)
    assert len(set(zip(grid, holder, strict=True))) == len(holder)
