"""Measures of all contestants as one page: tables, a plot, and what they show."""

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
PACKAGES = [
    *("gridpart", "numba", "numpy", "scipy", "highspy", "pymetis", "kahip"),
    *("gerrychain", "spopt", "k-means-constrained", "ortools"),
]
HEAD = [
    *("contestant", "grids (asked)", "±10 %", "±5 %", "±2 %", "worst"),
    *("disconnected", "divided of those that fit", "spread, m", "cut, km"),
    *("CPU s", "MB", "failed areas"),
]
LEGEND = """\
One judge computes all columns from labels alone (`judge.py`; it knows nothing of \
gridpart's engine or measures). *±10 %*: share of the grids within that distance of \
their community's mean; *worst*: the largest distance; *disconnected*: grids that one \
cannot walk through; *divided*: compounds in several grids that one grid of mean × \
(1 + tolerance) could hold; *spread*: household-weighted mean distance to the grid's \
best centre; *cut*: border between grids. In the row *all lines alike* gridpart does \
not know which lines are clear, as no peer does, and weighs all border (eight times \
the spread) instead of that on no clear line (half of it). All get the same areas, \
atoms, borders and (where contracted) lumps; ground without households is given to \
peers' grids as gridpart does it. *CPU s* and *MB* are of a whole process, start and \
imports included, from atoms to labels of base grids (gridpart also finds its lumps \
and areas in it; compiled kernels come from the cache). METIS and KaHIP: half the \
seeds with an allowance of 3 %, half of 10 %, best by grids within tolerance, then \
connected, then cut. Open-ended peers (KaHIP, GerryChain) have {seconds} CPU seconds \
for each grid asked for. An area that a peer fails on, or has no answer for within 1 s \
and twice that, counts as one grid."""


def machine():
    """Return this machine and the versions of what was compared."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [
            line.split(":", 1)[1].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        **found,
    }


def write(parts, folder=FOLDER):
    """Merge the parts measured into results.json; write RESULTS.md and the plot."""
    file = folder / "results.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    known |= parts
    text = json.dumps(known, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    (folder / "RESULTS.md").write_text(page(known), encoding="utf-8")
    cities = {name: known[name] for name in ("city", "manhattan") if name in known}
    if cities:
        draw(cities, folder / "results.png")


def page(parts):
    """Return RESULTS.md."""
    lines = ["# gridpart beside its peers", "", "`python -m tests.benchmarks`", ""]
    titles = {"city": "The made-up city", "manhattan": "Manhattan"}
    for name, title in titles.items():
        if name not in parts:
            continue
        part = parts[name]
        lines += [f"## {title}", "", part["about"], "", *table(part["rows"]), ""]
        lines += [*proofs(part["rows"]), *failures(part["rows"])]
        lines += [*verdicts(part["rows"]), ""]
    if any(name in parts for name in titles):
        seconds = {parts[name]["seconds"] for name in titles if name in parts}
        lines += ["![balance, compounds, spread and cut](results.png)", ""]
        lines += [LEGEND.format(seconds=" or ".join(map(str, sorted(seconds)))), ""]
    for name, title in {"districts": "Districting instances", "scale": "Scale"}.items():
        if name in parts:
            lines += [f"## {title}", "", parts[name]["about"], ""]
            lines += [*parts[name]["lines"], ""]
    lines += ["## Machine and versions", ""]
    for name, part in parts.items():
        told = ", ".join(f"{key} {value}" for key, value in part["machine"].items())
        lines += [f"- {name}, {part['date']}: {told}"]
    return "\n".join(lines) + "\n"


def table(rows):
    """Return the rows as lines of a Markdown table."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for row in rows:
        within = [f"{share:.1%}" for share in row["within"]]
        entries = [
            row["name"],
            f"{row['grids']} ({row['asked']})",
            *within,
            f"{row['worst']:.0%}",
            row["disconnected"],
            f"{row['divided']} of {row['fitting']}",
            f"{row['spread_m']:.1f}",
            f"{row['cut_km']:.1f}",
            f"{row['cpu_s']:.1f}",
            f"{row['mb']:.0f}",
            len(row["failed"]),
        ]
        lines.append(f"| {' | '.join(map(str, entries))} |")
    return lines


def proofs(rows):
    """Say what gridpart proved."""
    return [
        f"- {row['name']}: of {row['communities']} communities {row['optimal']} proven "
        f"optimal, {row['within_1_percent']} with a gap of at most 1 %; "
        f"{row['gave_up']} had to give something up, for {row['proven_needed']} of "
        f"them that is proven needed (for {row['proven_fewest']} also that no fewer "
        f"compounds will do; at least {row['must_divide']} must be divided)."
        for row in rows
        if row["name"].endswith("with proof")
    ]


