"""What a system does instead of answering: each is a fault of its own kind, and costs only those it was about."""

import asyncio
import gzip
from typing import Any

import pytest

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.http.client import Client
from sources.http.reading import BatchFailed
from sources.http.source import HttpSource
from sources.http.upstream import LedElsewhere, Upstream
from sources.source import NothingKnown, Reading, SourceAsked, ask
from tests.people import NOW
from tests.records import OWNER, crn
from tests.sources.http.json_system import Asked, Said
from tests.sources.http.raw_server import Conversation, closes, drips, hangs, raw_server, resets, says
from tests.sources.http.telephony import (
    BATCH,
    GET,
    RECORD,
    asking,
    call,
    check_nothing_is_said_of,
    described,
    ids,
)

OTHER = crn(2)
CROWD = [crn(number) for number in range(6)]
THERE = f"/customers/{OWNER}/calls"
MANY = BATCH + RECORD
BOTH = GET + BATCH + RECORD


def said(status: str, head: bytes = b"") -> Said:
    return Said({"error": f"about {OWNER}"}, status, head)


REFUSALS = [
    (said("400 Bad Request"), "status 400", None),
    (said("401 Unauthorized"), "credentials", None),
    (said("403 Forbidden"), "credentials", None),
    (said("404 Not Found"), "status 404", None),
    (said("409 Conflict"), "status 409", None),
    (said("429 Slow Down", b"retry-after: 7\r\n"), "throttled", 7),
    (said("429 Slow Down"), "throttled", None),
    (said("500 Oops"), "status 500", None),
    (said("503 Busy", b"retry-after: 3\r\n"), "status 503", 3),
    (said("302 Found", b"location: /login\r\n"), "redirect", None),
    (said("304 Not Modified"), "redirect", None),
    (Said(status=None), "reset", None),
]


@pytest.mark.parametrize(("answer", "reason", "wait"), REFUSALS)
async def test_a_refusal_is_a_fault_that_says_why_and_nothing_of_the_answer(
    answer: Said, reason: str, wait: int | None
) -> None:
    async with asking(MANY, {"/calls": answer}) as source:
        outcomes = await source.fetch(*CROWD)
        found = {(type(one), one.reason, one.retry_after) for one in outcomes.values()}
        assert found == {(SourceUnavailable, reason, wait)}
        assert source.told(SourceAsked)[0].reasons == (reason,)
        check_nothing_is_said_of([OWNER], outcomes.values(), source.events)


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "204 No Content"])
async def test_an_answer_without_a_body_is_bad_data(status: str) -> None:
    async with asking(MANY, {"/calls": Said(b"", status)}) as source:
        assert isinstance(await source.one(OWNER), BadData)


async def test_a_chunk_that_fails_costs_those_it_was_about() -> None:
    def some(asked: Asked) -> Any:
        return said("500 Oops") if OWNER in asked.body["customers"] else []

    mapping = BATCH.replace("[interaction.batch]", "[interaction.batch]\nsize = 2") + RECORD
    async with asking(mapping, {"/calls": some}) as source:
        outcomes = await source.fetch(crn(8), OWNER, OTHER, crn(9))
        kinds = [SourceUnavailable, SourceUnavailable, NothingKnown, NothingKnown]
        assert [type(one) for one in outcomes.values()] == kinds


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "413 Too Large", "500 Oops"])
async def test_a_few_who_are_refused_together_are_asked_for_alone(status: str) -> None:
    few = [OWNER, OTHER, *CROWD[3:6]]
    answers: dict[str, Any] = {"/calls": said(status), THERE: [call(OWNER, "I1")]}
    answers[f"/customers/{OTHER}/calls"] = said("500 Oops")
    async with asking(BOTH, answers) as source:
        outcomes = await source.fetch(*few)
        assert ids(outcomes[OWNER]) == ["I1"]
        assert isinstance(outcomes[OTHER], SourceUnavailable)
        assert {type(outcomes[one]) for one in few[2:]} == {NothingKnown}
        assert len(source.system.asked) == 1 + 5
        assert source.told(BatchFailed) == [BatchFailed("interaction", "telephony", 5)]
        check_nothing_is_said_of([OWNER, OTHER], outcomes.values(), source.events)


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (said("500 Oops"), 6),
        (said("429 Slow Down"), 5),
        (said("401 Unauthorized"), 5),
        (said("302 Found"), 5),
        (Said(b"<html>"), 5),
    ],
)
async def test_many_are_not_asked_for_alone_nor_after_what_would_be_the_same_for_each(
    answer: Said, count: int
) -> None:
    async with asking(BOTH, {"/calls": answer}) as source:
        outcomes = await source.fetch(*CROWD[:count])
        assert len(source.system.asked) == 1
        assert {type(one) for one in outcomes.values()} <= {SourceUnavailable, BadData}


