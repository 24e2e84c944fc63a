"""Maps for print: one community and what lies around it, as SVG without text.

What a map shows is turned into SVG paths in metres from its corner, with line
widths that follow from its scale. Labels are set by the page, so that they stay
text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gridpart.plan import Plan
from gridpart.show.ground import Layer
from gridpart.show.outlines import edges_of
from gridpart.show.style import BARRIERS, MARKS

# Fills that differ in lightness as well as in hue; grids that touch get different
# ones. Blue is left to water, green hatching to exclusive grids.
FILLS = ("#f8dfb6", "#d9e7c3", "#e4d3e6", "#f5c8b4", "#f4efb0", "#cfe3da", "#dcd3c4")
SCALES = (
    *(500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 7500),
    *(10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 75_000),
    *(100_000, 150_000, 200_000, 250_000, 500_000, 1_000_000),
)
_FINEST_MM = 0.05  # detail smaller than this is left out
_PIXEL_M = 1.9  # a pixel of the map's style at zoom 16
_OUTSIDE = "#f1eee7"
_FOCUS = "#c62828"


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of ground on paper: centre in the plan's CRS, millimetres, scale."""

    x: float
    y: float
    width: float
    height: float
    scale: int

    @property
    def box(self) -> shapely.Geometry:
        """The ground that is seen."""
        half_w = self.width * self.scale / 2000
        half_h = self.height * self.scale / 2000
        return shapely.box(
            self.x - half_w, self.y - half_h, self.x + half_w, self.y + half_h
        )

    def on_paper(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of the ground (n × 2) in millimetres from the upper left."""
        middle = np.array([self.width, self.height]) / 2
        metres = self.scale / 1000
        return (points - [self.x, self.y]) * [1, -1] / metres + middle


@dataclass(frozen=True, slots=True)
class Outlines:
    """The paths of one map, in metres from its upper left corner."""

    corner: tuple[float, float]
    around: str
    around_lines: str
    grids: Mapping[str, tuple[str, str]]  # fill and path by code
    exclusive: str
    micro: str
    buildings: str
    buildings_around: str
    community: str
    barriers: Mapping[str, tuple[str, str]]  # areas and lines by kind


def window(shape: shapely.Geometry, width: float, height: float) -> Window:
    """Return the window of the given millimetres that shows a shape largest.

    The scale is a round one; a margin of 4 % is left around the shape.
    """
    left, low, right, high = shape.bounds
    need = max((right - left) / width, (high - low) / height, 1e-6) * 1000 * 1.08
    scale = next((one for one in SCALES if one >= need), SCALES[-1])
    return Window((left + right) / 2, (low + high) / 2, width, height, scale)


def fills(plan: Plan, community_code: str) -> dict[str, str]:
    """Give each base grid of a community a colour that no neighbour has."""
    grids = plan.base_grids[plan.base_grids["community_code"] == community_code]
    grids = grids.sort_values("grid_code").drop_duplicates("grid_code")
    shapes = grids.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(
        shapes, predicate="dwithin", distance=1.0
    )
    chosen: list[str] = []
    for row in range(len(grids)):
        near = {chosen[other] for other in second[first == row] if other < row}
        turn = row % len(FILLS)
        order = [*FILLS[turn:], *FILLS[:turn]]
        chosen.append(next((one for one in order if one not in near), order[0]))
    return dict(zip(grids["grid_code"], chosen, strict=True))


def outlines(
    ground: Mapping[str, Layer],
    community_code: str,
    view: Window,
    colours: Mapping[str, str],
) -> Outlines:
    """Return the paths of all that a map of a community shows.

    Parameters
    ----------
    ground
        The plan's layers, see :func:`gridpart.show.ground.read_ground`.
    community_code
        The community that stands out.
    view
        What is seen; no finer detail than its scale shows is kept.
    colours
        Fill of each of the community's base grids, by code.
    """
    box = view.box
    corner = box.bounds[0], box.bounds[3]
    finest = _FINEST_MM * view.scale / 1000

    def path(shapes: NDArray[np.object_]) -> str:
        return _path(shapely.simplify(shapes, finest), corner)

    def own(layer: Layer) -> NDArray[np.bool_]:
        return layer.groups == community_code

    seen = {name: layer.inside(box) for name, layer in ground.items()}
    base, micro = seen["base_grids"], seen["micro_grids"]
    others, micro = base.only(~own(base)), micro.only(own(micro))
    exclusive, communities = seen["exclusive_grids"], seen["communities"]
    whole = shapely.union_all(communities.shapes[own(communities)])
    buildings = seen["buildings"].shapes
    at_home = shapely.intersects(buildings, whole)
    first = dict(zip(base.keys[::-1], base.shapes[::-1], strict=True))
    return Outlines(
        corner,
        path(communities.shapes[~own(communities)]),
        path(edges_of(others.shapes, others.groups)),
        {
            code: (colours[code], path(np.array([first[code]])))
            for code in sorted(first.keys() & colours.keys())
        },
        path(exclusive.shapes[own(exclusive)]),
        path(edges_of(micro.shapes, micro.groups)),
        path(_grounds(buildings[at_home])),
        path(_grounds(buildings[~at_home])),
        path(np.array([whole])),
        _lines_by_kind(seen["barriers"], box, path),
    )


def draw(
    drawn: Outlines, view: Window, focus: str | None = None, hatch: str = "hatch"
) -> str:
    """Return a map as SVG.

    Parameters
    ----------
    drawn
        Paths of the community.
    view
        What to show of it, and how large.
    focus
        Code of a base grid to stand out; the others grow pale.
    hatch
        Name of the hatching; maps on one HTML page need different ones.
    """
    left, low, right, high = view.box.bounds
    metre = view.scale / 1000  # metres in a millimetre of paper
    x, y = left - drawn.corner[0], drawn.corner[1] - high
    box = f"{x:.2f} {y:.2f} {right - left:.2f} {high - low:.2f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" '
        f'width="{view.width}mm" height="{view.height}mm" fill="none" '
        'stroke-linejoin="round" stroke-linecap="butt">'
        f"{_hatching(metre, hatch)}{_layers(drawn, metre, focus, hatch)}</svg>"
    )


def _layers(drawn: Outlines, metre: float, focus: str | None, hatch: str) -> str:
    pale = f' fill-opacity="{0.45 if focus else 1}"'
    ink = MARKS["base"]
    parts = [
        f'<path d="{drawn.around}" fill="{_OUTSIDE}"/>',
        *(
            f'<path d="{path}" fill="{fill}"{"" if code == focus else pale}/>'
            for code, (fill, path) in drawn.grids.items()
        ),
        f'<path d="{drawn.exclusive}" fill="#e3f0ea"/>',
        f'<path d="{drawn.exclusive}" fill="url(#{hatch})"/>',
        *_barriers(drawn, metre),
        f'<path d="{drawn.buildings_around}" fill="#d3cdc2"/>',
        f'<path d="{drawn.buildings}" fill="{MARKS["building"]}" '
        f'stroke="{MARKS["building_line"]}" stroke-width="{0.1 * metre:.3f}"/>',
        _line(drawn.around_lines, "#b3aca0", 0.15 * metre),
        _line(drawn.micro, MARKS["micro"], 0.2 * metre, (1.2, 0.8), metre),
        _line(drawn.exclusive, MARKS["exclusive"], 0.45 * metre),
        *(_line(path, ink, 0.45 * metre) for _, path in drawn.grids.values()),
        _line(drawn.community, "#ffffff", 1.5 * metre),
        _line(drawn.community, MARKS["community"], 0.9 * metre),
    ]
    if focus:
        parts.append(_line(drawn.grids[focus][1], "#ffffff", 1.5 * metre))
        parts.append(_line(drawn.grids[focus][1], _FOCUS, 0.9 * metre))
    return "".join(parts)


def _barriers(drawn: Outlines, metre: float) -> list[str]:
    """Areas and lines as the one map draws them, casings first."""
    areas, cases, lines = [], [], []
    for kind, (area, line) in drawn.barriers.items():
        look = BARRIERS.get(kind, BARRIERS["other"])
        width = max(look["width"] * _PIXEL_M, 0.3 * metre)
        if area:
            areas.append(f'<path d="{area}" fill="{look["fill"]}"/>')
        if not line:
            continue
        if "case" in look:
            cases.append(_line(line, look["case"], width + 0.3 * metre))
        dashes = look.get("dash")
        lines.append(
            _line(
                line,
                look["line"],
                width if "case" not in look else width - 0.1 * metre,
                (2.0, 2.0) if dashes else None,
                metre,
            )
        )
    return [*areas, *cases, *lines]


def _line(
    path: str,
    colour: str,
    width: float,
    dash: tuple[float, float] | None = None,
    metre: float = 1.0,
) -> str:
    dashes = (
        f' stroke-dasharray="{dash[0] * metre:.2f} {dash[1] * metre:.2f}"'
        if dash
        else ""
    )
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width:.3f}"{dashes}/>'


def _hatching(metre: float, name: str) -> str:
    side = 2.2 * metre
    return (
        f'<defs><pattern id="{name}" width="{side:.3f}" height="{side:.3f}" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V{side:.3f}" stroke="{MARKS["exclusive"]}" '
        f'stroke-opacity="0.55" stroke-width="{0.35 * metre:.3f}"/></pattern></defs>'
    )


def _lines_by_kind(
    barriers: Layer,
    box: shapely.Geometry,
    path: Callable[[NDArray[np.object_]], str],
) -> dict[str, tuple[str, str]]:
    """Paths of areas and of lines for each kind, in the order they are drawn."""
    cut = shapely.intersection(barriers.shapes, box)
    dimension = shapely.get_dimensions(cut)
    return {
        kind: (
            path(cut[(barriers.keys == kind) & (dimension == 2)]),
            path(cut[(barriers.keys == kind) & (dimension == 1)]),
        )
        for kind in sorted(set(barriers.keys), key=_order)
    }


def _grounds(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Footprints; a building known as a point becomes a small square."""
    points = shapely.get_dimensions(shapes) == 0
    return np.where(points, shapely.buffer(shapes, 4.0, cap_style="square"), shapes)


def _order(kind: str) -> tuple[int, str]:
    known = list(BARRIERS)
    return (known.index(kind) if kind in BARRIERS else len(known), kind)


def _path(shapes: NDArray[np.object_], corner: tuple[float, float]) -> str:
    """Return the SVG path of polygons and lines, to the decimetre.

    Holes run the other way round; the order of the shapes does not matter.
    """
    parts = shapely.get_parts(shapes[~shapely.is_empty(shapes)])
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    linear = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    rings = shapely.get_rings(shapely.orient_polygons(parts[areal]))
    lines = np.concatenate([rings, parts[linear]])
    points, of = shapely.get_coordinates(lines, return_index=True)
    if not len(points):
        return ""
    points = np.round((points - corner) * (1, -1), 1)
    starts = np.searchsorted(of, np.arange(len(lines) + 1))
    told = [f"{x:g} {y:g}" for x, y in points.tolist()]
    pieces = []
    for number, (start, end) in enumerate(pairwise(starts)):
        close = "Z" if number < len(rings) else ""
        pieces.append("M" + "L".join(told[start : end - bool(close)]) + close)
    return "".join(sorted(pieces))
