"""Grids of departments: none over another of its department, none off the city."""

import numpy as np

from gridpart.check.listing import list_findings, point_at
from gridpart.check.shapes import overlapping, unlike_thin
from gridpart.check.survey import SOUND, Survey, locate
from gridpart.finding import WARNING, Finding

LAYER = "department_grids"


def check_departments(survey: Survey) -> list[Finding]:
    """Find grids that lie over another of the same department, or outside the city."""
    owner = survey.city.department_grids["department"]
    pairs = overlapping(survey, LAYER)
    one, other = owner[pairs["row"]].to_numpy(), owner[pairs["other_row"]].to_numpy()
    pairs = pairs[(one == other) & unlike_thin(pairs)]
    return list_findings(
        "I27", WARNING, "input.overlap",
        layer=LAYER, at=pairs["at"],
        id=pairs["id"], other=pairs["other"], area=pairs["area"],
    ) + point_at(
        survey, LAYER, _outside(survey), "I27", WARNING, "input.department_outside"
    )  # fmt: skip


def _outside(survey: Survey) -> np.ndarray:
    sound = survey.states[LAYER] == SOUND
    if (survey.states["communities"] != SOUND).any():
        return np.zeros(len(sound), dtype=bool)
    shapes = survey.city.department_grids.geometry.where(sound)
    homes = locate(shapes, survey.city.communities)
    return sound & (homes["code"].isna() | (homes["share"] == 0)).to_numpy()
