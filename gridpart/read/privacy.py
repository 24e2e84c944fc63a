"""What of a table may come in: counts of buildings, nothing about persons.

Only columns with a place in :data:`gridpart.columns.CITY` are ever loaded. On top
of that a table is refused when a heading says that it holds facts about persons,
or when a value that would be kept is a resident's number. Messages name the place
of a value, never the value.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gridpart.errors import InputError
from gridpart.read.headings import plain

DUTY_ROSTER = "workers"
_NAME = "姓名"
_PERSONAL = (
    *("身份证", "证件号", "电话", "手机", "民族", "宗教", "政治面", "出生", "病"),
    *("残疾", "低保", "空巢", "矫正", "信访", "重点人", "人脸", "轨迹"),
)

_RESIDENT_ID = r"(?<![0-9])([0-9]{17}[0-9Xx])(?![0-9A-Za-z])"
_MOBILE = r"(?<![0-9])(?:(?:\+|00)?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))


def refuse_headings(headings: Iterable[str], layer: str, where: str) -> None:
    """Refuse a table with a column about persons.

    A duty roster may have a column of names; like every other column that has no
    place here, it is not loaded.

    Raises
    ------
    InputError
        If a heading names facts about persons.
    """
    for heading in headings:
        bare = plain(heading)
        words = _PERSONAL if layer == DUTY_ROSTER else (_NAME, *_PERSONAL)
        word = next((word for word in words if word in bare), None)
        if word is not None:
            msg = (
                f"{where}, layer {layer}: column `{heading}` holds facts about persons "
                f"({word}), which gridpart does not take. Delete the column and read "
                "the table again."
            )
            raise InputError(msg)


def refuse_values(values: pd.Series, layer: str, heading: str, where: str) -> None:
    """Refuse a text column in which a resident's number stands.

    Parameters
    ----------
    values
        Text, indexed by the row's number in the file.
    layer, heading, where
        For the message.

    Raises
    ------
    InputError
        If a value holds an 18-digit resident number (by its check digit) or a
        mobile number.
    """
    texts = values.dropna().str.normalize("NFKC")
    for kind, hits in (
        ("resident's ID number", _holds_resident_id(texts)),
        ("mobile number", texts.str.contains(_MOBILE, regex=True)),
    ):
        rows = texts.index[hits.to_numpy(dtype=bool)]
        if len(rows):
            msg = (
                f"{where}, layer {layer}, column `{heading}`, row {rows[0]}: the value "
                f"looks like a {kind} ({len(rows)} rows do). Delete it or give another "
                "column, and read the table again."
            )
            raise InputError(msg)


def _holds_resident_id(texts: pd.Series) -> pd.Series:
    found = texts.str.extractall(_RESIDENT_ID)[0]
    digits = np.array([[int(d) for d in number[:17]] for number in found], dtype=int)
    expected = _CHECKS[digits.reshape(-1, 17) @ _WEIGHTS % 11]
    right = found.index.get_level_values(0)[expected == found.str[17].str.upper()]
    return pd.Series(texts.index.isin(right), index=texts.index)
