"""Buildings on parcels: rows in compounds, fronts along old streets."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator

from gridpart.coverage import dissolve
from gridpart.synth import uses as use_names
from gridpart.synth.ground import Ground
from gridpart.synth.rows import Footprints, fill_rows, fill_strips, turn_each
from gridpart.synth.streets import RAILWAY
from gridpart.synth.styles import INDEX, STYLES, column

PARCEL_M, STREET_M, ARTERIAL_M, RAIL_M = 5.0, 9.0, 21.0, 30.0
LEAST_M2 = 1_200.0
NEAREST_M = 4.0
LEAN = np.radians(22)
TOWER_SHARE = 0.42
FRONT_SHARE = 0.6
DORMITORY_SHARE = 0.12
TOWER_PLOT_M2 = 16_000.0
PARCELS_A_TOWER = 700


@dataclass(frozen=True, slots=True, eq=False)
class Houses:
    """Buildings, as arrays of equal length: shape, parcel, style, units."""

    shapes: np.ndarray
    parcel: np.ndarray
    style: np.ndarray
    units: np.ndarray


def build_houses(ground: Ground, uses: np.ndarray, rng: Generator) -> Houses:
    """Build on all parcels by their use; nothing overlaps, all keeps to its parcel."""
    built = ~np.isin(uses, [use_names.WATER, use_names.GREEN, use_names.EMPTY])
    plots, angle = _plots(ground, built)
    parcel = np.flatnonzero(built)
    roomy = shapely.area(plots) > LEAST_M2
    plots, angle, parcel = plots[roomy], angle[roomy], parcel[roomy]
    use = uses[parcel]
    kind = np.where(use == use_names.LOOSE, "rows", "level").astype("<U6")
    kind[(kind == "rows") & (rng.random(len(use)) < FRONT_SHARE)] = "fronts"
    kind[use == "mixed"] = "mixed"
    tower, shapes = _huge_towers(plots, use, parcel, ground, rng)
    kind[tower] = "tower"
    style = np.array([INDEX.get(name, 0) for name in use])
    level = np.flatnonzero((kind == "rows") | (kind == "level"))
    mixed = np.flatnonzero(kind == "mixed")
    south, north = _south_and_north(plots[mixed])
    fronts = np.flatnonzero(kind == "fronts")
    placed = [
        _placed(fill_rows(plots[level], style[level], rng), level, style[level]),
        _placed(_rows_of("slabs", south, rng), mixed, _of("slabs", mixed)),
        _placed(_rows_of("towers", north, rng), mixed, _of("towers", mixed)),
        _placed(_fill_fronts(plots[fronts], rng), fronts, _of("frontage", fronts)),
        (shapes, tower, _of("huge tower", tower), np.full(len(tower), 4)),
    ]
    shapes, at, style, units = (
        np.concatenate(part) for part in zip(*placed, strict=True)
    )
    houses = Houses(turn_each(shapes, angle[at]), parcel[at], style, units)
    return _tidied(_with_dormitories(houses, rng))


def _of(name: str, plots: np.ndarray) -> np.ndarray:
    return np.full(len(plots), INDEX[name])


def _rows_of(name: str, plots: np.ndarray, rng: Generator) -> Footprints:
    return fill_rows(plots, _of(name, plots), rng)


def _placed(
    found: Footprints, owner: np.ndarray, style: np.ndarray
) -> tuple[np.ndarray, ...]:
    return found.shapes, owner[found.plot], style[found.plot], found.units


def _plots(ground: Ground, built: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what may be built on of each parcel, turned level, and the angle."""
    blocks, block = _joined(ground.parcels, ground.block)
    faces, face = _joined(ground.parcels, ground.superblock)
    railside = ground.kind == RAILWAY
    margin = np.full(len(faces), ARTERIAL_M)
    margin[face[ground.left[railside]]] = RAIL_M
    margin[face[ground.right[railside & (ground.right >= 0)]]] = RAIL_M
    inner = [
        shapely.buffer(ground.parcels, -PARCEL_M, join_style="mitre"),
        shapely.buffer(blocks, -STREET_M, join_style="mitre")[block],
        shapely.buffer(faces, -margin, join_style="mitre")[face],
    ]
    plots = inner[0][built]
    for other in inner[1:]:
        plots = shapely.intersection(plots, other[built])
    angle = _lean(blocks)[block[built]]
    return turn_each(_largest_part(plots), -angle), angle


