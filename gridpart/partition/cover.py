"""The cheapest choice among many listed parts, with subset-row cuts.

The linear relaxation of choosing parts is weak: three lumps of which any two make
a good part may lie in three halves of parts. At most one part can hold two of
three given lumps; stating this for the triples where it is broken lifts the
relaxation (Jepsen and others, 2008, doi:10.1287/opre.1070.0449). The parts are
all listed, so prices are checked by looking at every one, and a part too dear for
a better division drops out; few are left for the integer programme.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from gridpart.partition.graphs import Flags, Floats, Ints
from gridpart.partition.master import (
    add_columns,
    add_cuts,
    choose_parts,
    empty_cover,
    holders,
)

PENALTY = 10.0  # at least, of a lump left out; costs are about one
FIRST = 400  # parts in the relaxation from the start
MORE = 300  # parts added in one round
CUTS = 200  # added in one round: many, as few of them alone may lift nothing
LEAST = 0.02  # by how much a triple must be broken
ENOUGH = 1_500  # parts that the integer programme takes at once
MANY = 15_000  # parts that it takes if nothing else helps,
EACH = 200  # with as many steps left for each
FEW = 10  # nodes that it may look at in any case
ROUNDS = 60
SLOW = 0.002  # of the distance still to go, in one round of cuts
PIVOT, LOOK = 120, 40  # steps of one pivot; parts looked at in one step


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What came out of choosing among parts.

    Parameters
    ----------
    chosen
        Rows of the parts, none if nothing below the cutoff was found.
    bound
        No choice costs less, up to the cutoff.
    steps
        Effort spent.
    """

    chosen: Ints
    bound: float
    steps: int


