"""What happens in the rows about the shared cache: who asks for whom, and what befalls the Valkey meanwhile."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import msgspec
from redis import Redis

from cache import Entry, scripts
from cache.envelope import Envelopes
from cache.two_levels import NEAR_SECONDS
from sandbox.upstreams.running import SERVICES
from sources.crn import Crn
from tests.cache.stores import Texts
from tests.chaos.cached_stage import CROWD, CachedStage
from tests.chaos.stage import place
from tests.running import NOON
from tests.running.people import ANNE, BORIS
from tests.running.senders import event, signed
from tests.running.until import until
from tests.running.valkey import valkey

Plot = Callable[[CachedStage], Awaitable[None]]
Loss = Callable[[CachedStage], Awaitable[None]]
Forgery = Callable[[CachedStage, Redis], None]
PART: Final = "interaction"
IN_FLIGHT: Final = 2
"""Calls to one system that are under way at once, at most, where a row says so."""
KEPT_SECONDS: Final = 5.5
"""After so long the connections of fifty who asked are kept by neither side."""
LOSE_LAST: Final = "redis.call('XDEL', KEYS[1], redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1])"


async def _without(stage: CachedStage) -> None:
    """Ask for somebody who is kept, for two who are not, and again."""
    for owner in (ANNE, stage.fresh(), stage.fresh(), ANNE):
        await stage.ask(owner)


def away(happens: Loss) -> Plot:
    """The Valkey is away from something that happens on."""

    async def plot(stage: CachedStage) -> None:
        await stage.ask_other(ANNE)
        await stage.ask(ANNE)
        await happens(stage)
        await _without(stage)

    return plot


def wire(type: str, **attributes: int) -> Plot:
    """A toxic of the wire."""
    return away(lambda stage: stage.cut.toxic("valkey", type, "downstream", 1.0, **attributes))


def turned(**told: bool) -> Plot:
    """A port that refuses, or a black hole."""
    return away(lambda stage: stage.cut.turn("valkey", **told))


async def _dies(stage: CachedStage) -> None:
    stage.kill()


killed: Final = away(_dies)


async def frozen(stage: CachedStage) -> None:
    await stage.ask_other(ANNE)
    await stage.ask(ANNE)
    with stage.shared.stopped():
        await _without(stage)


async def full(stage: CachedStage) -> None:
    """What stands there is read; what is new is kept in memory alone."""
    await stage.ask_other(ANNE)
    numbered, stranger = stage.fresh(), stage.fresh()
    await stage.ask(numbered)
    await _invalidated_and_heard(stage, numbered)
    with stage.shared.client as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
    before = stage.calls()
    await stage.ask(ANNE)
    assert stage.calls() == before
    for owner in (numbered, numbered, stranger, stranger):
        await stage.ask(owner)
    assert stage.calls() == {name: count + 2 for name, count in before.items()}
    assert stage.entry(PART, stranger) is None


def lost(loses: Loss) -> Plot:
    """All is lost before fifty who are kept there ask at once: no system has more to do than it can."""

    async def plot(stage: CachedStage) -> None:
        await stage.invalidated(BORIS)
        await stage.ask_other(*CROWD[:25])
        await stage.ask_other(*CROWD[25:50])
        for name in SERVICES:
            await stage.systems.fault(name, "slow", seconds=0.03)
        await loses(stage)
        await stage.until_told("cache.cold")
        watching = asyncio.create_task(_busiest(stage))
        await asyncio.gather(*(stage.ask(owner) for owner in CROWD[:50]))
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        assert stage.busiest == IN_FLIGHT
        await asyncio.sleep(KEPT_SECONDS)

    return plot


async def _busiest(stage: CachedStage) -> None:
    """Take note of how many calls were under way to one system."""
    while True:
        for guard in stage.gate.gateway.assembly.guards.values():
            stage.busiest = max(stage.busiest, guard.in_flight)
        await asyncio.sleep(0.001)


async def flushed(stage: CachedStage) -> None:
    with stage.shared.client as client:
        client.flushall()


async def failed_over(stage: CachedStage) -> None:
    """Another server, with nothing in it, stands where the first one did."""
    stage.shared = stage.more.enter_context(valkey())
    for proxy in stage.wires.proxies.values():
        proxy.upstream = place(stage.shared.url)
        await proxy.sever()


def forged(forgery: Forgery) -> Plot:
    """What stands under Anne's key is none of ours: it is fetched, and a true entry takes its place."""

    async def plot(stage: CachedStage) -> None:
        await stage.ask_other(ANNE, BORIS)
        with stage.shared.client as client:
            forgery(stage, client)
        before = stage.calls()
        await stage.ask(ANNE)
        assert stage.calls() == before | {PART: before[PART] + 1}
        assert isinstance(stage.entry(PART, ANNE), Entry)

    return plot


def garbage(stage: CachedStage, client: Redis) -> None:
    client.set(stage.place(PART, ANNE).key, b"\xff" * 100)


def flipped(offset: int) -> Forgery:
    """The highest bit of one byte."""

    def forgery(stage: CachedStage, client: Redis) -> None:
        key = stage.place(PART, ANNE).key
        told: Any = client.get(key)
        spoiled = bytearray(told)
        spoiled[offset] ^= 0x80
        client.set(key, bytes(spoiled))

    return forgery


