"""All contestants on one city: each in a process of its own, judged alike."""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tests.benchmarks.areas import on_atoms
from tests.benchmarks.contestant import OURS, PEERS, WARM_UP
from tests.benchmarks.judge import judge

ROOT = Path(__file__).parents[2]


def measured(*command):
    """Run a command; return the CPU seconds of its process, or stop."""
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return used.ru_utime + used.ru_stime


def hold(contest, names, seconds, jobs=1, told=print):
    """Let contestants divide a city; return a row of measures for each.

    Parameters
    ----------
    contest
        See :class:`tests.benchmarks.areas.Contest`.
    names
        Of contestants.
    seconds
        CPU seconds for each grid asked for, that an open-ended peer has.
    jobs
        How many contestants run at the same time, each on one core.
    """
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(jobs) as pool:
        folder = Path(made)
        contest.write(folder)
        # Compiled kernels are cached; the first run of all fills the cache.
        measured("tests.benchmarks.contestant", WARM_UP, folder, 0, folder / "-")

        def entry(number_and_name):
            number, name = number_and_name
            out = folder / f"{number}.json"
            used = measured("tests.benchmarks.contestant", name, folder, seconds, out)
            row = _row(contest, name, json.loads(out.read_text()), used)
            told(f"{contest.name}: {name}: {used:.0f} CPU s")
            return row

        return list(pool.map(entry, enumerate(names)))


def _row(contest, name, found, seconds):
    row = {"name": name, "cpu_s": seconds, "mb": found["mb"]}
    if name in PEERS:
        contracted = PEERS[name].contracted
        labels = [
            on_atoms(
                area,
                np.array(label),
                area.task.lumps if contracted else area.task.buildings,
            )
            for area, label in zip(contest.areas, found["labels"], strict=True)
        ]
        return row | judge(contest.areas, labels) | {"failed": found["failed"]}
    labels = [
        np.array(found["base"][area.community])[area.rows] for area in contest.areas
    ]
    tolerance = OURS[name].tolerance
    measures = judge(contest.areas, labels, tolerance)
    return row | measures | _proofs(contest.areas, labels, found)


def _proofs(areas, labels, found):
    """Sum up what gridpart proves, of what the judge says had to give way."""
    by_community = defaultdict(list)
    for area, label in zip(areas, labels, strict=True):
        by_community[area.community].append((area, label))
    gave_up, must_divide = [], 0
    for code, own in by_community.items():
        told = judge(*zip(*own, strict=True))
        words = found["given_up"][code] or ""
        if told["divided"] or told["within"][0] < 1:
            gave_up.append(words)
        if told["divided"] and "no_whole_plan" in words:
            must_divide += told["divided"] if "fewest_compounds" in words else 1
    gaps = [gap for gap in found["gap"].values() if gap == gap]
    return {
        "communities": len(found["status"]),
        "optimal": sum(status == "optimal" for status in found["status"].values()),
        "within_1_percent": sum(gap <= 0.01 for gap in gaps),
        "gave_up": len(gave_up),
        "proven_needed": sum("no_whole_plan" in words for words in gave_up),
        "proven_fewest": sum("fewest_compounds" in words for words in gave_up),
        "must_divide": must_divide,
        "failed": {},
    }
