"""Work that is done, kept beside the output until the plan is whole.

A division that was cut short goes on where it stopped: each chunk is stored under
a digest of all it depends on, so that what is found is what would be computed. A
file that cannot be read, or was made by another version, is computed again.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from gridpart import __version__
from gridpart.chunks import Chunk
from gridpart.city import City
from gridpart.drafts import new_file
from gridpart.fabric import Fabric
from gridpart.finding import Finding
from gridpart.rules import Rules

ATOMS, BORDERS, COMMUNITIES, REASONS, FINDINGS, TYPES = (
    "atoms",
    "borders",
    "communities",
    "reasons",
    "findings",
    "types",
)
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
        except (DataSourceError, DataLayerError, KeyError, ValueError, TypeError):
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
    findings = gpd.GeoDataFrame(
        {
            "rule": [one.rule for one in chunk.findings],
            "severity": [one.severity for one in chunk.findings],
            "sentence": [one.sentence for one in chunk.findings],
            "filled": [_as_json(one.values) for one in chunk.findings],
            "grid_code": [one.grid_code for one in chunk.findings],
            "community_code": [one.community_code for one in chunk.findings],
        },
        geometry=[one.at for one in chunk.findings],
        crs=atoms.crs,
    )
    types = {
        name: {column: str(kind) for column, kind in table.dtypes.items()}
        for name, table in (
            (ATOMS, atoms.drop(columns="geometry")),
            (BORDERS, borders),
            (COMMUNITIES, chunk.communities),
        )
    }
    layers = {
        ATOMS: atoms,
        BORDERS: borders,
        COMMUNITIES: chunk.communities,
        REASONS: chunk.reasons.rename_axis("grid_code").rename("reason").reset_index(),
        FINDINGS: findings,
        TYPES: pd.DataFrame({"types": [json.dumps(types)]}),
    }
    for name, table in layers.items():
        options = (
            {"geometry_type": "Unknown"} if isinstance(table, gpd.GeoDataFrame) else {}
        )
        pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", **options)


def _as_json(values: object) -> str:
    return json.dumps(values, default=lambda value: value.item())


def _read(path: Path) -> Chunk:
    def layer(name: str) -> pd.DataFrame:
        return pyogrio.read_dataframe(path, layer=name)

    types = json.loads(layer(TYPES)["types"].iloc[0])
    typed = {name: layer(name).astype(kinds) for name, kinds in types.items()}
    reasons = layer(REASONS)
    findings = [
        Finding(
            row.rule,
            row.severity,
            row.sentence,
            json.loads(row.filled),
            _text(row.grid_code),
            _text(row.community_code),
            row.geometry,
        )
        for row in layer(FINDINGS).itertuples()
    ]
    return Chunk(
        Fabric(typed[ATOMS], typed[BORDERS]),
        typed[COMMUNITIES],
        pd.Series(
            reasons["reason"].to_numpy(), index=reasons["grid_code"], dtype="str"
        ).rename_axis(None),
        tuple(findings),
    )


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)
