"""The great lines of a made-up city: arterials, a river, railways.

Arterials are a lattice of uneven spacing that was bent as a whole, lost some of
its stretches and gained diagonals; river and railways wind across it. Their
faces are the superblocks that streets divide later.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator

ARTERIAL, RAILWAY, BANK, MIDSTREAM = "arterial", "railway", "bank", "midstream"

SPACING_M = (560.0, 1080.0)
WIDTH_M = (55.0, 105.0)
STEP_M = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """Great lines around the origin, in metres.

    ``kinds`` says of each line whether it is an arterial, a railway, a bank or
    the midstream of the river; ``river`` is the water between the banks.
    """

    lines: np.ndarray
    kinds: np.ndarray
    river: shapely.Polygon


def draw_net(radius: float, rng: Generator) -> Net:
    """Draw the great lines of a city.

    Parameters
    ----------
    radius
        How far the city reaches from its middle, metres.
    rng
        Source of chance.
    """
    reach = radius * 1.25 + 800
    waves = _waves(rng)
    turn = np.radians(rng.uniform(-14, 14))
    lines = [(line, ARTERIAL) for line in _arterials(reach, waves, rng)]
    river, banks, midstream = _river(radius, reach, rng)
    lines += [(bank, BANK) for bank in banks] + [(midstream, MIDSTREAM)]
    lines += [(line, RAILWAY) for line in _railways(radius, reach, rng)]
    shapes = np.array([line for line, _ in lines], dtype=object)
    return Net(
        _turned(shapes, turn),
        np.array([kind for _, kind in lines]),
        _turned(np.array([river], dtype=object), turn)[0],
    )


def superblocks(net: Net) -> tuple[np.ndarray, np.ndarray]:
    """Return the faces between the great lines, and which of them are water."""
    noded = shapely.union_all(net.lines, grid_size=0.001)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(net.river)
    return faces, shapely.contains_xy(
        net.river, *shapely.get_coordinates(shapely.point_on_surface(faces)).T
    )


def _waves(rng: Generator) -> np.ndarray:
    """Plane waves that bend the city: wave vector, phase, shift in x and y."""
    count = 7
    length = rng.uniform(1800, 6500, count)
    heading = rng.uniform(0, 2 * np.pi, count)
    shift = 0.026 * length[:, None] * rng.normal(0, 1, (count, 2))
    vector = 2 * np.pi / length * np.array([np.cos(heading), np.sin(heading)])
    return np.column_stack([vector.T, rng.uniform(0, 2 * np.pi, count), shift])


def _bend(points: np.ndarray, waves: np.ndarray) -> np.ndarray:
    swing = np.sin(points @ waves[:, :2].T + waves[:, 2])
    return points + swing @ waves[:, 3:]


def _arterials(reach: float, waves: np.ndarray, rng: Generator) -> list:
    xs, ys = _ticks(reach, rng), _ticks(reach, rng)
    nodes = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    nodes += rng.normal(0, 45, nodes.shape)
    along_x = _stretches(nodes[:-1], nodes[1:], waves, rng)
    along_y = _stretches(nodes[:, :-1], nodes[:, 1:], waves, rng)
    rim_x = np.zeros(nodes[:-1].shape[:2], dtype=bool)
    rim_x[:, [0, -1]] = True
    rim_y = np.zeros(nodes[:, :-1].shape[:2], dtype=bool)
    rim_y[[0, -1]] = True
    rim = np.concatenate([rim_x.ravel(), rim_y.ravel()])
    stretches = np.concatenate([along_x, along_y])
    keep = rim | (rng.random(len(stretches)) > 0.11)
    return [*stretches[keep], *_diagonals(nodes, waves, rng)]


def _ticks(reach: float, rng: Generator) -> np.ndarray:
    count = int(2 * reach / np.mean(SPACING_M)) + 3
    ticks = np.cumsum(rng.uniform(*SPACING_M, count))
    return ticks - ticks.mean() + rng.uniform(-200, 200)


def _stretches(
    start: np.ndarray, end: np.ndarray, waves: np.ndarray, rng: Generator
) -> np.ndarray:
    """Bent lines of four points between the nodes of two arrays."""
    start, end = start.reshape(-1, 2), end.reshape(-1, 2)
    steps = np.array([0, 1 / 3, 2 / 3, 1])[None, :, None]
    points = start[:, None] * (1 - steps) + end[:, None] * steps
    points[:, 1:3] += rng.normal(0, 9, (len(points), 2, 2))
    return shapely.linestrings(_bend(points.reshape(-1, 2), waves).reshape(-1, 4, 2))


def _diagonals(nodes: np.ndarray, waves: np.ndarray, rng: Generator) -> list:
    """Avenues from node to node, aslant."""
    wide, high = nodes.shape[:2]
    lines = []
    for _ in range(max(1, wide * high // 45)):
        steps = int(rng.integers(2, 5))
        i, j = rng.integers(1, max(2, wide - steps)), rng.integers(1, high - 1)
        lean = 1 if rng.random() < 0.5 else -1
        path = [
            nodes[i + s, j + lean * s]
            for s in range(steps + 1)
            if i + s < wide and 0 <= j + lean * s < high
        ]
        if len(path) > 1:
            path_points = np.array(path)
            lines += list(_stretches(path_points[:-1], path_points[1:], waves, rng))
    return lines


def _winding(
    offset: float, reach: float, swing: np.ndarray, length: np.ndarray, rng: Generator
) -> np.ndarray:
    """Points of a winding line that runs from west to east at ``offset``."""
    end = 1.6 * reach + 2500
    x = np.arange(-end, end, STEP_M)
    phase = rng.uniform(0, 2 * np.pi, len(swing))
    y = offset + np.sin(x[:, None] / length * 2 * np.pi + phase) @ swing
    return np.column_stack([x, y])


def _river(radius: float, reach: float, rng: Generator) -> tuple:
    swing = np.array([0.16 * min(radius, 3000), 110.0, 35.0])
    length = np.array([max(2200.0, 1.1 * radius), 1700.0, 800.0])
    middle = _winding(0.42 * radius, reach, swing, length, rng)
    tangent = np.gradient(middle, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    wave = np.sin(middle[:, 0] / 900 + rng.uniform(0, 6)) * 0.5 + 0.5
    half = (WIDTH_M[0] + wave * (WIDTH_M[1] - WIDTH_M[0]))[:, None] / 2
    sides = [middle + half * normal, middle - half * normal]
    water = shapely.Polygon(np.concatenate([sides[0], sides[1][::-1]]))
    turn = np.radians(rng.uniform(-25, 25))
    lines = _turned(shapely.linestrings([*sides, middle]), turn)
    return _turned(np.array([water], dtype=object), turn)[0], lines[:2], lines[2]


def _railways(radius: float, reach: float, rng: Generator) -> list:
    swing, length = np.array([0.05 * radius, 40.0]), np.array([2.3 * radius, 2900.0])
    points = _winding(-0.34 * radius, reach, swing, length, rng)
    turn = np.radians(rng.uniform(-20, 20))
    lines = [_turned(shapely.linestrings([points]), turn)[0]]
    if radius > 2500:
        branch = _winding(0.2 * radius, reach, swing, length, rng)
        aslant = turn + np.radians(rng.uniform(55, 80))
        lines += list(_turned(shapely.linestrings([branch]), aslant))
    return lines


def _turned(shapes: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos, -sin], [sin, cos]])
    return shapely.transform(shapes, lambda points: points @ matrix.T)
