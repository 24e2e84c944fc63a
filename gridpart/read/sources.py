"""Sources: which file holds which layer, and how its columns are to be read.

A ``city.toml`` looks like this; everything but ``path`` may be left out::

    basis = "dwellings"       # what a household is: registered, resident, dwellings
    crs = "EPSG:4547"         # for layers that carry none
    datum = "gcj02"           # undo a map shift: gcj02 or bd09

    [communities]
    path = "official.gpkg"    # relative to this file
    layer = "shequ"           # layer or sheet inside it
    columns = {community_code = "geoid", name = "mc"}      # ours = "theirs"
    numbered = {community_code = "310101901001"}

    [[barriers]]              # several sources of one layer are put together
    path = "official.gpkg"
    layer = "roads"
    columns = {kind = "class"}
    where = {barrier = true, class = ["primary", "trunk"]}
    recode = {kind = {primary = "arterial", trunk = "motorway"}}

    [[barriers]]
    path = "water.shp"
    constants = {kind = "water"}

``where`` keeps the rows in which each of *their* columns has the value, or one of
the values, named. ``recode`` then replaces *their* values in *our* column; values
that it does not name stay. ``numbered`` makes codes up for data that has none: the
different values of the column that ``columns`` names for it are sorted as text,
the first gets the code given here, and each further one the next higher number with
as many digits; a row without a value stays without a code.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridpart.columns import CITY
from gridpart.crs import DATUMS
from gridpart.errors import InputError
from gridpart.read.headings import known_columns

BASES = ("dwellings", "registered", "resident")
TOML = "city.toml"

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Source:
    """One table of one file, and how it becomes rows of a layer."""

    table: str
    path: Path
    layer: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)
    where: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    recode: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    numbered: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """File and layer, for messages."""
        inside = f" ({self.layer})" if self.layer else ""
        return f"{self.path.name}{inside}, layer {self.table}"


@dataclass(frozen=True, slots=True)
class Sources:
    """All sources of a city; ``ignored`` names what was found and is no layer."""

    items: tuple[Source, ...]
    basis: str = BASES[0]
    crs: str | None = None
    datum: str | None = None
    ignored: tuple[str, ...] = ()


def read_toml(path: Path) -> Sources:
    """Return the sources that a ``city.toml`` names.

    Raises
    ------
    InputError
        If the file cannot be read, or holds anything that is not known.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path.name}: cannot be read as TOML: {error}. Correct the file."
        raise InputError(msg) from error
    top = {key: tree.pop(key, None) for key in ("basis", "crs", "datum")}
    _know(tree, [*top, *CITY], path.name)
    _one_of(top["basis"], BASES, f"{path.name}: `basis`")
    _one_of(top["datum"], DATUMS, f"{path.name}: `datum`")
    if not isinstance(top["crs"], str | None):
        raise InputError(f'{path.name}: `crs` must be text, such as "EPSG:4547".')
    items = []
    for table, given in tree.items():
        for entry in given if isinstance(given, list) else [given]:
            items.append(_source(table, entry, path))
    return Sources(tuple(items), top["basis"] or BASES[0], top["crs"], top["datum"])


def _source(table: str, entry: object, path: Path) -> Source:
    place = f"{path.name}: [{table}]"
    parts = ("path", "layer", "columns", "constants", "where", "recode", "numbered")
    if not isinstance(entry, dict):
        msg = f"{place} must be a table with `path` and, if need be, {parts[1:]}."
        raise InputError(msg)
    _know(entry, parts, place)
    if not isinstance(entry.get("path"), str):
        raise InputError(f'{place} needs `path = "a file"`, relative to {path.name}.')
    if not isinstance(entry.get("layer", ""), str):
        raise InputError(f"{place}: `layer` must be the name of a layer or sheet.")
    for part in parts[2:]:
        if not isinstance(entry.get(part, {}), dict):
            raise InputError(f"{place}: `{part}` must be a table {{a = b}}.")
        if part != "where":
            _know(entry.get(part, {}), known_columns(table), f"{place}: `{part}`")
    for ours, theirs in [
        *entry.get("columns", {}).items(),
        *entry.get("numbered", {}).items(),
    ]:
        if not isinstance(theirs, str):
            raise InputError(f"{place}: `{ours}` must be text in quotes.")
    for ours, pairs in entry.get("recode", {}).items():
        if not isinstance(pairs, dict):
            msg = f'{place}: `recode.{ours}` must be a table {{theirs = "value"}}.'
            raise InputError(msg)
    where = {
        theirs: value if isinstance(value, list) else [value]
        for theirs, value in entry.get("where", {}).items()
    }
    options = {part: entry[part] for part in parts[1:] if part in entry}
    return Source(table, path.parent / entry["path"], **options | {"where": where})


def _know(given: Mapping[str, object], known: Sequence[str], place: str) -> None:
    unknown = [key for key in given if key not in known]
    if unknown:
        msg = (
            f"{place}: {', '.join(f'`{key}`' for key in unknown)} unknown. "
            f"Known: {', '.join(known)}."
        )
        raise InputError(msg)


def _one_of(value: object, known: Sequence[str], place: str) -> None:
    if value is not None and value not in known:
        msg = f"{place} is {value!r}. Known: {', '.join(known)}."
        raise InputError(msg)