class _Relaxation:
    """Choosing shares of parts, over some of the parts listed and some cuts."""

    def __init__(self, sets: Flags, costs: Floats, parts: int, penalty: float) -> None:
        self.costs = costs
        self.member = np.ascontiguousarray(sets.T)
        self._rows = csr_array(sets, dtype=np.float64)
        self.broken = np.empty((0, len(sets)), dtype=np.bool_)
        self.tight = np.empty(0, dtype=np.int64)
        self.used = np.zeros(len(sets), dtype=bool)
        self.columns: list[int] = []
        self.steps = 0
        self._artificial = 2 * (len(self.member) + 1)
        self._solver = empty_cover(len(self.member), parts, penalty)

    def cheapest(self, price: Floats) -> Ints:
        """Return the parts listed, those cheapest at these prices first."""
        return np.argsort(self.costs - self._rows @ price, kind="stable")

    def add_parts(self, rows: Ints) -> None:
        """Take in more of the parts listed."""
        one = np.ones((len(rows), 1), dtype=np.bool_)
        member = np.hstack([self.member[:, rows].T, one, self.broken[:, rows].T])
        add_columns(self._solver, self.costs[rows], member)
        self.used[rows] = True
        self.columns += rows.tolist()

    def add_cuts(self, triples: Ints) -> None:
        """Demand for each triple that at most one part holds two of it."""
        fresh = holders(self.member, triples)
        add_cuts(self._solver, fresh[:, self.columns], self._artificial)
        self.broken = np.vstack([self.broken, fresh])

    def solve(self) -> tuple[float, Floats, Floats]:
        """Price parts in until none is cheap; value, reduced costs, shares."""
        while True:
            self._solver.run()
            info = self._solver.getInfo()
            solution = self._solver.getSolution()
            price = np.array(solution.row_dual)
            self.steps += PIVOT * int(info.simplex_iteration_count)
            self.steps += len(self.costs) * (20 + len(self.broken)) // LOOK
            count = len(self.member)
            reduced = self.costs - self._rows @ price[:count] - price[count]
            for paid, broken in zip(price[count + 1 :], self.broken, strict=True):
                if paid:
                    reduced[broken] -= paid
            cheap = np.flatnonzero((reduced < -1e-9) & ~self.used)
            if not len(cheap):
                value = float(info.objective_function_value)
                self.tight = np.flatnonzero(price[count + 1 :] < -1e-7)
                shares = np.array(solution.col_value)[self._artificial :]
                return value, reduced, shares
            order = np.argsort(reduced[cheap], kind="stable")[:MORE]
            self.add_parts(cheap[order])

    def drop(self, kept: Ints) -> None:
        """Forget parts not in the relaxation; ``kept`` must hold all that are."""
        place = np.full(len(self.costs), -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        self.columns = place[self.columns].tolist()
        self.costs = self.costs[kept]
        self.member = np.ascontiguousarray(self.member[:, kept])
        self._rows = self._rows[kept]
        self.broken = self.broken[:, kept]
        self.used = self.used[kept]


def broken_triples(sets: Flags, shares: Floats) -> Ints:
    """Return triples of lumps that more than one part in all holds two of."""
    inside = sets.astype(np.float64)
    pair = (inside.T * shares) @ inside
    np.fill_diagonal(pair, 0.0)
    count = len(pair)
    first, second = np.nonzero(np.triu(pair > 1e-6, 1))
    third = np.arange(count)
    both = pair[first, second][:, None] + pair[first] + pair[second]
    usable = (both > 1 + LEAST) & (third[None, :] != first[:, None])
    usable &= third[None, :] != second[:, None]
    at, k = np.nonzero(usable)
    triples = np.unique(np.sort(np.column_stack([first[at], second[at], k])), axis=0)
    if not len(triples):
        return triples
    i, j, k = triples.T
    all_three = np.zeros(len(triples))
    for part, share in zip(sets, shares, strict=True):
        all_three += share * (part[i] & part[j] & part[k])
    over = pair[i, j] + pair[i, k] + pair[j, k] - 2 * all_three - 1
    order = np.argsort(-over, kind="stable")[:CUTS]
    return triples[order[over[order] > LEAST]]


def choose_cheapest(
    sets: Flags,
    costs: Floats,
    parts: int,
    cutoff: float,
    price: Floats,
    steps: int,
    nodes: int,
    triples: Ints,
) -> Choice:
    """Choose the cheapest parts that hold every lump once.

    Parameters
    ----------
    sets
        One row of flags for each part to choose from.
    costs
        Cost of each part.
    parts
        How many to choose.
    cutoff
        Only a choice that costs less is of interest.
    price
        n prices of the lumps: the parts cheapest at these are looked at first.
    steps
        Effort.
    nodes
        Nodes of the integer programme's search tree, after which it ends.
    triples
        Cuts to begin with.
    """
    if not len(sets) or not sets.any(axis=0).all():
        return Choice(np.empty(0, dtype=np.int64), cutoff, 0)
    alive = np.arange(len(sets))
    linear = _Relaxation(sets, costs, parts, max(PENALTY, 10 * cutoff))
    linear.add_parts(linear.cheapest(price)[:FIRST])
    linear.add_cuts(triples)
    bound = 0.0
    many = min(MANY, max(ENOUGH, steps // EACH))
    for _ in range(ROUNDS):
        value, dear, shares = linear.solve()
        risen = value - bound
        bound = max(bound, value)
        if bound >= cutoff:
            return Choice(np.empty(0, dtype=np.int64), cutoff, linear.steps)
        near = (dear < cutoff - value + 1e-9) | linear.used
        hopeful = int(np.count_nonzero(dear < cutoff - value + 1e-9))
        if np.count_nonzero(near) < 0.8 * len(near):
            alive = alive[near]
            dear = dear[near]
            linear.drop(np.flatnonzero(near))
        taken = np.flatnonzero(shares > 1e-9)
        support = np.array(linear.columns)[taken]
        triples = broken_triples(linear.member[:, support].T, shares[taken])
        slow = risen < SLOW * (cutoff - value)
        if not len(triples) or linear.steps > steps or hopeful <= ENOUGH:
            break
        if slow and hopeful <= many:
            break
        linear.add_cuts(triples)
    kept = np.flatnonzero(dear < cutoff - bound + 1e-9)
    complete = len(kept) <= many
    if not complete:
        kept = kept[np.argsort(dear[kept], kind="stable")[:ENOUGH]]
    rows = alive[kept]
    cuts = linear.broken[linear.tight][:, kept]
    nodes = max(FEW, min(nodes, steps // EACH * LOOK // max(1, len(rows))))
    chosen, least, pivots = choose_parts(
        sets[rows], costs[rows], parts, cutoff, nodes, cuts
    )
    linear.steps += PIVOT * pivots
    if complete:
        bound = max(bound, least)
    best = float(costs[rows[chosen]].sum()) if len(chosen) else cutoff
    return Choice(rows[chosen], min(bound, best), linear.steps)
