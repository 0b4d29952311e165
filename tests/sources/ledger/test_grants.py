"""Grants of broken glass in the table: found by their officer while they last, one for each idempotency key."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import SourceUnavailable
from sources.ledger import GrantStore, KeptGrant

NOON = datetime(2025, 3, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST = KeptGrant("g1", "agency", "officer-1", "k1", "sealed", "I-1", NOON, NOON + 30 * MINUTE)


def another(id: str, **told: Any) -> KeptGrant:
    return msgspec.structs.replace(FIRST, id=id, **({"key": f"key of {id}"} | told))


@pytest.fixture
def store(engine: AsyncEngine) -> GrantStore:
    return GrantStore(engine)


async def live(store: GrantStore, now: datetime = NOON) -> list[str]:
    return sorted(grant.id for grant in await store.live("agency", "officer-1", now))


async def test_a_grant_is_found_by_its_officer_until_its_end(store: GrantStore) -> None:
    assert await store.add(FIRST) == FIRST
    for other in (another("g2", officer="officer-2"), another("g3", organisation="elsewhere")):
        await store.add(other)
    assert await store.live("agency", "officer-1", NOON) == [FIRST]
    assert await live(store, FIRST.until - timedelta(microseconds=1)) == ["g1"]
    assert await live(store, FIRST.until) == []


async def test_a_key_that_was_used_gives_the_grant_of_then(store: GrantStore) -> None:
    await store.add(FIRST)
    assert await store.add(another("g2", key="k1", sealed="other words")) == FIRST
    assert (await store.add(another("g3", key="k1", officer="officer-2"))).id == "g3"
    assert await live(store) == ["g1"]


async def test_of_many_who_use_one_key_at_once_one_is_kept(store: GrantStore) -> None:
    kept = await asyncio.gather(*(store.add(another(f"g{one}", key="k")) for one in range(12)))
    assert len({grant.id for grant in kept}) == 1
    assert await live(store) == [kept[0].id]


async def test_a_grant_waits_for_its_review_once(store: GrantStore) -> None:
    await store.add(FIRST)
    await store.add(another("g0", since=NOON - MINUTE))
    assert [grant.id for grant in await store.all(reviewed=False)] == ["g0", "g1"]
    assert await store.review("g1", NOON, "root")
    assert not await store.review("g1", NOON, "somebody else")
    assert not await store.review("none", NOON, "root")
    assert [grant.id for grant in await store.all(reviewed=False)] == ["g0"]
    reviewed = (await store.all(reviewed=True))[1]
    assert (reviewed.reviewed_at, reviewed.reviewed_by) == (NOON, "root")


async def test_a_table_that_is_gone_is_a_fault_of_the_ledger(store: GrantStore, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE access_grant"))
    for work in (store.live("agency", "officer-1", NOON), store.add(FIRST), store.review("g1", NOON, "x")):
        with pytest.raises(SourceUnavailable) as raised:
            await work
        assert raised.value.source == "ledger"
