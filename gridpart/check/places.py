"""Where things lie: buildings, compounds, sites and crossings against communities."""

import numpy as np
import pandas as pd
import shapely

from gridpart.check.listing import list_findings, point_at, say_once
from gridpart.check.survey import SOUND, Survey, locate, spots
from gridpart.check.tables import blank, numbers
from gridpart.finding import ERROR, INFO, WARNING, Finding

# From this share on a building on a boundary clearly belongs to one side.
CLEAR_MAJORITY = 2 / 3
# Less of a shape beyond the boundary is the width of a drawn line.
BEYOND = 0.02
ALL_OF_A_COMMUNITY = 0.95


def check_outside(survey: Survey) -> list[Finding]:
    """Find buildings outside all communities, with the households they hold."""
    communities = survey.city.communities
    unknown = blank(communities["community_code"])
    if ((survey.states["communities"] != SOUND) | unknown).any():
        return []
    placed = survey.states["buildings"] == SOUND
    rows = placed & survey.homes["code"].isna().to_numpy()
    if not rows.any():
        return []
    count = numbers(survey.city.buildings["households"])
    everything = rows.sum() == placed.sum()
    severity = ERROR if everything else WARNING
    sentence = "input.outside_everything" if everything else "input.outside_all"
    total = say_once(
        "I35", severity, sentence, "buildings",
        count=int(rows.sum()), households=float(np.nansum(count[rows])),
    )  # fmt: skip
    return total + point_at(
        survey, "buildings", rows, "I35", WARNING, "input.outside_one",
        households=count[rows],
    )  # fmt: skip


def check_astride(survey: Survey) -> list[Finding]:
    """Find buildings in two communities.

    It is a warning where people live in them and neither side is clear.
    """
    homes = survey.homes
    households = numbers(survey.city.buildings["households"])
    astride = homes["other_share"].to_numpy() > BEYOND
    clear = (homes["share"].to_numpy() >= CLEAR_MAJORITY) | (households == 0)
    found = []
    for rows, severity, sentence in (
        (astride & clear, INFO, "input.astride"),
        (astride & ~clear, WARNING, "input.astride_unclear"),
    ):
        found += point_at(
            survey, "buildings", rows, "I36", severity, sentence,
            code=homes["code"][rows], other=homes["other"][rows],
            share=[f"{share:.0%}" for share in homes["share"][rows]],
            households=households[rows],
        )  # fmt: skip
    return found


def check_spanning(survey: Survey) -> list[Finding]:
    """Find compounds in more than one community, and joins that cannot be kept."""
    parts = _parts_of_compounds(survey)
    spread = parts[parts["compound"].duplicated(keep=False)].groupby("compound")
    spans = spread.agg(
        codes=("named", ", ".join),
        code=("code", "first"),
        building=("building", "first"),
        households=("households", "sum"),
    )
    places = survey.city.buildings.geometry[spans["building"]]
    found = list_findings(
        "I38", WARNING, "input.compound_spans",
        layer="compounds", at=spots(places.to_numpy()), codes=spans["code"],
        id=spans.index, households=spans["households"], communities=spans["codes"],
    )  # fmt: skip
    homes = parts.groupby("compound")["code"].agg(set).to_dict()
    joins = survey.city.compounds[["compound_id", "join"]].dropna().astype("str")
    apart = [
        one in homes and other in homes and homes[one].isdisjoint(homes[other])
        for one, other in joins.itertuples(index=False)
    ]
    joins = joins[np.array(apart, dtype=bool)]
    return found + list_findings(
        "I23", WARNING, "input.join_apart", layer="compounds",
        id=joins["compound_id"], join=joins["join"],
    )  # fmt: skip


