"""Do the tables name each other rightly: compounds, barriers, people, Party."""

import networkx as nx
import numpy as np
import pandas as pd

from gridpart.check.listing import list_findings, point_at
from gridpart.check.survey import Survey
from gridpart.check.tables import blank
from gridpart.finding import INFO, WARNING, Finding

ROLES = ("leader", "worker", "assistant", "micro_worker", "welfare")
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
    placeless = survey.states["workers"] == "missing"
    nowhere = placeless & blank(workers["community_code"])
    role = workers["role"].astype("str")
    strange = ~blank(role) & ~role.isin(ROLES).to_numpy()
    return point_at(
        survey, "workers", nowhere, "I25", WARNING, "input.worker_nowhere"
    ) + point_at(
        survey, "workers", strange, "I25", WARNING, "input.role_unknown",
        role=role[strange].to_numpy(),
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
        rows = ~blank(named) & ~named.isin(known.dropna().astype("str")).to_numpy()
        found += point_at(
            survey, "party_orgs", rows, "I26", WARNING, "input.party_unknown",
            column=column, named=named[rows].to_numpy(),
        )  # fmt: skip
    circles = _circles(orgs["org_id"], orgs["parent_id"])
    return found + list_findings(
        "I26", WARNING, "input.party_circle", layer="party_orgs", id=circles
    )


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
