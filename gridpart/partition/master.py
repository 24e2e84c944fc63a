"""The master problem of the proof: parts chosen so that every lump is in one.

Its linear relaxation gives prices to the lumps; over all parts that could still
matter, the integer programme gives the best division. Both are solved by HiGHS
on one thread (Huangfu and Hall, 2018, doi:10.1007/s12532-017-0130-5), with limits
that are counted, so that the answer does not depend on the machine.
"""

import highspy
import numpy as np

from gridpart.partition.graphs import Flags, Floats, Ints


def _solver() -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


class Master:
    """The linear relaxation over a growing pool of parts.

    Parameters
    ----------
    count
        Number of lumps.
    parts
        Number of parts to choose.
    penalty
        Cost of leaving a lump out, or of counting it twice; and of a missing part.
    """

    def __init__(self, count: int, parts: int, penalty: float) -> None:
        self._known: dict[bytes, float] = {}
        self._count = count
        self._solver = _solver()
        none = np.empty(0, dtype=np.int32)
        for _ in range(count):
            self._solver.addRow(1.0, 1.0, 0, none, np.empty(0))
        self._solver.addRow(float(parts), float(parts), 0, none, np.empty(0))
        for row in range(count + 1):
            for sign in (1.0, -1.0):
                at = np.array([row], dtype=np.int32)
                self._solver.addCol(penalty, 0.0, np.inf, 1, at, np.array([sign]))

    def add(self, sets: Flags, costs: Floats) -> int:
        """Add parts, and return how many of them are new."""
        fresh = 0
        for inside, cost in zip(sets, costs, strict=True):
            key = inside.tobytes()
            if key in self._known:
                continue
            self._known[key] = float(cost)
            rows = np.append(np.flatnonzero(inside), len(inside)).astype(np.int32)
            ones = np.ones(len(rows))
            self._solver.addCol(float(cost), 0.0, np.inf, len(rows), rows, ones)
            fresh += 1
        return fresh

    def solve(self) -> tuple[float, Floats, float]:
        """Return the cost of the relaxation, the prices, and the price of a part."""
        self._solver.run()
        duals = np.array(self._solver.getSolution().row_dual)
        cost = float(self._solver.getInfo().objective_function_value)
        return cost, duals[:-1], float(duals[-1])

    def pool(self) -> tuple[Flags, Floats]:
        """Return all parts added so far, and their costs."""
        flat = np.frombuffer(b"".join(self._known), dtype=np.bool_)
        return flat.reshape(-1, self._count), np.array(list(self._known.values()))


def choose_parts(
    sets: Flags, costs: Floats, parts: int, cutoff: float, nodes: int
) -> tuple[Ints, bool]:
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

    Returns
    -------
    chosen
        Rows, none if nothing cheaper than the cutoff was found.
    proven
        Whether nothing better can be chosen.
    """
    none = np.empty(0, dtype=np.int64)
    if not len(sets) or not sets.any(axis=0).all():
        return none, True
    solver = _solver()
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.setOptionValue("objective_bound", cutoff)
    columns = np.nonzero(sets.T)[1]
    count = sets.shape[1]
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = len(sets), count + 1
    problem.col_cost_ = costs
    problem.col_lower_, problem.col_upper_ = np.zeros(len(sets)), np.ones(len(sets))
    bounds = np.append(np.ones(count), float(parts))
    problem.row_lower_, problem.row_upper_ = bounds, bounds
    problem.integrality_ = [highspy.HighsVarType.kInteger] * len(sets)
    matrix = problem.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    sizes = np.append(sets.sum(axis=0), len(sets))
    matrix.start_ = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    matrix.index_ = np.concatenate([columns, np.arange(len(sets))]).astype(np.int32)
    matrix.value_ = np.ones(len(matrix.index_))
    solver.passModel(problem)
    solver.run()
    status = solver.getModelStatus()
    ended = status in (
        highspy.HighsModelStatus.kOptimal,
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
        highspy.HighsModelStatus.kObjectiveBound,
    )
    values = np.array(solver.getSolution().col_value)
    if not len(values) or status != highspy.HighsModelStatus.kOptimal:
        return none, ended
    chosen = np.flatnonzero(values > 0.5)
    valid = len(chosen) == parts and (sets[chosen].sum(axis=0) == 1).all()
    better = bool(valid and costs[chosen].sum() < cutoff)
    return (chosen if better else none), bool(valid)
