"""Something is to be kept, and the shared level is well, away or full: memory keeps it, but nothing from before."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from tests.cache.stores import Process
from tests.cache.upstream import PART, SYSTEM, Upstream
from tests.running.valkey import Shared


@contextmanager
def full(shared: Shared) -> Iterator[None]:
    with shared.client as client:
        client.config_set("maxmemory", "1")
        yield
        client.config_set("maxmemory", "0")


WAYS: dict[str, Callable[[Shared], AbstractContextManager[None]]] = {
    "well": lambda _: nullcontext(),
    "away": Shared.stopped,
    "full": full,
}


@pytest.mark.parametrize("way", WAYS)
async def test_what_cannot_be_kept_there_is_kept_in_memory(way: str, own: Process, shared: Shared) -> None:
    upstream = Upstream()
    found = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
    with WAYS[way](shared):
        assert await own.cache.keep(PART, SYSTEM, "A", found)
        again = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
    assert (again.value, again.fetched) == (found.value, False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "reach",
    [{"crn": "A"}, {"crn": "A", "part": PART}, {"system": SYSTEM}, {}],
    ids=["of the person", "of the part", "of the system", "of everything"],
)
async def test_what_was_fetched_before_an_invalidation_is_served_to_nobody_after_it(
    way: str, reach: dict[str, str], own: Process, shared: Shared
) -> None:
    upstream = Upstream()
    found = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
    assert await own.cache.invalidate(**reach)
    with WAYS[way](shared):
        await own.cache.keep(PART, SYSTEM, "A", found)
        assert own.store.bytes == 0
        again = (await own.cache.look(PART, SYSTEM, ["A"], upstream.fetch))["A"]
    assert again.value != found.value
