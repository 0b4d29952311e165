"""The truth of `__all__`: it names what is there, and a package lists what it hands on."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.imports import imports_of
from tests.house.tree import Module, modules


def exported_names_exist(root: Path) -> list[str]:
    return [
        f"{module.place} lists {name} in __all__ and does not have it"
        for module in modules(root)
        for name in listed(module) or ()
        if name not in set(_bound(module)) | _submodules(module)
    ]


def packages_list_what_they_hand_on(root: Path) -> list[str]:
    """A name taken from the package's own modules is listed, or the `__init__` itself uses it."""
    return [
        f"{module.at(found.node)} hands on {name} and does not list it in __all__"
        for module in modules(root)
        if module.is_package
        for found in imports_of(module)
        if found.name.startswith(f"{module.name}.")
        for name in [_local(found.node, found.name)]
        if not name.startswith("_") and name not in _used(module) | set(listed(module) or ())
    ]


def exports_are_written_out(root: Path) -> list[str]:
    return [
        f"{module.place} has an __all__ that is not a plain list of names"
        for module in modules(root)
        if listed(module) is None
    ]


def listed(module: Module) -> list[str] | None:
    """The names in `__all__`; none without one; no answer where it is not a plain list."""
    for node in module.tree.body:
        for target, value in _assigned(node):
            if target == "__all__":
                return _plain(value)
    return []


def _plain(value: ast.expr | None) -> list[str] | None:
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    names = [item.value for item in value.elts if isinstance(item, ast.Constant)]
    return [str(name) for name in names] if len(names) == len(value.elts) else None


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from ((name, value) for name in _names(target))
        case ast.AnnAssign(target=target, value=given):
            yield from ((name, given) for name in _names(target))
        case ast.AugAssign(target=target):
            yield from ((name, None) for name in _names(target))


def _names(target: ast.expr) -> Iterator[str]:
    yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _bound(module: Module) -> Iterator[str]:
    for node in _statements(module.tree.body):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            case _:
                yield from (name for name, _ in _assigned(node))


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run in the module itself, through its conditions and attempts."""
    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody") if isinstance(node, ast.If | ast.Try | ast.With) else ():
            yield from _statements(getattr(node, field, []))


def _submodules(module: Module) -> set[str]:
    beside = module.path.parent
    return {path.stem for path in beside.iterdir()} if module.is_package else set()


def _local(node: ast.Import | ast.ImportFrom, name: str) -> str:
    """The name that an import gives to what it brings."""
    last = name.rpartition(".")[2]
    if isinstance(node, ast.Import):
        return next((alias.asname or last for alias in node.names if alias.name == name), last)
    return next((alias.asname or last for alias in node.names if alias.name == last), last)


def _used(module: Module) -> set[str]:
    return {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}


RULES = (exported_names_exist, packages_list_what_they_hand_on, exports_are_written_out)
