"""Every code that the program can say stands in the one table of codes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from schema import PROBLEMS
from sources.errors import Fault
from sources.parts import PARTS

HOUSE = Path(__file__).parents[2]
PACKAGES = ("schema", "resolvers", "sources", "cache", "gateway")
SAYING = {"Refusal", "refused", "request_error", "Decision"}
CODE = re.compile(r"[A-Z]{3,}(_[A-Z]+)*")


def trees() -> Iterator[ast.Module]:
    for package in PACKAGES:
        for file in sorted((HOUSE / package).rglob("*.py")):
            yield ast.parse(file.read_text("utf-8"))


def said() -> set[str]:
    """The texts that look like codes where something is refused, or where a class has a `code`."""
    found: set[str] = set()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                found |= set(_codes(node))
            elif (
                isinstance(node, ast.Assign | ast.AnnAssign)
                and "code" in _targets(node)
                and node.value is not None
            ):
                found |= set(_codes(node.value))
    return found


def _codes(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and CODE.fullmatch(inner.value):
            yield inner.value


def _targets(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_every_code_that_is_said_stands_in_the_table() -> None:
    assert len(said()) > 15
    assert said() - PROBLEMS.keys() == set()


def test_every_code_of_the_table_is_said_somewhere() -> None:
    everywhere = "\n".join(
        file.read_text("utf-8")
        for package in PACKAGES
        for file in (HOUSE / package).rglob("*.py")
        if file.name != "problems.py"
    )
    assert {code for code in PROBLEMS if f'"{code}"' not in everywhere} == set()


def test_every_fault_has_a_code_of_the_table() -> None:
    kinds = [Fault]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert {kind.code for kind in kinds} <= PROBLEMS.keys()
    assert len(kinds) >= 5
    assert PARTS
