"""How long a whole division takes, from file to plan, and how much memory it needs.

Run from the checkout::

    python -m tests.benchmarks.bench_divide [--communities 122] [--jobs 2] [--proof 0]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gridpart.measure.registry import measure_plan
from gridpart.store.plans import load_plan


def run(*words: object) -> tuple[float, float, float]:
    """Run a command; return wall seconds, CPU seconds and MB of the largest process."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "gridpart", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(process.returncode)
    wall = time.perf_counter() - started
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, nargs="+", default=[122])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--proof", type=float, default=0.0)
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as made:
        city, file = Path(made) / "city.gpkg", Path(made) / "plan.gpkg"
        for count in asked.communities:
            run("synth", city, "--communities", count)
            how = ("--jobs", asked.jobs, "--proof", asked.proof)
            wall, cpu, memory = run("divide", city, "-o", file, *how)
            numbers = measure_plan(load_plan(file)).summary
            rows.append(
                f"{count:>11} {numbers['grids']:>6} {wall:>7.1f} {cpu:>6.1f} "
                f"{memory:>5.0f} {numbers['within_10']:>9.1%}"
            )
    sys.stdout.write("communities  grids  wall s  cpu s    MB within 10%\n")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
