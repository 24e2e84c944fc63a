"""How many grids, and in which order they are numbered."""

import numpy as np
import pytest

from gridpart.partition.codes import exclusive_codes, micro_codes, reading_order
from gridpart.partition.counts import count_base_grids, count_micro_grids
from gridpart.rules import Rules


@pytest.mark.parametrize(
    ("households", "grids"),
    [(0, 1), (200, 1), (749, 1), (750, 2), (1190, 2), (1210, 3), (3000, 6), (6426, 13)],
)
def test_base_grids_about_500(households: int, grids: int) -> None:
    assert count_base_grids(households, Rules.preset().size) == grids


def test_the_mean_stays_in_the_band() -> None:
    size = Rules.preset("ningxia-2022").size
    for households in range(600, 6000, 7):
        mean = households / count_base_grids(households, size)
        assert size.low <= mean <= size.high


@pytest.mark.parametrize(
    ("households", "grids"), [(0, 1), (100, 1), (320, 2), (500, 3), (545, 3), (555, 4)]
)
def test_micro_grids_about_160(households: int, grids: int) -> None:
    assert count_micro_grids(households, Rules.preset().micro)[0] == grids


def test_codes_are_read_like_a_page() -> None:
    place = np.array([(0, 0), (100, 5), (3, 100), (105, 98)], dtype=float)
    assert reading_order(place).tolist() == [2, 3, 0, 1]


def test_exclusive_codes_spill_below_their_block_when_it_is_full() -> None:
    codes = exclusive_codes("640202901001", np.arange(101), 6, Rules.preset().codes)
    assert codes[0] == "640202901001901"
    assert codes[98] == "640202901001999"
    assert codes[99:] == ["640202901001900", "640202901001899"]
    assert micro_codes(codes[0], np.array([1, 0])) == [
        "64020290100190102",
        "64020290100190101",
    ]
