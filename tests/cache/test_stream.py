"""The stream of invalidations: one that was lost is noticed, and nothing that stands there stops its reader."""

import pytest

from cache.level_events import InvalidationGap
from tests.cache.stores import KEYS, Process, process, wait_for
from tests.cache.upstream import PART, SYSTEM, Upstream
from tests.running.valkey import Shared


def gaps(own: Process) -> list[InvalidationGap]:
    return [event for event in own.events if isinstance(event, InvalidationGap)]


async def kept(own: Process) -> None:
    """Something is kept in memory."""
    upstream = Upstream()
    found = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
    await own.cache.keep(PART, SYSTEM, "A", found)
    assert own.store.bytes > 0


async def test_an_invalidation_that_was_trimmed_before_it_was_heard_empties_the_memory(
    own: Process, shared: Shared
) -> None:
    await kept(own)
    stream, number = KEYS.stream
    with shared.client as client:
        lost = client.pipeline(transaction=True)
        lost.incr(number)
        lost.xadd(stream, {"n": "1", "w": '["P",null,null]', "c": "event"})
        lost.xtrim(stream, 0, approximate=False)
        lost.execute()
    await wait_for(lambda: gaps(own))
    assert gaps(own) == [InvalidationGap(1, 1)]
    assert own.store.bytes == 0


async def test_one_that_is_missing_before_another_is_a_gap_once(own: Process, shared: Shared) -> None:
    await own.cache.invalidate("B")
    await kept(own)
    with shared.client as client:
        client.incr(KEYS.stream[1])
        await own.cache.invalidate("C")
        await wait_for(lambda: gaps(own))
    assert gaps(own) == [InvalidationGap(2, 3)]
    assert own.store.bytes == 0
    await own.cache.invalidate("D")
    await wait_for(lambda: own.store.healthy)
    assert len(gaps(own)) == 1


async def test_a_server_that_lost_everything_is_a_gap(own: Process, shared: Shared) -> None:
    await own.cache.invalidate("B")
    await kept(own)
    with shared.client as client:
        client.flushall()
    await wait_for(lambda: gaps(own))
    assert own.store.bytes == 0


@pytest.mark.parametrize(
    "told", [{"x": "y"}, {"n": "one", "w": "[]", "c": ""}, {"n": "1", "w": "{", "c": ""}]
)
async def test_what_is_no_invalidation_empties_the_memory_and_stops_no_reader(
    told: dict[str, str], own: Process, shared: Shared
) -> None:
    await kept(own)
    with shared.client as client:
        client.xadd(KEYS.stream[0], dict(told))
    await wait_for(lambda: own.store.bytes == 0)
    await wait_for(lambda: own.store.healthy)
    async with process(shared.url) as other:
        await kept(own)
        assert await other.cache.invalidate("A")
        await wait_for(lambda: own.store.bytes == 0)
