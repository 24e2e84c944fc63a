"""What the quality report says: measures under four headings, worst grids, proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridpart.finding import ERROR, INFO, WARNING
from gridpart.measure.balance import plan_rules
from gridpart.measure.registry import MEASURES, Measured
from gridpart.plan import Plan
from gridpart.rules import TARGET
from gridpart.show.ground import read_ground
from gridpart.show.report_charts import Chart, histogram, round_edges
from gridpart.show.report_words import RULE_WORDS
from gridpart.show.sheets_duty import ALWAYS, POSTS, duties
from gridpart.show.sheets_map import draw, fills, outlines, window
from gridpart.show.words import LANGUAGES
from gridpart.text import value_words

# Which heading a measure stands under; all others stand in the overview.
HEADINGS = {
    "lines": (
        *("line_clarity", "line_clarity_min", "cut_length_m", "compactness_mean"),
        *("compactness_p10", "compactness_min", "reock_mean"),
        *("grids_in_parts", "components_max"),
    ),
    "tasks": (
        *("households_mean", "households_min", "households_max", "tolerance"),
        *("within_tolerance", "within_tolerance_of_piece", "within_5", "within_10"),
        *("within_15", "deviation_max", "outside_band", "outside_band_explained"),
        "micro_within_tolerance",
    ),
    "easy": (
        *("spread_m", "compounds", "compounds_divided_fitting"),
        *("compounds_divided_too_large", "buildings_divided"),
        *("service_m", "service_m_max"),
    ),
}
# What is better: more (1) or less (-1); of the others neither.
BETTER = dict.fromkeys(
    (
        *("line_clarity", "line_clarity_min", "compactness_mean", "compactness_p10"),
        *("compactness_min", "reock_mean", "within_tolerance", "within_5"),
        *("within_tolerance_of_piece", "within_10", "within_15"),
        "micro_within_tolerance",
    ),
    1,
) | dict.fromkeys(
    (
        *("grids_in_parts", "components_max", "deviation_max", "outside_band"),
        *("spread_m", "compounds_divided_fitting", "compounds_divided_too_large"),
        *("buildings_divided", "cut_length_m", "service_m", "service_m_max"),
    ),
    -1,
)
_SHARES = {
    *("gap_mean", "gap_max", "optimal_share", "near_share"),
    *("tolerance", "deviation_max"),
}
_SMALL_MAP = (64.0, 48.0)  # millimetres
_WORST = 4
_FIRST = 3
SEVERITIES = (ERROR, WARNING, INFO)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A plan and what was measured of it."""

    plan: Plan
    measured: Measured


def measure_rows(
    judged: Sequence[Judged], heading: str | None, lang: str
) -> list[dict[str, Any]]:
    """Return the measures under a heading, or those under none, with differences."""
    placed = {key for keys in HEADINGS.values() for key in keys}
    rows = []
    for measure in MEASURES:
        here = (
            measure.key in HEADINGS[heading] if heading else measure.key not in placed
        )
        if not here:
            continue
        share = measure.unit == "share" or measure.key in _SHARES
        values = [one.measured.summary[measure.key] for one in judged]
        row: dict[str, Any] = {
            "key": measure.key,
            "label": (measure.label_zh, measure.label_en)[LANGUAGES.index(lang)],
            "values": [say_value(value, measure.unit, share, lang) for value in values],
        }
        if len(values) == 2:
            row |= _difference(measure.key, values, share)
        rows.append(row)
    return rows


