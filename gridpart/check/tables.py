"""Ids, codes, counts and references: what can be seen without looking at a map.

What would make a division wrong (a building twice, households missing) is an
error; what only the later steps need (workers, Party organisations) is a warning.
"""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridpart.check.listing import (
    KEYS,
    join_keys,
    list_findings,
    point_at,
    say_once,
)
from gridpart.check.survey import Survey
from gridpart.city import City
from gridpart.columns import CITY, TEXT
from gridpart.finding import ERROR, INFO, WARNING, Finding

# The layers without which, or with which wrong, a division goes wrong.
DIVIDING = {"communities", "buildings", "compounds", "units", "sites"}
CODE_DIGITS = r"[0-9]{12}"
MOST_OF_A_BUILDING = 3_000
MOST_ON_A_FLOOR = 60
MOST_OF_A_COMMUNITY = 20_000
# More than the largest housing block on Earth holds: a telephone number, a sum.
IMPOSSIBLE_IN_A_BUILDING = 20_000


def check_columns(city: City) -> list[Finding]:
    """Find columns that are not there at all; no other check can then be made."""
    found = []
    for layer, table in CITY.items():
        wanted = [*table.names, "geometry"] if table.shapes else table.names
        for column in wanted:
            if column not in getattr(city, layer).columns:
                found += say_once(
                    "I10", ERROR, "input.column_missing", layer, column=column
                )
    return found


def check_filled(survey: Survey) -> list[Finding]:
    """Find layers without rows and required columns without a value."""
    found = []
    for layer, table in CITY.items():
        frame = getattr(survey.city, layer)
        if frame.empty:
            needed = layer in ("communities", "buildings")
            if needed or layer in survey.city.sources:
                severity = ERROR if needed else INFO
                found += say_once("I11", severity, "input.layer_empty", layer)
            continue
        keys = [*KEYS.get(layer, []), "households"]
        for column in table.columns:
            if column.kind != TEXT or not column.required or column.name in keys:
                continue
            rows = blank(frame[column.name])
            if rows.all():
                found += say_once(
                    "I10", WARNING, "input.column_empty", layer,
                    column=column.name, column_zh=column.label_zh,
                )  # fmt: skip
            else:
                found += point_at(
                    survey, layer, rows, "I10", WARNING, "input.value_missing",
                    column=column.name, column_zh=column.label_zh,
                )  # fmt: skip
    return found


def check_ids(survey: Survey) -> list[Finding]:
    """Find ids that are missing or given twice."""
    found = []
    for layer, keys in KEYS.items():
        frame = getattr(survey.city, layer)
        severity = ERROR if layer in DIVIDING else WARNING
        absent = np.zeros(len(frame), dtype=bool)
        for key in keys:
            rows = blank(frame[key])
            absent |= rows
            found += point_at(
                survey, layer, rows, "I12", severity, "input.id_missing", column=key
            )
        found += _twice(survey, layer, severity, join_keys(frame, keys)[~absent])
    return found + _part_ids(survey.city)


def check_codes(survey: Survey) -> list[Finding]:
    """Find community codes that are not 12 digits, or that nobody has."""
    city = survey.city
    codes = city.communities["community_code"].astype("str")
    wrong = ~blank(codes) & ~codes.str.fullmatch(CODE_DIGITS).fillna(False).to_numpy()
    found = point_at(survey, "communities", wrong, "I14", ERROR, "input.code_digits")
    for layer in ("grids", "workers", "party_orgs"):
        given = getattr(city, layer)["community_code"].astype("str")
        unknown = ~blank(given) & ~given.isin(codes.dropna()).to_numpy()
        found += point_at(
            survey, layer, unknown, "I15", WARNING, "input.code_unknown",
            code=given[unknown].to_numpy(),
        )  # fmt: skip
    return found


def check_households(survey: Survey) -> list[Finding]:
    """Find counts of households that cannot be, or that nobody would believe."""
    found = []
    for layer in ("buildings", "units"):
        frame = getattr(survey.city, layer)
        if not pd.api.types.is_integer_dtype(frame["households"]) and len(frame):
            found += say_once(
                "I16", ERROR, "input.households_type", layer,
                given=str(frame["households"].dtype),
            )  # fmt: skip
        count = numbers(frame["households"])
        for key, rows in (
            ("input.households_missing", ~np.isfinite(count)),
            ("input.households_negative", count < 0),
            ("input.households_fractional", np.isfinite(count) & (count % 1 != 0)),
        ):
            found += point_at(
                survey, layer, rows, "I16", ERROR, key, households=count[rows]
            )
    return found + _absurd_buildings(survey) + _absurd_communities(survey)


