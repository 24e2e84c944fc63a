"""Shapes: there, of the right kind, sound, plausible, and not on top of each other."""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.check.listing import (
    KEYS,
    join_keys,
    list_findings,
    point_at,
    say_once,
)
from gridpart.check.survey import (
    COORDINATES,
    INVALID,
    KIND,
    MISSING,
    Survey,
    spots,
)
from gridpart.check.tables import numbers
from gridpart.columns import CITY
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.text import shape_fault

# What is wrong there does no harm to a division.
SPARED = {"department_grids"}
FARTHEST_APART_M = 300_000.0
SMALLEST_CITY_M = 10.0
# Below this an overlap is rounding, and nobody could see it.
NOTICED_M2 = 1e-3
OVERLAP_M2 = 1.0
# A thin overlap comes from digitising one line twice, not from a wrong boundary.
THIN_M = 0.2
MOST_OF_A_BUILDING = 0.5


def check_forms(survey: Survey) -> list[Finding]:
    """Find shapes that are missing, of a wrong kind, broken or nowhere."""
    found = []
    for layer, states in survey.states.items():
        frame = getattr(survey.city, layer)
        rows = states == MISSING
        if CITY[layer].needs_shape:
            found += point_at(survey, layer, rows, "I30", ERROR, "input.shape_missing")
        rows = states == KIND
        kinds = [shape.geom_type for shape in frame.geometry[rows]]
        found += point_at(
            survey, layer, rows, "I31", ERROR, "input.shape_kind",
            kind=kinds, wanted=" / ".join(CITY[layer].shapes),
        )  # fmt: skip
        rows = states == INVALID
        reasons = shapely.is_valid_reason(frame.geometry.to_numpy()[rows])
        found += point_at(
            survey,
            layer,
            rows,
            "I32",
            WARNING if layer in SPARED else ERROR,
            "input.shape_invalid",
            reason=reasons,
            reason_zh=[shape_fault(reason)[0] for reason in reasons],
        )
        rows = states == COORDINATES
        found += point_at(survey, layer, rows, "I33", ERROR, "input.coordinates_broken")
    return found


def check_building_points(survey: Survey) -> list[Finding]:
    """Say once that buildings are points, or some points and some polygons."""
    shapes = survey.sound("buildings").geometry.to_numpy()
    points = int((shapely.get_dimensions(shapes) == 0).sum())
    if not points:
        return []
    sentence = "input.points" if points == len(shapes) else "input.points_some"
    return say_once(
        "I31", INFO, sentence, "buildings", count=points, rest=len(shapes) - points
    )


def check_extent(survey: Survey) -> list[Finding]:
    """Find a city that is too wide or too small to be one in metres."""
    communities = survey.sound("communities")
    if communities.empty:
        return []
    left, bottom, right, top = communities.total_bounds
    wide = max(right - left, top - bottom)
    if SMALLEST_CITY_M <= wide <= FARTHEST_APART_M:
        return []
    return say_once(
        "I33", WARNING, "input.extent", "communities", metres=f"{wide:,.1f}"
    )


def check_overlaps(survey: Survey) -> list[Finding]:
    """Find communities and sites that lie over each other."""
    found = []
    for layer, rule, severity in (
        ("communities", "I34", ERROR),
        ("sites", "I42", WARNING),
    ):
        pairs = overlapping(survey, layer)
        pairs = pairs[pairs["area"] > NOTICED_M2]
        wide = unlike_thin(pairs)
        for rows, level, sentence in (
            (pairs[wide], severity, "input.overlap"),
            (pairs[~wide], WARNING, "input.overlap_thin"),
        ):
            found += list_findings(
                rule, level, sentence, layer=layer, at=rows["at"],
                codes=rows["id"] if layer == "communities" else None,
                id=rows["id"], other=rows["other"],
                area=rows["area"],
            )  # fmt: skip
    return found


def unlike_thin(pairs: pd.DataFrame) -> pd.Series:
    """Say which overlaps are more than one line digitised twice."""
    return (pairs["area"] > OVERLAP_M2) & (pairs["width"] > THIN_M)


def check_stacked(survey: Survey) -> list[Finding]:
    """Find buildings drawn over more than half of another one.

    Where people live in both, one may be there twice. A roof, a podium or a shed
    under a tower is common and does no harm: these are only counted.
    """
    pairs = overlapping(survey, "buildings", least=MOST_OF_A_BUILDING)
    households = numbers(survey.city.buildings["households"])
    lived = (households[pairs["row"]] != 0) & (households[pairs["other_row"]] != 0)
    twice = pairs[lived]
    found = list_findings(
        "I37", WARNING, "input.buildings_stacked",
        layer="buildings", at=twice["at"],
        codes=survey.homes["code"][twice["row"]],
        id=twice["id"], other=twice["other"],
        households=households[twice["row"]],
        other_households=households[twice["other_row"]],
        share=[f"{share:.0%}" for share in twice["share"]],
    )  # fmt: skip
    harmless = len(pairs) - len(twice)
    if harmless:
        found += say_once(
            "I37", INFO, "input.buildings_covered", "buildings", count=harmless
        )
    return found


def overlapping(survey: Survey, layer: str, least: float = 0.0) -> pd.DataFrame:
    """Return pairs of shapes and what they share.

    Columns: id, other (the smaller id first), row, other_row (their labels), area
    (m²), share (of the smaller shape), width (mean, metres), at. ``least`` is the
    share from which on a pair counts; points share all or nothing.
    """
    frame = survey.sound(layer)
    shapes = frame.geometry.to_numpy()
    ids = join_keys(frame, KEYS[layer]).fillna("?").to_numpy(dtype=object)
    one, other = _close_pairs(shapes, least)
    one, other = np.where(ids[one] <= ids[other], [one, other], [other, one])
    shared = shapely.intersection(shapes[one], shapes[other])
    area = shapely.area(shared)
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    share = np.divide(area, smaller, out=np.ones(len(area)), where=smaller > 0)
    around = shapely.length(shared) / 2
    width = np.divide(area, around, out=np.zeros(len(area)), where=around > 0)
    keep = (share > least) & ~shapely.is_empty(shared)
    labels = frame.index.to_numpy()
    pairs = pd.DataFrame(
        {
            "id": ids[one],
            "other": ids[other],
            "row": labels[one],
            "other_row": labels[other],
            "area": area,
            "share": share,
            "width": width,
        }
    )
    return pairs[keep].assign(at=spots(shared[keep]))


def _close_pairs(
    shapes: NDArray[np.object_], least: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs whose boxes share more than ``least`` of the smaller shape."""
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes)
    one, other = one[one < other], other[one < other]
    box = shapely.bounds(shapes)
    low = np.maximum(box[one, :2], box[other, :2])
    high = np.minimum(box[one, 2:], box[other, 2:])
    area = shapely.area(shapes)
    shared = np.prod(np.clip(high - low, 0.0, None), axis=1)
    near = shared >= least * np.minimum(area[one], area[other])
    return one[near], other[near]
