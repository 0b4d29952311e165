"""Claims whose answer never came: nobody waits for a flight of its own that there is not."""

import asyncio
import time

import pytest

from tests.cache.stores import KEYS, process
from tests.cache.test_contract import read
from tests.cache.upstream import PART, SYSTEM, Upstream
from tests.chaos.driving import driving
from tests.chaos.proxy import proxies
from tests.chaos.stage import place
from tests.running.valkey import valkey

PLACE = KEYS.place(PART, SYSTEM, "A")
PATIENCE = 0.9
"""Seconds that another process is waited for."""
SOON = 0.05
"""Seconds that what is shared is waited for."""


@pytest.mark.parametrize("asked", ["claim", "release"])
async def test_a_claim_whose_answer_did_not_come_is_ones_own_when_it_is_claimed_again(asked: str) -> None:
    with valkey() as shared, shared.client as client:
        async with (
            proxies({"valkey": place(shared.url)}) as kit,
            driving(kit) as drive,
            process(f"redis://{kit.proxies['valkey'].listen}/0", seconds=SOON) as own,
            process(shared.url) as other,
        ):
            upstream = Upstream()
            await read(own, "B", upstream)  # there is a connection
            if asked == "release":
                assert await own.store.claim([PLACE]) == [PLACE]
            # what is asked arrives, and what is answered does not; or it does not even arrive
            stream = "downstream" if asked == "claim" else "upstream"
            await drive.toxic("valkey", "timeout", stream, timeout=0)
            await getattr(own.store, asked)([PLACE])
            await drive.reset()
            await kit.proxies["valkey"].sever()
            assert client.get(KEYS.claim(PLACE.key)) is not None
            assert await other.store.claim([PLACE]) == []
            began = time.perf_counter()
            assert (await read(own, "A", upstream)).startswith("A/")
            assert time.perf_counter() - began < PATIENCE / 2


async def test_a_flight_of_ones_own_that_there_is_is_not_begun_twice() -> None:
    upstream = Upstream()
    with valkey() as shared:
        async with process(shared.url) as own:
            found = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
            late = asyncio.create_task(read(own, "A", upstream))  # it has landed, and is not kept yet
            await asyncio.sleep(0.05)
            assert await own.cache.keep(PART, SYSTEM, "A", found)
            assert await late == "A/1"
            assert len(upstream.fetches) == 1
