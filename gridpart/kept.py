"""Work that is done, kept beside the output until the plan is whole.

A division that was cut short goes on where it stopped: each chunk is stored under
a digest of all it depends on, so that what is found is what would be computed. A
file that cannot be read, or was made by another version, is computed again.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass, fields
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from gridpart import __version__
from gridpart.chunks import Chunk
from gridpart.city import City
from gridpart.drafts import new_file
from gridpart.fabric import Fabric
from gridpart.finding import Finding
from gridpart.rules import Rules

ATOMS, BORDERS, REST = "atoms", "borders", "rest"
FIELDS = [field.name for field in fields(Finding)]
UNREADABLE = (DataSourceError, DataLayerError, ShapelyError)
# The tables of a city that a chunk is made from.
USED = (
    "communities",
    "buildings",
    "compounds",
    "units",
    "barriers",
    "crossings",
    "sites",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of divided chunks, beside the plan they are for."""

    folder: Path

    @classmethod
    def beside(cls, output: Path) -> "Kept":
        """Return the folder that belongs to an output file."""
        return cls(output.with_name(f"{output.name}.kept"))

    def find(self, key: str) -> Chunk | None:
        """Return the chunk stored under ``key``, or None."""
        path = self.folder / f"{key}.gpkg"
        if not path.is_file():
            return None
        try:
            return _read(path)
        except (*UNREADABLE, KeyError, ValueError, TypeError):
            return None

    def keep(self, key: str, chunk: Chunk) -> None:
        """Store a chunk, whole or not at all."""
        self.folder.mkdir(exist_ok=True)
        with new_file(self.folder / f"{key}.gpkg") as draft:
            _write(chunk, draft)

    def clear(self) -> None:
        """Forget all chunks: the plan is written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def key_of(task: City, rules: Rules, seed: int) -> str:
    """Return the digest of all that a chunk depends on.

    Parameters
    ----------
    task
        The part of the city that is divided.
    rules, seed
        What it is divided by.
    """
    digest = hashlib.sha256(f"{__version__} {seed} {rules.as_json()}".encode())
    digest.update(task.crs.to_wkt().encode())
    for name in USED:
        digest.update(f"\0{name}\0".encode())
        digest.update(_plain(getattr(task, name)).to_csv(index=False).encode())
    return digest.hexdigest()[:32]


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    shapes = table.geometry.to_wkb(hex=True)
    return pd.DataFrame(table.drop(columns=table.geometry.name)).assign(shape=shapes)


def _write(chunk: Chunk, path: Path) -> None:
    atoms, borders = chunk.fabric.atoms, chunk.fabric.borders
    rest = {
        ATOMS: _types(atoms.drop(columns="geometry")),
        BORDERS: _types(borders),
        "communities": chunk.communities.to_dict("list"),
        "communities_types": _types(chunk.communities),
        "reasons": chunk.reasons.to_dict(),
        "findings": [
            {key: getattr(one, key) for key in FIELDS} for one in chunk.findings
        ],
    }
    text = json.dumps(rest, default=_as_json)
    layers = {ATOMS: atoms, BORDERS: borders, REST: pd.DataFrame({REST: [text]})}
    for name, table in layers.items():
        options = (
            {"geometry_type": "Unknown", "SPATIAL_INDEX": "NO"}
            if isinstance(table, gpd.GeoDataFrame)
            else {}
        )
        pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", **options)


def _as_json(value: shapely.Geometry | np.generic) -> object:
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkb(value, hex=True)
    return value.item()


def _types(table: pd.DataFrame) -> dict[str, str]:
    return {column: str(kind) for column, kind in table.dtypes.items()}


def _read(path: Path) -> Chunk:
    def layer(name: str) -> pd.DataFrame:
        return pyogrio.read_dataframe(path, layer=name)

    rest = json.loads(layer(REST)[REST].iloc[0])
    atoms, borders = (layer(name).astype(rest[name]) for name in (ATOMS, BORDERS))
    findings = [
        Finding(**told | {"at": shapely.from_wkb(told["at"])})
        for told in rest["findings"]
    ]
    return Chunk(
        Fabric(atoms, borders),
        pd.DataFrame(rest["communities"]).astype(rest["communities_types"]),
        pd.Series(rest["reasons"], dtype="str"),
        tuple(findings),
    )
