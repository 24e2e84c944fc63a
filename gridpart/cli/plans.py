"""Commands that start from a plan: measure it, show it."""

from pathlib import Path
from typing import Annotated

import typer

from gridpart.cli.console import print_measures, print_resources
from gridpart.cli.options import (
    Json,
    Lang,
    Language,
    Level,
    Out,
    PlanFile,
    Profile,
    Shown,
    refuse_file,
)
from gridpart.cli.tables import print_by_level, print_departments, print_vacancies
from gridpart.text import say


def measure(
    plan: PlanFile,
    resources: Annotated[
        bool,
        typer.Option("--resources", help="Service sites and the like, by grid."),
    ] = False,
    vacancies: Annotated[
        bool,
        typer.Option("--vacancies", help="Posts to recruit for, by community."),
    ] = False,
    by: Annotated[
        Level | None, typer.Option(help="One table, a row for each of these.")
    ] = None,
    funds: Annotated[
        bool, typer.Option("--funds", help="The budget by level, instead of counts.")
    ] = False,
    as_json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Print numbers of a plan: balance, shape, lines, splits, gaps; or by level."""
    from gridpart.store.plans import load_plan

    loaded = load_plan(plan)
    if resources:
        print_resources(loaded, as_json, lang)
    elif vacancies:
        print_vacancies(loaded, as_json, lang)
    elif by or funds:
        print_by_level(loaded, by or Level.COMMUNITY, funds, as_json, lang)
    else:
        print_measures(loaded, as_json, lang)


def merge_departments(
    plan: PlanFile,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="CSV file to write.")
    ] = None,
    as_json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Say which departments' grids are unions of the plan's, and the nearest ones."""
    from gridpart.store.plans import load_plan

    if output is not None:
        refuse_file(output, ".csv", plan)
    print_departments(load_plan(plan), output, as_json, lang)


def one_map(
    plan: PlanFile,
    output: Out,
    lang: Shown = Lang.ZH,
    profile: Annotated[Profile, typer.Option(help="Reader.")] = Profile.PUBLIC,
) -> None:
    """Write the one map: a single HTML file that opens without a network."""
    from gridpart.show.onemap import write_map
    from gridpart.store.plans import load_plan

    refuse_file(output, ".html", plan)
    write_map(load_plan(plan), output, lang=lang, profile=profile)
    typer.echo(say("cli.written", "en", path=output))


def report(
    plan: PlanFile,
    output: Out,
    other: Annotated[
        Path | None, typer.Argument(help="A second plan, to compare.")
    ] = None,
    lang: Shown = Lang.ZH,
) -> None:
    """Write the quality report of a plan, or of two side by side: one HTML file."""
    from gridpart.show.report import write_report
    from gridpart.store.plans import load_plan

    refuse_file(output, ".html", plan, other)
    second = load_plan(other) if other else None
    write_report(load_plan(plan), output, second, lang)
    typer.echo(say("cli.written", "en", path=output))
