"""How long the cut takes, how much memory it needs, and how momepy does.

Run from the checkout::

    python -m tests.benchmarks.bench_cut [--communities 122] [--every-outline-point]

Each run has a process of its own on one core. momepy gets the enclosures that the
cut itself made and the same spacing of points, unless its own default of half a
metre is asked for; it is not asked for borders, which the cut finds too.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import momepy
import numpy as np
import shapely

from gridpart.city import City
from gridpart.cut import communities
from gridpart.cut.enclosures import Enclosures, enclose
from gridpart.cut.fabrics import cut_fabric
from gridpart.cut.samples import STEP_M
from gridpart.rules import Rules
from gridpart.synth.cities import make_city

RULES = Rules.preset()
Result = tuple[float, int, int, bool]


def measured(job: Callable[[], gpd.GeoDataFrame]) -> Result:
    """CPU seconds, peak MiB, pieces of ground, and whether they fit seamlessly."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        started = time.process_time()
        ground = job()
        seconds = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        whole = all(
            shapely.coverage_is_valid(part.to_numpy())
            for _, part in ground.geometry.groupby(ground["community_code"])
        )
        os.write(writer, repr((seconds, peak, len(ground), whole)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    seconds, peak, count, whole = os.read(reader, 200).decode().strip("()").split(", ")
    return float(seconds), int(peak), int(count), whole == "True"


def enclosures_of(city: City) -> gpd.GeoDataFrame:
    """The enclosures that the cut makes on its way."""
    faces: dict[bytes, list[shapely.Geometry]] = {}

    def noted(ground: shapely.Geometry, *rest: Any) -> Enclosures:
        made = enclose(ground, *rest)
        faces[ground.wkb] = list(made.faces)
        return made

    communities.enclose = noted
    try:
        cut_fabric(city, RULES)
    finally:
        communities.enclose = enclose
    rows = [
        {"community_code": code, "geometry": face}
        for code, ground in zip(
            city.communities["community_code"], city.communities.geometry, strict=True
        )
        for face in faces[shapely.force_2d(ground).wkb]
    ]
    return gpd.GeoDataFrame(rows, crs=city.crs)


def tessellate(
    city: City, enclosures: gpd.GeoDataFrame, step_m: float
) -> gpd.GeoDataFrame:
    """Share the enclosures out with momepy."""
    atoms = momepy.enclosed_tessellation(
        city.buildings.geometry,
        enclosures.geometry,
        segment=step_m,
        simplify=False,
        n_jobs=1,
    )
    code = enclosures["community_code"].to_numpy()[atoms["enclosure_index"]]
    return atoms.assign(community_code=code)


def main() -> None:
    """Print a table of both."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--communities", type=int, default=122)
    options.add_argument("--every-outline-point", action="store_true")
    chosen = options.parse_args()
    city = make_city(chosen.communities, seed=0)
    enclosures = enclosures_of(city)
    step_m = 0.5 if chosen.every_outline_point else STEP_M
    jobs = {
        "gridpart, atoms and borders": lambda: cut_fabric(city, RULES)[0].atoms,
        f"momepy, atoms, {step_m} m": lambda: tessellate(city, enclosures, step_m),
    }
    outline = shapely.get_num_coordinates(city.buildings.geometry.to_numpy())
    lines = [
        f"{len(city.communities)} communities, {len(city.buildings)} buildings "
        f"({np.mean(outline) - 1:.1f} corners each), {len(enclosures)} enclosures"
    ]
    for name, job in jobs.items():
        seconds, peak, count, whole = measured(job)
        seams = "seamless" if whole else "with gaps or overlaps"
        lines.append(
            f"{name:28} {seconds:6.1f} CPU s {peak:5} MiB {count:6} pieces, {seams}"
        )
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
