"""Small cities drawn in metres from a corner, and their atoms, for tests of the cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.affinity import translate

from gridpart.city import City
from gridpart.columns import CITY
from gridpart.conform import conform, empty
from gridpart.cut.fabrics import cut_fabric
from gridpart.fabric import Fabric
from gridpart.rules import Rules
from tests.builders import CORNER, CRS, community_code

RULES = Rules.preset()
Shape = Any


def house(x: float, y: float, width: float = 20.0, depth: float = 12.0) -> Shape:
    """A rectangular footprint around a centre."""
    return shapely.box(x - width / 2, y - depth / 2, x + width / 2, y + depth / 2)


def scene(
    grounds: Shape | Sequence[Shape],
    buildings: Mapping[str, Shape],
    *,
    households: int | Mapping[str, int] = 50,
    compound: Mapping[str, str] | None = None,
    barriers: Sequence[tuple[str, Shape]] = (),
    strength: Sequence[str | None] | None = None,
    crossings: Sequence[Shape] = (),
    sites: Mapping[str, Shape] | None = None,
    compounds: Mapping[str, Shape] | None = None,
    units: Mapping[str, Mapping[str, int]] | None = None,
) -> City:
    """Build a city from shapes in metres from a corner, layer by layer."""
    if isinstance(grounds, shapely.Geometry):
        grounds = [grounds]
    numbers = range(1, len(grounds) + 1)
    loads = households if isinstance(households, Mapping) else {}
    usual = 50 if isinstance(households, Mapping) else households
    layers: dict[str, dict[str, Any]] = {
        "communities": {
            "community_code": [community_code(str(n)) for n in numbers],
            "name": [f"社区{n}" for n in numbers],
            "geometry": list(grounds),
        },
        "buildings": {
            "building_id": list(buildings),
            "households": [loads.get(name, usual) for name in buildings],
            "compound_id": [(compound or {}).get(name) for name in buildings],
            "geometry": list(buildings.values()),
        },
        "barriers": {
            "kind": [kind for kind, _ in barriers],
            "strength": list(strength or [None] * len(barriers)),
            "geometry": [shape for _, shape in barriers],
        },
        "crossings": {"geometry": list(crossings)},
        "sites": {
            "site_id": list(sites or {}),
            "name": list(sites or {}),
            "kind": ["school"] * len(sites or {}),
            "geometry": list((sites or {}).values()),
        },
        "compounds": {
            "compound_id": list(compounds or {}),
            "geometry": list((compounds or {}).values()),
        },
    }
    tables = {name: empty(table, crs=CRS) for name, table in CITY.items()}
    for name, columns in layers.items():
        if columns["geometry"]:
            columns["geometry"] = [moved(shape) for shape in columns["geometry"]]
            tables[name] = conform(pd.DataFrame(columns), CITY[name], crs=CRS)
    rows = [
        {"building_id": name, "unit": unit, "households": count}
        for name, counts in (units or {}).items()
        for unit, count in counts.items()
    ]
    if rows:
        tables["units"] = conform(pd.DataFrame(rows), CITY["units"])
    return City(**tables, crs=pyproj.CRS(CRS), basis="dwellings", sources={})


def moved(shape: Shape) -> Shape:
    """A shape drawn from the corner, at its place in the CRS."""
    return translate(shape, *CORNER)


@dataclass(frozen=True)
class Cut:
    """A cut scene with its atoms and borders at hand."""

    city: City
    fabric: Fabric
    sentences: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        return list(self.fabric.atoms["atom_id"])

    def atom(self, name: str) -> Shape:
        """Polygon of an atom, in metres from the corner."""
        atoms = self.fabric.atoms.set_index("atom_id").geometry
        return translate(atoms[name], -CORNER[0], -CORNER[1])

    def row(self, name: str) -> pd.Series:
        return self.fabric.atoms.set_index("atom_id").loc[name]

    def border(self, one: str, other: str) -> Any | None:
        """The border of two atoms, or None."""
        table = self.fabric.borders
        found = table[
            (table["atom_a"] == min(one, other)) & (table["atom_b"] == max(one, other))
        ]
        assert len(found) <= 1
        return next(found.itertuples(), None)

    def barrier(self, one: str, other: str) -> str | None:
        """Strength of the border of two atoms that must touch."""
        border = self.border(one, other)
        assert border is not None, f"{one} and {other} don't touch"
        return None if pd.isna(border.barrier) else border.barrier

    def open_ground(self) -> list[str]:
        atoms = self.fabric.atoms
        return list(atoms["atom_id"][atoms["building_id"].isna()])

    def holder(self, x: float, y: float) -> str:
        """Id of the atom at a place."""
        spot = moved(shapely.Point(x, y))
        (found,) = np.flatnonzero(self.fabric.atoms.intersects(spot))
        return self.ids[found]


def cut(city: City, rules: Rules = RULES) -> Cut:
    """Cut a city and see to it that its atoms are sound."""
    fabric, findings = cut_fabric(city, rules)
    assert_sound(city, fabric)
    return Cut(city, fabric, tuple(finding.sentence for finding in findings))


def assert_sound(city: City, fabric: Fabric) -> None:
    """Atoms tile their communities, keep all households, and borders fit them."""
    atoms, borders = fabric.atoms, fabric.borders
    assert atoms["atom_id"].is_monotonic_increasing
    assert atoms["atom_id"].is_unique
    assert atoms.geometry.is_valid.all()
    assert (atoms.geom_type == "Polygon").all()
    for code, ground in zip(
        city.communities["community_code"], city.communities.geometry, strict=True
    ):
        own = atoms[atoms["community_code"] == code]
        assert shapely.coverage_is_valid(own.geometry.to_numpy())
        assert abs(own.area.sum() - ground.area) <= 1e-6 * ground.area
        missing = shapely.difference(ground, own.union_all()).area
        assert missing <= 1e-6 * ground.area
    living = atoms.dropna(subset="building_id").groupby("building_id")["households"]
    expected = city.buildings.set_index("building_id")["households"]
    for name, total in living.sum().items():
        assert total == expected[name]
    assert (borders["atom_a"] < borders["atom_b"]).all()
    assert not borders.duplicated(["atom_a", "atom_b"]).any()
    assert borders["barrier"].dropna().isin(["hard", "soft"]).all()
    assert (borders["clear_m"] <= borders["shared_m"] + 1e-6).all()
    assert not (borders["crossing"] & (borders["barrier"] != "hard")).any()
    _assert_borders_complete(fabric)


def _assert_borders_complete(fabric: Fabric) -> None:
    """Borders are those that the polygons themselves show, with their lengths."""
    atoms = fabric.atoms
    shapes, codes = atoms.geometry.to_numpy(), atoms["community_code"].to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="touches")
    keep = (a < b) & (codes[a] == codes[b])
    a, b = a[keep], b[keep]
    length = shapely.length(
        shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b]))
    )
    ids = atoms["atom_id"].to_numpy(dtype=object)
    seen = {
        (ids[i], ids[j]): metres
        for i, j, metres in zip(a, b, length, strict=True)
        if metres > 1e-6
    }
    given = {
        (row.atom_a, row.atom_b): row.shared_m for row in fabric.borders.itertuples()
    }
    assert given.keys() <= seen.keys()
    for pair, metres in given.items():
        assert abs(metres - seen[pair]) < 1e-3
    corners = [seen[pair] for pair in seen.keys() - given.keys()]
    assert max(corners, default=0.0) < 1.0
    touching = {name for pair in seen for name in pair}
    assert touching == {name for pair in given for name in pair}
