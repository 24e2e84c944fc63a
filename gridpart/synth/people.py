"""Workers and Party organisations of a made-up city: posts, never persons."""

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator

HOUSEHOLDS_A_GRID = 500
# Share of the posts of each role that are filled: vacancies are to remain.
FILLED = {"worker": 0.9, "assistant": 0.7, "micro_worker": 0.85, "welfare": 0.5}
POSTS_A_GRID = {"worker": 1, "assistant": 4, "micro_worker": 3, "welfare": 2}
INELIGIBLE_SHARE = 0.04
PLACED_SHARE = 0.6
HOUSEHOLDS_A_BRANCH = 1150
HOUSEHOLDS_A_GROUP = 1000
HOUSEHOLDS_A_CENTRE = 260
COMMITTEE, COMMUNITY, BRANCH, GROUP = (
    "subdistrict_committee",
    "community_committee",
    "branch",
    "group",
)


def workers(
    communities: pd.DataFrame, buildings: pd.DataFrame, rng: Generator
) -> pd.DataFrame:
    """Return the workers of all communities, fewer than there are posts.

    They are members of the community's two committees, assistants, and neighbours;
    where a place is known, it is that of a building of the community.

    Parameters
    ----------
    communities
        community_code, households.
    buildings
        community_code, households, geometry.
    rng
        Source of chance.
    """
    codes = communities["community_code"].to_numpy()
    households = communities["households"].to_numpy()
    grids = np.maximum(np.round(households / HOUSEHOLDS_A_GRID), 1)
    parts = [pd.DataFrame({"at": np.arange(len(codes)), "role": "leader"})]
    for role, share in FILLED.items():
        number = rng.binomial((grids * POSTS_A_GRID[role]).astype(int), share)
        at = np.repeat(np.arange(len(codes)), number)
        parts.append(pd.DataFrame({"at": at, "role": role}))
    staff = pd.concat(parts).sort_values("at", kind="stable", ignore_index=True)
    at = staff["at"].to_numpy()
    places = _homes(codes[at], buildings, rng)
    places[rng.random(len(staff)) > PLACED_SHARE] = None
    many = (staff["role"] == "worker") & (rng.random(len(staff)) < 0.06)
    return pd.DataFrame(
        {
            "worker_id": [f"W{number:06d}" for number in range(1, len(staff) + 1)],
            "role": staff["role"],
            "community_code": codes[at],
            "capacity": np.where(many, 2, 1),
            "eligible": rng.random(len(staff)) > INELIGIBLE_SHARE,
            "geometry": places,
        }
    )


def _homes(codes: np.ndarray, buildings: pd.DataFrame, rng: Generator) -> np.ndarray:
    """Return a point in a building of each community, by chance of its households."""
    homes = buildings[buildings["households"] > 0].sort_values(
        "community_code", kind="stable"
    )
    reached = homes["households"].cumsum().to_numpy()
    home = homes["community_code"].to_numpy()
    last = reached[np.searchsorted(home, codes, side="right") - 1]
    first = np.searchsorted(home, codes)
    before = reached[first] - homes["households"].to_numpy()[first]
    drawn = before + rng.random(len(codes)) * (last - before)
    building = np.searchsorted(reached, drawn, side="right")
    points = shapely.point_on_surface(homes["geometry"].to_numpy()[building])
    return shapely.transform(points, lambda place: np.round(place, 3))


def party_orgs(
    communities: pd.DataFrame, buildings: pd.DataFrame, rng: Generator
) -> pd.DataFrame:
    """Return the tree of Party organisations.

    A committee a sub-district and a community, branches below (some of a compound),
    groups below the branches (each of a building), with counts of centre households.

    Parameters
    ----------
    communities
        community_code, name, subdistrict, households.
    buildings
        building_id, compound_id, community_code, households.
    rng
        Source of chance.
    """
    rows: list[tuple] = []
    committee: dict[str, str] = {}
    homes = buildings[buildings["households"] > 0]
    by_code = dict(iter(homes.groupby("community_code")))

    def add(name: str, level: str, parent: str | None, *place: object) -> str:
        rows.append((f"P{len(rows) + 1:05d}", name, level, parent, *place))
        return rows[-1][0]

    for name in dict.fromkeys(communities["subdistrict"]):
        committee[name] = add(f"{name}党工委", COMMITTEE, None, None, None, None, 0)
    for row in communities.itertuples():
        code, mine = row.community_code, by_code[row.community_code]
        top = add(
            f"{row.name}党委",
            COMMUNITY,
            committee[row.subdistrict],
            code,
            None,
            None,
            0,
        )
        compounds = mine["compound_id"].dropna().unique()
        branches = []
        for number in range(1, 1 + max(1, round(row.households / HOUSEHOLDS_A_BRANCH))):
            own = rng.random() < 0.5 and len(compounds) > 0
            compound = rng.choice(compounds) if own else None
            title = f"{row.name}第{number}党支部"
            branches.append(add(title, BRANCH, top, code, compound, None, 0))
        for number in range(1, 1 + round(row.households / HOUSEHOLDS_A_GROUP)):
            building = mine["building_id"].iloc[int(rng.integers(len(mine)))]
            centres = int(rng.poisson(HOUSEHOLDS_A_GROUP / HOUSEHOLDS_A_CENTRE))
            title, parent = f"{row.name}第{number}党小组", rng.choice(branches)
            add(title, GROUP, str(parent), code, None, building, centres)
    return pd.DataFrame(
        rows,
        columns=[
            "org_id",
            "name",
            "level",
            "parent_id",
            "community_code",
            "compound_id",
            "building_id",
            "centre_households",
        ],
    )
