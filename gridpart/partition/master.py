"""The master problem of the proof: parts chosen so that every lump is in one.

Its linear relaxation gives prices to the lumps; over all parts that could still
matter, the integer programme gives the best division. Both are solved by HiGHS
on one thread (Huangfu and Hall, 2018, doi:10.1007/s12532-017-0130-5), with limits
that are counted, so that the answer does not depend on the machine.
"""

from typing import NamedTuple

import highspy
import numpy as np

from gridpart.partition.graphs import Flags, Floats, Ints


def solver() -> highspy.Highs:
    """Return a silent solver on one thread."""
    made = highspy.Highs()
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    return made


def empty_cover(count: int, parts: int, penalty: float) -> highspy.Highs:
    """Return a relaxation without parts: a row for each lump, one for the count.

    Its first ``2 * (count + 1)`` columns leave a lump out, or count it twice, at
    the penalty; the same for a part too few or too many.
    """
    made = solver()
    none = np.empty(0, dtype=np.int32)
    for _ in range(count):
        made.addRow(1.0, 1.0, 0, none, np.empty(0))
    made.addRow(float(parts), float(parts), 0, none, np.empty(0))
    for row in range(count + 1):
        for sign in (1.0, -1.0):
            at = np.array([row], dtype=np.int32)
            made.addCol(penalty, 0.0, np.inf, 1, at, np.array([sign]))
    return made


def add_columns(made: highspy.Highs, costs: Floats, member: Flags) -> None:
    """Add parts (n) to a relaxation, with a flag for each row that they count in."""
    start = np.append(0, np.cumsum(member.sum(axis=1))[:-1]).astype(np.int32)
    row = np.nonzero(member)[1].astype(np.int32)
    none, most = np.zeros(len(costs)), np.full(len(costs), np.inf)
    made.addCols(len(costs), costs, none, most, len(row), start, row, np.ones(len(row)))


def add_cuts(made: highspy.Highs, member: Flags, first: int) -> None:
    """Add rows: of the columns flagged, counted from ``first`` on, take one at most."""
    start = np.append(0, np.cumsum(member.sum(axis=1))[:-1]).astype(np.int32)
    column = (np.nonzero(member)[1] + first).astype(np.int32)
    least, most = np.full(len(member), -np.inf), np.ones(len(member))
    made.addRows(
        len(member), least, most, len(column), start, column, np.ones(len(column))
    )


class Prices(NamedTuple):
    """What the relaxation says: its cost, and what lumps, parts and triples cost.

    ``part`` is the price of a part, ``toll`` what one pays that holds two of a
    triple of lumps.
    """

    cost: float
    lump: Floats
    part: float
    toll: Floats


def holders(inside: Flags, triples: Ints) -> Flags:
    """Flag for each triple (row) the parts (n × parts, flags) that hold two of it."""
    first, second, third = (inside[triples[:, at]] for at in range(3))
    return (first & second) | (first & third) | (second & third)


class Master:
    """The linear relaxation over a growing pool of parts, and of cuts.

    Parameters
    ----------
    count
        Number of lumps.
    parts
        Number of parts to choose.
    penalty
        Cost of leaving a lump out, or of counting it twice; and of a missing part.

    Attributes
    ----------
    triples
        t × 3 lumps: at most one part may hold two of a triple.
    """

    def __init__(self, count: int, parts: int, penalty: float) -> None:
        self._known: dict[bytes, float] = {}
        self._count = count
        self._solver = empty_cover(count, parts, penalty)
        self.triples = np.empty((0, 3), dtype=np.int64)

    def __len__(self) -> int:
        """Count the parts."""
        return len(self._known)

    def add(self, sets: Flags, costs: Floats) -> int:
        """Add parts, and return how many of them are new."""
        fresh = []
        for row, inside in enumerate(sets):
            key = inside.tobytes()
            if key not in self._known:
                self._known[key] = float(costs[row])
                fresh.append(row)
        sets = sets[fresh]
        one = np.ones((len(sets), 1), dtype=np.bool_)
        member = np.hstack([sets, one, holders(sets.T, self.triples).T])
        add_columns(self._solver, costs[fresh], member)
        return len(fresh)

    def cut(self, triples: Ints) -> None:
        """Demand for each triple that at most one part holds two of it."""
        sets, _ = self.pool()
        add_cuts(self._solver, holders(sets.T, triples), 2 * (self._count + 1))
        self.triples = np.vstack([self.triples, triples])

    def solve(self) -> Prices:
        """Solve the relaxation."""
        self._solver.run()
        duals = np.array(self._solver.getSolution().row_dual)
        cost = float(self._solver.getInfo().objective_function_value)
        lump, part = duals[: self._count], float(duals[self._count])
        return Prices(cost, lump, part, np.maximum(-duals[self._count + 1 :], 0.0))

    def shares(self) -> Floats:
        """Return how much of each part of the pool the relaxation takes."""
        values = np.array(self._solver.getSolution().col_value)
        return values[2 * (self._count + 1) :]

    def pool(self) -> tuple[Flags, Floats]:
        """Return all parts added so far, and their costs."""
        flat = np.frombuffer(b"".join(self._known), dtype=np.bool_)
        return flat.reshape(-1, self._count), np.array(list(self._known.values()))


