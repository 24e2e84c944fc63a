"""All measures of a plan, one row each, and the function that takes them.

A measure is a key that never changes its meaning, its unit, its heading, and how
it follows from the facts, which are worked out once for all of them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridpart.measure.balance import share_within
from gridpart.measure.facts import Facts, gather_facts
from gridpart.measure.grids import grid_of_atom
from gridpart.measure.lines import cut_length
from gridpart.plan import Plan

STATUSES = ("optimal", "gap", "heuristic", "empty")


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the summary."""

    key: str
    unit: str
    label_zh: str
    label_en: str
    compute: Callable[[Facts], object]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What :func:`measure_plan` returns.

    Parameters
    ----------
    grids
        One row a base grid: grid_code, community_code, households, workload,
        deviation, piece_deviation, in_band, area_m2, perimeter_m, compactness,
        reock, spread_m, line_clarity, components, service_m (to the nearest service
        site), reason.
    summary
        A value for each measure, by key; plain values that JSON can hold, None
        where there is nothing to measure.
    """

    grids: pd.DataFrame
    summary: dict[str, object]


def measure_plan(plan: Plan) -> Measured:
    """Measure a plan, sound or not."""
    facts = gather_facts(plan)
    summary = {measure.key: _plain(measure.compute(facts)) for measure in MEASURES}
    return Measured(facts.grids, summary)


def _plain(value: object) -> object:
    """Turn numpy numbers into Python's, and what is not a number into None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _column(name: str, reduce: str) -> Callable[[Facts], object]:
    return lambda facts: facts.grids[name].agg(reduce) if len(facts.grids) else None


def _tenth(name: str) -> Callable[[Facts], object]:
    return lambda facts: facts.grids[name].quantile(0.1) if len(facts.grids) else None


def _within(tolerance: float) -> Callable[[Facts], object]:
    return lambda facts: share_within(facts.grids["deviation"], tolerance)


def _divided(fits: bool) -> Callable[[Facts], object]:
    return lambda facts: int(
        (facts.compounds["divided"] & (facts.compounds["fits"] == fits)).sum()
    )


def _statuses(facts: Facts) -> dict[str, int]:
    counts = facts.plan.communities["status"].value_counts()
    return {status: int(counts.get(status, 0)) for status in STATUSES}


def _proven_within(gap: float) -> Callable[[Facts], float]:
    """Share of the communities whose division is proven this near to the best."""

    def share(facts: Facts) -> float:
        table = facts.plan.communities
        divided = table[table["status"] != "empty"]
        return float((divided["gap"] <= gap).mean())

    return share


def _clarity(facts: Facts) -> float:
    """Share of the length of all grid boundaries that is clear."""
    known = facts.grids[facts.grids["line_clarity"].notna()]
    total = known["perimeter_m"].sum()
    clear = (known["line_clarity"] * known["perimeter_m"]).sum()
    return float(clear / total) if total else float("nan")


