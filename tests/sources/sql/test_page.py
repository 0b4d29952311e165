"""Older pages of a history: by place, filtered, and whole whatever arrives meanwhile."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.errors import Fault
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, INTERACTION, Part
from sources.parts.history import Keyset, in_order, place
from sources.parts.interaction import Channel, InteractionKind
from sources.source import EVERYTHING, Filter, Page, ask_page
from sources.sql import SqlSource, load
from tests.sources.specimens import HISTORIES, IGNORED, NOW, at, crn, interaction, item, lines
from tests.sources.sql.statements import overheard

CUSTOMERS = count(1000)
PLACES = st.tuples(st.integers(0, 6), st.sampled_from("aAéz9"))


def source(engine: AsyncEngine, part: Part[Any] = INTERACTION) -> SqlSource[Any]:
    return SqlSource(part, engine, lambda: NOW, IGNORED.append)


def ids(page: Page[Any]) -> list[str]:
    return [item.id for item in page.items]


def somebody(places: list[tuple[int, str]], owner: Crn, suffix: str = "") -> list[bytes]:
    """Items of one customer, many of them at one moment."""
    return lines(
        interaction(owner, f"{id}{n}{suffix}", at(minutes)) for n, (minutes, id) in enumerate(places)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(PLACES, max_size=25),
    later=st.lists(st.lists(PLACES, max_size=3), max_size=8),
    size=st.integers(1, 7),
)
async def test_paging_to_the_end_gives_each_item_once_whatever_arrives_meanwhile(
    engine: AsyncEngine, first: list[tuple[int, str]], later: list[list[tuple[int, str]]], size: int
) -> None:
    owner, before, arrivals = crn(next(CUSTOMERS)), None, iter(enumerate(later))
    seen: list[Any] = []
    await load(engine, somebody(first, owner))
    while True:
        page = await source(engine).page(owner, EVERYTHING, before, size)
        assert len(page.items) <= size
        seen += page.items
        if not page.more:
            break
        before = place(page.items[-1])
        for number, some in [next(arrivals, (0, []))]:
            await load(engine, somebody(some, owner, f"-{number}"))
    assert [place(each) for each in seen] == [place(each) for each in in_order(seen)]
    old = [each.id for each in seen if "-" not in each.id]
    assert sorted(old) == sorted(f"{id}{n}" for n, (_, id) in enumerate(first))


@pytest.mark.parametrize("part", HISTORIES, ids=str)
async def test_a_page_holds_the_items_after_a_place_and_tells_of_more(
    part: Part[Any], engine: AsyncEngine
) -> None:
    await load(engine, lines(item(part, crn(1), f"{n}", at(n)) for n in range(6)))
    page = await source(engine, part).page(crn(1), EVERYTHING, Keyset(at(1), "1"), 2)
    assert (ids(page), page.more) == (["2", "3"], True)
    last = await source(engine, part).page(crn(1), EVERYTHING, Keyset(at(3), "3"), 2)
    assert (ids(last), last.more) == (["4", "5"], False)


async def test_a_page_begins_after_a_place_where_nothing_is(engine: AsyncEngine) -> None:
    await load(engine, lines(interaction(crn(1), id, at(5)) for id in "ace"))
    assert ids(await source(engine).page(crn(1), EVERYTHING, Keyset(at(5), "d"), 9)) == ["c", "a"]


async def test_a_page_goes_beyond_the_window_of_a_reading(engine: AsyncEngine) -> None:
    old = NOW - timedelta(days=9000)
    await load(engine, lines([interaction(crn(1), "old", old)]))
    assert ids(await source(engine).page(crn(1), EVERYTHING, None, 5)) == ["old"]


async def test_a_page_is_one_statement_and_of_one_customer(engine: AsyncEngine) -> None:
    await load(engine, lines(interaction(each, "I1") for each in (crn(1), crn(2))))
    with overheard(engine) as sent:
        page = await source(engine).page(crn(2), EVERYTHING, None, 5)
    assert len(sent) == 1
    assert [item.crn for item in page.items] == [crn(2)]


async def test_a_customer_without_items_has_an_empty_page(engine: AsyncEngine) -> None:
    assert await source(engine).page(crn(1), EVERYTHING, None, 5) == Page((), False)


FILTERS: dict[str, Filter] = {
    "nothing narrows": EVERYTHING,
    "numbers": Filter(ids=frozenset({"I3", "I5", "nobody's"})),
    "a number that no database can hold": Filter(ids=frozenset({"\0", "\ud800"})),
    "kinds": Filter(kinds=frozenset({InteractionKind.CHAT, "CASE_NOTE"})),
    "channels": Filter(channels=frozenset({"CHAT"})),
    "since is included": Filter(since=at(4)),
    "until is included": Filter(until=at(4)),
    "a span": Filter(since=at(6), until=at(2)),
    "all at once": Filter(
        frozenset({"I1", "I2", "I4"}), frozenset({"CHAT"}), frozenset({"CHAT"}), since=at(4), until=at(0)
    ),
    "a span that is none": Filter(since=at(2), until=at(6)),
}


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS.keys())
async def test_a_page_holds_what_the_filter_admits(wanted: Filter, engine: AsyncEngine) -> None:
    kinds = (InteractionKind.CHAT, InteractionKind.CASE_NOTE, InteractionKind.INBOUND_CALL)
    items = [
        interaction(crn(1), f"I{n}", at(n), kinds[n % 3], Channel.CHAT if n % 2 else Channel.PHONE)
        for n in range(8)
    ]
    await load(engine, lines(items))
    page = await source(engine).page(crn(1), wanted, None, 50)
    assert ids(page) == [each.id for each in items if wanted.admits(each)]


@pytest.mark.parametrize("part", [CORRESPONDENCE, DEBT], ids=str)
@pytest.mark.parametrize("wanted", [Filter(kinds=frozenset({"X"})), Filter(channels=frozenset({"EMAIL"}))])
async def test_a_filter_on_what_a_part_has_not_admits_nothing(
    part: Part[Any], wanted: Filter, engine: AsyncEngine
) -> None:
    only = item(part, crn(1), "1", NOW)
    await load(engine, lines([only]))
    page = await source(engine, part).page(crn(1), wanted, None, 5)
    assert bool(page.items) is wanted.admits(only)


async def test_a_part_without_history_has_no_pages(engine: AsyncEngine) -> None:
    with pytest.raises(TypeError, match="customer is no history"):
        await source(engine, CUSTOMER).page(crn(1), EVERYTHING, None, 5)


async def test_a_page_that_cannot_be_had_is_a_fault(empty_engine: AsyncEngine) -> None:
    assert isinstance(
        await ask_page(source(empty_engine), crn(1), EVERYTHING, None, 5, IGNORED.append), Fault
    )
