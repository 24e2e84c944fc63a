"""One place looked up in a plan file, without loading the plan.

Someone at a counter waits for this answer. A GeoPackage is an SQLite file with a
search tree of its own, so the standard library reads the few rows that matter; the
libraries for tables would take longer to import than the answer takes to find.
"""

import math
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyproj
import shapely
from pyproj.exceptions import CRSError

from gridpart.columns import PLAN
from gridpart.errors import InputError
from gridpart.locate.answers import SPOT, Register, Spot, make_register
from gridpart.locate.points import WGS84, Box, into_metres
from gridpart.rules import Rules

Row = dict[str, Any]

NEEDED = ("atoms", "base_grids", "communities")
INFO = "plan"
COLUMNS = "select name from pragma_table_info(?)"
GROUND = """
    select column_name, organization, organization_coordsys_id, definition,
        min_x, min_y, max_x, max_y
    from gpkg_geometry_columns
    join gpkg_spatial_ref_sys using (srs_id)
    join gpkg_contents using (table_name)
    where table_name = 'atoms'
"""
SHOWN = 8  # matches of an address that are told
# Bytes of the envelope before a geometry, by its kind (GeoPackage 1.4, 2.1.3).
HEADER = 8
ENVELOPE = (0, 32, 48, 48, 64)


