"""Numbers in a Valkey that somebody wrote over, or that were garbled on the wire: nobody waits for them in vain."""

import asyncio

import pytest

from tests.cache.stores import KEYS, process
from tests.cache.test_contract import read
from tests.cache.upstream import PART, SYSTEM, Upstream
from tests.chaos.driving import driving
from tests.chaos.proxy import proxies
from tests.chaos.stage import place
from tests.running.valkey import valkey

PERSON = KEYS.person("A")
NUMBERS = (KEYS.epoch(), KEYS.epoch(SYSTEM), *KEYS.generations(PART, PERSON))


@pytest.mark.parametrize("number", NUMBERS, ids=["everything", "a system", "a person", "a part"])
async def test_a_number_that_is_none_begins_anew(number: str) -> None:
    upstream = Upstream()
    with valkey() as shared, shared.client as client:
        async with process(shared.url) as own, process(shared.url) as other:
            assert await read(own, "A", upstream) == "A/1"
            client.set(number, b"17\xb6\xff")
            assert await read(other, "A", upstream) != "A/1"
            before = len(upstream.fetches)
            client.set(number, b"17\xb6\xff")
            assert await own.cache.invalidate("A", PART)
            assert await own.cache.invalidate("A")
            assert await own.cache.invalidate(system=SYSTEM)
            for one in (own, other):
                assert int((await read(one, "A", upstream)).removeprefix("A/")) > before


@pytest.mark.parametrize("offset", range(0, 120, 17))
async def test_what_is_garbled_on_the_wire_costs_nobody_an_answer(offset: int) -> None:
    upstream = Upstream()
    with valkey() as shared:
        async with (
            proxies({"valkey": place(shared.url)}) as kit,
            driving(kit) as drive,
            process(f"redis://{kit.proxies['valkey'].listen}/0") as own,
        ):
            assert await read(own, "A", upstream) == "A/1"
            await drive.toxic("valkey", "corrupt", offset=offset, xor=128)
            await kit.proxies["valkey"].sever()
            for crn in ("B", "C", "D"):
                async with asyncio.timeout(2):
                    assert await read(own, crn, upstream)
