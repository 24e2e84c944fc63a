"""Histograms as places on paper: a template draws them, a test can count them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridpart.show.style import DEVIATION_COLOURS, deviation_class

WIDTH, HEIGHT = 420.0, 150.0  # of the bars, without the axis
COLOURS = ("#37618e", "#d98032")  # of the first plan and of the second
_MOST_BINS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: left, top, width and height in the chart's units, and its count."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number under the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A histogram of one measure for one plan or two."""

    key: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    most: int
    band: tuple[float, float] | None = None


def histogram(
    key: str,
    values: Sequence[pd.Series],
    edges: NDArray[np.float64],
    say: Callable[[float], str],
    *,
    band: tuple[float, float] | None = None,
) -> Chart:
    """Count values into bins, the bars of several plans side by side.

    Parameters
    ----------
    key
        Name of the measure.
    values
        One series a plan; missing values are left out, and what lies beyond the
        edges counts in the first or last bin.
    edges
        Rising edges of the bins.
    say
        How an edge is written.
    band
        Range that is marked behind the bars.
    """
    counts = [_counts(one, edges) for one in values]
    most = max(1, *(int(count.max(initial=0)) for count in counts))
    slot = WIDTH / (len(edges) - 1)
    wide = slot * 0.86 / len(counts)
    bars = []
    for number, count in enumerate(counts):
        for place, found in enumerate(count.tolist()):
            if found:
                high = HEIGHT * found / most
                left = place * slot + slot * 0.07 + number * wide
                low, top = edges[place], edges[place + 1]
                colour = COLOURS[number]
                if key == "deviation" and len(counts) == 1:
                    colour = DEVIATION_COLOURS[deviation_class((low + top) / 2)]
                label = f"{say(low)} – {say(top)}"
                shape = (round(left, 2), round(HEIGHT - high, 2))
                size = (round(wide, 2), round(high, 2))
                bars.append(Bar(*shape, *size, colour, found, label))
    return Chart(key, tuple(bars), _ticks(edges, slot, say), most, _range(band, edges))


def round_edges(values: Sequence[pd.Series]) -> NDArray[np.float64]:
    """Return edges at round numbers that hold all values in a few bins."""
    known = pd.concat(list(values)).dropna().to_numpy(dtype=np.float64)
    if not len(known):
        return np.array([0.0, 1.0])
    low, high = float(known.min()), float(known.max())
    need = max((high - low) / _MOST_BINS, 1e-9)
    power = 10.0 ** np.floor(np.log10(need))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= need)
    first, last = np.floor(low / step), np.floor(high / step) + 1
    return np.arange(first, last + 1) * step


def _counts(values: pd.Series, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    known = values.dropna().to_numpy(dtype=np.float64)
    inside = np.clip(known, edges[0], edges[-1])
    return np.histogram(inside, edges)[0]


def _ticks(
    edges: NDArray[np.float64], slot: float, say: Callable[[float], str]
) -> tuple[Tick, ...]:
    every = -(-(len(edges) - 1) // 6)
    return tuple(
        Tick(round(place * slot, 2), say(edges[place]))
        for place in range(0, len(edges), every)
    )


def _range(
    band: tuple[float, float] | None, edges: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Place and width of a band, as far as the chart reaches."""
    if band is None:
        return None
    share = (np.clip(band, edges[0], edges[-1]) - edges[0]) / (edges[-1] - edges[0])
    return round(float(share[0]) * WIDTH, 2), round(float(np.ptp(share)) * WIDTH, 2)
