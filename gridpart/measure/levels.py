"""Statistics of a plan by level: codes begin with the codes of what they lie in.

The first 4 digits of a code are the city, 6 the county, 9 the sub-district, 12 the
community, 15 the base or exclusive grid, 17 the micro-grid, 19 the grid
of the third level. What a level counts is
counted on the atoms, so that households of every level sum to the last one.
"""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from gridpart.columns import INTEGER, NUMBER, TEXT, Column, Table
from gridpart.conform import conform
from gridpart.errors import InputError
from gridpart.measure.balance import in_band, plan_rules
from gridpart.plan import Plan

DIGITS: Mapping[str, int] = MappingProxyType(
    {
        "city": 4,
        "county": 6,
        "subdistrict": 9,
        "community": 12,
        "grid": 15,
        "micro": 17,
        "third": 19,
    }
)

STATISTICS = Table(
    "statistics",
    "统计表",
    (
        Column("code", TEXT, "编码", required=True),
        Column("name", TEXT, "名称"),
        Column("communities", INTEGER, "社区数", required=True),
        Column("base_grids", INTEGER, "基础网格数", required=True),
        Column("micro_grids", INTEGER, "微网格数", required=True),
        Column("exclusive_grids", INTEGER, "专属网格数", required=True),
        Column("households", INTEGER, "户数", required=True),
        Column("households_mean", NUMBER, "网格平均户数"),
        Column("households_min", INTEGER, "网格最少户数"),
        Column("households_max", INTEGER, "网格最多户数"),
        Column("outside_band", INTEGER, "超出范围网格数", required=True),
        Column("area_m2", NUMBER, "面积(平方米)", required=True),
        Column("posts_filled", INTEGER, "在岗", required=True),
        Column("posts_open", INTEGER, "待招募", required=True),
        Column("organisations", INTEGER, "党组织数", required=True),
        Column("covered", INTEGER, "党组织覆盖网格数", required=True),
        Column("coverage", NUMBER, "党组织覆盖率"),
    ),
)

_COUNTED = (
    *("base_grids", "outside_band", "posts_filled", "posts_open"),
    *("organisations", "covered"),
)


def statistics(plan: Plan, by: str = "community") -> pd.DataFrame:
    """Return what a plan comes to, one row for each area of a level.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    by
        ``city``, ``county``, ``subdistrict``, ``community``, ``grid`` (base and
        exclusive grids), ``micro`` or ``third`` (what has no such grid stays one
        level higher: exclusive grids have no micro-grids).

    Returns
    -------
    statistics
        The columns of :data:`STATISTICS`, sorted by code; posts and organisations
        are those of the area and all that lies in it. Mean, least and most
        households, and those outside the band, are of base grids; they are missing
        where there is none. ``covered`` counts base grids that a branch or group
        answers for, ``coverage`` is their share. Names are missing where the plan
        knows none (city, county).

    Raises
    ------
    InputError
        If there is no such level.
    """
    digits = digits_of(by)
    atoms = plan.atoms
    area = smallest_areas(atoms).str[:digits].rename("code")
    counts = (
        pd.DataFrame(atoms.drop(columns="geometry"))
        .assign(area_m2=atoms.area)
        .groupby(area)
        .agg(
            communities=("community_code", "nunique"),
            micro_grids=("micro_grid", "nunique"),
            exclusive_grids=("exclusive_grid", "nunique"),
            households=("households", "sum"),
            area_m2=("area_m2", "sum"),
        )
    )
    table = counts.join(_balance(plan, digits)).join(_duties(plan, digits))
    table = table.fillna(dict.fromkeys(_COUNTED, 0))
    share = table["covered"] / table["base_grids"].where(table["base_grids"] > 0)
    table = table.assign(coverage=share, name=area_names(plan))
    return conform(table.reset_index(), STATISTICS)


def digits_of(by: str) -> int:
    """Return how many digits the codes of a level have.

    Raises
    ------
    InputError
        If there is no such level.
    """
    if by not in DIGITS:
        msg = f"level `{by}` is unknown. Known levels: {', '.join(DIGITS)}."
        raise InputError(msg)
    return DIGITS[by]


def smallest_areas(atoms: pd.DataFrame) -> pd.Series:
    """Return the code of the smallest area that each atom lies in."""
    code = atoms["third_grid"].fillna(atoms["micro_grid"])
    code = code.fillna(atoms["exclusive_grid"])
    return code.fillna(atoms["base_grid"]).fillna(atoms["community_code"])


def area_names(plan: Plan) -> pd.Series:
    """Return the name of every area that the plan has a name for, by code.

    Where a code has several names, as streets of a made-up city have, all of them.
    """
    communities = plan.communities[["community_code", "name"]]
    streets = plan.communities[["community_code", "subdistrict"]].dropna()
    parts = [
        communities.set_axis(["code", "name"], axis=1),
        streets.set_axis(["code", "name"], axis=1).assign(
            code=streets["community_code"].str[: DIGITS["subdistrict"]]
        ),
        *(
            layer[["grid_code", "name"]].set_axis(["code", "name"], axis=1)
            for layer in (plan.base_grids, plan.exclusive_grids, plan.micro_grids)
        ),
    ]
    named = pd.DataFrame(pd.concat(parts)).dropna().drop_duplicates()
    return named.groupby("code")["name"].agg("、".join)


def _balance(plan: Plan, digits: int) -> pd.DataFrame:
    """Return households of the base grids of each area, and how many are off."""
    grids = plan.atoms.groupby("base_grid")["households"].sum().to_frame()
    grids["outside"] = ~in_band(grids["households"], plan_rules(plan))
    if digits > DIGITS["grid"]:
        grids = grids[:0]
    return grids.groupby(grids.index.str[:digits]).agg(
        base_grids=("households", "size"),
        households_mean=("households", "mean"),
        households_min=("households", "min"),
        households_max=("households", "max"),
        outside_band=("outside", "sum"),
    )


def _duties(plan: Plan, digits: int) -> pd.DataFrame:
    """Return posts, organisations and base grids that these cover, of each area."""
    posts, links = plan.posts, plan.party_links
    filled = posts["worker_id"].notna()
    seat = posts["grid_code"].str[:digits]
    place = links["grid_code"].str[:digits]
    covered = links[
        (links["relation"] == "covers")
        & links["grid_code"].isin(plan.atoms["base_grid"].dropna())
    ]
    there = covered["grid_code"].str[:digits]
    return pd.DataFrame(
        {
            "posts_filled": filled.groupby(seat).sum(),
            "posts_open": (~filled).groupby(seat).sum(),
            "organisations": links["org_id"].groupby(place).nunique(),
            "covered": covered["grid_code"].groupby(there).nunique(),
        }
    )
