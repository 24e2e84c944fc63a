"""Do the tables name each other rightly: compounds, barriers, people, Party."""

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridpart.check.listing import list_findings, point_at
from gridpart.check.survey import SOUND, Survey, locate
from gridpart.check.tables import blank
from gridpart.finding import INFO, WARNING, Finding
from gridpart.rules import ROLES

# Between ids where one field may name several.
SEVERAL = "[;；]"
STRENGTHS = ("hard", "soft", "none")


def check_compounds(survey: Survey) -> list[Finding]:
    """Find compounds that buildings name but nobody listed."""
    city = survey.city
    known = set(city.compounds["compound_id"].dropna())
    if not known:
        return []
    named = city.buildings["compound_id"]
    strange = named[named.notna() & ~named.isin(known)].astype("str").value_counts()
    return list_findings(
        "I22", INFO, "input.compound_unlisted",
        layer="buildings", id=strange.index, count=strange.to_numpy(),
    )  # fmt: skip


def check_joins(survey: Survey) -> list[Finding]:
    """Find compounds that shall stay with nobody known, or in a circle."""
    compounds = survey.city.compounds
    ids, join = compounds["compound_id"], compounds["join"]
    unknown = ~blank(join) & ~join.isin(ids.dropna()).to_numpy()
    found = point_at(
        survey, "compounds", unknown, "I23", WARNING, "input.join_unknown",
        join=join[unknown].astype("str").to_numpy(),
    )  # fmt: skip
    return found + list_findings(
        "I23", INFO, "input.join_circle", layer="compounds", id=_circles(ids, join)
    )


def check_barriers(survey: Survey) -> list[Finding]:
    """Find kinds and strengths of barriers that the rules don't know."""
    barriers = survey.city.barriers
    strength = barriers["strength"].astype("str")
    wrong = ~blank(strength) & ~strength.isin(STRENGTHS).to_numpy()
    found = _by_value("input.strength_unknown", strength[wrong])
    kind = barriers["kind"].astype("str")
    known = kind.isin(survey.rules.barriers.strength).to_numpy()
    return found + _by_value(
        "input.barrier_unknown", kind[~known & ~blank(kind) & blank(strength)]
    )


def check_workers(survey: Survey) -> list[Finding]:
    """Find workers who could not be given a grid."""
    workers = survey.city.workers
    known = _has_code(survey, "workers")
    placed = survey.states["workers"] == SOUND
    nowhere = ~placed & blank(workers["community_code"]) & blank(workers["grid_code"])
    outside = _outside(survey, "workers") & ~known
    role = workers["role"].astype("str")
    strange = ~blank(role) & ~role.isin(ROLES).to_numpy()
    return (
        point_at(survey, "workers", nowhere, "I25", WARNING, "input.worker_nowhere")
        + point_at(survey, "workers", outside, "I25", WARNING, "input.worker_outside")
        + _unknown_grids(survey, "workers", "I25")
        + point_at(
            survey, "workers", strange, "I25", WARNING, "input.role_unknown",
            role=role[strange].to_numpy(),
        )
    )  # fmt: skip


def check_party(survey: Survey) -> list[Finding]:
    """Find Party organisations whose place in the tree or on the ground is unknown."""
    city = survey.city
    orgs = city.party_orgs
    found = []
    for column, known in (
        ("parent_id", orgs["org_id"]),
        ("compound_id", _compound_ids(survey)),
        ("building_id", city.buildings["building_id"]),
    ):
        named = orgs[column].astype("str")
        if column != "parent_id":
            named = _several(named)
        strange = named[~blank(named) & ~named.isin(known.dropna().astype("str"))]
        for row, value in strange.items():
            found += point_at(
                survey, "party_orgs", (orgs.index == row), "I26", WARNING,
                "input.party_unknown", column=column, named=value,
            )  # fmt: skip
    circles = _circles(orgs["org_id"], orgs["parent_id"])
    outside = _outside(survey, "party_orgs")
    return (
        found
        + list_findings(
            "I26", WARNING, "input.party_circle", layer="party_orgs", id=circles
        )
        + point_at(survey, "party_orgs", outside, "I26", WARNING, "input.party_outside")
        + _unknown_grids(survey, "party_orgs", "I26")
        + _unknown_levels(survey)
    )


