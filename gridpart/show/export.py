"""Everything a plan is handed out as, in one folder, written all together.

``export.json`` says which files came from which plan. A later export takes away
those of its own that it does not write again, such as the sheet of a community
that is gone, and no other file.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from gridpart.drafts import new_files
from gridpart.errors import InputError
from gridpart.plan import Plan
from gridpart.show.csvs import write_csvs
from gridpart.show.ledgers import ledgers
from gridpart.show.sheets import write_sheets
from gridpart.show.vectors import write_geojson, write_shapefiles
from gridpart.show.words import LANGUAGES
from gridpart.show.workbook import write_workbook

FORMATS = ("xlsx", "csv", "geojson", "shp", "pdf")
USUAL = ("xlsx", "csv", "geojson")
WORKBOOK = "ledgers.xlsx"
RECORD = "export.json"

Progress = Callable[[int, int], None]


def export_plan(
    plan: Plan,
    folder: Path,
    formats: Sequence[str] = USUAL,
    *,
    lang: str = "zh",
    progress: Progress | None = None,
) -> list[Path]:
    """Write a plan in several formats to a folder, all of it or nothing.

    Parameters
    ----------
    plan
        Any plan; it is not changed.
    folder
        Where to: ``ledgers.xlsx``, and a folder named after each other format. It
        is made if it is missing; files of others in it stay. How it is filled in
        one go says :func:`gridpart.drafts.new_files`.
    formats
        Some of ``xlsx``, ``csv``, ``geojson``, ``shp``, ``pdf``.
    lang
        Language of headings and words, ``zh`` or ``en``.
    progress
        Called with communities printed and communities in all.

    Returns
    -------
    paths
        The files written, sorted.

    Raises
    ------
    InputError
        If a format or the language is unknown, the folder cannot be written, or
        what PDF needs is missing; nothing is written then.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        known = ", ".join(FORMATS)
        raise InputError(f"export: format {unknown[0]!r} is unknown. Use {known}.")
    if lang not in LANGUAGES:
        raise InputError(f"export: language {lang!r} is unknown. Use {LANGUAGES}.")
    folder = Path(folder)
    before = _read_record(folder)
    with new_files(folder, RECORD) as draft:
        files = _write(plan, draft, set(formats), lang, progress)
        written = {
            name: {"plan": plan.info.get("id", ""), "files": files[name]}
            for name in files
        }
        record = json.dumps(before | written, ensure_ascii=False, indent=1)
        (draft / RECORD).write_text(record, encoding="utf-8")
    for name in written:
        for gone in set(before.get(name, {"files": []})["files"]) - set(files[name]):
            (folder / gone).unlink(missing_ok=True)
    return [folder / file for name in sorted(files) for file in files[name]]


def _write(
    plan: Plan,
    draft: Path,
    formats: set[str],
    lang: str,
    progress: Progress | None,
) -> dict[str, list[str]]:
    """Write each format; return its files, relative to the draft."""
    paths: dict[str, list[Path]] = {}
    for name in formats - {"xlsx"}:
        (draft / name).mkdir()
    if "pdf" in formats:  # first, for it may lack a font
        paths["pdf"] = write_sheets(plan, draft / "pdf", lang, progress)
    if formats & {"xlsx", "csv"}:
        lists = ledgers(plan, lang)
    if "xlsx" in formats:
        write_workbook(plan, draft / WORKBOOK, lang=lang, lists=lists)
        paths["xlsx"] = [draft / WORKBOOK]
    if "csv" in formats:
        paths["csv"] = write_csvs(lists, draft / "csv")
    if "geojson" in formats:
        paths["geojson"] = write_geojson(plan, draft / "geojson")
    if "shp" in formats:
        paths["shp"] = write_shapefiles(plan, draft / "shp", lang)
    return {
        name: sorted(path.relative_to(draft).as_posix() for path in files)
        for name, files in paths.items()
    }


def _read_record(folder: Path) -> dict[str, Any]:
    """Return what former exports wrote; a record that makes no sense says nothing."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        sound = all(
            name in FORMATS and all(map(_inside, entry["files"]))
            for name, entry in record.items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    return record if sound else {}


def _inside(file: str) -> bool:
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts
