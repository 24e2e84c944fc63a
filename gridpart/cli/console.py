"""What the commands print: progress, findings, numbers."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from gridpart.text import say, sentences

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from rich.table import Table

    from gridpart.finding import Finding
    from gridpart.plan import Plan

SEVERITIES = ("error", "warning", "info")
FEW_COMMUNITIES = 5  # of which every division worth a look is printed
PAGE = 100  # characters in a line where no terminal says how many


def complain(message: str) -> None:
    """Print to standard error."""
    typer.echo(message, err=True)


class ProgressBar:
    """Show a bar of communities done on standard error."""

    def __init__(self, lang: str, doing: str = "cli.dividing") -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self.task = self.bar.add_task(say(doing, lang), total=None)

    def __enter__(self) -> "ProgressBar":
        self.bar.start()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show ``done`` of ``total`` communities."""
        self.bar.update(self.task, completed=done, total=total)

    def __exit__(self, *error: object) -> None:
        self.bar.stop()


def print_findings(
    findings: "Sequence[Finding]", kind: str, as_json: bool, lang: str
) -> None:
    """Print findings, the worst first, and their counts."""
    counts = {
        severity: sum(finding.severity == severity for finding in findings)
        for severity in SEVERITIES
    }
    if as_json:
        rows = [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "grid_code": finding.grid_code,
                "community_code": finding.community_code,
                "message_zh": finding.message("zh"),
                "message_en": finding.message("en"),
                "place": _place(finding),
            }
            for finding in findings
        ]
        document = {"kind": kind, "counts": counts, "findings": rows}
        typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        return
    for finding in sorted(findings, key=lambda one: SEVERITIES.index(one.severity)):
        severity = say(f"cli.{finding.severity}", lang)
        typer.echo(f"{finding.rule} {severity}: {finding.message(lang)}")
    typer.echo(say("cli.counts", lang, **counts))


def print_choices(table: "pd.DataFrame", path: "Path", lang: str) -> None:
    """Print the divisions to choose from; write all that were found beside them.

    Of few communities the other divisions worth a look are printed too: those that
    no other beats in every respect, and one grid more or less.
    """
    from rich.console import Console

    from gridpart.drafts import new_file

    with new_file(path) as draft:
        table.to_csv(draft, index=False, encoding="utf-8-sig")
    worth = table["choice"].notna()
    if table["community_code"].nunique() <= FEW_COMMUNITIES:
        worth |= table["front"] | table["way"].isin(["fewer", "more"])
    order = ["community_code", "choice"]
    shown = table[worth].sort_values(order, kind="stable")
    console = Console()
    if not console.is_terminal:
        console = Console(width=PAGE)
    for code, rows in shown.groupby("community_code"):
        console.print(_choices_of(str(code), rows, lang))
    typer.echo(say("cli.choices", lang, path=path))


def _choices_of(code: str, rows: "pd.DataFrame", lang: str) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    heads = say("cli.choice_heads", lang).split("|")
    table = Table(
        title=say("cli.choice_title", lang, community=code),
        caption=say("cli.choice_notes", lang),
        box=SIMPLE_HEAD,
    )
    for number, head in enumerate(heads):
        way = number == 1
        table.add_column(head, justify="left" if way else "right", no_wrap=way)
    number = rows["choice"].map(str, na_action="ignore").fillna("")
    nothing = dict.fromkeys(["deviation_max", "spread_m", "line_clarity"], 0.0)
    for row in rows.assign(choice=number).fillna(nothing).itertuples():
        table.add_row(
            row.choice,
            say(f"way.{row.way}", lang),
            f"{row.base_grids}",
            f"{row.deviation_max:.1%}",
            f"{row.compounds_divided}",
            f"{row.spread_m:.0f}",
            f"{row.line_clarity:.0%}",
            f"{row.moved:.0%}",
            "*" if row.front else "",
        )
    return table


def print_measures(plan: "Plan", as_json: bool, lang: str) -> None:
    """Print the measures of a plan."""
    from gridpart.measure.registry import MEASURES, measure_plan

    summary = measure_plan(plan).summary
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, allow_nan=False))
        return
    for item in MEASURES:
        label = item.label_zh if lang == "zh" else item.label_en
        typer.echo(f"{label}: {_shown(summary[item.key])} {item.unit}".rstrip())


def print_resources(plan: "Plan", as_json: bool, lang: str) -> None:
    """Print what lies in each grid, and how far the nearest service site is."""
    from gridpart.measure.resources import place_resources, resources_by_grid

    table = resources_by_grid(plan)
    if as_json:
        rows = table.to_json(orient="records", force_ascii=False)
        points = place_resources(plan).to_json(orient="records", force_ascii=False)
        typer.echo(f'{{"grids": {rows}, "resources": {points}}}')
        return
    kinds = table.columns[table.columns.get_loc("community_code") + 1 : -3]
    for row in table.to_dict("records"):
        counts = [f"{_kind(kind, lang)} {row[kind]}" for kind in kinds if row[kind]]
        line = f"{row['grid_code']} {row['name']}: {', '.join(counts) or '-'}"
        if isinstance(row["nearest_site"], str):
            site, metres = row["nearest_name"], row["nearest_m"]
            line += say("cli.nearest_site", lang, site=site, metres=metres)
        typer.echo(line)


def _kind(kind: str, lang: str) -> str:
    key = f"resource.{kind}"
    return say(key, lang) if key in sentences() else kind


def _place(finding: "Finding") -> list[float] | None:
    if finding.at is None or finding.at.is_empty:
        return None
    point = finding.at.representative_point()
    return [round(point.x, 2), round(point.y, 2)]


def print_plan(plan: "Plan", lang: str) -> None:
    """Print the main figures of a plan."""
    from gridpart.measure.balance import plan_rules, share_within
    from gridpart.rules import TARGET

    counts = plan.findings["severity"].value_counts()
    typer.echo(
        say(
            "cli.plan",
            lang,
            communities=len(plan.communities),
            base=len(plan.base_grids),
            micro=len(plan.micro_grids),
            exclusive=len(plan.exclusive_grids),
            households=int(plan.atoms["households"].sum()),
            error=counts.get("error", 0),
            warning=counts.get("warning", 0),
        )
    )
    if len(plan.base_grids) and plan_rules(plan).levels.base == TARGET:
        share = share_within(plan.base_grids["deviation"], 0.10)
        typer.echo(say("cli.within", lang, share=share))
    if plan.posts["worker_id"].notna().any():
        vacant = plan.posts[plan.posts["worker_id"].isna()]["post"].value_counts()
        posts = [f"{say(f'post.{post}', lang)} {n}" for post, n in vacant.items()]
        if posts:
            typer.echo(say("cli.recruit", lang, posts=", ".join(posts)))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {number}" for key, number in value.items())
    return "-" if value is None else f"{value}"