@pytest.mark.parametrize(
    ("location", "elsewhere"),
    [
        ("https://elsewhere.example/calls", 1),
        ("//elsewhere.example/calls", 1),
        ("http://127.0.0.1:1/calls", 1),
        ("/login", 0),
        ("login", 0),
    ],
)
async def test_a_redirect_is_not_followed_and_is_told_when_it_leads_elsewhere(
    location: str, elsewhere: int
) -> None:
    answer = said("302 Found", f"location: {location}\r\n".encode())
    async with asking(GET + RECORD, {THERE: answer, "/login": [], "/calls": []}) as source:
        outcome = await source.one(OWNER)
        assert (type(outcome), outcome.reason, outcome.code) == (
            SourceUnavailable,
            "redirect",
            "SOURCE_UNAVAILABLE",
        )
        assert source.told(LedElsewhere) == [LedElsewhere("telephony", "redirect")] * elsewhere
        assert source.system.paths == [THERE]


GOOD = [call(OWNER, "I1")]


async def test_a_connection_that_breaks_in_the_middle_is_tried_once_more() -> None:
    calls: list[Any] = [Said(status=None), GOOD]
    async with asking(GET + RECORD, {THERE: lambda asked: calls.pop(0)}) as source:
        assert ids(await source.one(OWNER)) == ["I1"]
        assert len(source.system.asked) == 2
    async with asking(GET + RECORD, {THERE: Said(status=None)}) as source:
        assert isinstance(await source.one(OWNER), SourceUnavailable)
        assert len(source.system.asked) == 2


async def test_nothing_else_is_tried_again() -> None:
    for answer in (said("500 Oops"), said("429 Slow Down"), Said(b"<p>")):
        async with asking(GET + RECORD, {THERE: answer}) as source:
            await source.one(OWNER)
            assert len(source.system.asked) == 1


BOMB = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
WORSE: dict[str, tuple[Conversation, type[Fault], str]] = {
    "breaks off twice": (resets, SourceUnavailable, "reset"),
    "closes": (closes, SourceUnavailable, "reset"),
    "hangs": (hangs, SourceTimeout, ""),
    "drips": (drips(b"[" + b" " * 500 + b"]", 0.02), SourceTimeout, ""),
    "sends a bomb": (says(BOMB, b"content-encoding: gzip\r\n"), BadData, "oversize"),
    "sends what does not unpack": (says(b"[]", b"content-encoding: gzip\r\n"), BadData, "encoding"),
    "sends half of its JSON": (says(b'[{"id": "I1"'), BadData, "shape"),
    "sends a page to sign in": (says(b"<!doctype html>", b"content-type: text/html\r\n"), BadData, "shape"),
}


@pytest.mark.parametrize("way", WORSE)
async def test_whatever_else_a_system_does_is_a_fault_in_time(way: str) -> None:
    answer, kind, reason = WORSE[way]
    reasons = {reason} if kind is not SourceTimeout else {"", "deadline", "silent"}
    events: list[Any] = []
    async with raw_server(answer) as server:
        client = Client("telephony", server.address, 0.5, most_bytes=1_000_000)
        upstream = Upstream(client, events.append)
        source: HttpSource[Any] = HttpSource(
            described(GET + RECORD).parts["interaction"], upstream, lambda: NOW, events.append
        )
        async with asyncio.timeout(2):
            outcomes = await ask(source, [OWNER], lambda: NOW, events.append)
        await upstream.close()
    outcome: Any = outcomes[OWNER]
    assert type(outcome) is kind
    assert outcome.reason in reasons
    check_nothing_is_said_of([OWNER, str(server.port)], outcomes.values(), events)


DATES = ["now", "Mon, 32 Jan 2025 99:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +1400", "9" * 99, ""]


@pytest.mark.parametrize(
    "date", [*DATES, "Jan +99999999999 99 1:2", "Mon, 01 Jan 2025 00:00:00 +99999999999"]
)
async def test_a_date_that_is_none_does_not_matter(date: str) -> None:
    answer = Said(GOOD, head=f"date: {date}\r\n".encode())
    async with asking(GET + RECORD, {THERE: answer}) as source:
        assert isinstance(await source.one(OWNER), Reading)
