"""A question that somebody has given up on is asked anew: nobody inherits another's wait."""

import asyncio

import pytest

from sources.http.calls import Call
from sources.http.client import Client
from sources.http.upstream import Upstream
from tests.sources.http.raw_server import hangs, raw_server, says
from tests.sources.specimens import IGNORED

THERE = Call("GET", "/there")


async def test_whoever_asks_after_somebody_gave_up_does_not_wait_for_the_old_answer() -> None:
    async with raw_server(hangs, says(b"1")) as server:
        upstream = Upstream(Client("crm", server.address, seconds=5), IGNORED.append)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await upstream.read(THERE)
        async with asyncio.timeout(2):
            assert await upstream.read(THERE) == b"1"
        assert len(server.heads) == 2
        await upstream.close()
