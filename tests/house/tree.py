"""The tree that the rules look at: its files, and its Python modules parsed once each."""

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Rule = Callable[[Path], list[str]]

WHEEL = ("schema", "resolvers", "sources", "cache", "gateway")
OURS = (*WHEEL, "workspace", "sandbox", "tests")
MADE = {".git", ".venv", ".run", "dist", "build", "node_modules", "__pycache__"}
CACHES = {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


@dataclass(frozen=True)
class Module:
    path: Path
    place: str
    """The path below the root, as a reader writes it: `sources/crn.py`."""
    name: str
    """The dotted name: `sources.crn`, and `sources` for its `__init__.py`."""
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def at(self, node: ast.AST) -> str:
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


def project_files(root: Path) -> list[Path]:
    """Every file that a commit could hold; what was made here and can be made again is left out."""
    return sorted(_walk(root))


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in MADE | CACHES and not _is_metadata(name)]
        yield from (Path(folder, name) for name in files)


def _is_metadata(name: str) -> bool:
    return name.endswith((".dist-info", ".egg-info"))


def place_of(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def modules(root: Path, packages: tuple[str, ...] = OURS) -> list[Module]:
    return [
        _module(path, root)
        for package in packages
        for path in project_files(root / package)
        if path.suffix == ".py"
    ]


def _module(path: Path, root: Path) -> Module:
    return _parsed(path, root, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, root: Path, _changed: int) -> Module:
    place = place_of(path, root)
    name = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Module(path, place, name, ast.parse(path.read_bytes(), place))


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Every text file that a commit could hold, as (place, text)."""
    for path in project_files(root):
        try:
            yield place_of(path, root), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
