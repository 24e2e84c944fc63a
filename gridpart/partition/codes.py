"""Official codes: fifteen digits for a grid, seventeen for a micro-grid.

The first numbering runs through a community in rows from north to south, each
from west to east, as one reads a map (DB11/T 2157-2023 leaves the rows open).
"""

import numpy as np
import pandas as pd

from gridpart.partition.graphs import Floats, Ints
from gridpart.rules import Codes

# Micro-grids have two digits in a base grid, units in a building.
MOST_MICRO = 99


def reading_order(xy: Floats) -> Ints:
    """Return ranks (0 first) of places, read in rows like a page.

    Parameters
    ----------
    xy
        n × 2, metres, y to the north.
    """
    count = len(xy)
    rows = max(1, round(np.sqrt(count)))
    by_north = np.lexsort((xy[:, 0], -xy[:, 1]))
    row = np.empty(count, dtype=np.int64)
    row[by_north] = np.arange(count) * rows // max(count, 1)
    rank = np.empty(count, dtype=np.int64)
    rank[np.lexsort((-xy[:, 1], xy[:, 0], row))] = np.arange(count)
    return rank


def base_codes(community_code: str, ranks: Ints) -> list[str]:
    """Return the codes of base grids: the community's and a sequence from 001."""
    return [f"{community_code}{rank + 1:03d}" for rank in ranks]


def exclusive_codes(
    community_code: str, ranks: Ints, base_count: int, codes: Codes
) -> list[str]:
    """Return the codes of exclusive grids, from their block of sequence numbers.

    Sites beyond the block take numbers below it, from the top, as long as base
    grids leave any free.
    """
    block = list(range(codes.exclusive_first, codes.exclusive_last + 1))
    spare = list(range(codes.exclusive_first - 1, base_count, -1))
    sequence = (block + spare)[: len(ranks)]
    return [f"{community_code}{sequence[rank]:03d}" for rank in ranks]


def micro_codes(base_code: str, ranks: Ints) -> list[str]:
    """Return the codes of micro-grids: the base grid's and two digits from 01."""
    return [f"{base_code}{rank + 1:02d}" for rank in ranks]


def third_surplus(atoms: pd.DataFrame) -> dict[str, int]:
    """Return by micro-grid how many of its grids share a code with another."""
    count = atoms.loc[atoms["households"] > 0, "micro_grid"].value_counts()
    return (count[count > MOST_MICRO] - MOST_MICRO).to_dict()


def third_codes(atoms: pd.DataFrame) -> pd.Series:
    """Return the codes of the third level: the micro-grid's and two digits from 01.

    Every atom of a micro-grid that people live in has one, in the order of the ids;
    those beyond the ninety-ninth share the last number.
    """
    lived_in = atoms["micro_grid"].notna() & (atoms["households"] > 0)
    inside = atoms[lived_in].sort_values("atom_id")
    rank = inside.groupby("micro_grid").cumcount() + 1
    last = rank.clip(upper=MOST_MICRO).astype("str").str.zfill(2)
    return (inside["micro_grid"] + last).reindex(atoms.index).astype("str")
