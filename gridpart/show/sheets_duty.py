"""Who answers for each grid: posts and organisations, without a single name.

A worker is an id and a post. A post that nobody holds, or that the plan does not
list though every grid must have it, is one to recruit for.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gridpart.plan import Plan

# Posts that every base grid has (1+4+X, and the stand-in), in the order shown.
ALWAYS = ("worker", "standby")
POSTS = ("leader", "worker", "standby", "assistant", "micro_worker", "welfare")


@dataclass(frozen=True, slots=True)
class Duty:
    """Posts and organisations by grid code.

    ``holders`` has, for each grid and post, the ids of those who hold it, None for
    each vacancy. ``organisations`` has the ids of those linked to the grid or to a
    micro-grid of it, ``above`` the ids of those over an organisation, nearest
    first.
    """

    holders: Mapping[str, Mapping[str, list[str | None]]]
    organisations: Mapping[str, list[str]]
    above: Mapping[str, list[str]]
    names: Mapping[str, str]
    levels: Mapping[str, str]

    def of(self, grid_code: str, post: str) -> list[str | None]:
        """Return who holds a post of a grid; a missing duty post is vacant."""
        held = self.holders.get(grid_code, {}).get(post, [])
        return held or ([None] if post in ALWAYS else [])

    def chain(self, grid_code: str) -> list[str]:
        """Return the organisations of a grid, then those above them, none twice."""
        own = self.organisations.get(grid_code, [])
        higher = [over for one in own for over in self.above.get(one, [])]
        return list(dict.fromkeys([*own, *higher]))


def duties(plan: Plan) -> Duty:
    """Return who answers for what, by the plan's posts and links."""
    holders: dict[str, dict[str, list[str | None]]] = defaultdict(dict)
    for row in plan.posts.sort_values(["grid_code", "post", "worker_id"]).itertuples():
        worker = None if pd.isna(row.worker_id) else str(row.worker_id)
        holders[row.grid_code].setdefault(row.post, []).append(worker)
    organisations: dict[str, list[str]] = defaultdict(list)
    for row in plan.party_links.sort_values(["grid_code", "org_id"]).itertuples():
        grid = row.grid_code[:15]
        if row.org_id not in organisations[grid]:
            organisations[grid].append(row.org_id)
    known = plan.party_orgs.drop_duplicates("org_id").set_index("org_id")
    parents = known["parent_id"].dropna().to_dict()
    return Duty(
        dict(holders),
        dict(organisations),
        {one: _above(one, parents) for one in known.index},
        known["name"].to_dict(),
        known["level"].to_dict(),
    )


def _above(organisation: str, parents: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    over = parents.get(organisation)
    while over is not None and over not in found and over != organisation:
        found.append(over)
        over = parents.get(over)
    return found
