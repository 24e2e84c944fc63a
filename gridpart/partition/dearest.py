"""The dearest connected set at given prices, by integer programme.

Where a part costs nothing but its prices, too many sets are nearly as dear as the
dearest to list them. A programme chooses lumps within the weight limits instead.
What it chooses is connected by cuts that hold for any prices: a set that is too light
for a part goes on to one of its neighbours, if a lump of it is chosen (Carvajal and
others, 2013, Operations Research 61:824-836).
"""

import highspy
import numpy as np

from gridpart.partition.gains import Net
from gridpart.partition.graphs import Flags, Floats, Ints, component_numbers
from gridpart.partition.master import solver

SLIP = 1e-6  # of a household, which rounding may cost
NODES = 5_000  # of one programme, after which the search ends
NONE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kObjectiveBound,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


class Dearest:
    """The programme, which keeps its cuts while prices change.

    Parameters
    ----------
    net
        The lumps, with the weight limits of a part.
    """

    def __init__(self, net: Net) -> None:
        self._net = net
        self._count = len(net.weight)
        self._head = np.repeat(np.arange(self._count), np.diff(net.start))
        self._all = np.arange(self._count, dtype=np.int32)
        self._solver = solver()
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("mip_max_nodes", NODES)
        for _ in range(self._count):
            self._solver.addVar(0.0, 1.0)
        kinds = np.full(self._count, highspy.HighsVarType.kInteger)
        self._solver.changeColsIntegrality(self._count, self._all, kinds)
        low, high = np.ceil(net.low - SLIP), np.floor(net.high + SLIP)
        self._solver.addRow(low, high, self._count, self._all, net.weight)
        for lump in range(self._count):
            self._leave_balls(lump)

    def find(self, price: Floats, need: float, pivots: int) -> tuple[Flags, float, int]:
        """Find a connected set within the limits whose prices exceed ``need``.

        Returns
        -------
        inside
            n flags: the dearest set; none if there is no such set, or if the pivots
            do not suffice.
        most
            No set is dearer, or than ``need``.
        used
            Simplex iterations.
        """
        none = np.empty(0, dtype=np.bool_)
        self._solver.changeColsCost(self._count, self._all, -price)
        self._solver.setOptionValue("objective_bound", -need)
        used = 0
        while used < pivots:
            self._solver.run()
            info = self._solver.getInfo()
            used += max(1, int(info.simplex_iteration_count))
            status = self._solver.getModelStatus()
            if status in NONE or -info.mip_dual_bound <= need:
                return none, need, used
            if status != highspy.HighsModelStatus.kOptimal:
                break
            inside = np.array(self._solver.getSolution().col_value) > 0.5
            places = self._places(inside)
            if len(places) == 1:
                return inside, -float(info.mip_dual_bound), used
            for place in places:
                if not len(self._leave(place, place)):
                    self._join(place, np.setdiff1d(np.flatnonzero(inside), place))
        return none, np.inf, used

    def _places(self, inside: Flags) -> list[Ints]:
        """Return the connected places of a set, each as its lumps."""
        own = np.flatnonzero(inside)
        position = np.full(self._count, -1, dtype=np.int64)
        position[own] = np.arange(len(own))
        ends = np.column_stack([position[self._head], position[self._net.link]])
        place = component_numbers(len(own), ends[(ends >= 0).all(axis=1)])
        return [own[place == number] for number in range(place.max() + 1)]

    def _leave_balls(self, lump: int) -> None:
        """Demand that a part goes on from each ball around a lump that is too light."""
        ball = np.array([lump])
        while len(around := self._leave(ball, np.array([lump]))):
            ball = np.append(ball, around)

    def _leave(self, place: Ints, lumps: Ints) -> Ints:
        """Demand that a part with one of these lumps leaves the place, over its rim.

        None is returned where the place is enough for a part.
        """
        if self._net.weight[place].sum() >= self._net.low:
            return np.empty(0, dtype=np.int64)
        rim = self._rim(place)
        signs = np.append(1.0, np.full(len(rim), -1.0))
        for lump in lumps:
            columns = np.append(lump, rim).astype(np.int32)
            self._solver.addRow(-np.inf, 0.0, len(columns), columns, signs)
        return rim

    def _join(self, place: Ints, others: Ints) -> None:
        """Demand that a part with a lump of the place and another has of its rim."""
        rim = self._rim(place)
        signs = np.append([1.0, 1.0], np.full(len(rim), -1.0))
        for other in others:
            columns = np.append([place[0], other], rim).astype(np.int32)
            self._solver.addRow(-np.inf, 1.0, len(columns), columns, signs)

    def _rim(self, place: Ints) -> Ints:
        """Return the neighbours of a place."""
        inside = np.isin(self._all, place)
        rim = np.unique(self._net.link[inside[self._head]])
        return rim[~inside[rim]]
