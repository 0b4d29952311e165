"""The contact history, in the manner of Salesforce: a query, custom fields, a locator for the next page."""

import re
from collections import OrderedDict
from datetime import datetime
from hashlib import blake2s
from typing import Any, Final, NamedTuple

import msgspec

from sandbox.upstreams.dialect import (
    Next,
    Question,
    Refusal,
    customers,
    no_such_path,
    number,
    row_of,
    time_of,
)
from sandbox.upstreams.records import Cut, Record, Records, Row
from sandbox.upstreams.server import Request
from sandbox.upstreams.times import basic, basic_moment, moment, told
from sandbox.upstreams.words import word

VERSION: Final = "/services/data/v60.0"
LOCATORS: Final = 1000

KINDS: Final = {
    "INBOUND_CALL": "Inbound Call",
    "OUTBOUND_CALL": "Outbound Call",
    "ABANDONED_CALL": "Abandoned Call",
    "CONGESTION": "Call Blocked",
    "PLACE_IN_QUEUE": "Queue Place",
    "SCHEDULED_CALLBACK": "Scheduled Callback",
    "SELF_SERVICE_IVR": "IVR Session",
    "ONLINE_ACTIVITY": "Web Session",
    "MOBILE_APP_ACTIVITY": "App Session",
    "SERVICE_CENTRE_VISIT": "Branch Visit",
    "UPDATE_PHONE_NUMBER": "Phone Number Update",
    "FAMILY_INCOME_ESTIMATE": "Income Estimate",
    "IVR_REMINDER_MESSAGE": "IVR Reminder",
    "CHAT": "Live Chat",
    "CASE_NOTE": "Note",
    "INTERACTION_RECORD": "Hand-Off",
    "SERVICE_REQUEST": "Service Request",
    "FORM": "Form",
    "OTHER": "Other",
}
CHANNELS: Final = {
    "PHONE": "Phone",
    "IVR": "IVR",
    "SMS": "Text Message",
    "EMAIL": "Email",
    "LETTER": "Mail",
    "PUSH": "Push",
    "ONLINE": "Web",
    "MOBILE_APP": "App",
    "FACE_TO_FACE": "In Person",
    "CHAT": "Chat",
    "FAX": "Fax",
    "SOCIAL": "Social",
    "WEB_FORM": "Web Form",
    "API": "Integration",
    "OTHER": "Other",
}
DIRECTIONS: Final = {
    "INBOUND": "In",
    "OUTBOUND": "Out",
    "SELF_SERVICE": "Self-Service",
    "INTERNAL": "Internal",
}
OUTCOMES: Final = {
    "SUCCESS": "Completed",
    "NOT_ACHIEVED": "Failed",
    "UNKNOWN": "Unknown",
    "MIXED": "Partly Completed",
    "ACTION_REQUIRED": "Follow-Up",
    "NOT_APPLICABLE": "None",
}

_CUSTOMERS: Final = re.compile(r"\bCustomer__c\s+IN\s*\(([^)]*)\)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"'([^']*)'")
_SINCE: Final = re.compile(r"\bStart__c\s*>=\s*(\S+)", re.IGNORECASE)


class _Asked(NamedTuple):
    """What a locator stands for."""

    crns: list[str]
    since: str | None
    limit: int | None
    before: str | None = None
    single: bool = False


