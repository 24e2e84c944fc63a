"""Does everything belong somewhere, once: V06 buildings uncut, V14, V15."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridpart.check.drawing import Drawing, unite
from gridpart.columns import PLAN
from gridpart.finding import ERROR, WARNING, Finding

# Less of a footprint beyond a line is the thickness of a wall.
LEAST_SHARE = 0.02
LEAST_CUT_M2 = 1.0


def check_cut_buildings(drawing: Drawing) -> list[Finding]:
    """V06: no grid line runs through a building, except between its units."""
    by_grids = _cut_footprints(drawing, drawing.grids, "plan.V06")
    by_micros = _cut_footprints(drawing, drawing.micros, "plan.V06_micro")
    added = [
        finding
        for name, finding in by_micros.items()
        if finding.severity == ERROR or name not in by_grids
    ]
    return [*by_grids.values(), *added, *_cut_atoms(drawing)]


def _cut_footprints(
    drawing: Drawing, frame: gpd.GeoDataFrame, sentence: str
) -> dict[str, Finding]:
    """Find footprints that lie in two grids, by building.

    Where the line follows the ground that the building was given, the building
    itself sticks out of it: a warning. A line across that ground breaks the rule.
    """
    plan = drawing.plan
    by_unit = set(plan.atoms["building_id"][_is_unit(plan.atoms)])
    buildings = plan.buildings[~plan.buildings["building_id"].isin(by_unit)]
    shapes = buildings.geometry.to_numpy()
    usable = shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    buildings, shapes = buildings[usable], shapes[usable]
    grids = frame.geometry.to_numpy()
    grid, building = shapely.STRtree(shapes).query(grids, predicate="intersects")
    several = np.bincount(building, minlength=len(shapes))[building] > 1
    building, grid = building[several], grid[several]
    common = shapely.area(shapely.intersection(shapes[building], grids[grid]))
    real = common > np.maximum(
        LEAST_CUT_M2, LEAST_SHARE * shapely.area(shapes[building])
    )
    parts = pd.DataFrame({"building": building[real], "grid": grid[real]})
    parts = parts[parts["building"].duplicated(keep=False)]
    found = {}
    for row, group in parts.groupby("building"):
        codes = frame["grid_code"].iloc[group["grid"]]
        name = buildings["building_id"].iloc[row]
        crossed = _ground_is_cut(drawing, name, grids[group["grid"]])
        found[name] = Finding(
            "V06",
            ERROR if crossed else WARNING,
            sentence if crossed else f"{sentence}_edge",
            {"building": name, "codes": ", ".join(sorted(codes.astype(str)))},
            grid_code=codes.iloc[0],
            community_code=frame["community_code"].iloc[group["grid"].iloc[0]],
            at=shapes[row],
        )
    return found


def _ground_is_cut(drawing: Drawing, building: str, grids: np.ndarray) -> bool:
    """Say whether lines run across the ground that goes with a building."""
    own = (drawing.plan.atoms["building_id"] == building).to_numpy()
    ground = drawing.ground_of_atom[own]
    if not len(ground):
        return True
    inside = shapely.area(shapely.intersection(ground[:, None], grids[None, :]))
    return bool(((inside > LEAST_CUT_M2).sum(axis=1) > 1).any())


def _cut_atoms(drawing: Drawing) -> list[Finding]:
    """Find buildings with several atoms that are no units, in different grids."""
    atoms = drawing.plan.atoms
    plain = atoms[atoms["building_id"].notna() & ~_is_unit(atoms)]
    label = plain["micro_grid"].fillna(plain["exclusive_grid"])
    kinds = label.groupby(plain["building_id"]).nunique()
    several = plain["building_id"].isin(kinds.index[kinds > 1])
    return [
        Finding(
            "V06",
            ERROR,
            "plan.V06_atoms",
            {"building": building, "count": int(kinds[building])},
            community_code=rows["community_code"].iloc[0],
            at=unite(drawing.ground_of_atom[rows.index.to_numpy()]),
        )
        for building, rows in plain[several].groupby("building_id")
    ]


def _is_unit(atoms: pd.DataFrame) -> pd.Series:
    """Say which atoms are units: named after their building, with ``#unit``."""
    whole = atoms["atom_id"].str.replace("#[^#]*$", "", regex=True)
    return (whole == atoms["building_id"]) & (whole != atoms["atom_id"])


