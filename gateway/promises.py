"""What a change of the schema breaks of what was promised: told from the schema that was released, and allowed by name.

A promise may be broken from the day that callers were told of, its sunset, and not a day sooner.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec
from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
)
from msgspec import Struct

LONGEST_REASON: Final = 500


class PromiseError(Exception):
    """A file that cannot be used: a schema that is none, or a list of what is allowed with a mistake in it."""


class Verdict(Enum):
    """What is to be done about a change."""

    REFUSED = "refused"
    EARLY = "too early"
    ALLOWED = "allowed"
    NOTED = "to be told of"


class Allowed(Struct, frozen=True, forbid_unknown_fields=True):
    """A change that may break something: in the words that the check has for it, from which day, and why."""

    change: str
    sunset: date
    reason: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    allowed: tuple[Allowed, ...] = ()


class Change(Struct, frozen=True):
    """A change of the schema, in words, and what allows it."""

    words: str
    verdict: Verdict
    allowed: Allowed | None = None

    @property
    def passes(self) -> bool:
        """Tell whether it may be deployed."""
        return self.verdict in {Verdict.ALLOWED, Verdict.NOTED}


def allowed_in(file: Path) -> tuple[Allowed, ...]:
    """Return what a file allows: nothing where there is none; raise `PromiseError` for one with a mistake."""
    if not file.exists():
        return ()
    try:
        found = msgspec.toml.decode(file.read_bytes(), type=_File).allowed
    except (msgspec.MsgspecError, ValueError) as error:
        raise PromiseError(f"{file}: {error}") from None
    for one in found:
        if not 0 < len(one.reason.strip()) <= LONGEST_REASON:
            raise PromiseError(
                f"{file}: say why {one.change!r} is allowed, in {LONGEST_REASON} letters at most"
            )
    return found


def promised_in(file: Path) -> GraphQLSchema:
    """Return the schema of a file; raise `PromiseError` where it holds none."""
    try:
        return build_schema(file.read_text("utf-8"))
    except (GraphQLError, TypeError, UnicodeDecodeError) as error:
        raise PromiseError(f"{file} is no schema: {error}") from None


def changes(
    before: GraphQLSchema, after: GraphQLSchema, allowed: Sequence[Allowed], today: date
) -> Iterator[Change]:
    """Yield what is broken, and then what is no mistake but may surprise a client that is not ready for it."""
    by_words = {one.change: one for one in allowed}
    for broken in find_breaking_changes(before, after):
        yield _judged(broken.description, by_words.get(broken.description), today)
    for risky in find_dangerous_changes(before, after):
        yield Change(risky.description, Verdict.NOTED)


def left_over(found: Sequence[Change], allowed: Sequence[Allowed]) -> list[str]:
    """Return what is allowed and does not happen: it was released since, or is worded otherwise."""
    happening = {one.words for one in found}
    return [one.change for one in allowed if one.change not in happening]


def _judged(words: str, allowed: Allowed | None, today: date) -> Change:
    if allowed is None:
        return Change(words, Verdict.REFUSED)
    return Change(words, Verdict.EARLY if today < allowed.sunset else Verdict.ALLOWED, allowed)
