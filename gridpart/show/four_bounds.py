"""The four bounds (四至) of a grid as a sentence: what lies along each side."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from gridpart.plan import Plan
from gridpart.show.sheets_around import SIDES, bounds, every_grid
from gridpart.show.sheets_words import SHEET_WORDS, say_kind
from gridpart.show.words import LANGUAGES

_LEAST_SHARE = 0.2  # of a side; what is shorter is not told
_MOST = 3  # things told of a side


def four_bounds(plan: Plan, lang: str) -> dict[str, str]:
    """Return the four bounds of each base and exclusive grid, by code.

    A side is told by the lines along it, such as a river or a street; where it
    follows none, by the grid beyond, and at the edge of the plan as that.

    Parameters
    ----------
    plan
        Any plan; grids without a shape are left out.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    ``东至主干道、第2网格(640202901002002)；南至铁路；西至道路；北至河流``.
    """
    grids = every_grid(plan)
    return tell_bounds(grids, bounds(grids, plan.barriers), lang)


def tell_bounds(
    grids: gpd.GeoDataFrame, table: pd.DataFrame, lang: str
) -> dict[str, str]:
    """Return the four bounds of grids whose bounds are worked out already.

    Parameters
    ----------
    grids
        As :func:`gridpart.show.sheets_around.every_grid` returns them.
    table
        As :func:`gridpart.show.sheets_around.bounds` returns it.
    lang
        ``zh`` or ``en``.
    """
    at = LANGUAGES.index(lang)
    names = grids.set_index("grid_code")["name"].to_dict()
    told = table.assign(
        what=[
            _what(kind, other, names, lang)
            for kind, other in zip(table["kind"], table["other"], strict=True)
        ]
    )
    sums = told.groupby(["grid_code", "direction", "what"], as_index=False)
    lengths = sums["length_m"].sum()
    side = lengths.groupby(["grid_code", "direction"])["length_m"].transform("sum")
    longest = lengths.groupby(["grid_code", "direction"])["length_m"].transform("max")
    kept = lengths["length_m"] >= pd.concat([_LEAST_SHARE * side, longest], axis=1).min(
        axis=1
    )
    lengths = lengths[kept].sort_values("length_m", ascending=False, kind="stable")
    comma, dot = ("、", "；") if lang == "zh" else (", ", "; ")
    sides: dict[str, dict[str, str]] = {}
    for (code, direction), rows in lengths.groupby(["grid_code", "direction"]):
        word = SHEET_WORDS[direction][at]
        said = comma.join(rows["what"].head(_MOST))
        sides.setdefault(code, {})[direction] = (
            f"{word}至{said}" if lang == "zh" else f"{word}: {said}"
        )
    return {
        code: dot.join(one[side] for side in SIDES if side in one)
        for code, one in sides.items()
    }


def _what(kind: object, other: object, names: Mapping[str, str], lang: str) -> str:
    if isinstance(kind, str):
        return say_kind(kind, lang)
    if isinstance(other, str):
        return f"{names[other]}({other})"
    return SHEET_WORDS["outside"][LANGUAGES.index(lang)]
