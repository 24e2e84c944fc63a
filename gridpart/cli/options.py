"""What several commands share: options, the languages, checks of what was asked."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gridpart.plan import Plan
    from gridpart.rules import Rules


class Lang(StrEnum):
    """Language of what is printed."""

    EN = "en"
    ZH = "zh"


class Level(StrEnum):
    """What a row of a table of statistics stands for."""

    CITY = "city"
    COUNTY = "county"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"
    MICRO = "micro"
    THIRD = "third"


class Profile(StrEnum):
    """Who the map is for."""

    PUBLIC = "public"
    STAFF = "staff"


City = Annotated[
    Path, typer.Argument(help="GeoPackage, folder of layers, or city.toml.")
]
PlanFile = Annotated[Path, typer.Argument(help="A plan.")]
Out = Annotated[Path, typer.Option("-o", "--output", help="File to write.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Crs = Annotated[
    str | None, typer.Option(help="CRS of layers that name none, as EPSG:4490.")
]
Datum = Annotated[
    str | None, typer.Option(help="Undo a Chinese map offset: gcj02 or bd09.")
]
Language = Annotated[Lang, typer.Option("--lang", help="Language of messages.")]
Shown = Annotated[Lang, typer.Option("--lang", help="Language.")]


def refuse_missing_folder(path: Path) -> None:
    """Refuse a file to write whose folder is not there, or that is a folder."""
    from gridpart.errors import InputError

    if not path.absolute().parent.is_dir():
        msg = f"{path}: the folder {path.absolute().parent} is missing. Make it first."
        raise InputError(msg)
    if path.is_dir():
        raise InputError(f"{path}: is a folder; a file is expected. Name a file.")


def refuse_missing_parent(folder: Path) -> None:
    """Refuse a folder to write that has no parent, or that is a file."""
    from gridpart.errors import InputError

    parent = folder.absolute().parent
    if not parent.is_dir():
        raise InputError(f"{folder}: the folder {parent} is missing. Make it first.")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; a folder is expected. Name a folder.")


def refuse_file(path: Path, ending: str, *sources: Path | None) -> None:
    """Refuse a file to write that cannot be, has another ending, or is read from."""
    from gridpart.errors import InputError

    refuse_missing_folder(path)
    if path.suffix.lower() != ending:
        raise InputError(f"{path}: the name of this file must end in {ending}.")
    if path.exists() and any(
        one and one.exists() and path.samefile(one) for one in sources
    ):
        raise InputError(f"{path}: is read from, so it stays. Name another file.")


def rules_from(
    path: Path | None,
    preset: str,
    target: int | None,
    tolerance: float | None,
    micro_target: int | None,
) -> "Rules":
    """Return the rules of a preset, a file and single options, in this order."""
    from gridpart.rules import Rules

    rules = Rules.preset(preset)
    rules = rules.read(path) if path else rules
    size: dict[str, float] = {}
    if target is not None:
        share = target / rules.size.target
        low, high = round(rules.size.low * share), round(rules.size.high * share)
        size |= {"target": target, "low": low, "high": high}
    if tolerance is not None:
        most = max(tolerance, rules.size.max_deviation)
        size |= {"tolerance": tolerance, "max_deviation": most}
    micro = {} if micro_target is None else {"target": micro_target}
    return rules.updated({"size": size, "micro": micro})


def exit_on_errors(plan: "Plan") -> None:
    """Leave with 1 if something in the plan breaks a rule of severity error."""
    if (plan.findings["severity"] == "error").any():
        raise typer.Exit(1)
