"""The access register: who may open a restricted record. It speaks the gateway's own record shape.

It says of every number that it is asked about whether the record is restricted.
"""

from typing import Any, Final

from sandbox.upstreams.dialect import (
    Next,
    Question,
    Refusal,
    body_of,
    customers,
    no_such_path,
    rows_of,
)
from sandbox.upstreams.records import Record, Records, Row
from sandbox.upstreams.server import Request


class Restriction:
    """Plain records, one by one or as a plain list."""

    name: Final = "restriction"
    subject: Final = ("crn",)
    links: Final = False

    def __init__(self, records: Records) -> None:
        self._records = records

    def row(self, record: Record) -> Row:
        """Return the record as it is."""
        return record

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        match request.method, request.segments:
            case "GET", ["restrictions", crn]:
                return self._asked([crn], single=True)
            case "POST", ["restrictions", "lookup"]:
                return self._asked(customers(body_of(request)), single=False)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return a plain error."""
        return {"error": said}

    def _asked(self, crns: list[str], single: bool) -> Question:
        return Question(
            crns,
            lambda: self._each(crns),
            _one if single else _plain,
            single=single,
            pages=False,
        )

    def _each(self, crns: list[str]) -> list[Row]:
        told = {row["crn"]: row for row in rows_of(self, self._records, crns)}
        return [told.get(crn, {"crn": crn, "restricted": False}) for crn in crns]


def _plain(rows: list[Row], _: Next | None) -> Any:
    return rows


def _one(rows: list[Row], _: Next | None) -> Any:
    if not rows:
        raise Refusal(404, "no restriction is known")
    return rows[0]
