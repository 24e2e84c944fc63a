"""What is said of a place, as plain values: the same for one place and for many."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

Row = Mapping[str, Any]

COVERS, CONTAINS = "covers", "contains"
DUTIES = ("leader", "worker", "standby", "micro_worker")
# A matter that is not settled goes up these steps.
STEPS = ("grid", "community", "subdistrict", "county")
# Digits of a code: those of the statistical division code for the upper three.
SUBDISTRICT, COUNTY = 9, 6


@dataclass(frozen=True, slots=True)
class Spot:
    """The community and grids that a place lies in; None for what it lies not in."""

    community_code: str | None = None
    base_grid: str | None = None
    micro_grid: str | None = None
    exclusive_grid: str | None = None


# What is told of a place beside: of its atom, not of its grids.
IDS = ["building_id", "third_grid"]
SPOT = [field.name for field in fields(Spot)]


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """What a plan says of its grids.

    Parameters
    ----------
    communities
        ``name`` and ``subdistrict`` by code.
    grids
        ``name``, and ``responsible`` of exclusive ones, by code.
    holders
        Ids of those who hold a post, by grid and post.
    links
        Ids of organisations by grid and relation.
    offices
        Ids of organisations above those that cover grids, by community.
    orgs
        ``name``, ``level`` and ``parent_id`` by id.
    levels
        Table of levels from the top down, as the rules have it.
    """

    communities: Mapping[str, Row]
    grids: Mapping[str, Row]
    holders: Mapping[tuple[str, str], Sequence[str]]
    links: Mapping[tuple[str, str], Sequence[str]]
    offices: Mapping[str, Sequence[str]]
    orgs: Mapping[str, Row]
    levels: Sequence[Row]


# Tables of a plan that a register is made of.
TABLES = (
    "communities",
    "base_grids",
    "exclusive_grids",
    "posts",
    "party_links",
    "party_orgs",
)


def make_register(
    tables: Mapping[str, Sequence[Row]], levels: Sequence[Row]
) -> Register:
    """Put a register together from rows of :data:`TABLES`; of like ids the first."""
    offices = set().union(*map(_names, _upper(levels)))
    grids = [*tables["base_grids"], *tables["exclusive_grids"]]
    return Register(
        {row["community_code"]: row for row in reversed(tables["communities"])},
        {row["grid_code"]: row for row in reversed(grids)},
        _listed(tables["posts"], ("grid_code", "post"), "worker_id"),
        _listed(tables["party_links"], ("grid_code", "relation"), "org_id"),
        _listed(
            [row for row in tables["party_orgs"] if row["level"] in offices],
            ("community_code",),
            "org_id",
        ),
        {row["org_id"]: row for row in reversed(tables["party_orgs"])},
        levels,
    )


def _listed(
    rows: Sequence[Row], keys: Sequence[str], value: str
) -> dict[Any, list[str]]:
    """Return the values of rows by their keys, or by their only key."""
    found: dict[Any, list[str]] = {}
    for row in rows:
        if row[value] is not None:
            key = tuple(row[name] for name in keys)
            found.setdefault(key if len(keys) > 1 else key[0], []).append(row[value])
    return found


def answer(register: Register, spot: Spot) -> dict[str, Any]:
    """Return who answers for a spot.

    Returns
    -------
    answer
        community_code, base_grid, micro_grid, exclusive_grid; community,
        subdistrict, grid (names); leader, worker, standby, micro_worker (ids, several
        parted by a semicolon); responsible (of an exclusive grid); organisations
        (org_id, name, level: those that cover the grid, those of the community, and
        all above, from the bottom up); escalation (level, code, name, who: from grid
        to county). What is unknown, vacant, or outside the city is None.
    """
    community = register.communities.get(spot.community_code or "", {})
    code = spot.base_grid or spot.exclusive_grid
    grid = register.grids.get(code or "", {})
    duties = {
        post: ";".join(sorted(register.holders.get((where, post), ()))) or None
        for post in DUTIES
        for where in [(spot.micro_grid if post == "micro_worker" else code) or ""]
    }
    organisations = _organisations(register, spot, code)
    return {
        **asdict(spot),
        "community": community.get("name"),
        "subdistrict": community.get("subdistrict"),
        "grid": grid.get("name"),
        **duties,
        "responsible": grid.get("responsible"),
        "organisations": organisations,
        "escalation": _escalation(register, spot, duties, organisations),
    }


def _organisations(register: Register, spot: Spot, code: str | None) -> list[Row]:
    """Return those of grid and community and all above them, the lowest level first."""
    found: list[str] = []
    own = set(register.links.get((code or "", COVERS), ()))
    own |= set(register.offices.get(spot.community_code or "", ()))
    inside = register.links.get((spot.micro_grid or "", CONTAINS), ())
    front = sorted(own, key=lambda org: (org not in inside, org))
    while front := [org for org in front if org in register.orgs]:
        found += front
        above = dict.fromkeys(register.orgs[org]["parent_id"] for org in front)
        front = [org for org in above if org not in found]
    ranks = {
        name: rank
        for rank, level in enumerate(register.levels)
        for name in _names(level)
    }
    found.sort(key=lambda org: -ranks.get(register.orgs[org]["level"], -1))
    return [
        {"org_id": org} | {key: register.orgs[org][key] for key in ("name", "level")}
        for org in found
    ]


def _escalation(
    register: Register, spot: Spot, duties: Row, organisations: Sequence[Row]
) -> list[Row]:
    """Return who has a matter that the level below could not settle."""
    home = spot.community_code
    if home is None:
        return []
    code = spot.base_grid or spot.exclusive_grid
    grid = register.grids.get(code or "", {})
    community = register.communities.get(home, {})
    here = [grid.get("responsible"), *(duties[post] for post in DUTIES[:3])]
    offices = [
        [org["name"] for org in organisations if org["level"] in _names(level)]
        for level in _upper(register.levels)
    ]
    places = (
        (code, grid.get("name")),
        (home, community.get("name")),
        (home[:SUBDISTRICT], community.get("subdistrict")),
        (home[:COUNTY], None),
    )
    who = [[one for one in here if one], *offices, [], [], []]
    return [
        {"level": step, "code": place[0], "name": place[1], "who": answering}
        for step, place, answering in zip(STEPS, places, who, strict=False)
    ]


def _upper(levels: Sequence[Row]) -> list[Row]:
    """Return the levels above those that cover grids, from the bottom up."""
    return [
        level
        for level in reversed(levels)
        if not level.get(COVERS) and not level.get("counted")
    ]


def _names(level: Row) -> set[str]:
    """Return the key and both labels: a level may be given by any of them."""
    return {str(level[name]) for name in ("level", "zh", "en")}
