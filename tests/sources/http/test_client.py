"""The client goes to its own system alone, and whatever the network does to it comes out as a fault."""

import gzip
import inspect
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.http.addresses import BadAddressError, relative
from sources.http.calls import Call
from sources.http.client import Client, as_fault, checked, points_elsewhere
from tests.sources.http.raw_server import Conversation, closes, drips, hangs, raw_server, resets, says, sends

THERE = Call("GET", "/there")
MEGABYTE = b"0" * 1_000_000


@asynccontextmanager
async def client(address: str, seconds: float = 5.0) -> AsyncIterator[Client]:
    opened = Client("crm", address, seconds, most_bytes=100_000)
    try:
        yield opened
    finally:
        await opened.close()


async def failure(answer: Conversation, seconds: float = 5.0) -> Fault:
    async with raw_server(answer) as server, client(server.address, seconds) as asking:
        with pytest.raises(Fault) as raised:
            await asking.send(THERE)
    assert raised.value.__context__ is None
    assert str(server.port) not in str(raised.value.args)
    return raised.value


FAILURES = {
    "hangs": (hangs, SourceTimeout),
    "drips": (drips(b"0" * 100, 0.05), SourceTimeout),
    "resets the connection in the middle": (resets, SourceUnavailable),
    "sends less than it said": (sends(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[1"), SourceUnavailable),
    "ends a chunked answer early": (
        sends(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[1, 2\r\n"),
        SourceUnavailable,
    ),
    "closes without a word": (closes, SourceUnavailable),
    "speaks something else": (sends(b"220 mail.example ESMTP\r\n"), SourceUnavailable),
    "sends too much": (says(MEGABYTE), BadData),
    "sends a little that unpacks to too much": (
        says(gzip.compress(MEGABYTE * 50), b"content-encoding: gzip\r\n"),
        BadData,
    ),
    "sends what does not unpack": (says(b"no gzip", b"content-encoding: gzip\r\n"), BadData),
}


@pytest.mark.parametrize("way", FAILURES)
async def test_a_system_that_fails_is_a_fault(way: str) -> None:
    answer, kind = FAILURES[way]
    started = time.perf_counter()
    fault = await failure(answer, seconds=0.4)
    assert type(fault) is kind
    assert time.perf_counter() - started < 0.8


async def test_a_deadline_is_for_the_whole_answer_and_not_from_byte_to_byte() -> None:
    fault = await failure(drips(b"0" * 1000, 0.01), seconds=0.2)
    assert (type(fault), fault.reason) == (SourceTimeout, "deadline")


async def test_nobody_listening_is_a_fault_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    started = time.perf_counter()
    async with client(f"http://127.0.0.1:{port}") as asking:
        with pytest.raises(SourceUnavailable) as raised:
            await asking.send(THERE)
    assert raised.value.reason == "refused"
    assert time.perf_counter() - started < 0.2


@pytest.mark.conformance
async def test_a_system_that_takes_no_connection_is_given_up_soon() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        crowd = [socket.socket() for _ in range(8)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        started = time.perf_counter()
        async with client(f"http://127.0.0.1:{deaf.getsockname()[1]}", seconds=0.8) as asking:
            with pytest.raises(SourceTimeout) as raised:
                await asking.send(THERE)
        assert raised.value.reason == "connect"
        assert time.perf_counter() - started < 0.4
        for each in crowd:
            each.close()


async def test_a_kept_connection_that_was_closed_meanwhile_is_not_noticed() -> None:
    async with raw_server(says(b"1"), closes, says(b"2")) as server, client(server.address) as asking:
        assert (await asking.send(THERE)).body == b"1"
        assert (await asking.send(THERE)).body == b"2"


async def test_connections_are_kept() -> None:
    async with raw_server(says(b"1")) as server, client(server.address) as asking:
        for _ in range(5):
            await asking.send(THERE)
        assert server.connections == 1


async def test_an_answer_that_was_too_large_does_not_give_its_connection_back() -> None:
    async with raw_server(says(MEGABYTE), says(b"1")) as server, client(server.address) as asking:
        with pytest.raises(BadData) as raised:
            await asking.send(THERE)
        assert raised.value.reason == "oversize"
        assert (await asking.send(THERE)).body == b"1"
        assert server.connections == 2


async def test_a_redirect_is_told_and_not_followed() -> None:
    async with (
        raw_server(says(b"", b"location: http://127.0.0.1:1/else\r\n", b"302 Found")) as server,
        client(server.address) as asking,
    ):
        answer = await asking.send(THERE)
        assert (answer.status, answer.location) == (302, "http://127.0.0.1:1/else")
        assert len(server.heads) == 1


async def test_no_cookie_is_kept() -> None:
    async with (
        raw_server(says(b"1", b"set-cookie: who=me; Path=/\r\n")) as server,
        client(server.address) as asking,
    ):
        await asking.send(THERE)
        await asking.send(THERE)
        assert b"cookie" not in server.heads[1].lower()


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with raw_server(says(b"1")) as server, client(server.address) as asking:
        assert (await asking.send(THERE)).body == b"1"


@pytest.mark.parametrize(
    "path", ["http://127.0.0.1:1/x", "//127.0.0.1:1/x", "/a/../../b", "x", "/\\elsewhere"]
)
async def test_a_path_leads_only_below_the_address(path: str) -> None:
    with pytest.raises(BadAddressError):
        relative(path)
    async with raw_server(says(b"1")) as server, client(server.address) as asking:
        with pytest.raises((BadAddressError, Fault)):
            await asking.send(Call("GET", path))
        assert server.heads == []


async def test_a_query_stays_a_query() -> None:
    async with raw_server(says(b"1")) as server, client(server.address + "/below/") as asking:
        odd = (("$filter", "A eq 'x' or B eq 'y'"), ("n", "1&m=2#f"))
        await asking.send(Call("GET", "/there", odd))
        line = server.heads[0].split(b"\r\n")[0]
        assert line.startswith(b"GET /below/there?%24filter=")
        assert line.endswith(b"&n=1%26m%3D2%23f HTTP/1.1")


@pytest.mark.parametrize(
    ("told", "seconds"), [(b"7", 7), (b"999999", 3600), (b"-1", None), (b"soon", None), (b"9" * 400, None)]
)
async def test_how_long_to_wait_is_read_and_bounded(told: bytes, seconds: int | None) -> None:
    async with (
        raw_server(says(b"", b"retry-after: " + told + b"\r\n", b"429 Too Many Requests")) as server,
        client(server.address) as asking,
    ):
        answer = await asking.send(THERE)
        assert (answer.status, answer.retry_after) == (429, seconds)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "http://10.0.0.1",
        "http://0x7f000001",
        "http://2130706433",
        "ftp://127.0.0.1",
        "https://",
        "https://user:secret@example.org",
        "https://example.org/?a=1",
        "https://example.org/#a",
        "nothing",
    ],
)
def test_an_address_that_must_not_be_used_is_refused(address: str) -> None:
    with pytest.raises(BadAddressError):
        checked(address)


@pytest.mark.parametrize(
    "address",
    ["https://example.org", "https://example.org:8443/api", "http://127.0.0.1:1", "http://[::1]:80"],
)
def test_an_address_of_a_system_is_taken(address: str) -> None:
    checked(address)


@pytest.mark.parametrize(
    ("link", "elsewhere"),
    [
        ("/next?page=2", False),
        ("next", False),
        ("http://127.0.0.1:8101/next", False),
        ("http://127.0.0.1:8102/next", True),
        ("https://elsewhere.example/next", True),
        ("//elsewhere.example/next", True),
        ("http://127.0.0.1:8101@elsewhere.example/", True),
        ("http://[", True),
    ],
)
def test_a_link_to_another_host_is_seen(link: str, elsewhere: bool) -> None:
    assert points_elsewhere(link, "127.0.0.1:8101") is elsewhere


RAISED = [
    kind
    for _, kind in inspect.getmembers(httpx2, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__.startswith("httpx2")
]


def test_the_library_raises_what_this_list_holds() -> None:
    assert {"ConnectTimeout", "RemoteProtocolError", "StreamClosed", "InvalidURL"} <= {
        kind.__name__ for kind in RAISED
    }


@pytest.mark.parametrize("kind", [*RAISED, OSError, ConnectionResetError], ids=lambda kind: kind.__name__)
def test_everything_that_the_library_raises_is_translated(kind: type[Exception]) -> None:
    error = kind.__new__(kind, "a secret")
    fault = as_fault(error, "crm")
    assert isinstance(fault, Fault)
    assert "secret" not in repr(fault.__dict__) + str(fault)


def test_what_is_not_the_library_is_not_taken_for_it() -> None:
    assert as_fault(ZeroDivisionError(), "crm") is None


def test_one_file_imports_the_library() -> None:
    ours = Path(__file__).parents[3]
    files = [
        file
        for name in ("sources", "resolvers", "schema", "cache", "gateway")
        for file in (ours / name).rglob("*.py")
    ]
    assert [file.name for file in files if "httpx" in file.read_text("utf-8")] == ["client.py"]
