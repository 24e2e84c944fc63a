"""Are the polygons drawn rightly: V01 to V04, and do they fit the atoms."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.check.drawing import (
    LEAST_M2,
    Drawing,
    Whole,
    look_up,
    significant,
    sound,
    unite,
    unite_by,
)
from gridpart.columns import PLAN
from gridpart.coverage import Geometries, as_multi
from gridpart.finding import ERROR, WARNING, Finding
from gridpart.text import shape_fault

# Notches of a community's edge that are narrower are filled when it is cut.
NOTCH_M = 0.05
# Communities that overlap by less are drawn carelessly, not wrongly.
SLIVER_M = 0.2
_ID = {"atoms": "atom_id", "communities": "community_code"}
_LAYERS = ("base_grids", "exclusive_grids", "micro_grids", "communities", "atoms")


def check_validity(drawing: Drawing) -> list[Finding]:
    """V01: every polygon is there, closed, and does not cross itself."""
    found = []
    for layer in _LAYERS:
        frame = drawing.plan.tables[layer]
        shapes = frame.geometry.to_numpy()
        absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        flat = ~absent & ~np.isin(shapely.get_type_id(shapes), (3, 6))
        crossed = ~absent & ~flat & ~shapely.is_valid(shapes)
        for row in np.flatnonzero(absent | flat | crossed):
            fault = shapely.is_valid_reason(shapes[row]) if crossed[row] else ""
            fault_zh, fault_en = shape_fault(fault)
            where = _place_of(fault) or (None if absent[row] else shapes[row])
            found.append(
                Finding(
                    "V01",
                    ERROR,
                    "plan.V01" if crossed[row] else "plan.V01_none",
                    {
                        "layer": layer,
                        "layer_zh": PLAN[layer].label_zh,
                        "code": frame[_ID.get(layer, "grid_code")].iloc[row],
                        "fault": fault_en,
                        "fault_zh": fault_zh,
                    },
                    grid_code=None if layer in _ID else frame["grid_code"].iloc[row],
                    community_code=frame["community_code"].iloc[row],
                    at=where,
                )
            )
    return found


def check_overlaps(drawing: Drawing) -> list[Finding]:
    """V02: no two grids, micro-grids or atoms share ground."""
    grids, micros = drawing.grids, drawing.micros
    atoms = gpd.GeoDataFrame(
        drawing.plan.atoms[["community_code"]].assign(
            grid_code=drawing.plan.atoms["atom_id"]
        ),
        geometry=drawing.ground_of_atom,
    )
    return [
        *_overlapping(drawing, grids, "plan.V02", drawing.fit_of_grid),
        *_overlapping(drawing, micros, "plan.V02_micro", drawing.fit_of_micro),
        *_overlapping(drawing, atoms, "plan.V02_atoms", drawing.fit_of_atom),
        *_overlapping_communities(drawing),
    ]


def _overlapping(
    drawing: Drawing, frame: gpd.GeoDataFrame, sentence: str, fit: Whole
) -> list[Finding]:
    """Report what overlaps, but for what the communities themselves share."""
    shapes = frame.geometry.to_numpy()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    same = fit[pairs[:, 0]] == fit[pairs[:, 1]]
    pairs = pairs[~(same & (fit[pairs[:, 0]] >= 0))]
    home = frame["community_code"].to_numpy()
    common = shapely.intersection(*(shapes[side] for side in pairs.T))
    wide = shapely.area(common) > LEAST_M2
    pairs, common = pairs[wide], common[wide]
    apart = np.flatnonzero(home[pairs[:, 0]] != home[pairs[:, 1]])
    ground = look_up(_grounds(drawing), frame["community_code"])
    first, second = pairs[apart].T
    both = shapely.intersection(ground[first], ground[second])
    common[apart] = shapely.difference(common[apart], both)
    common = significant(common)
    codes = frame["grid_code"].to_numpy()
    return [
        Finding(
            "V02",
            ERROR,
            sentence,
            {"code": codes[a], "other": codes[b], "area": shape.area},
            grid_code=None if sentence == "plan.V02_atoms" else codes[a],
            community_code=home[a],
            at=shape,
        )
        for (a, b), shape in zip(pairs, common, strict=True)
        if not shape.is_empty
    ]


def _grounds(drawing: Drawing) -> pd.Series:
    grounds = drawing.grounds.drop_duplicates("community_code")
    return grounds.set_index("community_code").geometry


def _overlapping_communities(drawing: Drawing) -> list[Finding]:
    """Report communities that overlap; slivers are given with the input, no fault."""
    grounds = _grounds(drawing)
    shapes, codes = grounds.to_numpy(), grounds.index.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    common = significant(shapely.intersection(shapes[a], shapes[b]))
    sliver = shapely.is_empty(significant(common, SLIVER_M))
    return [
        Finding(
            "V02",
            WARNING if thin else ERROR,
            "plan.V02_communities",
            {"code": codes[i], "other": codes[j], "area": shape.area},
            community_code=codes[i],
            at=shape,
        )
        for i, j, shape, thin in zip(a, b, common, sliver, strict=True)
        if not shape.is_empty
    ]


def check_gaps(drawing: Drawing) -> list[Finding]:
    """V03: grids and atoms fill each community, micro-grids their base grid."""
    grids, micros = drawing.grids, drawing.micros
    base = grids[grids["layer"] == "base_grids"]
    atoms = drawing.plan.atoms
    found = _gaps(
        drawing.grounds,
        "community_code",
        unite_by(
            grids.geometry.to_numpy(), grids["community_code"], drawing.fit_of_grid
        ),
        "plan.V03",
    )
    found += _gaps(
        drawing.grounds,
        "community_code",
        unite_by(drawing.ground_of_atom, atoms["community_code"], drawing.fit_of_atom),
        "plan.V03_atoms",
    )
    return found + _gaps(
        base,
        "grid_code",
        unite_by(micros.geometry.to_numpy(), micros["base_grid"], drawing.fit_of_micro),
        "plan.V03_micro",
    )


def _gaps(
    frame: gpd.GeoDataFrame, key: str, filled: pd.Series, sentence: str
) -> list[Finding]:
    shapes, cover = frame.geometry.to_numpy(), look_up(filled, frame[key])
    open_ground = np.full(len(frame), shapely.Polygon(), dtype=object)
    other = ~_same_outline(shapes, cover)
    open_ground[other] = significant(shapely.difference(shapes[other], cover[other]))
    return [
        Finding(
            "V03",
            ERROR,
            sentence,
            {"code": code, "area": gap.area, "parts": len(gap.geoms)},
            grid_code=code if key == "grid_code" else None,
            community_code=community,
            at=gap,
        )
        for code, community, gap in zip(
            frame[key], frame["community_code"], open_ground, strict=True
        )
        if not gap.is_empty
    ]


def check_communities(drawing: Drawing) -> list[Finding]:
    """V04: every grid lies inside its community, by polygon and by atoms."""
    grids, atoms = drawing.grids, drawing.plan.atoms
    ground = _grounds(drawing)
    found = _beyond(grids, "grid_code", ground, "plan.V04")
    named = gpd.GeoDataFrame(
        atoms[["atom_id", "community_code"]], geometry=drawing.ground_of_atom
    )
    found += _beyond(named, "atom_id", ground, "plan.V04_atom")
    owner = grids.drop_duplicates("grid_code").set_index("grid_code")["community_code"]
    other = drawing.grid_of_atom.map(owner) != atoms["community_code"]
    astray = atoms[other & drawing.grid_of_atom.isin(owner.index)]
    for code, rows in astray.groupby(drawing.grid_of_atom):
        others = sorted(rows["community_code"].fillna("-").unique())
        found.append(
            Finding(
                "V04",
                ERROR,
                "plan.V04_codes",
                {
                    "code": code,
                    "community": owner[code],
                    "count": len(rows),
                    "other": ", ".join(others),
                },
                grid_code=str(code),
                community_code=owner[code],
                at=unite(drawing.ground_of_atom[rows.index.to_numpy()]),
            )
        )
    return found


def _beyond(
    frame: gpd.GeoDataFrame, key: str, ground: pd.Series, sentence: str
) -> list[Finding]:
    shapes = frame.geometry.to_numpy()
    inside = look_up(ground, frame["community_code"])
    shapely.prepare(inside)
    outside = np.flatnonzero(~shapely.covers(inside, shapes))
    beyond = significant(shapely.difference(shapes[outside], inside[outside]), NOTCH_M)
    found = []
    for row, part in zip(outside, beyond, strict=True):
        if part.is_empty:
            continue
        code = frame[key].iloc[row]
        community = frame["community_code"].iloc[row]
        known = community in ground.index
        found.append(
            Finding(
                "V04",
                ERROR,
                sentence if known else f"{sentence}_unknown",
                {"code": code, "community": community, "area": part.area},
                grid_code=code if key == "grid_code" else None,
                community_code=community,
                at=part,
            )
        )
    return found


def check_fit(drawing: Drawing) -> list[Finding]:
    """V14: the polygon of a grid is the union of its atoms."""
    by_atoms = unite_by(
        drawing.ground_of_atom, drawing.plan.atoms["micro_grid"], drawing.fit_of_atom
    )
    return [
        *_misfits(drawing.grids, drawing.grid_by_atoms, "plan.V14_outline"),
        *_misfits(drawing.micros, by_atoms, "plan.V14_outline_micro"),
    ]


def misfits(frame: gpd.GeoDataFrame, by_atoms: pd.Series) -> Geometries:
    """Return where the polygons of a layer differ from the union of their atoms."""
    drawn = frame.geometry.to_numpy()
    said = look_up(by_atoms, frame["grid_code"])
    other = ~_same_outline(drawn, said)
    result = np.full(len(frame), shapely.Polygon(), dtype=object)
    result[other] = significant(
        shapely.symmetric_difference(drawn[other], sound(said[other]))
    )
    return result


def _same_outline(drawn: Geometries, said: Geometries) -> NDArray[np.bool_]:
    """Say which polygons are the same to the last vertex: most, and it is quick."""
    return shapely.equals_exact(
        shapely.normalize(as_multi(drawn)), shapely.normalize(as_multi(said))
    )


def _misfits(
    frame: gpd.GeoDataFrame, by_atoms: pd.Series, sentence: str
) -> list[Finding]:
    return [
        Finding(
            "V14",
            ERROR,
            sentence if code in by_atoms.index else f"{sentence}_bare",
            {"code": code, "area": shape.area},
            grid_code=code,
            community_code=community,
            at=shape,
        )
        for code, community, shape in zip(
            frame["grid_code"],
            frame["community_code"],
            misfits(frame, by_atoms),
            strict=True,
        )
        if not shape.is_empty
    ]


def _place_of(fault: str) -> shapely.Point | None:
    """Read the place out of GEOS's words about an invalid polygon."""
    numbers = re.search(r"\[(\S+) (\S+)\]", fault)
    return shapely.Point(*map(float, numbers.groups())) if numbers else None
