"""What every upstream system has in common: it takes questions, answers with rows of its own, and refuses."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from sandbox.upstreams.records import Item, Record, Records, Row
from sandbox.upstreams.server import Request

MOST_CUSTOMERS: Final = 100


class Refusal(Exception):
    """The system does not answer this, and says why. Each says it in its own shape."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


@dataclass(frozen=True)
class Next:
    """Where the next page begins, its number, and the host that a link to it names: "" for the system's own."""

    offset: int
    page: int
    origin: str = ""


@dataclass(frozen=True)
class Question:
    """What a request asks: about whom, which rows answer it, and how a page of them is wrapped.

    `wrap` may refuse: where one record was asked for and there is none. A page begins at an offset, or has a number.
    """

    crns: Sequence[str]
    rows: Callable[[], list[Row]]
    wrap: Callable[[list[Row], Next | None], Any]
    offset: int = 0
    single: bool = False
    page: int | None = None
    pages: bool = True


class Dialect(Protocol):
    """One system's way to be asked and to answer."""

    @property
    def name(self) -> str:
        """The noun that it tells."""

    @property
    def subject(self) -> tuple[str, ...]:
        """Where a row says whom it is about."""

    @property
    def links(self) -> bool:
        """Whether the next page is a link."""

    def row(self, record: Record) -> Row:
        """Return how the system tells a record."""

    def question(self, request: Request) -> Question:
        """Return what is asked; raise `Refusal`."""

    def refused(self, status: int, said: str) -> Any:
        """Return how the system says no."""


def no_such_path(request: Request) -> Refusal:
    """Return the refusal of a request that leads nowhere."""
    return Refusal(404, f"there is no {request.method} {request.path}")


def customers(told: Any) -> list[str]:
    """Return the customers of a batch, each once; refuse too many, and what is no list of texts."""
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise Refusal(400, "a list of customer numbers is needed")
    if len(told) > MOST_CUSTOMERS:
        raise Refusal(400, f"at most {MOST_CUSTOMERS} customers at once, not {len(told)}")
    return list(dict.fromkeys(told))


def body_of(request: Request) -> Any:
    """Return the JSON of a request; refuse anything else."""
    try:
        return msgspec.json.decode(request.body)
    except msgspec.DecodeError:
        raise Refusal(400, "the body is no JSON") from None


def object_of(request: Request) -> Mapping[str, Any]:
    """Return the JSON object of a request; refuse anything else."""
    told = body_of(request)
    if not isinstance(told, dict):
        raise Refusal(400, "the body is no JSON object")
    return told


def number(name: str, told: Any, least: int = 0) -> int | None:
    """Return a whole number of a request, None for none; refuse anything else."""
    if told is None or told == "":
        return None
    text = str(told)
    if not text.isdecimal() or int(text) < least:
        raise Refusal(400, f"{name} must be a whole number from {least} on")
    return int(text)


def time_of(name: str, told: Any, reader: Callable[[Any], datetime]) -> datetime | None:
    """Return a moment of a request, None for none; refuse anything else."""
    if told is None or told == "":
        return None
    try:
        return reader(told)
    except (ValueError, TypeError, OverflowError):
        raise Refusal(400, f"{name} is no moment") from None


def cursor(offset: int) -> str:
    """Return an opaque text for a place in the rows."""
    return urlsafe_b64encode(f"rows:{offset}".encode()).decode().rstrip("=")


def offset_of(told: str | None) -> int:
    """Return the place that a cursor stands for; refuse one that nobody handed out."""
    if not told:
        return 0
    try:
        name, _, offset = urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode().partition(":")
        if name == "rows":
            return int(offset)
    except ValueError:
        pass
    raise Refusal(400, "this cursor was not handed out here")


def row_of(dialect: Dialect, item: Item) -> Row:
    """Return how a system tells an item, worked out once."""
    if item.row is None:
        item.row = dialect.row(item.record)
    return item.row


def rows_of(dialect: Dialect, records: Records, crns: Sequence[str]) -> list[Row]:
    """Return the one record of each customer who has one."""
    found = (records.one(dialect.name, crn) for crn in crns)
    return [row_of(dialect, item) for item in found if item is not None]
