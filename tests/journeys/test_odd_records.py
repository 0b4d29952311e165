"""One record that nobody thought of costs what came from its source, and never the rest of the customer."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from sqlalchemy import text

from sources.parts import PARTS, Entitlement, Ownership
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.interaction import InteractionKind, SourceRef
from sources.sql import load
from tests.running import Answer, serving
from tests.running.people import ANNE, everything_of, letter, message, online, there
from tests.sources.specimens import debt
from tests.sources.specimens import line as as_line

YESTERDAY = there(2025, 3, 9, 9)
NAIVE = "2025-03-09T09:00:00"
"""What a source says that forgot the zone."""
DOCUMENT = """query($crn: CRN!) { customer(crn: $crn) {
    overview { completeness alerts { label effectiveDate expiresAt }
        cards(first: 100) { totalCount edges { node { kind title
        activities { edges { node { at details { __typename ... on VisitDetails { localTime timeZone } } } } } } } } }
    timeline { edges { node { at day title } } days { date } }
    interactions { edges { node { title endedAt } } }
    correspondence { edges { node { title issueDate sentAt } } }
    debts { outstanding { amount currency } debts { balance { amount currency } raisedAt arrangements { addedAt } } }
    ownership { lock { lockedAt } }
    entitlements { claims { submittedOn } appointments { startsAt } }
    profile { names { family } } } }"""


@dataclass(frozen=True)
class Odd:
    """A good record, and what is odd about this one, as its source says it."""

    good: Any
    told: dict[str, Any]

    @property
    def line(self) -> bytes:
        whole = json.decode(as_line(self.good))
        return json.encode(whole | {"record": whole["record"] | self.told})


VISIT = online(ANNE, "odd", YESTERDAY, kind=InteractionKind.SERVICE_CENTRE_VISIT)
SMS = message(ANNE, "odd", YESTERDAY, CorrespondenceChannel.SMS)
LETTER, DEBT = letter(ANNE, "odd", date(2025, 3, 9)), debt(ANNE, "odd", YESTERDAY)
CASE = Ownership(ANNE, SourceRef("cases", "case"))
HELD = Entitlement(ANNE)
ONE = {"amount": "1.00", "currency": "AUD"}
FIRST, LAST = "0001-01-01T00:01:00Z", "9999-12-31T23:59:00Z"

ODD = {
    "a visit to a centre in no time zone": Odd(VISIT, {"location": {"name": "Oz", "zone": "Emerald/City"}}),
    "a visit to a centre in a path": Odd(VISIT, {"location": {"name": "Oz", "zone": "../../etc/passwd"}}),
    "a visit on the last day of all": Odd(
        VISIT, {"started_at": LAST, "location": {"name": "Oz", "zone": "Australia/Perth"}}
    ),
    "something on the last day of all": Odd(VISIT, {"started_at": LAST}),
    "something on the first day of all": Odd(VISIT, {"started_at": FIRST}),
    "something that becomes known on the last day of all": Odd(VISIT, {"recorded_at": LAST}),
    "a call back at a time without a zone": Odd(VISIT, {"callback_at": NAIVE}),
    "a letter of the last day of all": Odd(LETTER, {"issue_date": "9999-12-31"}),
    "a letter of the first day of all": Odd(LETTER, {"issue_date": "0001-01-01"}),
    "a message sent at a time without a zone": Odd(SMS, {"sent_at": NAIVE}),
    "a message sent on the last day of all": Odd(SMS, {"sent_at": LAST}),
    "a debt in two currencies": Odd(DEBT, {"interest": {"amount": "1.00", "currency": "NZD"}}),
    "a debt raised at a time without a zone": Odd(DEBT, {"raised_at": NAIVE}),
    "a debt raised on the last day of all": Odd(DEBT, {"raised_at": LAST}),
    "a debt of more money than there is": Odd(DEBT, {"total": {"amount": "1E+40", "currency": "AUD"}}),
    "a debt of no number": Odd(DEBT, {"total": {"amount": "NaN", "currency": "AUD"}}),
    "an arrangement made at a time without a zone": Odd(
        DEBT,
        {
            "arrangements": [
                {"id": "a", "type": "VOL", "status": "CUR", "added_at": NAIVE, "amount": ONE},
                {
                    "id": "b",
                    "type": "VOL",
                    "status": "CUR",
                    "added_at": "2025-03-09T00:00:00Z",
                    "amount": ONE,
                },
            ]
        },
    ),
    "a lock set at a time without a zone": Odd(
        CASE, {"lock": {"id": "l", "business_area": "Debt", "locked_at": NAIVE}}
    ),
    "a lock set on the last day of all": Odd(
        CASE, {"lock": {"id": "l", "business_area": "Debt", "locked_at": LAST}}
    ),
    "an arrangement that ends on the last day of all": Odd(
        DEBT,
        {
            "arrangements": [
                {
                    "id": "a",
                    "type": "VOL",
                    "status": "CUR",
                    "added_at": FIRST,
                    "changed_at": LAST,
                    "amount": ONE,
                    "end_date": "9999-12-31",
                }
            ]
        },
    ),
    "payments stopped on the first and the last day of all": Odd(
        HELD,
        {
            "benefits": [
                {"benefit_type": "YAL", "status": status, "since": since}
                for status in ("SUSPENDED", "CANCELLED")
                for since in ("0001-01-01", "9999-12-31")
            ]
        },
    ),
    "a claim and a report of the first day of all": Odd(
        HELD,
        {
            "claims": [
                {
                    "id": "c",
                    "submitted_on": "0001-01-01",
                    "parts": [{"benefit_type": "{0.__class__}", "status": "NEW"}],
                }
            ],
            "reports": [{"due_on": "0001-01-01"}],
        },
    ),
    "appointments on the first and the last day of all": Odd(
        HELD,
        {
            "appointments": [
                {"id": at, "provider": "SERV_AU", "starts_at": at, "status": status}
                for at in (FIRST, LAST)
                for status in ("BOOKED", "MISSED")
            ]
        },
    ),
    "an appointment at a time without a zone": Odd(
        HELD,
        {"appointments": [{"id": "a", "provider": "SERV_AU", "starts_at": NAIVE, "status": "BOOKED"}]},
    ),
}
SECTIONS = {
    "interaction": "interactions",
    "correspondence": "correspondence",
    "debt": "debts",
    "ownership": "ownership",
    "entitlement": "entitlements",
}


@pytest.mark.parametrize("kind", ODD)
async def test_an_odd_record_costs_no_other_section(kind: str, tmp_path: Path) -> None:
    """An import may refuse it; what it takes is shown, or said to be bad."""
    odd = ODD[kind]
    async with serving(tmp_path, *everything_of(ANNE, YESTERDAY)) as gate:
        await load(gate.gateway.engine, [odd.line])
        answer = await gate.ask(DOCUMENT, crn=ANNE)
        assert "INTERNAL" not in answer.text, answer.text
        the_rest_is_there(answer, next(part.name for part in PARTS if isinstance(odd.good, part.row)))


@pytest.mark.parametrize("kind", ODD)
async def test_an_odd_record_in_a_database_costs_no_other_section(kind: str, tmp_path: Path) -> None:
    """It was written by somebody who did not look."""
    odd = ODD[kind]
    name = next(part.name for part in PARTS if isinstance(odd.good, part.row))
    record = json.encode(json.decode(odd.line)["record"]).decode()
    async with serving(tmp_path, *everything_of(ANNE, YESTERDAY), odd.good) as gate:
        mine = " AND id = 'odd'" if hasattr(odd.good, "id") else ""
        async with gate.gateway.engine.begin() as connection:
            statement = text(f"UPDATE {name} SET record = :record WHERE crn = :crn{mine}")
            await connection.execute(statement, {"record": record, "crn": ANNE})
        answer = await gate.ask(DOCUMENT, crn=ANNE)
        assert "INTERNAL" not in answer.text, answer.text
        the_rest_is_there(answer, name)


def the_rest_is_there(answer: Answer, odd: str) -> None:
    shown = answer.partial["customer"]
    assert shown["overview"] is not None
    assert shown["profile"] is not None
    for part, section in SECTIONS.items():
        if part != odd:
            assert shown[section] is not None, section
    kinds = {edge["node"]["kind"] for edge in shown["overview"]["cards"]["edges"]}
    expected = {"interaction": "INBOUND_CALL", "correspondence": "ONLINE_LETTER"}
    assert {kind for part, kind in expected.items() if part != odd} <= kinds
