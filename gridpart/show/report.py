"""The quality report: one page without a script that asks the network nothing.

The template escapes whatever it is given, the maps hold numbers alone, and a
content policy forbids the browser to run or load anything, so that a name from
the data can only be read.
"""

from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from gridpart.drafts import new_file
from gridpart.errors import InputError
from gridpart.measure.registry import measure_plan
from gridpart.plan import Plan
from gridpart.show.report_charts import COLOURS, HEIGHT, WIDTH
from gridpart.show.report_facts import (
    HEADINGS,
    Judged,
    charts,
    community_rows,
    duty_rows,
    finding_rows,
    measure_rows,
    worst_grids,
)
from gridpart.show.report_words import REPORT_WORDS
from gridpart.show.words import LANGUAGES
from gridpart.text import known_values, value_words


def write_report(
    plan: Plan, path: Path, other: Plan | None = None, lang: str = "zh"
) -> None:
    """Write the quality report of a plan, or of two side by side, as one HTML file.

    Parameters
    ----------
    plan
        Any plan, sound or not.
    path
        The file to write; it appears whole or not at all.
    other
        A second plan; differences are this one's values less the first one's.
    lang
        ``zh`` or ``en``.

    Raises
    ------
    InputError
        If the language is unknown or the file cannot be written.
    """
    if lang not in LANGUAGES:
        raise InputError(f"report: language {lang!r} is unknown. Use {LANGUAGES}.")
    plans = [plan] if other is None else [plan, other]
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    source = resources.files("gridpart.show").joinpath("paper", "report.html")
    template = environment.from_string(source.read_text("utf-8"))
    page = template.render(
        _page([Judged(one, measure_plan(one)) for one in plans], lang)
    )
    with new_file(path) as draft:
        draft.write_text(page, encoding="utf-8", newline="\n")


def _page(judged: list[Judged], lang: str) -> dict[str, Any]:
    at = LANGUAGES.index(lang)
    words = {key: both[at] for key, both in REPORT_WORDS.items()}
    posts = {key: both[at] for key, both in known_values().items()}
    drawn = charts(judged)
    sections = [
        {
            "key": heading,
            "measures": measure_rows(judged, heading, lang),
            "charts": drawn[heading],
            "worst": [
                _with_maps(worst_grids(one, heading, f"{heading}{number}-", lang))
                for number, one in enumerate(judged)
            ],
        }
        for heading in HEADINGS
    ]
    return {
        "lang": lang,
        "words": words,
        "posts": posts,
        "plans": [_about(one.plan, number, at) for number, one in enumerate(judged)],
        "overview": measure_rows(judged, None, lang),
        "sections": {section["key"]: section for section in sections},
        "duty": [duty_rows(one.plan) for one in judged],
        "communities": community_rows(judged, lang),
        "findings": [finding_rows(one.plan, lang) for one in judged],
        "chart": {"width": WIDTH, "height": HEIGHT},
    }


def _about(plan: Plan, number: int, at: int) -> dict[str, str]:
    return {
        "letter": "AB"[number],
        "colour": COLOURS[number],
        "id": plan.info.get("id", ""),
        "created": plan.info.get("created", "")[:10],
        "basis": value_words(plan.info.get("basis", ""))[at],
    }


def _with_maps(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark the maps, which hold nothing from the data but numbers, as markup."""
    return [row | {"svg": Markup(row["svg"])} for row in rows]
