"""Coalescing: what is missed at the same time goes out together, no sooner and no later than it should."""

import asyncio
import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.batch import BatchSent
from sources.crn import Crn
from tests.running.leaping import leaping
from tests.sources.line import PEOPLE, A, B, C, Line, settle


async def test_what_is_missed_in_one_tick_goes_out_together() -> None:
    line = Line()
    answers = await asyncio.gather(line.ask(A), line.ask(B, C), line.ask(C, A))
    assert list(answers) == [{A: A}, {B: B, C: C}, {C: C, A: A}]
    assert line.batches == [[A, B, C]]
    (sent,) = line.told(BatchSent)
    assert (sent.part, sent.system, sent.keys, sent.requests) == ("debt", "ledger", 3, 3)


@pytest.mark.parametrize(("later", "batches"), [(1, [[A, B]]), (3, [[A], [B]])])
async def test_what_is_missed_within_two_turns_of_the_loop_goes_out_together(
    later: int, batches: list[list[Crn]]
) -> None:
    """While it has much to do, such turns are long; else they are over at once."""
    line = Line()
    first = line.start(A)
    for _ in range(later):
        await asyncio.sleep(0)
    await asyncio.gather(first, line.start(B))
    assert line.batches == batches


@pytest.mark.parametrize(("later", "batches"), [(5, [[B, C]]), (7, [[B], [C]])])
async def test_while_a_batch_is_under_way_the_next_gathers_for_six_turns(
    later: int, batches: list[list[Crn]]
) -> None:
    line = Line()
    line.open.clear()
    first = line.start(A)
    await settle()
    assert line.batches == [[A]]
    second = line.start(B)
    for _ in range(later):
        await asyncio.sleep(0)
    third = line.start(C)
    await settle()
    line.open.set()
    await asyncio.gather(first, second, third)
    assert line.batches == [[A], *batches]


def test_who_is_alone_waits_for_nobody() -> None:
    async def alone() -> Line:
        line = Line()
        assert await line.ask(A) == {A: A}
        return line

    line = leaping(alone())
    assert line.at == [0.0]
    assert [sent.waited for sent in line.told(BatchSent)] == [0.0]


async def test_no_keys_are_no_batch() -> None:
    line = Line()
    assert await line.ask() == {}
    assert line.batches == []


@pytest.mark.parametrize(
    ("most", "sizes"), [(100, [32] * 12 + [16]), (150, [32] * 12 + [16]), (25, [25] * 16)]
)
async def test_a_batch_has_32_keys_at_most_or_what_its_source_takes(most: int, sizes: list[int]) -> None:
    line = Line(most)
    answers = await asyncio.gather(*(line.ask(one) for one in PEOPLE))
    assert answers == [{one: one} for one in PEOPLE]
    assert [len(batch) for batch in line.batches] == sizes


async def test_a_source_that_takes_one_at_a_time_is_asked_so() -> None:
    line = Line(most=1)
    await asyncio.gather(line.ask(A, B), line.ask(C))
    assert sorted(line.batches) == sorted([[A], [B], [C]])


async def test_who_asks_for_eight_or_more_goes_alone() -> None:
    line = Line()
    seven, eight, many = PEOPLE[:7], PEOPLE[10:18], PEOPLE[20:60]
    answers = await asyncio.gather(line.ask(*seven), line.ask(*eight), line.ask(*many), line.ask(PEOPLE[9]))
    assert [set(answer) for answer in answers] == [set(seven), set(eight), set(many), {PEOPLE[9]}]
    assert sorted(line.batches) == sorted([eight, many[:32], many[32:], [*seven, PEOPLE[9]]])


def busy(line: Line, batches: int = 32) -> list[asyncio.Task[Mapping[Crn, Any]]]:
    """So many batches under way: those of requests that go alone."""
    return [line.start(*PEOPLE[8 * one : 8 * one + 8]) for one in range(batches)]


