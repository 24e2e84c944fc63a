"""The tables on the printed pages: rows of text, ready to be set."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.plan import Plan
from gridpart.show.four_bounds import tell_bounds
from gridpart.show.ground import Layer, read_ground
from gridpart.show.sheets_around import (
    SIDES,
    bounds,
    every_grid,
    service_sites,
    sites_near,
    ways_across,
)
from gridpart.show.sheets_duty import Duty, duties
from gridpart.show.sheets_roads import roads_in
from gridpart.show.sheets_words import say_kind, words
from gridpart.show.words import LANGUAGES
from gridpart.text import value_words

_LEAST_M = 3.0  # length below which it is not told either
_LEAST_SHARE = 0.06  # share of a side below which what lies along it is not told
_MOST_ORGANISATIONS = 8

Row = dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is worked out once for the pages of all communities."""

    plan: Plan
    lang: str
    words: Mapping[str, str]
    duty: Duty
    names: Mapping[str, str]
    places: Mapping[str, str]
    streets: Mapping[str, str]
    grids: gpd.GeoDataFrame
    sides: Mapping[str, pd.DataFrame]
    bounds: Mapping[str, str]
    ways: Mapping[str, pd.DataFrame]
    roads: Mapping[str, pd.DataFrame]
    sites: Mapping[str, pd.DataFrame]
    micro: Mapping[str, pd.DataFrame]
    buildings: Mapping[str, gpd.GeoDataFrame]
    responsible: Mapping[str, str]
    marks: Mapping[str, NDArray[np.float64]]
    ground: Mapping[str, Layer]

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return "、" if self.lang == "zh" else ", "


def gather(plan: Plan, lang: str) -> Facts:
    """Return what the pages of all communities draw from."""
    grids = every_grid(plan)
    ways = ways_across(plan)
    around = bounds(grids, plan.barriers)
    special = plan.exclusive_grids.dropna(subset=["responsible"])

    def by_grid(table: pd.DataFrame, key: str = "grid_code") -> dict[str, Any]:
        return dict(list(table.groupby(key)))

    return Facts(
        plan,
        lang,
        words(lang),
        duties(plan),
        grids.set_index("grid_code")["name"].to_dict(),
        plan.communities.set_index("community_code")["name"].to_dict(),
        plan.communities.set_index("community_code")["subdistrict"].dropna().to_dict(),
        grids,
        by_grid(around),
        tell_bounds(grids, around, lang),
        by_grid(ways),
        by_grid(roads_in(grids, plan.barriers)),
        by_grid(sites_near(grids, plan.resources)),
        by_grid(plan.micro_grids.sort_values("grid_code"), "base_grid"),
        by_grid(_buildings(plan), "base_grid"),
        special.set_index("grid_code")["responsible"].to_dict(),
        {
            "site": shapely.get_coordinates(service_sites(plan.resources).centroid),
            "way": ways[["x", "y"]].drop_duplicates().to_numpy(),
        },
        read_ground(plan),
    )


def short_name(facts: Facts, grid_code: str, community_code: str) -> str:
    """Return a grid's name without that of its community, where it is known there."""
    name = facts.names.get(grid_code, grid_code)
    if grid_code[:12] != community_code:
        return name
    return name.removeprefix(facts.places.get(community_code, "")) or name


def holders(facts: Facts, grid_code: str, post: str) -> str:
    """Return who holds a post, by id; vacancies are counted."""
    held = facts.duty.of(grid_code, post)
    known = [one for one in held if one is not None]
    vacant = len(held) - len(known)
    told = [*known]
    if vacant:
        count = f" ×{vacant}" if vacant > 1 else ""
        told.append(facts.words["vacant"] + count)
    return facts.comma.join(told)


def grid_rows(facts: Facts, community_code: str, fills: Mapping[str, str]) -> list[Row]:
    """Return the table of a community's grids, exclusive ones at the end."""
    plan = facts.plan
    base = plan.base_grids[plan.base_grids["community_code"] == community_code]
    rows = [
        {
            "code": row.grid_code,
            "name": short_name(facts, row.grid_code, community_code),
            "households": f"{row.households:,}",
            "deviation": f"{row.deviation:+.1%}",
            "micro": str(row.micro_count),
            "worker": holders(facts, row.grid_code, "worker"),
            "standby": holders(facts, row.grid_code, "standby"),
            "fill": fills.get(row.grid_code, "#ffffff"),
        }
        for row in base.sort_values("grid_code").itertuples()
    ]
    special = plan.exclusive_grids
    special = special[special["community_code"] == community_code]
    for row in special.sort_values("grid_code").itertuples():
        responsible = "" if pd.isna(row.responsible) else row.responsible
        name = short_name(facts, row.grid_code, community_code)
        rows.append({"code": row.grid_code, "name": name, "responsible": responsible})
    return rows


