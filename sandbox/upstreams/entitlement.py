"""The claims desk, of the Chatwoot kind: a payload and its meta, whole numbers for states, seconds since 1970."""

from typing import Any, Final

from sandbox.upstreams.dialect import (
    Next,
    Question,
    customers,
    no_such_path,
    number,
    object_of,
    rows_of,
)
from sandbox.upstreams.records import Record, Records, Row
from sandbox.upstreams.server import Request
from sandbox.upstreams.times import compact_day, day_first_minute, seconds, told

CLAIMS: Final = {"SUBMITTED": 1, "ON_HOLD": 2, "REJECTED": 3, "FINALISED": 4, "OTHER": 9}
PAYMENTS: Final = {"CURRENT": 0, "SUSPENDED": 1, "CANCELLED": 2, "OTHER": 9}
HOSTS: Final = {"SERV_AU": 1, "PROVIDER": 2, "OTHER": 9}
APPOINTMENTS: Final = {
    "BOOKED": 0,
    "ATTENDED": 1,
    "MISSED": 2,
    "RESCHEDULED": 3,
    "CANCELLED": 4,
    "OTHER": 9,
}


class Entitlement:
    """One row a contact, in numbered pages."""

    name: Final = "entitlement"
    subject: Final = ("contact", "identifier")
    links: Final = False

    def __init__(self, records: Records) -> None:
        self._records = records

    def row(self, record: Record) -> Row:
        """Return the record with numbers for states."""
        return {
            "contact": {"identifier": record["crn"]},
            "claims": [_claim(one) for one in record.get("claims", ())],
            "payments": [_payment(one) for one in record.get("benefits", ())],
            "reporting": [
                {"due": compact_day(one["due_on"]), "received": told(one.get("submitted_at"), seconds)}
                for one in record.get("reports", ())
            ],
            "appointments": [_appointment(one) for one in record.get("appointments", ())],
            "open_issues": int(record.get("issues_on_file", False)),
        }

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        match request.method, request.segments:
            case "POST", ["api", "v1", "accounts", "1", "entitlements", "filter"]:
                told = object_of(request)
                return self._asked(request, customers(told.get("identifiers")), single=False)
            case "GET", ["api", "v1", "accounts", "1", "contacts", crn, "entitlements"]:
                return self._asked(request, [crn], single=True)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return a plain message."""
        return {"success": False, "message": said}

    def _asked(self, request: Request, crns: list[str], single: bool) -> Question:
        def rows() -> list[Row]:
            return rows_of(self, self._records, crns)

        def wrap(rows: list[Row], then: Next | None) -> Any:
            return {
                "payload": rows,
                "meta": {"count": len(rows), "next_page": str(then.page) if then else ""},
            }

        page = number("page", request.query.get("page"), 1) or 1
        return Question(crns, rows, wrap, page=page, single=single)


def _code(codes: dict[str, int], ours: str) -> int | str:
    return codes.get(ours, ours)


def _claim(record: Record) -> Row:
    return {
        "display_id": record["id"],
        "created": compact_day(record["submitted_on"]),
        "items": [
            {
                "product": one["benefit_type"],
                "status": _code(CLAIMS, one["status"]),
                "resolved": told(one.get("finalised_on"), compact_day),
            }
            for one in record["parts"]
        ],
    }


def _payment(record: Record) -> Row:
    return {
        "product": record["benefit_type"],
        "status": _code(PAYMENTS, record["status"]),
        "since": compact_day(record["since"]),
        "stop_code": record.get("reason"),
    }


def _appointment(record: Record) -> Row:
    return {
        "id": record["id"],
        "host": _code(HOSTS, record["provider"]),
        "starts": day_first_minute(record["starts_at"]),
        "status": _code(APPOINTMENTS, record["status"]),
        "purpose": record.get("reason"),
        "place": record.get("location"),
    }
