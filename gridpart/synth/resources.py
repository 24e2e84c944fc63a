"""Service sites, resident organisations, volunteer teams of a made-up city."""

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator

HOUSEHOLDS_A_STATION = 1500
HOUSEHOLDS_A_TEAM = 1200
MOST_EMPLOYED = 400
LEAST_IN_A_TEAM, MOST_IN_A_TEAM = 6, 41


def resources(
    communities: pd.DataFrame,
    buildings: pd.DataFrame,
    sites: pd.DataFrame,
    rng: Generator,
) -> pd.DataFrame:
    """Return what communities can fall back on, as points.

    Each community has a service centre, more stations the larger it is, and teams of
    volunteers; the resident organisations are those of the sites.

    Parameters
    ----------
    communities
        community_code, name, households.
    buildings
        community_code, geometry.
    sites
        name, geometry.
    rng
        Source of chance.
    """
    rows: list[tuple] = []
    places = shapely.point_on_surface(buildings["geometry"].to_numpy())
    inside = buildings.reset_index(drop=True).groupby("community_code").indices
    for row in communities.itertuples():
        own = places[inside[row.community_code]]
        stations = 1 + round(row.households / HOUSEHOLDS_A_STATION)
        teams = max(1, round(row.households / HOUSEHOLDS_A_TEAM))
        at = rng.integers(0, len(own), stations + teams)
        size = rng.integers(LEAST_IN_A_TEAM, MOST_IN_A_TEAM, teams)
        names = [f"{row.name}党群服务中心"]
        names += [f"{row.name}第{n}党群驿站" for n in range(1, stations)]
        rows += [
            (name, "service_site", None, own[spot])
            for name, spot in zip(names, at[:stations], strict=True)
        ]
        rows += [
            (f"{row.name}第{n + 1}志愿服务队", "volunteer_team", size[n], own[spot])
            for n, spot in enumerate(at[stations:])
        ]
    employed = rng.integers(5, MOST_EMPLOYED, len(sites))
    doors = shapely.point_on_surface(sites["geometry"].to_numpy())
    rows += [
        (name, "resident_org", number, door)
        for name, number, door in zip(sites["name"], employed, doors, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["name", "kind", "members", "geometry"])
    ids = np.char.mod("R%05d", np.arange(1, len(table) + 1))
    return table.assign(resource_id=ids)