@pytest.mark.parametrize(
    ("under_way", "sent"),
    [
        (30, [([A], 0.0), ([B], 0.001)]),
        (31, [([A], 0.0), ([B], 0.003)]),
        (32, [([A, B], 0.002)]),
        (40, [([A, B], 0.002)]),
    ],
)
def test_while_32_batches_are_under_way_the_next_one_waits_two_milliseconds(
    under_way: int, sent: list[tuple[list[Crn], float]]
) -> None:
    async def ask() -> Line:
        line = Line()
        line.seconds = 1.0
        first = busy(line, under_way)
        await settle()
        early = line.start(A)
        await asyncio.sleep(0.001)
        late = line.start(B)
        await asyncio.gather(*first, early, late)
        return line

    line = leaping(ask())
    assert list(zip(line.batches, line.at, strict=True))[under_way:] == sent


def test_what_waits_goes_as_soon_as_a_batch_is_over() -> None:
    async def ask() -> Line:
        line = Line()
        line.seconds = 0.0005
        first = busy(line)
        await settle()
        await asyncio.gather(line.start(A), line.start(B), *first)
        return line

    line = leaping(ask())
    assert (line.batches[-1], line.at[-1]) == ([A, B], 0.0005)


async def test_a_full_batch_waits_for_nothing() -> None:
    line = Line(seconds=3600)
    line.open.clear()
    first = busy(line)
    await settle()
    waiting = [line.start(one) for one in PEOPLE[300:340]]
    await settle()
    assert line.batches[32:] == [PEOPLE[300:332]]
    line.open.set()
    await asyncio.gather(*first, *waiting)
    assert line.batches[33:] == [PEOPLE[332:340]]


async def test_different_callers_never_share_a_batch() -> None:
    line = Line()
    answers = await asyncio.gather(
        line.ask(A, group="one"), line.ask(A, group="two"), line.ask(B, group="one"), line.ask(C)
    )
    assert list(answers) == [{A: A}, {A: A}, {B: B}, {C: C}]
    told = dict(zip(line.groups, line.batches, strict=True))
    assert told == {"one": [A, B], "two": [A], None: [C]}


async def test_what_is_under_way_already_is_asked_again() -> None:
    """It may have left before an invalidation. Who may wait for it, the cache knows."""
    line = Line()
    line.open.clear()
    first = line.start(A)
    await settle()
    second = line.start(A)
    await settle()
    line.open.set()
    assert (await first, await second) == ({A: A}, {A: A})
    assert line.batches == [[A], [A]]


ASKED = st.tuples(
    st.integers(0, 4), st.sampled_from([None, "one"]), st.lists(st.sampled_from(PEOPLE[:60]), max_size=12)
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(ASKED, max_size=60),
    st.integers(1, 40),
    st.integers(0, 6),
    st.sets(st.integers(0, 59)),
    st.integers(0, 3),
)
def test_whatever_is_asked_is_answered_once_each_with_its_own(
    asked: list[tuple[int, str | None, list[Crn]]], most: int, under_way: int, leave: set[int], slow: int
) -> None:
    """Times are in half milliseconds. Nobody waits longer than two, and no batch goes out that is not needed."""

    async def everybody() -> tuple[Line, list[Any]]:
        line = Line(most, under_way=under_way)
        line.seconds = slow / 1000

        async def one(number: int) -> Any:
            wait, group, keys = asked[number]
            await asyncio.sleep(wait / 2000)
            task = line.start(*keys, group=group)
            if number in leave:
                await asyncio.sleep(0.0002)
                task.cancel()
            return await asyncio.gather(task, return_exceptions=True)

        return line, await asyncio.gather(*(one(number) for number in range(len(asked))))

    line, ends = leaping(everybody())
    size = min(most, 32)
    for number, (end,) in enumerate(ends):
        if number not in leave or not isinstance(end, BaseException):
            assert end == {key: key for key in asked[number][2]}
    assert all(0 < len(batch) <= size and len(set(batch)) == len(batch) for batch in line.batches)
    assert all(sent.waited <= 0.002 + 1e-9 for sent in line.told(BatchSent))
    assert len(line.batches) <= needed(asked, size)


def needed(asked: list[tuple[int, str | None, list[Crn]]], size: int) -> int:
    """So many batches there are if what comes at one moment goes out together, for each group."""
    batches, together = 0, dict[tuple[int, str | None], set[Crn]]()
    for wait, group, keys in asked:
        if len(set(keys)) >= 8:
            batches += math.ceil(len(set(keys)) / size)
        else:
            together.setdefault((wait, group), set()).update(keys)
    return batches + sum(math.ceil(len(keys) / size) for keys in together.values())
