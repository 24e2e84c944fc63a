"""What every check of a city needs to know first, worked out once.

Which shapes can be used at all, and in which community each building lies. A
building lies where most of its ground is; a point, where it stands.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.city import City
from gridpart.columns import CITY, LINE, POINT, POLYGON
from gridpart.rules import Rules

MISSING, KIND, COORDINATES, INVALID, SOUND = (
    "missing",
    "kind",
    "coordinates",
    "invalid",
    "sound",
)
# No projected CRS of the Earth, zone number in front included, goes beyond.
FARTHEST_M = 1e8
_TYPES = {POLYGON: (3, 6), LINE: (1, 2, 5), POINT: (0,)}


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A city with what was worked out about it.

    Parameters
    ----------
    states
        For each layer with geometry, of each row: ``missing``, ``kind`` (not one
        the layer may hold), ``coordinates`` (not finite), ``invalid``, ``sound``.
    homes
        Where each building lies; see :func:`locate`.
    """

    city: City
    rules: Rules
    states: dict[str, NDArray[np.str_]]
    homes: pd.DataFrame

    def sound(self, layer: str) -> gpd.GeoDataFrame:
        """Return the rows of a layer whose shapes can be used, under their index."""
        return getattr(self.city, layer)[self.states[layer] == SOUND]


def survey(city: City, rules: Rules) -> Survey:
    """Look at the shapes of a city and place its buildings."""
    states = {
        layer: state_of(getattr(city, layer).geometry.to_numpy(), layer)
        for layer, table in CITY.items()
        if table.shapes
    }
    sound = city.communities[states["communities"] == SOUND]
    homes = locate(city.buildings.geometry.where(states["buildings"] == SOUND), sound)
    return Survey(city, rules, states, homes)


def state_of(shapes: NDArray[np.object_], layer: str) -> NDArray[np.str_]:
    """Say of each shape of a layer whether it can be used, and if not, why."""
    allowed = [t for kind in CITY[layer].shapes for t in _TYPES[kind]]
    if layer != "buildings" and POINT in CITY[layer].shapes:
        allowed.append(4)
    state = np.full(len(shapes), SOUND, dtype="<U11")
    state[~shapely.is_valid(shapes)] = INVALID
    state[~plausible(shapes)] = COORDINATES
    state[~np.isin(shapely.get_type_id(shapes), allowed)] = KIND
    state[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = MISSING
    flat = (shapely.get_dimensions(shapes) == 1) & (shapely.length(shapes) == 0)
    state[flat & (state == INVALID)] = MISSING
    return state


def spots(shapes: NDArray[np.object_]) -> list[shapely.Point | None]:
    """Return a point to look at for each shape, None where there is none."""
    safe = shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    points = np.full(len(shapes), None, dtype=object)
    points[safe] = shapely.point_on_surface(shapes[safe])
    rough = ~safe & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    rough &= plausible(shapes)
    bounds = shapely.bounds(shapes[rough])
    points[rough] = shapely.points((bounds[:, :2] + bounds[:, 2:]) / 2)
    return list(points)


def locate(shapes: gpd.GeoSeries, communities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Say in which community each shape lies.

    Parameters
    ----------
    shapes
        Sound shapes, or None.
    communities
        Sound polygons with ``community_code``.

    Returns
    -------
    homes
        By the index of ``shapes``: ``code`` of the community with the largest
        part of the shape, as :func:`gridpart.city.home_communities` finds it,
        ``share`` of the shape that lies in it (0 where it only touches), ``other``
        and ``other_share`` of the second one; codes are missing and shares 0
        where there is none.
    """
    parts = _parts(shapes.to_numpy(), communities)
    first = parts.drop_duplicates("shape")
    second = parts[parts["shape"].duplicated()].drop_duplicates("shape")
    homes = pd.DataFrame(index=pd.RangeIndex(len(shapes)))
    homes = homes.join(first.set_index("shape"))
    homes = homes.join(second.set_index("shape").add_prefix("other_"))
    homes = homes.rename(columns={"other_code": "other"})
    homes = homes.fillna({"share": 0.0, "other_share": 0.0})
    return homes.set_index(shapes.index)


def _parts(shapes: NDArray[np.object_], communities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return shape, code and share of every part, the largest of a shape first."""
    grounds = communities.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    ground, shape = tree.query(grounds, predicate="intersects")
    inside = pd.MultiIndex.from_arrays(tree.query(grounds, predicate="covers"))
    covered = pd.MultiIndex.from_arrays([ground, shape]).isin(inside)
    share = np.ones(len(shape))
    cut = ~covered
    share[cut] = _share_of(shapes[shape[cut]], grounds[ground[cut]])
    parts = pd.DataFrame(
        {
            "shape": shape,
            "code": communities["community_code"].to_numpy()[ground],
            "share": share,
        }
    )
    return parts.sort_values(["shape", "share", "code"], ascending=[True, False, True])


def _share_of(
    shapes: NDArray[np.object_], grounds: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return how much of each shape lies on its ground; a point does or doesn't."""
    dimension = shapely.get_dimensions(shapes)
    parts = shapely.intersection(shapes, grounds)
    share = np.ones(len(shapes))
    for size, measure in ((2, shapely.area), (1, shapely.length)):
        rows = dimension == size
        share[rows] = measure(parts[rows]) / measure(shapes[rows])
    return share


def plausible(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say of each shape whether all its coordinates are numbers and on the Earth."""
    places, owner = shapely.get_coordinates(shapes, return_index=True)
    on_earth = np.ones(len(shapes), dtype=bool)
    on_earth[owner[~(np.abs(places) <= FARTHEST_M).all(axis=1)]] = False
    return on_earth
