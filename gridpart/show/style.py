"""Colours and line weights by role: what a thing is decides how it looks.

Deviation has seven fixed classes, so that two maps can be compared by eye. Violet
is too few households, red too many, and the pale middle is where a grid should
be; blue is left to water. The steps also differ in lightness and along the
blue-yellow axis, which is what colour-blind eyes keep.
"""

from typing import Any

# Lower edge of each class but the first, as shares of the community's mean.
DEVIATION_EDGES = (-0.25, -0.10, -0.05, 0.05, 0.10, 0.25)
DEVIATION_COLOURS = (
    "#6a51a3",
    "#a79bd0",
    "#dbd5ec",
    "#f7f4e0",
    "#fcd99f",
    "#f0985c",
    "#c4463b",
)

# Households: seven classes by the target of the rules, pale to dark, so that they keep
# their order in grey and for every kind of colour-blind eyes.
HOUSEHOLDS_EDGES = (0.4, 0.6, 0.8, 1.0, 1.2, 1.4)
HOUSEHOLDS_COLOURS = (
    "#fdf6d8",
    "#fbe3a0",
    "#f6c667",
    "#ea9f4a",
    "#cf7541",
    "#a54f3c",
    "#6f2f3c",
)

# Zoom levels at which a layer starts to be drawn.
FROM_ZOOM = {
    "micro_grids": 15,
    "buildings": 15,
    "party_orgs": 15,
    "resources": 15,
    "workers": 15,
    "posts": 13.5,
    "micro_posts": 16,
}

# Lines and areas of the base map, in the order they are drawn. ``width`` is in
# pixels at zoom 16.
BARRIERS: dict[str, dict[str, Any]] = {
    "water": {"fill": "#b5d5e8", "line": "#8dbbd6", "width": 3.0},
    "river": {"fill": "#b5d5e8", "line": "#8dbbd6", "width": 5.0},
    "street": {"fill": "#ffffff", "line": "#ffffff", "width": 2.6, "case": "#cfcbc0"},
    "wall": {"fill": "#cbbfae", "line": "#a08f78", "width": 1.2},
    "arterial": {"fill": "#fffdf6", "line": "#fffdf6", "width": 5.0, "case": "#b8ad93"},
    "motorway": {"fill": "#ffe9b8", "line": "#ffe9b8", "width": 6.0, "case": "#c09a4e"},
    "railway": {
        "fill": "#d8d5cf",
        "line": "#ffffff",
        "width": 4.6,
        "case": "#4d4d4d",
        "dash": [8, 8],
    },
    "other": {"fill": "#d9d4c8", "line": "#a9a294", "width": 1.6},
}

MARKS: dict[str, Any] = {
    "paper": "#eceae4",
    "ground": "#faf8f3",
    "community": "#1f3147",
    "base": "#37474f",
    "micro": "#607d8b",
    "exclusive": "#2e7d6b",
    "building": "#8d8478",
    "building_line": "#5f574c",
    "selected": "#111111",
    "error": "#c62828",
    "warning": "#e08a00",
    "info": "#3f6fb5",
    "party": "#c8102e",
    "resources": ["#00695c", "#b34700", "#3949ab"],
    "worker": "#1f5d73",
    "vacant": "#c62828",
    "departments": ["#7b1fa2", "#00838f", "#ad1457", "#4e342e", "#283593", "#558b2f"],
}


def deviation_class(deviation: float) -> int:
    """Return the class of a deviation, 0 (far too few) to 6 (far too many).

    The edges belong to the class nearer to zero: +5 % is still in the middle.
    """
    below = sum(deviation >= edge for edge in DEVIATION_EDGES[:3])
    above = sum(deviation > edge for edge in DEVIATION_EDGES[3:])
    return below + above


def as_dict(target: int) -> dict[str, Any]:
    """Return the whole style as the map's script reads it.

    Parameters
    ----------
    target
        Households that a base grid shall have.
    """
    households = [round(target * edge) for edge in HOUSEHOLDS_EDGES]
    return {
        "choropleth": {
            "deviation": {"edges": DEVIATION_EDGES, "colours": DEVIATION_COLOURS},
            "households": {"edges": households, "colours": HOUSEHOLDS_COLOURS},
        },
        "fromZoom": FROM_ZOOM,
        "barriers": BARRIERS,
        "marks": MARKS,
    }
