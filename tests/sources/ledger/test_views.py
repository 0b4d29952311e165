"""Who opened which document, and the keys of commands: the first time stays, and a key stands for one thing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import SourceUnavailable
from sources.ledger import KeptUse, ViewStore

NOON = datetime(2025, 3, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
USE = KeptUse("viewer", "open", "key-1", "letter", NOON)


@pytest.fixture
def store(engine: AsyncEngine) -> ViewStore:
    return ViewStore(engine)


async def test_a_document_that_was_opened_is_found_by_its_viewer_alone(store: ViewStore) -> None:
    await store.add("viewer", "letter", NOON)
    await store.add("other", "sms", NOON)
    assert await store.seen(["viewer"], ["letter", "sms"]) == {"letter": NOON}
    assert await store.seen(["viewer", "older hash", "other"], ["letter", "sms"]) == {
        "letter": NOON,
        "sms": NOON,
    }
    assert await store.seen(["viewer"], []) == {}


async def test_the_first_time_stays_however_often_and_by_how_many_at_once(store: ViewStore) -> None:
    await store.add("viewer", "letter", NOON)
    await asyncio.gather(*(store.add("viewer", "letter", NOON + one * DAY) for one in range(12)))
    assert await store.seen(["viewer"], ["letter"]) == {"letter": NOON}


async def test_a_key_stands_for_what_it_was_used_for_first(store: ViewStore) -> None:
    assert await store.use(USE) == (USE, False)
    again = replace(USE, asked="sms", at=NOON + timedelta(hours=1))
    assert await store.use(again) == (USE, True)
    for other in (replace(USE, viewer="other"), replace(USE, command="mark"), replace(USE, key="key-2")):
        assert await store.use(other) == (other, False)


async def test_of_many_who_use_one_key_at_once_one_is_the_first(store: ViewStore) -> None:
    used = await asyncio.gather(*(store.use(replace(USE, asked=f"letter {one}")) for one in range(12)))
    assert sorted(before for _, before in used) == [False] + [True] * 11
    assert len({kept.asked for kept, _ in used}) == 1


async def test_a_key_is_forgotten_after_a_day(store: ViewStore) -> None:
    await store.use(USE)
    late = replace(USE, asked="sms", at=NOON + DAY)
    assert await store.use(replace(late, at=late.at - timedelta(microseconds=1))) == (USE, True)
    assert await store.use(late) == (late, False)


async def test_tables_that_are_gone_are_a_fault_of_the_ledger(store: ViewStore, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE document_view"))
        await connection.execute(text("DROP TABLE command_key"))
    for work in (store.seen(["v"], ["d"]), store.add("v", "d", NOON), store.use(USE)):
        with pytest.raises(SourceUnavailable) as raised:
            await work
        assert raised.value.source == "ledger"