def say_value(value: object, unit: str, share: bool, lang: str) -> str:
    """Return a measured value as it is read."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        at = LANGUAGES.index(lang)
        told = [f"{value_words(key)[at]} {n}" for key, n in value.items() if n]
        return ("；", "; ")[at].join(told) or "–"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return str(value)
    if share:
        return f"{value:.1%}"
    text = f"{value:,.2f}" if abs(value) < 10 else f"{value:,.0f}"
    return f"{text} m" if unit == "m" else text


def _difference(key: str, values: Sequence[object], share: bool) -> dict[str, str]:
    first, second = values
    if not (isinstance(first, int | float) and isinstance(second, int | float)):
        return {"difference": "", "verdict": ""}
    change = second - first
    if share:
        text = f"{100 * change:+.1f} %"
    elif isinstance(change, int):
        text = f"{change:+,}"
    else:
        fine = max(abs(first), abs(second)) < 10
        text = f"{change:+,.2f}" if fine else f"{change:+,.0f}"
    if not text.strip("+-0., %"):
        return {"difference": "0", "verdict": ""}
    better = BETTER.get(key, 0) * change
    verdict = "better" if better > 0 else "worse" if better < 0 else ""
    return {"difference": text, "verdict": verdict}


def charts(judged: Sequence[Judged]) -> dict[str, list[Chart]]:
    """Return the histograms under each heading."""

    def values(name: str) -> list[pd.Series]:
        return [one.measured.grids[name].astype("float64") for one in judged]

    def share(value: float) -> str:
        return f"{value:.0%}"

    def signed(value: float) -> str:
        return f"{value:+.0%}"

    def whole(value: float) -> str:
        return f"{value:,.0f}"

    tenths = np.linspace(0, 1, 21)
    rules = plan_rules(judged[0].plan)
    band = (rules.size.low, rules.size.high)
    households = values("households")
    return {
        "lines": [
            histogram("line_clarity", values("line_clarity"), tenths, share),
            histogram(
                "compactness", values("compactness"), tenths, lambda v: f"{v:.2f}"
            ),
        ],
        "tasks": [
            histogram(
                "deviation",
                values("deviation"),
                np.round(np.linspace(-0.5, 0.5, 21), 2),
                signed,
            ),
            histogram(
                "households",
                households,
                round_edges(households),
                whole,
                band=band if rules.levels.base == TARGET else None,
            ),
        ],
        "easy": [
            histogram(name, values(name), round_edges(values(name)), whole)
            for name in ("spread_m", "service_m")
            if name == "spread_m" or all(one.notna().any() for one in values(name))
        ],
    }


def worst_grids(
    judged: Judged, heading: str, prefix: str, lang: str
) -> list[dict[str, Any]]:
    """Return the worst base grids under a heading, each with a small map.

    Parameters
    ----------
    judged
        The plan and its measures.
    heading
        ``lines``, ``tasks`` or ``easy``.
    prefix
        What names inside the maps begin with, so that no two on a page are alike.
    lang
        ``zh`` or ``en``.
    """
    at = LANGUAGES.index(lang)
    grids, plan = judged.measured.grids, judged.plan
    column, badness, say = _WORST_BY[heading]
    ranked = grids.assign(bad=badness(grids[column])).dropna(subset=["bad"])
    ranked = ranked.sort_values(["bad", "grid_code"], ascending=[False, True])
    known = plan.base_grids.drop_duplicates("grid_code").set_index("grid_code")
    ground = read_ground(plan)
    rows = []
    for number, grid in enumerate(ranked.head(_WORST).itertuples()):
        shape = known.geometry[grid.grid_code]
        svg = ""
        if shape is not None and not shape.is_empty and _at_home(plan, grid):
            view = window(shape, *_SMALL_MAP)
            colours = fills(plan, grid.community_code)
            drawn = outlines(ground, grid.community_code, view, colours)
            svg = draw(drawn, view, grid.grid_code, f"{prefix}{number}")
        rows.append(
            {
                "code": grid.grid_code,
                "name": known["name"][grid.grid_code],
                "households": f"{grid.households:,}",
                "value": say(getattr(grid, column)),
                "reason": "" if pd.isna(grid.reason) else value_words(grid.reason)[at],
                "svg": svg,
            }
        )
    return rows


_WORST_BY: dict[str, tuple[str, Callable[..., Any], Callable[[float], str]]] = {
    "lines": ("line_clarity", lambda v: 1 - v, lambda v: f"{v:.0%}"),
    "tasks": ("deviation", lambda v: v.abs(), lambda v: f"{v:+.1%}"),
    "easy": ("spread_m", lambda v: v, lambda v: f"{v:,.0f} m"),
}


def _at_home(plan: Plan, grid: Any) -> bool:  # noqa: ANN401  # a row
    """Say whether the grid's community is there, with a shape that holds it."""
    rows = plan.communities[plan.communities["community_code"] == grid.community_code]
    shapes = rows.geometry.to_numpy()
    return len(rows) == 1 and bool(shapely.area(shapes)[0] > 0)


