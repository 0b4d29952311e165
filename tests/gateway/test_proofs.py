"""Proofs: made once a request, kept for a hot token, and never for longer than what they stand on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.auth import CredentialRefused, Proof, Reason, Shown
from gateway.auth.personas import PERSONAS
from gateway.auth.proved import MOST, Proved
from tests.running import NOON, Gate
from tests.running.issuing import NOW, Issuing, issuing, made, trusting
from tests.running.keys import WHO, key_for
from tests.running.serving import usual

SECOND = timedelta(seconds=1)


@pytest.fixture
async def issuer() -> AsyncIterator[Issuing]:
    async with issuing() as one:
        yield one


@pytest.fixture
async def gate(issuer: Issuing, tmp_path: Path) -> AsyncIterator[Gate]:
    async with trusting(tmp_path, issuer) as serves:
        yield serves


async def proof(gate: Gate, token: str) -> Proof | None:
    return await gate.gateway.authenticator.proof(Shown((f"Bearer {token}",)))


async def slowly(gate: Gate, meanwhile: Callable[[], None], header: str) -> int:
    """The status of a request whose body is sent when the server asks for it, and something happened meanwhile."""
    url = gate.client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST /graphql HTTP/1.1\r\nhost: {url.host}\r\n{header}\r\ncontent-type: application/json\r\n"
    more = f"expect: 100-continue\r\nconnection: close\r\ncontent-length: {len(WHO)}\r\n\r\n"
    writer.write((head + more).encode())
    assert b" 100 " in await reader.readuntil(b"\r\n\r\n")
    meanwhile()
    writer.write(WHO)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ")[1])


async def test_a_hot_token_is_proved_once_a_minute(gate: Gate, issuer: Issuing) -> None:
    token = issuer.token()
    first = await proof(gate, token)
    assert first is not None
    gate.hands.now += 59 * SECOND
    assert await proof(gate, token) is first
    gate.hands.now += SECOND
    again = await proof(gate, token)
    assert again is not None
    assert again is not first
    assert again.caller == first.caller


async def test_a_hot_token_ends_when_it_ends(gate: Gate, issuer: Issuing) -> None:
    token = issuer.token(exp=NOW)
    assert await proof(gate, token) is not None
    gate.hands.now += 29 * SECOND
    assert await proof(gate, token) is not None
    gate.hands.now += SECOND
    assert await proof(gate, token) is None


async def test_a_hot_token_is_not_good_before_its_time_by_a_clock_set_back(
    gate: Gate, issuer: Issuing
) -> None:
    token = issuer.token(iat=NOW)
    assert await proof(gate, token) is not None
    gate.hands.now -= 31 * SECOND
    assert await proof(gate, token) is None


async def test_a_hot_token_whose_key_was_taken_back_is_refused_with_the_next_fetch(
    gate: Gate, issuer: Issuing
) -> None:
    token = issuer.token()
    gate.hands.now += timedelta(minutes=9)
    assert await proof(gate, token) is not None
    issuer.publish([("next", made("rsa", 1))])
    # somebody shows a key that is not known yet, and the fetch for it replaces all keys
    assert await proof(gate, issuer.token({"kid": "next"}, made("rsa", 1))) is not None
    assert await proof(gate, token) is None
    assert [event for event in gate.events if usual(event)] == [
        CredentialRefused("staff", Reason.UNKNOWN_KEY)
    ]


async def test_a_hot_token_goes_on_when_its_key_is_published_again(gate: Gate, issuer: Issuing) -> None:
    token = issuer.token()
    first = await proof(gate, token)
    assert await proof(gate, issuer.token({"kid": "none"})) is None
    again = await proof(gate, token)
    assert again is not None
    assert again is not first


async def test_another_key_under_the_same_name_does_not_vouch_for_an_old_token(
    gate: Gate, issuer: Issuing
) -> None:
    token = issuer.token()
    assert await proof(gate, token) is not None
    issuer.publish([("rsa", made("rsa", 1))])
    assert await proof(gate, issuer.token({"kid": "none"})) is None
    assert await proof(gate, token) is None
    assert gate.events[-1] == CredentialRefused("staff", Reason.SIGNATURE)


async def test_a_token_that_ends_while_its_body_is_on_the_way_is_refused(gate: Gate, issuer: Issuing) -> None:
    def passes(seconds: int) -> Callable[[], None]:
        def meanwhile() -> None:
            gate.hands.now += seconds * SECOND

        return meanwhile

    bearer = f"authorization: Bearer {issuer.token(exp=NOW)}"
    assert await slowly(gate, passes(29), bearer) == 200
    assert await slowly(gate, passes(1), bearer) == 401
    persona = f"authorization: Bearer {gate.token(hours=1)}"
    assert await slowly(gate, passes(3599), persona) == 200
    assert await slowly(gate, passes(1), persona) == 401
    key, _ = await key_for(gate, {"expires": gate.hands.now + 10 * SECOND})
    assert await slowly(gate, passes(9), f"x-api-key: {key}") == 200
    assert await slowly(gate, passes(1), f"x-api-key: {key}") == 401


async def test_a_key_of_an_issuer_that_goes_while_a_body_is_on_the_way_takes_its_token_along(
    gate: Gate, issuer: Issuing
) -> None:
    def taken_back() -> None:
        issuer.publish([])
        gate.hands.now += timedelta(minutes=10)

    assert await slowly(gate, taken_back, f"authorization: Bearer {issuer.token(exp=NOW + 3000)}") == 401


async def test_proofs_that_are_kept_are_bounded_and_old_ones_go() -> None:
    kept, one = Proved(), Proof(PERSONAS["officer"], NOON + timedelta(hours=1))
    for number in range(MOST + 20):
        kept.keep(f"token-{number}", one, NOON)
    assert len(kept) == MOST
    assert await kept.get("token-19", NOON) is None
    assert await kept.get("token-20", NOON) is one
    kept.keep("token-new", one, NOON + 60 * SECOND)
    assert len(kept) == 1
