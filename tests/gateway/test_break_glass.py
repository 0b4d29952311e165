"""Breaking the glass through the door: what is answered, what is on record, what is told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from resolvers.admission import GlassBroken
from sources.parts import Restriction
from tests.running import NOON, Answer, Gate, codes, serving
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.policies import changed
from tests.sources.specimens import crn

BREAK = """mutation($input: BreakGlassInput!) { breakGlass(input: $input) {
    __typename ... on GlassBroken { grantId until replayed } ... on RuleViolation { code message } } }"""
ONE = "query($crn: CRN!) { customer(crn: $crn) { id } }"
WHY = "The caller says that somebody is at her door."
OFFICER = "restricted"
"""The persona that may break the glass."""


def asked(**told: Any) -> dict[str, Any]:
    usual = {"idempotencyKey": "k" * 16, "crn": ANNE, "reason": WHY, "interactionId": "I-1", "minutes": 30}
    return usual | told


async def broken(gate: Gate, persona: str = OFFICER, **told: Any) -> Answer:
    return await gate.ask(BREAK, persona, input=asked(**told))


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    locked = Restriction(BORIS, restricted=True, manager="officer-9")
    records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON), locked]
    settings = Settings(home=tmp_path, policy_file=changed(tmp_path / "p.toml", "customers_an_hour", "1"))
    async with serving(tmp_path, *records, settings=settings) as serves:
        yield serves


async def test_it_opens_what_was_closed_and_everything_is_on_record(gate: Gate) -> None:
    assert codes(await gate.ask(ONE, OFFICER, crn=crn(298))) == []
    assert codes(await gate.ask(ONE, OFFICER, crn=ANNE)) == ["STEP_UP_REQUIRED"]
    answer = await broken(gate)
    glass = answer.data["breakGlass"]
    assert (glass["__typename"], glass["replayed"]) == ("GlassBroken", False)
    assert glass["until"] == (NOON + timedelta(minutes=30)).isoformat()
    assert (await gate.ask(ONE, OFFICER, crn=ANNE)).data["customer"]
    told = [(event["action"], event["rule"], event.get("grant")) for event in gate.journal]
    grant = glass["grantId"]
    assert told[-2:] == [("break_glass", "glass-broken", grant), ("view", "break-glass", grant)]
    assert sum(isinstance(event, GlassBroken) for event in gate.events) == 1
    assert [line.event for line in gate.log][-1] == "security.break_glass"


async def test_customers_of_an_interaction_are_not_counted_as_browsing(gate: Gate) -> None:
    assert codes(await gate.ask(ONE, crn=crn(298))) == []
    assert codes(await gate.ask(ONE, crn=ANNE)) == ["STEP_UP_REQUIRED"]
    linked = {"x-interaction-id": "call-77"}
    assert codes(await gate.ask(ONE, headers=linked, crn=ANNE)) == []
    assert gate.journal[-1]["interaction"] == "call-77"


async def test_the_reason_and_the_number_stand_sealed_and_nowhere_in_clear(gate: Gate) -> None:
    await broken(gate)
    home = gate.gateway.settings.folder
    kept = b"".join(file.read_bytes() for file in sorted(home.iterdir()) if "keyring" not in file.name)
    assert WHY.encode() not in kept
    (grant,) = (await gate.gateway.neighbours.grants.of("agency", "officer-ra-1", NOON)).values()  # type: ignore[union-attr]
    assert (grant.reason, grant.crn) == (WHY, ANNE)


async def test_a_journal_that_cannot_be_written_keeps_the_glass_whole(gate: Gate) -> None:
    journal = gate.gateway.settings.journal
    journal.unlink(missing_ok=True)
    journal.mkdir()
    answer = await broken(gate)
    assert (answer.status, codes(answer)) == (503, ["AUDIT_UNAVAILABLE"])
    journal.rmdir()
    assert not await gate.gateway.neighbours.grants.of("agency", "officer-ra-1", NOON)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("persona", "told", "code"),
    [
        ("officer", {}, "FORBIDDEN"),
        ("partner", {}, "FORBIDDEN"),
        ("dashboard", {}, "FORBIDDEN"),
        (OFFICER, {"minutes": 61}, "BAD_USER_INPUT"),
        (OFFICER, {"reason": "because"}, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_refused_is_an_error(persona: str, told: Any, code: str, gate: Gate) -> None:
    assert codes(await broken(gate, persona, **told)) == [code]


async def test_a_log_in_of_some_time_ago_is_not_enough(gate: Gate) -> None:
    token = gate.token(OFFICER)
    gate.hands.now += timedelta(minutes=5, seconds=1)
    answer = await gate.ask(BREAK, headers={"authorization": f"Bearer {token}"}, input=asked())
    assert codes(answer) == ["STEP_UP_REQUIRED"]


async def test_what_a_rule_forbids_is_part_of_the_answer(gate: Gate) -> None:
    answer = (await broken(gate, crn=BORIS)).data["breakGlass"]
    assert (answer["__typename"], answer["code"]) == ("RuleViolation", "RESTRICTED_RECORD")
    await broken(gate)
    reused = (await broken(gate, reason=WHY + " Again.")).data["breakGlass"]
    assert (reused["code"], reused["message"][:20]) == ("IDEMPOTENCY_KEY_REUSED", "This idempotency key")


async def test_two_in_one_request_are_two_events(gate: Gate) -> None:
    both = """mutation($a: BreakGlassInput!, $b: BreakGlassInput!) {
        a: breakGlass(input: $a) { __typename } b: breakGlass(input: $b) { __typename } }"""
    answer = await gate.ask(both, OFFICER, a=asked(), b=asked(idempotencyKey="l" * 16))
    assert {one["__typename"] for one in answer.data.values()} == {"GlassBroken"}
    assert [event["action"] for event in gate.journal] == ["break_glass", "break_glass"]
    assert len({event["grant"] for event in gate.journal}) == 2
