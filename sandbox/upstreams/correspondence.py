"""The messages hub, of the HubSpot and Notify kind: every property is a text, moments are milliseconds since 1970."""

from typing import Any, Final

from sandbox.upstreams.dialect import (
    Next,
    Question,
    Refusal,
    cursor,
    customers,
    no_such_path,
    number,
    object_of,
    offset_of,
    row_of,
    time_of,
)
from sandbox.upstreams.records import Record, Records, Row
from sandbox.upstreams.server import Request
from sandbox.upstreams.times import (
    from_milliseconds,
    midnight_milliseconds,
    milliseconds,
    milliseconds_moment,
    told,
)
from sandbox.upstreams.words import word

CHANNELS: Final = {
    "LETTER_ONLINE": "letter-inbox",
    "LETTER_PAPER": "letter-post",
    "EMAIL": "email",
    "SMS": "sms",
    "PUSH": "push",
    "FAX": "fax",
    "OTHER": "other",
}
STATUSES: Final = {
    "DRAFT": "created",
    "QUEUED": "pending",
    "SENT": "sending",
    "DELIVERED": "delivered",
    "FAILED": "permanent-failure",
    "CANCELLED": "cancelled",
    "UNKNOWN": "unknown",
}
DIRECTIONS: Final = {
    "INBOUND": "INCOMING",
    "OUTBOUND": "OUTGOING",
    "SELF_SERVICE": "SELF",
    "INTERNAL": "INTERNAL",
}

_AS_THEY_ARE: Final = {
    "subject": "title",
    "template_id": "template",
    "preview": "description",
    "carrier_status": "status_raw",
    "carrier_channel": "channel_raw",
    "locale": "language",
    "recipient": "recipient_masked",
    "replaces": "reissue_of",
    "purpose": "group",
}


class Correspondence:
    """Objects with properties, in pages that follow each other by a cursor."""

    name: Final = "correspondence"
    subject: Final = ("properties", "contact")
    links: Final = True

    def __init__(self, records: Records) -> None:
        self._records = records

    def row(self, record: Record) -> Row:
        """Return the record as an object with properties."""
        properties = {
            "contact": record["crn"],
            "channel": word(CHANNELS, record["channel"]),
            "direction": word(DIRECTIONS, record["direction"]),
            "delivery_status": word(STATUSES, record["status"]),
            "dated": midnight_milliseconds(record["issue_date"]),
            "created": milliseconds(record["created_at"]),
            "sent": told(record.get("sent_at"), milliseconds),
            "answer_by": told(record.get("due_by"), midnight_milliseconds),
            "bounced": "true" if record.get("bounced") else "false",
            "origin": record["source"]["system"],
            "origin_number": record["source"]["native_id"],
            **{name: record.get(ours) for name, ours in _AS_THEY_ARE.items()},
            **_attachment(record.get("document")),
        }
        return {"id": record["id"], "properties": properties, "archived": False}

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        after = request.query.get("after")
        match request.method, request.segments:
            case "POST", ["crm", "v3", "objects", "messages", "batch"]:
                told = object_of(request)
                return self._asked(_inputs(told.get("inputs")), told, after, single=False)
            case "GET", ["crm", "v3", "objects", "contacts", crn, "messages"]:
                return self._asked([crn], request.query, after, single=True)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return an error with a category."""
        return {
            "status": "error",
            "message": said,
            "category": "VALIDATION_ERROR" if status == 400 else "ERROR",
        }

    def _asked(self, crns: list[str], terms: Any, after: str | None, single: bool) -> Question:
        since = time_of("createdAfter", terms.get("createdAfter"), from_milliseconds)
        before = time_of("createdBefore", terms.get("createdBefore"), from_milliseconds)
        limit = number("limit", terms.get("limit"), 1)
        cuts = {crn: self._records.history(self.name, crn).cut(since, before, limit) for crn in crns}
        edges = ((crn, cut.complete_from) for crn, cut in cuts.items())
        coverage = [
            {"id": crn, "completeFrom": milliseconds_moment(at)} for crn, at in edges if at is not None
        ]

        def wrap(rows: list[Row], then: Next | None) -> Any:
            paging = {"paging": {"next": _next(then)}} if then else {}
            return {"results": rows, "coverage": coverage, **paging}

        def rows() -> list[Row]:
            return [row_of(self, item) for cut in cuts.values() for item in cut.items]

        return Question(crns, rows, wrap, offset_of(after), single)


def _attachment(document: Record | None) -> Row:
    """Return the properties of what hangs on a message; none where nothing does."""
    if document is None:
        return {}
    found = {
        "attachment": document["number"],
        "attachment_type": document.get("type"),
        "attachment_pages": _text(document.get("pages")),
        "attachment_bytes": _text(document.get("bytes")),
        "attachment_locale": document.get("language"),
        "attachment_archived": "true" if document.get("archived") else None,
    }
    return {name: told for name, told in found.items() if told is not None}


def _text(told: Any) -> str | None:
    return None if told is None else str(told)


def _inputs(told: Any) -> list[str]:
    if not isinstance(told, list) or not all(isinstance(one, dict) and "id" in one for one in told):
        raise Refusal(400, 'inputs must be a list such as [{"id": "…"}]')
    return customers([one["id"] for one in told])


def _next(then: Next) -> Row:
    after = cursor(then.offset)
    return {"after": after, "link": f"{then.origin}?after={after}"}
