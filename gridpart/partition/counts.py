"""How many grids a piece of a community gets."""

import numpy as np

from gridpart.rules import Micro, Size


def count_base_grids(households: int, size: Size) -> int:
    """Return the number of base grids for a piece.

    The numbered rules, in order:

    1. Below one and a half targets a piece is one grid.
    2. Otherwise the count brings households per grid nearest to the target,
       among the counts that keep the mean inside the band.
    3. If no count does, the band gives way and the nearest count is taken.
    """
    if households < 1.5 * size.target:
        return 1
    counts = np.arange(1, households // size.low + 2)
    mean = households / counts
    inside = (mean >= size.low) & (mean <= size.high)
    candidates = counts[inside] if inside.any() else counts
    return int(candidates[np.argmin(abs(households / candidates - size.target))])


def count_micro_grids(households: int, micro: Micro) -> list[int]:
    """Return how many micro-grids there may be, the best count first.

    The best brings the mean nearest to the target; the second best counts too if
    it keeps the mean within twice the tolerance of the target.
    """
    fewest = max(1, households // micro.target)
    off = {
        count: abs(households / count - micro.target) for count in (fewest, fewest + 1)
    }
    best, second = sorted(off, key=lambda count: off[count])
    near = off[second] <= 2 * micro.tolerance * micro.target
    return [best, second] if near else [best]
