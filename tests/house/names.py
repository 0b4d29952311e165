"""What things are called: after a noun of the field, never after a drawer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import OURS, modules, place_of, project_files

DRAWER = re.compile(r"^(util(ity|itie)?|helper|common|base|manager)s?$")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def is_drawer(name: str) -> bool:
    return any(DRAWER.match(word) for word in name.lower().split("_"))


def files_and_folders_are_named_after_nouns(root: Path) -> list[str]:
    return [
        f"{place_of(path, root)} is called after a drawer"
        for package in OURS
        for path in sorted(_named(root, package))
        if is_drawer(path.name.partition(".")[0])
    ]


def _named(root: Path, package: str) -> set[Path]:
    files = project_files(root / package)
    folders = {parent for file in files for parent in file.parents if parent.is_relative_to(root / package)}
    return {*files, *folders}


def classes_are_named_after_nouns(root: Path) -> list[str]:
    return [
        f"{place} the class {name} is called after a drawer"
        for place, name in _classes(root)
        if DRAWER.match(WORD.findall(name)[-1].lower())
    ]


def _classes(root: Path) -> Iterator[tuple[str, str]]:
    for module in modules(root):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                yield module.at(node), node.name


RULES = (files_and_folders_are_named_after_nouns, classes_are_named_after_nouns)
