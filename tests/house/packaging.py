"""What is declared and shipped: dependencies, names on the import path, and what a wheel may lose."""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tests.house.tree import WHEEL, place_of, project_files

NAMES = {*WHEEL, "policy", "sandbox", "tests"}
OWN = "customer-overview-gateway"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(root: Path, package: str = "") -> set[str]:
    """The distributions that the wheel asks for, by normal name; for the sandbox those of its group, too."""
    path = root / "pyproject.toml"
    told = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    asked: list[str] = told.get("project", {}).get("dependencies", [])
    asked = asked + told.get("dependency-groups", {}).get(package, []) if package == "sandbox" else asked
    return {normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]) for requirement in asked}


def no_other_distribution_has_our_names(root: Path) -> list[str]:
    return [
        f"the distribution {found.name} also provides {', '.join(sorted(clash))}"
        for found in distributions(path=[str(root), *sys.path])
        if normal(found.name) != OWN and (clash := NAMES & set(_provided(found)))
    ]


def _provided(found: Distribution) -> Iterator[str]:
    for file in found.files or ():
        top = file.parts[0]
        yield top if len(file.parts) > 1 else top.removesuffix(".py")


def every_folder_of_tests_is_a_package(root: Path) -> list[str]:
    folders = {path.parent for path in project_files(root / "tests") if path.suffix == ".py"}
    within = {parent for folder in folders for parent in (folder, *folder.parents) if parent != root}
    return [
        f"{place_of(folder, root)}/ has no __init__.py"
        for folder in sorted(within)
        if folder.is_relative_to(root / "tests") and not (folder / "__init__.py").exists()
    ]


def ignored_names_are_anchored(root: Path) -> list[str]:
    """A bare `cache/` would also keep the package of that name out of the wheel."""
    path = root / ".gitignore"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [
        f".gitignore:{number} is not anchored: {line}"
        for number, line in enumerate(lines, 1)
        if line and not line.startswith(("/", "#"))
    ]


RULES = (no_other_distribution_has_our_names, every_folder_of_tests_is_a_package, ignored_names_are_anchored)
