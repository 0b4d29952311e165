"""The stair: who may import whom, and that every import stands in the open at the top of its module."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.packaging import declared, normal
from tests.house.tree import OURS, WHEEL, Module, functions, modules

STAIR: dict[str, set[str]] = {
    "gateway": {"schema", "resolvers", "sources", "cache", "workspace"},
    "schema": {"resolvers", "sources"},
    "resolvers": {"sources", "cache"},
    "sources": set(),
    "cache": set(),
    "workspace": set(),
    "sandbox": set(),
    "tests": set(OURS),
}
OTHERS: dict[str, set[str]] = {
    "schema": {"strawberry", "graphql", "msgspec"},
    "resolvers": {"msgspec"},
    "sources": set(
        "httpx2 httptools sqlalchemy aiosqlite asyncpg alembic stamina jmespath jellyfish joserfc msgspec".split()
    ),
    "cache": {"redis", "msgspec", "lz4", "cryptography"},
    "workspace": {"starlette"},
}
ASKING = {
    f"sources.{name}"
    for name in (
        "source.ask",
        "source.ask_page",
        "source.ask_directory",
        "search.ask_finder",
        "document.ask_document",
    )
}
MAY_ASK = {"resolvers.loaders", "resolvers.neighbours", "gateway.doctor.examination"}
LOADING = {"resolvers.scope", "resolvers.loaders", "resolvers.loading"}
ADAPTERS = ("sources.sql", "sources.http", "sources.ledger")


@dataclass(frozen=True)
class Import:
    module: Module
    node: ast.Import | ast.ImportFrom
    name: str
    """What is imported, absolute and as deep as it is written: `sources.parts.debt.Debt`."""

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]

    def said(self, complaint: str) -> str:
        return f"{self.module.at(self.node)} {complaint}"


def imports_of(module: Module) -> Iterator[Import]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(module, node)
            yield from (Import(module, node, f"{origin}.{alias.name}") for alias in node.names)


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    steps = module.name.split(".")
    kept = steps[: len(steps) - node.level + module.is_package]
    return ".".join([*kept, *filter(None, [node.module])])


def _all_imports(root: Path, packages: tuple[str, ...] = OURS) -> Iterator[Import]:
    for module in modules(root, packages):
        yield from imports_of(module)


def imports_go_down_the_stair(root: Path) -> list[str]:
    return [
        found.said(f"imports {found.top}, which {found.module.package} may not")
        for found in _all_imports(root)
        if found.top in OURS and found.top != found.module.package
        if found.top not in STAIR[found.module.package]
    ]


def the_schema_takes_records_and_no_adapter(root: Path) -> list[str]:
    return [
        found.said(f"imports the adapter {found.name}")
        for found in _all_imports(root, ("schema",))
        if f"{found.name}.".startswith(tuple(f"{adapter}." for adapter in ADAPTERS))
    ]


def only_the_loader_entry_asks_sources(root: Path) -> list[str]:
    """Whoever asks a source beside the loader entry would show what nobody decided on. The doctor shows nothing."""
    return [
        found.said(f"asks a source with {found.name}, which only the loader entry does")
        for found in _all_imports(root, ("gateway", "schema", "resolvers", "cache"))
        if found.module.name not in MAY_ASK
        and (found.name in ASKING or found.name == "sources.source.in_time")
    ]


def packages_use_only_their_libraries(root: Path) -> list[str]:
    return [
        found.said(f"imports {found.top}, which is not among the libraries of {found.module.package}")
        for found in _all_imports(root, tuple(OTHERS))
        if _is_foreign(found.top) and found.top not in _libraries(found.module)
    ]


def _libraries(module: Module) -> set[str]:
    loading = {"strawberry", "aiodataloader"} if module.name in LOADING else set()
    return OTHERS[module.package] | loading


def what_is_imported_is_declared(root: Path) -> list[str]:
    """The wheel stands on its own dependencies; what only the tests need is not there when it runs."""
    known = {package: declared(root, package) for package in (*WHEEL, "workspace", "sandbox")}
    return [
        found.said(f"imports {found.top}, which pyproject.toml does not declare as a dependency")
        for found in _all_imports(root, (*WHEEL, "workspace", "sandbox"))
        if _is_foreign(found.top) and not _distributions(found.top) & known[found.module.package]
    ]


def _is_foreign(top: str) -> bool:
    return top not in OURS and top not in sys.stdlib_module_names


def _distributions(top: str) -> set[str]:
    return {normal(name) for name in _providers().get(top, [top])}


@lru_cache(maxsize=1)
def _providers() -> dict[str, list[str]]:
    return dict(packages_distributions())


def imports_stand_at_the_top(root: Path) -> list[str]:
    return [
        f"{module.at(node)} imports inside {function.name}()"
        for module in modules(root)
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def no_import_is_for_the_type_checker_alone(root: Path) -> list[str]:
    return [
        f"{module.at(node)} has a TYPE_CHECKING block"
        for module in modules(root)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]


def modules_import_in_no_circle(root: Path) -> list[str]:
    known = {module.name: module for module in modules(root)}
    graph = {name: set(_neighbours(module, known)) for name, module in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [
            f"{known[error.args[1][0]].place}:1 imports in a circle: {' → '.join(reversed(error.args[1]))}"
        ]
    return []


def _neighbours(module: Module, known: dict[str, Module]) -> Iterator[str]:
    """The modules that an import names, each as deep as one exists; naming oneself is no circle."""
    for found in imports_of(module):
        name = found.name
        while name and name not in known:
            name = name.rpartition(".")[0]
        if name and name != module.name:
            yield name


RULES = (
    imports_go_down_the_stair,
    the_schema_takes_records_and_no_adapter,
    only_the_loader_entry_asks_sources,
    packages_use_only_their_libraries,
    what_is_imported_is_declared,
    imports_stand_at_the_top,
    no_import_is_for_the_type_checker_alone,
    modules_import_in_no_circle,
)
