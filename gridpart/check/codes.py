"""Are codes rightly made and never used twice: V11 codes, V13 time and lineage."""

from datetime import datetime

import numpy as np
import pandas as pd

from gridpart.check.drawing import Drawing
from gridpart.columns import PLAN
from gridpart.finding import ERROR, INFO, WARNING, Finding
from gridpart.plan import content_id

DIGITS = {
    "communities": 12,
    "base_grids": 15,
    "exclusive_grids": 15,
    "micro_grids": 17,
}


def check_codes(drawing: Drawing) -> list[Finding]:
    """V11: codes have their length, their parent's prefix, and no twin."""
    tables = drawing.plan.tables
    found: list[Finding] = []
    for layer, digits in DIGITS.items():
        frame = tables[layer]
        codes = frame[_key(layer)]
        right = codes.str.fullmatch(rf"[0-9]{{{digits}}}").fillna(False)
        wrong = ~right.astype(bool)
        found += _tell("plan.V11_digits", layer, frame[wrong], digits=digits)
        parent = {"communities": None, "micro_grids": "base_grid"}.get(
            layer, "community_code"
        )
        if parent:
            own = codes.str.slice(0, -2 if layer == "micro_grids" else -3)
            foreign = (own != frame[parent]) & ~wrong
            found += _tell("plan.V11_prefix", layer, frame[foreign])
            found += _tell("plan.V11_zero", layer, frame[~wrong & _ends_in_zero(codes)])
    found += _twins(drawing, ["base_grids", "exclusive_grids"]) + _third_codes(drawing)
    return found + _twins(drawing, ["micro_grids"]) + _twins(drawing, ["communities"])


def _third_codes(drawing: Drawing) -> list[Finding]:
    """Find codes of the third level that are not their micro-grid's and two digits."""
    atoms = drawing.plan.atoms
    given = atoms[atoms["third_grid"].notna()]
    right = given["third_grid"].str.fullmatch(r"[0-9]{17}(?!00)[0-9]{2}")
    right &= given["third_grid"].str[:17] == given["micro_grid"]
    wrong = given[~right.fillna(False).astype(bool)]
    return _tell(
        "plan.V11_prefix", "atoms", wrong.assign(grid_code=wrong["third_grid"])
    )


def check_sequence(drawing: Drawing) -> list[Finding]:
    """V11: there are numbers for all, and the block of exclusive grids stays free."""
    codes = drawing.rules.codes
    tables = drawing.plan.tables
    found: list[Finding] = []
    for layer, parent, most in (
        ("base_grids", "community_code", 999),
        ("micro_grids", "base_grid", 99),
    ):
        counts = tables[layer][parent].value_counts()
        found += [
            _sequence_full(layer, code, count, most)
            for code, count in counts[counts > most].sort_index().items()
        ]
    for layer, inside in (
        ("base_grids", True),
        ("exclusive_grids", False),
    ):
        frame = tables[layer]
        number = pd.to_numeric(frame["grid_code"].str.slice(12, 15), errors="coerce")
        taken = number.between(codes.exclusive_first, codes.exclusive_last)
        wrong = number.notna() & (taken == inside)
        found += _tell(
            f"plan.V11_{'full' if inside else 'block'}",
            layer,
            frame[wrong],
            severity=WARNING,
            first=codes.exclusive_first,
            last=codes.exclusive_last,
        )
    return found


def _sequence_full(layer: str, code: str, count: int, most: int) -> Finding:
    names = {"layer": layer, "layer_zh": PLAN[layer].label_zh}
    return Finding(
        "V11",
        ERROR,
        "plan.V11_many",
        {"code": code, "count": count, "most": most, **names},
        grid_code=code if layer == "micro_grids" else None,
        community_code=code[:12],
    )


