"""How large and how quick the one map of a plan is, in Chromium without a GPU.

Run from the checkout::

    python -m tests.benchmarks.bench_map PLAN.gpkg [--times 1 10]

``--times 10`` lays the plan out ten times side by side, with codes and ids of its own
for each copy. The figures: megabytes of the file; milliseconds of main-thread CPU, and
by the clock, to the first picture; megabytes of heap after it; frames a second while
the map is dragged over the whole city and over a place where buildings are drawn, and
milliseconds of main-thread CPU a frame of it, which a busy machine does not blur.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from gridpart.plan import Plan
from gridpart.show.onemap import write_map
from gridpart.store.plans import load_plan

CODES = {
    "community_code",
    "grid_code",
    "base_grid",
    "micro_grid",
    "exclusive_grid",
    "old_code",
    "new_code",
}
IDS = {
    "atom_id",
    "atom_a",
    "atom_b",
    "building_id",
    "compound_id",
    "site_id",
    "worker_id",
    "org_id",
    "parent_id",
    "resource_id",
}
FIGURES = ("cpu", "clock", "heap", "city fps", "city ms", "near fps", "near ms")
ACROSS = 4
DRAG_MS = 4000
# Drags by six pixels a frame and lets go every 40 frames, as a hand does.
DRAG = """(duration) => new Promise((done) => {
    const box = oneMap.map.getContainer();
    const fire = (kind, x, y) => (kind === "mousedown" ? box : document).dispatchEvent(
        new MouseEvent(kind, { clientX: x, clientY: y, buttons: 1, bubbles: true }));
    const started = performance.now();
    let frames = 0;
    const step = () => {
        const [lap, at] = [Math.floor(frames / 40), frames % 40];
        const x = lap % 2 ? 1000 - 6 * at : 760 + 6 * at;
        if (at === 0) fire("mousedown", x, 400);
        else fire("mousemove", x, 400);
        if (at === 39) fire("mouseup", x, 400);
        frames += 1;
        const passed = performance.now() - started;
        if (passed < duration) requestAnimationFrame(step);
        else done({ frames, fps: (1000 * frames) / passed });
    };
    requestAnimationFrame(step);
})"""
CLOSER = """async () => {
    oneMap.map.setView(oneMap.bounds.getCenter(), 16.5, { animate: false });
    await oneMap.fetched;
}"""
TWO_FRAMES = (
    "new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(() => "
    "d(performance.now()))))"
)


def side_by_side(plan: Plan, times: int) -> Plan:
    """Return the plan laid out several times, each copy with codes of its own."""
    west, south, east, north = plan.atoms.total_bounds
    tables = {}
    for name, table in plan.tables.items():
        copies = []
        for copy in range(times):
            fresh = table.copy()
            for column in CODES & set(table.columns):
                codes = table[column].str
                fresh[column] = codes[:6] + f"{copy + 1:03d}" + codes[9:]
            for column in IDS & set(table.columns):
                fresh[column] = table[column] + f"-{copy}"
            if isinstance(table, gpd.GeoDataFrame):
                right, up = copy % ACROSS, copy // ACROSS
                fresh = fresh.set_geometry(
                    table.geometry.translate(
                        1.02 * right * (east - west), 1.02 * up * (north - south)
                    )
                )
            copies.append(fresh)
        tables[name] = pd.concat(copies, ignore_index=True)
    return replace(plan, **tables)


def measure(page: Page, file: Path) -> dict[str, float]:
    """Open a map and return its figures."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=120_000)
    clock_ms = page.evaluate(TWO_FRAMES)

    def metric(name: str) -> float:
        answer = session.send("Performance.getMetrics")
        return next(m["value"] for m in answer["metrics"] if m["name"] == name)

    cpu_ms = 1000 * metric("TaskDuration")
    session.send("HeapProfiler.collectGarbage")
    heap = metric("JSHeapUsedSize") / 1e6
    figures = {"cpu": cpu_ms, "clock": clock_ms, "heap": heap}
    for where in ("city", "near"):
        if where == "near":
            page.evaluate(CLOSER)
            page.evaluate(TWO_FRAMES)
        before = metric("TaskDuration")
        dragged = page.evaluate(DRAG, DRAG_MS)
        spent_ms = 1000 * (metric("TaskDuration") - before)
        figures[f"{where} fps"] = dragged["fps"]
        figures[f"{where} ms"] = spent_ms / dragged["frames"]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--times", type=int, nargs="+", default=[1])
    asked = parser.parse_args()
    plan = load_plan(asked.plan)
    heads = ["communities", "grids", "micro", "buildings", "MB", *FIGURES]
    sys.stdout.write("  ".join(heads) + "\n")
    with tempfile.TemporaryDirectory() as made, sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for times in asked.times:
            laid_out = side_by_side(plan, times) if times > 1 else plan
            file = Path(made) / f"map{times}.html"
            write_map(laid_out, file)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            got = measure(page, file)
            page.close()
            layers = ("communities", "base_grids", "micro_grids", "buildings")
            row = [str(len(getattr(laid_out, layer))) for layer in layers]
            row += [f"{file.stat().st_size / 1e6:.2f}"]
            row += [f"{got[name]:.1f}" for name in FIGURES]
            told = [
                f"{value:>{len(head)}}" for value, head in zip(row, heads, strict=True)
            ]
            sys.stdout.write("  ".join(told) + "\n")
        browser.close()


if __name__ == "__main__":
    main()
