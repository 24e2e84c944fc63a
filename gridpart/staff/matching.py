"""People to posts at the least cost: the assignment problem, solved exactly.

The wishes come one after the other: as many posts filled as can be, then as few
people changed as can be, then even loads, then short ways. They are put into one
cost by factors so far apart that no sum of the lesser can outweigh the greater.
SciPy's solver of the rectangular assignment problem does the rest.

References
----------
Crouse, D. F. (2016), On implementing 2D rectangular assignment algorithms,
doi:10.1109/TAES.2016.140952 (what :func:`scipy.optimize.linear_sum_assignment` does).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FARTHEST_M = 1e5
EVEN = 1e6  # an uneven load is worse than any way
CHANGE = 1e9  # a change of people is worse than any uneven load
LATER = 1e12  # a post of a later rank is filled after all of an earlier one


def match(
    ways_m: Floats,
    capacity: Ints,
    *,
    seats: Flags,
    former: Flags,
    rank: Ints,
    turn: Ints,
) -> Ints:
    """Fill posts with people.

    Parameters
    ----------
    ways_m
        Metres from each person to each post, posts x people.
    capacity
        Posts that each person may hold.
    seats
        Whether the person has the post already, posts x people.
    former
        Whether the person has any such post already.
    rank
        Posts of rank 0 are filled before those of rank 1.
    turn
        The how manieth post of its kind in its grid this is, from 0: each grid gets
        its first before any gets its second.

    Returns
    -------
    holder
        The person of each post, -1 for a vacancy.
    """
    posts, people = ways_m.shape
    holder = np.full(posts, -1, dtype=np.int64)
    if not posts or not people:
        return holder
    cost = _ways_and_changes(ways_m, seats, former)
    cost += (EVEN * turn + LATER * rank)[:, None]
    owner, again = _copies(capacity, posts)
    chosen, column = linear_sum_assignment(cost[:, owner] + EVEN * again)
    holder[chosen] = owner[column]
    return holder


def match_in_reach(
    ways_m: Floats, reachable: Flags, load: Ints, *, seats: Flags, former: Flags
) -> Ints:
    """Fill posts with people where not everybody may hold every post.

    Parameters
    ----------
    ways_m, seats, former
        As for :func:`match`.
    reachable
        Whether the person may hold the post, posts x people.
    load
        Posts of another kind that each person holds already; those with fewer get
        more of these.

    Returns
    -------
    holder
        The person of each post, -1 for a vacancy.
    """
    posts, people = ways_m.shape
    if not posts or not people:
        return np.full(posts, -1, dtype=np.int64)
    cost = np.where(reachable, _ways_and_changes(ways_m, seats, former), np.inf)
    owner, again = _copies(reachable.sum(axis=0), posts)
    cost = cost[:, owner] + EVEN * (again + load[owner])
    vacancies = np.full((posts, posts), LATER)
    column = linear_sum_assignment(np.hstack([cost, vacancies]))[1]
    return np.append(owner, np.full(posts, -1))[column]


def _ways_and_changes(ways_m: Floats, seats: Flags, former: Flags) -> Floats:
    """Return the cost of each person in each post.

    Where somebody moves one person changes; where a newcomer comes two do, the other
    being whoever is set free.
    """
    changes = np.where(seats, 0.0, np.where(former, 1.0, 2.0))
    return np.minimum(ways_m, FARTHEST_M) + CHANGE * changes


def _copies(capacity: Ints, most: int) -> tuple[Ints, Any]:
    """Return each person as often as posts may go to them, and the how manieth."""
    times = np.minimum(capacity, most)
    owner = np.repeat(np.arange(len(times)), times)
    first = np.repeat(np.cumsum(times) - times, times)
    return owner, np.arange(len(owner)) - first
