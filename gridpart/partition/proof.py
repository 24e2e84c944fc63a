"""How good a division is: a proven bound on the best one, or a proof of none.

A division of cost ``ub`` is compared with what any division must cost. For any
prices of the lumps, the prices plus the ``parts`` cheapest parts at these prices
(one for each centre) are a lower bound (Lagrange). Column generation finds prices
that make it high; then all parts that could be in a better division are listed,
and an integer programme chooses among them: either a better division comes out,
or there is none.

Every effort is counted in steps, never in seconds, so that the same input gives
the same plan on any machine.
"""

from dataclasses import dataclass

import numpy as np

from gridpart.partition.bounds import (
    SLACK,
    Run,
    converge,
    raise_bound,
    raise_exactly,
)
from gridpart.partition.cover import choose_cheapest
from gridpart.partition.gains import Net, cuts_of
from gridpart.partition.graphs import Flags, Floats, Ints
from gridpart.partition.master import Master
from gridpart.partition.pricing import list_cheap
from gridpart.partition.problem import Problem
from gridpart.partition.state import Limits

STEPS_PER_SECOND = 1_500_000
MOST_SETS = 300_000
HEURISTIC_SETS = 1_500
NODES = 300
DEAR_PIVOT = 250  # steps that a pivot counts where parts are found by programmes
FEW_PIVOTS = 2_000  # of these, below which they prove next to nothing
NOTHING = 1e-3  # below it, a division where parts cost nothing leaves no lump out


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What is known about the best division.

    Parameters
    ----------
    status
        ``optimal``, ``gap``, or ``infeasible``: no division is within the limits.
    bound
        No division costs less.
    cost
        Of the division.
    label
        n part numbers.
    """

    status: str
    bound: float
    cost: float
    label: Ints

    @property
    def gap(self) -> float:
        """How much cheaper the best division could be, as a share of the cost."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0 else 0.0


def net_of(problem: Problem, limits: Limits) -> Net:
    """Return the problem as the kernels see it."""
    count = len(problem.weight)
    head = np.repeat(np.arange(count), np.diff(problem.edge_start))
    place = {
        (int(a), int(b)): at
        for at, (a, b) in enumerate(zip(head, problem.edge_end, strict=True))
    }
    back = np.array(
        [place[int(b), int(a)] for a, b in zip(head, problem.edge_end, strict=True)],
        dtype=np.int64,
    )
    return Net(
        problem.weight.astype(np.float64),
        problem.spread,
        problem.start,
        problem.link,
        problem.edge_start,
        problem.edge_end,
        problem.edge_cost / 2,
        back,
        limits.low,
        limits.high,
    )


def parts_of(net: Net, label: Ints, parts: int) -> tuple[Flags, Floats]:
    """Return the parts of a division and what each costs."""
    sets = label[None, :] == np.arange(parts)[:, None]
    costs = np.empty(parts)
    head = np.repeat(np.arange(len(label)), np.diff(net.edge_start))
    for part, inside in enumerate(sets):
        cut = inside[head] & ~inside[net.edge_end]
        members = np.flatnonzero(inside)
        spread = net.spread[np.ix_(members, members)].sum(axis=1).min()
        costs[part] = spread + net.edge_half[cut].sum()
    return sets, costs


def cost_of(problem: Problem, limits: Limits, label: Ints) -> float:
    """Return spread plus boundary of a division."""
    return float(parts_of(net_of(problem, limits), label, limits.parts)[1].sum())


def _improve(run: Run, master: Master) -> None:
    """Look for a better division among the parts known, the cheapest first."""
    sets, costs = master.pool()
    reduced = costs - sets @ run.price  # without tolls, which are few
    order = np.argsort(reduced, kind="stable")[:HEURISTIC_SETS]
    kept = order[reduced[order] < run.cost - run.bound + run.least.min()]
    _choose(run, sets[kept], costs[kept], run.cost)


def _choose(run: Run, sets: Flags, costs: Floats, cutoff: float) -> float:
    """Take over the best division among these parts; return a bound, up to cutoff."""
    choice = choose_cheapest(
        sets,
        costs,
        run.parts,
        cutoff * (1 - SLACK),
        run.price,
        run.steps,
        NODES,
        run.triples,
    )
    run.steps -= choice.steps
    if len(choice.chosen):
        run.label = sets[choice.chosen].argmax(axis=0)
        run.cost = float(costs[choice.chosen].sum())
    return min(choice.bound / (1 - SLACK), cutoff)


