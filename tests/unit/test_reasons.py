"""What a community is said to have given up: only what one grid could have held."""

import numpy as np
import pandas as pd
import pytest

from gridpart.partition.graphs import AtomGraph
from gridpart.partition.reasons import tell_given_up
from gridpart.rules import Rules


@pytest.mark.parametrize(("compound", "told"), [(550, True), (552, False)])
def test_a_compound_larger_than_a_balanced_grid_is_not_given_up(compound, told) -> None:
    """Grids of 475 and 525: their mean is 500, a balanced grid holds 550 at most."""
    first = compound // 2
    households = np.array(
        [first, 475 - first, compound - first, 525 - compound + first]
    )
    nothing = np.zeros(0)
    graph = AtomGraph(
        households=households,
        xy=np.zeros((4, 2)),
        area=np.ones(4),
        group=np.array([0, -1, 0, -1]),
        compound=np.array([0, -1, 0, -1]),
        building=np.arange(4),
        edges=np.zeros((0, 2), dtype=np.int64),
        shared=nothing,
        clear=nothing,
        passable=nothing.astype(bool),
    )
    grids = pd.DataFrame(
        {
            "households": [475, 525],
            "piece": 0,
            "walked": 0,
            "why": "no_whole_plan",
            "joined": False,
        }
    )
    given_up = tell_given_up(
        graph,
        pd.Series(["C1", None, "C1", None]),
        np.array([0, 0, 1, 1]),
        grids,
        Rules.preset().size,
    )
    assert given_up == ("compounds=C1" if told else None)
