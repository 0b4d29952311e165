"""What a mapping file may say, as shapes: endpoints, answers, pages. What it means is worked out in `mapping.py`."""

from typing import Any

from msgspec import Struct, field


class EndpointShape(Struct, forbid_unknown_fields=True, frozen=True):
    """Where and how something is asked. `each` and `between` write several numbers into one text.

    `not_found` is 404 unless said otherwise, and nothing for a batch: there it says that there is no such path.
    """

    path: str
    method: str | None = None
    query: dict[str, str | list[str]] = field(default_factory=dict)
    body: Any = None
    size: int | None = None
    each: str = "{crn}"
    between: str = ","
    rows: str | None = None
    not_found: tuple[int, ...] | None = None


class CoverageShape(Struct, forbid_unknown_fields=True, frozen=True):
    """Where an answer says from when it is complete, customer by customer."""

    each: str
    crn: str
    since: str
    time: str = "iso"


class AnswerShape(Struct, forbid_unknown_fields=True, frozen=True):
    """Where things stand in an answer: its rows, whom it does not know, from when it is complete.

    `most` is how many rows one answer holds at most, of a system that stops there without a word.
    """

    rows: str = "@"
    unknown: str | None = None
    complete: CoverageShape | None = None
    most: int | None = None


class PagesShape(Struct, forbid_unknown_fields=True, frozen=True):
    """How the next page is asked for: the cursor itself, or a link that holds it, and where it goes."""

    cursor: str | None = None
    link: str | None = None
    parameter: str | None = None
    path: str | None = None
    most: int = 20


class PartShape(Struct, forbid_unknown_fields=True, frozen=True):
    """How one part is asked for and read."""

    record: Any
    get: EndpointShape | None = None
    batch: EndpointShape | None = None
    older: EndpointShape | None = None
    answer: AnswerShape = AnswerShape()
    pages: PagesShape | None = None


class IdentifiersShape(Struct, forbid_unknown_fields=True, frozen=True):
    """How the customer behind a number of another system is asked for. `kinds` has the system's own words."""

    path: str
    crns: str
    kinds: dict[str, str]
    method: str | None = None
    query: dict[str, str | list[str]] = field(default_factory=dict)
    body: Any = None
    not_found: tuple[int, ...] = (404,)


class SearchShape(Struct, forbid_unknown_fields=True, frozen=True):
    """How people are searched for: where the matches stand, and in each its number and its duplicates."""

    path: str
    rows: str
    crn: str
    next: str
    method: str | None = None
    query: dict[str, str | list[str]] = field(default_factory=dict)
    body: Any = None
    duplicates: str | None = None
    not_found: tuple[int, ...] = ()


class DocumentShape(Struct, forbid_unknown_fields=True, frozen=True):
    """How a document is asked for, and which headers of its answer say which document it is and whose."""

    path: str
    method: str | None = None
    query: dict[str, str | list[str]] = field(default_factory=dict)
    body: Any = None
    number_header: str | None = None
    crn_header: str | None = None
    not_found: tuple[int, ...] = (404, 410)
