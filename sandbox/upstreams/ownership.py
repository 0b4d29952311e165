"""The case desk, in the manner of a council's housing services: small words, days first, numbers in two pieces."""

import re
from typing import Any, Final

from sandbox.upstreams.dialect import (
    Next,
    Question,
    Refusal,
    customers,
    no_such_path,
    number,
    rows_of,
)
from sandbox.upstreams.records import Record, Records, Row
from sandbox.upstreams.server import Request
from sandbox.upstreams.times import day_first_moment, told
from sandbox.upstreams.words import word

ROLES: Final = {"PAYER": "payer", "PAYEE": "payee", "OTHER": "other"}
CASES: Final = {
    "PENDING_REGISTRATION": "registering",
    "RESTART": "restarting",
    "ACTIVE": "live",
    "ENDED": "closed",
    "OTHER": "other",
}
DESKS: Final = {"COMMON": "front_desk", "SPECIALISED": "specialist"}
ISSUES: Final = {"OPEN": "open", "IN_PROGRESS": "working", "FINALISED": "done", "OTHER": "other"}
RELEASES: Final = {"OWNERSHIP_RULES": "by_rule", "AUTO_UNLOCK": "automatic", "OTHER": "other"}
METHODS: Final = {
    "BY_AGREEMENT": "agreed",
    "ESCALATED_TO_TEAM_LEADER": "team_leader",
    "FINALISED_HANDOVER": "handed_over",
    "OTHER": "other",
}

_NUMBER: Final = re.compile(r"([^0-9]*)(.*)", re.DOTALL)


class Ownership:
    """One row a person, in numbered pages."""

    name: Final = "ownership"
    subject: Final = ("person_ref",)
    links: Final = False

    def __init__(self, records: Records) -> None:
        self._records = records

    def row(self, record: Record) -> Row:
        """Return the record in the words of the case desk."""
        return {
            "person_ref": record["crn"],
            "held_in": record["source"]["system"],
            "held_as": record["source"]["native_id"],
            "current_hold": told(record.get("lock"), _hold),
            "previous_holds": [_hold(one) for one in record.get("past_locks", ())],
            "cases": [_case(one) for one in record.get("cases", ())],
            "matters": [_matter(one) for one in record.get("issues", ())],
            "moves": [_move(one) for one in record.get("transfers", ())],
        }

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        match request.method, request.segments:
            case "GET", ["api", "v1", "ownerships"]:
                refs = request.query.get("person_refs", "")
                return self._asked(request, customers(refs.split(",") if refs else []), single=False)
            case "GET", ["api", "v1", "ownerships", crn]:
                return self._asked(request, [crn], single=True)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return a list of errors."""
        return {"errors": [{"status": str(status), "detail": said}]}

    def _asked(self, request: Request, crns: list[str], single: bool) -> Question:
        def rows() -> list[Row]:
            return rows_of(self, self._records, crns)

        def wrap(rows: list[Row], then: Next | None) -> Any:
            if single and not rows:
                raise Refusal(404, "this person has no ownership record")
            return {"results": rows, "next_page": then.page if then else None}

        page = number("page", request.query.get("page"), 1) or 1
        return Question(crns, rows, wrap, page=page, single=single)


def _ref(number: str) -> Row:
    found = _NUMBER.fullmatch(number)
    series, rest = found.groups() if found else ("", number)
    return {"series": series, "no": rest}


def _yes_no(told: bool) -> str:
    return "yes" if told else "no"


def _hold(record: Any) -> Row:
    return {
        "hold_ref": _ref(record["id"]),
        "team": record["business_area"],
        "held_since": day_first_moment(record["locked_at"]),
        "as": told(record.get("role"), lambda role: word(ROLES, role)),
        "held_by": record.get("officer"),
        "why": record.get("reason"),
        "release": told(record.get("unlock_mode"), lambda mode: word(RELEASES, mode)),
        "releases_at": told(record.get("auto_unlock_at"), day_first_moment),
    }


def _case(record: Record) -> Row:
    return {
        "case_no": record["number"],
        "as": word(ROLES, record["role"]),
        "state": word(CASES, record["status"]),
        "collection": record.get("collection_type"),
        "care": record.get("care_summary"),
    }


def _matter(record: Record) -> Row:
    return {
        "matter_ref": _ref(record["id"]),
        "about": record["type"],
        "desk": word(DESKS, record["issue_class"]),
        "team": record["business_area"],
        "raised": day_first_moment(record["raised_at"]),
        "state": word(ISSUES, record["status"]),
        "case_no": record.get("case_number"),
        "presenting": _yes_no(record.get("presenting", False)),
        "solved_at_once": _yes_no(record.get("resolved_in_real_time", False)),
        "explained": told(record.get("decision_explained"), _yes_no),
        "letter_sent": told(record.get("letter_sent_at"), day_first_moment),
    }


def _move(record: Record) -> Row:
    return {
        "move_ref": _ref(record["id"]),
        "from_team": record["from_area"],
        "to_team": record["to_area"],
        "how": word(METHODS, record["method"]),
        "moved": day_first_moment(record["at"]),
        "why": record.get("reason"),
        "decided_by": record.get("decided_by"),
    }
