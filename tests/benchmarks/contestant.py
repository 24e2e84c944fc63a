"""One contestant on one city, in a process of its own.

``python -m tests.benchmarks.contestant NAME FOLDER SECONDS OUT`` reads the tasks of
FOLDER, or for gridpart its atoms, and writes labels and failures to OUT.
"""

import contextlib
import json
import pickle
import re
import signal
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

WARM_UP = "warm up"  # one community by gridpart, so that its kernels are compiled
LIMIT_S = 1.0  # CPU, and twice what it was allowed: then a peer has no answer


class Peer(NamedTuple):
    """A function of the peers, and whether it gets compounds contracted."""

    function: str
    contracted: bool = False


class Ours(NamedTuple):
    """What gridpart prefers, the tolerance, seconds of proof for each piece.

    With ``boundary`` it does not know, as its peers don't, which lines are clear, and
    all border between grids has this weight.
    """

    prefer: str
    tolerance: float = 0.10
    proof_s: float = 0.0
    boundary: float | None = None


PEERS = {
    "METIS, best of 200": Peer("metis"),
    "METIS, best of 200, compounds contracted": Peer("metis", contracted=True),
    "KaHIP strong": Peer("kahip"),
    "KaHIP strong, compounds contracted": Peer("kahip", contracted=True),
    "GerryChain recursive tree": Peer("trees"),
    "GerryChain ReCom, compounds preferred": Peer("recom"),
    "spopt region-k-means": Peer("region_k_means"),
    "spopt max-p": Peer("max_p"),
    "spopt SKATER": Peer("skater"),
    "spopt Ward": Peer("ward"),
    "k-means-constrained": Peer("k_means_constrained"),
}
OURS = {
    "gridpart, balance": Ours("balance"),
    "gridpart, balance, ±5 %": Ours("balance", 0.05),
    "gridpart, balance, ±2 %": Ours("balance", 0.02),
    "gridpart, balance, all lines alike": Ours("balance", boundary=8.0),
    "gridpart, whole compounds": Ours("whole_compounds"),
    "gridpart, balance, with proof": Ours("balance", proof_s=8.0),
    "gridpart, whole compounds, with proof": Ours("whole_compounds", proof_s=8.0),
}


def run_peer(name, folder, seconds):
    """Divide all tasks; an area that a peer fails on stays in one piece.

    ``seconds`` is what an open-ended search has for each grid asked for.
    """
    from tests.benchmarks import peers

    peer = PEERS[name]
    warnings.simplefilter("ignore")
    # Imports (and what a peer compiles) are no fault of the first area.
    with contextlib.suppress(Exception):
        getattr(peers, peer.function)(peers.SQUARE, 2, 0.0)
    signal.signal(signal.SIGPROF, _too_long)
    labels, failed = [], {}
    for task in pickle.loads((folder / "tasks.pickle").read_bytes()):
        nodes = task.lumps if peer.contracted else task.buildings
        label = np.zeros(len(nodes.weight), dtype=np.int64)
        if task.parts > 1:
            budget = seconds * task.parts
            signal.setitimer(signal.ITIMER_PROF, LIMIT_S + 2 * budget)
            try:
                label = getattr(peers, peer.function)(nodes, task.parts, budget)
            except Exception as error:
                failed[task.name] = f"{type(error).__name__}: {error}"
            signal.setitimer(signal.ITIMER_PROF, 0)
        labels.append([int(part) for part in label])
    return {"labels": labels, "failed": failed}


def _too_long(*_):
    raise TimeoutError("no answer in time")


def run_gridpart(name, folder):
    """Divide all communities into base grids, from atoms."""
    from gridpart.partition.communities import community_seed, divide_community
    from gridpart.rules import Rules

    ours = OURS.get(name, Ours("balance"))
    rules = Rules.preset().replace("size", prefer=ours.prefer, tolerance=ours.tolerance)
    rules = rules.replace("search", proof_s=ours.proof_s)
    fabrics, joined = pickle.loads((folder / "fabrics.pickle").read_bytes())
    if ours.boundary is not None:
        rules = rules.replace("objective", boundary=ours.boundary)
        for _, fabric in fabrics:
            fabric.borders["clear_m"] = 0.0
    if name == WARM_UP:
        fabrics = fabrics[:1]
    divisions = {
        code: divide_community(fabric, joined, rules, community_seed(code, 0))
        for code, fabric in fabrics
    }
    return {
        "base": {code: one.base.tolist() for code, one in divisions.items()},
        "status": {code: one.status for code, one in divisions.items()},
        "gap": {code: one.gap for code, one in divisions.items()},
        "given_up": {code: one.given_up for code, one in divisions.items()},
    }


def main(name, folder, seconds, out):
    folder = Path(folder)
    if name in (*OURS, WARM_UP):
        found = run_gridpart(name, folder)
    else:
        found = run_peer(name, folder, float(seconds))
    Path(out).write_text(json.dumps(found | {"mb": peak()}), encoding="utf-8")


def peak():
    """Return the most memory this process had, MB; what its parent had is not in it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
