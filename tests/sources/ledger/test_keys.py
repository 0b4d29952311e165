"""API keys in the table: kept and found, two live ones at most, and nothing done that is not on record."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import SourceUnavailable
from sources.ledger import ApiKey, KeyStore, NoSuchKeyError, TooManyKeysError

NOON = datetime(2025, 3, 10, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIRST = ApiKey(
    id="aaaaaaaa",
    digest="0f" * 32,
    pepper=1,
    name="The provider's portal, é",
    kind="PARTNER",
    caller="partner-7",
    organisation="provider",
    roles=("partner", "other"),
    scopes=("customer:read",),
    networks=("10.0.0.0/8", "2001:db8::/32"),
    quota=600,
    created=NOON,
    expires=NOON + 90 * DAY,
)


class NotOnRecordError(RuntimeError):
    """The journal cannot be written."""


async def recorded() -> None:
    """Put on record."""


async def unrecorded() -> None:
    raise NotOnRecordError


def another(id: str, **told: Any) -> ApiKey:
    return msgspec.structs.replace(FIRST, id=id, **told)


@pytest.fixture
def store(engine: AsyncEngine) -> KeyStore:
    return KeyStore(engine)


async def ids(store: KeyStore, now: datetime = NOON) -> list[str]:
    """The ids of the keys that are live."""
    return [key.id for key in await store.all() if key.is_live(now)]


async def test_a_key_is_found_as_it_was_kept(store: KeyStore) -> None:
    plain = another("bbbbbbbb", caller="other", roles=(), scopes=(), networks=(), quota=None)
    for key in (FIRST, plain):
        await store.add(key, recorded)
        assert await store.find(key.id) == key
    assert await store.all() == [FIRST, plain]
    assert await store.find("AAAAAAAA") is None


async def test_a_caller_has_two_live_keys_at_most(store: KeyStore) -> None:
    await store.add(FIRST, recorded)
    await store.add(another("bbbbbbbb"), recorded)
    with pytest.raises(TooManyKeysError, match=r"aaaaaaaa and bbbbbbbb.*Revoke one"):
        await store.add(another("cccccccc"), recorded)
    await store.add(another("dddddddd", caller="partner-8"), recorded)
    await store.add(another("eeeeeeee", kind="SERVICE"), recorded)
    await store.revoke("aaaaaaaa", NOON, recorded)
    await store.add(another("cccccccc"), recorded)
    assert await ids(store) == ["bbbbbbbb", "cccccccc", "dddddddd", "eeeeeeee"]


async def test_a_key_that_has_ended_makes_room(store: KeyStore) -> None:
    for id in ("aaaaaaaa", "bbbbbbbb"):
        await store.add(another(id, expires=NOON + DAY), recorded)
    late = another("cccccccc", created=NOON + DAY)
    await store.add(late, recorded)
    assert await ids(store, NOON + DAY) == ["cccccccc"]


async def test_of_many_keys_that_are_made_at_once_two_are_kept(store: KeyStore) -> None:
    made = [store.add(another(f"k{number:07}"), recorded) for number in range(6)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType"] * 2 + ["TooManyKeysError"] * 4
    assert len(await store.all()) == 2


async def test_the_next_key_stands_beside_the_old_one_whose_end_is_told(store: KeyStore) -> None:
    await store.add(FIRST, recorded)
    old = another("aaaaaaaa", expires=NOON + DAY)
    await store.follow(old, another("bbbbbbbb", created=NOON + MINUTE), recorded)
    assert await store.find("aaaaaaaa") == old
    assert await ids(store) == ["aaaaaaaa", "bbbbbbbb"]
    with pytest.raises(TooManyKeysError):
        await store.follow(old, another("cccccccc"), recorded)
    await store.revoke("aaaaaaaa", NOON, recorded)
    with pytest.raises(NoSuchKeyError, match="not live"):
        await store.follow(old, another("cccccccc"), recorded)


async def test_a_key_is_taken_back_once(store: KeyStore) -> None:
    await store.add(FIRST, recorded)
    assert await store.revoke("aaaaaaaa", NOON, recorded)
    assert not await store.revoke("aaaaaaaa", NOON + DAY, unrecorded)
    assert await store.find("aaaaaaaa") == another("aaaaaaaa", revoked=NOON)
    with pytest.raises(NoSuchKeyError, match="There is no key bbbbbbbb"):
        await store.revoke("bbbbbbbb", NOON, recorded)


async def test_what_cannot_be_put_on_record_is_not_done(store: KeyStore) -> None:
    await store.add(FIRST, recorded)
    ended = another("aaaaaaaa", expires=NOON)
    for act in (
        store.add(another("bbbbbbbb"), unrecorded),
        store.follow(ended, another("bbbbbbbb"), unrecorded),
        store.revoke("aaaaaaaa", NOON, unrecorded),
    ):
        with pytest.raises(NotOnRecordError):
            await act
    assert await store.all() == [FIRST]


async def test_a_use_is_noted_once_a_minute(store: KeyStore) -> None:
    await store.add(FIRST, recorded)
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (30, 60), (119, 60), (120, 120)):
        await store.used("aaaaaaaa", NOON + timedelta(seconds=seconds))
        found = await store.find("aaaaaaaa")
        assert found is not None
        assert found.last_used == NOON + timedelta(seconds=noted)


async def test_a_database_that_fails_is_a_fault(store: KeyStore, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE api_key"))
    for act in (
        store.find("aaaaaaaa"),
        store.all(),
        store.add(FIRST, recorded),
        store.follow(FIRST, another("bbbbbbbb"), recorded),
        store.revoke("aaaaaaaa", NOON, recorded),
        store.used("aaaaaaaa", NOON),
    ):
        with pytest.raises(SourceUnavailable):
            await act
