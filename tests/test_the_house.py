"""The rules of the house, kept by the tree, and each shown to bite by a planted violation."""

from pathlib import Path

import pytest

from tests.house import RULES
from tests.house.plants import PLANTS, TIDY, Tree

HOUSE = Path(__file__).parent.parent


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(rule: str) -> None:
    assert RULES[rule](HOUSE) == []


@pytest.mark.parametrize(
    ("rule", "files", "says"),
    [
        pytest.param(rule, *plant, id=f"{rule}-{plant[1]}")
        for rule, plants in PLANTS.items()
        for plant in plants
    ],
)
def test_a_planted_violation_is_caught(rule: str, files: Tree, says: str, tmp_path: Path) -> None:
    grow(tmp_path, files)
    violations = RULES[rule](tmp_path)
    assert [violation for violation in violations if says in violation], violations


@pytest.mark.parametrize("rule", RULES)
def test_a_tidy_tree_gives_a_rule_nothing_to_say(rule: str, tmp_path: Path) -> None:
    grow(tmp_path, TIDY)
    assert RULES[rule](tmp_path) == []


def test_every_rule_is_shown_to_bite() -> None:
    assert set(PLANTS) == set(RULES)


def grow(root: Path, files: Tree) -> None:
    for place, text in files.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
