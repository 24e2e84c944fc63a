"""How far people are from grids, and which grids they have already."""

import numpy as np
import pandas as pd
import shapely

from gridpart.plan import Plan

# Grid codes by post and worker_id.
Seats = dict[tuple[str, str], list[str]]
# Of the way to the middle of a grid, beside the way to its edge.
MIDDLE = 1e-3


def grid_shapes(plan: Plan) -> pd.Series:
    """Return the polygons of base, exclusive and micro-grids by their code."""
    layers = (plan.base_grids, plan.exclusive_grids, plan.micro_grids)
    shapes = pd.concat(
        [
            pd.Series(layer.geometry.to_numpy(), layer["grid_code"], dtype=object)
            for layer in layers
        ]
    )
    return shapes[~shapes.index.duplicated()]


def ways_to(places: np.ndarray, grids: np.ndarray) -> np.ndarray:
    """Return metres from each person to each grid, grids x people.

    The way to the middle of a grid counts a thousandth beside the way to its edge,
    so that of two people inside the one nearer to the middle gets it. Who has no
    place is equally far from all grids: half the side of a square of their area.
    """
    ways = shapely.distance(grids[:, None], places[None, :])
    middles = shapely.centroid(grids)
    ways += MIDDLE * shapely.distance(middles[:, None], places[None, :])
    somewhere = np.sqrt(shapely.area(grids).sum()) / 2
    return np.where(np.isnan(ways), somewhere, ways)


def find_seats(
    people: pd.DataFrame, previous: pd.DataFrame | None, heirs: pd.Series
) -> Seats:
    """Return which grids of the plan each person has already, by post and id.

    Who had a post of a grid that is gone without a successor has none of the plan,
    but is there.

    Parameters
    ----------
    people
        See :func:`gridpart.staff.people.find_people`.
    previous
        Posts of the plan before; without them people sit where they say.
    heirs
        See :func:`gridpart.staff.heirs.find_heirs`.
    """
    if previous is None:
        table = people[["worker_id", "role", "seat"]].dropna()
        table = table.set_axis(["worker_id", "post", "grid_code"], axis=1)
    else:
        went = previous["grid_code"].map(heirs)
        # A micro-grid that is gone: its base grid, or what follows that.
        went = went.fillna(previous["grid_code"].str[:15].map(heirs))
        table = previous.assign(grid_code=went.astype("str"))
        table = table[table["worker_id"].notna()]
    seats: Seats = {}
    for row in table.itertuples():
        own = seats.setdefault((row.post, row.worker_id), [])
        if isinstance(row.grid_code, str):
            own.append(row.grid_code)
    return seats


def seated(
    seats: Seats, post: str, ids: np.ndarray, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Say who has a post already.

    Returns
    -------
    seat
        Of which grid, grids x people. A seat in a base grid is one in each of its
        micro-grids, and the other way round.
    former
        Of any grid, also of one that is gone.
    """
    seat = np.zeros((len(codes), len(ids)), dtype=bool)
    former = np.array([(post, worker) in seats for worker in ids], dtype=bool)
    for column in np.flatnonzero(former):
        for own in seats[post, ids[column]]:
            same = [grid.startswith(own) or own.startswith(grid) for grid in codes]
            seat[same, column] = True
    return seat, former
