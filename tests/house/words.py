"""Words that may not stand in the tree, or only in their one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import OURS, WHEEL, Module, modules, place_of, project_files, texts

UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|XX" + "X|HA" + r"CK)\b")
REGISTRIES = re.compile(
    r"\b(?:py" + r"pi\.(?:org|python\.org)|python" + r"hosted\.org"
    r"|npm" + r"js\.(?:org|com)|yarn" + r"pkg\.com|crates" + r"\.io|proxy\.golang" + r"\.org"
    r"|(?:deb|security|snapshot)\.debian" + r"\.org"
    r"|docker" + r"\.io|gh" + r"cr\.io|qu" + r"ay\.io|gcr" + r"\.io)\b"
)
RULE_ID = re.compile(r"\bBR-[A-Z]{2,3}-\d+\b")
RULE_PAGE = "docs/rules.md"
SETTINGS = "gateway/settings.py"
BUILT = "gateway/explorer/static/"
"""Built of other people's packages: their words stand in it."""


def nothing_is_left_unfinished(root: Path) -> list[str]:
    found = _found(root, UNFINISHED, "says {}")
    return [complaint for complaint in found if not complaint.startswith(BUILT)]


def no_registry_is_named(root: Path) -> list[str]:
    return _found(root, REGISTRIES, "names the registry {}")


def _found(root: Path, pattern: re.Pattern[str], complaint: str) -> list[str]:
    return [
        f"{place}:{text.count(chr(10), 0, match.start()) + 1} {complaint.format(match[0])}"
        for place, text in texts(root)
        for match in pattern.finditer(text)
    ]


def rule_ids_resolve(root: Path) -> list[str]:
    page = root / RULE_PAGE
    known = set(RULE_ID.findall(page.read_text("utf-8"))) if page.exists() else set()
    return [
        f"{place} relies on {name}, which {RULE_PAGE} does not explain"
        for place, text in _rule_bearing(root)
        for name in sorted(set(RULE_ID.findall(text)) - known)
    ]


def _rule_bearing(root: Path) -> Iterator[tuple[str, str]]:
    for package in (*OURS, "policy"):
        for path in project_files(root / package):
            if path.suffix in {".py", ".toml", ".graphql", ".sql"}:
                yield place_of(path, root), path.read_text("utf-8")


def only_commands_print(root: Path) -> list[str]:
    return [
        f"{module.at(node)} prints"
        for module in modules(root, WHEEL)
        if not f"{module.name}.".startswith("gateway.cli.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def only_settings_read_the_environment(root: Path) -> list[str]:
    return [
        f"{module.at(node)} reads the environment"
        for module in modules(root, WHEEL)
        if module.place != SETTINGS
        for node in _environment_reads(module)
    ]


def _environment_reads(module: Module) -> Iterator[ast.AST]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
                yield node
            case ast.ImportFrom(module="os", names=names):
                yield from (alias for alias in names if alias.name in {"environ", "environb", "getenv"})


RULES = (
    nothing_is_left_unfinished,
    no_registry_is_named,
    rule_ids_resolve,
    only_commands_print,
    only_settings_read_the_environment,
)
