"""People to posts at the least cost: the assignment problem, solved exactly.

The wishes come one after the other: as many posts filled as can be, then as few
people changed as can be, then even loads, then short ways. They are put into one
cost by factors so far apart that no sum of the lesser can outweigh the greater.

SciPy's solver of the rectangular assignment problem does the rest. It knows nothing
of grids, so it may give two like posts of one grid to one person who may hold
several; then the same wishes go to HiGHS as a flow of least cost, whose solution is
whole because its matrix is totally unimodular.

References
----------
Crouse, D. F. (2016), On implementing 2D rectangular assignment algorithms,
doi:10.1109/TAES.2016.140952 (what :func:`scipy.optimize.linear_sum_assignment` does).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Who lives farther away than this is as far as anybody.
FARTHEST_M = 1e5


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """What is asked of an assignment, by grid and person.

    Parameters
    ----------
    number
        Posts of each grid.
    capacity
        Posts that each person may hold.
    ways_m
        Metres from each person to each grid, grids x people.
    able
        Whether the person may have a post of the grid, grids x people.
    seat
        Whether the person has a post of the grid already, grids x people.
    former
        Whether the person has any such post already.
    load
        Other duties of each person: who has fewer gets more of these.
    last
        Grids whose posts are filled after all others.
    """

    number: Ints
    capacity: Ints
    ways_m: Floats
    able: Flags
    seat: Flags
    former: Flags
    load: Ints
    last: Flags


def match(wishes: Wishes) -> Ints:
    """Fill posts with people.

    Returns
    -------
    holder
        The person of each post, -1 for a vacancy; posts by grid. Each grid gets its
        first before any gets its second, and nobody two of one grid.
    """
    posts = int(wishes.number.sum())
    if not posts or not wishes.able.any():
        return np.full(posts, -1, dtype=np.int64)
    pair, even, vacancy = _costs(wishes)
    grid, turn = _listed(wishes.number)
    owner, again = _listed(np.minimum(wishes.capacity, posts))
    cost = pair[np.ix_(grid, owner)]
    cost += even * (turn[:, None] + (again + wishes.load[owner])[None, :])
    # Where everybody may have every post, only as many stay vacant as must.
    most = max(0, posts - len(owner)) if wishes.able.all() else posts
    vacant = np.repeat(vacancy[grid][:, None], most, axis=1)
    column = linear_sum_assignment(np.hstack([cost, vacant]))[1]
    holder = np.append(owner, np.full(most, -1))[column]
    held = np.column_stack([grid, holder])[holder >= 0]
    if len(np.unique(held, axis=0)) < len(held):
        return _flow(wishes, pair, even, vacancy)
    return holder


def _costs(wishes: Wishes) -> tuple[Floats, float, Floats]:
    """Return the cost of each pair, of one step of load, and of each vacancy.

    Where somebody moves one person changes; where a newcomer comes two do, the other
    being whoever is set free.
    """
    posts = int(wishes.number.sum())
    ways = np.minimum(wishes.ways_m, FARTHEST_M)
    most = min(int(wishes.capacity.max()), posts)
    steps = most + int(wishes.number.max()) + int(wishes.load.max())
    even = 1 + posts * float(ways.max())
    change = 1 + posts * steps * even
    gone = 1 + 2 * posts * change
    changes = np.where(wishes.seat, 0.0, np.where(wishes.former, 1.0, 2.0))
    pair = np.where(wishes.able, ways + change * changes, np.inf)
    return pair, even, np.where(wishes.last, 2 * gone, 3 * gone)


def _listed(times: Ints) -> tuple[Ints, Ints]:
    """Return each number as often as it is meant, and the how manieth time it is."""
    listed = np.repeat(np.arange(len(times)), times)
    first = np.repeat(np.cumsum(times) - times, times)
    return listed, np.arange(len(listed)) - first


def _flow(wishes: Wishes, pair: Floats, even: float, vacancy: Floats) -> Ints:
    """Solve the same as a flow from grids to people, each pair used at most once."""
    grids, people = pair.shape
    grid, turn = _listed(wishes.number)
    owner, again = _listed(np.minimum(wishes.capacity, len(grid)))
    one, other = np.nonzero(np.isfinite(pair))
    pairs = len(one)
    cost = np.concatenate(
        [
            pair[one, other],
            even * turn - vacancy[grid],
            even * (again + wishes.load[owner]),
        ]
    )
    # What comes out of a grid, and what goes into a person, is what is used there.
    rows = np.concatenate([one, grid, grids + other, grids + owner])
    ends = np.arange(pairs), pairs + np.arange(len(grid))
    last = pairs + len(grid) + np.arange(len(owner))
    columns = np.concatenate([*ends, ends[0], last])
    signs = np.repeat([1.0, -1.0, 1.0, -1.0], [pairs, len(grid), pairs, len(owner)])
    balance = coo_array((signs, (rows, columns)), (grids + people, len(cost)))
    solved = linprog(cost, A_eq=balance, b_eq=np.zeros(grids + people), bounds=(0, 1))
    chosen = np.flatnonzero(np.round(solved.x[:pairs]))
    holder = np.full(len(grid), -1, dtype=np.int64)
    taken = np.bincount(one[chosen], minlength=grids)
    order = np.lexsort([other[chosen], one[chosen]])
    start = np.cumsum(wishes.number) - wishes.number
    place = np.repeat(start, taken) + _listed(taken)[1]
    holder[place] = other[chosen][order]
    return holder
