"""A sound plan, ways to break it, and what the checks say then."""

import dataclasses
import functools

import shapely

from gridpart.check.plans import check_plan
from gridpart.finding import Finding
from gridpart.plan import Plan
from gridpart.rules import Rules
from tests.builders import CORNER, base_code, edit, toy_plan

ROOMY = Rules.preset().replace("size", low=1, target=200, high=1000)


@functools.cache
def sound_plan() -> Plan:
    """Two communities, a river with a bridge, a school, units, open ground."""
    return toy_plan(
        """
        AABB.C
        AABB.C
        DD*EEE
        DD*.EE
        """,
        """
        1122X3
        1122X3
        111222
        111222
        """,
        micros="""
        111111
        222222
        111122
        222222
        """,
        communities="111111\n111111\n222222\n222222",
        households={(0, 5): 100, (1, 5): 100, (2, 3): 100},
        units=[[(0, 0), (0, 1)]],
        barriers=[
            ("river", "hard", [(2, 0), (2, 2)]),
            ("wall", "soft", [(4, 0), (4, 2)]),
        ],
        crossings=[(2, 0.5)],
    )


def row(picture: str, grids: str, **more: object) -> Plan:
    """A plan for one thing to be wrong with; sizes are of no concern."""
    return toy_plan(picture, grids, **({"rules": ROOMY} | more))


@functools.cache
def findings(plan: Plan) -> list[Finding]:
    """What the checks say, each in both languages; none may fail itself."""
    found = check_plan(plan)
    assert not [f for f in found if f.sentence == "plan.check_failed"]
    assert all(f.message("zh") and f.message("en") for f in found)
    return found


def rules_of(plan: Plan, severity: str = "error") -> set[str]:
    return {f.rule for f in findings(plan) if f.severity == severity}


def sentences_of(plan: Plan) -> set[str]:
    return {f.sentence for f in findings(plan)}


def grids_named(plan: Plan, rule: str) -> set[str | None]:
    return {f.grid_code for f in findings(plan) if f.rule == rule}


def reshape(plan: Plan, layer: str, code: str, shape: shapely.Geometry) -> Plan:
    return edit(plan, layer, plan.tables[layer]["grid_code"] == code, geometry=shape)


def shape_of(plan: Plan, layer: str, code: str) -> shapely.Geometry:
    table = plan.tables[layer]
    return table.geometry[table["grid_code"] == code].iloc[0]


def rename(plan: Plan, old: str, new: str) -> Plan:
    """Give a grid another code wherever it is named."""
    tables = {
        name: table.replace({old: new, old + "01": new + "01"}) if len(table) else table
        for name, table in plan.tables.items()
    }
    return dataclasses.replace(plan, **tables)


def box(left: float, top: float, right: float, bottom: float) -> shapely.Polygon:
    """A box in steps of atoms, right and down from the corner of the map."""
    return shapely.box(
        CORNER[0] + 50 * left,
        CORNER[1] - 50 * bottom,
        CORNER[0] + 50 * right,
        CORNER[1] - 50 * top,
    )


def redraw(plan: Plan, first: shapely.Geometry, second: shapely.Geometry) -> Plan:
    """Draw the polygons of grids 1 and 2 anew, micro-grids with them."""
    for layer, suffix in (("base_grids", ""), ("micro_grids", "01")):
        plan = reshape(plan, layer, base_code("1") + suffix, first)
        plan = reshape(plan, layer, base_code("2") + suffix, second)
    return plan
