"""People and Party organisations for toy plans."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform
from gridpart.plan import Plan
from tests.builders import CORNER, CRS, community_code

SIDE_M = 50.0


def at(row: float, column: float) -> shapely.Point:
    """The middle of a square of the map."""
    return shapely.Point(
        CORNER[0] + (column + 0.5) * SIDE_M, CORNER[1] - (row + 0.5) * SIDE_M
    )


def table_of(name: str, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """A table of the plan from rows that say only what matters."""
    frame = pd.DataFrame(rows or {column: [] for column in PLAN[name].names})
    return conform(frame, PLAN[name], crs=CRS)


def with_workers(plan: Plan, *rows: dict[str, Any]) -> Plan:
    """The plan with these workers; of community 1 if they don't say."""
    filled = [
        {
            "worker_id": f"w{number}",
            "role": "worker",
            "community_code": community_code("1"),
        }
        | row
        for number, row in enumerate(rows, start=1)
    ]
    return replace(plan, workers=table_of("workers", filled))


def with_orgs(plan: Plan, *rows: dict[str, Any]) -> Plan:
    """The plan with these organisations, branches if they don't say."""
    filled = [
        {"org_id": f"p{number}", "name": f"组织{number}", "level": "branch"} | row
        for number, row in enumerate(rows, start=1)
    ]
    return replace(plan, party_orgs=table_of("party_orgs", filled))


def holders(posts: pd.DataFrame, post: str) -> dict[str, list[str]]:
    """Who holds a post, by the last digits of the grid; ``-`` for a vacancy."""
    rows = posts[posts["post"] == post].fillna({"worker_id": "-"})
    found: dict[str, list[str]] = {}
    for code, worker in zip(rows["grid_code"], rows["worker_id"], strict=True):
        found.setdefault(code[12:].lstrip("0"), []).append(worker)
    return found


def covered(links: pd.DataFrame, relation: str = "covers") -> dict[str, str]:
    """Grids of each organisation by their last digits, joined by spaces."""
    rows = links[links["relation"] == relation]
    short = rows["grid_code"].str[12:].str.lstrip("0")
    return short.groupby(rows["org_id"]).agg(" ".join).to_dict()
