"""The CRM: people one by one and by the dozen, by a number of theirs, and by a search."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

import msgspec

from sandbox.upstreams.dialect import (
    Next,
    Question,
    Refusal,
    customers,
    no_such_path,
    number,
    object_of,
    rows_of,
)
from sandbox.upstreams.person import NUMBERS, access, person
from sandbox.upstreams.records import Record, Records, Row
from sandbox.upstreams.search import Known, People, Place
from sandbox.upstreams.server import Request

MOST_MATCHES: Final = 100
MATCHES: Final = 20

_KINDS: Final = {wire: ours for ours, wire in NUMBERS.items()}


class Customer:
    """People, and the ways to them."""

    name: Final = "customer"
    subject: Final = ("personNumber",)
    links: Final = False

    def __init__(self, records: Records) -> None:
        self._records = records
        self._people = People(records)

    def row(self, record: Record) -> Row:
        """Return the person, without who may open the record: that is another record, and changes on its own."""
        return person(record)

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        match request.method, request.segments:
            case "GET", ["people", "by-number"]:
                return self._by_number(request)
            case "GET", ["people", crn]:
                return Question([crn], lambda: self._rows([crn]), _one, single=True, pages=False)
            case "POST", ["people", "lookup"]:
                return self._lookup(request)
            case "POST", ["people", "search"]:
                return self._search(request)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return a problem."""
        return {"problem": {"status": status, "detail": said}}

    def _rows(self, crns: list[str]) -> list[Row]:
        return [self._opened(row) for row in rows_of(self, self._records, crns)]

    def _opened(self, row: Row) -> Row:
        found = self._records.one("restriction", row["personNumber"])
        return {**row, "access": access(found.record)} if found is not None else row

    def _lookup(self, request: Request) -> Question:
        crns = customers(object_of(request).get("personNumbers"))
        unknown = [crn for crn in crns if self._records.one(self.name, crn) is None]

        def wrap(rows: list[Row], _: Next | None) -> Any:
            return {"people": rows, "notFound": unknown}

        return Question(crns, lambda: self._rows(crns), wrap, pages=False)

    def _by_number(self, request: Request) -> Question:
        kind, wanted = request.query.get("type", ""), request.query.get("number", "")
        if kind not in _KINDS or not wanted:
            raise Refusal(400, f"type must be one of {', '.join(_KINDS)}, and number given")
        crns = self._people.behind(_KINDS[kind], wanted)
        return Question(
            [],
            lambda: [{"personNumber": crn} for crn in crns],
            lambda rows, _: {"people": rows},
            pages=False,
        )

    def _search(self, request: Request) -> Question:
        terms = object_of(request)
        limit = min(number("limit", terms.get("limit"), 1) or MATCHES, MOST_MATCHES)
        found = self._people.found(terms)
        after = _place(terms.get("cursor"))
        left = found if after is None else [known for known in found if known.place > after]
        then = _cursor(left[limit - 1]) if len(left) > limit else ""

        def rows() -> list[Row]:
            return [
                {"personNumber": known.record["crn"], "possibleDuplicates": self._people.duplicates(known)}
                for known in left[:limit]
            ]

        return Question([], rows, lambda rows, _: {"matches": rows, "next": then}, pages=False)


def _one(rows: list[Row], _: Next | None) -> Any:
    if not rows:
        raise Refusal(404, "nobody has this number")
    return rows[0]


def _cursor(known: Known) -> str:
    return urlsafe_b64encode(msgspec.json.encode(known.place)).decode().rstrip("=")


def _place(cursor: Any) -> Place | None:
    if not cursor:
        return None
    try:
        return msgspec.json.decode(
            urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=tuple[str, str, str]
        )
    except (ValueError, TypeError, msgspec.MsgspecError):
        raise Refusal(400, "this cursor was not handed out here") from None