def failures(rows):
    """Say which peers failed, on how many areas, and how."""
    lines = []
    for row in rows:
        kinds = sorted({error.split(":")[0] for error in row["failed"].values()})
        if kinds:
            example = next(iter(row["failed"].values())).splitlines()[0][:120]
            lines.append(
                f"- {row['name']} failed on {len(row['failed'])} areas "
                f"({', '.join(kinds)}), such as `{example}`."
            )
        if row["grids"] < row["asked"] and not row["failed"]:
            lines.append(
                f"- {row['name']} left {row['asked'] - row['grids']} parts empty."
            )
    return lines


def verdicts(rows):
    """Hold gridpart against the figures it was to reach, from the rows alone."""
    by_name = {row["name"]: row for row in rows}
    ours = by_name.get("gridpart, balance")
    metis = by_name.get("METIS, best of 200")
    # Who answers for few areas has few grids to be judged by.
    peers = [
        row
        for row in rows
        if not row["name"].startswith("gridpart") and row["grids"] > 0.9 * row["asked"]
    ]
    if ours is None or metis is None:
        return []
    walked = [row for row in peers if row["disconnected"] == 0] or [metis]
    balanced = [row for row in walked if row["within"][0] >= 0.9]
    fewest = min(balanced, key=lambda row: row["divided"], default=None)
    best = max(walked, key=lambda row: row["within"][0])
    proven = by_name.get("gridpart, balance, with proof")
    least = f"; at least {proven['must_divide']} must be, proven" if proven else ""
    claims = [
        (
            f"share within ±10 % {ours['within'][0]:.1%}, best peer all of whose "
            f"grids hang together {best['within'][0]:.1%} ({best['name']})",
            ours["within"][0] >= best["within"][0],
        ),
        (f"{ours['disconnected']} disconnected", ours["disconnected"] == 0),
    ]
    if fewest is not None:
        text = (
            f"{ours['divided']} compounds divided, a third of the best balanced peer's "
            f"that hang together is {fewest['divided'] / 3:.0f} ({fewest['name']}: "
            f"{fewest['divided']}){least}"
        )
        claims.append((text, 3 * ours["divided"] <= fewest["divided"]))
    level = [row["name"] for row in peers if _is_as_good(row, ours)]
    text = "peers as good at balance, compounds divided and spread together: "
    claims.append((text + (", ".join(level) or "none"), not level))
    for key, words, unit in (
        ("spread_m", "spread", "m"),
        ("cut_km", "cut", "km"),
        ("cpu_s", "CPU", "s"),
    ):
        text = f"{words} {ours[key]:.1f} {unit}, METIS {metis[key]:.1f} {unit}"
        claims.append((text, ours[key] <= metis[key]))
    whole = by_name.get("gridpart, whole compounds")
    if whole is not None:
        text = (
            f"whole compounds preferred: {whole['divided']} divided that fit, "
            f"{whole['within'][0]:.1%} within ±10 %"
        )
        claims.append((text, whole["divided"] == 0 and whole["within"][0] >= 0.8))
    return ["", "Against the figures asked for (`gridpart, balance`):", ""] + [
        f"- {'reached' if reached else '**missed**'}: {text}"
        for text, reached in claims
    ]


def _is_as_good(row, ours):
    return (
        row["within"][0] >= ours["within"][0]
        and row["divided"] <= ours["divided"]
        and row["spread_m"] <= ours["spread_m"]
    )


def draw(cities, path):
    """Plot balance against compounds divided, and spread against cut."""
    figure = Figure(figsize=(11, 4.2 * len(cities)), layout="tight")
    axes = figure.subplots(len(cities), 2, squeeze=False)
    for (name, part), pair in zip(cities.items(), axes, strict=True):
        for number, row in enumerate(part["rows"]):
            own = row["name"].startswith("gridpart")
            look = {
                "marker": "*" if own else "o",
                "s": 130 if own else 45,
                "color": f"C{number % 10}",
                "edgecolors": "black" if own else "none",
                "label": row["name"],
            }
            share = row["divided"] / max(1, row["fitting"])
            pair[0].scatter(100 * row["within"][0], 100 * share, **look)
            pair[1].scatter(row["cut_km"], row["spread_m"], **look)
        pair[0].set_xlabel("grids within ±10 %, %")
        pair[0].set_ylabel("compounds divided, % of those that fit")
        pair[1].set_xlabel("border between grids, km")
        pair[1].set_ylabel("spread, m")
        pair[0].set_title(name)
    axes[0][1].legend(fontsize=6)
    figure.savefig(path, dpi=110)
