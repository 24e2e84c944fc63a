"""The commands: parse, read, one flow, save, print.

Heavy imports wait inside the commands, so that ``gridpart --help`` answers at
once.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridpart.console import (
    ProgressBar,
    complain,
    print_findings,
    print_measures,
    print_plan,
)
from gridpart.errors import GridpartError
from gridpart.text import say

if TYPE_CHECKING:
    from gridpart.plan import Plan
    from gridpart.rules import Rules


class Lang(StrEnum):
    """Language of what is printed."""

    EN = "en"
    ZH = "zh"


class Profile(StrEnum):
    """Who the map is for."""

    PUBLIC = "public"
    STAFF = "staff"


app = typer.Typer(
    help="Divides communities into balanced, seamless grids and shows them on one map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

City = Annotated[
    Path, typer.Argument(help="GeoPackage, folder of layers, or city.toml.")
]
Out = Annotated[Path, typer.Option("-o", "--output", help="File to write.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Crs = Annotated[
    str | None, typer.Option(help="CRS of layers that name none, as EPSG:4490.")
]
Datum = Annotated[
    str | None, typer.Option(help="Undo a Chinese map offset: gcj02 or bd09.")
]
Language = Annotated[Lang, typer.Option("--lang", help="Language of messages.")]


@app.command()
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
    _exit_on_errors(plan)


@app.command()
def synth(
    city: Annotated[Path, typer.Argument(help="GeoPackage to write.")],
    communities: Annotated[int, typer.Option(min=1, max=10_000)] = 122,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    lang: Language = Lang.EN,
) -> None:
    """Write a realistic made-up city."""
    from gridpart.synth.cities import make_city, write_city

    _refuse_missing_folder(city)
    write_city(make_city(communities, seed=seed), city)
    typer.echo(say("cli.written", lang, path=city))


@app.command()
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


@app.command()
def divide(
    city: City,
    output: Out,
    rules: Annotated[
        Path | None, typer.Option(help="TOML file with rules that differ.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="about-500 or ningxia-2022.")
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
    community: Annotated[
        list[str] | None, typer.Option(help="Divide only this community (repeatable).")
    ] = None,
    crs: Crs = None,
    datum: Datum = None,
    lang: Language = Lang.EN,
) -> None:
    """Divide a city into base grids, micro-grids and exclusive grids."""
    from gridpart.check.cities import FaultyCityError
    from gridpart.flows import divide as divide_city
    from gridpart.kept import Kept
    from gridpart.read.cities import read_city
    from gridpart.store.plans import save_plan

    _refuse_missing_folder(output)
    kept = Kept.beside(output)
    own = _rules(rules, preset, target, tolerance, micro_target)
    read = read_city(city, crs=crs, datum=datum)
    try:
        with ProgressBar(lang) as progress:
            plan = divide_city(
                read,
                own,
                seed=seed,
                jobs=jobs or os.cpu_count() or 1,
                time_limit=time_limit,
                only=community or (),
                progress=progress,
                kept=kept,
            )
    except FaultyCityError as error:
        complain(error.told(lang))
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        if kept.folder.is_dir():
            complain(say("cli.kept", lang, path=kept.folder))
        raise
    save_plan(plan, output)
    kept.clear()
    print_plan(plan, lang)
    typer.echo(say("cli.written", lang, path=output))
    _exit_on_errors(plan)


@app.command()
def measure(
    plan: Annotated[Path, typer.Argument(help="A plan.")],
    as_json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Print numbers of a plan: balance, shape, lines, splits, gaps."""
    from gridpart.store.plans import load_plan

    print_measures(load_plan(plan), as_json, lang)


@app.command("map")
def one_map(
    plan: Annotated[Path, typer.Argument(help="A plan.")],
    output: Out,
    lang: Annotated[Lang, typer.Option("--lang", help="Language.")] = Lang.ZH,
    profile: Annotated[Profile, typer.Option(help="Reader.")] = Profile.PUBLIC,
) -> None:
    """Write the one map: a single HTML file that opens without a network."""
    from gridpart.show.onemap import write_map
    from gridpart.store.plans import load_plan

    _refuse_missing_folder(output)
    write_map(load_plan(plan), output, lang=lang, profile=profile)
    typer.echo(say("cli.written", "en", path=output))


@app.command()
def report(
    plan: Annotated[Path, typer.Argument(help="A plan.")],
    output: Out,
    other: Annotated[
        Path | None, typer.Argument(help="A second plan, to compare.")
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language.")] = Lang.ZH,
) -> None:
    """Write the quality report of a plan, or of two side by side: one HTML file."""
    from gridpart.show.report import write_report
    from gridpart.store.plans import load_plan

    _refuse_missing_folder(output)
    second = load_plan(other) if other else None
    write_report(load_plan(plan), output, second, lang)
    typer.echo(say("cli.written", "en", path=output))


def main() -> None:
    """Run the command line; turn every fault into one line and an exit code."""
    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        complain(say("cli.interrupted", "en"))
        code = 130
    except typer.TyperException as error:
        complain(error.format_message())
        code = 2
    except GridpartError as error:
        complain(str(error))
        code = 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        complain(say("cli.bug", "en", kind=type(error).__name__, problem=error))
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _refuse_missing_folder(path: Path) -> None:
    from gridpart.errors import InputError

    if not path.absolute().parent.is_dir():
        msg = f"{path}: the folder {path.absolute().parent} is missing. Make it first."
        raise InputError(msg)
    if path.is_dir():
        raise InputError(f"{path}: is a folder; a file is expected. Name a file.")


def _rules(
    path: Path | None,
    preset: str,
    target: int | None,
    tolerance: float | None,
    micro_target: int | None,
) -> "Rules":
    from gridpart.rules import Rules

    rules = Rules.preset(preset)
    rules = rules.read(path) if path else rules
    if target is not None:
        share = target / rules.size.target
        low, high = round(rules.size.low * share), round(rules.size.high * share)
        rules = rules.replace("size", target=target, low=low, high=high)
    if tolerance is not None:
        most = max(tolerance, rules.size.max_deviation)
        rules = rules.replace("size", tolerance=tolerance, max_deviation=most)
    if micro_target is not None:
        rules = rules.replace("micro", target=micro_target)
    return rules


def _exit_on_errors(plan: "Plan") -> None:
    if (plan.findings["severity"] == "error").any():
        raise typer.Exit(1)
