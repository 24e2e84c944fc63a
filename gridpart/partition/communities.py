"""One community from atoms to base grids: exclusive sites, pieces, divisions."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridpart.fabric import Fabric
from gridpart.partition.attempts import Split
from gridpart.partition.graphs import AtomGraph, Ints, atom_graph, component_numbers
from gridpart.partition.needs import FEWEST, LEAST, NO_BALANCE, NO_WHOLE
from gridpart.partition.pieces import join_small_pieces, split_pieces
from gridpart.partition.reasons import EXACT, LARGE, SMALL, tell_given_up, tell_reasons
from gridpart.partition.sectors import divide_any
from gridpart.partition.wholes import whole_grids
from gridpart.rules import TARGET, Rules, Size


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """How one community is divided.

    Parameters
    ----------
    base
        n numbers of base grids from 0, -1 in exclusive grids; in the order of the
        fabric's atoms.
    site
        n exclusive sites (their ids), missing elsewhere.
    reasons
        For each base grid why it is off the band or the tolerance, or None.
    status
        ``optimal``, ``gap``, ``heuristic`` or ``empty``.
    gap
        How much cheaper the best division could be, as a share of the cost;
        missing where no bound was proven.
    objective, bound
        Spread plus boundary of the division, each scaled to its piece, and what no
        division as balanced costs less than, if that was proven.
    given_up
        What had to give way, as ``tolerance=0.18; compounds=A,B``, and what of
        that is proven, as ``proven=no_whole_plan,least_deviation``; or None.
    surplus
        How many grids were merged because there were no codes left.
    """

    base: Ints
    site: pd.Series
    reasons: tuple[str | None, ...]
    status: str
    gap: float
    objective: float
    bound: float
    given_up: str | None
    surplus: int = 0

    @property
    def reason(self) -> str | None:
        """The reasons of all grids, each once."""
        found = sorted({reason for reason in self.reasons if reason})
        return "; ".join(found) or None


def community_seed(code: str, seed: int) -> int:
    """Return a seed that depends on the community and the run's seed alone."""
    digest = hashlib.sha256(f"{seed}:{code}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def divide_community(
    fabric: Fabric, joined: pd.Series, rules: Rules, seed: int
) -> Division:
    """Divide one community into base grids.

    Parameters
    ----------
    fabric
        Atoms and borders of one community.
    joined
        The compound that stands for each compound; see :func:`stand_ins`.
    rules
        All rules.
    seed
        From :func:`community_seed`.
    """
    graph = atom_graph(fabric, joined)
    site = _enclosed_ground(graph, fabric.atoms["site_id"])
    nodes = np.flatnonzero(site.isna().to_numpy())
    if rules.levels.base != TARGET:
        return _one_each(graph, site, nodes, rules)
    base = np.full(len(graph), -1, dtype=np.int64)
    inside, small = join_small_pieces(graph.take(nodes), rules.size)
    walked = inside.components()
    grids: list[tuple[int, int, str]] = []
    splits = []
    for number, piece in enumerate(split_pieces(inside, rules.size)):
        split = divide_any(
            inside.take(piece.nodes), piece.parts, rules, seed + 104_729 * number
        )
        splits.append(split)
        base[nodes[piece.nodes]] = split.label + len(grids)
        why = piece.reason or "no_whole_plan"
        grids += [(number, int(walked[piece.nodes[0]]), why)] * piece.parts
    table = pd.DataFrame(grids, columns=["piece", "walked", "why"])
    table["households"] = np.bincount(
        base[nodes], weights=graph.households[nodes], minlength=len(grids)
    )
    table["joined"] = np.isin(table.index, base[nodes[small]])
    reasons = tell_reasons(table, rules.size)
    given_up = tell_given_up(
        graph, fabric.atoms["compound_id"], base, table, rules.size
    )
    total = int(graph.households[nodes].sum())
    status, gap = _status_of(splits) if total else ("empty", np.nan)
    objective = sum(split.cost for split in splits)
    bound = sum(min(split.bound, split.cost) for split in splits)
    proven = _proven(splits, reasons, rules.size)
    if given_up is not None and proven:
        given_up += f"; proven={proven}"
    return Division(base, site, reasons, status, gap, objective, bound, given_up)


