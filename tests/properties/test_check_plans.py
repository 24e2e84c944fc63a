import dataclasses

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridpart.check.outlines import NOTCH_M
from gridpart.plan import Plan
from tests.builders import base_code, edit, toy_plan
from tests.faults import ROOMY, findings, grids_named, reshape, rules_of, sound_plan

EVEN = ROOMY.replace("size", tolerance=0.98, max_deviation=0.99)
ROWS, COLUMNS = 3, 4
maps = st.lists(
    st.lists(st.sampled_from("12"), min_size=COLUMNS, max_size=COLUMNS),
    min_size=ROWS,
    max_size=ROWS,
)
spots = st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1))
# Walls between neighbours: (row, column, whether the wall is on the right or below).
walls = st.sets(st.tuples(spots, st.booleans()), max_size=8)


def picture(rows: list[list[str]]) -> str:
    return "\n".join("".join(row) for row in rows)


@settings(max_examples=12, deadline=None)
@given(grids=maps, shut=walls)
def test_v05_agrees_with_networkx(grids: list[list[str]], shut: set):
    """A grid is faultless if its atoms hang together where no wall stands."""
    lines = [
        ("railway", "hard", [(c + 1, r), (c + 1, r + 1)])
        if right
        else ("railway", "hard", [(c, r + 1), (c + 1, r + 1)])
        for (r, c), right in shut
    ]
    plan = toy_plan(
        "\n".join(["*" * COLUMNS] * ROWS), picture(grids), barriers=lines, rules=EVEN
    )
    broken = set()
    for letter in "12":
        graph = nx.Graph()
        for r in range(ROWS):
            for c in range(COLUMNS):
                if grids[r][c] != letter:
                    continue
                graph.add_node((r, c))
                for other, right in (((r, c + 1), True), ((r + 1, c), False)):
                    inside = other[0] < ROWS and other[1] < COLUMNS
                    if not inside or grids[other[0]][other[1]] != letter:
                        continue
                    if ((r, c), right) not in shut:
                        graph.add_edge((r, c), other)
        if len(graph) and not nx.is_connected(graph):
            broken.add(base_code(letter))
    named = {code for code in grids_named(plan, "V05") if code and len(code) == 15}
    assert named == broken
    assert rules_of(plan) <= {"V05", "V08"}


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_polygon_that_is_moved_is_seen(data: st.DataObject):
    plan = sound_plan()
    layer = data.draw(st.sampled_from(["base_grids", "micro_grids", "exclusive_grids"]))
    table = plan.tables[layer]
    at = data.draw(st.integers(0, len(table) - 1))
    angle = data.draw(st.floats(0, 2 * np.pi))
    metres = data.draw(st.sampled_from([0.01, 0.3, 5.0, 80.0]))
    moved = shapely.affinity.translate(
        table.geometry[at], metres * np.cos(angle), metres * np.sin(angle)
    )
    broken = reshape(plan, layer, table["grid_code"][at], moved)
    assert {"V03", "V14"} <= rules_of(broken)
    grids = pd.concat([plan.base_grids, plan.exclusive_grids])
    others = grids[grids["grid_code"] != table["grid_code"][at]].union_all()
    overlap = moved.intersection(others).area
    # Beyond the community alone, a strip narrower than a filled notch is none.
    if layer != "micro_grids" and (metres > NOTCH_M or overlap > 2 * metres):
        assert rules_of(broken) & {"V02", "V04"}


def assigned(plan: Plan, row: int, other: int) -> Plan:
    """Give one atom the grids of another, in the table only."""
    columns = ["base_grid", "micro_grid", "exclusive_grid"]
    values = plan.atoms.loc[other, columns].to_dict()
    atoms = plan.atoms.copy()
    for column, value in values.items():
        atoms[column] = atoms[column].where(atoms.index != row, value)
    return dataclasses.replace(plan, atoms=atoms)


@settings(max_examples=10, deadline=None)
@given(row=st.integers(0, 21), other=st.integers(0, 21))
def test_any_atom_that_is_given_away_is_seen(row: int, other: int):
    plan = sound_plan()
    columns = ["base_grid", "micro_grid", "exclusive_grid"]
    kept = plan.atoms.loc[row, columns].fillna("")
    assume((kept != plan.atoms.loc[other, columns].fillna("")).any())
    broken = assigned(plan, row, other)
    assert "V14" in rules_of(broken)
    ground = plan.atoms.geometry[row].buffer(1)
    outlines = [
        f for f in findings(broken) if f.sentence.startswith("plan.V14_outline")
    ]
    assert outlines
    assert all(f.at is not None and ground.covers(f.at) for f in outlines)


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_code_that_is_changed_is_seen(data: st.DataObject):
    plan = sound_plan()
    layer, column = data.draw(
        st.sampled_from(
            [
                ("base_grids", "grid_code"),
                ("base_grids", "community_code"),
                ("micro_grids", "grid_code"),
                ("micro_grids", "base_grid"),
                ("exclusive_grids", "grid_code"),
                ("communities", "community_code"),
                ("atoms", "community_code"),
                ("atoms", "building_id"),
            ]
        )
    )
    table = plan.tables[layer]
    at = data.draw(st.integers(0, len(table) - 1))
    old = table[column].fillna("").iloc[at]
    new = data.draw(st.sampled_from(["", "0", "640202901001009", old[:-1] + "7", "x"]))
    assume(new != old)
    assert rules_of(edit(plan, layer, at, **{column: new}))