MEASURES: tuple[Measure, ...] = (
    Measure(
        "communities", "", "社区数", "communities", lambda f: len(f.plan.communities)
    ),
    Measure("status", "", "求解状态", "communities by status", _statuses),
    Measure(
        "optimal_share",
        "",
        "证明最优的比例",
        "share proven optimal",
        _proven_within(0.0),
    ),
    Measure(
        "near_share",
        "",
        "差距不超过1%的比例",
        "share with a gap ≤ 1 %",
        _proven_within(0.01),
    ),
    Measure(
        "gap_mean",
        "",
        "平均差距",
        "mean gap to the optimum",
        lambda f: f.plan.communities["gap"].mean(),
    ),
    Measure(
        "gap_max",
        "",
        "最大差距",
        "largest gap to the optimum",
        lambda f: f.plan.communities["gap"].max(),
    ),
    Measure("grids", "", "基础网格数", "base grids", lambda f: len(f.plan.base_grids)),
    Measure(
        "micro_grids", "", "微网格数", "micro-grids", lambda f: len(f.plan.micro_grids)
    ),
    Measure(
        "exclusive_grids",
        "",
        "专属网格数",
        "exclusive grids",
        lambda f: len(f.plan.exclusive_grids),
    ),
    Measure(
        "households",
        "hh",
        "总户数",
        "households",
        lambda f: f.plan.atoms["households"].sum(),
    ),
    Measure(
        "households_mean",
        "hh",
        "网格平均户数",
        "households per base grid",
        _column("households", "mean"),
    ),
    Measure(
        "households_min",
        "hh",
        "网格最少户数",
        "smallest base grid",
        _column("households", "min"),
    ),
    Measure(
        "households_max",
        "hh",
        "网格最多户数",
        "largest base grid",
        _column("households", "max"),
    ),
    Measure(
        "tolerance",
        "",
        "允许偏差",
        "tolerance of the rules",
        lambda f: f.rules.size.tolerance,
    ),
    Measure(
        "within_tolerance",
        "share",
        "在允许偏差内的网格占比",
        "grids within the tolerance of their community's mean",
        lambda f: share_within(f.grids["deviation"], f.rules.size.tolerance),
    ),
    Measure(
        "within_tolerance_of_piece",
        "share",
        "按连通片计在允许偏差内的网格占比",
        "grids within the tolerance of their piece's mean",
        lambda f: share_within(f.grids["piece_deviation"], f.rules.size.tolerance),
    ),
    Measure("within_5", "share", "偏差5%以内占比", "grids within 5 %", _within(0.05)),
    Measure(
        "within_10", "share", "偏差10%以内占比", "grids within 10 %", _within(0.10)
    ),
    Measure(
        "within_15", "share", "偏差15%以内占比", "grids within 15 %", _within(0.15)
    ),
    Measure(
        "deviation_max",
        "",
        "最大偏差",
        "largest deviation from the community's mean",
        lambda f: f.grids["deviation"].abs().max(),
    ),
    Measure(
        "outside_band",
        "",
        "户数超出范围的网格数",
        "grids outside the band",
        lambda f: int((~f.grids["in_band"]).sum()),
    ),
    Measure(
        "outside_band_explained",
        "",
        "其中已说明理由",
        "of these with a reason",
        lambda f: int((~f.grids["in_band"] & f.grids["reason"].notna()).sum()),
    ),
    Measure(
        "micro_within_tolerance",
        "share",
        "在允许偏差内的微网格占比",
        "micro-grids within the tolerance of their base grid's mean",
        lambda f: share_within(f.micro_deviation, f.rules.micro.tolerance),
    ),
    Measure(
        "compactness_mean",
        "",
        "平均紧凑度",
        "mean compactness (Polsby-Popper)",
        _column("compactness", "mean"),
    ),
    Measure(
        "compactness_p10",
        "",
        "紧凑度第10百分位",
        "compactness, 10th percentile",
        _tenth("compactness"),
    ),
    Measure(
        "compactness_min",
        "",
        "最小紧凑度",
        "least compactness",
        _column("compactness", "min"),
    ),
    Measure(
        "reock_mean",
        "",
        "平均外接圆紧凑度",
        "mean compactness (Reock)",
        _column("reock", "mean"),
    ),
    Measure(
        "spread_m",
        "m",
        "平均离散距离",
        "mean spread of households around the best centre",
        _column("spread_m", "mean"),
    ),
    Measure(
        "service_m",
        "m",
        "到最近党群服务阵地的平均距离",
        "mean distance to the nearest service site",
        _column("service_m", "mean"),
    ),
    Measure(
        "service_m_max",
        "m",
        "到最近党群服务阵地的最远距离",
        "largest distance to the nearest service site",
        _column("service_m", "max"),
    ),
    Measure("line_clarity", "share", "界线清晰度", "boundary on clear lines", _clarity),
    Measure(
        "line_clarity_min",
        "share",
        "最低界线清晰度",
        "least clear boundary of a grid",
        _column("line_clarity", "min"),
    ),
    Measure(
        "cut_length_m",
        "m",
        "网格间界线总长",
        "border between grids",
        lambda f: cut_length(f.plan.borders, grid_of_atom(f.plan.atoms)),
    ),
    Measure("compounds", "", "小区数", "compounds", lambda f: len(f.compounds)),
    Measure(
        "compounds_divided_fitting",
        "",
        "可不拆而被拆分的小区数",
        "compounds divided that fit one grid",
        _divided(True),
    ),
    Measure(
        "compounds_divided_too_large",
        "",
        "因超大而拆分的小区数",
        "compounds divided that are too large",
        _divided(False),
    ),
    Measure(
        "buildings_divided",
        "",
        "按单元拆分的楼栋数",
        "buildings divided by unit",
        lambda f: len(f.buildings),
    ),
    Measure(
        "grids_in_parts",
        "",
        "不连片的网格数",
        "grids not in one piece",
        lambda f: int((f.grids["components"] > 1).sum()),
    ),
    Measure(
        "components_max",
        "",
        "单个网格最多片数",
        "most parts of a grid",
        _column("components", "max"),
    ),
)
