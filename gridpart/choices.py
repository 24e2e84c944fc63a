"""Divisions to choose from: several good ones of a community that really differ.

Each community is divided in many ways: by the rules as they are, with another
preference or other weights, with one grid more or less where the band allows it,
and by short searches that end elsewhere. The first choice is always what the rules
give. The others are taken from the best on, as long as they put enough households
into another grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from gridpart.assemble import assemble_plan, draft_plan
from gridpart.chunks import Chunk, divide_chunk
from gridpart.city import City
from gridpart.finding import Finding
from gridpart.measure.registry import measure_plan
from gridpart.partition.graphs import Flags, Floats
from gridpart.plan import Plan
from gridpart.rules import Rules

DIFFERENT = 0.1  # share of the households that must be in another grid
STRESS = 4.0  # how much more one weight counts in a division that stresses it
SHORT = 2  # short searches for every choice asked for

# What a planner weighs, and whether more of it is better.
FRONT = {
    "deviation_max": False,
    "compounds_divided": False,
    "spread_m": False,
    "line_clarity": True,
}


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One division of one community: how it came about, and its measures.

    ``measures`` holds base_grids, within_tolerance and deviation_max (shares of the
    community's mean), compounds_divided, spread_m and line_clarity.
    """

    way: str
    chunk: Chunk
    measures: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """All divisions of one community, and those to choose from.

    Parameters
    ----------
    community_code
        Whose they are.
    found
        All divisions made, those by the rules first.
    chosen
        Positions in ``found``; the first is 0.
    moved
        By position: share of the households in another grid than in the first.
    front
        By position: whether no other division is as good in every respect and
        better in one.
    """

    community_code: str
    found: tuple[Choice, ...]
    chosen: tuple[int, ...]
    moved: Floats
    front: Flags

    @property
    def table(self) -> pd.DataFrame:
        """One row a division: its measures, its number among the choices."""
        rows = pd.DataFrame([choice.measures for choice in self.found])
        number = pd.Series(pd.NA, index=rows.index, dtype="Int64")
        number.iloc[list(self.chosen)] = np.arange(1, len(self.chosen) + 1)
        rows.insert(0, "community_code", self.community_code)
        rows.insert(1, "choice", number)
        rows.insert(2, "way", [choice.way for choice in self.found])
        return rows.assign(moved=self.moved, front=self.front)


def find_choices(task: City, rules: Rules, seed: int, number: int) -> Choices:
    """Divide one community in many ways and choose among the divisions.

    Parameters
    ----------
    task
        The part of the city that this community needs.
    rules, seed
        The first choice is what they give.
    number
        Choices wanted; fewer come if no more differ enough.
    """
    first = _choice(task, "rules", rules, seed)
    # Only what the rules give is proven: a planner compares, and waits for it.
    quick = rules.replace("search", proof_s=0.0)
    ways = [*_stressed(quick), *_recounted(quick, first)]
    short = quick.replace("search", starts=3)
    others = [_choice(task, way, own, seed) for way, own in ways]
    others += [
        _choice(task, "search", short, seed + turn)
        for turn in range(1, SHORT * number + 1)
    ]
    found = _distinct([first, *others])
    moved = np.array([moved_share(first.chunk, one.chunk) for one in found])
    front = on_front(pd.DataFrame([one.measures for one in found]))
    code = str(task.communities["community_code"].iloc[0])
    chosen = _choose(found, front, number)
    return Choices(code, tuple(found), chosen, moved, front)


def plans_of(
    city: City,
    choices: Sequence[Choices],
    findings: Sequence[Finding],
    rules: Rules,
    seed: int,
) -> list[Plan]:
    """Put the first choices of all communities into a plan, the second, and so on.

    A community with fewer choices is divided as by the rules in the later plans.

    Parameters
    ----------
    city
        The communities that were divided.
    choices
        Of all its communities.
    findings
        What was seen before the divisions.
    rules, seed
        What the first choices were divided by.
    """
    count = max(len(one.chosen) for one in choices)

    def chunk(one: Choices, turn: int) -> Chunk:
        return one.found[one.chosen[turn] if turn < len(one.chosen) else 0].chunk

    return [
        assemble_plan(
            city, [chunk(one, turn) for one in choices], findings, rules, seed
        )
        for turn in range(count)
    ]


def _stressed(rules: Rules) -> list[tuple[str, Rules]]:
    weights, size = rules.objective, rules.size
    other = "balance" if size.prefer == "whole_compounds" else "whole_compounds"
    return [
        (other, rules.replace("size", prefer=other)),
        ("compact", rules.replace("objective", spread=STRESS * weights.spread)),
        ("lines", rules.replace("objective", boundary=STRESS * weights.boundary)),
    ]


