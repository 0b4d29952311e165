"""A stream of server-sent events: one operation, told from its first answer to its end."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.sockets import Connected, Followed
from gateway.settings import Settings
from sources.parts import Restriction
from tests.gateway.live.test_changes import FOLLOWED, told
from tests.gateway.live.test_protocol import held
from tests.running import Gate, codes, serving
from tests.running.live import streaming
from tests.running.people import ANNE
from tests.running.stale import named
from tests.running.until import until

QUERY = "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } } }"


def family(body: dict[str, Any]) -> str:
    (customer,) = body["data"].values()
    return str(customer["profile"]["names"][0]["family"])


async def test_what_changes_is_told_in_events(gate: Gate) -> None:
    async with streaming(gate, FOLLOWED, crn=ANNE) as events:
        assert events.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert events.response.headers["cache-control"] == "no-store"
        name, body = await events.next()
        assert (name, family(body)) == ("next", "Old")
        await gate.tell(named(ANNE, "New"))
        await told(gate)
        while not (told_next := await events.next())[0]:
            pass  # a sign of life
        assert (told_next[0], family(told_next[1])) == ("next", "New")
    assert [event["action"] for event in gate.journal] == ["view", "view"]


async def test_whoever_leaves_is_followed_no_more(gate: Gate) -> None:
    async with streaming(gate, FOLLOWED, crn=ANNE) as events:
        await events.next()
    await until(lambda: not held(gate, Connected))
    assert held(gate, Followed) == 0


@pytest.mark.parametrize(
    ("document", "variables"),
    [(QUERY, {"crn": ANNE}), ("mutation { purgeCache(input: {all: true}) { everywhere } }", {})],
    ids=["query", "mutation"],
)
async def test_a_query_or_mutation_has_one_answer_in_events(
    document: str, variables: dict[str, str], gate: Gate
) -> None:
    answer = await gate.ask(document, "restricted", {"accept": "text/event-stream"}, **variables)
    first, last, rest = answer.text.split("\n\n")
    assert (answer.status, last, rest) == (200, "event: complete\ndata:", "")
    assert first.startswith("event: next\ndata: ")
    assert json.loads(first.removeprefix("event: next\ndata: "))["data"]
    assert "\r" not in answer.text
    assert gate.journal


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/graphql-response+json"])
async def test_who_reads_no_events_follows_nothing_and_is_told_why(accept: str, gate: Gate) -> None:
    answer = await gate.ask(FOLLOWED, headers={"accept": accept}, crn=ANNE)
    assert (answer.status, codes(answer)) == (400, ["BAD_REQUEST"])
    assert "text/event-stream" in answer.text
    assert gate.journal == []


async def test_who_reads_events_among_others_gets_plain_answers_to_queries(gate: Gate) -> None:
    accept = "application/graphql-response+json, application/json, text/event-stream"
    answer = await gate.ask(QUERY, headers={"accept": accept}, crn=ANNE)
    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    async with streaming(gate, FOLLOWED, headers={"accept": accept}, crn=ANNE) as events:
        assert (await events.next())[0] == "next"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"authorization": "Bearer nobody"}, 401, "UNAUTHENTICATED"),
        ({"x-access-reason": "CURIOSITY"}, 400, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_refused_at_the_door_is_no_stream(
    headers: dict[str, str], status: int, code: str, gate: Gate
) -> None:
    answer = await gate.ask(FOLLOWED, headers=headers | {"accept": "text/event-stream"}, crn=ANNE)
    assert (answer.status, codes(answer)) == (status, [code])
    assert answer.headers["content-type"].startswith("application/json")


async def test_a_query_that_is_wrong_is_no_stream_and_has_a_status_that_says_so(gate: Gate) -> None:
    answer = await gate.ask("{ nothing }", headers={"accept": "text/event-stream"})
    assert (answer.status, codes(answer)) == (400, ["GRAPHQL_VALIDATION_FAILED"])
    assert answer.headers["content-type"].startswith("application/json")


async def test_a_token_that_ends_ends_the_stream_with_a_word(watchful: Gate) -> None:
    gate = watchful
    async with streaming(gate, FOLLOWED, crn=ANNE) as events:
        await events.next()
        gate.hands.now = gate.hands.now.replace(day=gate.hands.now.day + 1)
        while not (heard := await events.next())[0]:
            pass
        assert heard[0] == "next"
        assert [one["extensions"]["code"] for one in heard[1]["errors"]] == ["UNAUTHENTICATED"]
        assert (await events.next())[0] == "complete"


async def test_a_record_that_becomes_restricted_ends_the_stream(gate: Gate) -> None:
    async with streaming(gate, FOLLOWED, crn=ANNE) as events:
        await events.next()
        await gate.tell(Restriction(ANNE, restricted=True, manager="officer-9"), named(ANNE, "New"))
        await told(gate)
        while not (heard := await events.next())[0]:
            pass
        assert [one["extensions"]["code"] for one in heard[1]["errors"]] == ["RESTRICTED_RECORD"]
        assert "New" not in repr(heard)
        assert (await events.next())[0] == "complete"


async def test_a_caller_has_so_many_streams_at_most(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, live_subscriptions=1)
    async with (
        serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate,
        streaming(gate, FOLLOWED, crn=ANNE) as events,
    ):
        await events.next()
        answer = await gate.ask(FOLLOWED, headers={"accept": "text/event-stream"}, crn=ANNE)
        assert (answer.status, codes(answer)) == (429, ["SUBSCRIPTION_LIMIT"])


async def test_a_crowd_is_told_to_come_again_by_chance(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, live_starts=1)
    async with serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate:
        crowd = asyncio.gather(*(_begins(gate) for _ in range(12)))
        turned_away = [wait for status, wait in await crowd if status == 503]
        assert len(turned_away) >= 6
        assert all(1 <= int(wait) <= 20 for wait in turned_away)
        assert (await gate.ask(QUERY, crn=ANNE)).status == 200
        assert [line.event for line in gate.log if line.event == "ws.rejected"] == ["ws.rejected"]


async def _begins(gate: Gate) -> tuple[int, str]:
    async with streaming(gate, FOLLOWED, crn=ANNE) as events:
        return events.response.status_code, events.response.headers.get("retry-after", "")
