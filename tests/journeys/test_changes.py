"""Gateways that share a cache, and systems that tell a part together: what one is told has changed, all read anew."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from sources.merged import Merged, Rule
from sources.source import Source
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE
from tests.running.senders import event, events_file, posts, said, signed
from tests.running.stale import changes, named, shown
from tests.running.valkey import Shared, valkey

PURGE = "mutation($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"


@pytest.fixture
def shared() -> Iterator[Shared]:
    with valkey() as server:
        yield server


@asynccontextmanager
async def two(folder: Path, url: str) -> AsyncIterator[tuple[Gate, Gate]]:
    """Two gateways of one database and one keyring."""
    settings = Settings(
        home=folder, events_file=events_file(folder), redis_url=url, rate_staff=0, rate_service=0
    )
    async with (
        serving(folder, named(ANNE, "Old"), settings=settings) as one,
        serving(folder, settings=settings) as other,
    ):
        yield one, other


async def until(gate: Gate, family: str) -> None:
    async with asyncio.timeout(10):
        while await shown(gate) != family:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_an_event_that_one_gateway_takes_every_gateway_heeds(shared: Shared, tmp_path: Path) -> None:
    async with two(tmp_path, shared.url) as (one, other):
        await shown(other)
        await changes(one)
        assert await shown(other) == "Old"
        answer = await posts(one, event(crn=ANNE))
        assert (said(answer), answer.body["everywhere"]) == ((202, 1, 0, []), True)
        assert await shown(one) == "New", "at once"
        await until(other, "New")


@pytest.mark.conformance
async def test_while_the_shared_cache_is_away_it_is_said_that_not_all_may_know(
    shared: Shared, tmp_path: Path
) -> None:
    async with two(tmp_path, shared.url) as (one, other):
        await changes(one)
        shared.kill()
        body = json.dumps(event(crn=ANNE)).encode()
        headers = signed(body, NOON)
        answer = await one.send("POST", "/events", body, headers)
        assert (said(answer), answer.body["everywhere"]) == ((202, 1, 0, []), False)
        assert await shown(one) == "New", "this one knows"
        purged = await one.ask(PURGE, "restricted", input={"crn": ANNE})
        assert purged.data["purgeCache"]["everywhere"] is False
        shared.start()
        async with asyncio.timeout(20):
            while not (await one.send("POST", "/events", body, headers)).body["everywhere"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await until(other, "New")


class Twin:
    """The same source under another name."""

    def __init__(self, source: Source[Any]) -> None:
        self.system = "crm"
        self.part, self.time_limit = source.part, source.time_limit
        self.retention_days = source.retention_days
        self.most_at_once = source.most_at_once
        self.fetch = source.fetch


@pytest.mark.parametrize("system", ["crm", "sql", "sql+crm"])
async def test_a_system_that_tells_a_part_with_others_is_reached_by_its_own_name(
    system: str, tmp_path: Path
) -> None:
    def merged(source: Source[Any]) -> Source[Any]:
        both: Any = (source, Twin(source))
        return Merged(both, Rule.FIRST, lambda: NOON, lambda _: None)

    async with serving(tmp_path, named(ANNE, "Old"), replaced={"customer": merged}) as gate:
        await changes(gate)
        answer = await gate.ask(PURGE, "restricted", input={"system": system})
        assert answer.data["purgeCache"]["everywhere"] is True
        assert await shown(gate) == "New"
