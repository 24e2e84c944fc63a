"""A bound from prices: columns and cuts generated as long as they raise it.

For any prices of the lumps, the prices plus the cheapest parts at these prices (one
for each centre) are a lower bound (Lagrange). Column generation finds prices that
make it high. The relaxation is then lifted by cuts on triples of lumps, which parts
pay for while they are priced (Jepsen and others, 2008, doi:10.1287/opre.1070.0449).
"""

from dataclasses import dataclass, field

import numpy as np

from gridpart.partition.cover import broken_triples
from gridpart.partition.dearest import Dearest
from gridpart.partition.gains import Net, cuts_of
from gridpart.partition.graphs import Floats, Ints
from gridpart.partition.master import Master, Prices
from gridpart.partition.pricing import EACH, list_around

ROUNDS = 200
EASY = 20  # share of the steps that the centres may take in one round
INERTIA = 0.7  # share of the best prices so far in those tried next
LOOSE, NEAR, TIGHT = 0.02, 0.1, 1e-4  # shares of the cost; of the gap; of the cost
SPARE = 4  # share of the steps kept for listing parts, if the gap is not
FAR = 0.05  # or more
SLOW = 0.03  # of the gap: two rounds of cuts that raise the bound by less are the last
SURE = 0.01  # of the relaxation, by which a bound must exceed nothing
SLACK = 1e-7  # of the cost: what sums of floats may be off


@dataclass(slots=True, eq=False)
class Run:
    """Where a proof stands; the prices go with the best bound.

    With ``once`` a set is found at its first lump only, not at its centre.
    """

    net: Net
    parts: int
    label: Ints
    cost: float
    steps: int
    once: bool = False
    bound: float = 0.0
    price: Floats = field(init=False)
    least: Floats = field(init=False)
    triples: Ints = field(init=False)
    toll: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Take all prices to be nothing, which bounds nothing."""
        self.price = np.zeros(len(self.net.weight))
        self.least = np.zeros(len(self.net.weight))
        self.triples = np.empty((0, 3), dtype=np.int64)
        self.toll = np.empty(0)

    @property
    def is_proven(self) -> bool:
        """Whether the bound reaches the cost, or says that nothing is possible."""
        return self.bound > (SLACK if self.once else self.cost * (1 - SLACK))


def _price_all(run: Run, prices: Prices, each: int, master: Master) -> int:
    """Find parts cheaper than their price around every centre; count the new ones."""
    price, toll = prices.lump, prices.toll
    count = len(price)
    sets = np.empty((EACH * count, count), dtype=np.bool_)
    costs, centre = np.empty(len(sets)), np.empty(len(sets), dtype=np.int64)
    least = np.empty(count)
    found, used = list_around(
        run.net,
        price,
        cuts_of(count, master.triples[toll > 0], toll[toll > 0]),
        run.once,
        prices.part,
        each,
        run.steps,
        sets,
        costs,
        centre,
        least,
    )
    run.steps -= used
    sets, costs, centre = sets[:found], costs[:found], centre[:found]
    around = sets @ run.net.spread.T
    own = np.where(sets, around, np.inf).min(axis=1)
    fresh = master.add(sets, costs - around[np.arange(found), centre] + own)
    bound = price.sum() - toll.sum() + np.sort(least)[: run.parts].sum()
    if bound > run.bound:
        run.bound, run.price, run.least = float(bound), price, least
        run.triples, run.toll = master.triples, toll
    return fresh


def converge(run: Run, master: Master, spare: int = 0) -> Prices | None:
    """Generate columns until the bound is near the relaxation.

    None if no more than ``spare`` steps are left before. How near it comes depends
    on how far the relaxation is from the cost: parts that are hardly cheap are many,
    and take long to be found. Prices between those of the best bound and those of
    the relaxation keep it from swinging (Wentges, 1997,
    doi:10.1111/j.1475-3995.1997.tb00001.x). A centre that takes too long is cut
    short, until nothing else is left to do.
    """
    each = max(1000, run.steps // EASY // len(run.price))
    centre, tolls = run.price, np.zeros(len(master.triples))
    tolls[: len(run.toll)] = run.toll
    for turn in range(ROUNDS):
        found = master.solve()
        loose = _looseness(run, found.cost)
        if run.bound >= found.cost - loose - SLACK or run.is_proven:
            return found
        if run.steps <= spare:
            return None
        ease = (loose if run.once else loose / 2) / run.parts
        known, fresh = run.bound, 0
        if turn or len(tolls):
            price = INERTIA * centre + (1 - INERTIA) * found.lump
            toll = INERTIA * tolls + (1 - INERTIA) * found.toll
            part = (found.cost - float(price.sum() - toll.sum())) / run.parts
            mixed = Prices(found.cost, price, part - ease, toll)
            fresh = _price_all(run, mixed, each, master)
        if not fresh:
            own = found._replace(part=found.part - ease)
            fresh = _price_all(run, own, each, master)
        if run.bound > known:
            centre, tolls = run.price, run.toll
        if not fresh:
            each *= 8
    return None


def _looseness(run: Run, relaxation: float) -> float:
    """Return how far the bound may stay below the relaxation."""
    if run.once:
        return relaxation * 0.9  # any bound above nothing is a proof
    tight = max(TIGHT * run.cost, NEAR * (run.cost - relaxation))
    return min(tight, LOOSE * run.cost)


def raise_bound(run: Run, master: Master, found: Prices | None) -> None:
    """Add cuts to a relaxation that converged, as long as they raise it."""
    spare = run.steps // SPARE
    slow = 0
    while found and not run.is_proven and slow < 2 and _cut(master):
        before = found.cost
        near = run.bound > (1 - FAR) * run.cost
        found = converge(run, master, spare if near else 0)
        if found:
            gained = found.cost - before
            slow = slow + 1 if gained < SLOW * (run.cost - before) else 0


def raise_exactly(run: Run, master: Master, pivots: int) -> None:
    """Raise the bound above nothing by the dearest parts, one after another.

    For parts that cost nothing, where listing them came to no end. Prices between
    those tried last and those of the relaxation keep them from swinging.
    """
    dearest = Dearest(run.net)
    centre = None
    while pivots > 0 and not run.is_proven:
        found = master.solve()
        if found.cost <= SLACK:
            return
        price = found.lump if centre is None else (centre + found.lump) / 2
        need = float(price.sum() - SURE * found.cost) / run.parts
        inside, most, used = dearest.find(price, need, pivots)
        pivots -= used
        run.bound = max(run.bound, float(price.sum() - run.parts * most))
        if not len(inside):
            return
        fresh = master.add(inside[None], np.zeros(1))
        centre = price if fresh else None


def _cut(master: Master) -> bool:
    """Add the cuts that the relaxation breaks; say whether there are any."""
    sets, _ = master.pool()
    shares = master.shares()
    taken = np.flatnonzero(shares > 1e-9)
    triples = broken_triples(sets[taken], shares[taken])
    if len(triples):
        master.cut(triples)
    return len(triples) > 0