def check_lineage(drawing: Drawing) -> list[Finding]:
    """V13: no retired code is in use, and every successor is there."""
    lineage = drawing.plan.lineage
    grids = drawing.grids.drop_duplicates("grid_code").set_index("grid_code")
    micros = drawing.micros.drop_duplicates("grid_code").set_index("grid_code")
    known = pd.concat([grids, micros])
    known = known[~known.index.duplicated()]
    kept = set(lineage.loc[lineage["old_code"] == lineage["new_code"], "old_code"])
    retired = set(lineage["old_code"].dropna()) - kept
    found = [
        _finding("V13", ERROR, "plan.V13_retired", known, code)
        for code in sorted(retired & set(known.index))
    ]
    absent = sorted(set(lineage["new_code"].dropna()) - set(known.index))
    return found + [
        Finding("V13", WARNING, "plan.V13_successor", {"code": code}) for code in absent
    ]


def check_dates(drawing: Drawing) -> list[Finding]:
    """V13: the plan says when it was made, and its id is that of its content."""
    info = drawing.plan.info
    found = []
    try:
        datetime.fromisoformat(info.get("created", ""))
    except ValueError:
        values = {"created": info.get("created", "")}
        found.append(Finding("V13", WARNING, "plan.V13_created", values))
    given, content = info.get("id", ""), content_id(drawing.plan.atoms)
    if given != content:
        values = {"given": given, "content": content}
        found.append(Finding("V13", INFO, "plan.V13_id", values))
    return found


def _key(layer: str) -> str:
    return "community_code" if layer == "communities" else "grid_code"


def _ends_in_zero(codes: pd.Series) -> pd.Series:
    """Sequence numbers count from one."""
    digits = np.where(codes.str.len() == 17, 2, 3)
    ends = [
        isinstance(code, str) and set(code[-n:]) == {"0"}
        for code, n in zip(codes, digits, strict=True)
    ]
    return pd.Series(ends, index=codes.index, dtype=bool)


def _twins(drawing: Drawing, layers: list[str]) -> list[Finding]:
    frames = [drawing.plan.tables[layer].assign(layer=layer) for layer in layers]
    key = _key(layers[0])
    rows = pd.concat(
        [
            frame[[key, "community_code", "layer"]].loc[
                :, ~frame[[key, "community_code", "layer"]].columns.duplicated()
            ]
            for frame in frames
        ],
        ignore_index=True,
    )
    twice = rows[rows[key].notna() & rows[key].duplicated()]
    return [
        Finding(
            "V11",
            ERROR,
            "plan.V11_twice",
            {
                "code": code,
                "layer": layers[0],
                "layer_zh": PLAN[layers[0]].label_zh,
                "count": int((rows[key] == code).sum()),
            },
            grid_code=None if key == "community_code" else code,
            community_code=group["community_code"].iloc[0],
            at=_polygon_of(drawing, layers, code),
        )
        for code, group in twice.groupby(key)
    ]


def _polygon_of(drawing: Drawing, layers: list[str], code: str) -> object:
    for layer in layers:
        frame = drawing.plan.tables[layer]
        rows = frame[frame[_key(layer)] == code]
        if len(rows):
            return rows.geometry.iloc[-1]
    return None


def _tell(
    sentence: str,
    layer: str,
    rows: pd.DataFrame,
    *,
    severity: str = ERROR,
    **values: object,
) -> list[Finding]:
    names = {"layer": layer, "layer_zh": PLAN[layer].label_zh}
    return [
        Finding(
            "V11",
            severity,
            sentence,
            {"code": code, **names, **values},
            grid_code=None if layer == "communities" else _text(code),
            community_code=_text(community),
            at=shape,
        )
        for code, community, shape in zip(
            rows[_key(layer)], rows["community_code"], rows.geometry, strict=True
        )
    ]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _finding(
    rule: str, severity: str, sentence: str, known: pd.DataFrame, code: str
) -> Finding:
    row = known.loc[code]
    return Finding(
        rule,
        severity,
        sentence,
        {"code": code},
        grid_code=code,
        community_code=row["community_code"],
        at=row["geometry"],
    )
