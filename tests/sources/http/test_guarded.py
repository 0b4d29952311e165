"""Calls over HTTP within a guard: real connections that were kept, broke, are not trusted, or are let go of."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

from sources.errors import Fault, SourceTimeout, SourceUnavailable
from sources.guard import Guard, Retried, State, Terms, patience
from sources.http.calls import Call
from sources.http.client import Client
from sources.http.credentials import Credentials
from sources.http.token import Token
from sources.http.upstream import Upstream
from sources.source import in_time
from tests.sources.http.raw_server import closes, raw_server, resets, says

THERE = Call("GET", "/there")
NOT_KNOWN = says(b"{}", status=b"401 Unauthorized")


@asynccontextmanager
async def upstream(
    address: str, events: list[Struct], seconds: float = 5.0, token: Token | None = None, **terms: Any
) -> AsyncIterator[Upstream]:
    client = Client("crm", address, seconds, known_by=Credentials("crm", token), observe=events.append)
    opened = Upstream(client, events.append, Guard("crm", seconds, Terms(**terms), events.append))
    try:
        yield opened
    finally:
        await opened.close()


def retries(events: list[Struct]) -> list[str]:
    return [one.reason for one in events if isinstance(one, Retried)]


async def test_a_kept_connection_that_was_closed_is_replaced_at_once_and_nobody_failed() -> None:
    events: list[Struct] = []
    answers = [says(b"1"), closes] * 5 + [says(b"2")]
    async with raw_server(*answers) as server, upstream(server.address, events, calls=1, attempts=1) as crm:
        for _ in range(5):
            assert await crm.read(THERE) == b"1"
        assert await crm.read(THERE) == b"2"
        assert crm.guard.state is State.CLOSED  # of one failure it would have opened
        assert retries(events) == ["reconnected"] * 5


@pytest.mark.parametrize(("attempts", "heads"), [(1, 1), (2, 2), (3, 3)])
async def test_a_connection_that_breaks_in_the_middle_is_paid_for_by_the_budget(
    attempts: int, heads: int
) -> None:
    events: list[Struct] = []
    async with raw_server(resets) as server, upstream(server.address, events, attempts=attempts) as crm:
        with pytest.raises(SourceUnavailable) as raised:
            await crm.read(THERE)
        assert raised.value.reason == "reset"
        assert len(server.heads) == heads
        assert retries(events) == ["reset"] * (heads - 1)


class Waiting:
    """A system that never answers and knows how many are still connected to it."""

    def __init__(self) -> None:
        self.connected = 0
        self.begun = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        self.connected += 1
        self.begun.set()
        try:
            await reader.read(1)
        finally:
            self.connected -= 1

    async def is_alone(self) -> None:
        async with asyncio.timeout(2):
            while self.connected:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def test_a_caller_who_leaves_lets_go_of_the_connection_and_counts_for_nothing() -> None:
    system = Waiting()
    async with raw_server(system) as server, upstream(server.address, [], calls=1) as crm:
        reading = asyncio.create_task(crm.read(THERE))
        await system.begun.wait()
        reading.cancel()
        await asyncio.wait([reading])
        await system.is_alone()
        assert (crm.guard.state, crm.guard.in_flight) == (State.CLOSED, 0)


async def asked(crm: Upstream) -> Any:
    """What comes of a question that has as much time as its system."""

    class Asked:
        system, time_limit = "crm", 0.2

    return await in_time(Asked(), "customer", crm.read(THERE), lambda _: None)


async def test_a_system_that_hangs_until_a_question_has_no_time_left_has_failed() -> None:
    system = Waiting()
    async with raw_server(system) as server, upstream(server.address, [], 0.2, calls=1) as crm:
        assert isinstance(await asked(crm), SourceTimeout)
        await system.is_alone()
        assert crm.guard.state is State.OPEN


async def waits(crm: Upstream, seconds: float) -> bytes | None:
    with patience(seconds):
        async with asyncio.timeout(seconds):
            return await crm.read(THERE)


async def test_who_joins_with_little_time_takes_no_second_attempt_from_who_has_more() -> None:
    async def breaks(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.close()

    async with raw_server(breaks, says(b"1")) as server, upstream(server.address, []) as crm:
        patient, hasty = await asyncio.gather(waits(crm, 5), waits(crm, 0.1), return_exceptions=True)
        assert isinstance(hasty, TimeoutError)
        assert patient == b"1"
        assert len(server.heads) == 2


async def test_what_two_wait_for_lasts_as_long_as_the_more_patient_one() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await says(b"1")(reader, writer)

    async with raw_server(late) as server, upstream(server.address, []) as crm:
        hasty, patient = await asyncio.gather(waits(crm, 0.1), waits(crm, 5), return_exceptions=True)
        assert isinstance(hasty, TimeoutError)
        assert patient == b"1"
        assert len(server.heads) == 1


@pytest.mark.parametrize(("written", "heads"), [("new", 2), ("old", 1), ("", 1), (None, 1)])
async def test_a_token_is_read_again_when_the_system_does_not_know_it(
    written: str | None, heads: int, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    if written is not None:
        file.write_text(written)
    answers = [NOT_KNOWN, says(b"1")] if heads == 2 else [NOT_KNOWN]
    token = Token("old", file)
    async with raw_server(*answers) as server, upstream(server.address, [], token=token, calls=1) as crm:
        if heads == 2:
            assert await crm.read(THERE) == b"1"
        else:
            with pytest.raises(SourceUnavailable) as raised:
                await crm.read(THERE)
            assert raised.value.reason == "credentials"
        sent = [head.lower().partition(b"authorization: bearer ")[2].split(b"\r")[0] for head in server.heads]
        assert sent == [b"old", b"new"][:heads]
        assert crm.guard.state is State.CLOSED  # the system is there, and has to be asked with the next token


def certified(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody trusts, and that has ended."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now - timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "both.pem").write_bytes(key.private_bytes(pem, *plain) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


async def test_a_certificate_that_is_not_good_is_said_to_be_that_and_nothing_is_asked(tmp_path: Path) -> None:
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.read())
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=certified(tmp_path)) as listening:
        address = f"https://localhost:{listening.sockets[0].getsockname()[1]}"
        async with upstream(address, []) as crm:
            with pytest.raises(Fault) as raised:
                await crm.read(THERE)
    assert (type(raised.value), raised.value.reason, heads) == (SourceUnavailable, "tls", [])
