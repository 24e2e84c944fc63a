"""Published districting instances: what the engine reaches in a given time.

``python -m tests.benchmarks.bench_districts FOLDER JUDGE [SECONDS] [NAME]...`` reads
the instances of FOLDER (all, or those named), gives each SECONDS (counties 10 at
most), has the plans judged by the script JUDGE and prints a table.
"""

import sys
import time
from pathlib import Path

from tests.districting import load_judge, read_instance, solve

HEAD = "| instance | best known | reached | over | bound | status | wall s | CPU s |"
COUNTY_SECONDS, JOBS = 10.0, 2


def row(path, judge, seconds):
    instance = read_instance(path)
    if "county" in path.stem:
        seconds = min(seconds, COUNTY_SECONDS)
    wall, cpu = time.monotonic(), time.process_time()
    got = solve(instance, time_limit=seconds, jobs=JOBS)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    best, unit = instance["best_known"], 1e6 if "inertia" in path.stem else 1
    times = f"{got.status} | {wall:.1f} | {cpu:.1f} |"
    if got.labels is None:
        return f"| {path.stem} | {best:g} | none | | | {times}"
    judged = judge(instance, got.labels.tolist())
    assert judged["feasible"], path.stem
    value, bound = judged[instance["objective"]], (got.bound or 0) / unit
    over = judged["over_best_known"]
    return f"| {path.stem} | {best:g} | {value:.8g} | {over:+.2%} | {bound:g} | {times}"


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(folder, script, seconds="60", *names):
    judge = load_judge(script)
    say(HEAD)
    say("|---" * HEAD.count(" | ") + "|---|")
    for path in sorted(Path(folder).glob("*.json")):
        if not names or path.stem in names:
            say(row(path, judge, float(seconds)))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
