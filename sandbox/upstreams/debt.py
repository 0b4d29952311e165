"""The debt ledger, an SAP service of OData V2: `/Date(…)/`, codes beside their texts, decimals as texts."""

import re
from typing import Any, Final
from urllib.parse import quote

from sandbox.upstreams.dialect import (
    Next,
    Question,
    Refusal,
    customers,
    no_such_path,
    number,
    row_of,
)
from sandbox.upstreams.records import Record, Records, Row
from sandbox.upstreams.server import Request
from sandbox.upstreams.times import odata_day, odata_moment, told
from sandbox.upstreams.words import word

SERVICE: Final = "/sap/opu/odata/sap/DEBTS"

STATUSES: Final = {
    "UNDETERMINED": "01",
    "DETERMINED": "02",
    "FINALISED": "03",
    "HELD": "04",
    "PARKED": "05",
    "DELETED": "06",
    "OTHER": "99",
}
STATUS_TEXTS: Final = {
    "01": "Not yet determined",
    "02": "Determined",
    "03": "Finalised",
    "04": "On hold",
    "05": "Parked",
    "06": "Deleted",
}
TYPES: Final = {
    "CSH": "10",
    "IRR": "11",
    "GRN": "20",
    "WHS": "21",
    "AGY": "30",
    "DSC": "40",
    "VOL": "50",
    "AWH": "60",
    "SRW": "61",
    "OTHER": "99",
}
TYPE_TEXTS: Final = {
    "10": "Cash, regular",
    "11": "Cash, irregular",
    "20": "Garnishee",
    "21": "Withholding",
    "30": "Agency",
    "40": "Discount",
    "50": "Direct debit",
    "60": "Automatic withholding",
    "61": "Reconciliation withholding",
}
STATES: Final = {
    "CUR": "A",
    "PND": "P",
    "PVL": "V",
    "FUT": "U",
    "FIN": "E",
    "BKN": "B",
    "CAN": "S",
    "OTHER": "Z",
}
STATE_TEXTS: Final = {
    "A": "Active",
    "P": "Pending",
    "V": "Provisional",
    "U": "Future",
    "E": "Ended",
    "B": "Broken",
    "S": "Cancelled",
}
AMOUNTS: Final = {
    "TotalAmount": "total",
    "InterestAmount": "interest",
    "AdjustedAmount": "adjusted",
    "RepaidAmount": "repaid",
    "WaivedAmount": "waived",
}

_FILTER: Final = re.compile(r"\(*\s*Partner\s+eq\s+'([^']*)'\s*\)*", re.IGNORECASE)
_OR: Final = re.compile(r"\s+or\s+", re.IGNORECASE)
_PARTNER: Final = re.compile(r"PartnerSet\('([^']*)'\)")
_NUMBER: Final = re.compile(r"([^0-9]*)(.*)", re.DOTALL)


class Debt:
    """An entity set with a filter, and the debts of one partner."""

    name: Final = "debt"
    subject: Final = ("Partner",)
    links: Final = True

    def __init__(self, records: Records) -> None:
        self._records = records

    def row(self, record: Record) -> Row:
        """Return the record as an entity with its arrangements expanded."""
        status = word(STATUSES, record["status"])
        return {
            "__metadata": {"type": "DEBTS.Debt", "uri": f"{SERVICE}/DebtSet('{record['id']}')"},
            "DebtNo": record["id"],
            "Partner": record["crn"],
            "BenefitType": record["benefit_type"],
            "Reason": record["reason"],
            "Status": status,
            "StatusText": STATUS_TEXTS.get(status, ""),
            "LegacyStatus": record.get("status_raw", ""),
            "RegisteredAt": odata_moment(record["registered_at"]),
            "RaisedAt": told(record.get("raised_at"), odata_moment, ""),
            "FinalisedAt": told(record.get("finalised_at"), odata_moment, ""),
            "PeriodFrom": told(record.get("start_date"), odata_day, ""),
            "PeriodTo": told(record.get("end_date"), odata_day, ""),
            "Currency": record["total"].get("currency", "AUD"),
            **{name: str(record[ours]["amount"]) for name, ours in AMOUNTS.items()},
            "SourceSystem": record["source"]["system"],
            "SourceKey": record["source"]["native_id"],
            "AppealProtected": "X" if record.get("appeal_protected") else "",
            "DepartureProhibition": "X" if record.get("departure_prohibition") else "",
            "Arrangements": {"results": [_arrangement(one) for one in record.get("arrangements", ())]},
        }

    def question(self, request: Request) -> Question:
        """Return what is asked."""
        match request.method, request.segments:
            case "GET", ["sap", "opu", "odata", "sap", "DEBTS", "DebtSet"]:
                return self._asked(request, _filtered(request.query.get("$filter", "")), single=False)
            case "GET", ["sap", "opu", "odata", "sap", "DEBTS", partner, "Debts"]:
                found = _PARTNER.fullmatch(partner)
                if found is not None:
                    return self._asked(request, [found[1]], single=True)
        raise no_such_path(request)

    def refused(self, status: int, said: str) -> Any:
        """Return an error as the gateway of this system words it."""
        return {"error": {"code": f"DEBTS/{status:03d}", "message": {"lang": "en", "value": said}}}

    def _asked(self, request: Request, crns: list[str], single: bool) -> Question:
        def rows() -> list[Row]:
            cuts = (self._records.history(self.name, crn).cut(None, None, None) for crn in crns)
            return [row_of(self, item) for cut in cuts for item in cut.items]

        def wrap(rows: list[Row], then: Next | None) -> Any:
            return {"d": {"results": rows, **({"__next": _link(request, then)} if then else {})}}

        offset = number("$skiptoken", request.query.get("$skiptoken")) or 0
        return Question(crns, rows, wrap, offset, single)


def _filtered(told: str) -> list[str]:
    found = [_FILTER.fullmatch(one.strip()) for one in _OR.split(told.strip())]
    crns = [one[1] for one in found if one is not None]
    if len(crns) < len(found):
        raise Refusal(400, "$filter must read Partner eq '…' or Partner eq '…'")
    return customers(crns)


def _link(request: Request, then: Next) -> str:
    origin = then.origin or f"http://{request.headers.get('host', '')}"
    kept = {name: value for name, value in request.query.items() if name != "$skiptoken"}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items())
    return f"{origin}{request.path}?{query}{'&' if query else ''}$skiptoken={then.offset}"


def _arrangement(record: Record) -> Row:
    kind, state = word(TYPES, record["type"]), word(STATES, record["status"])
    found = _NUMBER.fullmatch(record["id"])
    series, key = found.groups() if found else ("", record["id"])
    return {
        "Series": series,
        "ArrangementNo": key,
        "Type": kind,
        "TypeText": TYPE_TEXTS.get(kind, ""),
        "Status": state,
        "StatusText": STATE_TEXTS.get(state, ""),
        "AddedAt": odata_moment(record["added_at"]),
        "ChangedAt": told(record.get("changed_at"), odata_moment, ""),
        "EndDate": told(record.get("end_date"), odata_day, ""),
        "InstalmentAmount": str(record["amount"]["amount"]),
        "Currency": record["amount"].get("currency", "AUD"),
    }
