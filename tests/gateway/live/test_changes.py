"""What is followed is told at once, and again when it has changed: not before, and not to whoever may not see it."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.sockets import LiveExecuted
from gateway.settings import Settings
from sources.parts import Restriction
from tests.running import Gate, serving
from tests.running.failing import failing, raises
from tests.running.live import following, socket
from tests.running.people import ANNE, BORIS
from tests.running.senders import event, events_file, posts
from tests.running.stale import named
from tests.running.telephones import rings

NAMES = "($crn: CRN!) { customerChanged(crn: $crn) { profile { names { family } } } }"
FOLLOWED = f"subscription{NAMES}"
OVERVIEW = """subscription($crn: CRN!) {
  overviewChanged(crn: $crn) { overview { completeness } profile { names { family } } }
}"""
POP = "subscription { screenPop { callId customer { profile { names { family } } } } }"
PURGE = "mutation($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"


def family(message: dict[str, Any]) -> str:
    assert message["type"] == "next", message
    (customer,) = message["payload"]["data"].values()
    return str(customer["profile"]["names"][0]["family"])


async def told(gate: Gate, who: str = ANNE) -> None:
    assert (await posts(gate, event(crn=who))).status == 202


@pytest.mark.parametrize("document", [FOLLOWED, OVERVIEW])
async def test_an_event_of_a_system_reaches_the_socket(document: str, gate: Gate) -> None:
    async with following(gate, document, crn=ANNE) as one:
        assert family(await one.hears()) == "Old"
        await gate.tell(named(ANNE, "New"))
        await told(gate)
        assert family(await one.hears()) == "New"


@pytest.mark.conformance
async def test_what_has_changed_is_there_within_two_seconds(gate: Gate) -> None:
    async with following(gate, OVERVIEW, crn=ANNE) as one:
        await one.hears()
        waited = []
        for number in range(20):
            await gate.tell(named(ANNE, f"New{number}"))
            began = time.monotonic()
            await told(gate)
            assert family(await one.hears()) == f"New{number}"
            waited.append(time.monotonic() - began)
        assert max(waited) < 4  # and as many to spare


async def test_what_no_system_tells_of_is_seen_all_the_same_once_what_is_kept_is_old(tmp_path: Path) -> None:
    settings, older = Settings(home=tmp_path, live_check_seconds=0.3), [0.0]
    async with (
        serving(
            tmp_path, named(ANNE, "Old"), settings=settings, ages=lambda: time.monotonic() + older[0]
        ) as gate,
        following(gate, FOLLOWED, crn=ANNE) as one,
    ):
        assert family(await one.hears()) == "Old"
        await gate.tell(named(ANNE, "New"))
        assert await one.is_quiet(1.0)
        older[0] = 1_000_000.0
        assert family(await one.hears()) == "New"


async def test_an_answer_of_which_something_failed_is_told_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path))
    fault = {"customer": failing(raises)}
    async with (
        serving(tmp_path, named(ANNE, "Old"), settings=settings, replaced=fault) as gate,
        following(gate, FOLLOWED, crn=ANNE) as one,
    ):
        assert "SOURCE_UNAVAILABLE" in repr(await one.hears())
        await told(gate)
        assert await one.is_quiet(1.0)  # whatever its references are


async def test_a_purge_reaches_the_socket(gate: Gate) -> None:
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        assert family(await one.hears()) == "Old"
        await gate.tell(named(ANNE, "New"))
        assert (await gate.ask(PURGE, "restricted", input={"all": True})).data
        assert family(await one.hears()) == "New"


async def test_nothing_is_told_while_the_answer_is_the_same_or_another_person_changes(gate: Gate) -> None:
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        assert family(await one.hears()) == "Old"
        await told(gate)
        await gate.tell(named(BORIS, "New"))
        await told(gate, BORIS)
        recorded = len(gate.journal)
        assert await one.is_quiet(1.0)
        assert len(gate.journal) == recorded


async def test_each_delivery_is_on_record_before_it_is_made(gate: Gate) -> None:
    """BR-AC-4."""
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        await one.hears()
        assert [(event["action"], event["actor"]["id"]) for event in gate.journal] == [("view", "officer-1")]
        await gate.tell(named(ANNE, "New"))
        await told(gate)
        await one.hears()
        assert [event["action"] for event in gate.journal] == ["view", "view"]


async def test_what_cannot_be_put_on_record_is_not_told(gate: Gate) -> None:
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        await one.hears()
        journal = gate.gateway.settings.journal
        journal.rename(journal.with_suffix(".aside"))
        journal.mkdir()
        await gate.tell(named(ANNE, "New"))
        await told(gate)
        assert await one.is_quiet(1.0)
        journal.rmdir()
        journal.with_suffix(".aside").rename(journal)
        assert family(await one.hears()) == "New"


async def test_one_execution_serves_all_listeners_of_one_caller(gate: Gate) -> None:
    async with socket(gate) as one:
        await one.welcomed(gate)
        for number in range(50):
            await one.asks(FOLLOWED, str(number), crn=ANNE)
        assert {(await one.hears())["id"] for _ in range(50)} == {str(number) for number in range(50)}
        await gate.tell(named(ANNE, "New"))
        before = len([one for one in gate.events if isinstance(one, LiveExecuted)])
        await told(gate)
        assert {family(await one.hears()) for _ in range(50)} == {"New"}
        ran = len([one for one in gate.events if isinstance(one, LiveExecuted)]) - before
        assert ran <= 2  # one, and one that was due in any case


async def test_two_officers_are_told_each_by_an_execution_of_their_own(gate: Gate) -> None:
    async with (
        following(gate, FOLLOWED, crn=ANNE) as one,
        following(gate, FOLLOWED, "centre", crn=ANNE) as two,
    ):
        assert [family(await each.hears()) for each in (one, two)] == ["Old", "Old"]
        await gate.tell(named(ANNE, "New"))
        await told(gate)
        assert [family(await each.hears()) for each in (one, two)] == ["New", "New"]
        assert {event["actor"]["id"] for event in gate.journal} == {"officer-1", "officer-2"}


async def test_a_record_that_becomes_restricted_is_told_no_more(gate: Gate) -> None:
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        assert family(await one.hears()) == "Old"
        await gate.tell(Restriction(ANNE, restricted=True, manager="officer-9"), named(ANNE, "New"))
        await told(gate)
        heard = []
        try:
            while True:
                heard.append(await one.hears())
        except Exception:
            assert one.connection.close_code == 4401
        assert "New" not in repr(heard)
        assert gate.journal[-1]["action"] == "deny"


@pytest.mark.parametrize("persona", ["dashboard", "partner", "centre"])
async def test_who_may_not_see_a_record_gets_nothing_of_it(persona: str, gate: Gate) -> None:
    await gate.tell(Restriction(BORIS, restricted=True, manager="officer-9"))
    async with following(gate, FOLLOWED, persona, crn=BORIS) as one:
        message = await one.hears()
        assert "Old" not in repr(message)
        assert {event["action"] for event in gate.journal} == {"deny"}


async def test_the_telephone_rings_and_the_customer_stands_on_the_screen(gate: Gate) -> None:
    async with following(gate, POP) as one, following(gate, POP, "centre") as other:
        assert (await one.hears())["payload"]["data"] == {"screenPop": None}
        assert (await other.hears())["payload"]["data"] == {"screenPop": None}
        assert (await rings(gate, customer={"crn": ANNE})).status == 202
        popped = (await one.hears())["payload"]["data"]["screenPop"]
        assert popped == {"callId": "C1", "customer": {"profile": {"names": [{"family": "Old"}]}}}
        assert (await rings(gate, "call.ended")).status == 202
        assert (await one.hears())["payload"]["data"] == {"screenPop": None}
        assert await other.is_quiet()


async def test_how_the_sources_are_is_told_when_it_changes(gate: Gate) -> None:
    document = "subscription { sourceHealthChanged { part health } }"
    async with following(gate, document) as one:
        first = (await one.hears())["payload"]["data"]["sourceHealthChanged"]
        assert {source["health"] for source in first} == {"UNASKED"}
        assert (await gate.ask("query($crn: CRN!) { customer(crn: $crn) { crn } }", crn=ANNE)).data
        health: set[str] = set()
        async with asyncio.timeout(10):
            while "HEALTHY" not in health:
                health = {one["health"] for one in _sources(await one.hears())}


def _sources(message: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = message["payload"]["data"]["sourceHealthChanged"]
    return found


async def test_a_token_that_ends_ends_the_socket(watchful: Gate) -> None:
    gate = watchful
    async with following(gate, FOLLOWED, crn=ANNE) as one:
        await one.hears()
        gate.hands.now = gate.hands.now.replace(day=gate.hands.now.day + 1)
        assert await one.closes() == 4401
