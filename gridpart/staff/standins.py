"""Stand-ins (AB岗): another person, from an adjacent grid, loads kept even.

Adjacent are grids of one community between which one can walk. Where no adjacent
grid has a worker, a worker of the community who has no grid stands in; where there is
none either, the post is vacant: somebody from across a river is no help.
"""

import numpy as np
import pandas as pd

from gridpart.measure.pieces import walkable_pairs
from gridpart.plan import Plan
from gridpart.staff.matching import Wishes, match
from gridpart.staff.ways import Seats, seated, ways_to


def adjacent_grids(plan: Plan) -> set[tuple[str, str]]:
    """Return the pairs of base grids that one can walk between, in both orders."""
    pairs = walkable_pairs(plan.atoms, plan.borders)
    grids = plan.atoms["base_grid"].to_numpy(dtype=object)[pairs]
    table = pd.DataFrame(grids, columns=["one", "other"]).dropna()
    table = table[table["one"] != table["other"]].drop_duplicates()
    there = set(table.itertuples(index=False, name=None))
    return there | {(other, one) for one, other in there}


def find_standins(
    plan: Plan,
    posts: pd.DataFrame,
    people: pd.DataFrame,
    seats: Seats,
    number: int,
) -> pd.DataFrame:
    """Return the posts of stand-ins and who holds them.

    Parameters
    ----------
    posts
        Posts with their holders: grid_code, post, worker_id.
    people, seats
        Who there is, and who stood in for which grid before.
    number
        Stand-ins of each base grid.
    """
    holds = posts[(posts["post"] == "worker") & posts["worker_id"].notna()]
    grids_of: dict[str, set[str]] = {}
    for row in holds.itertuples():
        grids_of.setdefault(row.worker_id, set()).add(row.grid_code)
    adjacent = adjacent_grids(plan)
    base = plan.base_grids.drop_duplicates("grid_code").sort_values("grid_code")
    base = base[base["grid_code"].notna()]
    codes, ground = base["grid_code"].to_numpy(dtype=object), base.geometry.to_numpy()
    workers = people[people["role"] == "worker"]
    ids, places = (
        workers["worker_id"].to_numpy(dtype=object),
        workers["place"].to_numpy(),
    )
    capacity = workers["capacity"].to_numpy()
    here = workers.groupby("community_code").indices
    holder = np.full((len(codes), number), None, dtype=object)
    for community, rows in base.groupby("community_code").indices.items():
        mine = here.get(community, rows[:0])
        has = [grids_of.get(worker, set()) for worker in ids[mine]]
        load = np.array([len(own) for own in has], dtype=np.int64)
        spare = (load == 0) & (capacity[mine] > 0)
        seat, former = seated(seats, "standby", ids[mine], codes[rows])
        able = _in_reach(codes[rows], has, spare, adjacent)
        wishes = Wishes(
            number=np.full(len(rows), number),
            capacity=able.sum(axis=0),
            ways_m=ways_to(places[mine], ground[rows]),
            able=able,
            seat=seat,
            former=former,
            load=load,
            last=np.zeros(len(rows), dtype=bool),
        )
        named = np.array([*ids[mine], None], dtype=object)[match(wishes)]
        holder[rows] = named.reshape(len(rows), number)
    return pd.DataFrame(
        {
            "grid_code": np.repeat(codes, number),
            "post": "standby",
            "worker_id": holder.ravel(),
        }
    )


def _in_reach(
    codes: np.ndarray,
    has: list[set[str]],
    spare: np.ndarray,
    adjacent: set[tuple[str, str]],
) -> np.ndarray:
    """Say who may stand in for which grid, grids x people."""
    reach = np.zeros((len(codes), len(has)), dtype=bool)
    for row, code in enumerate(codes):
        for column, mine in enumerate(has):
            near = any((code, own) in adjacent for own in mine)
            reach[row, column] = near and code not in mine
    return np.where(reach.any(axis=1, keepdims=True), reach, spare)
