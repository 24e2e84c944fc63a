"""Printed sheets: one PDF file a community, ready for the wall and the folder.

The pages are set by Typst, a typesetter that comes as one wheel: it embeds only
the characters used of whatever Chinese font the machine has, OpenType collections
too, keeps text as text, and sets a thousand pages in well under a minute.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridpart.drafts import new_file
from gridpart.errors import InputError
from gridpart.plan import Plan
from gridpart.show.sheets_pages import pages
from gridpart.show.sheets_tables import gather
from gridpart.show.words import LANGUAGES

if TYPE_CHECKING:
    import typst

# Families with Chinese characters, the best first, as their files name them.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "SimSun",
)


def write_sheets(
    plan: Plan,
    folder: Path,
    lang: str = "zh",
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write the sheets of a plan as PDF, one file a community.

    Each file has an A3 map of the community with the table of its grids, then for
    each base grid a notice for the board and an emergency sheet, both A4. Holders
    of posts are told by id, never by name.

    Parameters
    ----------
    plan
        Any plan; communities without a shape or listed twice get one file or none.
    folder
        Where to; made if it is missing. Files are named after the community's code.
    lang
        Language of the headings, ``zh`` or ``en``.
    progress
        Called with communities done and communities in all.

    Returns
    -------
    paths
        The files written, by community code.

    Raises
    ------
    InputError
        If the language is unknown, no community has a shape, Typst or a Chinese
        font is missing, or the folder cannot be written.
    """
    if lang not in LANGUAGES:
        raise InputError(f"sheets: language {lang!r} is unknown. Use {LANGUAGES}.")
    shapes = plan.communities.geometry
    there = plan.communities[shapes.notna() & ~shapes.is_empty]
    codes = sorted(there["community_code"].dropna().unique())
    if not codes:
        msg = (
            "layer communities: polygons expected, none given. A sheet needs a "
            "community with a shape."
        )
        raise InputError(msg)
    compiler, family = _typesetter()
    folder = _folder(folder)
    template = resources.files("gridpart.show").joinpath("paper", "sheets.typ")
    source = template.read_bytes()
    facts = gather(plan, lang)
    stamp = _stamp(plan)
    paths = []
    for done, code in enumerate(codes):
        if progress:
            progress(done, len(codes))
        page = pages(facts, code) | {"font": family}
        text = json.dumps(page, ensure_ascii=False, allow_nan=False)
        content: Any = compiler.compile(
            source,
            format="pdf",
            sys_inputs={"data": text},
            timestamp=stamp,
            pdf_tags=False,  # they would make the files half as large again
        )
        path = folder / f"{_file_name(code)}.pdf"
        with new_file(path) as draft:
            draft.write_bytes(content)
        paths.append(path)
    if progress:
        progress(len(codes), len(codes))
    return paths


def chinese_font(families: Sequence[str]) -> str:
    """Return the best family with Chinese characters.

    Raises
    ------
    InputError
        If there is none; the message names a package to install.
    """
    known = {family.lower(): family for family in families}
    for wanted in FAMILIES:
        if wanted.lower() in known:
            return known[wanted.lower()]
    msg = (
        "sheets: a font with Chinese characters is expected, none of "
        f"{', '.join(FAMILIES[:3])} … is installed. Install one, on Debian and "
        "Ubuntu with `apt-get install fonts-noto-cjk`."
    )
    raise InputError(msg)


def _typesetter() -> "tuple[typst.Compiler, str]":
    try:
        import typst
    except ImportError as error:
        msg = (
            "sheets: PDF needs the package typst, which is not installed. "
            "Install it with `pip install 'gridpart[pdf]'`."
        )
        raise InputError(msg) from error
    fonts = typst.Fonts()
    family = chinese_font(fonts.families())
    return typst.Compiler(font_paths=fonts), family


def _file_name(code: str) -> str:
    """Return a code as the name of a file, for it may hold a path or worse."""
    return re.sub(r"[^\w-]", "_", code)


def _folder(folder: Path) -> Path:
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: cannot be made a folder ({error}). Name another one."
        raise InputError(msg) from error
    return folder


def _stamp(plan: Plan) -> datetime:
    """Return the plan's own date, so that equal plans make equal files."""
    try:
        made = datetime.fromisoformat(plan.info.get("created", ""))
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)
