"""The ledgers: the lists that a planner hands in, as tables with headings.

Workbook and CSV are two ways to write the same tables. Whatever they say of a grid
stands in the plan; what the plan does not know, such as the number of persons, has
no column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridpart.columns import INTEGER, NUMBER, PLAN, TEXT, Column
from gridpart.plan import Plan
from gridpart.show.four_bounds import four_bounds
from gridpart.show.ledgers_counted import counted
from gridpart.show.ledgers_duty import party_links, party_orgs, posts, staffing
from gridpart.show.ledgers_resources import resources, services
from gridpart.show.style import DEVIATION_EDGES
from gridpart.show.words import LANGUAGES, WORDS
from gridpart.text import value_words

# Columns whose values are words of the plan, to be said in the reader's language.
_SAID = {
    "status",
    "given_up",
    "note",
    "kind",
    "severity",
    "post",
    "relation",
    "union_of",
    "resource_kind",
}


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """One list: its key, title, columns, headings, and rows; all text is final.

    ``sums`` is the number of rows at the end that are no entries.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    rows: pd.DataFrame
    sums: int = 0


def ledgers(plan: Plan, lang: str) -> list[Ledger]:
    """Return all ledgers of a plan, in the order of the workbook.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    lang
        Language of headings and words, ``zh`` or ``en``.
    """
    at = LANGUAGES.index(lang)
    bounds = four_bounds(plan, lang)
    tables = {
        "summary": _summary(plan, at),
        "base_grids": _base_grids(plan, bounds, at),
        "micro_grids": _micro_grids(plan, at),
        "exclusive_grids": _exclusive_grids(plan, bounds, at),
        "membership": _membership(plan),
        "posts": posts(plan, lang),
        "party_orgs": party_orgs(plan, lang),
        "party_links": party_links(plan, lang),
        "resources": resources(plan),
        "services": services(plan),
        "lineage": _lineage(plan, at),
        "findings": _findings(plan, at),
    }
    listed = [
        _ledger(key, rows, [COLUMNS[name] for name in rows], at, int(key == "summary"))
        for key, rows in tables.items()
    ]
    return listed + [
        _ledger(key, rows, table.columns, at)
        for key, (rows, table) in counted(plan, at).items()
    ]


def _ledger(
    key: str, rows: pd.DataFrame, columns: Sequence[Column], at: int, sums: int = 0
) -> Ledger:
    said = {
        name: rows[name].map(lambda value: value_words(value)[at], na_action="ignore")
        for name in _SAID & set(rows)
    }
    headings = tuple(
        column.label_zh if at == 0 else column.name.replace("_", " ").capitalize()
        for column in columns
    )
    title = WORDS[f"sheet_{key}"][at]
    whole = rows.assign(**said).reset_index(drop=True)
    return Ledger(key, title, tuple(columns), headings, whole, sums)


def _summary(plan: Plan, at: int) -> pd.DataFrame:
    """One row a community, and what its base grids look like; the sum at the end."""
    by_code = plan.base_grids.groupby("community_code")
    grids = pd.DataFrame(
        {
            "mean": by_code["households"].mean().round(1),
            "least": by_code["households"].min(),
            "most": by_code["households"].max(),
            "within": by_code["deviation"].agg(share_within),
        }
    ).reset_index()
    duty = _by_community(staffing(plan))
    rows = plan.communities.merge(grids, on="community_code", how="left")
    rows = pd.DataFrame(rows.drop(columns="geometry")).sort_values("community_code")
    rows = rows.merge(duty, on="community_code", how="left")
    rows = rows.rename(columns={"name": "community_name", "reason": "note"})
    rows[["staff", "vacancies"]] = rows[["staff", "vacancies"]].fillna(0).astype(int)
    counts = ["households", "base_count", "micro_count", "exclusive_count"]
    total = rows[[*counts, "staff", "vacancies"]].sum().to_dict() | {
        "community_code": WORDS["total"][at],
        "mean": round(float(plan.base_grids["households"].mean()), 1),
        "least": plan.base_grids["households"].min(),
        "most": plan.base_grids["households"].max(),
        "within": share_within(plan.base_grids["deviation"]),
    }
    whole = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    names = ["community_code", "community_name", "subdistrict", *counts, "mean"]
    names += ["least", "most", "within", "staff", "vacancies"]
    return whole[[*names, "status", "gap", "given_up", "note"]]


def _by_community(duty: pd.DataFrame) -> pd.DataFrame:
    code = pd.Series(duty.index.str[:12], index=duty.index, name="community_code")
    return duty[["staff", "vacancies"]].groupby(code).sum().reset_index()


def _base_grids(plan: Plan, bounds: dict[str, str], at: int) -> pd.DataFrame:
    rows = _described(plan, plan.base_grids, "base_grid", 1, at)
    rows = rows.assign(
        parent_grid=rows["community_code"],
        four_bounds=rows["grid_code"].map(bounds),
        buildings=rows["grid_code"].map(_buildings_in(plan)).fillna(0).astype(int),
        note=rows["reason"],
    )
    names = [
        *_NAMED,
        "grid_households",
        "workload",
        "deviation",
        "area_m2",
        "perimeter_m",
    ]
    names += ["compactness", "line_clarity", "four_bounds", "staff", "vacancies"]
    return rows[[*names, "micro_count", "buildings", *_VALID, "note"]]


def _micro_grids(plan: Plan, at: int) -> pd.DataFrame:
    rows = _described(plan, plan.micro_grids, "micro_grid", 2, at)
    rows = rows.assign(parent_grid=rows["base_grid"], area_m2=rows["area"], note=None)
    names = [*_NAMED, "grid_households", "buildings", "area_m2", "staff", "vacancies"]
    return rows[[*names, *_VALID, "note"]]


def _exclusive_grids(plan: Plan, bounds: dict[str, str], at: int) -> pd.DataFrame:
    rows = _described(plan, plan.exclusive_grids, "exclusive_grid", 1, at)
    living = plan.atoms.groupby("exclusive_grid")["households"].sum()
    rows = rows.assign(
        parent_grid=rows["community_code"],
        four_bounds=rows["grid_code"].map(bounds),
        grid_households=rows["grid_code"].map(living).fillna(0).astype(int),
        buildings=rows["grid_code"].map(_buildings_in(plan)).fillna(0).astype(int),
        area_m2=rows["area"],
        note=None,
    )
    names = [*_NAMED, "site_id", "kind", "responsible", "grid_households"]
    names += ["buildings", "area_m2", "four_bounds", "staff", "vacancies"]
    return rows[[*names, *_VALID, "note"]]


def _described(
    plan: Plan, layer: gpd.GeoDataFrame, grid_type: str, level: int, at: int
) -> pd.DataFrame:
    """Add what every grid has: names of its community, staff, dates, its state."""
    known = plan.communities.drop_duplicates("community_code")
    known = known[["community_code", "name", "subdistrict"]]
    known = known.rename(columns={"name": "community_name"})
    made = plan.info.get("created", "")[:10] or None
    plain = pd.DataFrame(layer.drop(columns="geometry")).assign(area=layer.area)
    plain = plain.rename(columns={"households": "grid_households"})
    rows = plain.merge(known, on="community_code", how="left")
    rows = rows.merge(staffing(plan), left_on="grid_code", right_index=True, how="left")
    rows[["staff", "vacancies"]] = rows[["staff", "vacancies"]].fillna(0).astype(int)
    return rows.assign(
        grid_type=WORDS[grid_type][at],
        grid_level=WORDS[f"level_{level}"][at],
        divided_on=made,
        valid_from=made,
        valid_to=None,
        state=WORDS["in_use"][at],
    ).sort_values("grid_code")


def _buildings_in(plan: Plan) -> pd.Series:
    """Count the buildings of each base and exclusive grid."""
    codes = plan.atoms["base_grid"].fillna(plan.atoms["exclusive_grid"])
    return plan.atoms["building_id"].groupby(codes).nunique()


def _membership(plan: Plan) -> pd.DataFrame:
    """Which grids each building belongs to; a divided building has several rows."""
    atoms = pd.DataFrame(plan.atoms[plan.atoms["building_id"].notna()])
    grids = pd.concat([plan.base_grids, plan.exclusive_grids])[["grid_code", "name"]]
    grids = grids.rename(columns={"grid_code": "grid", "name": "grid_name"})
    places = plan.buildings[["building_id", "address", "floors"]]
    names = plan.communities[["community_code", "name"]]
    names = names.rename(columns={"name": "community_name"})
    compounds = plan.compounds.rename(columns={"name": "compound_name"})
    rows = (
        atoms.assign(grid=atoms["base_grid"].fillna(atoms["exclusive_grid"]))
        .merge(grids.drop_duplicates("grid"), on="grid", how="left")
        .merge(places.drop_duplicates("building_id"), on="building_id", how="left")
        .merge(compounds.drop_duplicates("compound_id"), on="compound_id", how="left")
        .merge(names.drop_duplicates("community_code"), on="community_code", how="left")
        .sort_values(["community_code", "base_grid", "micro_grid", "atom_id"])
    )
    names = ["building_id", "atom_id", "address", "floors", "compound_id"]
    names += ["compound_name", "community_code", "community_name", "households"]
    return rows[[*names, "grid_name", "base_grid", "micro_grid", "exclusive_grid"]]


