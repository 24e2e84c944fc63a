"""Values of foreign tables as text, whole numbers, numbers and flags.

Spreadsheets turn codes into numbers and numbers into text; here they come back.
Every column is indexed by the row's number in its file, for the messages.
"""

import datetime
import math

import numpy as np
import pandas as pd

from gridpart.columns import FLAG, INTEGER, TEXT, Column
from gridpart.errors import InputError

_EXACT = 2**53  # above it a float no longer holds every whole number
_YES = {"true", "t", "1", "y", "yes", "是", "有", "√"}
_NO = {"false", "f", "0", "n", "no", "否", "无", "×"}


def as_text(values: pd.Series, where: str) -> pd.Series:
    """Return values as text, the empty ones missing.

    Whole numbers lose a spreadsheet's ``.0``, so that a code stays a code.

    Raises
    ------
    InputError
        If a spreadsheet has turned a value into a date, or a code into a number
        that no longer holds all its digits.
    """
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.astype("str").where(values.notna())
    if isinstance(values.dtype, pd.StringDtype):
        stripped = values.str.strip()
    else:
        texts = [_text(value, row, where) for row, value in values.items()]
        stripped = pd.Series(texts, index=values.index, dtype="str").str.strip()
    return stripped.where(stripped != "")


def as_column(values: pd.Series, column: Column, where: str) -> tuple[pd.Series, int]:
    """Return values in the kind that ``column`` asks for.

    Parameters
    ----------
    values
        Any values, indexed by the row's number in the file.
    column
        What they shall be.
    where
        File and layer, for the message.

    Returns
    -------
    typed
        The values; where the column is optional, those of another kind are missing.
    lost
        How many are missing because of that.

    Raises
    ------
    InputError
        If the column is required and a value is of another kind.
    """
    place = f"{where}, column `{column.name}`"
    if column.kind == TEXT:
        text = as_text(values, place)
        if column.name.endswith(("_id", "code")):
            text = text.str.replace(r"^([0-9]+)\.0+$", r"\1", regex=True)
        return text, 0
    if column.kind == FLAG:
        return _flags(as_text(values, place))
    numbers = _numbers(values)
    wrong = values.notna() & (as_text(values, place).notna()) & ~np.isfinite(numbers)
    if column.kind == INTEGER:
        wrong |= numbers.notna() & ((numbers % 1 != 0) | (numbers.abs() > _EXACT))
    if column.required and wrong.any():
        raise InputError(_complaint(values, numbers, wrong, place))
    kept = numbers.mask(wrong)
    return (kept.astype("Int64") if column.kind == INTEGER else kept), int(wrong.sum())


def _complaint(
    values: pd.Series, numbers: pd.Series, wrong: pd.Series, place: str
) -> str:
    row = wrong.index[wrong.to_numpy()][0]
    if np.isfinite(numbers.loc[row]):
        given = "a fraction" if numbers.loc[row] % 1 else "a number too large to hold"
    else:
        given = f"no number ({type(values.loc[row]).__name__})"
    return (
        f"{place}, row {row}: expected a whole number, given {given} "
        f"({int(wrong.sum())} rows are wrong). Correct the file and read it again."
    )


def _numbers(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values.dtype):
        return pd.Series(np.nan, index=values.index)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("float64")
    texts = [
        np.nan if isinstance(v, bool) or pd.isna(v) else str(v).strip() or np.nan
        for v in values
    ]
    numbers = pd.to_numeric(pd.Series(texts, index=values.index), errors="coerce")
    return numbers.astype("float64")


def _flags(texts: pd.Series) -> tuple[pd.Series, int]:
    words = texts.str.lower().str.replace(r"\.0+$", "", regex=True)
    flags = pd.Series(pd.NA, index=texts.index, dtype="boolean")
    flags[words.isin(_YES)] = True
    flags[words.isin(_NO)] = False
    return flags, int((texts.notna() & flags.isna()).sum())


def _text(value: object, row: object, where: str) -> str | None:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return None
        if number % 1:
            return repr(number)
        if abs(number) > _EXACT:
            msg = (
                f"{where}, row {row}: the code is stored as a number and has lost "
                "digits. Store the column as text and read the file again."
            )
            raise InputError(msg)
        return str(int(number))
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        msg = (
            f"{where}, row {row}: expected text, given a date (spreadsheets make 1-2 "
            "into one). Format the column as text, enter it again and read the file."
        )
        raise InputError(msg)
    return str(value)
