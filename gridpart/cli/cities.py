"""Commands that start from a city: make one, check it, divide it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gridpart.cli.console import (
    ProgressBar,
    complain,
    print_choices,
    print_findings,
    print_plan,
)
from gridpart.cli.options import (
    City,
    Crs,
    Datum,
    Json,
    Lang,
    Language,
    Out,
    exit_on_errors,
    refuse_file,
    rules_from,
)
from gridpart.text import say


def demo(
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder to write to.")
    ] = Path("gridpart-demo"),
    lang: Language = Lang.EN,
) -> None:
    """Make the sample city, divide it, write plan, one map and workbook."""
    from gridpart.flows import divide as divide_city
    from gridpart.rules import Rules
    from gridpart.show.onemap import write_map
    from gridpart.show.workbook import write_workbook
    from gridpart.store.plans import save_plan
    from gridpart.synth.cities import make_city, write_city

    output.mkdir(parents=True, exist_ok=True)
    city = make_city(12, seed=1)
    write_city(city, output / "city.gpkg")
    # Without proof: compiling it takes longer than the demo itself.
    rules = Rules.preset().replace("search", proof_s=0.0)
    with ProgressBar(lang) as progress:
        plan = divide_city(city, rules, progress=progress)
    save_plan(plan, output / "plan.gpkg")
    write_map(plan, output / "map.html")
    write_workbook(plan, output / "plan.xlsx")
    print_plan(plan, lang)
    for name in ("city.gpkg", "plan.gpkg", "map.html", "plan.xlsx"):
        typer.echo(say("cli.written", lang, path=output / name))
    exit_on_errors(plan)


def synth(
    city: Annotated[Path, typer.Argument(help="GeoPackage to write.")],
    communities: Annotated[int, typer.Option(min=1, max=10_000)] = 122,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    lang: Language = Lang.EN,
) -> None:
    """Write a realistic made-up city."""
    from gridpart.synth.cities import make_city, write_city

    refuse_file(city, ".gpkg")
    write_city(make_city(communities, seed=seed), city)
    typer.echo(say("cli.written", lang, path=city))


def check(
    path: Annotated[Path, typer.Argument(help="An input city, or a plan.")],
    as_json: Json = False,
    crs: Crs = None,
    datum: Datum = None,
    rules: Annotated[Path | None, typer.Option(help="Rules for an input.")] = None,
    lang: Language = Lang.EN,
) -> None:
    """Validate an input city, or a plan against the rules V01 to V15."""
    from gridpart.check.cities import check_city, mend_city
    from gridpart.check.plans import check_plan
    from gridpart.read.cities import read_city
    from gridpart.rules import Rules
    from gridpart.store.plans import is_plan, load_plan

    if is_plan(path):
        kind, findings = "plan", check_plan(load_plan(path))
    else:
        own = Rules.preset().read(rules) if rules else Rules.preset()
        city, mended = mend_city(read_city(path, crs=crs, datum=datum))
        kind, findings = "city", [*city.notes, *mended, *check_city(city, own)]
    print_findings(findings, kind, as_json, lang)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def divide(
    city: City,
    output: Out,
    rules: Annotated[
        Path | None, typer.Option(help="TOML file with rules that differ.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="about-500, ningxia-2022 or weinan.")
    ] = "about-500",
    target: Annotated[
        int | None, typer.Option(min=1, help="Households; the band moves along.")
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Share of the mean, as 0.10.")
    ] = None,
    micro_target: Annotated[
        int | None, typer.Option(min=1, help="Households in a micro-grid.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; all processors if not given.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds, after which a quick search does."),
    ] = None,
    proof: Annotated[
        float | None,
        typer.Option(min=0, help="Effort of the proof for each piece, in seconds."),
    ] = None,
    community: Annotated[
        list[str] | None, typer.Option(help="Divide only this community (repeatable).")
    ] = None,
    alternatives: Annotated[
        int, typer.Option(min=1, max=9, help="Divisions to choose from.")
    ] = 1,
    crs: Crs = None,
    datum: Datum = None,
    lang: Language = Lang.EN,
) -> None:
    """Divide a city into base grids, micro-grids and exclusive grids."""
    from gridpart.check.cities import FaultyCityError
    from gridpart.flows import compare
    from gridpart.flows import divide as divide_city
    from gridpart.kept import Kept
    from gridpart.read.cities import read_city
    from gridpart.store.plans import save_plan

    refuse_file(output, ".gpkg", city)
    kept = Kept.beside(output)
    own = rules_from(rules, preset, target, tolerance, micro_target)
    if proof is not None:
        own = own.replace("search", proof_s=proof)
    if alternatives > 1 and time_limit is not None:
        raise typer.BadParameter("--alternatives can't be had with --time-limit.")
    read = read_city(city, crs=crs, datum=datum)
    workers = jobs or os.cpu_count() or 1
    table = None
    try:
        with ProgressBar(lang) as progress:
            if alternatives > 1:
                plans, table = compare(
                    read,
                    own,
                    alternatives,
                    seed=seed,
                    jobs=workers,
                    only=community or (),
                    progress=progress,
                )
            else:
                plan = divide_city(
                    read,
                    own,
                    seed=seed,
                    jobs=workers,
                    time_limit=time_limit,
                    only=community or (),
                    progress=progress,
                    kept=kept,
                )
                plans = [plan]
    except FaultyCityError as error:
        complain(error.told(lang))
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        if kept.folder.is_dir():
            complain(say("cli.kept", lang, path=kept.folder))
        raise
    for number, one in enumerate(plans, start=1):
        path = output if number == 1 else _numbered(output, number)
        save_plan(one, path)
        typer.echo(say("cli.written", lang, path=path))
    kept.clear()
    if table is not None:
        print_choices(table, output.with_suffix(".alternatives.csv"), lang)
    print_plan(plans[0], lang)
    exit_on_errors(plans[0])


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number}{path.suffix}")
