"""Rows of buildings on plots, as on the plans of Chinese compounds.

Every plot is turned until its rows run level; each row is the longest level strip
that lies within the plot, filled with slabs of about equal length from one end to
the other, as even as a drawing office makes them.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator

from gridpart.synth.styles import column

PLACES = 14
SLACK_M = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Footprints:
    """Buildings as rectangles: shape, plot they stand on, units side by side."""

    shapes: np.ndarray
    plot: np.ndarray
    units: np.ndarray


def turn_each(shapes: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Turn each geometry around the origin by its own angle, radians."""
    points, index = shapely.get_coordinates(shapes, return_index=True)
    cos, sin = np.cos(angles)[index], np.sin(angles)[index]
    x, y = points.T
    turned = np.column_stack([x * cos - y * sin, x * sin + y * cos])
    return shapely.set_coordinates(shapes.copy(), turned)


def fill_rows(plots: np.ndarray, style: np.ndarray, rng: Generator) -> Footprints:
    """Fill level plots with level rows.

    Parameters
    ----------
    plots
        Polygons to build on, turned so that rows run along x, metres.
    style
        Position of each plot's style in :data:`gridpart.synth.styles.NAMES`.
    rng
        Source of chance.
    """
    plot, low, high, y = _strips(plots, style, rng)
    shapes, row, units = fill_strips(
        np.column_stack([low, y]),
        np.column_stack([np.ones(len(y)), np.zeros(len(y))]),
        high - low,
        style[plot],
        plot,
        rng,
    )
    shapely.prepare(plots)
    inside = shapely.contains_properly(plots[plot[row]], shapes)
    return Footprints(shapes[inside], plot[row][inside], units[inside])


def fill_strips(
    start: np.ndarray,
    along: np.ndarray,
    length: np.ndarray,
    style: np.ndarray,
    group: np.ndarray,
    rng: Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Set slabs side by side on strips, centred on the strip's middle line.

    Parameters
    ----------
    start, along, length
        Where each strip begins, its direction (unit vector), and its length.
    style
        Style of each strip.
    group
        Strips of one group (a plot) have slabs of the same length and gap.

    Returns
    -------
    shapes, strip, units
        Rectangles, the strip each stands on, and its units.
    """
    fewest, most = column("units")[style].T
    size = group.max(initial=-1) + 1
    usual = fewest + np.floor(rng.random(size)[group] * (most - fewest + 1))
    units = usual[:, None] + rng.choice(
        [-1, 0, 1], (len(style), PLACES), p=[0.14, 0.72, 0.14]
    )
    units = np.clip(units, fewest[:, None], most[:, None])
    wide = units * column("unit_m")[style][:, None]
    tight, loose = column("gap_m")[style].T
    gap = tight + rng.random(size)[group] * (loose - tight)
    end = np.cumsum(wide + gap[:, None], axis=1) - gap[:, None]
    fits = end <= length[:, None]
    count = fits.sum(axis=1)
    used = np.where(count > 0, end[np.arange(len(end)), count - 1], 0)
    spare = length - used
    stretch = np.minimum(spare / np.maximum(count - 1, 1), SLACK_M)
    shift = (spare - stretch * (count - 1)) / 2
    left = end - wide + shift[:, None] + stretch[:, None] * np.arange(PLACES)
    built = fits & (rng.random(fits.shape) < column("keep")[style][:, None])
    strip, place = np.nonzero(built)
    shapes = _rectangles(
        start[strip] + along[strip] * left[strip, place][:, None],
        along[strip],
        wide[strip, place],
        column("depth_m")[style[strip]],
    )
    return shapes, strip, units[strip, place].astype(int)


def _strips(
    plots: np.ndarray, style: np.ndarray, rng: Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Lay strips on plots: the plot, the ends in x, the middle line's y."""
    bounds = shapely.bounds(plots)
    depth = column("depth_m")[style]
    near, far = column("pitch_m")[style].T
    pitch = near + rng.random(len(plots)) * (far - near)
    height = bounds[:, 3] - bounds[:, 1]
    count = np.maximum(np.floor((height - depth) / pitch) + 1, 0).astype(int)
    rest = height - depth - (count - 1) * pitch
    plot = np.repeat(np.arange(len(plots)), count)
    step = np.arange(len(plot)) - np.repeat(np.cumsum(count) - count, count)
    y = (bounds[:, 1] + depth / 2 + rest / 2)[plot] + step * pitch[plot]
    ends = [
        _reach(plots[plot], bounds[plot], y + side * depth[plot] / 2)
        for side in (-1, 1)
    ]
    low = np.maximum(ends[0][:, 0], ends[1][:, 0])
    high = np.minimum(ends[0][:, 1], ends[1][:, 1])
    wide = high - low > column("unit_m")[style[plot]]
    return plot[wide], low[wide] + 0.1, high[wide] - 0.1, y[wide]


def _reach(plots: np.ndarray, bounds: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return from where to where each plot reaches at height y, longest part."""
    ends = np.stack([bounds[:, [0, 2]], np.column_stack([y, y])], axis=-1)
    parts, owner = shapely.get_parts(
        shapely.intersection(shapely.linestrings(ends), plots), return_index=True
    )
    order = np.lexsort([shapely.length(parts), owner])
    reach = np.full((len(plots), 2), [np.inf, -np.inf])
    reach[owner[order]] = shapely.bounds(parts[order])[:, [0, 2]]
    return reach


def _rectangles(
    start: np.ndarray, along: np.ndarray, wide: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    """Rectangles around a middle line that begins at ``start``."""
    side = np.column_stack([-along[:, 1], along[:, 0]]) * depth[:, None] / 2
    end = start + along * wide[:, None]
    corners = np.stack([start - side, end - side, end + side, start + side], axis=1)
    return shapely.polygons(corners)
