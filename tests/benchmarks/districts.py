"""METIS and KaHIP on published districting instances where cut edges count."""

import time
from pathlib import Path

import numpy as np

from tests.benchmarks.peers import partition_by_kahip, partition_by_metis
from tests.districting import load_judge, read_instance

HEAD = "| instance | best known | METIS | CPU s | KaHIP strong | CPU s |"
TRIES = {partition_by_metis: 200, partition_by_kahip: 20}


def rows_of_peers(folder, script):
    """Return lines of a table: what peers reach, judged by the script."""
    judge = load_judge(script)
    lines = [HEAD, "|---" * HEAD.count(" | ") + "|---|"]
    for path in sorted(Path(folder).glob("cut_edges-*.json")):
        instance = read_instance(path)
        entries = [path.stem, f"{instance['best_known']:g}"]
        for divide, tries in TRIES.items():
            started = time.process_time()
            reached = best_feasible(instance, judge, divide, tries)
            entries += [reached, f"{time.process_time() - started:.1f}"]
        lines.append(f"| {' | '.join(entries)} |")
    return lines


def best_feasible(instance, judge, divide, tries):
    """Return the fewest edges cut by a feasible plan of several seeds."""
    graph = rows(instance)
    slack = instance["upper"] * instance["parts"] / sum(instance["weight"]) - 1
    found = []
    for seed in range(tries):
        allowed = slack if seed % 2 else slack / 2
        label = divide(*graph, instance["parts"], allowed, seed)
        judged = judge(instance, [int(part) for part in label])
        if judged["feasible"]:
            found.append(judged["cut_edges"])
    return str(min(found)) if found else "none feasible"


def rows(instance):
    """Return start, neighbour, length (ones) and weight of an instance."""
    pairs = np.array([edge[:2] for edge in instance["edges"]], dtype=np.int64)
    heads, tails = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((tails, heads))
    start = np.searchsorted(heads[order], np.arange(instance["units"] + 1))
    return start, tails[order], np.ones(len(order), dtype=int), instance["weight"]
