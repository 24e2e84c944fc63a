"""Rules: every number and policy of a division, as one frozen tree.

The defaults live in ``data/presets/about-500.toml``, in full; another preset or a
planner's own file names only what differs. Nothing below the command line reads
settings from anywhere else.
"""

import dataclasses
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gridpart.errors import RulesError

_PACKAGE = Path(__file__).parent
# In a wheel the presets lie inside the package, in a checkout beside it.
DATA = next(
    path for path in (_PACKAGE / "data", _PACKAGE.parent / "data") if path.is_dir()
)
BASE_PRESET = "about-500"
POSTS = ("leader", "worker", "standby", "assistant", "welfare", "micro_worker")
# A grid of a site where nobody is named as responsible.
EXCLUSIVE_POST = "exclusive_worker"
# A level that is divided to a number of households; the others are what is there.
TARGET = "target"
# What the third level may be, by what a micro-grid is.
BELOW = {TARGET: ("none",), "unit": ("none",), "building": ("none", "unit")}
# What an item of the budget may be counted by.
FUNDED = ("base_grid", "micro_grid", "exclusive_grid", "community")
ROLES = ("leader", "worker", "assistant", "micro_worker", "welfare")


@dataclass(frozen=True, slots=True)
class Size:
    """How many households a base grid has.

    ``low`` to ``high`` is the band, ``target`` the figure aimed at, ``tolerance``
    and ``max_deviation`` are shares of the mean of a piece, ``prefer`` is
    ``whole_compounds`` or ``balance``, ``small_piece`` is ``join`` or ``alone``.
    """

    target: int
    low: int
    high: int
    tolerance: float
    max_deviation: float
    prefer: str
    small_piece: str


@dataclass(frozen=True, slots=True)
class Micro:
    """How many households a micro-grid has, and the tolerance around the mean."""

    target: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class Barriers:
    """Strength of each kind of barrier: ``hard``, ``soft`` or ``none``.

    ``reach_m`` is how far from a crossing a hard barrier can be walked across.
    """

    strength: Mapping[str, str]
    reach_m: float


@dataclass(frozen=True, slots=True)
class Codes:
    """Block of sequence numbers for exclusive grids."""

    exclusive_first: int
    exclusive_last: int


@dataclass(frozen=True, slots=True)
class Objective:
    """Weights of spread and of boundary that follows no clear line."""

    spread: float
    boundary: float


@dataclass(frozen=True, slots=True)
class Search:
    """Effort of the search: starts, and moves tried in each for every lump.

    ``proof_s`` is the effort of the proof for each piece, in seconds of an ordinary
    machine; it is counted in steps, so that the plan does not depend on the clock.
    """

    starts: int
    moves: int
    proof_s: float


@dataclass(frozen=True, slots=True)
class Staff:
    """Which posts a grid has, and how many grids one person may hold.

    ``templates`` has, by name, how many there are of each post; ``template`` is the
    one in use. ``capacity`` is by role, for people whose row says nothing.
    """

    template: str
    templates: Mapping[str, Mapping[str, int]]
    capacity: Mapping[str, int]

    @property
    def posts(self) -> Mapping[str, int]:
        """Number of each post in the template in use."""
        return self.templates[self.template]


@dataclass(frozen=True, slots=True)
class Party:
    """The tree of Party organisations: its levels, from the top down.

    ``tables`` has, by name, a list of levels (``level``, ``zh``, ``en``, and
    ``covers`` where one of its organisations answers for grids, ``counted`` where
    it is only a count); ``table`` is the one in use.
    """

    table: str
    tables: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def levels(self) -> Sequence[Mapping[str, Any]]:
        """Levels of the table in use, from the top down."""
        return self.tables[self.table]


@dataclass(frozen=True, slots=True)
class Levels:
    """What a grid of each level is.

    ``base`` is divided to its ``target`` or one ``compound`` each; ``micro`` is
    divided to its ``target``, or one ``building`` or one ``unit`` each; ``third`` is
    ``none`` or one ``unit`` each. A compound below ``small`` households is merged
    with its neighbours.
    """

    base: str
    micro: str
    third: str
    small: int