def _one_each(graph: AtomGraph, site: pd.Series, nodes: Ints, rules: Rules) -> Division:
    """Make one base grid of each compound; nothing is searched, so nothing is proven.

    Pieces below the size of a small compound join others, as an exception.
    """
    least = rules.levels.small
    size = replace(rules.size, target=2 * least)
    inside, joined = join_small_pieces(graph.take(nodes), size)
    label, surplus = whole_grids(
        inside, rules.levels.base, least=least, most=rules.codes.exclusive_first - 1
    )
    base = np.full(len(graph), -1, dtype=np.int64)
    base[nodes] = label
    load = np.bincount(label, weights=inside.households)
    exceptions = np.isin(np.arange(len(load)), label[joined]) | (load < least)
    reasons = tuple(
        None if not odd else SMALL if people else "empty"
        for odd, people in zip(exceptions, load > 0, strict=True)
    )
    status = "heuristic" if load.sum() else "empty"
    unknown = np.nan
    return Division(
        base, site, reasons, status, unknown, unknown, unknown, None, surplus
    )


def _status_of(splits: list[Split]) -> tuple[str, float]:
    """Return the status of a community and its gap, over all pieces."""
    cost = sum(split.cost for split in splits)
    bound = sum(split.bound for split in splits)
    if np.isnan(bound):
        return "heuristic", np.nan
    if all(split.bound >= split.cost * (1 - EXACT) for split in splits):
        return "optimal", 0.0
    return "gap", (cost - bound) / cost


def _proven(splits: list[Split], reasons: tuple[str | None, ...], size: Size) -> str:
    """Return what is proven of all pieces that gave something up, as ``A,B``.

    Where none did, what is off the community's mean is so for its pieces.
    """
    most = size.tolerance + EXACT
    stretched = [split for split in splits if split.whole and split.deviation > most]
    divided = [split for split in splits if not split.whole]
    if not stretched and not divided:
        return ",".join(sorted({SMALL, LARGE} & set(reasons)))
    needed = {
        NO_BALANCE: [split for split in divided if split.excess > 0],
        NO_WHOLE: stretched + divided,
        LEAST: stretched,
        FEWEST: divided,
    }
    return ",".join(
        word
        for word, gave_up in needed.items()
        if gave_up and all(word in split.proven for split in gave_up)
    )


def stand_ins(compounds: pd.DataFrame) -> pd.Series:
    """Return the compound that stands for each compound joined to another.

    Parameters
    ----------
    compounds
        The city's compounds, with ``join`` naming a compound to stay with.

    Returns
    -------
    joined
        Index ``compound_id``, only compounds that are joined; chains and rings
        all stand for their first compound by id.
    """
    joins = compounds.dropna(subset=["join"])
    names = sorted(set(joins["compound_id"]) | set(joins["join"]))
    position = pd.Series(np.arange(len(names)), index=names, dtype=np.int64)
    edges = np.column_stack(
        [position.loc[joins[column]].to_numpy() for column in ("compound_id", "join")]
    )
    group = component_numbers(len(names), edges.reshape(-1, 2))
    first = pd.Series(names, dtype="str").groupby(group).min()
    return pd.Series(first.loc[group].to_numpy(), index=names, dtype="str")


def _enclosed_ground(graph: AtomGraph, site: pd.Series) -> pd.Series:
    """Give ground that only touches sites to the site with the longest border."""
    site = site.reset_index(drop=True)
    if site.isna().all():
        return site
    free = site.isna().to_numpy()
    links = graph.edges[graph.passable & free[graph.edges].all(axis=1)]
    piece = component_numbers(len(graph), links)
    lived_in = np.bincount(piece, weights=graph.households) > 0
    ends = graph.edges[graph.passable & (free[graph.edges].sum(axis=1) == 1)]
    length = graph.shared[graph.passable & (free[graph.edges].sum(axis=1) == 1)]
    first_free = free[ends[:, 0]]
    touch = pd.DataFrame(
        {
            "piece": piece[np.where(first_free, ends[:, 0], ends[:, 1])],
            "site": site.to_numpy()[np.where(first_free, ends[:, 1], ends[:, 0])],
            "length": length,
        }
    )
    total = touch.groupby(["piece", "site"], as_index=False)["length"].sum()
    total = total.sort_values(
        ["piece", "length", "site"], ascending=[True, False, True]
    )
    longest = total.drop_duplicates("piece").set_index("piece")["site"]
    enclosed = free & ~lived_in[piece]
    return site.where(~enclosed, pd.Series(piece).map(longest).astype("str"))