def _lineage(plan: Plan, at: int) -> pd.DataFrame:
    """From which grid to which how many households went, and which codes ended."""
    layers = (plan.base_grids, plan.micro_grids, plan.exclusive_grids)
    known = set(pd.concat([layer["grid_code"] for layer in layers]))
    kept = plan.lineage["old_code"].isin(known)
    made = plan.info.get("created", "")[:10] or None
    state = kept.map({True: WORDS["in_use"][at], False: WORDS["retired"][at]})
    rows = plan.lineage.assign(
        old_state=state, old_valid_to=pd.Series(made, kept.index, dtype="str")[~kept]
    )
    return rows.sort_values(["old_code", "new_code"])


def _findings(plan: Plan, at: int) -> pd.DataFrame:
    message = ("message_zh", "message_en")[at]
    names = ["rule", "severity", "community_code", "grid_code", message]
    return pd.DataFrame(plan.findings[names])


def share_within(deviation: pd.Series) -> float:
    """Return the share of grids whose deviation lies in the middle classes."""
    low, high = DEVIATION_EDGES[1], DEVIATION_EDGES[-2]
    return float(deviation.between(low, high).mean())


_NAMED = ["grid_code", "name", "grid_type", "grid_level", "parent_grid"]
_NAMED += ["community_code", "community_name", "subdistrict"]
_VALID = ["divided_on", "valid_from", "valid_to", "state"]

# Every column of a ledger: those of the plan's layers, and what is added to them.
COLUMNS = {
    column.name: column
    for layer in (
        *("resources", "findings", "lineage", "party_links", "party_orgs", "posts"),
        *("buildings", "atoms", "micro_grids", "exclusive_grids", "communities"),
        "base_grids",
    )
    for column in PLAN[layer].columns
} | {
    name: Column(name, kind, label)
    for name, kind, label in (
        ("grid_type", TEXT, "网格类型"),
        ("base_grid", TEXT, "基础网格"),
        ("grid_level", TEXT, "网格层级"),
        ("parent_grid", TEXT, "上级网格"),
        ("community_name", TEXT, "社区名称"),
        ("compound_name", TEXT, "小区名称"),
        ("grid_name", TEXT, "网格名称"),
        ("kind", TEXT, "场所类型"),
        ("households", INTEGER, "户数"),
        ("grid_households", INTEGER, "网格户数"),
        ("buildings", INTEGER, "楼栋数"),
        ("four_bounds", TEXT, "四至"),
        ("staff", INTEGER, "网格员数量"),
        ("vacancies", INTEGER, "待招岗位数"),
        ("divided_on", TEXT, "划分时间"),
        ("valid_from", TEXT, "有效期起"),
        ("valid_to", TEXT, "有效期止"),
        ("state", TEXT, "状态"),
        ("status", TEXT, "划分状态"),
        ("note", TEXT, "备注"),
        ("old_state", TEXT, "原网格状态"),
        ("old_valid_to", TEXT, "原网格有效期止"),
        ("mean", NUMBER, WORDS["mean"][0]),
        ("least", INTEGER, WORDS["least"][0]),
        ("most", INTEGER, WORDS["most"][0]),
        ("within", NUMBER, WORDS["within"][0]),
        ("post_state", TEXT, "配备情况"),
        ("org_name", TEXT, "组织名称"),
        ("parent_name", TEXT, "上级组织名称"),
        ("covered", INTEGER, "覆盖网格数"),
        ("resource_name", TEXT, "资源名称"),
        ("resource_kind", TEXT, "资源类型"),
        ("service_site", INTEGER, "服务站点数"),
        ("resident_org", INTEGER, "驻区单位数"),
        ("volunteer_team", INTEGER, "志愿队伍数"),
        ("other_resources", INTEGER, "其他资源数"),
        ("nearest_site", TEXT, "最近站点编号"),
        ("nearest_name", TEXT, "最近站点"),
        ("nearest_m", NUMBER, "最近站点距离(米)"),
    )
}
