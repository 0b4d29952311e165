"""One contract for every store: in memory, on a Valkey, also behind TLS or with few rights, on a cluster of three."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import pytest

from cache.events import FillSuperseded
from cache.level_events import EntryRejected
from tests.cache.stores import KEYS, KINDS, SHARED, Process, backing, process, wait_for
from tests.cache.upstream import BRIEFLY, NEVER, PART, SYSTEM, Upstream


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def url(kind: str) -> Iterator[str | None]:
    with backing(kind) as address:
        yield address


@pytest.fixture
async def own(kind: str, url: str | None) -> AsyncIterator[Process]:
    async with process(url, cluster=kind == "cluster") as made:
        yield made


@pytest.fixture
async def other(kind: str, url: str | None, own: Process) -> AsyncIterator[Process]:
    """Another process over the same, or in memory the same one."""
    if url is None:
        yield own
        return
    async with process(url, cluster=kind == "cluster") as made:
        yield made


@pytest.fixture
def crn(request: pytest.FixtureRequest) -> str:
    """Somebody whom no other test knows."""
    return f"crn of {request.node.name}"


async def read(process: Process, crn: str, upstream: Upstream, part: str = PART) -> str:
    found = (await process.cache.look(part, SYSTEM, [crn], upstream.fetch))[crn]
    await process.cache.keep(part, SYSTEM, crn, found)
    return str(found.value)


async def until(value: str, process: Process, crn: str, upstream: Upstream) -> None:
    for _ in range(400):
        if (await process.cache.look(PART, SYSTEM, [crn], upstream.fetch))[crn].value == value:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"never {value}")


async def test_what_one_process_kept_another_one_finds(own: Process, other: Process, crn: str) -> None:
    upstream = Upstream()
    first = await read(own, crn, upstream)
    assert await read(other, crn, upstream) == first
    assert len(upstream.fetches) == 1


async def test_what_is_at_hand_is_what_a_look_finds_until_it_is_invalidated(own: Process, crn: str) -> None:
    assert own.cache.at_hand(PART, SYSTEM, [crn]) == {}
    kept = await read(own, crn, Upstream())
    assert own.cache.at_hand(PART, SYSTEM, [crn, "somebody else"])[crn].value == kept
    assert own.cache.at_hand(PART, "another system", [crn]) == {}
    await own.cache.invalidate(crn)
    assert own.cache.at_hand(PART, SYSTEM, [crn]) == {}


async def test_only_what_is_missing_of_a_batch_is_fetched(own: Process, other: Process, crn: str) -> None:
    upstream = Upstream()
    await read(own, crn, upstream)
    await other.cache.look(PART, SYSTEM, [crn, f"{crn} 2", f"{crn} 3"], upstream.fetch)
    assert upstream.fetches == [(crn,), (f"{crn} 2", f"{crn} 3")]


REACHES: dict[str, dict[str, Any]] = {
    "a person": {"crn": "crn"},
    "a part": {"crn": "crn", "part": PART},
    "a system": {"system": SYSTEM},
    "everything": {},
}


@pytest.mark.parametrize("what", REACHES)
async def test_an_invalidation_reaches_every_process(
    what: str, own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    await read(own, crn, upstream)
    await read(other, crn, upstream)
    reach = {name: crn if name == "crn" else value for name, value in REACHES[what].items()}
    assert await own.cache.invalidate(**reach, cause="test")
    assert await read(own, crn, upstream) == f"{crn}/2"
    await until(f"{crn}/2", other, crn, upstream)
    assert len(upstream.fetches) == 2


@pytest.mark.parametrize("reach", [{"part": "customer"}, {"system": "elsewhere"}])
async def test_an_invalidation_of_something_else_leaves_it(
    reach: dict[str, str], own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    await read(own, crn, upstream)
    told = reach if "system" in reach else {"crn": crn, **reach}
    assert await other.cache.invalidate(**told)
    await asyncio.sleep(0.05)
    assert await read(own, crn, upstream) == f"{crn}/1"


async def test_a_fetch_that_an_invalidation_overtook_is_not_kept(
    own: Process, other: Process, crn: str, kind: str
) -> None:
    upstream = Upstream()
    upstream.open.clear()
    slow = asyncio.create_task(read(own, crn, upstream))
    await wait_for(lambda: upstream.fetches)
    assert await other.cache.invalidate(crn)
    upstream.open.set()
    assert await slow == f"{crn}/1"  # its reader began before the invalidation
    assert await read(own, crn, upstream) == f"{crn}/2"
    assert await read(other, crn, upstream) == f"{crn}/2"
    if kind in SHARED:
        assert any(isinstance(event, FillSuperseded) for event in own.events)


@pytest.mark.parametrize(("says", "again"), [(NEVER, 2), (BRIEFLY, 1)])
async def test_a_fault_is_never_kept_and_nothing_known_is(
    says: str, again: int, own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    upstream.says = says
    await read(own, crn, upstream)
    await read(other, crn, upstream)
    assert len(upstream.fetches) == again


async def test_what_is_dropped_is_gone_for_everybody_who_asks_what_is_shared(
    own: Process, crn: str, kind: str, url: str | None
) -> None:
    upstream = Upstream()
    await read(own, crn, upstream)
    await own.cache.drop({PART: SYSTEM}, crn)
    async with process(url, cluster=kind == "cluster") as third:
        looked = await (own if url is None else third).store.look([KEYS.place(PART, SYSTEM, crn)])
    assert looked[0].entry is None


async def test_a_hundred_readers_in_two_processes_are_one_fetch(
    own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    upstream.open.clear()
    asking = [asyncio.create_task(read(one, crn, upstream)) for _ in range(50) for one in (own, other)]
    await asyncio.sleep(0.1)
    upstream.open.set()
    assert set(await asyncio.gather(*asking)) == {f"{crn}/1"}
    assert len(upstream.fetches) == 1


async def test_numbers_of_marks_only_grow(own: Process, crn: str) -> None:
    place, seen = KEYS.place(PART, SYSTEM, crn), []
    for reach in ({"crn": crn}, {"crn": crn, "part": PART}, {"system": SYSTEM}, {}):
        (looked,) = await own.store.look([place])
        seen.append(looked.mark)
        await own.cache.invalidate(**reach)
    seen.append((await own.store.look([place]))[0].mark)
    for before, after in pairwise(seen):
        assert before != after
        assert all(one <= other for one, other in zip(before, after, strict=True))
    assert not any(isinstance(event, EntryRejected) for event in own.events)


async def claimed(own: Process, place: Any) -> list[str]:
    """What of a place can be claimed, within far less time than a claim that was left behind would last."""
    for _ in range(10):
        keys = [one.key for one in await own.store.claim([place])]
        if keys:
            return keys
        await asyncio.sleep(0.02)
    return []


async def test_who_waited_for_another_process_leaves_no_claim_behind(
    own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    for turn in range(1, 13):
        upstream.open.clear()
        asking = [asyncio.create_task(read(one, crn, upstream)) for one in (own, other)]
        await wait_for(lambda: upstream.fetches)
        await asyncio.sleep(0.002 * turn)  # the answer comes while the other one looks, at whichever moment
        upstream.open.set()
        await asyncio.gather(*asking)
        place = KEYS.place(PART, SYSTEM, crn)
        assert await claimed(own, place) == [place.key]
        await own.store.release([place])
        upstream.fetches.clear()
        await own.cache.invalidate(crn)
        await asyncio.sleep(0.02)


async def test_who_leaves_while_it_fetches_keeps_no_other_process_waiting(
    own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    upstream.open.clear()
    leaving = asyncio.create_task(own.cache.look(PART, SYSTEM, [crn], upstream.fetch))
    await wait_for(lambda: upstream.fetches)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    upstream.open.set()
    await asyncio.sleep(0.05)
    place = KEYS.place(PART, SYSTEM, crn)
    assert [one.key for one in await other.store.claim([place])] == [place.key]
    await other.store.release([place])


async def read_for(process: Process, crn: str, upstream: Upstream, *group: str) -> str:
    found = (await process.cache.look(PART, SYSTEM, [crn], upstream.fetch, group=group))[crn]
    await process.cache.keep(PART, SYSTEM, crn, found, group)
    return str(found.value)


async def test_what_is_one_groups_own_no_other_gets(own: Process, other: Process, crn: str) -> None:
    upstream = Upstream()
    groups = [(), ("STAFF", "a"), ("STAFF", "b"), ("STAFF", "a", "b"), ("a",)]
    for turn, group in enumerate(groups, 1):
        assert await read_for(own, crn, upstream, *group) == f"{crn}/{turn}"
    for turn, group in enumerate(groups, 1):
        assert await read_for(other, crn, upstream, *group) == f"{crn}/{turn}"
    await own.cache.drop({PART: SYSTEM}, crn, groups[1])
    assert await read_for(own, crn, upstream, *groups[2]) == f"{crn}/3"
    assert await read_for(own, crn, upstream, *groups[1]) == f"{crn}/6"


async def test_groups_that_ask_at_the_same_moment_share_no_fetch(
    own: Process, other: Process, crn: str
) -> None:
    upstream = Upstream()
    upstream.open.clear()
    asking = [
        asyncio.create_task(read_for(one, crn, upstream, group))
        for group in ("a", "b", "c")
        for one in (own, other)
        for _ in range(5)
    ]
    await asyncio.sleep(0.1)
    upstream.open.set()
    values = await asyncio.gather(*asking)
    one, two, three = (set(values[start : start + 10]) for start in (0, 10, 20))
    assert len(one | two | three) == len(one) + len(two) + len(three)


@pytest.mark.parametrize("what", REACHES)
async def test_an_invalidation_reaches_every_group(what: str, own: Process, other: Process, crn: str) -> None:
    upstream, groups = Upstream(), (("a",), ("b",))
    for group in groups:
        await read_for(own, crn, upstream, *group)
    reach = {name: crn if name == "crn" else value for name, value in REACHES[what].items()}
    assert await own.cache.invalidate(**reach, cause="test")
    for turn, group in enumerate(groups, 3):
        assert await read_for(own, crn, upstream, *group) == f"{crn}/{turn}"
        assert await read_for(other, crn, upstream, *group) == f"{crn}/{turn}"
