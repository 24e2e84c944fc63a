"""One file to one table, by its ending and only if its content agrees.

GDAL chooses its driver by content: text that looks like a virtual dataset opens
another file of the machine, or an address on the network, whatever its own name.
So a file is opened only after its first bytes say that it is what its ending says.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from gridpart.columns import CITY
from gridpart.errors import InputError
from gridpart.read import vectors
from gridpart.read.opened import Opened
from gridpart.read.sources import Source, Sources, read_toml


def find_sources(path: Path) -> Sources:
    """Return where the layers of the city at ``path`` lie.

    Raises
    ------
    InputError
        If there is nothing at ``path``, or nothing that can be read.
    """
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder.")
    if path.suffix.lower() == ".toml":
        return read_toml(path)
    if path.suffix.lower() == ".gpkg":
        names = vectors.layer_names(path)
        items = tuple(Source(n, path, layer=n) for n in names if n in CITY)
        return Sources(items, ignored=tuple(n for n in names if n not in CITY))
    raise InputError(f"{path}: not yet")


def open_table(source: Source) -> Opened:
    """Return the table a source names, its rows not loaded.

    Raises
    ------
    InputError
        If there is no such file or layer, or the file is not what it seems.
    """
    path = source.path
    if not path.exists():
        msg = f"{source.place}: there is no file {path.name}. Correct `path`."
        raise InputError(msg)
    if path.suffix.lower() == ".gpkg":
        return vectors.open_vector(path, pick_layer(source, vectors.layer_names(path)))
    raise InputError(f"{source.place}: not yet")


def pick_layer(source: Source, names: Sequence[str]) -> str:
    """Return the layer that a source means: the one named, ours, or the only one.

    Raises
    ------
    InputError
        If none of these is there.
    """
    wanted = source.layer or source.table
    if wanted in names:
        return wanted
    if len(names) == 1 and source.layer is None:
        return names[0]
    msg = (
        f"{source.place}: there is no layer `{wanted}`. Found: "
        f"{', '.join(names) or 'nothing'}. Name one of them as `layer`."
    )
    raise InputError(msg)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder or shapefile."""
    sha = hashlib.sha256()
    for part in parts(path):
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                sha.update(block)
    return sha.hexdigest()


def parts(path: Path) -> list[Path]:
    """Return the files that make up a table, in order of their names."""
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if path.suffix.lower() == ".shp":
        endings = (".cpg", ".dbf", ".prj", ".shp", ".shx")
        return sorted(
            part
            for part in path.parent.iterdir()
            if part.stem == path.stem and part.suffix.lower() in endings
        )
    return [path]