def check_resources(survey: Survey) -> list[Finding]:
    """Find resources outside all communities: no grid counts them."""
    outside = _outside(survey, "resources")
    return point_at(
        survey, "resources", outside, "I27", WARNING, "input.resource_outside"
    )


def _several(values: pd.Series) -> pd.Series:
    """Return each of the ids that a field may name, under the field's index."""
    parts = values.astype("str").str.split(SEVERAL, regex=True).explode()
    return parts.astype("str").str.strip()


def _unknown_levels(survey: Survey) -> list[Finding]:
    """Find levels that the table of levels does not have, each once."""
    names = {
        str(level[name])
        for level in survey.rules.party.levels
        for name in ("level", "zh", "en")
    }
    level = survey.city.party_orgs["level"].astype("str")
    counts = level[~blank(level) & ~level.isin(names).to_numpy()].value_counts()
    return list_findings(
        "I26", WARNING, "input.level_unknown",
        layer="party_orgs", level=counts.index, count=np.asarray(counts),
    )  # fmt: skip


def _unknown_grids(survey: Survey, layer: str, rule: str) -> list[Finding]:
    """Find grid codes of no grid of today and of no community of the city."""
    given = getattr(survey.city, layer)["grid_code"].astype("str")
    codes = _several(given)
    known = codes.isin(survey.city.grids["grid_code"].dropna())
    known |= codes.str[:12].isin(survey.city.communities["community_code"].dropna())
    strange = ~(known | blank(codes)).groupby(level=0).all().to_numpy(dtype=bool)
    return point_at(
        survey, layer, strange, rule, WARNING, "input.grid_unknown",
        code=given[strange].to_numpy(),
    )  # fmt: skip


def _outside(survey: Survey, layer: str) -> NDArray[np.bool_]:
    """Say which rows stand outside all communities."""
    if (survey.states["communities"] != SOUND).any():
        return np.zeros(len(survey.states[layer]), dtype=bool)
    placed = survey.states[layer] == SOUND
    shapes = getattr(survey.city, layer).geometry.where(placed)
    return placed & locate(shapes, survey.city.communities)["code"].isna().to_numpy()


def _has_code(survey: Survey, layer: str) -> NDArray[np.bool_]:
    """Say which rows name a community that is there, by its code or a grid's."""
    frame = getattr(survey.city, layer)
    known = survey.city.communities["community_code"].dropna()
    grid = frame["grid_code"].astype("str")
    own = frame["community_code"].isin(known) | grid.str[:12].isin(known)
    today = grid.isin(survey.city.grids["grid_code"].dropna())
    return (own | today).to_numpy(dtype=bool)


def _compound_ids(survey: Survey) -> pd.Series:
    city = survey.city
    return pd.concat([city.compounds["compound_id"], city.buildings["compound_id"]])


def _circles(ids: pd.Series, parents: pd.Series) -> list[str]:
    """Return the ids of each circle of references, sorted, joined by commas."""
    pairs = pd.DataFrame({"id": ids, "parent": parents}).dropna().astype("str")
    tree = nx.DiGraph(list(pairs.itertuples(index=False, name=None)))
    rings = [ring for ring in nx.strongly_connected_components(tree) if len(ring) > 1]
    rings += [{node} for node in nx.nodes_with_selfloops(tree)]
    return sorted({", ".join(sorted(ring)) for ring in rings})


def _by_value(sentence: str, values: pd.Series) -> list[Finding]:
    counts = values.value_counts()
    return list_findings(
        "I24", WARNING, sentence,
        layer="barriers", value=counts.index, count=np.asarray(counts),
    )  # fmt: skip
