"""What must hold of departments' grids, whatever the plan."""

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridpart.measure.departments import match_departments
from tests.people_builder import table_of
from tests.properties.test_levels import any_town

OFTEN = settings(max_examples=40, deadline=None, derandomize=True)
NUMBERS = st.integers(0, 10**6)


@OFTEN
@given(NUMBERS)
def test_unions_are_found_and_a_shifted_building_is_counted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan = any_town(rng)
    atoms = plan.atoms
    label = atoms["base_grid"].fillna(atoms["exclusive_grid"])
    codes = sorted(label.unique())
    chosen = rng.choice(codes, rng.integers(1, len(codes) + 1), replace=False)
    inside = label.isin(chosen).to_numpy()
    other = inside.copy()
    moved = int(rng.integers(len(atoms)))
    other[moved] = not other[moved]
    grounds = [
        shapely.union_all(atoms.geometry.to_numpy()[mask]) for mask in (inside, other)
    ]
    rows = [
        {"department": "公安", "code": str(i), "name": "", "geometry": shape}
        for i, shape in enumerate(grounds)
        if not shape.is_empty
    ]
    table = match_departments(
        replace(plan, department_grids=table_of("department_grids", rows))
    )
    assert table.loc[0, "union_of"] == "base"
    assert table.loc[0, "base_codes"].split(";") == sorted(chosen)
    if len(table) == 1:
        return
    row = table.loc[1]
    households = atoms["households"]
    assert row["households"] == households[other].sum()
    of_grid = households[label == label[moved]].sum()
    own = int(households[moved])
    if own * 2 < of_grid:
        assert row["union_of"] in ("none", "micro")
        assert row["base_codes"].split(";") == sorted(chosen)
        assert row["base_added"] == (own if inside[moved] else 0)
        assert row["base_lacking"] == (0 if inside[moved] else own)
    assert row["base_added"] + row["base_lacking"] <= own