def _list_below(run: Run, cutoff: float) -> tuple[Flags, Floats, bool]:
    """List the parts of divisions that cost less, and whether all are there."""
    count = len(run.price)
    sets = np.empty((MOST_SETS, count), dtype=np.bool_)
    costs = np.empty(MOST_SETS)
    barred = np.zeros(count, dtype=np.bool_)
    found = 0
    most = run.steps // 2
    base = run.price.sum() - run.toll.sum()
    cuts = cuts_of(count, run.triples, run.toll)
    order = np.argsort(run.least, kind="stable")
    best = run.least[order[: run.parts]].sum()
    last = run.least[order[run.parts - 1]]
    for root in range(count):
        others = best - min(run.least[root], last)
        ceiling = cutoff * (1 + SLACK) - base - others
        found, _, used, ended = list_cheap(
            run.net,
            run.price,
            cuts,
            root,
            barred,
            ceiling,
            False,
            not run.once,
            sets,
            costs,
            found,
            most,
        )
        barred[root] = run.once
        run.steps -= used + count
        if not ended or run.steps <= 0:
            return sets[:found], costs[:found], False
    return sets[:found], costs[:found], True


def _close(run: Run) -> None:
    """Raise the bound to the cost, or as far as the parts can be listed."""
    base, settled, most = run.bound, 0.0, 2.0
    while run.bound < run.cost * (1 - SLACK) and most > 0.1 and run.steps > 0:
        share = min(1.0, (settled + most) / 2)
        if share - settled < 0.1:
            return
        cutoff = base + share * (run.cost - base)
        sets, costs, complete = _list_below(run, cutoff)
        if not complete:
            most = share
            continue
        bound = _choose(run, sets, costs, cutoff)
        run.bound = max(run.bound, min(bound, run.cost))
        if bound < min(cutoff, run.cost):
            return
        settled = share


def prove(
    problem: Problem, limits: Limits, label: Ints, cost: float, *, steps: int
) -> Proof:
    """Prove how good a division is, or improve it.

    Parameters
    ----------
    problem
        The lumps.
    limits
        Number of parts and what each may weigh; the division keeps them.
    label
        n part numbers: a division to begin with, or none.
    cost
        What is to be beaten: the cost of the division, or of a better one of
        another problem. The division returned is none then if nothing beats it.
    steps
        Effort: lumps taken or left while parts are listed.
    """
    net = net_of(problem, limits)
    count = len(problem.weight)
    run = Run(net, limits.parts, label, cost, steps)
    master = Master(count, limits.parts, 10.0 * cost)
    if len(label):
        sets, costs = parts_of(net, label, limits.parts)
        master.add(sets, costs)
        if costs.sum() > cost * (1 + SLACK):
            run.label = np.empty(0, dtype=np.int64)
    found = converge(run, master)
    for _ in range(2):
        if not run.is_proven and len(master):
            _improve(run, master)
        raise_bound(run, master, found)
        found = None
    if not run.is_proven:
        _close(run)
    optimal = run.bound >= run.cost * (1 - 2 * SLACK)
    bound = run.cost if optimal else run.bound
    return Proof("optimal" if optimal else "gap", bound, run.cost, run.label)


def find_any(problem: Problem, limits: Limits, *, steps: int) -> tuple[bool, Ints]:
    """Prove that no division keeps the limits, or find one.

    Parameters
    ----------
    problem
        The lumps.
    limits
        Number of parts and what each may weigh.
    steps
        Effort, as for :func:`prove`.

    Returns
    -------
    impossible
        Whether it is proven that there is no division.
    label
        n part numbers of a division, or none if none was found.
    """
    count = len(problem.weight)
    net = net_of(problem, limits)
    net = net._replace(
        spread=np.zeros_like(net.spread), edge_half=np.zeros_like(net.edge_half)
    )
    none = np.empty(0, dtype=np.int64)
    run = Run(net, limits.parts, none, 1.0, steps, once=True)
    master = Master(count, limits.parts, 1.0)
    found = converge(run, master)
    raise_bound(run, master, found)
    pivots = steps // DEAR_PIVOT
    if found is None and not run.is_proven and pivots >= FEW_PIVOTS:
        raise_exactly(run, master, pivots)
    if run.is_proven:
        return True, none
    sets, costs = master.pool()
    if len(sets) <= HEURISTIC_SETS:
        _choose(run, sets, costs, 1.0)
    if len(run.label):
        return False, run.label
    run.forget()
    sets, costs, complete = _list_below(run, 1.0)
    impossible = complete and _choose(run, sets, costs, NOTHING) >= NOTHING
    return impossible, run.label
