"""What stands in an event: enough to answer who, why, what and by what, and nothing that gives a customer away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from cache import Found
from gateway.audit.chain import Walk
from gateway.audit.event import CUT, LONGEST, AuditEvent, actor_of, recorder
from gateway.audit.journal_file import lines
from gateway.keyring import Keyring
from resolvers.access import Decision, Verdict
from resolvers.admission import Admission
from resolvers.caller import Caller, CallerKind
from sources.crn import Crn
from sources.parts import PARTS
from sources.source import Reading
from tests.gateway.journals import CHAIN, written
from tests.people import Body
from tests.records import OWNER
from tests.running import NOON, Gate, codes, serving
from tests.running.people import ANNE, BORIS, person
from tests.sources.specimens import crn

ONE = "query Overview2($crn: CRN!) { customer(crn: $crn) { id profile { title } debts { truncated } } }"
CASE = {"x-interaction-id": "call-2025.03:17_b"}

FRACTION = datetime(2025, 3, 10, 1, 30, 59, 999_999, tzinfo=UTC)
"""A moment that takes as many characters as any."""

OLDER = (
    '{"event_id":"e1","at":"2025-03-10T00:00:00Z","actor":{"kind":"STAFF","id":"o","organisation":"a"},"customer":"h",'
    '"action":"view","verdict":"OPEN","rule":"free","request_id":"r","policy":"p","prev":"' + "0" * 64 + '",'
    '"hash":"2589a28f41911730ec47dd891aec8a4185b8f51b2988b4dc34b0b3bfbd79a9c9"}\n'
)
"""As gateways wrote it that knew no more of an event."""


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, person(ANNE), person(BORIS)) as serves:
        yield serves


async def test_an_event_says_for_which_contact_from_which_systems_and_by_which_gateway(gate: Gate) -> None:
    body = msgspec.json.encode({"query": ONE, "variables": {"crn": ANNE}, "operationName": "Overview2"})
    await gate.post(body, headers=CASE)
    (event,) = gate.journal
    assert event["interaction"] == CASE["x-interaction-id"]
    assert event["actor"]["roles"] == ["service-officer"]
    assert set(event["parts"]) >= {"customer", "debt"}
    assert event["sources"] == ["sql"]
    assert event["operation_name"] == "Overview2"
    assert event["gateway"] == version("customer-overview-gateway")
    assert len(event["schema"]) == 12
    assert CASE["x-interaction-id"] not in repr(gate.events)


async def test_an_event_says_from_when_what_was_shown_is_and_whether_it_was_kept(gate: Gate) -> None:
    await gate.ask(ONE, crn=ANNE)
    gate.hands.now += timedelta(seconds=2)
    await gate.ask(ONE, crn=ANNE)
    await gate.ask(ONE, crn=crn(299))
    read, kept, nobody = gate.journal
    assert (read["as_of"], "from_cache" in read) == (kept["as_of"], False)
    assert datetime.fromisoformat(kept["as_of"]) == NOON
    assert kept["from_cache"] is True
    assert "as_of" not in nobody


async def test_events_follow_on_one_another_by_a_clock_that_is_never_set(gate: Gate) -> None:
    await asyncio.gather(*(gate.ask(ONE, crn=ANNE) for _ in range(5)))
    told = [event["mono"] for event in gate.journal]
    assert len(set(told)) == 5


async def test_the_number_is_sealed_for_its_event_alone(gate: Gate) -> None:
    await gate.ask(ONE, crn=ANNE)
    await gate.ask(ONE, crn=ANNE)
    first, second = (msgspec.convert(told, AuditEvent) for told in gate.journal)
    ours = recorder(gate.gateway.keyring)
    assert [ours.opened(first), ours.opened(second)] == [ANNE, ANNE]
    assert first.sealed != second.sealed
    assert ours.opened(msgspec.structs.replace(first, sealed=second.sealed)) is None
    assert ours.opened(msgspec.structs.replace(first, sealed=None)) is None
    assert recorder(Keyring(b"x" * 32)).opened(first) is None


async def test_what_was_searched_for_is_not_sealed(gate: Gate) -> None:
    await gate.ask('{ searchCustomers(quick: "somebody") { edges { cursor } } }')
    assert [("sealed" in event, event["action"]) for event in gate.journal] == [(False, "search")]


async def test_an_interaction_id_that_is_none_is_refused_before_anything_is_read(gate: Gate) -> None:
    for given in ("", "x" * 65, "two words", "a\tb", "ü", '"'):
        answer = await gate.ask(ONE, headers={"x-interaction-id": given}, crn=ANNE)
        assert codes(answer) == ["BAD_USER_INPUT"]
    assert gate.journal == []


async def test_an_operation_is_named_only_where_its_name_is_plain(gate: Gate) -> None:
    for name in (f"Q{ANNE}", "x" * 41, "Overview_v2"):
        document = f'query {name} {{ customer(crn: "{ANNE}") {{ id }} }}'
        await gate.post(msgspec.json.encode({"query": document, "operationName": name}))
    assert [event.get("operation_name") for event in gate.journal] == [None, None, "Overview_v2"]


async def test_a_line_has_no_more_than_one_and_a_half_kibibytes() -> None:
    caller = Caller(
        kind=CallerKind.SERVICE,
        id="i" * 64,
        organisation="o" * 48,
        roles=tuple(f"restricted-access-officer-{number}" for number in range(30)),
        assurance="urn:" + "a" * 190,
        client="c" * 190,
        session="s" * 190,
    )
    scope = msgspec.structs.replace(
        Body(FRACTION).scope(caller), request_id="r" * 36, interaction="n" * 64, trace_id="f" * 32
    )
    scope.loaders.decisions[OWNER] = Decision(
        OWNER,
        Verdict.REFUSED,
        "conflict-of-interest",
        "ACCESS_CHECK_UNAVAILABLE",
        grant="g" * 32,
        unchecked=True,
    )
    seen = {part.name: Found(Reading(None, scope.now)) for part in PARTS}
    scope.loaders.seen[OWNER] = [Admission(OWNER, scope.loaders.decisions[OWNER], seen)]
    (event,) = recorder(Keyring(b"k" * 32)).decided(scope, "o" * 22, "n" * 40)
    assert None not in (event.sealed, event.operation_name, event.trace_id, event.interaction)
    line, _ = CHAIN.link([msgspec.json.encode(event)], b"0" * 64)
    assert len(line) <= 1_536


def test_what_is_too_long_of_a_token_is_cut_and_seen_to_be() -> None:
    roles = ("first", "r" * 130, "last")
    actor = actor_of(Caller(CallerKind.STAFF, "i" * 200, "a", roles, session="s" * 65, client="c" * LONGEST))
    assert (actor.id, actor.roles) == ("i" * 200, ("first", CUT))
    assert actor.session == "s" * (LONGEST - 1) + CUT
    assert actor.client == "c" * LONGEST


def test_a_number_of_another_system_is_sealed_and_a_very_long_one_is_not() -> None:
    ours = recorder(Keyring(b"k" * 32))
    assert ours.sealed(Crn("CAN 007000021"), "e") is not None
    assert ours.sealed(Crn("CAN " + "7" * LONGEST), "e") is None


def test_a_journal_of_an_older_gateway_still_verifies_and_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    file.write_text(OLDER, "utf-8")
    written(file, [2])
    walk = Walk(CHAIN)
    assert list(walk.flaws(lines(file))) == []
    assert walk.events == 2