def duty_rows(plan: Plan) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return posts filled and open, and how many grids have what they need."""
    duty, codes = duties(plan), plan.base_grids["grid_code"].unique()
    held = {
        post: [
            worker
            for code in set(duty.holders) | set(codes)
            for worker in (
                duty.of(code, post)
                if code in codes
                else duty.holders[code].get(post, [])
            )
        ]
        for post in POSTS
    }
    posts = [
        {
            "post": post,
            "filled": sum(worker is not None for worker in workers),
            "vacant": sum(worker is None for worker in workers),
        }
        for post, workers in held.items()
        if workers
    ]
    special = plan.exclusive_grids["responsible"].notna()
    shares = [
        _share(f"with_{post}", [any(duty.of(code, post)) for code in codes])
        for post in ALWAYS
    ]
    linked = [bool(duty.organisations.get(code)) for code in codes]
    shares.append(_share("with_organisation", linked))
    shares.append(_share("with_responsible", special.tolist()))
    return posts, shares


def _share(key: str, has: Sequence[bool]) -> dict[str, Any]:
    share = f"{sum(has) / len(has):.0%}" if has else "–"
    return {"key": key, "count": sum(has), "of": len(has), "share": share}


def community_rows(judged: Sequence[Judged], lang: str) -> list[dict[str, Any]]:
    """Return what is proven of each community, for one plan or two."""
    at = LANGUAGES.index(lang)
    tables = [_communities(one) for one in judged]
    codes = sorted({code for table in tables for code in table.index})
    rows = []
    for code in codes:
        there = [table.loc[code] if code in table.index else None for table in tables]
        name = next(row["name"] for row in there if row is not None)
        sides = [_community(row, at) for row in there]
        rows.append({"code": code, "name": name, "sides": sides})
    return rows


def _communities(judged: Judged) -> pd.DataFrame:
    grids = judged.measured.grids
    largest = grids["deviation"].abs().groupby(grids["community_code"]).max()
    table = judged.plan.communities.drop(columns="geometry")
    table = table.drop_duplicates("community_code").set_index("community_code")
    return table.assign(largest=largest)


def _community(row: pd.Series | None, at: int) -> dict[str, str] | None:
    if row is None:
        return None

    def share(value: float) -> str:
        return "–" if pd.isna(value) else f"{value:.1%}"

    given_up, reason = row[["given_up", "reason"]].fillna("")
    more = [one for one in reason.split("; ") if one not in given_up]
    return {
        "grids": str(row["base_count"]),
        "households": f"{row['households']:,}",
        "largest": share(row["largest"]),
        "kind": row["status"],
        "status": value_words(row["status"])[at],
        "gap": share(row["gap"]),
        "given_up": value_words("; ".join(filter(None, [given_up, *more])))[at],
    }


def finding_rows(plan: Plan, lang: str) -> list[dict[str, Any]]:
    """Return the findings by rule and severity, the worst first, with examples."""
    at = LANGUAGES.index(lang)
    message = ("message_zh", "message_en")[at]
    rows = []
    for (rule, severity), found in plan.findings.groupby(["rule", "severity"]):
        rows.append(
            {
                "rule": rule,
                "about": RULE_WORDS.get(rule, ("", ""))[at],
                "severity": value_words(severity)[at],
                "kind": severity,
                "count": len(found),
                "first": found[message].head(_FIRST).tolist(),
            }
        )
    return sorted(rows, key=lambda row: (_rank(row["kind"]), row["rule"]))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
