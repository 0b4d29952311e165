"""The rules that docs/rules.md lists: a test proves each, and says in its docstring which."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import functions, modules
from tests.house.words import RULE_ID, RULE_PAGE

LISTED = re.compile(rf"^\| ({RULE_ID.pattern}) \|", re.MULTILINE)


def every_rule_is_proved_by_a_test(root: Path) -> list[str]:
    page = root / RULE_PAGE
    listed = LISTED.findall(page.read_text("utf-8")) if page.exists() else []
    proved = set(_cited(root))
    return [f"no test says in its docstring that it proves {name}" for name in listed if name not in proved]


def _cited(root: Path) -> Iterator[str]:
    """The ids in the docstrings of the tests: what a module, a comment or a bare function cites proves nothing."""
    for module in modules(root, ("tests",)):
        if module.path.name.startswith("test_"):
            for test in functions(module):
                if test.name.startswith("test_"):
                    yield from RULE_ID.findall(ast.get_docstring(test) or "")


RULES = (every_rule_is_proved_by_a_test,)
