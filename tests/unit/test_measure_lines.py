import numpy as np
import pandas as pd
import pytest

from gridpart.measure.lines import cut_borders, cut_length, grid_lines, line_clarity


@pytest.fixture
def borders() -> pd.DataFrame:
    return pd.DataFrame(
        [("p", "q", 50.0, 50.0), ("q", "r", 30.0, 10.0), ("r", "s", 20.0, 0.0)],
        columns=["atom_a", "atom_b", "shared_m", "clear_m"],
    )


@pytest.fixture
def grid_of_atom() -> pd.Series:
    return pd.Series({"p": "1", "q": "1", "r": "2", "s": "3"})


def test_only_borders_between_grids_count(borders, grid_of_atom):
    lines = grid_lines(borders, grid_of_atom)
    assert lines.to_dict("index") == {
        "1": {"inner_m": 30.0, "clear_m": 10.0},
        "2": {"inner_m": 50.0, "clear_m": 10.0},
        "3": {"inner_m": 20.0, "clear_m": 0.0},
    }
    assert cut_length(borders, grid_of_atom) == 50.0


def test_a_grid_alone_has_no_inner_border(borders):
    lines = grid_lines(borders, pd.Series({"p": "1", "q": "1", "r": "1", "s": "1"}))
    assert lines.to_dict("index") == {"1": {"inner_m": 0.0, "clear_m": 0.0}}


def test_ground_without_a_grid_is_another_side(borders, grid_of_atom):
    grid_of_atom["s"] = None
    assert len(cut_borders(borders, grid_of_atom)) == 2
    grid_of_atom["r"] = None  # now r and s have no grid, and no line between them
    assert len(cut_borders(borders, grid_of_atom)) == 1


def test_clarity_counts_the_outer_edge_as_clear():
    """Perimeter 100 m, 40 m inside, 10 of them clear: 70 m of 100 are clear."""
    perimeter, inner, clear = np.array([[100.0, 100, 40], [40, 0, 40], [10, 0, 0]])
    assert line_clarity(perimeter, inner, clear) == pytest.approx([0.7, 1.0, 0.0])


def test_clarity_of_nothing_is_missing():
    assert np.isnan(line_clarity(np.zeros(1), np.zeros(1), np.zeros(1))).all()
