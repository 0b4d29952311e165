"""What is sent to a system and what comes back, and how a call is told of."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct

from sources.asker import Asker

LONGEST_WAIT: Final = 3600


class Called(Struct, frozen=True):
    """A system was called once: how it answered, or with which code it failed, and in how many seconds."""

    system: str
    method: str
    seconds: float
    status: int | None = None
    code: str | None = None


class Call(Struct, frozen=True):
    """One request: a path relative to the system's address, and the body for a POST. Hashable.

    `asker` is in whose name it is made, None where that does not matter to the system.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    asker: Asker | None = None


class Answer(Struct, frozen=True):
    """What a system answered: the status, the unpacked body, what it says of waiting, where it points, its time."""

    status: int
    body: bytes = b""
    retry_after: int | None = None
    location: str | None = None
    dated: datetime | None = None


def head_of(status: int, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """Return an answer with what its headers say that matters here."""
    return Answer(
        status,
        body,
        _seconds(headers.get("retry-after")),
        headers.get("location"),
        _moment(headers.get("date")),
    )


@lru_cache(maxsize=16)  # systems that are asked at the same time say the same second
def _moment(date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(date) if date is not None else None
    except (ValueError, OverflowError):
        return None


def _seconds(retry_after: str | None) -> int | None:
    told = (retry_after or "").strip()
    return min(int(told), LONGEST_WAIT) if told.isascii() and told.isdigit() and len(told) < 10 else None
