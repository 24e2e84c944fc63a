"""Stand-ins (AB岗): another person, from an adjacent grid, loads kept even.

Adjacent are grids of one community between which one can walk. Where no adjacent
grid has a worker, a worker of the community who has no grid stands in; where there is
none either, the post is vacant: somebody from across a river is no help.
"""

import numpy as np
import pandas as pd

from gridpart.measure.pieces import walkable_pairs
from gridpart.plan import Plan
from gridpart.staff.matching import match_in_reach
from gridpart.staff.ways import grid_shapes, seated, ways_to


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
    seats: pd.DataFrame,
    number: int,
) -> pd.DataFrame:
    """Return the posts of stand-ins and who holds them.

    Parameters
    ----------
    posts
        Posts of the base grids with their workers: grid_code, post, worker_id.
    people, seats
        Who there is, and who stood in for which grid before.
    number
        Stand-ins of each base grid.
    """
    holds = posts[(posts["post"] == "worker") & posts["worker_id"].notna()]
    grids_of = holds.groupby("worker_id")["grid_code"].agg(set).to_dict()
    adjacent = adjacent_grids(plan)
    shapes = grid_shapes(plan)
    workers = dict(iter(people[people["role"] == "worker"].groupby("community_code")))
    found = []
    for community, grids in plan.base_grids.groupby("community_code"):
        codes = np.unique(grids["grid_code"].dropna().to_numpy(dtype=object))
        there = workers.get(community, people.iloc[:0])
        ids = there["worker_id"].to_numpy(dtype=object)
        has = [grids_of.get(worker, set()) for worker in ids]
        each = np.repeat(np.arange(len(codes)), number)
        holder = match_in_reach(
            ways_to(there["place"].to_numpy(), shapes[codes].to_numpy())[each],
            _in_reach(codes, has, adjacent)[each],
            np.array([len(own) for own in has], dtype=np.int64),
            seats=seated(seats, "standby", ids, codes)[each],
        )
        filled = pd.DataFrame({"grid_code": codes[each], "post": "standby"})
        filled["worker_id"] = np.array([*ids, None], dtype=object)[holder]
        found.append(filled.assign(worker_id=once_a_grid(filled)))
    empty = pd.DataFrame(columns=["grid_code", "post", "worker_id"])
    return pd.concat(found) if found else empty


def once_a_grid(posts: pd.DataFrame) -> pd.Series:
    """Return who holds each post; nobody holds two like posts of one grid."""
    again = posts.duplicated(["grid_code", "worker_id"])
    return posts["worker_id"].where(~again, None)


def _in_reach(
    codes: np.ndarray, has: list[set[str]], adjacent: set[tuple[str, str]]
) -> np.ndarray:
    """Say who may stand in for which grid, grids x people."""
    reach = np.array(
        [
            [any((code, own) in adjacent for own in mine) for mine in has]
            for code in codes
        ]
    ).reshape(len(codes), len(has))
    own = np.array([[code in mine for mine in has] for code in codes], dtype=bool)
    reach &= ~own.reshape(reach.shape)
    spare = np.array([not mine for mine in has], dtype=bool)
    return np.where(reach.any(axis=1, keepdims=True), reach, spare)
