"""The shared level behind TLS: whoever it cannot prove itself to goes on alone, and comes back by himself."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cache.level_events import LevelChanged
from gateway.redis_client import open_redis
from tests.cache.stores import Process, process, wait_for
from tests.cache.tls import trusting
from tests.cache.upstream import PART, SYSTEM, Upstream
from tests.chaos.certificates import Authority
from tests.chaos.proxy import proxies
from tests.chaos.stage import place
from tests.running.valkey import valkey

OWN = "An authority of a test"


async def read(process: Process, crn: str, upstream: Upstream) -> str:
    found = (await process.cache.look(PART, SYSTEM, [crn], upstream.fetch))[crn]
    await process.cache.keep(PART, SYSTEM, crn, found)
    return str(found.value)


async def test_what_is_trusted_is_read_once_for_all_connections(tmp_path: Path) -> None:
    """To read it takes as long as a connection may take, and nobody else is served meanwhile."""
    client = open_redis(trusting(Authority(tmp_path), "127.0.0.1:1"))
    pool: Any = client.connection_pool
    contexts = [pool.make_connection().ssl_context.get() for _ in range(3)]
    assert len({id(one) for one in contexts}) == 1
    assert any(OWN in str(one) for one in contexts[0].get_ca_certs())
    await client.aclose()


@pytest.mark.conformance
async def test_a_strangers_certificate_is_refused_and_costs_only_the_shared_level(tmp_path: Path) -> None:
    authority, upstream = Authority(tmp_path), Upstream()
    with valkey() as shared:
        async with proxies({}) as kit:
            proxy = await kit.add("valkey", place(shared.url), tls=authority.server())
            url = trusting(authority, proxy.listen)
            async with process(url) as own:
                await read(own, "A", upstream)
                before = shared.keys
                assert any(f":{PART}:{SYSTEM}:" in key for key in before)
                await proxy.present(authority.stranger().server())
                await wait_for(lambda: not own.store.healthy)
                for number in range(8):
                    assert await read(own, f"B{number}", upstream) == f"B{number}/{number + 2}"
                assert await read(own, "B7", upstream) == "B7/9", "in memory it is kept all the same"
                changed = [event for event in own.events if isinstance(event, LevelChanged)]
                assert [(one.bypassed, one.reason) for one in changed] == [(True, "connection")]
                assert shared.keys == before, "the stranger was told nothing"
                await proxy.present(authority.server())
                async with asyncio.timeout(10):
                    while LevelChanged(bypassed=False) not in own.events:
                        await read(own, f"C{len(upstream.fetches)}", upstream)
                        await asyncio.sleep(0.05)
