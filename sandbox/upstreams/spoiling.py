"""Rows gone wrong, in each system's own rows: shuffled, doubled, about somebody else, missing."""

from collections.abc import Sequence
from random import Random
from typing import Any

from sandbox.upstreams.records import Row


def spoilt(
    kind: str, rows: list[Row], subject: tuple[str, ...], crns: Sequence[str], stranger: str, random: Random
) -> list[Row]:
    """Return the rows with one fault; the rows given stay as they are."""
    if kind == "reordered":
        return random.sample(rows, len(rows))
    if kind == "doubled":
        return [row for row in rows for _ in range(2)]
    if kind == "wrong_subject":
        return [_about(row, subject, stranger) for row in rows]
    return [row for row in rows if not crns or _subject_of(row, subject) != crns[0]]


def _subject_of(row: Row, subject: tuple[str, ...]) -> str:
    found: Any = row
    for name in subject:
        found = found[name]
    return str(found)


def _about(row: Row, subject: tuple[str, ...], crn: str) -> Row:
    """Return a row about another customer; the row itself is left alone, it may be told again."""
    if not crn:
        return row
    name, *below = subject
    return {**row, name: _about(row[name], tuple(below), crn) if below else crn}
