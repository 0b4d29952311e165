"""Streams that are begun again where others ended, feeds that a change concerns, and how long to wait."""

import json
import re
from pathlib import Path

from gateway.live.door import Starts
from gateway.live.index import Index
from gateway.settings import Settings
from tests.gateway.live.test_changes import FOLLOWED, told
from tests.gateway.live.test_protocol import QUERY
from tests.running import NOON, Gate, serving
from tests.running.live import Events, following, socket, streaming
from tests.running.people import ANNE, everything_of
from tests.running.stale import named


async def marked(events: Events) -> tuple[str, str]:
    """The mark of the next answer, and the answer."""
    mark = body = ""
    async for line in events._lines:
        field, _, value = line.partition(": ")
        mark = value if field == "id" else mark
        body = value if field == "data" else body
        if not line and body:
            return mark, body
    raise EOFError


async def test_who_has_the_answer_already_is_told_nothing_until_there_is_another(gate: Gate) -> None:
    async with streaming(gate, FOLLOWED, crn=ANNE) as events:
        mark, body = await marked(events)
    assert re.fullmatch(r"[\w-]{10,64}", mark)
    assert ANNE not in mark
    assert "Old" in body
    before = len(gate.journal)
    async with following(gate, FOLLOWED, "centre", crn=ANNE) as other:
        await other.hears()  # somebody else follows, too
        async with streaming(gate, FOLLOWED, headers={"last-event-id": mark}, crn=ANNE) as events:
            await gate.tell(named(ANNE, "New"))
            assert len(gate.journal) == before + 1
            await told(gate)
            again, body = await marked(events)
            assert "New" in body
            assert again != mark
    async with streaming(gate, FOLLOWED, headers={"last-event-id": mark}, crn=ANNE) as events:
        assert (await marked(events)) == (again, body)  # another one by now


async def test_the_mark_is_the_same_though_pages_are_kept_finished(tmp_path: Path) -> None:
    fields = "{ debts { debts { reason id } } interactions { edges { node { title id } } } }"
    document = f"subscription($crn: CRN!) {{ customerChanged(crn: $crn) {fields} }}"
    async with serving(tmp_path, *everything_of(ANNE, NOON), settings=Settings(home=tmp_path)) as gate:
        marks = set()
        for _ in range(4):
            async with streaming(gate, document, crn=ANNE) as events:
                marks.add(await marked(events))
            await gate.ask(f"query($crn: CRN!) {{ customer(crn: $crn) {fields} }}", crn=ANNE)
        assert len(marks) == 1


async def test_a_mark_that_nobody_gave_is_no_mark(gate: Gate) -> None:
    for mark in ("", "x"):
        async with streaming(gate, FOLLOWED, headers={"last-event-id": mark}, crn=ANNE) as events:
            assert "Old" in (await marked(events))[1]


async def test_whoever_asks_too_much_over_a_socket_is_told_when_to_ask_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, rate_staff=2)
    async with serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate, socket(gate) as one:
        await one.welcomed(gate)
        for number in range(4):
            await one.asks(QUERY, str(number), crn=ANNE)
            message = await one.hears()
            while message["type"] == "complete":
                message = await one.hears()
        (error,) = message["payload"]
        assert error["extensions"]["code"] == "RATE_LIMITED", json.dumps(message)
        assert 1 <= error["extensions"]["retryAfter"] <= 60


def test_a_larger_crowd_is_spread_over_a_longer_time() -> None:
    now = [0.0]
    starts = Starts(50, lambda: now[0])
    latest = {}
    for turned_away in (100, 900, 100_000):
        for _ in range(turned_away):
            starts.take()
        latest[turned_away] = max(starts.come_again() for _ in range(2_000))
        now[0] += 10_000
    assert latest[100] == 10
    assert 20 <= latest[900] <= 27
    assert latest[100_000] == 60


def test_a_topic_concerns_its_feeds_those_that_are_new_and_no_others() -> None:
    index = Index[str]()
    index.put("anne", frozenset({"a", "health"}))
    index.put("boris", frozenset({"b"}))
    index.put("new", None)
    assert set(index.of("a")) == {"anne", "new"}
    assert set(index.of("nobody")) == {"new"}
    assert set(index.of(None)) == {"anne", "boris", "new"}
    index.put("new", frozenset())
    index.put("anne", frozenset({"b"}))
    assert (set(index.of("a")), set(index.of("b"))) == (set(), {"anne", "boris"})
    for feed in ("anne", "boris", "new", "nobody"):
        index.remove(feed)
    assert len(index) == 0
    assert list(index.of("b")) == []
