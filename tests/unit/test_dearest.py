"""The dearest connected set against every connected set of a small lattice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.partition.dearest import Dearest
from gridpart.partition.proof import net_of
from tests.unit.test_pricing import connected_sets
from tests.unit.test_proof import limits_of, made_up

SEEDS = st.integers(0, 10_000)
PLENTY = 20_000


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS, st.integers(2, 4))
def test_dearest_of_all_connected_sets(seed: int, parts: int) -> None:
    problem = made_up(seed, 3, 4)
    net = net_of(problem, limits_of(problem, parts, 0.4))
    known = connected_sets(net)
    dearest = Dearest(net)
    rng = np.random.default_rng(seed)
    for _ in range(3):  # the cuts found for one price must hold for the next
        price = rng.normal(size=12)
        most = (known @ price).max() if len(known) else -np.inf
        inside, bound, _ = dearest.find(price, most - 0.01, PLENTY)
        if len(known):
            assert (known == inside).all(axis=1).any()
            assert price[inside].sum() == bound or abs(bound - most) < 1e-6
        nothing, bound, _ = dearest.find(price, most + 0.01, PLENTY)
        assert not len(nothing)
        assert bound >= most
