"""The command that hands a plan out: ledgers and sheets in a folder."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridpart.cli.console import ProgressBar
from gridpart.cli.options import Lang, PlanFile, Shown, refuse_missing_parent
from gridpart.text import say


class Format(StrEnum):
    """What a plan can be written as."""

    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"
    SHP = "shp"
    PDF = "pdf"


def export(
    plan: PlanFile,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")],
    formats: Annotated[
        list[Format] | None,
        typer.Option(
            "--format",
            help="Repeatable; without it xlsx, csv and geojson. pdf: for each "
            "community an A3 map and the record of its grids, for each grid a "
            "notice and an emergency sheet.",
        ),
    ] = None,
    lang: Shown = Lang.ZH,
) -> None:
    """Write ledgers and sheets: workbook, CSV, GeoJSON, shapefile, PDF."""
    from gridpart.show.export import USUAL, export_plan
    from gridpart.store.plans import load_plan

    refuse_missing_parent(output)
    read = load_plan(plan)
    wanted = [one.value for one in formats] if formats else USUAL
    if Format.PDF in wanted:
        with ProgressBar("en", "cli.printing") as progress:
            paths = export_plan(read, output, wanted, lang=lang, progress=progress)
    else:
        paths = export_plan(read, output, wanted, lang=lang)
    typer.echo(say("cli.exported", "en", count=len(paths), path=output))
