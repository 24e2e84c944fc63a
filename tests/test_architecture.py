"""The house: imports go down, files and functions stay small."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "gridpart"
MODULES = sorted(PACKAGE.rglob("*.py"))
FLOORS = [
    {"errors", "text", "columns", "conform", "crs", "lines", "coverage", "drafts"},
    {"rules", "finding", "city", "fabric", "plan"},
    {"measure"},
    {"read", "check", "cut", "partition", "staff"},
    {"store", "show", "synth", "locate"},
    {"chunks", "kept", "assemble", "choices", "flows"},
    {"cli"},
    {"__init__", "__main__"},
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
# On these floors a folder knows the floors below and itself, not its neighbours.
APART = {3, 4}
MOST_LINES, MOST_BODY = 400, 60


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def place_of(module: str) -> str:
    return [*module.split("."), "__init__"][1]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{alias.name}"
                if node.module == "gridpart"
                else node.module
                for alias in node.names
            }
    return {name for name in found if name.split(".")[0] == "gridpart"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down(path: Path) -> None:
    here = place_of(name_of(path))
    for module in imports_of(path):
        there = place_of(module)
        if there == "__version__":
            continue
        if here == there and FLOOR[here] > 1:
            continue
        assert FLOOR[there] <= FLOOR[here], f"{path.name} looks up to {module}"
        if FLOOR[here] in APART:
            assert FLOOR[there] != FLOOR[here], f"{path.name} looks into {module}"


def test_no_circle() -> None:
    graph = {name_of(path): imports_of(path) for path in MODULES}
    seen: dict[str, int] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"circle: {' -> '.join([*trail, module])}"
        if seen.setdefault(module, 0):
            return
        for other in sorted(graph.get(module, ())):
            visit(other, (*trail, module))
        seen[module] = 1

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES, f"{path.name}: a noun is missing"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            body = node.body[1:] if told and len(node.body) > 1 else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1
            assert length <= MOST_BODY, f"{path.name}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_why_it_is_there(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_drawer_modules() -> None:
    drawers = {"utils", "helpers", "common", "misc", "base", "core"}
    assert not drawers & {path.stem for path in MODULES}


def test_the_banned_word() -> None:
    for path in MODULES:
        names = {
            node.id if isinstance(node, ast.Name) else node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef)
        }
        assert not {name for name in names if "cell" in name.lower().split("_")}
