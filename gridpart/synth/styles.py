"""How the buildings of each use look: sizes, rows, floors and flats."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Style:
    """Buildings of one kind.

    ``depth_m`` and ``unit_m`` are the sides of one unit; ``pitch_m`` is the way
    from row to row, ``gap_m`` from building to building; ``keep`` the share of
    places that are built on; ``flats`` are flats a floor and unit (0: nobody
    lives there), ``lived`` the share of them with a household.
    """

    depth_m: float
    unit_m: float
    units: tuple[int, int]
    floors: tuple[int, int]
    flats: int
    pitch_m: tuple[float, float]
    gap_m: tuple[float, float]
    keep: float
    lived: float


STYLES = {
    "walkups": Style(11.5, 14.0, (3, 6), (5, 6), 2, (23, 29), (8, 15), 0.94, 0.90),
    "slabs": Style(13.0, 17.0, (3, 4), (6, 11), 2, (33, 44), (13, 20), 0.92, 0.88),
    "towers": Style(17.0, 26.0, (1, 2), (17, 30), 4, (52, 68), (26, 44), 0.88, 0.86),
    "loose": Style(11.0, 12.5, (2, 5), (4, 6), 2, (24, 36), (7, 24), 0.74, 0.86),
    "frontage": Style(11.0, 12.5, (2, 5), (3, 6), 2, (26, 34), (5, 22), 0.80, 0.86),
    "huge tower": Style(25.0, 21.0, (4, 4), (30, 33), 7, (60, 70), (40, 50), 1.0, 1.0),
    "school": Style(16.0, 24.0, (2, 3), (4, 5), 0, (40, 55), (18, 30), 0.55, 0.0),
    "hospital": Style(20.0, 30.0, (2, 3), (5, 14), 0, (45, 60), (18, 30), 0.75, 0.0),
    "park": Style(9.0, 9.0, (1, 2), (1, 2), 0, (70, 90), (60, 90), 0.15, 0.0),
    "mall": Style(60.0, 45.0, (2, 2), (3, 6), 0, (85, 95), (30, 45), 0.85, 0.0),
    "market": Style(17.0, 22.0, (2, 4), (1, 2), 0, (27, 33), (9, 14), 0.85, 0.0),
    "factory": Style(34.0, 26.0, (2, 4), (1, 3), 0, (48, 60), (14, 26), 0.8, 0.0),
    "office": Style(28.0, 30.0, (1, 2), (9, 26), 0, (56, 70), (26, 40), 0.85, 0.0),
    "dormitory": Style(16.0, 24.0, (2, 3), (4, 6), 3, (40, 55), (18, 30), 1.0, 0.7),
}
NAMES = tuple(STYLES)
INDEX = {name: index for index, name in enumerate(NAMES)}


def column(name: str) -> np.ndarray:
    """Return one property of all styles, in the order of ``NAMES``."""
    return np.array([getattr(style, name) for style in STYLES.values()])
