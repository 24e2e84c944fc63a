"""A loaded plan made ready to answer for many points at once.

There are far fewer answers than points: all that is said depends on the grids that a
point lies in. So the answers are made once, and a point takes that of its atom.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from gridpart.locate.answers import IDS, SPOT, TABLES, Spot, answer, make_register
from gridpart.locate.points import WGS84, Box, into_metres, pair
from gridpart.measure.balance import plan_rules
from gridpart.measure.places import first_hits
from gridpart.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Locator:
    """A plan's atoms as a search tree, and the answer of each.

    ``answers`` has a row for each combination of grids, ``ids`` one for each atom; the
    last ones are of nowhere. ``row`` is the place in ``answers`` for each row of
    ``ids``.
    """

    tree: shapely.STRtree
    ranks: NDArray[np.float64]
    ids: pd.DataFrame
    row: NDArray[np.int64]
    answers: pd.DataFrame
    transformer: pyproj.Transformer
    box: Box


def prepare_locator(plan: Plan) -> Locator:
    """Make a plan ready for :func:`locate_points`."""
    atoms = plan.atoms
    row, found = pd.factorize(pd.MultiIndex.from_frame(atoms[SPOT]))
    spots = found.to_frame(index=False, name=SPOT)
    spots.loc[len(spots)] = None
    tables = {name: _records(plan.tables[name]) for name in TABLES}
    register = make_register(tables, plan_rules(plan).party.levels)
    told = [answer(register, Spot(**spot)) for spot in _records(spots)]
    return Locator(
        shapely.STRtree(atoms.geometry.to_numpy()),
        atoms["atom_id"].rank(method="first").to_numpy(),
        atoms[IDS].reset_index(drop=True).reindex(range(len(atoms) + 1)),
        np.append(row, len(spots) - 1),
        pd.DataFrame(told),
        pyproj.Transformer.from_crs(WGS84, atoms.crs, always_xy=True),
        tuple(atoms.total_bounds),
    )


def locate_points(
    locator: Locator, x: ArrayLike, y: ArrayLike, *, degrees: bool = True
) -> pd.DataFrame:
    """Return who answers for each of many points.

    Parameters
    ----------
    locator
        Of the plan.
    x, y
        Longitudes and latitudes on WGS 84, or coordinates in the plan's CRS.
    degrees
        Which of the two.

    Returns
    -------
    answers
        One row a point, in order: building_id and third_grid (of the atom), and the
        columns of :func:`gridpart.locate.answers.answer`; missing outside the city. A
        point on a border belongs to the atom with the smallest id.

    Raises
    ------
    InputError
        See :func:`gridpart.locate.points.into_metres`.
    """
    if degrees:
        x, y = into_metres(x, y, locator.transformer, locator.box)
    else:
        x, y = pair(x, y)
    atom = first_hits(locator.tree, locator.ranks, shapely.points(x, y))
    found = locator.ids.take(atom), locator.answers.take(locator.row[atom])
    return pd.concat([part.reset_index(drop=True) for part in found], axis=1)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values, None for what is missing; without geometry."""
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    return plain.astype(object).where(plain.notna(), None).to_dict("records")
