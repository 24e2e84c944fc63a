"""Small sound plans drawn as letter maps, for tests to measure, show and break.

Every character is one square atom. ``toy_plan("AAB\\nAAB", "112\\n112")`` has six
buildings of two compounds in two base grids. Spaces at the start of a line and
empty lines don't count, so maps may be drawn with triple quotes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.columns import PLAN
from gridpart.conform import conform, empty
from gridpart.coverage import as_multi
from gridpart.measure.grids import (
    describe_base_grids,
    describe_exclusive_grids,
    describe_micro_grids,
)
from gridpart.plan import Plan, content_id
from gridpart.rules import Rules

CRS = "EPSG:4526"  # CGCS2000, 3-degree zone 38, metres
CORNER = (38_400_000.0, 4_300_000.0)
STREET_CODE = "640202901"  # an impossible street

Spot = tuple[int, int]


def community_code(letter: str) -> str:
    """The 12-digit code of the community drawn with ``letter`` (1 to 9)."""
    return f"{STREET_CODE}{int(letter):03d}"


def base_code(letter: str, community: str = "1") -> str:
    """The 15-digit code of the base grid drawn with ``letter`` (1 to 9)."""
    return f"{community_code(community)}{int(letter):03d}"


def exclusive_code(letter: str, community: str = "1") -> str:
    """The code of the exclusive grid drawn with ``letter`` (X, Y or Z)."""
    return f"{community_code(community)}{901 + 'XYZ'.index(letter):03d}"


def rows_of(picture: str) -> list[str]:
    """The lines of a letter map."""
    return [line.strip() for line in picture.splitlines() if line.strip()]


def toy_plan(
    picture: str,
    grids: str | None = None,
    *,
    micros: str | None = None,
    communities: str | None = None,
    households: int | Mapping[Spot, int] = 50,
    units: Sequence[Sequence[Spot]] = (),
    barriers: Sequence[tuple[str, str, Sequence[tuple[float, float]]]] = (),
    crossings: Sequence[tuple[float, float]] = (),
    rules: Rules | None = None,
    size_m: float = 50.0,
) -> Plan:
    """Build a plan from letter maps.

    Parameters
    ----------
    picture
        A to Z: a building of that compound; ``*``: a building of no compound;
        ``.``: open ground; a space inside a line is not allowed, ``_`` is no
        ground at all.
    grids
        1 to 9: base grid with that sequence number; X, Y, Z: exclusive grid.
        Without it all is base grid 1.
    micros
        1 to 9: micro-grid inside the base grid. Without it one for each base grid.
    communities
        1 to 9: the community. Without it all is community 1.
    households
        Of each building, or by (row, column) with 50 for the others.
    units
        Groups of spots that are the units of one building.
    barriers
        (kind, strength, line): the line in steps of atoms, (right, down) from the
        top left corner.
    crossings
        Points (right, down) where a hard barrier can be walked across.
    """
    atoms = _atoms(picture, grids, micros, communities, households, units, size_m)
    lines = _barriers(barriers, size_m)
    points = [shapely.Point(_place(point, size_m)) for point in crossings]
    borders = _borders(atoms, lines, points)
    rules = rules or Rules.preset().replace("size", low=80, target=200, high=300)
    return build(atoms, borders, lines, rules)


def build(
    atoms: gpd.GeoDataFrame,
    borders: pd.DataFrame,
    barriers: gpd.GeoDataFrame,
    rules: Rules,
) -> Plan:
    """Put a whole plan together from atoms with assignments."""
    grounds = atoms.dissolve("community_code", method="coverage").reset_index()
    named = grounds[["community_code", "geometry"]].assign(
        name=[f"社区{int(code[-3:])}" for code in grounds["community_code"]],
        geometry=as_multi(grounds.geometry.to_numpy()),
    )
    base = describe_base_grids(atoms, borders, named)
    micro = describe_micro_grids(atoms, base)
    sites = _sites(atoms)
    exclusive = describe_exclusive_grids(atoms, sites)
    by_code = atoms.groupby("community_code")
    counts = pd.DataFrame(
        {
            "households": by_code["households"].sum(),
            "base_count": by_code["base_grid"].nunique(),
            "micro_count": by_code["micro_grid"].nunique(),
            "exclusive_count": by_code["exclusive_grid"].nunique(),
        }
    )
    layer = named.merge(counts, on="community_code").assign(status="heuristic")
    table = {
        "atoms": conform(atoms, PLAN["atoms"]),
        "base_grids": base,
        "micro_grids": micro,
        "exclusive_grids": exclusive,
        "communities": conform(layer, PLAN["communities"]),
        "borders": conform(borders, PLAN["borders"]),
        "buildings": _buildings(atoms),
        "barriers": barriers,
    }
    rest = {name: empty(PLAN[name], crs=CRS) for name in PLAN if name not in table}
    info = {
        "id": content_id(atoms),
        "parent": "",
        "created": "2026-01-01T00:00:00+00:00",
        "parameters": rules.as_json(),
        "seed": "0",
        "basis": "dwellings",
        "sources": json.dumps({}),
        "version": "0",
    }
    return Plan(**table, **rest, info=info)


def school_plan(**options: Any) -> Plan:
    """Build two base grids of four buildings each, and a school beside them."""
    usual = {
        "micros": "121211\n121211",
        "households": {(0, 0): 70, (1, 3): 91},
    }
    return toy_plan("AABB..\nAABB..", "1122XX\n1122XX", **(usual | options))


def edit(plan: Plan, layer: str, rows: Any, **values: Any) -> Plan:
    """A copy of the plan with some values of one layer changed.

    ``rows`` is what ``.loc`` takes: a mask, a row number or a list of them.
    """
    table = plan.tables[layer].copy()
    for column, value in values.items():
        table.loc[rows, column] = value
    return replace(plan, **{layer: table})


def drop(plan: Plan, layer: str, rows: Any) -> Plan:
    """A copy of the plan without some rows (a mask) of one layer."""
    table = plan.tables[layer]
    return replace(plan, **{layer: table[~rows].reset_index(drop=True)})


def _place(point: tuple[float, float], size_m: float) -> tuple[float, float]:
    return CORNER[0] + point[0] * size_m, CORNER[1] - point[1] * size_m


def _letters(picture: str | None, like: list[str], letter: str) -> list[str]:
    if picture is None:
        return [letter * len(row) for row in like]
    rows = rows_of(picture)
    assert [len(row) for row in rows] == [len(row) for row in like], "maps differ"
    return rows


def _atoms(
    picture: str,
    grids: str | None,
    micros: str | None,
    communities: str | None,
    households: int | Mapping[Spot, int],
    units: Sequence[Sequence[Spot]],
    size_m: float,
) -> gpd.GeoDataFrame:
    kinds = rows_of(picture)
    grid_map = _letters(grids, kinds, "1")
    micro_map = _letters(micros, kinds, "1")
    community_map = _letters(communities, kinds, "1")
    group_of = {spot: (group[0], i) for group in units for i, spot in enumerate(group)}
    rows = []
    for r, line in enumerate(kinds):
        for c, kind in enumerate(line):
            if kind == "_":
                continue
            home, part = group_of.get((r, c), ((r, c), None))
            named = f"b{home[0]:02d}{home[1]:02d}"
            built = kind != "."
            unit = None if part is None else str(part + 1)
            count = households if isinstance(households, int) else 50
            if isinstance(households, Mapping):
                count = households.get((r, c), 50)
            community, grid = community_map[r][c], grid_map[r][c]
            special = grid in "XYZ"
            base = None if special else base_code(grid, community)
            atom = f"ground-{r:02d}{c:02d}" if not built else named
            rows.append(
                {
                    "atom_id": atom if unit is None else f"{named}#{unit}",
                    "building_id": named if built else None,
                    "unit": unit,
                    "compound_id": kind if kind.isalpha() else None,
                    "community_code": community_code(community),
                    "site_id": f"site-{community}{grid}" if special else None,
                    "households": count if built else 0,
                    "workload": float(count if built else 0),
                    "base_grid": base,
                    "micro_grid": None
                    if special
                    else f"{base}{int(micro_map[r][c]):02d}",
                    "exclusive_grid": exclusive_code(grid, community)
                    if special
                    else None,
                    "geometry": shapely.box(
                        *_place((c, r + 1), size_m), *_place((c + 1, r), size_m)
                    ),
                }
            )
    text = ["building_id", "unit", "compound_id", "site_id"]
    text += ["base_grid", "micro_grid", "exclusive_grid"]
    table = gpd.GeoDataFrame(rows, crs=CRS).astype(dict.fromkeys(text, "str"))
    return table.sort_values("atom_id", ignore_index=True)


def _barriers(
    barriers: Sequence[tuple[str, str, Sequence[tuple[float, float]]]], size_m: float
) -> gpd.GeoDataFrame:
    if not barriers:
        return empty(PLAN["barriers"], crs=CRS)
    table = gpd.GeoDataFrame(
        {
            "kind": [kind for kind, _, _ in barriers],
            "strength": [strength for _, strength, _ in barriers],
        },
        geometry=[
            shapely.LineString([_place(p, size_m) for p in line])
            for _, _, line in barriers
        ],
        crs=CRS,
    )
    return conform(table, PLAN["barriers"])


def _borders(
    atoms: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    crossings: Sequence[shapely.Point],
) -> pd.DataFrame:
    shapes = atoms.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="touches")
    code = atoms["community_code"].to_numpy()
    keep = (first < second) & (code[first] == code[second])
    shared = shapely.intersection(shapes[first[keep]], shapes[second[keep]])
    line = shapely.length(shared) > 0
    first, second, shared = first[keep][line], second[keep][line], shared[line]
    length = shapely.length(shared)
    on = {
        strength: np.array(
            [
                bool((barriers["strength"] == strength).any())
                and shapely.intersection(
                    piece,
                    shapely.union_all(
                        barriers.geometry[barriers["strength"] == strength]
                    ),
                ).length
                > metres / 2
                for piece, metres in zip(shared, length, strict=True)
            ],
            dtype=bool,
        )
        for strength in ("hard", "soft")
    }
    home = atoms["compound_id"].fillna("-").to_numpy()
    site = atoms["site_id"].fillna("-").to_numpy()
    clear = on["hard"] | on["soft"]
    clear |= (home[first] != home[second]) | (site[first] != site[second])
    near = np.array(
        [bool((shapely.distance(piece, crossings) < 1.0).any()) for piece in shared],
        dtype=bool,
    )
    table = pd.DataFrame(
        {
            "atom_a": atoms["atom_id"].to_numpy()[first],
            "atom_b": atoms["atom_id"].to_numpy()[second],
            "shared_m": length,
            "clear_m": np.where(clear, length, 0.0),
            "barrier": pd.Series(
                np.select([on["hard"], on["soft"]], ["hard", "soft"], default=""),
                dtype="str",
            ).replace("", None),
            "crossing": near & on["hard"],
        }
    )
    return table.sort_values(["atom_a", "atom_b"], ignore_index=True)


def _sites(atoms: gpd.GeoDataFrame) -> pd.DataFrame:
    names = sorted(atoms["site_id"].dropna().unique())
    return pd.DataFrame(
        {
            "site_id": pd.Series(names, dtype="str"),
            "name": [f"学校{name[5:]}" for name in names],
            "kind": ["school"] * len(names),
            "responsible": pd.Series([None] * len(names), dtype="str"),
        }
    )


def _buildings(atoms: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A footprint in the middle of each atom; one over all units of a building."""
    built = atoms[atoms["building_id"].notna()].copy()
    side = np.sqrt(built.area) / 4
    footprints = shapely.buffer(built.centroid.to_numpy(), side, cap_style="square")
    table = built.set_geometry(footprints, crs=CRS).dissolve(
        "building_id", aggfunc={"households": "sum", "compound_id": "first"}
    )
    whole = table.reset_index().assign(geometry=table.envelope.to_numpy())
    return conform(whole, PLAN["buildings"])
