"""The workbook: the lists that a planner hands in, as one Excel file.

Every list has its headings in the first row, so that it can be filtered, printed
and read back by a program; before them stands an overview with a chart. Codes are
text: Excel would round a number of more than 15 digits. Nothing from the data
becomes a formula or a link.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from gridpart.columns import FLAG, INTEGER, NUMBER, TEXT, Column
from gridpart.drafts import new_file
from gridpart.errors import InputError
from gridpart.plan import Plan
from gridpart.show.ledgers import Ledger, ledgers, share_within
from gridpart.show.style import DEVIATION_COLOURS, DEVIATION_EDGES, deviation_class
from gridpart.show.words import LANGUAGES, WORDS
from gridpart.text import value_words

_SHARES = {"deviation", "gap", "line_clarity", "within", "coverage"}
_FINE = {"compactness"}
_WIDEST = 60
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    plan: Plan,
    path: Path,
    *,
    lang: str = "zh",
    lists: Sequence[Ledger] | None = None,
) -> None:
    """Write the lists of a plan as an Excel workbook.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    path
        The file to write; it appears whole or not at all.
    lang
        Language of headings and sentences, ``zh`` or ``en``.
    lists
        The plan's ledgers, if they are there already.

    Raises
    ------
    InputError
        If the language is unknown or the file cannot be written.
    """
    if lang not in LANGUAGES:
        raise InputError(f"workbook: language {lang!r} is unknown. Use {LANGUAGES}.")
    at = LANGUAGES.index(lang)
    lists = ledgers(plan, lang) if lists is None else lists
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    book.set_properties({"title": WORDS["title"][at], "created": _made(plan)})
    formats = _formats(book)
    foot = _foot(plan, at)
    _write_overview(book, plan, formats, foot, at)
    for ledger in lists:
        _write_ledger(book, ledger, formats, foot)
    book.close()
    with new_file(path) as draft:
        draft.write_bytes(content.getvalue())


def _write_overview(
    book: xlsxwriter.Workbook,
    plan: Plan,
    formats: dict[str, Any],
    foot: str,
    at: int,
) -> None:
    """Write the main figures, and how many grids are how far off, as a chart."""
    title = WORDS["sheet_overview"][at]
    page = book.add_worksheet(title)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 20)
    page.write_string(0, 0, title, formats["heading"])
    page.write_string(0, 1, "", formats["heading"])
    row = 1
    for key, value in _figures(plan, at).items():
        page.write_string(row, 0, WORDS[key][at], formats[TEXT])
        if isinstance(value, str):
            page.write_string(row, 1, value, formats[TEXT])
        else:
            look = {"within": "share", "mean": NUMBER}.get(key, INTEGER)
            page.write_number(row, 1, value, formats[look])
        row += 1
    first = row + 2
    page.write_string(first - 1, 0, WORDS["classes"][at], formats["heading"])
    page.write_string(first - 1, 1, WORDS["base_grids"][at], formats["heading"])
    counts = plan.base_grids["deviation"].map(deviation_class).value_counts()
    labels = _class_labels(at)
    for number, label in enumerate(labels):
        page.write_string(first + number, 0, label, formats[TEXT])
        count = int(counts.get(number, 0))
        page.write_number(first + number, 1, count, formats[INTEGER])
    page.insert_chart(0, 3, _chart(book, title, first, len(labels), at))
    _print_on_a4(page, title, foot)


def _chart(
    book: xlsxwriter.Workbook, title: str, first: int, length: int, at: int
) -> Any:  # noqa: ANN401  # xlsxwriter's charts have a class for each type
    chart = book.add_chart({"type": "column"})
    last = first + length - 1
    fills = [{"fill": {"color": colour}} for colour in DEVIATION_COLOURS]
    chart.add_series(
        {
            "name": WORDS["base_grids"][at],
            "categories": [title, first, 0, last, 0],
            "values": [title, first, 1, last, 1],
            "points": fills,
            "border": {"color": "#5f574c"},
            "data_labels": {"value": True},
            "gap": 40,
        }
    )
    chart.set_title({"name": WORDS["classes"][at], "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"name": WORDS["base_grids"][at], "min": 0})
    chart.set_size({"width": 640, "height": 380})
    return chart


def _figures(plan: Plan, at: int) -> dict[str, str | float]:
    households = plan.base_grids["households"]
    held = plan.posts["worker_id"].notna()
    told: dict[str, str | float] = {
        "plan_id": plan.info.get("id", ""),
        "created": plan.info.get("created", "")[:10],
        "basis": value_words(plan.info.get("basis", ""))[at],
        "communities": len(plan.communities),
        "households": int(plan.atoms["households"].sum()),
        "base_grids": len(plan.base_grids),
        "micro_grids": len(plan.micro_grids),
        "exclusive_grids": len(plan.exclusive_grids),
    }
    if len(households):
        told |= {
            "mean": float(households.mean()),
            "least": int(households.min()),
            "most": int(households.max()),
            "within": share_within(plan.base_grids["deviation"]),
        }
    return told | {
        "posts_filled": int(held.sum()),
        "posts_open": int((~held).sum()),
        "organisations": plan.party_orgs["org_id"].nunique(),
        "findings": len(plan.findings),
    }


def _class_labels(at: int) -> list[str]:
    below, above, to = (WORDS[key][at] for key in ("below", "above", "to"))
    space = "" if at == 0 else " "
    edges = [f"{edge:+.0%}" for edge in DEVIATION_EDGES]
    between = [f"{low}{space}{to}{space}{high}" for low, high in pairwise(edges)]
    return [f"{below} {edges[0]}", *between, f"{above} {edges[-1]}"]


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


def _write_ledger(
    book: xlsxwriter.Workbook, ledger: Ledger, formats: dict[str, Any], foot: str
) -> None:
    page = book.add_worksheet(ledger.title)
    length = len(ledger.rows)
    for i, (column, heading) in enumerate(
        zip(ledger.columns, ledger.headings, strict=True)
    ):
        values = ledger.rows[column.name]
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
    page.autofilter(0, 0, max(length - ledger.sums, 1), len(ledger.columns) - 1)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_row(0, 22)
    page.repeat_rows(0)
    _print_on_a4(page, ledger.title, foot)


def _print_on_a4(page: Worksheet, title: str, foot: str) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_header(f"&C{title}")
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