def check_belonging(drawing: Drawing) -> list[Finding]:
    """V14 and V15: each atom is in one grid that is there, buildings in one micro."""
    atoms = drawing.plan.atoms
    grids, micros = drawing.grids, drawing.micros
    base = set(grids.loc[grids["layer"] == "base_grids", "grid_code"])
    special = set(grids.loc[grids["layer"] == "exclusive_grids", "grid_code"])
    frame = micros.drop_duplicates("grid_code").set_index("grid_code")["base_grid"]
    in_base, in_special = atoms["base_grid"].notna(), atoms["exclusive_grid"].notna()
    parent = atoms["micro_grid"].map(frame)
    housed = atoms["building_id"].notna() | (atoms["households"] > 0)
    unknown = (in_base & ~atoms["base_grid"].isin(base)) | (
        in_special & ~atoms["exclusive_grid"].isin(special)
    )
    unknown |= atoms["micro_grid"].notna() & ~atoms["micro_grid"].isin(frame.index)
    nowhere = ~in_base & ~in_special
    faults = (
        ("V14", "plan.V14_negative", atoms["households"] < 0),
        ("V14", "plan.V14_id", atoms["atom_id"].isna() | atoms["atom_id"].duplicated()),
        ("V14", "plan.V14_nowhere", nowhere & housed),
        ("V15", "plan.V15", nowhere & ~housed),
        ("V14", "plan.V14_both", in_base & in_special),
        ("V14", "plan.V14_unknown", unknown),
        ("V14", "plan.V14_no_micro", in_base & atoms["micro_grid"].isna() & housed),
        ("V15", "plan.V15_micro", in_base & atoms["micro_grid"].isna() & ~housed),
        ("V14", "plan.V14_micro_special", ~in_base & atoms["micro_grid"].notna()),
        (
            "V14",
            "plan.V14_nest",
            in_base & parent.notna() & (parent != atoms["base_grid"]),
        ),
    )
    return [
        Finding(
            rule,
            ERROR,
            sentence,
            {
                "atom": atoms["atom_id"].iloc[row],
                "grid": _code(atoms, row),
                "micro": atoms["micro_grid"].fillna("-").iloc[row],
            },
            grid_code=_code(atoms, row),
            community_code=atoms["community_code"].iloc[row],
            at=drawing.ground_of_atom[row],
        )
        for rule, sentence, wrong in faults
        for row in np.flatnonzero(wrong).tolist()
    ]


def _code(atoms: pd.DataFrame, row: int) -> str | None:
    for column in ("base_grid", "exclusive_grid"):
        code = atoms[column].iloc[row]
        if isinstance(code, str):
            return code
    return None


def check_buildings(drawing: Drawing) -> list[Finding]:
    """V14: the buildings of the plan and the atoms know the same households."""
    plan = drawing.plan
    if not len(plan.buildings):
        return []
    buildings = plan.buildings.drop_duplicates("building_id").set_index("building_id")
    on_atoms = plan.atoms.groupby("building_id")["households"].sum()
    names = buildings.index
    missing = buildings[~names.isin(on_atoms.index)]
    found = [
        Finding(
            "V14",
            ERROR,
            "plan.V14_missing",
            {"building": row.Index, "households": row.households},
            at=row.geometry,
        )
        for row in missing.itertuples()
    ]
    strange = plan.atoms[
        plan.atoms["building_id"].notna() & ~plan.atoms["building_id"].isin(names)
    ]
    found += [
        Finding(
            "V14",
            ERROR,
            "plan.V14_strange",
            {"building": row.building_id, "households": row.households},
            community_code=row.community_code,
            at=row.geometry,
        )
        for row in strange.itertuples()
    ]
    both = buildings.index.intersection(on_atoms.index)
    other = both[buildings.loc[both, "households"] != on_atoms[both]]
    return found + [
        Finding(
            "V14",
            ERROR,
            "plan.V14_count",
            {
                "code": name,
                "stated": buildings.loc[name, "households"],
                "counted": on_atoms[name],
            },
            at=buildings.loc[name, "geometry"],
        )
        for name in other
    ]


def check_sums(drawing: Drawing) -> list[Finding]:
    """V14: every level states the households and grids that it has."""
    plan = drawing.plan
    atoms = plan.atoms
    base, micro = plan.base_grids, plan.micro_grids
    in_base = atoms.groupby("base_grid")["households"].sum()
    in_micro = atoms.groupby("micro_grid")["households"].sum()
    in_community = atoms.groupby("community_code")["households"].sum()
    homes = atoms[atoms["building_id"].notna()].groupby("micro_grid")["building_id"]
    counts = {
        "base_count": base.groupby("community_code").size(),
        "micro_count": micro.groupby("community_code").size(),
        "exclusive_count": plan.exclusive_grids.groupby("community_code").size(),
    }
    found = _stated(base, "grid_code", "households", in_base)
    found += _stated(
        base, "grid_code", "micro_count", micro.groupby("base_grid").size()
    )
    found += _stated(micro, "grid_code", "households", in_micro)
    found += _stated(micro, "grid_code", "buildings", homes.nunique())
    found += _stated(plan.communities, "community_code", "households", in_community)
    for column, counted in counts.items():
        found += _stated(plan.communities, "community_code", column, counted)
    return found


def _stated(
    frame: gpd.GeoDataFrame, key: str, column: str, counted: pd.Series
) -> list[Finding]:
    truth = frame[key].map(counted).fillna(0)
    labels = {
        column.name: column.label_zh
        for layer in ("communities", "base_grids", "micro_grids")
        for column in PLAN[layer].columns
    }
    wrong = frame[column].fillna(-1).to_numpy() != truth.to_numpy()
    return [
        Finding(
            "V14",
            ERROR,
            "plan.V14_stated",
            {
                "code": row[key],
                "column": column,
                "column_zh": labels[column],
                "stated": row[column],
                "counted": int(truth.loc[index]),
            },
            grid_code=row[key] if key == "grid_code" else None,
            community_code=row["community_code"],
            at=row["geometry"],
        )
        for index, row in frame[wrong].iterrows()
    ]
