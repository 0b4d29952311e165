"""A Valkey for the tests of a file, and a process over it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.cache.stores import Process, process
from tests.running.valkey import Shared, valkey


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    with valkey() as server:
        yield server


@pytest.fixture
async def own(shared: Shared) -> AsyncIterator[Process]:
    with shared.client as client:
        client.flushall()
    async with process(shared.url) as made:
        yield made