def _joined(shapes: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, joined = dissolve(shapes, label)
    return joined, np.unique(label, return_inverse=True)[1]


def _lean(blocks: np.ndarray) -> np.ndarray:
    """Angle of the rows: along the block, but facing about south."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(blocks))
    side = corners.reshape(-1, 5, 2)[:, 1] - corners.reshape(-1, 5, 2)[:, 0]
    angle = np.arctan2(side[:, 1], side[:, 0])
    return np.clip((angle + np.pi / 4) % (np.pi / 2) - np.pi / 4, -LEAN, LEAN)


def _largest_part(shapes: np.ndarray) -> np.ndarray:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort([shapely.area(parts), owner])
    largest = np.full(len(shapes), shapely.Polygon(), dtype=object)
    largest[owner[order]] = parts[order]
    return largest


def _south_and_north(plots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Divide level plots into a southern part for slabs and a northern for towers."""
    low_x, low_y, high_x, high_y = shapely.bounds(plots).T
    line = high_y - TOWER_SHARE * (high_y - low_y)
    south = shapely.intersection(plots, shapely.box(low_x, low_y, high_x, line))
    north = shapely.intersection(plots, shapely.box(low_x, line + 12, high_x, high_y))
    return _largest_part(south), _largest_part(north)


def _huge_towers(
    plots: np.ndarray,
    use: np.ndarray,
    parcel: np.ndarray,
    ground: Ground,
    rng: Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Choose loose plots for one huge tower each: the innermost and some others."""
    size = STYLES["huge tower"]
    half = np.array([size.unit_m * size.units[0], size.depth_m]) / 2
    middle = shapely.get_coordinates(shapely.centroid(plots))
    shapes = shapely.box(*(middle - half).T, *(middle + half).T)
    fits = (use == use_names.LOOSE) & shapely.contains_properly(plots, shapes)
    fits &= shapely.area(plots) < TOWER_PLOT_M2
    places = np.flatnonzero(fits)
    away = np.linalg.norm(
        shapely.get_coordinates(shapely.centroid(ground.parcels[parcel[places]])),
        axis=1,
    )
    places = places[np.argsort(away, kind="stable")]
    more = rng.permutation(places[1:])[: len(ground.parcels) // PARCELS_A_TOWER]
    chosen = np.concatenate([places[:1], more])
    return chosen, shapes[chosen]


def _fill_fronts(plots: np.ndarray, rng: Generator) -> Footprints:
    """Set buildings along the sides of plots, facing the streets."""
    style = _of("frontage", plots)
    depth = column("depth_m")[INDEX["frontage"]]
    sides = shapely.orient_polygons(shapely.simplify(plots, 2.0))
    points, plot = shapely.get_coordinates(
        shapely.get_exterior_ring(sides), return_index=True
    )
    step = np.flatnonzero(plot[1:] == plot[:-1])
    start, way, plot = points[step], points[step + 1] - points[step], plot[step]
    length = np.linalg.norm(way, axis=1)
    along = way / length[:, None]
    inward = np.column_stack([-along[:, 1], along[:, 0]])
    start = start + inward * (depth / 2 + 0.3) + along * (depth + 5)
    long = length > 3 * depth + 10
    shapes, strip, units = fill_strips(
        start[long],
        along[long],
        length[long] - 2 * depth - 10,
        style[plot[long]],
        plot[long],
        rng,
    )
    plot = plot[long][strip]
    inside = shapely.contains_properly(plots[plot], shapes)
    return Footprints(shapes[inside], plot[inside], units[inside])


def _with_dormitories(houses: Houses, rng: Generator) -> Houses:
    """Let some buildings of schools and factories be lived in."""
    sites = [INDEX["school"], INDEX["factory"]]
    lived_in = np.isin(houses.style, sites)
    lived_in &= rng.random(len(houses.style)) < DORMITORY_SHARE
    style = np.where(lived_in, INDEX["dormitory"], houses.style)
    return Houses(houses.shapes, houses.parcel, style, houses.units)


def _tidied(houses: Houses) -> Houses:
    """Leave out buildings too near to another, and sort by parcel."""
    drop = np.zeros(len(houses.shapes), dtype=bool)
    one, two = shapely.STRtree(houses.shapes).query(
        houses.shapes, predicate="dwithin", distance=NEAREST_M
    )
    drop[np.maximum(one, two)[one != two]] = True
    order = np.flatnonzero(~drop)
    order = order[np.argsort(houses.parcel[order], kind="stable")]
    return Houses(
        houses.shapes[order],
        houses.parcel[order],
        houses.style[order],
        houses.units[order],
    )
