"""The workbook: the lists that a planner hands in, as one Excel file.

Every sheet has its headings in the first row, so that it can be filtered, printed
and read back by a program. Codes are text: Excel would round a number of 15
digits. Nothing from the data becomes a formula or a link.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from gridpart.columns import FLAG, INTEGER, NUMBER, PLAN, TEXT, Column
from gridpart.drafts import new_file
from gridpart.errors import InputError
from gridpart.plan import Plan
from gridpart.show.style import DEVIATION_COLOURS, DEVIATION_EDGES
from gridpart.show.words import LANGUAGES, WORDS, value_words

_SHARES = {"deviation", "gap", "line_clarity", "within"}
_FINE = {"compactness"}
_SAID = {"status", "given_up", "reason", "kind", "severity"}
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    sums: int = 0  # rows at the end that are no entries


def write_workbook(plan: Plan, path: Path, *, lang: str = "zh") -> None:
    """Write the lists of a plan as an Excel workbook.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    path
        The file to write; it appears whole or not at all.
    lang
        Language of headings and sentences, ``zh`` or ``en``.

    Raises
    ------
    InputError
        If the language is unknown or the file cannot be written.
    """
    if lang not in LANGUAGES:
        raise InputError(f"workbook: language {lang!r} is unknown. Use {LANGUAGES}.")
    at = LANGUAGES.index(lang)
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": WORDS["title"][at], "created": _made(plan)})
    formats = _formats(book)
    for sheet in _sheets(plan, at):
        _write_sheet(book, sheet, formats, _foot(plan, at), at)
    book.close()
    with new_file(path) as draft:
        draft.write_bytes(content.getvalue())


def _sheets(plan: Plan, at: int) -> list[_Sheet]:
    names = plan.communities[["community_code", "name"]].rename(
        columns={"name": "community_name"}
    )
    names = names.drop_duplicates("community_code")
    label = _column("communities", "name", rename="community_name")

    def listed(layer: str, key: str) -> _Sheet:
        columns = list(PLAN[layer].columns)
        columns.insert(PLAN[layer].names.index("community_code") + 1, label)
        rows = getattr(plan, layer).merge(names, on="community_code", how="left")
        return _Sheet(WORDS[key][at], tuple(columns), rows.sort_values("grid_code"))

    sheets = [
        _summary(plan, at),
        listed("base_grids", "sheet_base_grids"),
        listed("micro_grids", "sheet_micro_grids"),
        listed("exclusive_grids", "sheet_exclusive_grids"),
        _membership(plan, names, label, at),
        _report(plan, at),
    ]
    if len(plan.lineage):
        title = WORDS["sheet_lineage"][at]
        sheets.append(_Sheet(title, PLAN["lineage"].columns, plan.lineage))
    return sheets


def _summary(plan: Plan, at: int) -> _Sheet:
    """One row a community, and what its base grids look like; the sum at the end."""
    by_code = plan.base_grids.groupby("community_code")
    grids = pd.DataFrame(
        {
            "mean": by_code["households"].mean().round(1),
            "least": by_code["households"].min(),
            "most": by_code["households"].max(),
            "within": by_code["deviation"].agg(_share_within),
        }
    ).reset_index()
    rows = plan.communities.merge(grids, on="community_code", how="left")
    rows = pd.DataFrame(rows.drop(columns="geometry")).sort_values("community_code")
    counts = ["households", "base_count", "micro_count", "exclusive_count"]
    total = rows[counts].sum().to_dict() | {
        "community_code": WORDS["total"][at],
        "mean": round(float(plan.base_grids["households"].mean()), 1),
        "least": plan.base_grids["households"].min(),
        "most": plan.base_grids["households"].max(),
        "within": _share_within(plan.base_grids["deviation"]),
    }
    known = list(PLAN["communities"].columns)
    after = PLAN["communities"].names.index("exclusive_count") + 1
    known[after:after] = [
        Column("mean", NUMBER, WORDS["mean"][0]),
        Column("least", INTEGER, WORDS["least"][0]),
        Column("most", INTEGER, WORDS["most"][0]),
        Column("within", NUMBER, WORDS["within"][0]),
    ]
    whole = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    return _Sheet(WORDS["sheet_summary"][at], tuple(known), whole, sums=1)


def _membership(plan: Plan, names: pd.DataFrame, label: Column, at: int) -> _Sheet:
    """Which grids each building belongs to; a divided building has several rows."""
    atoms = pd.DataFrame(plan.atoms[plan.atoms["building_id"].notna()])
    grids = pd.concat([plan.base_grids, plan.exclusive_grids])[["grid_code", "name"]]
    grids = grids.rename(columns={"grid_code": "grid", "name": "grid_name"})
    places = plan.buildings[["building_id", "address", "floors"]]
    rows = (
        atoms.assign(grid=atoms["base_grid"].fillna(atoms["exclusive_grid"]))
        .merge(grids.drop_duplicates("grid"), on="grid", how="left")
        .merge(places.drop_duplicates("building_id"), on="building_id", how="left")
        .merge(names, on="community_code", how="left")
        .sort_values(["community_code", "base_grid", "micro_grid", "atom_id"])
    )
    columns = (
        _column("atoms", "building_id"),
        _column("atoms", "atom_id"),
        _column("buildings", "address"),
        _column("buildings", "floors"),
        _column("atoms", "compound_id"),
        _column("atoms", "community_code"),
        label,
        _column("atoms", "households"),
        _column("base_grids", "name", rename="grid_name"),
        _column("atoms", "base_grid"),
        _column("atoms", "micro_grid"),
        _column("atoms", "exclusive_grid"),
    )
    return _Sheet(WORDS["sheet_membership"][at], columns, rows)


def _report(plan: Plan, at: int) -> _Sheet:
    message = ("message_zh", "message_en")[at]
    shown = ("rule", "severity", "community_code", "grid_code", message)
    columns = tuple(_column("findings", name) for name in shown)
    return _Sheet(WORDS["sheet_findings"][at], columns, plan.findings)


def _share_within(deviation: pd.Series) -> float:
    low, high = DEVIATION_EDGES[1], DEVIATION_EDGES[-2]
    return float(deviation.between(low, high).mean())


def _column(layer: str, name: str, rename: str | None = None) -> Column:
    found = next(column for column in PLAN[layer].columns if column.name == name)
    return Column(rename or name, found.kind, found.label_zh)


def _heading(column: Column, at: int) -> str:
    return column.label_zh if at == 0 else column.name.replace("_", " ").capitalize()


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    plain = {"font_name": "等线", "font_size": 10.5, "valign": "vcenter"}
    bold = {"bold": True, "bg_color": "#E9EDF1", "align": "center", "text_wrap": True}
    line = {"border": 1, "border_color": "#D5D8DA"}
    return {
        "heading": book.add_format(plain | line | bold),
        TEXT: book.add_format(plain | line | {"num_format": "@"}),
        INTEGER: book.add_format(plain | line | {"num_format": "#,##0"}),
        NUMBER: book.add_format(plain | line | {"num_format": "#,##0.0"}),
        "share": book.add_format(plain | line | {"num_format": "0.0%"}),
        "fine": book.add_format(plain | line | {"num_format": "0.00"}),
        "few": book.add_format({"bg_color": DEVIATION_COLOURS[2]}),
        "many": book.add_format({"bg_color": DEVIATION_COLOURS[4]}),
    }


def _write_sheet(
    book: xlsxwriter.Workbook,
    sheet: _Sheet,
    formats: dict[str, Any],
    foot: str,
    at: int,
) -> None:
    page = book.add_worksheet(sheet.title)
    length = len(sheet.rows)
    for i, column in enumerate(sheet.columns):
        heading = _heading(column, at)
        values = sheet.rows[column.name]
        if column.name in _SAID:
            values = values.map(
                lambda value: value_words(value)[at], na_action="ignore"
            )
        page.write_string(0, i, heading, formats["heading"])
        look = formats[_look(column)]
        page.set_column(i, i, _width(heading, values, column))
        if column.name == "deviation":
            _tint(page, i, length, formats)
        missing = values.isna().to_numpy()
        for row, value in enumerate(values.tolist(), start=1):
            if missing[row - 1]:
                page.write_blank(row, i, None, look)
            elif column.kind in (TEXT, FLAG):
                page.write_string(row, i, str(value), look)
            else:
                page.write_number(row, i, value, look)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, length - sheet.sums, len(sheet.columns) - 1)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_row(0, 22)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_header(f"&C{sheet.title}")
    page.set_footer(f"&L{foot}&R&P / &N")


def _look(column: Column) -> str:
    if column.name in _SHARES:
        return "share"
    if column.name in _FINE:
        return "fine"
    return column.kind


def _tint(page: Worksheet, column: int, length: int, formats: dict[str, Any]) -> None:
    """Colour deviations beyond ten per cent as the map does."""
    for criterion, edge, look in (
        ("<", DEVIATION_EDGES[1], "few"),
        (">", DEVIATION_EDGES[-2], "many"),
    ):
        rule = {"type": "cell", "criteria": criterion, "value": edge}
        rule["format"] = formats[look]
        page.conditional_format(1, column, max(length, 1), column, rule)


def _width(heading: str, values: pd.Series, column: Column) -> float:
    """Width in characters; a Chinese character takes two."""
    texts = pd.Series([heading, *map(str, values.dropna())])
    if column.kind in (INTEGER, NUMBER):
        texts = pd.Series([heading, "0,000,000.0"])
    wide = texts.str.len() + texts.str.count(r"[^\x00-\xff]")
    return min(_WIDEST, int(wide.max())) + 3.0


def _foot(plan: Plan, at: int) -> str:
    shown = {
        "plan_id": plan.info.get("id", ""),
        "created": plan.info.get("created", "")[:10],
        "basis": value_words(plan.info.get("basis", ""))[at],
    }
    parts = [f"{WORDS[key][at]} {value}" for key, value in shown.items() if value]
    return "  ".join(parts).replace("&", "&&")[:200]


def _made(plan: Plan) -> datetime:
    try:
        return datetime.fromisoformat(plan.info.get("created", ""))
    except ValueError:
        return datetime(1980, 1, 1)
