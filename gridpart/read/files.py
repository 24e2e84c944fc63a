"""One file to one table, by its ending and only if its content agrees.

GDAL chooses its driver by content: text that looks like a virtual dataset opens
another file of the machine, or an address on the network, whatever its own name.
So a file is opened only after its first bytes say that it is what its ending says.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from gridpart.columns import CITY
from gridpart.errors import InputError
from gridpart.read import geojson, parquet, sheets, vectors
from gridpart.read.headings import find_columns
from gridpart.read.opened import Opened
from gridpart.read.sources import BASES, TOML, Source, Sources, read_toml

_IS_WHAT_IT_SEEMS: dict[str, Callable[[Path], bool]] = {
    ".gpkg": vectors.is_geopackage,
    ".shp": vectors.is_shapefile,
    ".gdb": vectors.is_geodatabase,
    ".geojson": Path.is_file,
    ".parquet": parquet.is_parquet,
    ".csv": Path.is_file,
    ".xlsx": sheets.is_workbook,
}
_TABLES = (".csv", ".xlsx")
_MANY_LAYERS = (".gpkg", ".gdb")
_SHAPEFILE_PARTS = (".cpg", ".dbf", ".prj", ".shp", ".shx")


def find_sources(path: Path) -> Sources:
    """Return where the layers of the city at ``path`` lie.

    Raises
    ------
    InputError
        If there is nothing at ``path``, or nothing that can be read.
    """
    if path.is_dir() and (path / TOML).is_file():
        path = path / TOML
    if path.suffix.lower() == ".toml":
        return read_toml(path)
    if path.suffix.lower() in _MANY_LAYERS:
        _verify(path, path.name)
        names = vectors.layer_names(path)
        items = tuple(Source(name, path, layer=name) for name in names if name in CITY)
        return Sources(items, ignored=tuple(n for n in names if n not in CITY))
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        msg = f"{path.name}: there is no such file or folder. Correct the path."
        raise InputError(msg)
    msg = (
        f"{path.name}: a city is a GeoPackage, a folder with a file per layer, or a "
        f"{TOML}. Give one of these."
    )
    raise InputError(msg)


def _folder(folder: Path) -> Sources:
    items: dict[tuple[str, bool], Source] = {}
    ignored = []
    for path in sorted(folder.iterdir()):
        ending, name = path.suffix.lower(), path.stem.lower()
        if ending not in _IS_WHAT_IT_SEEMS or name not in CITY:
            if ending not in _SHAPEFILE_PARTS:
                ignored.append(path.name)
            continue
        other = items.setdefault((name, ending in _TABLES), Source(name, path))
        if other.path != path:
            msg = (
                f"{folder.name}, layer {name}: given twice, in {other.path.name} and "
                f"{path.name}. Keep one of them."
            )
            raise InputError(msg)
    return Sources(tuple(items.values()), ignored=tuple(ignored))


def open_table(source: Source) -> Opened:
    """Return the table a source names, its rows not loaded.

    Raises
    ------
    InputError
        If there is no such file or layer, or the file is not what it seems.
    """
    path, ending = source.path, source.path.suffix.lower()
    _verify(path, source.place)
    try:
        if ending in _MANY_LAYERS:
            layer = _pick(source, vectors.layer_names(path))
            return vectors.open_vector(path, layer)
        if ending == ".xlsx":
            sheet = _pick(source, sheets.sheet_names(path))
            return sheets.open_sheet(path, sheet, partial(_count_known, source))
        if ending == ".csv":
            return sheets.open_csv(path, partial(_count_known, source))
        if ending == ".shp":
            return vectors.open_shapefile(path)
        if ending == ".geojson":
            return geojson.open_geojson(path)
        return parquet.open_parquet(path)
    except OSError as error:
        msg = f"{source.place}: cannot be opened: {error.strerror}."
        raise InputError(msg) from error


def _verify(path: Path, place: str) -> None:
    ending = path.suffix.lower()
    if ending not in _IS_WHAT_IT_SEEMS:
        known = " ".join(_IS_WHAT_IT_SEEMS)
        msg = f"{place}: files ending in `{ending}` are not read. Known: {known}."
        raise InputError(msg)
    if not path.exists():
        msg = f"{place}: there is no file {path.name}. Correct the path."
        raise InputError(msg)
    try:
        is_right = _IS_WHAT_IT_SEEMS[ending](path)
    except OSError as error:
        msg = f"{place}: cannot be opened: {error.strerror}."
        raise InputError(msg) from error
    if not is_right:
        msg = (
            f"{place}: the file is no whole {ending} file: it is cut short, a part of "
            "it is missing, or it is something else by that name. Export it again."
        )
        raise InputError(msg)


def _count_known(source: Source, headings: Sequence[str]) -> int:
    named = {*source.columns.values(), *source.where} & {*headings}
    return len({*find_columns(headings, source.table, BASES[0]).values()} | named)


def _pick(source: Source, names: Sequence[str]) -> str:
    """Return the layer or sheet that is meant: the one named, ours, or the only one."""
    wanted = (source.layer,) if source.layer else (source.table, _label(source))
    for name in wanted:
        if name in names:
            return name
    if len(names) == 1 and source.layer is None:
        return names[0]
    msg = (
        f"{source.place}: there is no layer or sheet `{wanted[0]}`. Found: "
        f"{', '.join(names) or 'nothing'}. Name one of them as `layer`."
    )
    raise InputError(msg)


def _label(source: Source) -> str:
    return CITY[source.table].label_zh


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder or shapefile."""
    sha = hashlib.sha256()
    for part in _parts(path):
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                sha.update(block)
    return sha.hexdigest()


def _parts(path: Path) -> list[Path]:
    """Return the files that make up a table, in order of their names."""
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if path.suffix.lower() != ".shp":
        return [path]
    return sorted(
        part
        for part in path.parent.iterdir()
        if part.stem == path.stem and part.suffix.lower() in _SHAPEFILE_PARTS
    )