def _parts_of_compounds(survey: Survey) -> pd.DataFrame:
    """Return the parts of compounds by community.

    Columns: compound, code, building (row of one of its buildings), households,
    named (code and households).
    """
    buildings = survey.city.buildings
    homes = pd.DataFrame(
        {
            "compound": compounds_of(survey),
            "code": survey.homes["code"],
            "id": buildings["building_id"],
            "building": buildings.index,
            "households": numbers(buildings["households"]),
        }
    )
    parts = (
        homes.dropna(subset=["compound", "code"])
        .sort_values(["compound", "code", "id"])
        .groupby(["compound", "code"], as_index=False)
        .agg(building=("building", "first"), households=("households", "sum"))
    )
    named = [
        f"{code} ({count:.0f})"
        for code, count in zip(parts["code"], parts["households"], strict=True)
    ]
    return parts.assign(named=pd.Series(named, dtype="str"))


def check_empty_communities(survey: Survey) -> list[Finding]:
    """Find communities without buildings, or without households in them."""
    codes = survey.city.communities["community_code"]
    count = pd.Series(numbers(survey.city.buildings["households"]))
    home = survey.homes["code"].to_numpy()
    total = codes.map(count.groupby(home).sum())
    bare = total.isna().to_numpy()
    return point_at(
        survey, "communities", bare, "I39", INFO, "input.community_bare"
    ) + point_at(
        survey, "communities", (total == 0).to_numpy() & ~bare, "I39", INFO,
        "input.community_unlived",
    )  # fmt: skip


def check_crossings(survey: Survey) -> list[Finding]:
    """Find crossings that no hard barrier runs near."""
    barriers = survey.sound("barriers")
    strength = barriers["strength"].where(
        barriers["strength"].notna(),
        barriers["kind"].map(dict(survey.rules.barriers.strength)),
    )
    hard = barriers.geometry.to_numpy()[(strength == "hard").to_numpy(dtype=bool)]
    crossings = survey.city.crossings
    usable = survey.states["crossings"] == SOUND
    near = shapely.STRtree(hard).query(
        crossings.geometry.to_numpy(),
        predicate="dwithin",
        distance=survey.rules.barriers.reach_m,
    )[0]
    far = usable & ~np.isin(np.arange(len(crossings)), near)
    return point_at(
        survey, "crossings", far, "I40", INFO, "input.crossing_far",
        reach=survey.rules.barriers.reach_m,
    )  # fmt: skip


def check_sites(survey: Survey) -> list[Finding]:
    """Find sites outside all communities, across two, or over a whole one."""
    sites = survey.city.sites
    usable = survey.states["sites"] == SOUND
    homes = locate(sites.geometry.where(usable), survey.sound("communities"))
    outside = usable & (homes["share"] == 0).to_numpy()
    across = (homes["other_share"] > BEYOND).to_numpy()
    found = point_at(survey, "sites", outside, "I41", WARNING, "input.site_outside")
    found += point_at(
        survey, "sites", across, "I41", WARNING, "input.site_across",
        code=homes["code"][across], other=homes["other"][across],
        share=[f"{share:.0%}" for share in homes["share"][across]],
    )  # fmt: skip
    communities = survey.city.communities
    grounds = communities.geometry.where(survey.states["communities"] == SOUND)
    covered = shapely.union_all(sites.geometry[usable].to_numpy())
    area = grounds.area.to_numpy()
    with np.errstate(invalid="ignore"):
        share = shapely.area(shapely.intersection(grounds.to_numpy(), covered)) / area
    return found + point_at(
        survey, "communities", share >= ALL_OF_A_COMMUNITY, "I43", WARNING,
        "input.site_whole",
    )  # fmt: skip


def compounds_of(survey: Survey) -> pd.Series:
    """Return the compound of each building: as named, else by where it stands."""
    buildings = survey.city.buildings
    named = buildings["compound_id"].astype("str")
    compounds = survey.sound("compounds").rename(
        columns={"compound_id": "community_code"}
    )
    shapes = buildings.geometry.where(survey.states["buildings"] == SOUND)
    by_place = locate(shapes.where(named.isna()), compounds)
    return named.fillna(by_place["code"].where(by_place["share"] > 0.5))
