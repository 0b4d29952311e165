"""How a socket begins, what closes it, and with which code."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from gateway.edge.sockets import Connected, Followed, Why
from gateway.settings import Settings
from tests.gateway.live.test_changes import FOLLOWED
from tests.running import Gate, serving
from tests.running.live import Socket, following, socket
from tests.running.people import ANNE
from tests.running.stale import named
from tests.running.until import until

QUERY = "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } } }"


async def refused(gate: Gate, headers: dict[str, str] | None = None, protocols: tuple[str, ...] = ()) -> int:
    more = {"protocols": protocols} if protocols else {}
    with pytest.raises(InvalidStatus) as raised:
        async with socket(gate, headers, **more):
            pass
    return raised.value.response.status_code


def held(gate: Gate, kind: Any) -> int:
    """How many there are, by what the gateway told."""
    return sum(event.change for event in gate.events if isinstance(event, kind))


async def test_the_older_protocol_is_not_spoken(gate: Gate) -> None:
    assert await refused(gate, protocols=("graphql-ws",)) == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_gets_no_socket(origin: str, gate: Gate) -> None:
    assert await refused(gate, {"origin": origin}) == 403
    assert [line.told["why"] for line in gate.log if line.event == "ws.rejected"] == [Why.ORIGIN]


async def test_a_page_of_the_same_host_or_a_listed_origin_does(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, origins="https://desk.example")
    async with serving(tmp_path, settings=settings) as gate:
        for origin in (str(gate.client.base_url).rstrip("/"), "https://desk.example"):
            async with socket(gate, {"origin": origin}) as one:
                await one.welcomed(gate)
        assert await refused(gate, {"origin": "https://desk.example.evil"}) == 403


@pytest.mark.parametrize("where", ["payload", "header"])
async def test_a_token_stands_in_the_first_message_or_in_the_handshake(where: str, gate: Gate) -> None:
    shown = {"authorization": f"Bearer {gate.token()}"}
    async with socket(gate, shown if where == "header" else None) as one:
        await one.says("connection_init", payload=shown if where == "payload" else {})
        assert await one.hears() == {"type": "connection_ack"}


async def test_two_tokens_are_nobodys(gate: Gate) -> None:
    shown = {"authorization": f"Bearer {gate.token()}"}
    async with socket(gate, shown) as one:
        await one.says("connection_init", payload=shown)
        assert await one.closes() == 4401


async def says_it_twice(one: Socket, gate: Gate) -> None:
    await one.welcomed(gate)
    await one.says("connection_init")


async def shows_nothing(one: Socket, _: Gate) -> None:
    await one.says("connection_init")


async def shows_what_is_no_token(one: Socket, _: Gate) -> None:
    await one.says("connection_init", payload={"authorization": "Bearer nobody", "x": [1]})


async def asks_before_it_is_known(one: Socket, _: Gate) -> None:
    await one.asks(QUERY, crn=ANNE)


async def says_nothing(_one: Socket, _gate: Gate) -> None:
    await asyncio.sleep(0)


async def names_no_good_purpose(one: Socket, gate: Gate) -> None:
    token = {"authorization": f"Bearer {gate.token()}"}
    await one.says("connection_init", payload=token | {"x-access-reason": "CURIOSITY"})


def sends(text: str | bytes) -> Callable[[Socket, Gate], Awaitable[None]]:
    async def send(one: Socket, gate: Gate) -> None:
        await one.welcomed(gate)
        await one.connection.send(text)

    return send


CLOSED: dict[str, tuple[Callable[[Socket, Gate], Awaitable[None]], int]] = {
    "init twice": (says_it_twice, 4429),
    "nothing shown": (shows_nothing, 4401),
    "no token": (shows_what_is_no_token, 4401),
    "asked first": (asks_before_it_is_known, 4401),
    "silent": (says_nothing, 4408),
    "no purpose": (names_no_good_purpose, 4400),
    "not JSON": (sends("hello"), 4400),
    "bytes": (sends(b"hello"), 4400),
    "a list": (sends("[]"), 4400),
    "deep": (sends('{"type": "subscribe", "id": "1", "payload": ' + "[" * 30_000 + "]" * 30_000 + "}"), 4400),
    "another type": (sends('{"type": "start", "id": "1"}'), 4400),
    "no id": (sends('{"type": "subscribe", "payload": {"query": "{ x }"}}'), 4400),
    "a long id": (sends(json.dumps({"type": "complete", "id": "x" * 129})), 4400),
    "no query": (sends('{"type": "subscribe", "id": "1", "payload": {}}'), 4400),
    "no payload": (sends('{"type": "subscribe", "id": "1"}'), 4400),
    "too large": (sends(json.dumps({"type": "ping", "payload": {"x": "x" * 65_536}})), 1009),
}


@pytest.mark.parametrize("case", CLOSED)
async def test_what_is_not_of_the_protocol_closes_the_socket(case: str, gate: Gate) -> None:
    does, code = CLOSED[case]
    async with socket(gate) as one:
        await does(one, gate)
        assert await one.closes() == code
    await until(lambda: not held(gate, Connected))
    assert not [line for line in gate.log if line.event == "gateway.unforeseen"]


async def test_an_id_is_in_use_until_its_operation_is_over(gate: Gate) -> None:
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        await one.hears()
        await one.says("complete", id="1")
        await one.asks(FOLLOWED, "1", crn=ANNE)
        assert (await one.hears())["type"] == "next"
        await one.asks(FOLLOWED, "1", crn=ANNE)
        assert await one.closes() == 4409
    await until(lambda: not held(gate, Followed))


async def test_a_ping_is_answered_before_and_after_it_is_known_who_it_is(gate: Gate) -> None:
    async with socket(gate) as one:
        await one.says("ping", payload={"x": 1})
        assert await one.hears() == {"type": "pong"}
        await one.welcomed(gate)
        await one.says("ping")
        await one.says("pong")
        assert await one.hears() == {"type": "pong"}


async def test_queries_and_mutations_go_over_it_and_are_on_record(gate: Gate) -> None:
    async with socket(gate) as one:
        await one.welcomed(gate, "restricted")
        await one.asks(QUERY, "q", crn=ANNE)
        names = {"customer": {"profile": {"names": [{"family": "Old"}]}}}
        assert await one.hears() == {"type": "next", "id": "q", "payload": {"data": names}}
        assert await one.hears() == {"type": "complete", "id": "q"}
        await one.asks("mutation { purgeCache(input: {all: true}) { everywhere } }", "m")
        assert (await one.hears())["payload"] == {"data": {"purgeCache": {"everywhere": True}}}
        assert await one.hears() == {"type": "complete", "id": "m"}
    assert [event["action"] for event in gate.journal] == ["view", "purge"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: screenPop { callId } b: screenPop { callId } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { customerChanged(crn: "Quintessential") { crn } }', "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_run_is_an_error_and_the_socket_goes_on(
    document: str, code: str, gate: Gate
) -> None:
    async with following(gate, document) as one:
        told: dict[str, Any] = await one.hears()
        assert (told["type"], told["id"]) == ("error", "1")
        assert {error["extensions"]["code"] for error in told["payload"]} == {code}
        assert "Quintessential" not in repr(told)
        await one.asks(QUERY, "1", crn=ANNE)
        assert (await one.hears())["type"] == "next"


async def test_a_caller_has_so_many_operations_on_a_socket_and_so_many_sockets(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, live_subscriptions=1, live_connections=1)
    async with (
        serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate,
        following(gate, FOLLOWED, crn=ANNE) as one,
    ):
        await one.hears()
        await one.asks(FOLLOWED, "2", crn=ANNE)
        told = await one.hears()
        assert [error["extensions"]["code"] for error in told["payload"]] == ["SUBSCRIPTION_LIMIT"]
        async with socket(gate) as more, socket(gate) as other:
            await more.says("connection_init", payload={"authorization": f"Bearer {gate.token()}"})
            assert await more.closes() == 4429
            await other.welcomed(gate, "centre")  # somebody else has a socket of their own


async def test_what_is_asked_counts_against_the_rate_of_its_caller(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, rate_staff=3)
    async with serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate, socket(gate) as one:
        await one.welcomed(gate)
        kinds = []
        for number in range(3):
            await one.asks(QUERY, str(number), crn=ANNE)
            kinds.append((await one.hears())["type"])
            if kinds[-1] == "next":
                assert (await one.hears())["type"] == "complete"
        assert kinds == ["next", "error", "error"]


async def test_a_crowd_that_begins_at_once_is_turned_away_and_queries_are_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, live_starts=2, live_connections=100)
    async with serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate:
        token = {"authorization": f"Bearer {gate.token()}"}

        async def comes() -> int | None:
            async with socket(gate) as one:
                await one.says("connection_init", payload=token)
                async with asyncio.timeout(10):
                    told = asyncio.ensure_future(one.connection.recv())
                    await asyncio.wait([told])
                return None if told.exception() is None else one.connection.close_code

        ends = await asyncio.gather(*(comes() for _ in range(40)))
        assert ends.count(1013) >= 20
        assert ends.count(None) >= 4
        assert (await gate.ask(QUERY, crn=ANNE)).status == 200