def of_another(stage: CachedStage, client: Redis) -> None:
    told: Any = client.get(stage.place(PART, BORIS).key)
    client.set(stage.place(PART, ANNE).key, told)


def misshapen(stage: CachedStage, client: Redis) -> None:
    """A gateway of the same keyring wrote it, and none that reads as this one does."""
    where, kept = stage.place(PART, ANNE), stage.entry(PART, ANNE)
    assert isinstance(kept, Entry)
    keyring = stage.gate.gateway.keyring
    writer = Envelopes(Texts(), keyring.subkeys("cache-mac"), keyring.subkeys("cache-seal"))
    client.set(where.key, writer.pack(where, Entry("text", kept.fetched, kept.mark, negative=False)))


def unheard(loses: Loss) -> Plot:
    """An invalidation of what is in memory does not arrive: it is shown no longer than memory is good for."""

    async def plot(stage: CachedStage) -> None:
        await stage.ask_other(ANNE)
        await stage.ask(ANNE)
        await loses(stage)
        await _until_read_anew(stage, NEAR_SECONDS)
        await stage.until_told("invalidation.gap")

    return plot


async def _until_read_anew(stage: CachedStage, seconds: float) -> None:
    """Ask for Anne until her systems are asked again; that long at most."""
    before, began = stage.calls(), time.monotonic()
    while stage.calls() == before:
        assert time.monotonic() - began < seconds, "it is still shown"
        await stage.ask(ANNE)
        await asyncio.sleep(0.02)


def _lost(stage: CachedStage, loss: Callable[[Any, str], object]) -> None:
    """Anne is invalidated, and of that nothing is left in the stream before anybody could read it."""
    person, (stream, number) = stage.keys.person(ANNE), stage.keys.stream
    with stage.shared.client as client:
        at_once = client.pipeline(transaction=True)
        at_once.eval(scripts.ADVANCE, 1, stage.keys.generations("", person)[0], "86400")
        told = msgspec.json.encode((person, None, None)).decode()
        at_once.eval(scripts.TELL, 2, stream, number, "100000", told, "event")
        loss(at_once, stream)
        at_once.execute()


async def trimmed(stage: CachedStage) -> None:
    _lost(stage, lambda at_once, stream: at_once.xtrim(stream, 0, approximate=False))


async def dropped(stage: CachedStage) -> None:
    _lost(stage, lambda at_once, stream: at_once.eval(LOSE_LAST, 1, stream))


async def cut_off(stage: CachedStage) -> None:
    """The reader's connection is broken off, and it can come back only when all is said."""
    await stage.cut.turn("valkey", enabled=False)
    await asyncio.sleep(0.1)  # it tries once more, at once
    await stage.invalidated(ANNE)
    await stage.cut.reset()


async def _invalidated_and_heard(stage: CachedStage, owner: Crn) -> None:
    told = "invalidations_total", {"cause": "stream"}
    before = stage.metric(*told)
    await stage.invalidated(owner)
    await until(lambda: stage.metric(*told) > before)


async def heard(stage: CachedStage) -> None:
    await stage.ask_other(ANNE)
    await stage.ask(ANNE)
    await stage.invalidated(ANNE)
    await _until_read_anew(stage, NEAR_SECONDS / 2)


async def told_again(stage: CachedStage) -> None:
    """A system's message comes a second time: it is counted, and nothing is read anew for it."""
    await stage.ask_other(ANNE)
    await stage.ask(ANNE)
    body = json.dumps(event(crn=ANNE) | {"time": "1971-01-01T00:00:00Z"}).encode()
    headers, first, before = signed(body, NOON), stage.number(ANNE), stage.calls()
    assert (await stage.gate.send("POST", "/events", body, headers)).status == 202
    second = stage.number(ANNE)
    assert second > first
    await stage.ask(ANNE)
    after = stage.calls()
    assert after != before
    assert (await stage.gate.send("POST", "/events", body, headers)).status == 202
    assert stage.number(ANNE) == second
    await stage.ask(ANNE)
    assert stage.calls() == after


async def ancient(stage: CachedStage) -> None:
    """Invalidations of long ago are written into the stream once more, the later one first."""
    await stage.ask_other(ANNE)
    await stage.ask(ANNE)
    for _ in range(2):
        await stage.invalidated(ANNE)
    await _until_read_anew(stage, NEAR_SECONDS / 2)
    await stage.ask(ANNE)
    number, before = stage.number(ANNE), stage.calls()
    with stage.shared.client as client:
        told: Any = client.xrange(stage.keys.stream[0])
        for _, fields in reversed(told):
            client.xadd(stage.keys.stream[0], fields)
    await stage.until_told("invalidation.gap")
    await stage.ask(ANNE)
    assert (stage.number(ANNE), stage.calls()) == (number, before)


async def overtaken(stage: CachedStage) -> None:
    """Anne is invalidated while she is fetched: who asked gets it, and nobody after."""
    before = stage.calls()
    await stage.systems.fault(PART, "slow", crn=ANNE, seconds=0.5)
    asking = asyncio.create_task(stage.ask(ANNE))
    await until(lambda: stage.calls()[PART] > before[PART])
    await stage.invalidated(ANNE)
    await asking
    await stage.systems.clear()
    assert stage.entry(PART, ANNE) is None
    await stage.ask(ANNE)
    assert stage.calls() == {name: count + 2 for name, count in before.items()}
