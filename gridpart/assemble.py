"""Divided chunks to a Plan: grid layers, communities, findings, provenance."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from gridpart import __version__
from gridpart.check.plans import check_plan
from gridpart.chunks import Chunk
from gridpart.city import City
from gridpart.columns import KEPT, PLAN
from gridpart.conform import conform, empty
from gridpart.coverage import as_multi
from gridpart.fabric import join_fabrics
from gridpart.finding import Finding, findings_table
from gridpart.measure.grids import (
    describe_base_grids,
    describe_exclusive_grids,
    describe_micro_grids,
)
from gridpart.plan import Plan, content_id
from gridpart.rules import Rules
from gridpart.staff.centres import fold_centres
from gridpart.staff.party import link_organisations
from gridpart.staff.posts import assign_posts


def assemble_plan(
    city: City,
    chunks: Sequence[Chunk],
    findings: Sequence[Finding],
    rules: Rules,
    seed: int,
) -> Plan:
    """Put chunks together and check what comes out.

    Parameters
    ----------
    city
        The city that was divided.
    chunks
        All its communities, divided.
    findings
        What was seen before the division.
    rules, seed
        What it was divided by; they are kept in the plan.
    """
    plan = draft_plan(city, chunks, rules, seed)
    plan = replace(
        plan,
        party_orgs=fold_centres(plan.party_orgs, rules.party),
        posts=assign_posts(plan, rules, today=city.grids),
        party_links=link_organisations(plan, rules, today=city.grids),
    )
    seen = [*findings, *(f for chunk in chunks for f in chunk.findings)]
    told = findings_table([*seen, *check_plan(plan)], city.crs)
    told = told.drop_duplicates(
        ["rule", "grid_code", "community_code", "message_en"], ignore_index=True
    )
    return replace(plan, findings=told)


def draft_plan(city: City, chunks: Sequence[Chunk], rules: Rules, seed: int) -> Plan:
    """Put chunks together: grids and what they hold, nobody posted, nothing checked.

    Parameters
    ----------
    city, chunks, rules, seed
        As for :func:`assemble_plan`.
    """
    city = _all_named(city)
    fabric = join_fabrics([chunk.fabric for chunk in chunks])
    atoms = fabric.atoms
    reasons = pd.concat([chunk.reasons for chunk in chunks])
    base = describe_base_grids(atoms, fabric.borders, city.communities)
    base = base.assign(reason=base["grid_code"].map(reasons).astype("str"))
    micro = describe_micro_grids(atoms, base)
    exclusive = _name_exclusive(
        describe_exclusive_grids(atoms, city.sites), city.communities
    )
    statuses = pd.concat([chunk.communities for chunk in chunks])
    kept = atoms["community_code"].unique()
    return Plan(
        atoms=conform(atoms, PLAN["atoms"]),
        base_grids=base,
        micro_grids=micro,
        exclusive_grids=exclusive,
        communities=_communities(city, statuses, base, micro, exclusive, atoms),
        borders=conform(fabric.borders, PLAN["borders"]),
        posts=empty(PLAN["posts"]),
        party_links=empty(PLAN["party_links"]),
        lineage=empty(PLAN["lineage"]),
        findings=empty(PLAN["findings"], crs=city.crs),
        buildings=_buildings(city, atoms),
        compounds=_compounds(city, atoms),
        barriers=_barriers(city, rules),
        **{name: conform(getattr(city, name), PLAN[name]) for name in KEPT},
        info={
            "id": content_id(atoms),
            "parent": "",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "parameters": rules.as_json(),
            "seed": str(seed),
            "basis": city.basis,
            "sources": json.dumps(dict(city.sources), sort_keys=True),
            "version": __version__,
            "communities": str(len(kept)),
        },
    )


def _all_named(city: City) -> City:
    """Return the city, its nameless communities called by their codes."""
    communities = city.communities
    names = communities["name"].fillna(communities["community_code"])
    return replace(city, communities=communities.assign(name=names))


def _communities(
    city: City,
    statuses: pd.DataFrame,
    base: gpd.GeoDataFrame,
    micro: gpd.GeoDataFrame,
    exclusive: gpd.GeoDataFrame,
    atoms: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    table = city.communities.merge(statuses, on="community_code")
    code = table["community_code"]

    def count(layer: pd.DataFrame) -> pd.Series:
        return code.map(layer["community_code"].value_counts()).fillna(0)

    households = atoms.groupby("community_code")["households"].sum()
    shapes = gpd.GeoSeries(as_multi(table.geometry.to_numpy()), crs=city.crs)
    return conform(
        table.set_geometry(shapes)
        .assign(
            households=code.map(households),
            base_count=count(base),
            micro_count=count(micro),
            exclusive_count=count(exclusive),
        )
        .sort_values("community_code"),
        PLAN["communities"],
    )


def _name_exclusive(
    grids: gpd.GeoDataFrame, communities: pd.DataFrame
) -> gpd.GeoDataFrame:
    community = communities.set_index("community_code")["name"]
    names = grids["community_code"].map(community).astype("str")
    numbered = "第" + grids["grid_code"].str[-3:]
    return grids.assign(name=names + grids["name"].fillna(numbered) + "专属网格")


def _buildings(city: City, atoms: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = city.buildings["building_id"].isin(atoms["building_id"])
    buildings = city.buildings[known].sort_values("building_id")
    return conform(buildings, PLAN["buildings"])


def _compounds(city: City, atoms: gpd.GeoDataFrame) -> pd.DataFrame:
    known = city.compounds["compound_id"].isin(atoms["compound_id"])
    return conform(city.compounds[known].sort_values("compound_id"), PLAN["compounds"])


def _barriers(city: City, rules: Rules) -> gpd.GeoDataFrame:
    by_kind = city.barriers["kind"].map(dict(rules.barriers.strength)).fillna("soft")
    strength = city.barriers["strength"].fillna(by_kind)
    return conform(city.barriers.assign(strength=strength), PLAN["barriers"])
