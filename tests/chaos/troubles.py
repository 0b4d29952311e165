"""What happens to the process itself: each is done to a stage, looked at from where clients stand, and over then."""

import asyncio
import time
from collections import Counter
from typing import Final

from httpx2 import AsyncClient

from gateway.overload.memory import MEBIBYTE
from resolvers.caller import CallerKind
from sandbox.upstreams.running import SERVICES
from tests.chaos.stage import QUESTION, Asked, Stage
from tests.running import Gate
from tests.running.answers import Answer
from tests.running.leaving import asking
from tests.running.people import ANNE, BORIS, CLARA
from tests.running.until import until

PEOPLE: Final = (ANNE, BORIS, CLARA)
WHO: Final = "{ viewer { id } }"
SOON: Final = 0.2
"""Twice the time that is promised to whoever leaves, in seconds."""
PIECE: Final = 4
"""MiB that it takes at a time."""
SPARE: Final = 48
"""MiB that a process may use beyond what it has when the row of its memory begins."""
CAN: Final = 2
"""Officers that a process of four places works for at once, while the others' places are kept for them."""


def turned_away(answer: Answer, seconds: str) -> None:
    """See that a refusal is one that a client can do something with."""
    assert (answer.status, answer.headers["retry-after"]) == (503, seconds)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.refusal == "OVERLOADED"
    assert "Mark" not in answer.text


async def herd(stage: Stage, times: int) -> None:
    """So many times as many ask as there are places for, about everybody; a system takes its time over each."""
    await stage.drive.toxic("interaction", "latency", latency=300)
    own = stage.gate
    async with AsyncClient(base_url=own.client.base_url, timeout=20) as client:
        gate = Gate(own.gateway, own.hands, client, own.events)
        coming = [gate.ask(QUESTION, crns=[PEOPLE[place % 3]]) for place in range(CAN * times)]
        answers = await asyncio.gather(*coming)
    counted = Counter(answer.status for answer in answers)
    assert counted == {200: CAN, 503: CAN * (times - 1)}
    recorded = {event["request_id"] for event in stage.gate.journal}
    for place, answer in enumerate(answers):
        if answer.status == 200:
            stage.asked.append(Asked((PEOPLE[place % 3],), answer, 0.0))
        else:
            turned_away(answer, "1")
            assert answer.headers["x-request-id"] not in recorded
    assert stage.events.count("overload.shed") <= 2  # of each reason one
    assert (await stage.gate.client.get("/health/ready")).json()["checks"]["load"] == "failing"
    await until(lambda: not stage.gate.gateway.limits.places.shedding)


async def leaving(stage: Stage) -> None:
    """A caller leaves while a system says nothing: down to its socket, nothing waits any more."""
    proxy, guard = stage.kit.proxies["interaction"], stage.gate.gateway.assembly.guards["interactions"]
    await stage.systems.fault("interaction", "hang")
    async with asking(stage.gate, QUESTION, crns=[BORIS]) as request:
        await until(lambda: guard.in_flight and proxy.under_way)
        await asyncio.sleep(0.1)
        when = request.leave()
        await until(lambda: not guard.in_flight and not proxy.under_way)
        assert time.perf_counter() - when < SOON


async def leaving_another(stage: Stage) -> None:
    """A caller leaves what another one waits for, too: that one has its answer, and nobody is asked twice."""
    guard, before = stage.gate.gateway.assembly.guards["interactions"], stage.calls()["interaction"]
    for name in SERVICES:  # all of them, so that the other one waits for all that the first one waits for
        await stage.drive.toxic(name, "latency", latency=2000 if name == "interaction" else 400)
    async with asking(stage.gate, QUESTION, crns=[BORIS]) as request:
        await until(lambda: guard.in_flight)
        staying = asyncio.create_task(stage.ask(BORIS))
        await until(lambda: stage.metric("singleflight_shared_total", {"level": "process"}))
        await asyncio.sleep(0.1)
        request.leave()
        await until(lambda: stage.metric("client_disconnects_total", {}))
        assert guard.in_flight == 1
        assert (await staying).shown != [None]
    assert stage.calls()["interaction"] - before == 1


def stand() -> None:
    """Hold the event loop up, as bad code does."""
    time.sleep(1.8)


async def loop_stands(stage: Stage) -> None:
    """The loop stands: whoever asks meanwhile is answered later, and balancer and supervisor are told."""
    http = stage.gate.client
    asked = asyncio.create_task(stage.ask(BORIS))
    asyncio.get_running_loop().call_soon(stand)
    await asyncio.sleep(0)
    ready, live = await http.get("/health/ready"), await http.get("/health/live")
    assert (ready.status_code, ready.json()["checks"]["loop"]) == (503, "failing")
    assert (live.status_code, live.json()) == (503, {"status": "not live"})
    assert (await asked).answer.status == 200
    (told,) = [line.told for line in stage.gate.log if line.event == "loop.blocked"]
    assert (told["function"], told["file"]) == ("stand", "chaos/troubles.py")
    assert told["line"] == stand.__code__.co_firstlineno + 2
    await until(lambda: stage.gate.gateway.watchdog.is_ready)
    assert (await http.get("/health/ready")).status_code == 200
    await until(lambda: stage.gate.gateway.watchdog.is_live)


async def memory_ends(stage: Stage) -> None:
    """The process uses more and more memory, and then less: partners go first, officers stay."""
    held: list[bytearray] = []

    async def until_turned_away(persona: str) -> None:
        for _ in range(100):
            answer = await stage.gate.ask(WHO, persona)
            if answer.status == 503:
                turned_away(answer, "3")
                return
            held.append(bytearray(b"x") * (PIECE * MEBIBYTE))
            await asyncio.sleep(0.5)  # memory is looked at every second: no stage is passed over
        raise AssertionError(f"{persona} is never turned away")

    await until_turned_away("partner")
    assert (await stage.gate.ask(WHO, "dashboard")).status == 200
    assert (await stage.ask(ANNE, BORIS)).answer.status == 200
    await until_turned_away("dashboard")
    assert (await stage.ask(CLARA)).answer.status == 200
    assert stage.metric("process_resident_memory_bytes", {}) >= PIECE * MEBIBYTE * len(held)
    held.clear()
    await until(lambda: stage.gate.gateway.limits.places.lets_in(CallerKind.PARTNER))
    assert (await stage.gate.ask(WHO, "partner")).status == 200


async def collector_away(stage: Stage) -> None:
    """Everybody is asked about while no trace gets anywhere: nobody who asks notices."""
    before = stage.metric("otel_dropped_total", {})
    asked = [await stage.ask(*PEOPLE), *[await stage.ask(one) for one in PEOPLE for _ in range(5)]]
    assert {one.answer.status for one in asked} == {200}
    assert all(told["overview"]["completeness"] == "COMPLETE" for one in asked for told in one.shown if told)
    await until(
        lambda: stage.metric("otel_dropped_total", {}) > before and "telemetry.export_failed" in stage.events
    )
