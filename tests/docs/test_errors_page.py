"""The page of error codes is what the table in the code says."""

from pathlib import Path

from gateway.cli.problems import page
from schema import PROBLEMS

PAGE = Path(__file__).parents[2] / "docs/errors.md"


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_code_stands_on_the_page_once() -> None:
    assert [page().count(f"| `{code}` |") for code in PROBLEMS] == [1] * len(PROBLEMS)
