"""How compact a grid is on the ground."""

import geopandas as gpd
import numpy as np
import shapely


def polsby_popper(shapes: np.ndarray) -> np.ndarray:
    """Return area over the area of a circle with the same perimeter, 0 to 1.

    A shape without area has no compactness (missing).

    References
    ----------
    Polsby, D. D. and Popper, R. D. (1991): The Third Criterion. Yale Law &
    Policy Review 9(2), 301-353.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return 4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2


def reock(shapes: np.ndarray) -> np.ndarray:
    """Return area over the area of the smallest circle around it, 0 to 1.

    References
    ----------
    Reock, E. C. (1961): Measuring Compactness as a Requirement of Legislative
    Apportionment. Midwest Journal of Political Science 5(1), 70-74.
    """
    radius = shapely.minimum_bounding_radius(shapes)
    with np.errstate(invalid="ignore", divide="ignore"):
        return shapely.area(shapes) / (np.pi * radius**2)


def places_of_atoms(atoms: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> np.ndarray:
    """Return where the households of each atom live, n x 2 metres.

    That is the middle of the building's part inside the atom, as far as the plan
    knows the building; else the middle of the atom.
    """
    shapes = atoms.geometry.to_numpy()
    known = buildings.drop_duplicates("building_id").set_index("building_id").geometry
    homes = known.reindex(atoms["building_id"]).to_numpy()
    usable = shapely.is_valid(shapes) & shapely.is_valid(homes)
    inside = shapely.intersection(
        np.where(usable, shapes, None), np.where(usable, homes, None)
    )
    parted = shapely.is_empty(inside) | shapely.is_missing(inside)
    middle = shapely.centroid(np.where(parted, shapes, inside))
    return np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])


def spread(
    places: np.ndarray, households: np.ndarray, labels: np.ndarray
) -> dict[str, float]:
    """Return the household-weighted spread of each label around its best centre.

    The best centre is the place of the label from which the households' summed
    squared distance is least.

    Parameters
    ----------
    places
        n x 2 coordinates in metres.
    households
        n counts.
    labels
        n labels.

    Returns
    -------
    spread
        By label, root mean square distance in metres; missing without households.
    """
    names, part = np.unique(labels, return_inverse=True)
    order = np.argsort(part, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    result = {}
    for name, group in zip(names, groups, strict=False):
        total = households[group].sum()
        gaps = places[group][:, None, :] - places[group][None, :, :]
        inertia = (gaps**2).sum(axis=2) @ households[group]
        result[name] = float(np.sqrt(inertia.min() / total)) if total else float("nan")
    return result
