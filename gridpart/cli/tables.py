"""Tables that the commands print or write: by level, the budget, departments."""

import csv
import json
from typing import TYPE_CHECKING

import typer

from gridpart.text import say

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from gridpart.columns import Table
    from gridpart.plan import Plan


def print_by_level(
    plan: "Plan", by: str, funds: bool, as_json: bool, lang: str
) -> None:
    """Print statistics or the budget of a plan, a row for each area of a level."""
    from gridpart.measure.balance import plan_rules
    from gridpart.measure.funds import budget, budget_table
    from gridpart.measure.levels import STATISTICS, statistics

    rows = budget(plan, by) if funds else statistics(plan, by)
    shown = budget_table(plan_rules(plan).funds) if funds else STATISTICS
    print_table(rows, shown, as_json, lang, by=by)


def print_vacancies(plan: "Plan", as_json: bool, lang: str) -> None:
    """Print how many are to be recruited in each community, by post."""
    from gridpart.columns import INTEGER, TEXT, Column, Table
    from gridpart.measure.vacancies import to_recruit
    from gridpart.rules import POSTS

    rows = to_recruit(plan.posts)
    names = plan.communities.drop_duplicates("community_code")
    names = names.set_index("community_code")["name"]
    rows.insert(0, "name", rows.index.map(names))
    rows = rows.assign(total=rows[list(POSTS)].sum(axis=1)).reset_index()
    posts = [Column(post, INTEGER, say(f"post.{post}", "zh")) for post in POSTS]
    columns = (
        Column("community_code", TEXT, "社区编码"),
        Column("name", TEXT, "社区名称"),
        *posts,
        Column("total", INTEGER, "合计"),
    )
    print_table(rows, Table("vacancies", "待招募", columns), as_json, lang)


def print_departments(
    plan: "Plan", path: "Path | None", as_json: bool, lang: str
) -> None:
    """Print how departments' grids fit the plan's; write or print each of them."""
    from gridpart.measure.departments import (
        DEPARTMENTS,
        count_matches,
        match_departments,
    )

    rows = match_departments(plan)
    counts = count_matches(rows).reset_index().to_dict("records")
    said = rows["union_of"].map(lambda kind: say(f"union.{kind}", lang))
    told = rows.assign(union_of=said)
    if path is not None:
        write_table(told, DEPARTMENTS, path, lang)
    if as_json:
        print_table(rows, DEPARTMENTS, as_json, lang, departments=counts)
        return
    for count in counts:
        typer.echo(say("cli.department", lang, **count))
    if rows.empty:
        typer.echo(say("cli.no_departments", lang))
    elif path is None:
        print_table(told, DEPARTMENTS, as_json, lang)
    else:
        typer.echo(say("cli.written", lang, path=path))


def write_table(rows: "pd.DataFrame", table: "Table", path: "Path", lang: str) -> None:
    """Write a table as CSV that spreadsheets read rightly, in one step."""
    from gridpart.drafts import new_file

    named = rows.set_axis(_headings(table, lang), axis=1)
    with new_file(path) as draft:
        named.to_csv(
            draft, index=False, encoding="utf-8-sig", quoting=csv.QUOTE_NONNUMERIC
        )


def _headings(table: "Table", lang: str) -> list[str]:
    return [
        column.label_zh if lang == "zh" else column.name.replace("_", " ")
        for column in table.columns
    ]


def print_table(
    rows: "pd.DataFrame",
    table: "Table",
    as_json: bool,
    lang: str,
    **said: object,
) -> None:
    """Print a table: as text with headings, or as JSON with what else is to be said."""
    import pandas as pd

    if as_json:
        listed = json.loads(rows.to_json(orient="records", force_ascii=False))
        typer.echo(json.dumps(said | {"rows": listed}, ensure_ascii=False))
        return
    headings = _headings(table, lang)
    shown = rows.astype(object).where(rows.notna(), "-").set_axis(headings, axis=1)
    with pd.option_context("display.unicode.east_asian_width", True):
        text = shown.to_string(index=False, float_format="{:,.2f}".format)
    typer.echo(text)
