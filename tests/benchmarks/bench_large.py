"""One very large community: 20,000 buildings, 300 grids.

``python -m tests.benchmarks.bench_large`` makes a city of many communities one.
"""

import resource
import sys
import time
from dataclasses import replace

from gridpart.flows import divide
from gridpart.measure.registry import measure_plan
from gridpart.rules import Rules
from gridpart.synth.cities import make_city

COMMUNITIES, GRIDS = 280, 300


def main() -> None:
    city = make_city(COMMUNITIES, seed=0)
    whole = city.communities.dissolve().reset_index(drop=True)
    whole = whole.assign(community_code=city.communities["community_code"].min())
    city = replace(city, communities=whole[city.communities.columns])
    target = round(int(city.buildings["households"].sum()) / GRIDS)
    rules = Rules.preset()
    scale = target / rules.size.target
    rules = rules.replace(
        "size",
        target=target,
        low=round(rules.size.low * scale),
        high=round(rules.size.high * scale),
    ).replace("search", proof_s=0.0)
    started, used = time.perf_counter(), time.process_time()
    plan = divide(city, rules)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    numbers = measure_plan(plan).summary
    sys.stdout.write(
        f"one community, {len(city.buildings)} buildings: {numbers['grids']} grids, "
        f"{wall:.1f} s wall, {cpu:.1f} s CPU, {peak:.0f} MB, "
        f"{numbers['within_tolerance_of_piece']:.1%} within 10% of their piece's mean\n"
    )


if __name__ == "__main__":
    main()
