"""Likely reasons of an overview: whose they are, what is missing of them, and that they hold all day."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from resolvers.call import CallContext
from resolvers.caller import Caller, Presentation
from resolvers.overview import overview
from resolvers.reasons import ContactReason, EvidenceKind
from resolvers.refusal import Refusal
from sources.errors import SourceUnavailable
from sources.parts import CORRESPONDENCE, DEBT, ENTITLEMENT, INTERACTION, RESTRICTION, Restriction
from sources.parts.entitlement import BenefitStatus
from sources.parts.interaction import Outcome
from tests.people import NOW, OFFICER, PARTNER, Body, body_with, overview_of, picture_of
from tests.records import CALL, ONLINE, OWNER, debt, happened, history, letter_of, sydney
from tests.resolvers.notices import entitled, stopped

OWED = ContactReason.DEBT
STOPPED = ContactReason.PAYMENT_STOPPED
LEFT = ContactReason.UNFINISHED_TRANSACTION

EVERYTHING = {
    DEBT: history(debt("10", NOW)),
    ENTITLEMENT: entitled(stopped("YAL", BenefitStatus.SUSPENDED, "2025-03-08", "FTR")),
    INTERACTION: history(happened(ONLINE, NOW, outcome=Outcome.NOT_ACHIEVED)),
    CORRESPONDENCE: history(letter_of("2025-03-07")),
}


async def reasons(body: Body, caller: Caller = OFFICER) -> set[ContactReason]:
    return {one.reason for one in (await overview_of(body, caller=caller)).likely_reasons(100)}


@pytest.mark.parametrize("caller", [OFFICER, PARTNER], ids=["officer", "partner"])
async def test_officers_and_partners_are_told_what_they_may_see(caller: Caller) -> None:
    assert await reasons(body_with(EVERYTHING), caller) == {
        OWED,
        STOPPED,
        LEFT,
        ContactReason.LETTER_OR_MESSAGE,
    }


@pytest.mark.parametrize(
    ("scope", "part", "lost"),
    [("debts:read", DEBT, OWED), ("claims:read", ENTITLEMENT, STOPPED), ("timeline:read", INTERACTION, LEFT)],
    ids=["debts", "claims", "interactions"],
)
async def test_a_scope_that_is_missing_and_a_source_that_fails_cost_their_own_reasons(
    scope: str, part: Any, lost: ContactReason
) -> None:
    whole = await reasons(body_with(EVERYTHING))
    without = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {scope})
    assert await reasons(body_with(EVERYTHING), without) == whole - {lost}
    body = body_with(EVERYTHING)
    body.tell(part, SourceUnavailable("told"))
    assert await reasons(body) == whole - {lost}


async def test_a_restricted_record_has_no_likely_reasons_for_anybody() -> None:
    locked = Restriction(OWNER, True, manager="chief")
    for caller in (OFFICER, msgspec.structs.replace(OFFICER, id="chief")):
        assert await reasons(body_with({**EVERYTHING, RESTRICTION: locked}), caller) == set()


async def test_somebody_of_whom_nothing_is_known_has_no_likely_reasons() -> None:
    assert await reasons(body_with({})) == set()


async def test_reasons_hold_from_one_midnight_to_the_next() -> None:
    def at(text: str) -> Body:
        return body_with(
            {**EVERYTHING, INTERACTION: history(happened(CALL, sydney("2025-03-09T11:00")))}, now=sydney(text)
        )

    found = [
        (await overview_of(at(text))).likely_reasons(9)
        for text in ("2025-03-10T00:00", "2025-03-10T23:59:59", "2025-03-11T00:00")
    ]
    assert found[0] == found[1] != found[2]


async def test_reasons_are_the_same_whatever_window_the_cards_are_asked_for() -> None:
    seen = await picture_of(body_with(EVERYTHING))
    days = (None, NOW.date(), NOW.date() - timedelta(days=200))
    told = {overview(seen, since).likely_reasons(9) for since in days}
    assert len(told) == 1


async def test_evidence_leads_to_cards_of_the_same_overview() -> None:
    made = await overview_of(body_with(EVERYTHING))
    shown = {edge.node.id for edge in made.cards(None, None, 100, None).edges}
    because = [one for reason in made.likely_reasons(9) for one in reason.because]
    assert {one.card_id for one in because if one.kind is EvidenceKind.CARD} <= shown
    assert {one.label for one in because if one.kind is EvidenceKind.ALERT} <= {
        alert.label for alert in made.alerts
    }


async def test_the_call_that_is_under_way_is_no_evidence() -> None:
    call = happened(CALL, NOW - timedelta(minutes=3), call_id="C1", title="Locked access")
    seen = await picture_of(body_with({INTERACTION: history(call)}))
    now = overview(seen, None, Presentation.SMART_CENTRE, CallContext("C1"))
    assert now.likely_reasons(3) == ()
    assert [one.reason for one in overview(seen, None).likely_reasons(3)] == [ContactReason.LOCKED_OUT]


async def test_as_many_as_asked_for_and_the_likeliest_first() -> None:
    made = await overview_of(body_with(EVERYTHING))
    whole = made.likely_reasons(100)
    assert len(whole) == 4
    for first in (1, 3):
        assert made.likely_reasons(first) == whole[:first]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_number_that_cannot_be_asked_for_is_refused(first: int) -> None:
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        (await overview_of(body_with(EVERYTHING))).likely_reasons(first)
