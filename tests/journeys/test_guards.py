"""A system that is down, throttles, rests or does not know us: what it costs, whom, and how it comes back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.upstreams.running import SERVICES, Upstreams
from sources.guard import BreakerChanged, Retried, State
from tests.running import NOON, Answer, Gate
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.services import guarded, served_by_systems
from tests.sources.specimens import crns

DEBTS = "query($crn: CRN!) { customer(crn: $crn) { debts { debts { id } } } }"
REST = "profile { title } interactions { edges { node { id } } } correspondence { edges { node { id } } }"
ONE = f"""query($crn: CRN!) {{ customer(crn: $crn) {{ {REST} debts {{ debts {{ id }} }}
    overview {{ completeness sections {{ source status code retryAfter }} }} }} }}"""
CROWD = crns(40)
HASTE = "calls = 5\nopen_seconds = 0.3\njitter_seconds = 0\nwindow_seconds = 5\nlongest_open_seconds = 0.6"


@asynccontextmanager
async def town(
    folder: Path, text: str | None = None, people: Any = (ANNE, BORIS), **more: Any
) -> AsyncIterator[tuple[Gate, Upstreams]]:
    everybody = [record for owner in people for record in everything_of(owner, NOON)]
    async with served_by_systems(folder, *everybody, text=text, **more) as (gate, systems):
        yield gate, systems


def of(gate: Gate, system: str, kind: type[Any]) -> list[Any]:
    return [event for event in gate.events if isinstance(event, kind) and event.system == system]


def section(answer: Answer, part: str) -> dict[str, Any]:
    sections: list[dict[str, Any]] = answer.partial["customer"]["overview"]["sections"]
    (found,) = [one for one in sections if one["source"] == part]
    return found


def others_are_complete(answer: Answer, lost: str) -> None:
    sections = answer.partial["customer"]["overview"]["sections"]
    assert {one["status"] for one in sections if one["source"] != lost} == {"OK"}
    assert answer.partial["customer"]["profile"] is not None


async def wear(gate: Gate, owners: Any) -> None:
    for owner in owners:
        await gate.ask(DEBTS, crn=owner)


async def test_a_system_that_is_down_is_not_asked_any_more_and_costs_only_its_own_section(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, people=CROWD) as (gate, systems):
        await systems.fault("debt", "down")
        await wear(gate, CROWD[:20])
        assert [one.to for one in of(gate, "debts", BreakerChanged)] == [State.OPEN]
        answer = await gate.ask(ONE, crn=CROWD[30])
        assert answer.at("customer", "debts") == "SOURCE_UNAVAILABLE"
        told = section(answer, "debt")
        assert (told["status"], told["code"]) == ("UNAVAILABLE", "SOURCE_UNAVAILABLE")
        assert 1 <= told["retryAfter"] <= 7
        others_are_complete(answer, "debt")
        named = [line.event for line in gate.log]
        assert named.count("source.breaker") == 1  # once, and not again for everybody who is turned away
        before = named.count("source.unavailable")
        await wear(gate, CROWD[31:35])
        assert [line.event for line in gate.log].count("source.unavailable") == before


@pytest.mark.conformance
async def test_a_system_that_is_down_costs_under_50_ms_once_its_breaker_is_open(tmp_path: Path) -> None:
    """A request for its section alone; with a factor of two to spare."""
    async with town(tmp_path, people=CROWD) as (gate, systems):
        await systems.fault("debt", "down")
        await wear(gate, CROWD[:20])
        seconds = []
        for owner in CROWD[20:35]:
            started = time.perf_counter()
            await gate.ask(DEBTS, crn=owner)
            seconds.append(time.perf_counter() - started)
        assert sorted(seconds)[len(seconds) // 2] < 0.1


@pytest.mark.conformance
async def test_a_system_that_is_back_is_asked_again_after_one_probe(tmp_path: Path) -> None:
    async with town(tmp_path, guarded(debts=HASTE), CROWD) as (gate, systems):
        await systems.fault("debt", "down")
        await wear(gate, CROWD[:10])
        assert State.OPEN in [one.to for one in of(gate, "debts", BreakerChanged)]
        await systems.clear()
        ended = time.perf_counter()
        for owner in CROWD[10:]:
            if not (await gate.ask(DEBTS, crn=owner)).errors:
                break
            await asyncio.sleep(0.05)
        assert time.perf_counter() - ended < 0.6 + 0.4  # the longest that it is open, and a probe
        await wear(gate, CROWD[-3:])
        assert of(gate, "debts", BreakerChanged)[-1].to is State.CLOSED


@pytest.mark.conformance
async def test_a_system_that_fails_every_other_time_is_opened_and_never_swings(tmp_path: Path) -> None:
    async with town(tmp_path, guarded(debts=HASTE + "\nattempts = 1"), CROWD) as (gate, systems):
        await systems.fault("debt", "status", status=500, probability=0.5, seed=7)
        began, opened = time.monotonic(), 0
        while time.monotonic() - began < 3:
            gate.events.clear()
            await gate.gateway.neighbours.cache.invalidate(ANNE)
            await wear(gate, CROWD)
            for owner in CROWD:
                await gate.gateway.neighbours.cache.invalidate(owner)
            opened += [one.to for one in of(gate, "debts", BreakerChanged)].count(State.OPEN)
        assert 1 <= opened <= 3 / 0.3 + 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_status_that_passes_is_asked_again_and_nobody_notices(status: int, tmp_path: Path) -> None:
    async with town(tmp_path) as (gate, systems):
        await systems.fault("debt", "status", status=status, times=1)
        answer = await gate.ask(ONE, crn=ANNE)
        assert answer.data["customer"]["overview"]["completeness"] == "COMPLETE"
        assert systems.calls("debt").requests == 2
        assert of(gate, "debts", Retried) == [Retried("debts", str(status))]


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        ({"status": 500}, 1),
        ({"status": 400}, 1),
        ({"status": 503}, 2),
        ({"status": 503, "retry_after": 3}, 1),
        ({"status": 429, "retry_after": 3600}, 1),
        ({"status": 429, "retry_after": 0}, 2),
        ({"status": 401}, 1),
    ],
)
async def test_a_status_that_stays_costs_its_own_section_and_is_asked_again_only_where_that_may_help(
    fault: dict[str, int], calls: int, tmp_path: Path
) -> None:
    async with town(tmp_path) as (gate, systems):
        await systems.fault("debt", "status", **fault)
        answer = await gate.ask(ONE, crn=ANNE)
        assert answer.at("customer", "debts") == "SOURCE_UNAVAILABLE"
        others_are_complete(answer, "debt")
        assert systems.calls("debt").requests == calls


async def test_a_system_that_asks_for_rest_is_left_alone_and_said_to_be(tmp_path: Path) -> None:
    async with town(tmp_path) as (gate, systems):
        await systems.fault("debt", "status", status=503, retry_after=30, times=1)
        await gate.ask(ONE, crn=ANNE)
        answer = await gate.ask(ONE, crn=BORIS)
        assert systems.calls("debt").requests == 1
        assert 25 <= section(answer, "debt")["retryAfter"] <= 30
        others_are_complete(answer, "debt")


async def test_a_system_that_throttles_gets_half_as_many_calls_at_once(tmp_path: Path) -> None:
    async with town(tmp_path) as (gate, systems):
        await systems.fault("debt", "status", status=429, retry_after=3600, times=1)
        await gate.ask(ONE, crn=ANNE)
        assert gate.gateway.assembly.guards["debts"].limit == 16
        assert "source.throttled" in [line.event for line in gate.log]


async def test_a_token_that_was_changed_is_read_again_and_nobody_notices(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("old\n")
    text = guarded(debts="in_flight = 32").replace(
        "[systems.debts]\n", f'[systems.debts]\ntoken_file = "{tmp_path / "token"}"\n'
    )
    async with town(tmp_path, text) as (gate, systems):
        await systems.fault("debt", "status", status=401, times=1)
        (tmp_path / "token").write_text("new\n")
        assert (await gate.ask(ONE, crn=ANNE)).data["customer"]["debts"] is not None
        assert of(gate, "debts", Retried) == [Retried("debts", "credentials")]
        await systems.fault("debt", "status", status=403, times=1)
        assert (await gate.ask(ONE, crn=BORIS)).at("customer", "debts") == "SOURCE_UNAVAILABLE"
        assert "source.auth_failed" in [line.event for line in gate.log]


async def test_all_systems_down_is_said_of_all_and_shows_nobody(tmp_path: Path) -> None:
    async with town(tmp_path, people=CROWD) as (gate, systems):
        await systems.fault("*", "down")
        for owner in CROWD[:25]:
            answer = await gate.ask(ONE, crn=owner)
            assert answer.at("customer") == "ACCESS_CHECK_UNAVAILABLE"
        changed = {name for name in gate.gateway.assembly.guards if of(gate, name, BreakerChanged)}
        assert {"customers", "restrictions", "debts"} <= changed


@pytest.mark.conformance
@pytest.mark.parametrize(("persona", "most"), [("officer", 1.0), ("partner", 2.0)])
async def test_a_request_is_answered_by_its_deadline_whatever_hangs(
    persona: str, most: float, tmp_path: Path
) -> None:
    async with town(tmp_path, source_seconds=10, deadline_staff=1.0, deadline_partner=2.0) as (gate, systems):
        await gate.ask(ONE, persona, crn=BORIS)
        await systems.fault("debt", "hang")
        await systems.fault("correspondence", "hang")
        started = time.perf_counter()
        answer = await gate.ask(ONE, persona, crn=ANNE)
        assert time.perf_counter() - started < most + 0.25
        if persona == "officer":
            assert (
                section(answer, "debt")["code"]
                == section(answer, "correspondence")["code"]
                == "SOURCE_TIMEOUT"
            )
            assert section(answer, "interaction")["status"] == "OK"


@pytest.mark.conformance
async def test_who_comes_later_waits_for_the_same_call_as_long_as_it_may(tmp_path: Path) -> None:
    """An officer has half a second, a partner three: what both wait for goes on for the partner."""
    calls = "query($crn: CRN!) { customer(crn: $crn) { interactions { edges { node { title } } } } }"
    async with town(tmp_path, source_seconds=10, deadline_staff=0.5, deadline_partner=3.0) as (gate, systems):
        await gate.ask(calls, crn=BORIS)
        asked = systems.calls("interaction").requests
        await systems.fault("interaction", "slow", seconds=1.0, times=1)
        first = asyncio.create_task(gate.ask(calls, crn=ANNE))
        await asyncio.sleep(0.2)
        second = await gate.ask(calls, "partner", crn=ANNE)
        assert (await first).at("customer", "interactions") == "SOURCE_TIMEOUT"
        assert second.data["customer"]["interactions"] is not None
        assert systems.calls("interaction").requests == asked + 1


async def test_a_crowd_that_a_system_keeps_waiting_takes_no_places_of_the_others(tmp_path: Path) -> None:
    narrow = guarded(debts="in_flight = 1\nwaiting = 1\nwait_seconds = 0.01")
    async with town(tmp_path, narrow, CROWD) as (gate, systems):
        await systems.fault("debt", "slow", seconds=0.3)
        asking = []
        for owner in CROWD[:6]:
            asking.append(asyncio.create_task(gate.ask(ONE, crn=owner)))
            await asyncio.sleep(0.02)  # who comes at the same time is one call
        answers = await asyncio.gather(*asking)
        shown = [answer.partial["customer"]["debts"] is not None for answer in answers]
        assert any(shown)
        assert not all(shown)
        for answer in answers:
            others_are_complete(answer, "debt")
        assert "source.crowded" in [line.event for line in gate.log]
        assert asked_once(systems)


def asked_once(systems: Upstreams) -> bool:
    """Whether no other system was asked more often than there were people."""
    return all(systems.calls(name).requests <= 6 for name in SERVICES if name != "debt")