def check_workloads(survey: Survey) -> list[Finding]:
    """Find workloads below zero or without end."""
    given = survey.city.buildings["workload"]
    load = numbers(given)
    wrong = given.notna().to_numpy() & ~((load >= 0) & np.isfinite(load))
    return point_at(
        survey, "buildings", wrong, "I19", ERROR, "input.workload",
        workload=given[wrong].astype("str").to_numpy(),
    )  # fmt: skip


def check_units(survey: Survey) -> list[Finding]:
    """Find units that do not add up to their building, or have none."""
    city = survey.city
    units = pd.DataFrame(
        {
            "building": city.units["building_id"].astype("str"),
            "sum": numbers(city.units["households"]),
        }
    )
    unknown = ~units["building"].isin(city.buildings["building_id"].astype("str"))
    orphans = units[unknown.to_numpy() & units["building"].notna()]
    found = list_findings(
        "I21", WARNING, "input.unit_orphan",
        layer="units", id=sorted(orphans["building"].unique()),
    )  # fmt: skip
    total = units.groupby("building")["sum"].sum(min_count=1)
    given = numbers(city.buildings["households"])
    summed = city.buildings["building_id"].astype("str").map(total).to_numpy(float)
    wrong = np.isfinite(summed) & np.isfinite(given) & (summed != given)
    return found + point_at(
        survey, "buildings", wrong, "I20", WARNING, "input.unit_sum",
        summed=summed[wrong], households=given[wrong],
    )  # fmt: skip


def blank(values: pd.Series) -> NDArray[np.bool_]:
    """Say where a column holds nothing but space."""
    text = values.astype("str")
    return (text.isna() | (text.str.strip() == "")).to_numpy(dtype=bool)


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """Return a column as floats, NaN where there is no number."""
    counted = pd.to_numeric(values, errors="coerce")
    return counted.to_numpy(dtype=float, na_value=np.nan)


def _absurd_buildings(survey: Survey) -> list[Finding]:
    buildings = survey.city.buildings
    count, floors = numbers(buildings["households"]), numbers(buildings["floors"])
    impossible = count > IMPOSSIBLE_IN_A_BUILDING
    many = (count > MOST_OF_A_BUILDING) & ~impossible
    dense = (floors >= 1) & (count > MOST_ON_A_FLOOR * floors) & ~many & ~impossible
    found = []
    for severity, key, rows in (
        (ERROR, "input.households_impossible", impossible),
        (WARNING, "input.households_many", many),
        (WARNING, "input.households_dense", dense),
    ):
        found += point_at(
            survey, "buildings", rows, "I17", severity, key,
            households=count[rows], floors=floors[rows],
        )  # fmt: skip
    return found


def _absurd_communities(survey: Survey) -> list[Finding]:
    households = pd.Series(numbers(survey.city.buildings["households"]))
    total = households.groupby(survey.homes["code"].to_numpy()).sum()
    communities = survey.city.communities
    here = communities["community_code"].astype("str").map(total).to_numpy(float)
    rows = here > MOST_OF_A_COMMUNITY
    return point_at(
        survey, "communities", rows, "I18", WARNING, "input.community_large",
        households=here[rows],
    )  # fmt: skip


def _twice(survey: Survey, layer: str, severity: str, ids: pd.Series) -> list[Finding]:
    """Return one finding for each id that several rows have."""
    again = ids[ids.duplicated(keep=False)]
    if again.empty:
        return []
    frame = getattr(survey.city, layer).loc[again.index]
    table = pd.DataFrame({"id": again, "owner": frame.get("community_code")})
    if "geometry" in frame:
        table["place"] = shapely.to_wkb(frame.geometry.to_numpy(), hex=True)
    # The first of them by what it holds: rows may come in any order.
    first = table.sort_values(list(table.columns)).drop_duplicates("id").sort_index()
    rows = getattr(survey.city, layer).index.isin(first.index)
    counts = again.map(again.value_counts())[first.index]
    return point_at(
        survey, layer, rows, "I13", severity, "input.id_twice", count=counts.to_numpy()
    )


def _part_ids(city: City) -> list[Finding]:
    """Find buildings that bear the name a unit of another one would get."""
    units = city.units[["building_id", "unit"]].astype("str").dropna()
    names = units["building_id"] + "#" + units["unit"]
    clash = sorted(set(names) & set(city.buildings["building_id"].dropna().astype(str)))
    return list_findings("I13", ERROR, "input.id_of_unit", layer="units", id=clash)