def choose_parts(
    sets: Flags,
    costs: Floats,
    parts: int,
    cutoff: float,
    nodes: int,
    cuts: Flags | None = None,
) -> tuple[Ints, float, int]:
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
    nodes
        Nodes of the search tree, after which it ends.
    cuts
        One row of flags for each group of parts of which at most one is chosen.

    Returns
    -------
    chosen
        Rows, none if nothing cheaper than the cutoff was found.
    bound
        No choice costs less than this, or else than the cutoff.
    pivots
        Simplex iterations spent.
    """
    none = np.empty(0, dtype=np.int64)
    if not len(sets) or not sets.any(axis=0).all():
        return none, cutoff, 0
    chooser = solver()
    chooser.setOptionValue("presolve", "off")  # its cliques take longer than the rest
    chooser.setOptionValue("mip_max_nodes", nodes)
    chooser.setOptionValue("mip_rel_gap", 0.0)
    chooser.setOptionValue("mip_abs_gap", 1e-9)
    chooser.setOptionValue("objective_bound", cutoff)
    chooser.passModel(_programme(sets, costs, parts, cuts))
    chooser.run()
    status = chooser.getModelStatus()
    pivots = max(0, int(chooser.getInfo().simplex_iteration_count))
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
        highspy.HighsModelStatus.kObjectiveBound,
    ):
        return none, cutoff, pivots
    bound = min(cutoff, float(chooser.getInfo().mip_dual_bound))
    values = np.array(chooser.getSolution().col_value)
    chosen = np.flatnonzero(values > 0.5) if len(values) == len(sets) else none
    valid = len(chosen) == parts and (sets[chosen].sum(axis=0) == 1).all()
    if not valid or costs[chosen].sum() >= cutoff:
        return none, bound, pivots
    return chosen, min(bound, float(costs[chosen].sum())), pivots


def _programme(
    sets: Flags, costs: Floats, parts: int, cuts: Flags | None
) -> highspy.HighsLp:
    rows = np.vstack([sets.T, np.ones((1, len(sets)), dtype=np.bool_)])
    lower = np.append(np.ones(sets.shape[1]), float(parts))
    upper = lower
    if cuts is not None and len(cuts):
        rows = np.vstack([rows, cuts])
        lower = np.append(lower, np.full(len(cuts), -np.inf))
        upper = np.append(upper, np.ones(len(cuts)))
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = len(sets), len(rows)
    problem.col_cost_ = costs
    problem.col_lower_, problem.col_upper_ = np.zeros(len(sets)), np.ones(len(sets))
    problem.row_lower_, problem.row_upper_ = lower, upper
    problem.integrality_ = [highspy.HighsVarType.kInteger] * len(sets)
    matrix = problem.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    filled = np.append(0, np.cumsum(rows.sum(axis=1)))
    matrix.start_ = filled.astype(np.int32)
    matrix.index_ = np.nonzero(rows)[1].astype(np.int32)
    matrix.value_ = np.ones(filled[-1])
    return problem
