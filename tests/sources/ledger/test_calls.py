"""Calls in the table: the latest word on each officer's line, whatever order words come in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import SourceUnavailable
from sources.ledger import CallStore, KeptCall

NOON = datetime(2025, 3, 10, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FIRST = KeptCall("agency", "officer-1", "C1", NOON, "sealed")


def then(seconds: int, **told: Any) -> KeptCall:
    return msgspec.structs.replace(FIRST, at=NOON + seconds * SECOND, **told)


@pytest.fixture
def store(engine: AsyncEngine) -> CallStore:
    return CallStore(engine)


async def test_the_latest_word_on_a_line_is_kept(store: CallStore) -> None:
    assert await store.of("agency", "officer-1") is None
    assert await store.put(FIRST)
    assert await store.put(then(2, call_id="C2", sealed="later"))
    assert not await store.put(then(1, call_id="C3", sealed="late"))
    assert not await store.put(then(2, call_id="C4", sealed="at once"))
    assert await store.of("agency", "officer-1") == then(2, call_id="C2", sealed="later")


async def test_each_officer_of_each_organisation_has_a_line(store: CallStore) -> None:
    others = [then(1, officer="officer-2"), then(1, organisation="elsewhere")]
    for call in (FIRST, *others):
        assert await store.put(call)
    for call in (FIRST, *others):
        assert await store.of(call.organisation, call.officer) == call


async def test_a_call_that_is_over_stays_as_a_mark_against_older_words(store: CallStore) -> None:
    await store.put(FIRST)
    assert not await store.end(then(1, call_id="C9", sealed=None))
    assert not await store.end(then(0, sealed=None))
    assert await store.end(then(2, sealed=None))
    assert not await store.put(then(1, sealed="replayed"))
    assert await store.of("agency", "officer-1") == then(2, sealed=None)
    assert await store.put(then(3, call_id="C2"))


async def test_a_call_whose_end_comes_before_its_beginning_is_over(store: CallStore) -> None:
    assert await store.end(then(2, sealed=None))
    assert not await store.put(then(1))
    assert await store.of("agency", "officer-1") == then(2, sealed=None)
    assert await store.end(then(5, call_id="C2", sealed=None))
    assert not await store.put(then(4, call_id="C2"))
    assert await store.put(then(6, call_id="C3"))


async def test_of_many_words_at_once_the_latest_stays(store: CallStore) -> None:
    await asyncio.gather(*(store.put(then(one, sealed=f"{one}")) for one in (5, 3, 11, 7, 2, 8)))
    assert await store.of("agency", "officer-1") == then(11, sealed="11")


async def test_when_a_system_was_heard_of_is_kept_for_each(store: CallStore) -> None:
    await store.hear("exchange", NOON)
    await store.hear("other", NOON)
    await store.hear("exchange", NOON + SECOND)
    assert await store.heard() == {"exchange": NOON + SECOND, "other": NOON}


async def test_a_database_that_fails_is_a_fault(engine: AsyncEngine, store: CallStore) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE officer_call"))
        await connection.execute(text("DROP TABLE telephone_system"))
    for work in (
        store.of("agency", "officer-1"),
        store.put(FIRST),
        store.end(FIRST),
        store.hear("a", NOON),
        store.heard(),
    ):
        with pytest.raises(SourceUnavailable):
            await work
