"""Real cities: usable as they are, and what is odd about them is said in few words."""

from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from gridpart.check.cities import check_city, mend_city
from gridpart.check.listing import MORE
from gridpart.city import City, home_communities
from gridpart.finding import ERROR, Finding
from gridpart.read.cities import read_city
from gridpart.rules import Rules

CITIES = Path(__file__).parents[1] / "cities"
RULES = Rules.preset()

pytestmark = pytest.mark.shared


def look(name: str) -> tuple[City, list[Finding]]:
    """A mended city, and all that was mended or found in it."""
    city, notes = mend_city(read_city(CITIES / f"{name}.toml"))
    return city, [*notes, *check_city(city, RULES)]


def told(finding: Finding, name: str) -> Any:
    return dict(finding.values)[name]


@pytest.mark.parametrize("name", sorted(path.stem for path in CITIES.glob("*.toml")))
@pytest.mark.usefixtures("shared_data")
def test_real_city_can_be_divided(name: str) -> None:
    city, found = look(name)
    assert not [f.message("en") for f in found if f.severity == ERROR]
    assert sum(Counter(finding.rule for finding in found).values()) < 120
    home = home_communities(city.buildings.geometry.to_numpy(), city.communities)
    lost = city.buildings["households"][home < 0].sum()
    totals = [told(f, "households") for f in found if f.sentence == "input.outside_all"]
    assert totals == ([lost] if (home < 0).any() else [])


@pytest.mark.usefixtures("shared_data")
def test_singapore_by_its_own_counts(shared_data: Path) -> None:
    source = gpd.read_file(shared_data / "cities/singapore.gpkg", layer="communities")
    _, found = look("singapore")
    by_sentence = Counter(finding.sentence for finding in found)
    assert by_sentence["input.points"] == 1
    large = [told(f, "households") for f in found if f.rule == "I18"]
    wanted = source["households_hdb"][source["households_hdb"] > 20_000]
    assert sorted(large) == sorted(wanted)
    blocks = gpd.read_file(
        shared_data / "cities/singapore.gpkg", layer="buildings_points"
    )
    lived = blocks.groupby("subzone")["households"].sum()
    rest = [told(f, "count") for f in found if (f.rule, f.sentence) == ("I39", MORE)]
    listed = sum(finding.rule == "I39" for finding in found) - len(rest)
    assert listed + sum(rest) == len(source) - (lived > 0).sum()
