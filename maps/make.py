"""Make the gallery: divide, check, measure and draw every city, and write README.md.

python maps/make.py  (from the checkout, with the development extras and Chromium)
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright
from views import shoot_views

from gridpart.store.plans import load_plan

HERE = Path(__file__).parent
CITIES = HERE.parent / "tests" / "cities"
CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True, slots=True)
class Entry:
    """One city of the gallery: what to divide, and what to say of it."""

    name: str
    source: str
    about: str


ENTRIES = (
    Entry("made-up", "SYNTH", "the made-up city of 122 communities, `--seed 0`"),
    Entry("manhattan", "manhattan", "Manhattan, community districts 3 and 6"),
    Entry("singapore", "singapore", "all public housing of Singapore, points only"),
    Entry("shanghai", "shanghai", "Shanghai: Huangpu, Hongkou, Lujiazui"),
    Entry("beijing", "beijing", "Beijing, around Tsinghua"),
    Entry("wuhan", "wuhan", "Wuhan, Guanggu"),
    Entry("helsinki", "helsinki", "Helsinki, the centre"),
    Entry("olemps", "olemps", "Olemps, a small town in Aveyron"),
)
HEAD = """\
# Maps

What gridpart makes of a made-up city and of seven real ones, by
`python maps/make.py`. The real cities lie beside the checkout in
`../shared/data/cities`; `tests/cities/*.toml` say which of their columns is which,
and what had to be made up (codes, for one). Only the household figures of
Manhattan, Singapore and Olemps are real. All runs used two processes.

*Within 10 %* is the share of the base grids within a tenth of the mean of their
community. *Optimal* counts the communities whose division is proven the best. *Given
up* counts those in which whole compounds or whole buildings did not allow the
tolerance, or which hard barriers, sites or large buildings leave in unequal pieces;
in brackets, those for which it is proven that no whole plan exists. Seconds are wall
and, in brackets, CPU; MB is the memory of the largest process.

"""
VIEWS = """\
## The one map in use

The made-up city, by
`gridpart map plan.gpkg -o map.html && python maps/views.py map.html`.

A grid's card, with the posts that are held (full) or vacant (ring):

![a grid's card](one-map-card.jpg)

English, by households, search and table open:

![search and table](one-map-table.jpg)

Printed on A3, here as a picture of the PDF:

![the printed sheet](one-map-print.jpg)

"""
TABLE = (
    "city",
    "communities",
    "base",
    "micro",
    "exclusive",
    "households",
    "within_10",
    "optimal",
    "given_up",
    "compounds_divided",
    "clear_lines",
    "errors",
    "warnings",
    "seconds",
    "MB",
)


def run(*words: object) -> tuple[str, float, float, float]:
    """Run a command; return what it printed, wall and CPU seconds, and its MB."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "gridpart", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in (0, 1):
        raise SystemExit(process.returncode)
    return printed, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def shoot(page_file: Path, picture: Path) -> None:
    """Take a picture of the one map as it opens."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(page_file.as_uri())
        page.wait_for_timeout(2500)
        page.screenshot(path=picture, type="jpeg", quality=80)
        browser.close()


def make(entry: Entry, folder: Path) -> tuple[dict[str, object], str]:
    """Divide and draw one city; return its row of the table and its section."""
    source: Path = CITIES / f"{entry.source}.toml"
    shown = f"tests/cities/{entry.source}.toml"
    if entry.source == "SYNTH":
        source, shown = folder / "city.gpkg", "city.gpkg"
        run("synth", source)
    plan_file, page = folder / f"{entry.name}.gpkg", folder / f"{entry.name}.html"
    _, wall, cpu, memory = run("divide", source, "-o", plan_file, "--jobs", 2)
    counts = json.loads(run("check", plan_file, "--json")[0])["counts"]
    measured = json.loads(run("measure", plan_file, "--json")[0])
    run("map", plan_file, "-o", page)
    shoot(page, HERE / f"{entry.name}.jpg")
    if entry.source == "SYNTH":
        shoot_views(page)
    plan = load_plan(plan_file)
    given_up = plan.communities["given_up"]
    proven = given_up.str.contains("proven=no_whole_plan", na=False).sum()
    row = {
        "city": entry.name,
        "communities": measured["communities"],
        "base": measured["grids"],
        "micro": measured["micro_grids"],
        "exclusive": measured["exclusive_grids"],
        "households": f"{plan.atoms['households'].sum():,}",
        "within_10": f"{measured['within_10']:.1%}",
        "optimal": int((plan.communities["status"] == "optimal").sum()),
        "given_up": f"{given_up.notna().sum()} ({proven} proven)",
        "compounds_divided": measured["compounds_divided_fitting"],
        "clear_lines": f"{measured['line_clarity']:.0%}",
        "errors": counts["error"],
        "warnings": counts["warning"],
        "seconds": f"{wall:.0f} ({cpu:.0f})",
        "MB": f"{memory:.0f}",
    }
    reasons = plan.base_grids["reason"].value_counts()
    told = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
    section = (
        f"## {entry.about}\n\n`gridpart divide {shown} -o plan.gpkg && "
        f"gridpart map plan.gpkg -o map.html`\n\n"
        f"Grids with a reason: {told or 'none'}.\n\n"
        f"![{entry.about}]({entry.name}.jpg)\n"
    )
    return row, section


def main() -> None:
    """Make all entries and write the page."""
    with tempfile.TemporaryDirectory() as made:
        done = [make(entry, Path(made)) for entry in ENTRIES]
    table = pd.DataFrame([row for row, _ in done], columns=TABLE)
    lines = [" | ".join(column.replace("_", " ") for column in TABLE)]
    lines += [" | ".join(["---"] * len(TABLE))]
    lines += [" | ".join(map(str, row)) for row in table.to_numpy()]
    body = "\n".join(f"| {line} |" for line in lines)
    page = HEAD + body + "\n\n" + VIEWS + "\n".join(section for _, section in done)
    (HERE / "README.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
