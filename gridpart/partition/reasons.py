"""Why a grid is off the band or the tolerance, and what had to give way."""

import numpy as np
import pandas as pd

from gridpart.partition.graphs import AtomGraph, Ints
from gridpart.rules import Size

SMALL, LARGE = "piece_too_small", "atom_too_large"
EXACT = 1e-9


def tell_reasons(grids: pd.DataFrame, size: Size) -> tuple[str | None, ...]:
    """Return for each base grid of a community its reason, or None.

    A grid needs a reason where it joins a small piece, is outside the band, or is
    off the tolerance: from the mean of the community, or of what can be walked,
    large buildings left out. The reason, in order:

    1. ``piece_too_small`` where a small piece was joined.
    2. What its own piece says, if it is off the mean of that piece or alone in it.
    3. The large building, or else the small piece, that set its piece apart.

    Parameters
    ----------
    grids
        households; piece (number, divided together); walked (number, can be
        walked); why (what the piece says); joined (flag).
    size
        Band and tolerance.
    """
    load = grids["households"]
    large = grids["why"] == LARGE
    ordinary = load.where(~large)
    off_all = _off(load, load[load > 0].mean(), size)
    off_walk = _off(load, ordinary.groupby(grids["walked"]).transform("mean"), size)
    off_own = _off(load, load.groupby(grids["piece"]).transform("mean"), size)
    alone = ~grids["piece"].duplicated(keep=False)
    outside = ~load.between(size.low, size.high)
    beside_large = large.groupby(grids["walked"]).transform("any")
    apart = np.where(beside_large, LARGE, SMALL)
    reason = np.where(off_own | alone, grids["why"], apart)
    reason = np.where(grids["joined"], SMALL, reason)
    needed = grids["joined"] | outside | off_all | (off_walk & ~large)
    return tuple(
        str(why) if told else None for why, told in zip(reason, needed, strict=True)
    )


def tell_given_up(
    graph: AtomGraph, compound: pd.Series, base: Ints, grids: pd.DataFrame, size: Size
) -> str | None:
    """Return what had to give way, as ``tolerance=0.180; compounds=A,B``, or None.

    Parameters
    ----------
    graph
        Atoms of the community.
    compound
        The compound of each atom, or missing.
    base
        The base grid of each atom, -1 in exclusive grids.
    grids
        As for :func:`tell_reasons`.
    size
        Tolerance.
    """
    load = grids["households"]
    mean = load.mean()
    if not mean > 0:
        return None
    parts = []
    off = abs(load / mean - 1).max()
    if off > size.tolerance + EXACT:
        parts.append(f"tolerance={off:.3f}")
    people = (base >= 0) & (graph.households > 0) & compound.notna().to_numpy()
    table = pd.DataFrame(
        {
            "compound": compound.to_numpy()[people],
            "walked": grids["walked"].to_numpy()[base[people]],
            "base": base[people],
            "households": graph.households[people],
        }
    )
    within = table.groupby(["compound", "walked"])
    spans = within["base"].min() < within["base"].max()
    ordinary = load.where(grids["why"] != LARGE).groupby(grids["walked"]).mean()
    room = within["walked"].first().map(ordinary) * (1 + size.tolerance)
    fits = within["households"].sum() <= room + EXACT
    divided = sorted({name for name, _ in spans.index[spans & fits]})
    if divided:
        parts.append(f"compounds={','.join(divided)}")
    return "; ".join(parts) or None


def _off(load: pd.Series, mean: pd.Series | float, size: Size) -> pd.Series:
    return abs(load - mean) > size.tolerance * mean + EXACT
