"""What somebody else wrote where the cache keeps its own: it is passed over, and a true value takes its place."""

import asyncio
from collections.abc import Callable

import pytest
from redis import Redis

from tests.cache.stores import KEYS, Process, process
from tests.cache.upstream import PART, SYSTEM, Upstream
from tests.running.valkey import Shared

PLACE = KEYS.place(PART, SYSTEM, "A")
OF_PERSON, OF_PART = KEYS.generations(PART, PLACE.person)
FUTURE = b"\x01\x01\x00" + b"\xff" * 60
"""What has the time of a far future where an envelope tells its own."""

SPOILED: dict[str, Callable[[Redis], object]] = {
    "no envelope": lambda client: client.set(PLACE.key, b"garbage"),
    "nothing": lambda client: client.set(PLACE.key, b""),
    "the far future": lambda client: client.set(PLACE.key, FUTURE),
    "a list": lambda client: (client.delete(PLACE.key), client.rpush(PLACE.key, "garbage")),
    "no number of the person": lambda client: client.set(OF_PERSON, b"garbage"),
    "no number of the part": lambda client: client.set(OF_PART, b"-1"),
    "no number of all": lambda client: client.set(KEYS.epoch(), b"9" * 40),
}


async def kept(own: Process, upstream: Upstream) -> str:
    found = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
    await own.cache.keep(PART, SYSTEM, "A", found)
    return str(found.value)


@pytest.mark.parametrize("what", SPOILED)
async def test_what_is_spoiled_is_fetched_anew_and_then_shared_as_usual(what: str, shared: Shared) -> None:
    upstream = Upstream()
    with shared.client as client:
        client.flushall()
        async with process(shared.url) as one, process(shared.url) as other, process(shared.url) as third:
            first = await kept(one, upstream)
            SPOILED[what](client)
            async with asyncio.timeout(5):
                again = await kept(other, upstream)
            assert again != first
            assert await kept(third, upstream) == again
            assert await third.cache.invalidate("A")
            assert await kept(third, upstream) not in {first, again}