class Interaction:
    """Items of many customers by a query, of one by a path of their own."""

    name: Final = "interaction"
    subject: Final = ("Customer__c",)
    links: Final = True

    def __init__(self, records: Records) -> None:
        self._records = records
        self._locators: OrderedDict[str, _Asked] = OrderedDict()

    def row(self, record: Record) -> Row:
        """Return the record with the custom fields of this system."""
        return {
            "attributes": _attributes("Interaction__c", record["source"]["native_id"]),
            "Id": record["source"]["native_id"],
            "Name": record["id"],
            "Customer__c": record["crn"],
            "Type__c": word(KINDS, record["kind"]),
            "Channel__c": word(CHANNELS, record["channel"]),
            "Direction__c": word(DIRECTIONS, record["direction"]),
            "Result__c": word(OUTCOMES, record["outcome"]),
            "Start__c": basic(record["started_at"]),
            "End__c": told(record.get("ended_at"), basic),
            "CreatedDate": basic(record["recorded_at"]),
            "Subject__c": record["title"],
            "SourceSystem__c": record["source"]["system"],
            "Transferred__c": record.get("transferred", False),
            "Avoidable__c": _YES_NO.get(record.get("avoidable")),
            "CallbackAt__c": told(record.get("callback_at"), basic),
            "Site__r": told(record.get("location"), _site),
            **{name: record.get(ours) for name, ours in _AS_THEY_ARE.items()},
        }

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        match request.method, request.segments:
            case "GET", ["services", "data", "v60.0", "query"]:
                return self._query(request)
            case "GET", ["services", "data", "v60.0", "query", locator]:
                return self._further(locator)
            case "GET", ["services", "data", "v60.0", "customers", crn, "interactions"]:
                return self._of_one(request, crn)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return a list of one error, as this system does."""
        return [
            {"message": said, "errorCode": {404: "NOT_FOUND", 400: "MALFORMED_QUERY"}.get(status, "ERROR")}
        ]

    def _query(self, request: Request) -> Question:
        query = request.query.get("q", "")
        found = _CUSTOMERS.search(query)
        if found is None:
            raise Refusal(400, "a query needs WHERE Customer__c IN ('…')")
        since = _SINCE.search(query)
        limit = number("perCustomer", request.query.get("perCustomer"), 1)
        return self._answered(
            _Asked(customers(_QUOTED.findall(found[1])), since[1] if since else None, limit)
        )

    def _of_one(self, request: Request, crn: str) -> Question:
        query = request.query
        limit = number("limit", query.get("limit"), 1)
        return self._answered(_Asked([crn], query.get("from"), limit, query.get("before"), True))

    def _further(self, locator: str) -> Question:
        name, _, offset = locator.rpartition("-")
        if name not in self._locators or not offset.isdecimal():
            raise Refusal(400, "invalid query locator")
        return self._answered(self._locators[name], int(offset))

    def _answered(self, asked: _Asked, offset: int = 0) -> Question:
        since, before = time_of("the beginning", asked.since, moment), time_of("before", asked.before, moment)
        cuts = {
            crn: self._records.history(self.name, crn).cut(since, before, asked.limit) for crn in asked.crns
        }
        link = f"{VERSION}/query/{self._locator(asked)}"

        def wrap(rows: list[Row], then: Next | None) -> Any:
            size = sum(len(cut.items) for cut in cuts.values())
            done = then is None and not (asked.single and any(cut.more for cut in cuts.values()))
            further = {"nextRecordsUrl": f"{then.origin}{link}-{then.offset}"} if then else {}
            return {"totalSize": size, "done": done, **further, "records": rows, "coverage": _coverage(cuts)}

        return Question(asked.crns, lambda: self._rows(cuts), wrap, offset, asked.single)

    def _rows(self, cuts: dict[str, Cut]) -> list[Row]:
        return [row_of(self, item) for cut in cuts.values() for item in cut.items]

    def _locator(self, asked: _Asked) -> str:
        name = "01g" + blake2s(msgspec.json.encode(asked), digest_size=6).hexdigest()
        self._locators[name] = asked
        self._locators.move_to_end(name)
        if len(self._locators) > LOCATORS:
            self._locators.popitem(last=False)
        return name


_YES_NO: Final[dict[Any, str]] = {True: "Yes", False: "No"}
_AS_THEY_ARE: Final = {
    "ActivityCode__c": "activity",
    "Description__c": "summary",
    "TypeCode__c": "kind_raw",
    "StatusCode__c": "status_raw",
    "Agent__c": "officer",
    "Department__c": "department",
    "ServiceArea__c": "service_area",
    "Reason__c": "contact_type",
    "Queue__c": "queue",
    "QueuePosition__c": "queue_position",
    "AvoidableReason__c": "avoidable_reason",
    "Receipt__c": "receipt_number",
    "CallId__c": "call_id",
}


def _attributes(kind: str, number: str) -> Row:
    return {"type": kind, "url": f"{VERSION}/sobjects/{kind}/{number}"}


def _site(location: Any) -> Row:
    return {"attributes": {"type": "Site__c"}, "Name": location["name"], "TimeZone__c": location["zone"]}


def _coverage(cuts: dict[str, Cut]) -> list[Row]:
    edges: list[tuple[str, datetime | None]] = [(crn, cut.complete_from) for crn, cut in cuts.items()]
    return [{"customer": crn, "completeFrom": basic_moment(at)} for crn, at in edges if at is not None]
