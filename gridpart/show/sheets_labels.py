"""Labels on printed maps: where each stands, and which give way.

What is to be written comes as a list of wishes, the weightiest first. Each takes
the first of its places, with the fullest of its wordings, that is free.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.plan import Plan
from gridpart.show.sheets_map import Window

_POINT_MM = 0.3528
_LEADING = 1.25
_MARGIN_MM = 0.8
_INSIDE = 0.92  # share of a label that must lie on its own ground

_LATTICE = 16  # places tried across an area, each way
_BEST = 6  # of these, how many a label may choose from
_ARROW_MM = (14.0, 19.0)  # corner of the north arrow, width and height
_MARK_MM = 1.8  # radius of a mark
_BAR_MM = (76.0, 15.0)  # corner of the scale bar

Line = tuple[str, float, bool]  # text, size in points, bold
Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Something to be written.

    Parameters
    ----------
    places
        Where it may stand, in the plan's CRS, the best first.
    wordings
        Lines of text, the fullest first.
    kind
        How the page draws it.
    ground
        Where the label must lie for the most part, in the plan's CRS.
    needed
        Whether the shortest wording stands at the first place in any case.
    """

    places: tuple[tuple[float, float], ...]
    wordings: tuple[Lines, ...]
    kind: str
    ground: shapely.Geometry | None = None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """What labels should leave free: shapes on the ground, and the map's scale."""

    tree: shapely.STRtree
    scale: int


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text around a place on paper, in millimetres."""

    x: float
    y: float
    lines: Lines
    kind: str

    @property
    def box(self) -> shapely.Geometry:
        """The paper it covers."""
        wide, high = size_mm(self.lines)
        return shapely.box(
            self.x - wide / 2, self.y - high / 2, self.x + wide / 2, self.y + high / 2
        )

    def as_dict(self) -> dict[str, object]:
        """Return what the page needs."""
        lines = [{"text": t, "size": s, "bold": b} for t, s, b in self.lines]
        place = {"x": round(self.x, 2), "y": round(self.y, 2)}
        return place | {"kind": self.kind, "lines": lines}


def settle(
    view: Window, wishes: Iterable[Wish], marks: NDArray[np.float64]
) -> list[Label]:
    """Return the labels that the wishes come to; no two of them overlap.

    A needed label may overlap where nothing else is left.

    Parameters
    ----------
    view
        The map.
    wishes
        The weightiest first.
    marks
        Points on paper (n × 2, millimetres) that labels keep clear of.
    """
    paper = _free_paper(view)
    paper -= shapely.union_all(shapely.buffer(shapely.points(marks), _MARK_MM))
    labels: list[Label] = []
    for wish in wishes:
        ground = None
        if wish.ground is not None:
            ground = shapely.transform(wish.ground, view.on_paper)
        places = view.on_paper(np.array(wish.places)).tolist()
        free = (
            label
            for lines in wish.wordings
            for label in (Label(x, y, lines, wish.kind) for x, y in places)
            if _is_free(label, paper, ground, labels)
        )
        label = next(free, None)
        if label is None and wish.needed:
            x, y = places[0]
            label = Label(x, y, wish.wordings[-1], wish.kind)
        if label is not None:
            labels.append(label)
    return labels


def size_mm(lines: Lines) -> tuple[float, float]:
    """Return about how much paper lines of text need, with a margin."""
    wide, high = 0.0, 0.0
    for text, size, bold in lines:
        wide = max(wide, ems_of(text) * size * _POINT_MM * (1.03 if bold else 1.0))
        high += size * _POINT_MM * _LEADING
    return wide + 2 * _MARGIN_MM, high + _MARGIN_MM


def ems_of(text: str) -> float:
    """Return about how wide a text is, in widths of a Chinese character."""
    return sum(
        1.0 if unicodedata.east_asian_width(one) in "WF" else 0.58 for one in text
    )


def wish_areas(
    shapes: NDArray[np.object_],
    wordings: Sequence[tuple[Lines, ...]],
    kind: str,
    *,
    needed: bool = True,
    quiet: Quiet | None = None,
) -> list[Wish]:
    """Wish a label in the roomiest spot of each area, the roomiest area first.

    Parameters
    ----------
    shapes
        Polygons in the plan's CRS.
    wordings
        For each of them, the fullest first.
    kind
        How the page draws the labels.
    needed
        Whether each must be named in any case.
    quiet
        What labels should leave free if they can.
    """
    circles = shapely.maximum_inscribed_circle(shapes, 3.0)
    centres = shapely.get_coordinates(shapely.get_point(circles, 0))
    wishes = []
    for row in np.argsort(-shapely.length(circles), kind="stable"):
        inner = shapely.get_coordinates(shapely.point_on_surface(shapes[row]))[0]
        places = [tuple(centres[row]), tuple(inner)]
        if quiet is not None:
            best = _quiet_places(shapes[row], centres[row], wordings[row][0], quiet)
            places = [*best, *places]
        wishes.append(Wish(tuple(places), wordings[row], kind, shapes[row], needed))
    return wishes


def wish_compounds(plan: Plan, community_code: str, view: Window) -> list[Wish]:
    """Wish the name of each compound near its middle."""
    names = plan.compounds.dropna(subset=["name"]).drop_duplicates("compound_id")
    named = names.set_index("compound_id")["name"]
    atoms: gpd.GeoDataFrame = plan.atoms
    inside = atoms["community_code"] == community_code
    built = atoms["building_id"].notna() & atoms["compound_id"].isin(named.index)
    own = atoms[inside & built]
    if own.empty:
        return []
    whole = own.dissolve("compound_id")
    middles = shapely.get_coordinates(shapely.point_on_surface(whole.geometry))
    step = view.scale / 1000
    return [
        Wish(
            tuple((x, y + up * step) for up in (0.0, -4.0, 4.0, -8.0, 8.0)),
            (((str(named[compound]), 6.5, False),),),
            "compound",
        )
        for compound, (x, y) in zip(whole.index, middles, strict=True)
    ]


def wish_points(
    places: NDArray[np.float64], texts: Sequence[str], kind: str, sizes: Sequence[float]
) -> list[Wish]:
    """Wish a short text at each place, in the first of the sizes that is free."""
    return [
        Wish(((x, y),), tuple(((text, size, False),) for size in sizes), kind)
        for (x, y), text in zip(places.tolist(), texts, strict=True)
    ]


def _quiet_places(
    shape: shapely.Geometry, centre: NDArray[np.float64], lines: Lines, quiet: Quiet
) -> list[tuple[float, float]]:
    """Places inside a shape where a label hides least, near the centre if it can."""
    wide, high = np.array(size_mm(lines)) * quiet.scale / 1000
    left, low, right, top = shape.bounds
    x, y = np.meshgrid(
        np.linspace(left, right, _LATTICE), np.linspace(low, top, _LATTICE)
    )
    points = np.column_stack([x.ravel(), y.ravel()])
    half = np.array([wide, high]) / 2
    boxes = shapely.box(*(points - half).T, *(points + half).T)
    inside = shapely.contains(shape, boxes)
    points, boxes = points[inside], boxes[inside]
    box, other = quiet.tree.query(boxes, predicate="intersects")
    hidden = np.bincount(
        box,
        weights=shapely.area(
            shapely.intersection(boxes[box], quiet.tree.geometries[other])
        ),
        minlength=len(boxes),
    )
    away = np.hypot(*(points - centre).T) / wide
    order = np.argsort(hidden / (wide * high) + 0.1 * away, kind="stable")
    return [(x, y) for x, y in points[order[:_BEST]].tolist()]


def _free_paper(view: Window) -> shapely.Geometry:
    """Return the sheet without the corners of north arrow and scale bar."""
    paper = shapely.box(0, 0, view.width, view.height)
    arrow = shapely.box(view.width - _ARROW_MM[0], 0, view.width, _ARROW_MM[1])
    bar = shapely.box(0, view.height - _BAR_MM[1], _BAR_MM[0], view.height)
    return paper - arrow - bar


def _is_free(
    label: Label,
    paper: shapely.Geometry,
    ground: shapely.Geometry | None,
    labels: Sequence[Label],
) -> bool:
    box = label.box
    if not shapely.contains_properly(paper, box):
        return False
    if ground is not None and (
        shapely.intersection(box, ground).area < _INSIDE * box.area
    ):
        return False
    return not any(shapely.intersects(box, other.box) for other in labels)
