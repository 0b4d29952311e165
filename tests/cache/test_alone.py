"""A process whose Valkey does not answer: what it keeps then, it keeps by itself, and by what it has heard itself."""

import asyncio

from tests.cache.stores import process, wait_for
from tests.cache.test_contract import read
from tests.cache.upstream import Upstream
from tests.chaos.proxy import proxies
from tests.chaos.stage import place
from tests.running.valkey import valkey


async def test_what_was_invalidated_while_it_was_fetched_is_not_kept_when_nobody_can_compare_its_mark() -> (
    None
):
    upstream = Upstream()
    with valkey() as shared:
        async with process(shared.url) as own:
            upstream.open.clear()
            slow = asyncio.create_task(read(own, "A", upstream))
            await wait_for(lambda: upstream.fetches)
            with shared.stopped():
                assert not await own.cache.invalidate("A")
                upstream.open.set()
                assert await slow == "A/1"  # its reader began before the invalidation
                assert await read(own, "A", upstream) == "A/2"
                assert await read(own, "A", upstream) == "A/2"  # and this is kept


async def test_what_was_invalidated_while_it_was_fetched_is_not_kept_before_the_others_are_told() -> None:
    """The Valkey is back, and does not know yet: the mark from before the fetch still holds there."""
    upstream = Upstream()
    with valkey() as shared:
        async with proxies({"valkey": place(shared.url)}) as kit:
            way = kit.proxies["valkey"]
            async with process(f"redis://{way.listen}/0") as own:
                upstream.open.clear()
                slow = asyncio.create_task(read(own, "A", upstream))
                await wait_for(lambda: upstream.fetches)
                await way.turn(enabled=False)
                assert not await own.cache.invalidate("A")
                await way.turn(enabled=True)
                upstream.open.set()
                assert await slow == "A/1"
                assert await read(own, "A", upstream) == "A/2"