def record_rows(facts: Facts, community_code: str) -> list[Row]:
    """Return the record of a community's grids, exclusive ones at the end."""
    plan, at = facts.plan, LANGUAGES.index(facts.lang)
    living = plan.atoms.groupby("exclusive_grid")["households"].sum()
    base = plan.base_grids.assign(kind=facts.words["base_kind"])
    special = plan.exclusive_grids.assign(
        kind=facts.words["exclusive_kind"],
        households=plan.exclusive_grids["grid_code"].map(living).fillna(0),
    )
    rows = []
    for layer in (base, special):
        own = layer[layer["community_code"] == community_code]
        own = own.assign(area=own.area).sort_values("grid_code")
        for grid in own.to_dict("records"):
            code, reason = grid["grid_code"], grid.get("reason")
            worker = holders(facts, code, "worker")
            standby = holders(facts, code, "standby")
            if layer is special:
                worker, standby = facts.responsible.get(code, worker), "—"
            row = {
                "code": code,
                "name": short_name(facts, code, community_code),
                "kind": grid["kind"],
                "households": f"{grid['households']:,.0f}",
                "area": f"{grid['area'] / 10_000:,.2f}",
                "micro": str(grid.get("micro_count", "—")),
                "bounds": facts.bounds.get(code, ""),
                "worker": worker,
                "standby": standby,
                "note": "" if pd.isna(reason) else value_words(reason)[at],
            }
            rows.append(row)
    return rows


def duty_rows(facts: Facts, grid_code: str, posts: Sequence[str]) -> list[Row]:
    """Return post and holders; posts that the grid does not have are left out."""
    told = [(facts.words[post], holders(facts, grid_code, post)) for post in posts]
    return [{"post": post, "holder": holder} for post, holder in told if holder]


def organisation_rows(facts: Facts, grid_code: str) -> list[Row]:
    """Return the organisations of a grid and those above them."""
    duty = facts.duty
    known = [one for one in duty.chain(grid_code) if one in duty.names]
    rows = [
        {
            "name": duty.names[one],
            "level": say_kind(duty.levels[one], facts.lang, "level"),
        }
        for one in known[:_MOST_ORGANISATIONS]
    ]
    if len(known) > _MOST_ORGANISATIONS:
        rows.append({"name": "…", "level": f"+{len(known) - _MOST_ORGANISATIONS}"})
    return rows


def escalation(facts: Facts, grid_code: str) -> list[Row]:
    """Return the four levels that a matter goes up: grid to county."""
    community = grid_code[:12]
    return [
        {
            "level": facts.words["grid"],
            "who": f"{facts.words['worker']} {holders(facts, grid_code, 'worker')}",
        },
        {
            "level": facts.words["community"],
            "who": facts.places.get(community, community),
        },
        {
            "level": facts.words["subdistrict"],
            "who": facts.streets.get(community, "—"),
        },
        {"level": facts.words["county"], "who": community[:6]},
    ]


def micro_rows(facts: Facts, grid_code: str) -> list[Row]:
    """Return the micro-grids of a grid and who looks after each."""
    own = facts.micro.get(grid_code)
    if own is None:
        return []
    return [
        {
            "code": row.grid_code,
            "households": f"{row.households:,}",
            "buildings": str(row.buildings),
            "worker": holders(facts, row.grid_code, "micro_worker")
            or facts.words["vacant"],
        }
        for row in own.itertuples()
    ]


def side_rows(facts: Facts, grid_code: str) -> list[Row]:
    """Return what lies along each side of a grid, and the grids beyond it."""
    words, comma = facts.words, facts.comma
    table = facts.sides.get(grid_code)
    rows: list[Row] = []
    if table is None:
        return rows
    steps = list(table.itertuples(index=False))
    for side in SIDES:
        here = [step for step in steps if step.direction == side]
        along = [
            f"{_kind(facts, kind)} {metres:.0f} {words['metres']}"
            for kind, metres in _longest((step.kind, step.length_m) for step in here)
        ]
        grids = [
            short_name(facts, other, grid_code[:12]) if other else words["outside"]
            for other, _ in _longest((step.other, step.length_m) for step in here)
        ]
        row = {"side": words[side], "lines": comma.join(along) or "—"}
        rows.append(row | {"beyond": comma.join(grids) or "—"})
    return rows


