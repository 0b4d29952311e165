"""An issuer's keys: kept, looked after, replaced, searched for once, and served for a day when the issuer is down."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey
from msgspec import Struct

from gateway.auth import CredentialRefused, Reason
from gateway.auth.jwks import MOST_UNKNOWN, IssuerKeys, JwksMissing, JwksStale
from gateway.telemetry.events import lines
from tests.running import NOON, Hands
from tests.running.issuing import Issuing, issuing, made, public, trusting
from tests.running.serving import usual

WHO = "{ viewer { id } }"
MINUTE = timedelta(minutes=1)


class Kept:
    """The keys of an issuer, with a clock and what was heard."""

    def __init__(self, issuer: Issuing) -> None:
        self.issuer = issuer
        self.hands = Hands(NOON)
        self.heard: list[Struct] = []
        self.keys = IssuerKeys("staff", f"{issuer.address}/keys", self.hands, self.heard.append)

    async def has(self, kid: str) -> bool:
        return await self.keys.key(kid) is not None

    @property
    def fetches(self) -> int:
        return len(self.issuer.asked)


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    async with issuing() as issuer:
        found = Kept(issuer)
        yield found
        await found.keys.close()


async def test_keys_are_fetched_once_and_kept_for_ten_minutes(kept: Kept) -> None:
    for _ in range(8):
        assert await kept.has("rsa")
        assert await kept.has("ed")
        kept.hands.now += MINUTE - timedelta(seconds=1)
    assert kept.fetches == 1
    kept.hands.now = NOON + 10 * MINUTE
    assert await kept.has("rsa")
    assert kept.fetches == 2


async def test_from_the_eighth_minute_on_they_are_fetched_in_the_background(kept: Kept) -> None:
    await kept.has("rsa")
    kept.hands.now += 8 * MINUTE
    kept.issuer.seconds = 0.2
    started = asyncio.get_running_loop().time()
    assert all([await kept.has("rsa") for _ in range(20)])
    assert asyncio.get_running_loop().time() - started < 0.2
    await asyncio.sleep(0.4)
    assert kept.fetches == 2
    kept.hands.now += (
        7 * MINUTE
    )  # a quarter of an hour after the first fetch, and seven minutes after the second
    assert await kept.has("rsa")
    assert kept.fetches == 2


async def test_a_fetch_holds_up_nobody_else(kept: Kept) -> None:
    kept.issuer.seconds = 0.3
    waiting = asyncio.create_task(kept.has("rsa"))
    turns = 0
    while not waiting.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 15
    assert waiting.result()


async def test_a_key_that_was_taken_back_is_gone_with_the_next_fetch(kept: Kept) -> None:
    assert await kept.has("rsa")
    kept.issuer.publish([("new", made("ec", 1))])
    kept.issuer.seconds = 0.1
    kept.hands.now += 10 * MINUTE
    assert await asyncio.gather(*map(kept.has, ("rsa", "rsa", "new"))) == [False, False, True]
    kept.issuer.publish([])
    kept.hands.now += 10 * MINUTE
    assert not await kept.has("new")


async def test_a_clock_that_is_set_back_does_not_make_keys_fresh(kept: Kept) -> None:
    assert await kept.has("rsa")
    kept.issuer.publish([])
    kept.hands.now -= timedelta(days=2)
    assert not await kept.has("rsa")
    assert kept.fetches == 2


async def test_a_new_key_is_found_at_once(kept: Kept) -> None:
    assert await kept.has("rsa")
    kept.issuer.publish([("rsa", made("rsa")), ("new", made("ec", 1))])
    kept.hands.now += timedelta(seconds=1)
    assert await kept.has("new")
    assert kept.fetches == 2


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("together", [True, False])
async def test_a_thousand_random_keys_cost_one_fetch(warm: bool, together: bool, kept: Kept) -> None:
    if warm:
        assert await kept.has("rsa")
    before = kept.fetches
    names = [f"random-{number}" for number in range(1000)]
    found = (
        await asyncio.gather(*map(kept.has, names)) if together else [await kept.has(name) for name in names]
    )
    assert not any(found)
    assert kept.fetches == before + 1
    assert await kept.has("rsa")


async def test_a_search_is_made_every_thirty_seconds_at_most(kept: Kept) -> None:
    assert await kept.has("rsa")
    for second in range(61):
        kept.hands.now = NOON + timedelta(seconds=second)
        assert not await kept.has(f"random-{second}")
    assert kept.fetches == 1 + 3


async def test_a_key_that_is_not_there_is_asked_for_again_after_thirty_seconds(kept: Kept) -> None:
    assert not await kept.has("new")
    kept.issuer.publish([("new", made("ec", 1))])
    kept.hands.now += timedelta(seconds=29)
    assert not await kept.has("new")
    kept.hands.now += timedelta(seconds=1)
    assert await kept.has("new")


async def test_what_is_remembered_of_unknown_keys_is_bounded(kept: Kept) -> None:
    kept.issuer.seconds = 0.2
    await asyncio.gather(*(kept.has(f"random-{number}") for number in range(MOST_UNKNOWN + 200)))
    assert len(vars(kept.keys)["_unknown"]) == MOST_UNKNOWN


async def test_who_goes_away_does_not_take_the_fetch_from_the_others(kept: Kept) -> None:
    kept.issuer.seconds = 0.2
    first, second = (asyncio.create_task(kept.has("rsa")) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second
    assert kept.fetches == 1


async def test_when_the_issuer_is_down_the_last_keys_serve_for_a_day_and_it_is_told(kept: Kept) -> None:
    assert await kept.has("rsa")
    kept.issuer.status = 503
    kept.hands.now += 11 * MINUTE
    assert all([await kept.has("rsa") for _ in range(20)])
    assert kept.heard == [JwksStale("staff", "SOURCE_UNAVAILABLE", "status", 660)]
    assert [line.event for line in lines(kept.heard[0])] == ["auth.jwks_stale"]
    assert kept.fetches == 2
    kept.hands.now = NOON + timedelta(hours=23, minutes=59)
    assert await kept.has("rsa")
    kept.hands.now = NOON + timedelta(hours=24)
    assert not await kept.has("rsa")
    assert kept.heard[-1] == JwksMissing("staff", "SOURCE_UNAVAILABLE", "status")
    assert [line.event for line in lines(kept.heard[-1])] == ["auth.jwks_missing"]
    kept.issuer.status = 200
    kept.hands.now += timedelta(seconds=31)
    assert await kept.has("rsa")


async def test_an_issuer_that_is_down_at_first_is_asked_again(kept: Kept) -> None:
    kept.issuer.status = 500
    assert not any([await kept.has("rsa") for _ in range(50)])
    assert kept.fetches == 1
    kept.issuer.status = 200
    kept.hands.now += timedelta(seconds=30)
    assert await kept.has("rsa")


UNUSABLE: dict[str, dict[str, Any]] = {
    "garbage": {"body": b"<html>"},
    "a list": {"body": b"[]"},
    "no keys": {"body": b"{}"},
    "deep": {"body": b'{"keys":' + b"[" * 50_000 + b"]" * 50_000 + b"}"},
    "not UTF-8": {"body": b'{"keys": [{"kid": "\xff"}]}'},
    "too large": {"body": b'{"keys": [' + b" " * 300_000 + b"]}"},
    "another status": {"status": 204, "body": b""},
    "a redirect": {"status": 302, "location": "/elsewhere"},
    "a redirect to another host": {"status": 302, "location": "http://192.0.2.1/keys"},
    "101 keys": {"keys": [public(made("ec", 1), f"k{number}") for number in range(101)]},
    "silence": {"seconds": 30},
}


@pytest.mark.parametrize("kind", UNUSABLE)
async def test_an_answer_that_cannot_be_used_changes_nothing(kind: str, kept: Kept) -> None:
    assert await kept.has("rsa")
    for name, value in UNUSABLE[kind].items():
        setattr(kept.issuer, name, value)
    kept.hands.now += 11 * MINUTE
    assert await kept.has("rsa")
    assert [type(one) for one in kept.heard] == [JwksStale]
    assert set(kept.issuer.asked) == {"/keys"}


async def test_a_hundred_keys_are_not_too_many(kept: Kept) -> None:
    kept.issuer.publish([(f"k{number}", made("ec", 1)) for number in range(100)])
    assert await kept.has("k99")


async def test_keys_that_cannot_be_used_are_passed_over_and_the_others_serve(kept: Kept) -> None:
    good = made("rsa")
    small = public(good, "small", n="AQAB" * 60)
    odd = [
        public(good, "enc", use="enc"),
        public(good, "sign", key_ops=["sign"]),
        public(good, "ops", key_ops="verify"),
        public(good, "alg", alg=1),
        {**OctKey.generate_key(256).as_dict(), "kid": "oct"},
        {"kid": "nothing"},
        {"kty": "RSA", "kid": "empty"},
        {"kty": "EC", "kid": "off", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "OKP", "kid": "curve", "crv": ["Ed25519"], "x": "AA"},
        {"kty": ["RSA"], "kid": "list"},
        {"kty": "RSA", "kid": "n", "n": 5, "e": "AQAB"},
    ]
    kept.issuer.keys = [
        small,
        *odd,
        public(good, 7),
        public(good, ""),
        public(good, "x" * 201),
        *kept.issuer.keys,
    ]
    assert await kept.has("rsa")
    for jwk in (small, *odd):
        assert not await kept.has(jwk["kid"])
    assert await kept.keys.look() == 3


async def test_a_private_key_that_is_published_serves_as_the_public_one(kept: Kept) -> None:
    kept.issuer.keys = [{**made("ec").as_dict(private=True), "kid": "ec"}]
    key = await kept.keys.key("ec")
    assert key is not None
    assert not key.is_private


async def test_keys_change_while_callers_come_and_go(tmp_path: Path) -> None:
    async with issuing() as issuer, trusting(tmp_path, issuer) as gate:

        async def status(kid: str, number: int) -> int:
            token = issuer.token({"kid": kid}, made("rsa", number))
            return (await gate.ask(WHO, headers={"authorization": f"Bearer {token}"})).status

        assert await status("rsa", 0) == 200
        issuer.publish([("rsa", made("rsa")), ("next", made("rsa", 1))])
        assert set(await asyncio.gather(*(status(*one) for one in [("rsa", 0), ("next", 1)] * 10))) == {200}
        assert len(issuer.asked) == 2
        issuer.publish([("next", made("rsa", 1))])
        gate.hands.now += timedelta(minutes=9, seconds=59)
        await status("rsa", 0)  # which has the keys fetched, and may itself be answered by the old ones
        await asyncio.sleep(0.1)
        assert (await status("rsa", 0), await status("next", 1)) == (401, 200)
        assert [line.event for line in gate.log] == ["auth.refused"]


async def test_an_issuer_that_is_down_is_told_in_the_log(tmp_path: Path) -> None:
    async with issuing() as issuer, trusting(tmp_path, issuer) as gate:
        issuer.status = 500
        headers = {"authorization": f"Bearer {issuer.token()}"}
        assert (await gate.ask(WHO, headers=headers)).status == 401
        told = [event for event in gate.events if usual(event)]
        refused = CredentialRefused("staff", Reason.UNKNOWN_KEY)
        assert told == [JwksMissing("staff", "SOURCE_UNAVAILABLE", "status"), refused]
