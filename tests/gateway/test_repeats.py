"""Requests known by their bytes: whoever asks the same again is answered as if it were read and decided anew."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cache.answers import Answers
from gateway.app import ground_of
from gateway.audit.chain import Chain, Walk
from gateway.audit.event import AuditEvent
from gateway.audit.journal_file import lines
from gateway.auth import PERSONAS
from gateway.edge.incoming import Incoming, Indexed
from gateway.edge.limiting import Meter
from gateway.edge.repeats import Asks, Repeats
from gateway.edge.seen import Seen
from gateway.engine import Engine, Operation
from gateway.engine.answering import Answering, Reused
from gateway.graph import schema_of
from gateway.keyring import open_keyring
from gateway.settings import Settings
from gateway.trusted.asked import Asked
from resolvers.caller import Purpose
from tests.gateway.repeating import (
    MANY,
    OVERVIEW,
    SECTIONS,
    family,
    is_known,
    known,
    learnt,
    records,
    token,
)
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS
from tests.running.rates import Ticks
from tests.running.rates import told as left_to

OWN = frozenset("event_id at request_id mono sealed prev hash".split())
"""What each event of the journal has of its own."""
DRAWN = frozenset("request_id seconds bytes known".split())
"""What each request is told of by, and what says how it was answered."""


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, *records(), settings=Settings(home=tmp_path)) as serves:
        yield serves


def said_of(event: Any) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(event).items() if name not in DRAWN}


@pytest.mark.parametrize(
    ("persona", "document", "variables"),
    [
        ("officer", OVERVIEW, {"crn": ANNE}),
        ("officer", MANY, {"crns": [ANNE, BORIS]}),
        ("centre", SECTIONS, {"crn": ANNE}),
        ("partner", OVERVIEW, {"crn": ANNE}),
    ],
)
async def test_who_asks_the_same_again_is_answered_told_of_and_put_on_record_just_the_same(
    persona: str, document: str, variables: dict[str, Any], gate: Gate
) -> None:
    headers = {"x-interaction-id": "call-7"}
    answers, told, journals = [], [], []
    for _ in range(5):
        events, events_before = gate.events, len(gate.events)
        journal_before = len(gate.journal)
        answers.append(await gate.ask(document, persona, headers, **variables))
        told.append(Counter((type(one).__name__, repr(said_of(one))) for one in events[events_before:]))
        events_of = gate.journal[journal_before:]
        journals.append([{name: one[name] for name in one if name not in OWN} for one in events_of])
    assert known(gate) == [False, False, False, True, True]
    slow, fast = answers[1], answers[4]
    assert fast.text == slow.text == answers[0].text
    assert fast.data
    for answer in (slow, fast):
        assert ("x-overview-answer" in answer.headers) == (persona != "partner")
    assert fast.headers.keys() == slow.headers.keys()
    assert told[1] == told[4]
    assert journals[1] == journals[4]
    assert len(journals[4]) == len(variables.get("crns", "1"))
    assert len({one["event_id"] for one in gate.journal}) == len(gate.journal) == 5 * len(journals[4])


async def test_every_line_is_in_the_chain_is_dated_and_opens_for_its_own_event_alone(gate: Gate) -> None:
    shown, mine = token(gate), "0af7651916cd43dd8448eb211c80319c"
    await learnt(gate, SECTIONS, "officer", shown)
    gate.hands.now += timedelta(milliseconds=1_250)
    await gate.ask(SECTIONS, headers={"x-request-id": mine} | shown, crn=ANNE)
    assert known(gate)[-1]
    settings = gate.gateway.settings
    written = [line.rstrip(b"\n") for line in lines(settings.journal)]
    chain = Chain(open_keyring(settings.keyring, make=False))
    assert list(Walk(chain).flaws(lines(settings.journal))) == []
    read = [msgspec.json.decode(line, type=AuditEvent) for line in written]
    assert (read[-1].request_id, read[-1].at) == (mine, gate.hands.now)
    assert sorted(one.mono for one in read) == [one.mono for one in read]
    assert [gate.gateway.recorder.opened(one) for one in read] == [ANNE] * 5
    swapped = msgspec.structs.replace(read[2], sealed=read[3].sealed)
    assert gate.gateway.recorder.opened(swapped) is None
    assert [set(line) for line in map(msgspec.json.decode, written[1:])] == [set(gate.journal[1])] * 4


async def test_what_was_waited_for_together_is_not_on_record_as_kept(gate: Gate) -> None:
    await asyncio.gather(*(gate.ask(SECTIONS, crn=ANNE) for _ in range(3)))
    for _ in range(3):
        assert (await gate.ask(SECTIONS, crn=ANNE)).data
    assert known(gate)[-1]
    assert [one.get("from_cache") for one in gate.journal[-3:]] == [True, True, True]


async def test_a_known_request_is_charged_and_refused_beyond_the_rate(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, rate_staff=60)
    async with serving(tmp_path, *records(), settings=settings, seconds=Ticks()) as gate:
        left = [left_to(await gate.ask(SECTIONS, crn=ANNE)).left for _ in range(5)]
        assert known(gate) == [False, False, False, True, True]
        assert len({before - after for before, after in pairwise(left)}) == 1
        assert left[0] - left[1] == 60 - left[0] > 2
        answers = [await gate.ask(SECTIONS, crn=ANNE) for _ in range(20)]
        assert answers[-1].refusal == "RATE_LIMITED"


async def test_without_a_journal_a_known_request_is_shown_nothing(gate: Gate) -> None:
    shown = await learnt(gate)
    journal = gate.gateway.settings.journal
    journal.rename(journal.with_suffix(".gone"))
    journal.mkdir()
    answer = await gate.ask(SECTIONS, crn=ANNE)
    assert known(gate)[-1]
    assert (answer.status, answer.refusal) == (503, "AUDIT_UNAVAILABLE")
    assert family(shown) not in answer.text
    journal.rmdir()
    assert (await gate.ask(SECTIONS, crn=ANNE)).text == shown.text
    assert len(gate.journal) == 1


async def test_what_a_request_says_in_headers_is_a_part_of_it(gate: Gate) -> None:
    assert await is_known(gate, times=4)
    assert not await is_known(gate, x_access_reason="COMPLAINT")
    assert gate.journal[-1]["purpose"] == "COMPLAINT"
    assert not await is_known(gate, x_interaction_id="call-1")
    assert gate.journal[-1]["interaction"] == "call-1"
    assert not await is_known(gate, accept="application/graphql-response+json")
    assert await is_known(gate)
    assert await is_known(gate, x_request_id="0af7651916cd43dd8448eb211c80319c", x_of_a_proxy="1")
    assert await is_known(gate, times=3, x_interaction_id="call-1")
    assert (gate.journal[-1]["interaction"], "interaction" in gate.journal[0]) == ("call-1", False)


async def test_what_is_known_of_requests_takes_of_the_memory_of_answers(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, answers_bytes=30_000)
    async with serving(tmp_path, *records(), settings=settings) as gate:
        for number in range(8):
            for crn in (ANNE, BORIS):
                for _ in range(4):
                    headers = {"x-interaction-id": f"call-{number}"}
                    assert (await gate.ask(SECTIONS, headers=headers, crn=crn)).data
        told = [one.bytes for one in gate.events if isinstance(one, Reused)]
        assert any(known(gate))
        assert 15_000 < max(told) <= 30_000


WAYS: dict[str, Callable[[Indexed], object]] = {
    "nothing but what everybody reads": lambda headers: headers.get("accept"),
    "one": lambda headers: headers.get("x-new"),
    "each of a name": lambda headers: headers.getlist("x-new"),
    "whether there is one": lambda headers: "x-new" in headers,
    "all": lambda headers: list(headers.items()),
    "all names": list,
    "all values": lambda headers: headers.values(),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_request_that_was_read_by_a_header_nobody_has_thought_about_stays_unknown(
    way: str, gate: Gate
) -> None:
    gateway, body = gate.gateway, b"{}"
    answering = Answering(Answers(), gateway.observe)
    schema = schema_of(gateway.settings, gateway.scheme)
    engine = Engine(schema, gateway.observe, most_bytes=gateway.settings.answer_bytes)
    repeats = Repeats(answering, engine, ground_of(gateway))
    caller, operation = PERSONAS["officer"], Operation(SECTIONS, {"crn": ANNE})
    seen, meter = Seen(gateway.observe), Meter(gateway.limits, request := arrived())
    recall, asks = repeats.recall(request, body, caller), Asks("1" * 32, "application/json", seen, meter)
    for _ in range(2):
        scope = gateway.scope("1" * 32, caller, Purpose.CUSTOMER_CONTACT)
        seen.ran(scope, await answering.run(engine, operation, scope))
    WAYS[way](request.headers)
    for _ in range(2):
        repeats.learn(recall, request, Asked(SECTIONS, variables={"crn": ANNE}), operation, scope, asks)
    assert (repeats.recall(request, body, caller).repeat is not None) == way.startswith("nothing")


def arrived() -> Any:
    """A request as it comes in."""
    told = {"type": "http", "method": "POST", "path": "/graphql", "headers": [(b"x-new", b"1")]}
    return Incoming(told, None, None)  # type: ignore[arg-type]