def _longest(lengths: Iterable[tuple[object, float]]) -> list[tuple[str | None, float]]:
    """Add lengths up by what they are of; the longest first, short ones left out."""
    sums: dict[str | None, float] = defaultdict(float)
    for what, metres in lengths:
        sums[what if isinstance(what, str) else None] += metres
    least = max(_LEAST_M, _LEAST_SHARE * sum(sums.values()))
    kept = [(what, metres) for what, metres in sums.items() if metres >= least]
    return sorted(kept, key=lambda pair: (-pair[1], pair[0] or ""))


def neighbour_rows(facts: Facts, grid_code: str) -> list[Row]:
    """Return the grids that share an edge of a metre or more, and who answers."""
    table = facts.sides.get(grid_code)
    if table is None:
        return []
    shared = (
        table.groupby("other")["length_m"]
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    base = set(facts.plan.base_grids["grid_code"])
    rows = []
    for other, metres in shared[shared >= 1.0].items():
        answers = (holders(facts, other, "worker"), holders(facts, other, "standby"))
        if other not in base:
            answers = (facts.responsible.get(other, "—"), "—")
        row = {"name": facts.names[other], "code": other, "shared": f"{metres:,.0f}"}
        rows.append(row | {"worker": answers[0], "standby": answers[1]})
    return rows


def way_rows(facts: Facts, grid_code: str) -> list[Row]:
    """Return the crossings of hard barriers at a grid, and where each leads."""
    table = facts.ways.get(grid_code)
    if table is None:
        return []
    words = facts.words
    return [
        {
            "kind": _kind(facts, row.kind),
            "to": words["inside"]
            if row.other == grid_code
            else f"{words['leads_to']} {short_name(facts, row.other, grid_code[:12])}",
        }
        for row in table.itertuples()
    ]


def roads_told(facts: Facts, grid_code: str) -> str:
    """Return where roads lead into a grid; without any they run along its edge."""
    table = facts.roads.get(grid_code)
    if table is None:
        return facts.words["no_roads"]
    return facts.comma.join(
        f"{facts.words[row.direction]} {_kind(facts, row.kind)} ×{row.number}"
        for row in table.itertuples()
    )


def site_rows(facts: Facts, grid_code: str) -> list[Row]:
    """Return the nearest service sites, with direction and distance."""
    table = facts.sites.get(grid_code)
    if table is None:
        return []
    return [
        {
            "name": row.name,
            "where": f"{facts.words[row.direction]} {row.distance_m:,.0f} "
            f"{facts.words['metres']}",
        }
        for row in table.sort_values("distance_m").itertuples(index=False)
    ]


def building_rows(table: pd.DataFrame) -> list[Row]:
    """Return the table of buildings, numbered as on the map."""
    return [
        {
            "number": str(number),
            "address": row.building_id
            if pd.isna(row.address)
            else f"{row.address} ({row.building_id})",
            "households": f"{row.households:,}",
            "floors": "" if pd.isna(row.floors) else str(row.floors),
            "micro": "" if pd.isna(row.micro_grid) else row.micro_grid[-2:],
        }
        for number, row in enumerate(table.itertuples(), start=1)
    ]


def _buildings(plan: Plan) -> gpd.GeoDataFrame:
    """Return the buildings of every base grid, by micro-grid and building.

    Households are those that belong to the grid, where a building is divided by
    unit; micro_grid is the first of them.
    """
    built = plan.atoms[plan.atoms["building_id"].notna()]
    held = built.groupby(["base_grid", "building_id"], as_index=False).agg(
        households=("households", "sum"), micro_grid=("micro_grid", "min")
    )
    known = plan.buildings.drop_duplicates("building_id").drop(columns="households")
    known = known[known.geometry.notna() & ~known.geometry.is_empty]
    table = known.merge(held, on="building_id")
    return table.sort_values(["micro_grid", "building_id"], ignore_index=True)


def _kind(facts: Facts, kind: object) -> str:
    if not isinstance(kind, str):
        return facts.words["no_line"]
    return say_kind(kind, facts.lang)
