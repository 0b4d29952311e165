"""An officer keys who is on the line: the screen shows that customer from then on (BR-CO-2, BR-CO-3)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from sources.parts import Restriction
from sources.parts.customer import Identifier, IdentifierKind
from tests.running import NOON, Answer, Gate, codes, serving
from tests.running.people import ANNE, BORIS, person
from tests.running.telephones import rings, telephony_file
from tests.sources.specimens import crn

SET = """mutation($input: SetCallContextInput!) { setCallContext(input: $input) {
    __typename ... on CallContextSet { callId replayed } ... on RuleViolation { code } } }"""
WHO = "{ viewer { currentCall { callId identifiedBy customer { crn } } } }"
LOCKED = crn(777)


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path))
    numbers = (Identifier(IdentifierKind.CAN, "4711"),)
    people = [person(ANNE, identifiers=numbers), person(BORIS), person(LOCKED)]
    locked = Restriction(LOCKED, restricted=True, manager="officer-9")
    async with serving(tmp_path, *people, locked, settings=settings) as serves:
        yield serves


async def keyed(
    gate: Gate, persona: str = "officer", key: str = "k" * 16, call: str = "C1", **who: str
) -> Answer:
    told = {"idempotencyKey": key, "callId": call, "customer": who}
    return await gate.ask(SET, persona, input=told)


async def done(gate: Gate, **told: str) -> Any:
    return (await keyed(gate, **told)).data["setCallContext"]


async def on_the_line(gate: Gate, persona: str = "officer") -> Any:
    call = (await gate.ask(WHO, persona)).data["viewer"]["currentCall"]
    return call and (call["identifiedBy"], call["customer"] and call["customer"]["crn"])


async def test_whoever_is_keyed_is_on_the_screen(gate: Gate) -> None:
    """BR-CO-2."""
    await rings(gate)
    assert await on_the_line(gate) == (None, None)
    assert await done(gate, crn=ANNE) == {"__typename": "CallContextSet", "callId": "C1", "replayed": False}
    assert await on_the_line(gate) == ("CRN", ANNE)
    await done(gate, key="l" * 16, crn=BORIS)
    assert await on_the_line(gate) == ("CRN", BORIS)
    await done(gate, key="m" * 16, can="4711")
    assert await on_the_line(gate) == ("CAN", ANNE)


async def test_the_look_is_on_record(gate: Gate) -> None:
    await rings(gate)
    await done(gate, crn=ANNE)
    assert [(event["action"], event["verdict"]) for event in gate.journal] == [("view", "OPEN")]


async def test_a_retry_changes_nothing_even_after_another_number_was_keyed(gate: Gate) -> None:
    await rings(gate)
    await done(gate, crn=ANNE)
    await done(gate, key="l" * 16, crn=BORIS)
    assert (await done(gate, crn=ANNE))["replayed"] is True
    assert await on_the_line(gate) == ("CRN", BORIS)
    assert (await done(gate, crn=BORIS))["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_only_the_call_under_way_can_be_set(gate: Gate) -> None:
    assert (await done(gate, crn=ANNE))["code"] == "NO_SUCH_CALL"
    await rings(gate)
    assert (await done(gate, call="C2", crn=ANNE))["code"] == "NO_SUCH_CALL"
    gate.hands.now += timedelta(seconds=1)
    await rings(gate, "call.ended")
    assert (await done(gate, crn=ANNE))["code"] == "NO_SUCH_CALL"
    assert gate.journal == [], "nobody's record was looked at"


async def test_nobody_sets_the_call_of_another(gate: Gate) -> None:
    await rings(gate)
    assert (await keyed(gate, "centre", crn=ANNE)).data["setCallContext"]["code"] == "NO_SUCH_CALL"
    for persona in ("partner", "dashboard"):
        assert codes(await keyed(gate, persona, crn=ANNE)) == ["FORBIDDEN"]
    assert await on_the_line(gate) == (None, None)


async def test_a_number_that_leads_to_nobody_is_not_set(gate: Gate) -> None:
    await rings(gate, customer={"crn": ANNE})
    assert (await done(gate, can="99999"))["code"] == "NOT_FOUND"
    assert await on_the_line(gate) == ("CRN", ANNE)


async def test_a_restricted_customer_can_be_on_the_line_and_is_shown_as_restricted(gate: Gate) -> None:
    await rings(gate)
    assert (await done(gate, crn=LOCKED))["__typename"] == "CallContextSet"
    answer = await gate.ask("{ viewer { currentCall { customer { crn overview { restricted } } } } }")
    assert answer.data["viewer"]["currentCall"]["customer"] == {
        "crn": LOCKED,
        "overview": {"restricted": True},
    }


async def test_the_telephone_has_the_last_word(gate: Gate) -> None:
    await rings(gate)
    await done(gate, crn=ANNE)
    gate.hands.now += timedelta(seconds=1)
    await rings(gate, "call.identified", customer={"crn": BORIS})
    assert await on_the_line(gate) == ("CRN", BORIS)


async def test_a_telephone_system_whose_clock_is_ahead_does_not_keep_an_officer_from_keying(
    gate: Gate,
) -> None:
    ahead = (NOON + timedelta(minutes=2)).isoformat()
    await rings(gate, at=ahead, answeredAt=ahead)
    await done(gate, crn=ANNE)
    assert await on_the_line(gate) == ("CRN", ANNE)


async def test_of_two_who_key_at_once_one_is_told_and_the_screen_shows_what_was_kept(gate: Gate) -> None:
    await rings(gate)
    both = await asyncio.gather(done(gate, key="l" * 16, crn=ANNE), done(gate, key="m" * 16, crn=BORIS))
    assert {one["__typename"] for one in both} <= {"CallContextSet", "RuleViolation"}
    assert (await on_the_line(gate))[1] in {ANNE, BORIS}


@pytest.mark.parametrize(
    "told", [{"key": "short", "crn": ANNE}, {"can": "not digits"}, {"crn": ANNE, "can": "1"}, {}]
)
async def test_what_cannot_be_is_refused(told: dict[str, str], gate: Gate) -> None:
    await rings(gate)
    assert set(codes(await keyed(gate, **told))) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}
    assert await on_the_line(gate) == (None, None)


async def test_without_a_telephone_system_there_is_no_call_to_set(tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE)) as gate:
        assert (await done(gate, crn=ANNE))["code"] == "NO_SUCH_CALL"


async def test_a_telephone_system_whose_clock_is_behind_still_ends_a_call_that_was_keyed(gate: Gate) -> None:
    def theirs() -> str:
        return (gate.hands.now - timedelta(minutes=2)).isoformat()

    await rings(gate, at=theirs())
    gate.hands.now += timedelta(seconds=10)
    await done(gate, crn=ANNE)
    gate.hands.now += timedelta(seconds=10)
    await rings(gate, callId="C2", at=theirs(), customer={"crn": BORIS})
    assert await on_the_line(gate) == ("CRN", BORIS)
    await done(gate, key="l" * 16, call="C2", crn=ANNE)
    gate.hands.now += timedelta(seconds=10)
    await rings(gate, "call.ended", callId="C2", at=theirs())
    assert await on_the_line(gate) is None
