"""How a check tells what it saw: one finding a row, never a flood.

A city with thousands of faults must stay readable, so each rule lists its worst
few findings and one that says how many more there are. Findings are sorted by
what they say, so that the order of the rows does not matter.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridpart.check.survey import Survey, spots
from gridpart.columns import CITY
from gridpart.finding import ERROR, INFO, WARNING, Finding

KEYS = {
    "communities": ["community_code"],
    "buildings": ["building_id"],
    "compounds": ["compound_id"],
    "units": ["building_id", "unit"],
    "sites": ["site_id"],
    "grids": ["grid_code"],
    "workers": ["worker_id"],
    "party_orgs": ["org_id"],
    "department_grids": ["department", "code"],
    "resources": ["resource_id"],
}
CAP = 20
MORE = "input.more"
_WORST_FIRST = {ERROR: 0, WARNING: 1, INFO: 2}


def list_findings(
    rule: str,
    severity: str,
    sentence: str,
    *,
    layer: str | None = None,
    at: Sequence[object] | None = None,
    codes: Sequence[object] | None = None,
    **values: object,
) -> list[Finding]:
    """Return one finding for each row of ``values``.

    Parameters
    ----------
    rule, severity, sentence
        As in :class:`gridpart.finding.Finding`.
    layer
        Name of the table; its Chinese label is put beside it.
    at
        A place for each row, or None where there is none.
    codes
        The community code of each row, or missing.
    **values
        What the sentence is filled with: equally long sequences, or one value
        for all rows.
    """
    if layer is not None:
        values |= {"layer": layer, "layer_zh": CITY[layer].label_zh}
    table = pd.DataFrame(values)
    places = [None] * len(table) if at is None else list(at)
    owners = [None] * len(table) if codes is None else list(codes)
    return [
        Finding(
            rule,
            severity,
            sentence,
            {name: _plain(value) for name, value in row.items()},
            community_code=None if pd.isna(owner) else str(owner),
            at=place,
        )
        for row, place, owner in zip(
            table.to_dict("records"), places, owners, strict=True
        )
    ]


def say_once(
    rule: str, severity: str, sentence: str, layer: str, **values: object
) -> list[Finding]:
    """Return one finding about a whole layer."""
    row = {name: [value] for name, value in values.items()} or {"count": [0]}
    return list_findings(rule, severity, sentence, layer=layer, **row)


def point_at(
    survey: Survey,
    layer: str,
    rows: NDArray[np.bool_],
    rule: str,
    severity: str,
    sentence: str,
    **values: object,
) -> list[Finding]:
    """Return a finding for each row of a mask, with its id, place and community."""
    if not rows.any():
        return []
    frame = getattr(survey.city, layer)
    codes: Sequence[object] | None = None
    if layer == "buildings":
        codes = survey.homes["code"].to_numpy()[rows]
    elif "community_code" in frame.columns:
        codes = frame["community_code"].to_numpy()[rows]
    at = spots(frame.geometry.to_numpy()[rows]) if CITY[layer].shapes else None
    names = _name_rows(frame[rows], layer)
    return list_findings(
        rule, severity, sentence, layer=layer, at=at, codes=codes, id=names, **values
    )


def cap_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by rule, worst and largest first; keep at most ``CAP`` of each.

    What is left out is counted by one finding for each severity.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    listed: list[Finding] = []
    for rule in sorted(by_rule):
        ordered = sorted(by_rule[rule], key=_order)
        listed += ordered[:CAP]
        hidden = Counter(finding.severity for finding in ordered[CAP:])
        listed += [
            Finding(rule, severity, MORE, {"rule": rule, "count": count})
            for severity, count in hidden.items()
        ]
    return listed


def join_keys(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Return the id of each row, from one column or more."""
    ids = frame[keys[0]].astype("str")
    for key in keys[1:]:
        ids = ids + " / " + frame[key].astype("str")
    return ids


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.at.wkb if finding.at is not None else b""
    return (
        _WORST_FIRST[finding.severity],
        finding.sentence,
        -_weight(finding),
        sorted((name, str(value)) for name, value in dict(finding.values).items()),
        place,
    )


def _weight(finding: Finding) -> float:
    """Return how much a finding is about: households, else square metres."""
    values = dict(finding.values)
    weight = values.get("households", values.get("area", 0))
    return float(weight) if isinstance(weight, (int, float)) else 0.0


def _name_rows(frame: pd.DataFrame, layer: str) -> pd.Series:
    """Call each row by its id, or by its place in the table (from 1)."""
    places = pd.Series([f"#{row + 1}" for row in frame.index], index=frame.index)
    if layer not in KEYS:
        return places
    ids = join_keys(frame, KEYS[layer])
    return ids.where(ids.notna() & (ids != ""), places)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "—" if pd.isna(value) else value
