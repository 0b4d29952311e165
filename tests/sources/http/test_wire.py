"""Whole answers come over connections that are kept, and none is ever taken for another's."""

import asyncio
import gzip
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sources.errors import BadData, Fault, SourceUnavailable
from sources.http.calls import Call
from sources.http.client import Client
from tests.sources.http.raw_server import Conversation, hangs, raw_server, says, sends

THERE = Call("GET", "/there")
HEAD = b"HTTP/1.1 200 OK\r\n"
ONE = HEAD + b"content-length: 1\r\n\r\n1"


@asynccontextmanager
async def client(address: str, **more: Any) -> AsyncIterator[Client]:
    opened = Client("crm", address, 5.0, most_bytes=100_000, **more)
    try:
        yield opened
    finally:
        await opened.close()


async def answer_to(*conversation: Conversation) -> bytes:
    async with raw_server(*conversation) as server, client(server.address) as asking:
        return (await asking.send(THERE)).body


async def failure(*conversation: Conversation) -> Fault:
    with pytest.raises(Fault) as raised:
        await answer_to(*conversation)
    assert raised.value.__context__ is None
    return raised.value


def slowly(*pieces: bytes) -> Conversation:
    """These bytes, one piece after the other."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    return answer


WHOLE = {
    "in one piece": sends(ONE),
    "in pieces": slowly(*(bytes([byte]) for byte in ONE)),
    "in chunks": slowly(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n1\r\n", b"0\r\n\r\n"),
    "until the connection ends": sends(HEAD + b"\r\n1"),
    "after a word that it will come": sends(b"HTTP/1.1 100 Continue\r\n\r\n" + ONE),
    "after hints": slowly(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", ONE),
    "by an old system": sends(b"HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n1"),
    "with more than it said": sends(ONE + b"2"),
}


@pytest.mark.parametrize("how", WHOLE)
async def test_an_answer_is_whole_however_it_comes(how: str) -> None:
    assert await answer_to(WHOLE[how]) == b"1"


BROKEN = {
    "changes to something else": sends(
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
    ),
    "says two lengths": sends(HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n11"),
    "says a length and chunks": sends(
        HEAD + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n"
    ),
    "breaks off in its head": sends(HEAD + b"content-le"),
    "has a head without an end": sends(HEAD + b"x: y\r\n" * 20_000),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_what_is_no_answer_is_a_fault(how: str) -> None:
    fault = await failure(BROKEN[how])
    assert (type(fault), fault.reason) == (SourceUnavailable, "reset")


async def test_what_nobody_asked_for_is_never_taken_for_an_answer() -> None:
    other = HEAD + b"content-length: 5\r\n\r\nother"
    for first in (slowly(ONE + other), slowly(ONE, other), slowly(ONE, b"what")):
        async with raw_server(first, says(b"2")) as server, client(server.address) as asking:
            assert (await asking.send(THERE)).body == b"1"
            await asyncio.sleep(0.05)
            assert (await asking.send(THERE)).body == b"2"
            assert server.connections == 2


async def test_a_connection_that_a_system_will_close_is_not_used_again() -> None:
    closing = says(b"1", b"connection: close\r\n")
    async with raw_server(closing, says(b"2")) as server, client(server.address) as asking:
        assert (await asking.send(THERE)).body == b"1"
        assert (await asking.send(THERE)).body == b"2"
        assert server.connections == 2


async def test_a_call_that_is_given_up_closes_its_connection_at_once() -> None:
    ended = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        try:
            await reader.read(1)
        finally:
            ended.set()

    async with raw_server(waits) as server, client(server.address) as asking:
        call = asyncio.create_task(asking.send(THERE))
        await asyncio.sleep(0.05)
        given_up = time.perf_counter()
        call.cancel()
        async with asyncio.timeout(2):
            await ended.wait()
        assert time.perf_counter() - given_up < 0.1


PACKED = {
    "gzip": gzip.compress(b"[1]", mtime=0),
    "deflate": zlib.compress(b"[1]"),
    "Deflate": zlib.compress(b"[1]", wbits=-15),
    "deflate, gzip": gzip.compress(zlib.compress(b"[1]"), mtime=0),
    "identity": b"[1]",
}


@pytest.mark.parametrize("packing", PACKED)
async def test_what_comes_packed_is_unpacked(packing: str) -> None:
    assert (
        await answer_to(says(PACKED[packing], f"content-encoding: {packing}\r\n".encode("ascii"))) == b"[1]"
    )


@pytest.mark.parametrize(
    ("packing", "body"),
    [("br", b"[1]"), ("gzip", gzip.compress(b"[1]", mtime=0)[:-9]), ("deflate", b"[1]"), ("gzip, x", b"[1]")],
)
async def test_what_cannot_be_unpacked_is_bad_data(packing: str, body: bytes) -> None:
    fault = await failure(says(body, f"content-encoding: {packing}\r\n".encode("ascii")))
    assert (type(fault), fault.reason) == (BadData, "encoding")


async def test_what_unpacks_to_too_much_twice_over_is_too_large() -> None:
    bomb = gzip.compress(gzip.compress(b"0" * 50_000_000))
    fault = await failure(says(bomb, b"content-encoding: gzip, gzip\r\n"))
    assert (type(fault), fault.reason) == (BadData, "oversize")


async def test_a_header_that_would_be_two_is_not_sent() -> None:
    async with (
        raw_server(says(b"1")) as server,
        client(server.address, more=lambda: {"x-a": "b\r\nx-c: d"}) as asking,
    ):
        with pytest.raises(ValueError, match="cannot be sent"):
            await asking.send(THERE)
        assert server.heads == []


async def test_odd_characters_of_a_path_stay_in_the_path() -> None:
    async with raw_server(says(b"1")) as server, client(server.address + "/below") as asking:
        await asking.send(Call("GET", "/a b/Set('é')/50%/%2F?x#y"))
        line = server.heads[0].split(b"\r\n")[0]
        assert line == b"GET /below/a%20b/Set('%C3%A9')/50%25/%2F%3Fx%23y HTTP/1.1"


async def test_more_calls_than_connections_wait_shortly_and_then_are_told_so() -> None:
    async with raw_server(hangs) as server, client(server.address, connections=2) as asking:
        calls = [asyncio.create_task(asking.send(THERE)) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(SourceUnavailable) as raised:
            await asking.send(THERE)
        assert raised.value.reason == "busy"
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert server.connections == 2


async def test_a_place_that_becomes_free_is_taken_by_whoever_waits() -> None:
    slow = slowly(HEAD, b"content-length: 1\r\n", b"\r\n", b"1")
    async with raw_server(slow) as server, client(server.address, connections=1) as asking:
        answers = await asyncio.gather(asking.send(THERE), asking.send(THERE))
        assert [answer.body for answer in answers] == [b"1", b"1"]
        assert server.connections == 1