def _recounted(rules: Rules, first: Choice) -> list[tuple[str, Rules]]:
    """Aim at one grid more and one less, where the band allows it."""
    atoms = first.chunk.fabric.atoms
    households = int(atoms.loc[atoms["base_grid"].notna(), "households"].sum())
    count = int(atoms["base_grid"].nunique())
    size = rules.size
    return [
        (way, rules.replace("size", target=round(households / parts)))
        for way, parts in (("fewer", count - 1), ("more", count + 1))
        if parts > 0 and size.low <= round(households / parts) <= size.high
    ]


def _choice(task: City, way: str, rules: Rules, seed: int) -> Choice:
    chunk = divide_chunk(task, rules, seed)
    summary = measure_plan(draft_plan(task, [chunk], rules, seed)).summary
    measures = {
        "base_grids": summary["grids"],
        "within_tolerance": summary["within_tolerance"],
        "deviation_max": summary["deviation_max"],
        "compounds_divided": summary["compounds_divided_fitting"],
        "spread_m": summary["spread_m"],
        "line_clarity": summary["line_clarity"],
    }
    return Choice(way, chunk, measures)


def moved_share(one: Chunk, other: Chunk) -> float:
    """Return the share of households in another base grid, grids matched best.

    Parameters
    ----------
    one, other
        Two divisions of the same communities.

    References
    ----------
    Kuhn, H. W. (1955), The Hungarian method for the assignment problem, Naval
    Research Logistics Quarterly 2, https://doi.org/10.1002/nav.3800020109.
    """
    homes = _common_homes(one.fabric.atoms, other.fabric.atoms)
    left, right = (_grids_of(chunk.fabric.atoms, homes) for chunk in (one, other))
    both = homes.assign(left=left, right=right).dropna(subset=["left", "right"])
    if not both["households"].sum():
        return 0.0
    common = both.pivot_table(
        index="left", columns="right", values="households", aggfunc="sum"
    ).fillna(0.0)
    rows, columns = linear_sum_assignment(common.to_numpy(), maximize=True)
    stayed = common.to_numpy()[rows, columns].sum()
    return float(1.0 - stayed / both["households"].sum())


def _common_homes(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the buildings, by unit where one of the divisions cuts them."""
    kept = ["atom_id", "building_id", "households"]
    homes = pd.concat([one[kept], other[kept]]).dropna(subset="building_id")
    homes = homes.drop_duplicates("atom_id")
    part = homes["atom_id"] != homes["building_id"]
    return homes[part | ~homes["building_id"].isin(homes.loc[part, "building_id"])]


def _grids_of(atoms: pd.DataFrame, homes: pd.DataFrame) -> pd.Series:
    grid = atoms.set_index("atom_id")["base_grid"]
    return homes["atom_id"].map(grid).fillna(homes["building_id"].map(grid))


def on_front(measures: pd.DataFrame) -> Flags:
    """Flag the rows that no other row dominates.

    Parameters
    ----------
    measures
        Columns of :data:`FRONT`; what is missing counts as equal.
    """
    signs = np.array([-1.0 if better else 1.0 for better in FRONT.values()])
    values = measures[list(FRONT)].astype(float).fillna(0.0).round(9).to_numpy() * signs
    no_worse = (values[:, None] <= values[None]).all(axis=2)
    better = (values[:, None] < values[None]).any(axis=2)
    return ~(no_worse & better).any(axis=0)


def _distinct(found: list[Choice]) -> list[Choice]:
    """Return the divisions, each once, in the order given."""
    kept: list[Choice] = []
    for one in found:
        if all(moved_share(one.chunk, other.chunk) > 0 for other in kept):
            kept.append(one)
    return kept


def _choose(found: list[Choice], front: Flags, number: int) -> tuple[int, ...]:
    """Return the first division and the best others that differ from those chosen."""

    def rank(at: int) -> tuple[bool, float, float, float]:
        measures = found[at].measures
        return (
            not front[at],
            -(measures["within_tolerance"] or 0.0),
            measures["compounds_divided"],
            measures["spread_m"] or 0.0,
        )

    chosen = [0]
    for at in sorted(range(1, len(found)), key=rank):
        if len(chosen) == number:
            break
        apart = [moved_share(found[at].chunk, found[one].chunk) for one in chosen]
        if min(apart) >= DIFFERENT:
            chosen.append(at)
    return tuple(chosen)
