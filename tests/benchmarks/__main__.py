"""gridpart beside its peers: measures everything and writes RESULTS.md.

Run from the checkout, on a quiet machine, with the extras ``dev`` and ``bench``::

    python -m tests.benchmarks [--parts city manhattan districts scale] [--jobs 1]

Each part is measured apart and kept in results.json, so that parts can be run one at
a time; the page is written anew from all of them. With ``--jobs 2`` two contestants
run side by side, each on a core of its own.
"""

import argparse
import datetime
import subprocess
import sys
import time
from pathlib import Path

from gridpart.read.cities import read_city
from gridpart.rules import Rules
from gridpart.synth.cities import make_city
from tests.benchmarks import results
from tests.benchmarks.areas import contest
from tests.benchmarks.contestant import OURS, PEERS
from tests.benchmarks.contests import ROOT, hold
from tests.benchmarks.districts import rows_of_peers

SHARED = ROOT.parent / "shared"
DISTRICTS = (
    "Published instances, judged by the script that came with them. gridpart has "
    "{seconds} s (counties 10 s); METIS: contiguous, the best feasible of 200 seeds; "
    "KaHIP strong: the best feasible of 20. Peers only where cut edges count."
)
SCALE = "Whole commands, file to plan, two processes, no proof; see `bench_divide.py`."


def city_part(city, about, asked):
    """Let everybody divide a city."""
    areas = contest(about.split()[0].strip(":,"), city, Rules.preset())
    about = (
        f"{about} {len(areas.fabrics)} communities, {len(city.buildings)} buildings, "
        f"{len(areas.areas)} areas, {sum(area.parts for area in areas.areas)} grids "
        "asked for."
    )
    rows = hold(areas, asked.contestants, asked.seconds, asked.jobs, say)
    return {"about": about, "rows": rows, "seconds": asked.seconds}


def made_up(asked):
    """The made-up city."""
    return city_part(make_city(asked.communities, seed=0), "Made-up, seed 0:", asked)


def manhattan(asked):
    """Manhattan, with buildings that are larger than a grid."""
    city = read_city(ROOT / "tests" / "cities" / "manhattan.toml")
    return city_part(city, "Manhattan (`tests/cities/manhattan.toml`):", asked)


def districts(asked):
    """The districting instances, gridpart's rows and the peers', and one large mesh."""
    folder = SHARED / "data" / "districting"
    judge = SHARED / "tools" / "evaluate_districting.py"
    lines = output("bench_districts", folder, judge, asked.district_seconds)
    about = DISTRICTS.format(seconds=asked.district_seconds)
    lines += ["", *rows_of_peers(folder, judge), "", *output("bench_mesh")]
    return {"about": about, "lines": lines}


def scale(asked):
    """Whole divisions of cities of several sizes, and one very large community."""
    counts = [str(count) for count in asked.scale]
    lines = ["```", *output("bench_divide", "--communities", *counts)]
    lines += [*output("bench_large"), "```"]
    return {"about": SCALE, "lines": lines}


PARTS = {
    "city": made_up,
    "manhattan": manhattan,
    "districts": districts,
    "scale": scale,
}


def output(module, *words):
    """Return what another benchmark prints."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().splitlines()


def say(line):
    """Tell the one who waits."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


def main(words=None):
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options.add_argument("--communities", type=int, default=122)
    options.add_argument("--seconds", type=float, default=0.1, help="CPU, each grid")
    options.add_argument("--district-seconds", type=float, default=60)
    options.add_argument("--scale", type=int, nargs="+", default=[122, 500, 2500])
    options.add_argument("--jobs", type=int, default=1, help="contestants at a time")
    options.add_argument("--contestants", nargs="+", default=[*OURS, *PEERS])
    options.add_argument("--folder", type=Path, default=results.FOLDER)
    asked = options.parse_args(words)
    for name in asked.parts:
        say(name)
        part = PARTS[name](asked)
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        part |= {"date": today, "machine": results.machine()}
        results.write({name: part}, asked.folder)


if __name__ == "__main__":
    main()