@contextmanager
def open_plan(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a plan file for reading.

    Raises
    ------
    InputError
        If it is missing or no plan.
    """
    if not path.is_file():
        msg = f"{path}: there is no such file. Give the path of a plan (.gpkg)."
        raise InputError(msg)
    source = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as plan:
        try:
            missing = [name for name in NEEDED if not _has(plan, name)]
            if missing:
                msg = (
                    f"{path}: layer `{missing[0]}` is missing, so this is no plan. "
                    "`gridpart divide` makes a plan from a city."
                )
                raise InputError(msg)
            yield plan
        except sqlite3.Error as error:
            msg = f"{path}: cannot be read as a plan ({error}). Give a plan (.gpkg)."
            raise InputError(msg) from error


def atom_at(plan: sqlite3.Connection, lon: float, lat: float) -> Row | None:
    """Return the atom at a place on WGS 84, None outside the city.

    On a shared border the atom with the smallest id has it.

    Raises
    ------
    InputError
        See :func:`gridpart.locate.points.into_metres`.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise InputError(f"{lon} {lat}: is no place. Give longitude and latitude.")
    column, crs, box = _ground(plan)
    transformer = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
    (x,), (y,) = into_metres([lon], [lat], transformer, box)
    near: str = ""
    values: tuple[float, ...] = ()
    if _has(plan, f"rtree_atoms_{column}"):
        near = (
            f'where rowid in (select id from "rtree_atoms_{column}"'
            " where minx <= ? and maxx >= ? and miny <= ? and maxy >= ?)"
        )
        values = (x, x, y, y)
    point = shapely.Point(x, y)
    atoms = _rows(plan, "atoms", near, values, shape=column)
    found = [
        atom
        for atom in atoms
        if (shape := _shape(atom[column])) is not None and shape.intersects(point)
    ]
    return min(found, key=lambda atom: atom["atom_id"], default=None)


def atom_of_building(plan: sqlite3.Connection, building_id: str) -> Row:
    """Return the atom of a building, or of a part of one (``id#unit``).

    Raises
    ------
    InputError
        If there is none, or the building's parts lie in several grids.
    """
    where = "where building_id = ? or atom_id = ? order by atom_id"
    atoms = _rows(plan, "atoms", where, (building_id, building_id))
    if not atoms:
        raise InputError(
            f"building {building_id!r} is not in the plan. Give the building_id of "
            "the input, or a place."
        )
    if len({spot_of(atom) for atom in atoms}) > 1:
        parts = ", ".join(f"{a['atom_id']} ({a['micro_grid']})" for a in atoms)
        msg = (
            f"building {building_id!r} is divided among several grids. "
            f"Give one of its parts: {parts}."
        )
        raise InputError(msg)
    return atoms[0]


def atom_of_address(plan: sqlite3.Connection, address: str) -> Row:
    """Return the atom of the building at an address of the input.

    Spaces, width and case of letters don't matter; a part of the address does, if no
    other building's has it too.

    Raises
    ------
    InputError
        If no building or more than one has it; the message lists them.
    """
    wanted = _plain(address)
    known = [
        (_plain(row["address"]), row)
        for row in _rows(plan, "buildings", "order by building_id")
        if row.get("address")
    ]
    if not wanted or not known:
        why = "no building of the plan has an address" if wanted else "is empty"
        raise InputError(f"address {address!r}: {why}. Give a building or a place.")
    found = [row for text, row in known if text == wanted]
    found = found or [row for text, row in known if wanted in text]
    if not found:
        msg = f"address {address!r}: no building has it. Give a part of it, or a place."
        raise InputError(msg)
    if len(found) > 1:
        told = [f"{row['address']} ({row['building_id']})" for row in found[:SHOWN]]
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        msg = (
            f"address {address!r}: {len(found)} buildings have it: {'; '.join(told)}"
            f"{more}. Give the whole address, or --building with an id."
        )
        raise InputError(msg)
    return atom_of_building(plan, found[0]["building_id"])


def spot_of(atom: Row | None) -> Spot:
    """Return the community and grids of an atom; of none, nowhere."""
    return Spot(*[atom[name] for name in SPOT]) if atom else Spot()


def read_register(plan: sqlite3.Connection, spot: Spot) -> Register:
    """Return what the plan says of the grids of a spot."""
    codes = spot.base_grid, spot.micro_grid, spot.exclusive_grid
    tables = {
        name: _rows(plan, name, "where grid_code in (?, ?, ?)", codes)
        for name in ("base_grids", "exclusive_grids", "posts", "party_links")
    }
    home = (spot.community_code,)
    tables["communities"] = _rows(plan, "communities", "where community_code = ?", home)
    tables["party_orgs"] = _rows(plan, "party_orgs") if spot.community_code else []
    info = dict(plan.execute("select key, value from plan")) if _has(plan, INFO) else {}
    return make_register(tables, Rules.of_plan(info).party.levels)


def _has(plan: sqlite3.Connection, name: str) -> bool:
    found = plan.execute("select 1 from sqlite_master where name = ?", (name,))
    return found.fetchone() is not None


def _rows(
    plan: sqlite3.Connection,
    table: str,
    rest: str = "",
    values: tuple[object, ...] = (),
    *,
    shape: str | None = None,
) -> list[Row]:
    """Return the rows of a table: its columns of the contract, and its geometry."""
    names = [name for (name,) in plan.execute(COLUMNS, (table,))]
    if not names:
        return []
    lacking = [name for name in PLAN[table].required if name not in names]
    if lacking:
        msg = f"layer {table}: column `{lacking[0]}` is missing. Write the plan anew."
        raise InputError(msg)
    known = [name for name in names if name in PLAN[table].names or name == shape]
    columns = ", ".join(f'"{name}"' for name in known)
    rows = plan.execute(f'select {columns} from "{table}" {rest}', values)
    unsaid = dict.fromkeys(PLAN[table].names)
    return [unsaid | dict(zip(known, map(_value, row), strict=True)) for row in rows]


def _value(value: object) -> object:
    """Return codes that a program made numbers as text again."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) else value


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _ground(plan: sqlite3.Connection) -> tuple[str, pyproj.CRS, Box]:
    """Return the atoms' column of geometry, their CRS and their bounds."""
    told = plan.execute(GROUND).fetchone()
    if told is None:
        msg = "layer atoms has no geometry. Write the plan with polygons."
        raise InputError(msg)
    column, organisation, code, definition, *box = told
    try:
        crs = pyproj.CRS.from_authority(organisation, code)
    except CRSError:
        try:
            crs = pyproj.CRS.from_wkt(definition)
        except CRSError as error:
            msg = "layer atoms must be in a projected CRS in metres, not without any."
            raise InputError(f"{msg} Reproject the plan first.") from error
    left, bottom, right, top = (math.nan if edge is None else edge for edge in box)
    return column, crs, (left, bottom, right, top)


def _shape(blob: bytes | None) -> shapely.Geometry | None:
    if blob is None:
        return None
    start = HEADER + ENVELOPE[blob[3] >> 1 & 7]
    return shapely.from_wkb(blob[start:], on_invalid="ignore")
