"""Does every grid carry its share: V07 whole compounds, V09 band, V10 balance."""

import re

import numpy as np
import pandas as pd

from gridpart.check.drawing import Drawing, unite
from gridpart.check.ground import with_true_borders
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.measure.balance import ATOM_TOO_LARGE, balance, in_band
from gridpart.measure.splits import compound_splits
from gridpart.rules import TARGET
from gridpart.text import value_words

# Said by a community where whole compounds were proven impossible.
NO_WHOLE_PLAN = "no_whole_plan"
# Deviations are stored as numbers: this much is rounding.
ROUNDING = 1e-6


def check_compounds(drawing: Drawing) -> list[Finding]:
    """V07: a compound that fits one grid is whole, or its community says why not."""
    plan = with_true_borders(drawing.plan, drawing.walk)
    splits = compound_splits(plan, balance(plan), drawing.rules.size.tolerance)
    splits = splits[splits["divided"] & splits["fits"]]
    told = plan.communities.drop_duplicates("community_code")
    told = told.set_index("community_code")["given_up"]
    found = []
    for row in splits.itertuples():
        given_up = told.get(row.community_code)
        if _names(given_up, row.compound_id):
            severity, sentence = WARNING, "plan.V07_told"
        elif not row.place_divided:
            severity, sentence = WARNING, "plan.V07_places"
        else:
            severity, sentence = ERROR, "plan.V07"
        inside = (plan.atoms["compound_id"] == row.compound_id) & (
            plan.atoms["community_code"] == row.community_code
        )
        found.append(
            Finding(
                "V07",
                severity,
                sentence,
                {
                    "compound": row.compound_id,
                    "households": row.households,
                    "grids": row.grids,
                    "places": row.places,
                },
                grid_code=row.base_grid,
                community_code=row.community_code,
                at=unite(drawing.ground_of_atom[inside.to_numpy()]),
            )
        )
    return found


def _names(given_up: object, compound: str) -> bool:
    """Say whether a community told that it gave up this compound."""
    if not isinstance(given_up, str):
        return False
    words = {word.strip() for word in re.split(r"[,;=]", given_up)}
    return compound in words or NO_WHOLE_PLAN in words


def check_band(drawing: Drawing) -> list[Finding]:
    """V09: households of a base grid are in the band, or there is a reason."""
    size = drawing.rules.size
    table = _stated(drawing)
    sums = drawing.plan.atoms.groupby("base_grid")["households"].sum()
    table["households"] = sums.reindex(table.index, fill_value=0)
    outside = table[~in_band(table["households"], drawing.rules)]
    found = []
    if not drawing.plan.info.get("parameters"):
        found.append(Finding("V09", INFO, "plan.V09_rules", {}))
    for row in outside.itertuples():
        told = isinstance(row.reason, str) and bool(row.reason.strip())
        severity = INFO if told and row.households == 0 else WARNING
        reason_zh, reason = value_words(row.reason if told else "")
        found.append(
            Finding(
                "V09",
                severity if told else ERROR,
                "plan.V09_told" if told else "plan.V09",
                {
                    "code": row.Index,
                    "households": row.households,
                    "low": size.low,
                    "high": size.high,
                    "reason": reason,
                    "reason_zh": reason_zh,
                },
                grid_code=row.Index,
                community_code=row.community_code,
                at=row.geometry,
            )
        )
    return found


def check_balance(drawing: Drawing) -> list[Finding]:
    """V10: base grids of one piece are balanced, and deviations rightly stated."""
    size = drawing.rules.size
    table = _loads(drawing)
    told = table["reason"].fillna("").str.strip() != ""
    large = table["reason"].str.contains(ATOM_TOO_LARGE, regex=False, na=False)
    off = table["piece_deviation"].abs()
    uneven = (off > size.tolerance + 1e-9) & (drawing.rules.levels.base == TARGET)
    found = []
    for row in table[uneven & ~large].itertuples():
        beyond = abs(row.piece_deviation) > size.max_deviation + 1e-9
        excused = not beyond or bool(told[row.Index])
        found.append(
            Finding(
                "V10",
                WARNING if excused else ERROR,
                "plan.V10",
                {
                    "code": row.Index,
                    "households": row.households,
                    "deviation": row.piece_deviation,
                    "mean": row.piece_mean,
                    "limit": size.max_deviation if beyond else size.tolerance,
                },
                grid_code=row.Index,
                community_code=row.community_code,
                at=row.geometry,
            )
        )
    stale = table[(table["stated"] - table["deviation"]).abs() > ROUNDING]
    return found + [
        Finding(
            "V10",
            ERROR,
            "plan.V10_stated",
            {"code": row.Index, "stated": row.stated, "deviation": row.deviation},
            grid_code=row.Index,
            community_code=row.community_code,
            at=row.geometry,
        )
        for row in stale.itertuples()
    ]


def _loads(drawing: Drawing) -> pd.DataFrame:
    """Return households and deviations of each base grid, with reason and polygon."""
    table = balance(with_true_borders(drawing.plan, drawing.walk))
    return table.join(_stated(drawing)[["reason", "stated", "geometry"]])


def _stated(drawing: Drawing) -> pd.DataFrame:
    """Return what the plan states of each base grid, with its polygon."""
    grids = drawing.plan.base_grids.drop_duplicates("grid_code").set_index("grid_code")
    return pd.DataFrame(
        {
            "community_code": grids["community_code"],
            "reason": grids["reason"],
            "stated": grids["deviation"],
            "geometry": np.asarray(grids.geometry, dtype=object),
        }
    )
