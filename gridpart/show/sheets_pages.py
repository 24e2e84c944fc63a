"""What stands on the printed pages of one community, as plain values.

The pages are set by a Typst template that gets these values as JSON; whatever a
name holds, it arrives there as text.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.show.sheets_labels import (
    Quiet,
    Wish,
    ems_of,
    settle,
    wish_areas,
    wish_compounds,
    wish_points,
)
from gridpart.show.sheets_map import Outlines, Window, draw, fills, outlines, window
from gridpart.show.sheets_tables import (
    Facts,
    building_rows,
    duty_rows,
    escalation,
    grid_rows,
    micro_rows,
    neighbour_rows,
    organisation_rows,
    record_rows,
    roads_told,
    short_name,
    side_rows,
    site_rows,
    way_rows,
)
from gridpart.show.sheets_words import say_kind
from gridpart.show.style import BARRIERS
from gridpart.show.words import LANGUAGES
from gridpart.text import value_words

# Maps on A3, landscape and upright, on the notice, on the emergency sheet; mm.
LANDSCAPE, UPRIGHT = (276.0, 258.0), (273.0, 378.0)  # upright: with the table
NOTICE, EMERGENCY = (182.0, 128.0), (182.0, 100.0)
# An emergency map may get this low to keep to one page: what it shares with the
# tables, the heights of their rows and of a line, and how many letters a line holds.
_LOW_MM, _ROOM_MM = 60.0, 196.0
_NEIGHBOUR_MM, _BUILDING_MM, _LINE_MM = 4.05, 3.76, 3.4
_ALONG, _BEYOND, _HALF = 35.0, 26.5, 30.0
_ROWS_UPRIGHT = 12  # most rows of the table below an upright map
_HEAD_MM, _ROW_MM, _LEGEND_MM = 13.0, 9.6, 52.0  # height of what lies below it


def pages(facts: Facts, community_code: str) -> dict[str, Any]:
    """Return all that the pages of one community show.

    Parameters
    ----------
    facts
        What was gathered of the plan.
    community_code
        A community with a shape.
    """
    plan, at = facts.plan, LANGUAGES.index(facts.lang)
    rows = plan.communities[plan.communities["community_code"] == community_code]
    row = rows.iloc[0]
    grids = plan.base_grids[plan.base_grids["community_code"] == community_code]
    grids = grids.drop_duplicates("grid_code").sort_values("grid_code")
    grids = grids[grids.geometry.notna() & ~grids.geometry.is_empty]
    special = plan.exclusive_grids["community_code"] == community_code
    sheet, upright = _sheet_window(row.geometry, len(grids) + int(special.sum()))
    colours = fills(plan, community_code)
    drawn = outlines(facts.ground, community_code, sheet, colours)
    small = window(row.geometry, *NOTICE)
    small_drawn = outlines(facts.ground, community_code, small, colours)
    return {
        "words": dict(facts.words),
        "lang": facts.lang,
        "community": row["name"],
        "code": community_code,
        "subdistrict": "" if pd.isna(row.subdistrict) else row.subdistrict,
        "households": f"{row.households:,}",
        "counts": [
            {"what": facts.words[f"count_{name}"], "number": f"{row[name]:,}"}
            for name in ("households", "base_count", "micro_count", "exclusive_count")
        ],
        "plan": plan.info.get("id", ""),
        "date": plan.info.get("created", "")[:10],
        "basis": value_words(plan.info.get("basis", ""))[at],
        "upright": upright,
        "kinds": _kinds(facts, drawn),
        "map": _map(facts, drawn, sheet, _sheet_wishes(facts, row, grids, sheet)),
        "rows": grid_rows(facts, community_code, colours),
        "record": record_rows(facts, community_code),
        "grids": [
            _grid(facts, grid, colours)
            | {"small": _map(facts, small_drawn, small, wishes, grid["grid_code"])}
            for grid, wishes in (
                (grid, _notice_wishes(facts, grids, grid["grid_code"]))
                for _, grid in grids.iterrows()
            )
        ],
    }


def _sheet_window(shape: shapely.Geometry, rows: int) -> tuple[Window, bool]:
    """Return the larger of the two maps on A3, and whether the sheet is upright."""
    below = max(_LEGEND_MM, _HEAD_MM + _ROW_MM * rows)
    wide = window(shape, *LANDSCAPE)
    high = window(shape, UPRIGHT[0], UPRIGHT[1] - below)
    upright = high.scale < wide.scale and rows <= _ROWS_UPRIGHT
    return (high, True) if upright else (wide, False)


def _grid(facts: Facts, grid: pd.Series, colours: Mapping[str, str]) -> dict[str, Any]:
    """Return the tables of one base grid, and the map of its emergency sheet."""
    code = grid["grid_code"]
    buildings = facts.buildings.get(code, facts.plan.buildings[:0])
    tables = {
        "sides": side_rows(facts, code),
        "roads": roads_told(facts, code),
        "ways": way_rows(facts, code),
        "sites": site_rows(facts, code),
        "neighbours": neighbour_rows(facts, code),
        "buildings": building_rows(buildings),
    }
    near = window(grid.geometry, EMERGENCY[0], _height(tables))
    drawn = outlines(facts.ground, grid["community_code"], near, colours)
    wishes = _near_wishes(facts, code, buildings, near)
    return tables | {
        "code": code,
        "name": grid["name"],
        "households": f"{grid['households']:,}",
        "area": f"{grid['area_m2'] / 10_000:,.1f}",
        "building_count": str(len(buildings)),
        "micro_count": str(grid["micro_count"]),
        "near": _map(facts, drawn, near, wishes, code),
        "duty": duty_rows(facts, code, ("leader", "worker", "standby")),
        "team": duty_rows(facts, code, ("assistant", "welfare")),
        "organisations": organisation_rows(facts, code),
        "escalation": escalation(facts, code),
        "micro": micro_rows(facts, code),
    }


def _height(tables: Mapping[str, Any]) -> float:
    """Return how high an emergency map may be with such tables below it."""
    sides = sum(
        max(_lines(side["lines"], _ALONG), _lines(side["beyond"], _BEYOND))
        for side in tables["sides"]
    )
    ways = _lines(tables["roads"], _HALF) + max(1, len(tables["ways"]))
    below = (
        _LINE_MM * (sides + max(ways, len(tables["sites"])))
        + _NEIGHBOUR_MM * len(tables["neighbours"])
        + _BUILDING_MM * ((len(tables["buildings"]) + 1) // 2)
    )
    height = min(EMERGENCY[1], _ROOM_MM - below)
    return height if height >= _LOW_MM else EMERGENCY[1]


def _lines(text: str, ems: float) -> int:
    """Return in how many lines a text is set where so many letters have room."""
    return max(1, math.ceil(ems_of(text) / ems))


def _map(
    facts: Facts,
    drawn: Outlines,
    view: Window,
    wishes: Sequence[Wish],
    focus: str | None = None,
) -> dict[str, Any]:
    marks = _marks(facts, view)
    points = np.array([[mark["x"], mark["y"]] for mark in marks]).reshape(-1, 2)
    return {
        "svg": draw(drawn, view, focus),
        "width": view.width,
        "height": view.height,
        "scale": view.scale,
        "marks": marks,
        "labels": [label.as_dict() for label in settle(view, wishes, points)],
    }


def _kinds(facts: Facts, drawn: Outlines) -> list[dict[str, Any]]:
    """Return what the legend says of lines and areas that are drawn."""
    told = []
    for kind, (area, line) in drawn.barriers.items():
        look = BARRIERS.get(kind, BARRIERS["other"])
        told.append(
            {
                "name": say_kind(kind, facts.lang),
                "areal": bool(area) and not line,
                "fill": look["fill"],
                "line": look["line"],
                "case": look.get("case", look["line"]),
                "dashed": "dash" in look,
            }
        )
    return told


def _marks(facts: Facts, view: Window) -> list[dict[str, Any]]:
    """Service sites and ways across, as points on paper."""
    marks = []
    for kind, places in facts.marks.items():
        points = view.on_paper(places)
        seen = ((points > 2) & (points < [view.width - 2, view.height - 2])).all(axis=1)
        marks += [
            {"x": round(x, 2), "y": round(y, 2), "kind": kind}
            for x, y in points[seen].tolist()
        ]
    return marks


def _sheet_wishes(
    facts: Facts, community: pd.Series, grids: gpd.GeoDataFrame, view: Window
) -> list[Wish]:
    """Grids in full, exclusive grids, neighbouring communities, compounds."""
    code = community["community_code"]
    unit = facts.words["unit_households"]
    full = []
    for grid in grids.itertuples():
        name = short_name(facts, grid.grid_code, code)
        count = f"{grid.households:,} {unit}"
        full.append(
            (
                ((name, 11, True), (grid.grid_code, 7.5, False), (count, 8.5, False)),
                ((name, 9, True), (grid.grid_code, 6.5, False), (count, 7, False)),
                ((name, 7, True), (grid.grid_code, 5.5, False), (count, 5.5, False)),
                ((name, 6.5, True), (count, 5.5, False)),
            )
        )
    special = facts.plan.exclusive_grids
    special = special[special["community_code"] == code].sort_values("grid_code")
    special = special[special.geometry.notna() & ~special.geometry.is_empty]
    named = [
        (
            (
                (short_name(facts, grid.grid_code, code), 7.5, True),
                (grid.grid_code, 6.5, False),
            ),
            ((grid.grid_code, 6, False),),
        )
        for grid in special.itertuples()
    ]
    buildings = facts.plan.buildings
    near = np.sort(buildings.sindex.query(view.box, predicate="intersects"))
    quiet = Quiet(shapely.STRtree(buildings.geometry.to_numpy()[near]), view.scale)
    return [
        *wish_areas(grids.geometry.to_numpy(), full, "grid", quiet=quiet),
        *wish_areas(special.geometry.to_numpy(), named, "exclusive"),
        *_communities_around(facts, code, view),
        *wish_compounds(facts.plan, code, view),
    ]


def _communities_around(facts: Facts, code: str, view: Window) -> list[Wish]:
    """Wish the names of other communities, where enough of them is seen."""
    table = facts.plan.communities
    rows = np.sort(table.sindex.query(view.box, predicate="intersects"))
    others = table.iloc[rows]
    others = others[others["community_code"] != code]
    seen = shapely.intersection(others.geometry.to_numpy(), view.box)
    large = shapely.area(seen) > 0
    wordings = [(((name, 9, False),),) for name in others["name"][large]]
    return wish_areas(seen[large], wordings, "around", needed=False)


def _notice_wishes(facts: Facts, grids: gpd.GeoDataFrame, focus: str) -> list[Wish]:
    """All grids by name, the one in question larger and first."""
    first = grids["grid_code"] == focus
    wishes = []
    for rows, size, kind in (
        (grids[first], 9.0, "focus"),
        (grids[~first], 6.5, "grid"),
    ):
        wordings = [
            (
                ((short_name(facts, code, focus[:12]), size, True),),
                ((str(int(code[12:])), size, True),),
            )
            for code in rows["grid_code"]
        ]
        wishes += wish_areas(rows.geometry.to_numpy(), wordings, kind)
    return wishes


def _near_wishes(
    facts: Facts, code: str, buildings: gpd.GeoDataFrame, view: Window
) -> list[Wish]:
    """Numbers of buildings, then the grids around, then micro-grids."""
    places = shapely.get_coordinates(shapely.point_on_surface(buildings.geometry))
    numbers = [str(number) for number in range(1, len(buildings) + 1)]
    grids = facts.grids
    rows = np.sort(grids.sindex.query(view.box, predicate="intersects"))
    around = grids.iloc[rows]
    around = around[around["grid_code"] != code]
    seen = shapely.intersection(around.geometry.to_numpy(), view.box)
    large = shapely.area(seen) > 0
    wordings = [
        (((short_name(facts, other, code[:12]), 7.0, False),),)
        for other in around["grid_code"][large]
    ]
    return [
        *wish_points(places, numbers, "building", (6.0, 4.5)),
        *wish_areas(seen[large], wordings, "around", needed=False),
    ]