@dataclass(frozen=True, slots=True)
class Funds:
    """Yuan a year: ``items`` each have ``item``, ``zh``, ``en``, ``per`` and ``yuan``.

    ``per`` is what gets the amount: one of :data:`FUNDED`.
    """

    items: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a division."""

    size: Size
    micro: Micro
    barriers: Barriers
    codes: Codes
    objective: Objective
    search: Search
    staff: Staff
    party: Party
    funds: Funds
    levels: Levels

    @classmethod
    def preset(cls, name: str = BASE_PRESET) -> Self:
        """Return the rules shipped under ``name``.

        Raises
        ------
        RulesError
            If there is no such preset.
        """
        path = DATA / "presets" / f"{name}.toml"
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in path.parent.glob("*.toml")))
            msg = f"preset `{name}` is unknown. Known presets: {known}."
            raise RulesError(msg)
        if name == BASE_PRESET:
            return cls._build(_read_toml(path), path)
        return cls.preset().read(path)

    @classmethod
    def of_plan(cls, info: Mapping[str, str]) -> Self:
        """Return the rules that a plan was made by; the defaults where it has none."""
        rules = cls.preset()
        try:
            return rules.updated(json.loads(info.get("parameters", "{}")))
        except (ValueError, TypeError, AttributeError, RulesError):
            return rules

    def read(self, path: Path) -> Self:
        """Return these rules with the differences that a TOML file names.

        Raises
        ------
        RulesError
            If the file cannot be read, or a rule is unknown or impossible.
        """
        return self._build(_merge(self.as_dict(), _read_toml(path), path), path)

    def replace(self, section: str, **values: float | str) -> Self:
        """Return these rules with some values of one section changed."""
        tree = self.as_dict()
        tree[section] |= values
        return self._build(tree, Path(f"[{section}]"))

    def updated(self, sections: Mapping[str, Mapping[str, Any]]) -> Self:
        """Return these rules with sections changed that are possible only together.

        What is unknown is left out.
        """
        tree = self.as_dict()
        for name, values in tree.items():
            values |= sections.get(name, {})
        return self._build(tree, Path("parameters"))

    def as_dict(self) -> dict[str, Any]:
        """Return the rules as a tree of plain values."""
        return dataclasses.asdict(self)

    def as_json(self) -> str:
        """Return the rules as one line of JSON with sorted keys."""
        return json.dumps(self.as_dict(), sort_keys=True)

    @classmethod
    def _build(cls, tree: dict[str, Any], where: Path) -> Self:
        sections = {}
        for part in dataclasses.fields(cls):
            section: Any = part.type
            values = tree.get(part.name, {})
            names = [f.name for f in dataclasses.fields(section)]
            absent = [name for name in names if name not in values]
            if absent:
                raise RulesError(f"{where}: [{part.name}] lacks {', '.join(absent)}.")
            sections[part.name] = section(**{name: values[name] for name in names})
        rules = cls(**sections)
        _verify(rules, where)
        return rules


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"{path}: cannot be read as TOML: {error}.") from error


def _merge(
    tree: dict[str, Any], changes: dict[str, Any], where: Path
) -> dict[str, Any]:
    merged = {name: dict(values) for name, values in tree.items()}
    for section, values in changes.items():
        if section not in merged or not isinstance(values, dict):
            msg = f"{where}: [{section}] is unknown. Known: {', '.join(merged)}."
            raise RulesError(msg)
        for key, value in values.items():
            known = merged[section]
            if key not in known:
                msg = (
                    f"{where}: `{key}` in [{section}] is unknown. "
                    f"Known: {', '.join(known)}."
                )
                raise RulesError(msg)
            if isinstance(known[key], dict) and isinstance(value, dict):
                known[key] = known[key] | value
            elif type(value) is type(known[key]) or (
                isinstance(known[key], float) and type(value) is int
            ):
                known[key] = type(known[key])(value)
            else:
                msg = (
                    f"{where}: `{key}` in [{section}] must be of type "
                    f"{type(known[key]).__name__}, not {value!r}."
                )
                raise RulesError(msg)
    return merged


def _verify(rules: Rules, where: Path) -> None:
    size, micro, codes = rules.size, rules.micro, rules.codes
    weights = rules.objective.spread, rules.objective.boundary
    demands = [
        (0 < size.low <= size.target <= size.high, "0 < low <= target <= high"),
        (
            0 < size.tolerance <= size.max_deviation < 1,
            "0 < tolerance <= max_deviation < 1",
        ),
        (
            size.prefer in ("whole_compounds", "balance"),
            "prefer: whole_compounds or balance",
        ),
        (size.small_piece in ("join", "alone"), "small_piece: join or alone"),
        (0 < micro.target <= size.high, "0 < micro target <= high"),
        (0 < micro.tolerance < 1, "0 < micro tolerance < 1"),
        (
            set(rules.barriers.strength.values()) <= {"hard", "soft", "none"},
            "barrier strength: hard, soft or none",
        ),
        (rules.barriers.reach_m >= 0, "reach_m >= 0"),
        (
            1 < codes.exclusive_first <= codes.exclusive_last <= 999,
            "1 < exclusive_first <= exclusive_last <= 999",
        ),
        (rules.search.starts > 0 and rules.search.moves > 0, "starts and moves > 0"),
        (0 <= rules.search.proof_s < float("inf"), "proof_s >= 0"),
        (min(weights) >= 0 < max(weights), "objective weights >= 0, not both 0"),
        *_demands_on_people(rules.staff, rules.party),
        *_demands_on_funds(rules.funds),
        *_demands_on_levels(rules.levels, size),
    ]
    broken = [demand for holds, demand in demands if not holds]
    if broken:
        raise RulesError(f"{where}: impossible rules. Needed: {'; '.join(broken)}.")


def _demands_on_people(staff: Staff, party: Party) -> list[tuple[bool, str]]:
    named = {*POSTS, EXCLUSIVE_POST}
    templates = [_mapping(posts) for posts in staff.templates.values()]
    counts = [n for posts in [*templates, staff.capacity] for n in posts.values()]
    tables = [
        [_mapping(level) for level in table] if isinstance(table, list) else []
        for table in party.tables.values()
    ]
    return [
        (staff.template in staff.templates, "template: one of the templates"),
        (
            all(posts and set(posts) <= named for posts in templates),
            f"posts of a template: {', '.join([*POSTS, EXCLUSIVE_POST])}",
        ),
        (set(staff.capacity) == set(ROLES), f"capacity of {', '.join(ROLES)}"),
        (
            all(type(number) is int and number >= 0 for number in counts),
            "posts and capacity: whole numbers >= 0",
        ),
        (party.table in party.tables, "table: one of the tables"),
        (
            all({"level", "zh", "en"} <= set(level) for t in tables for level in t),
            "each level: level, zh and en",
        ),
        (
            all(any(level.get("covers") for level in t) for t in tables),
            "a level that covers in each table",
        ),
    ]


def _demands_on_funds(funds: Funds) -> list[tuple[bool, str]]:
    items = [_mapping(item) for item in funds.items]
    names = [item.get("item") for item in items]
    return [
        (
            all({"item", "zh", "en", "per", "yuan"} <= set(item) for item in items),
            "each item of the funds: item, zh, en, per and yuan",
        ),
        (len(set(names)) == len(names), "each item of the funds once"),
        (
            all(item.get("per") in FUNDED for item in items),
            f"per: {', '.join(FUNDED)}",
        ),
        (
            all(type(yuan := item.get("yuan")) is int and yuan >= 0 for item in items),
            "yuan: whole numbers >= 0",
        ),
    ]


def _demands_on_levels(levels: Levels, size: Size) -> list[tuple[bool, str]]:
    return [
        (levels.base in (TARGET, "compound"), "level base: target or compound"),
        (
            levels.third in BELOW.get(levels.micro, ()),
            "level micro: target, unit or building; third: none, or unit in a building",
        ),
        (
            levels.base == TARGET or 0 <= levels.small <= size.target / 2,
            "0 <= small <= target / 2",
        ),
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    """Return what may have been written as something else; then it is empty."""
    return value if isinstance(value, Mapping) else {}
