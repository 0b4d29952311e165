"""Keys that are shown all the time: read now and then, taken back soon, and good for a while without the database."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from gateway.auth import Shown
from gateway.auth.key_form import mint
from gateway.auth.known_keys import AT_ONCE, MOST, KnownKeys
from sources.ledger import KeyStore
from tests.running import Gate, serving
from tests.running.keys import key_for, shown

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path) as serves:
        yield serves


@contextmanager
def statements(gate: Gate, verb: str = "SELECT") -> Iterator[list[str]]:
    """The statements about keys that the database is given meanwhile."""
    given: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "api_key" in statement and statement.startswith(verb):
            given.append(statement)

    engine = gate.gateway.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield given
    finally:
        event.remove(engine, "before_cursor_execute", note)


@asynccontextmanager
async def table_gone(gate: Gate) -> AsyncIterator[None]:
    for old, new in (("api_key", "gone"), ("gone", "api_key")):
        async with gate.gateway.engine.begin() as connection:
            await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        if new == "gone":
            yield


async def status(gate: Gate, key: str) -> int:
    return (await shown(gate, key)).status


async def noted(gate: Gate, id: str, given: Sequence[str], count: int) -> None:
    """Wait until so many notes are given to the database, and the last of them is of now."""
    for _ in range(400):
        found = await KeyStore(gate.gateway.engine).find(id)
        if found is not None and len(given) == count and found.last_used == gate.hands.now:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the use was not noted")


async def test_a_key_is_read_every_thirty_seconds_at_most(gate: Gate) -> None:
    key, _ = await key_for(gate)
    with statements(gate) as given:
        for _ in range(5):
            assert await status(gate, key) == 200
        assert len(given) == 1
        gate.hands.now += 30 * SECOND
        assert await status(gate, key) == 200
        assert len(given) == 2


async def test_a_key_that_many_show_at_once_is_read_once(gate: Gate) -> None:
    key, _ = await key_for(gate)
    stranger = mint(live=False).text
    with statements(gate) as given:
        assert set(await asyncio.gather(*(status(gate, key) for _ in range(20)))) == {200}
        assert len(given) == 1
        assert set(await asyncio.gather(*(status(gate, stranger) for _ in range(20)))) == {401}
        assert len(given) == 2


async def test_a_mistyped_key_is_not_looked_up(gate: Gate) -> None:
    key, _ = await key_for(gate)
    with statements(gate) as given:
        assert await status(gate, key[:-1] + ("a" if key[-1] != "a" else "b")) == 401
    assert given == []


async def test_a_key_that_was_taken_back_opens_nothing_after_thirty_seconds(gate: Gate) -> None:
    key, kept = await key_for(gate)
    assert await status(gate, key) == 200

    async def recorded() -> None:
        """Put on record."""

    await KeyStore(gate.gateway.engine).revoke(kept.id, gate.hands.now, recorded)
    gate.hands.now += 30 * SECOND
    assert await status(gate, key) == 401


async def test_a_key_that_was_tried_too_early_is_good_after_five_seconds(gate: Gate) -> None:
    written = mint(live=False)
    assert await status(gate, written.text) == 401
    digest = written.digest(gate.gateway.keyring.subkey("api keys"))
    await key_for(gate, {"id": written.id, "digest": digest})
    gate.hands.now += 4 * SECOND
    assert await status(gate, written.text) == 401
    gate.hands.now += SECOND
    assert await status(gate, written.text) == 200


async def test_a_clock_that_is_set_back_has_a_key_read_anew(gate: Gate) -> None:
    key, _ = await key_for(gate)
    assert await status(gate, key) == 200
    gate.hands.now -= MINUTE
    with statements(gate) as given:
        assert await status(gate, key) == 200
    assert len(given) == 1


async def test_without_the_database_no_key_is_called_bad(
    gate: Gate,
) -> None:
    unread, _ = await key_for(gate)
    async with table_gone(gate):
        for answer in (await shown(gate, unread), await shown(gate, mint(live=False).text)):
            assert (answer.status, answer.refusal) == (503, "IDENTITY_UNAVAILABLE")
            assert answer.errors[0]["extensions"]["retryable"] is True
    assert await status(gate, unread) == 200


async def test_without_the_database_a_known_key_goes_on_for_five_minutes(gate: Gate) -> None:
    key, _ = await key_for(gate)
    assert await status(gate, key) == 200
    read_at = gate.hands.now
    async with table_gone(gate):
        for seconds in (29, 31, 200, 299):
            gate.hands.now = read_at + timedelta(seconds=seconds)
            assert await status(gate, key) == 200
        gate.hands.now = read_at + 5 * MINUTE
        assert await status(gate, key) == 503
    assert await status(gate, key) == 200


async def test_a_database_that_fails_is_left_alone_for_five_seconds_by_each_known_key(gate: Gate) -> None:
    key, _ = await key_for(gate)
    assert await status(gate, key) == 200
    gate.hands.now += 31 * SECOND
    async with table_gone(gate):
        with statements(gate) as given:
            assert [await status(gate, key) for _ in range(5)] == [200] * 5
            assert len(given) == 1
            gate.hands.now += 5 * SECOND
            assert await status(gate, key) == 200
            assert len(given) == 2


async def test_a_use_is_noted_once_a_minute_beside_the_requests(gate: Gate) -> None:
    key, kept = await key_for(gate)
    with statements(gate, "UPDATE") as given:
        for _ in range(5):
            assert await status(gate, key) == 200
        await noted(gate, kept.id, given, 1)
        gate.hands.now += 59 * SECOND
        assert await status(gate, key) == 200
        assert len(given) == 1
        gate.hands.now += SECOND
        assert await status(gate, key) == 200
        await noted(gate, kept.id, given, 2)


async def test_a_use_that_cannot_be_noted_costs_the_request_nothing(gate: Gate) -> None:
    key, kept = await key_for(gate)
    with statements(gate, "UPDATE") as given:
        assert await status(gate, key) == 200
        await noted(gate, kept.id, given, 1)
    gate.hands.now += MINUTE
    async with table_gone(gate):
        with statements(gate, "UPDATE") as given:
            assert await status(gate, key) == 200
            for _ in range(400):
                await asyncio.sleep(0 if given else 0.005)
            assert len(given) == 1
        assert await status(gate, key) == 200


async def test_what_is_known_of_keys_is_bounded(gate: Gate) -> None:
    known = KnownKeys(KeyStore(gate.gateway.engine), gate.hands)
    names = [f"{number:08}" for number in range(MOST + 50)]
    for begin in range(
        0, len(names), AT_ONCE
    ):  # none waits for its turn, which counts as the database's time
        await asyncio.gather(*map(known.find, names[begin : begin + AT_ONCE]))
    assert len(vars(known)["_missing"]) == MOST


async def test_who_goes_away_does_not_take_the_look_up_from_the_others(gate: Gate) -> None:
    key, _ = await key_for(gate)
    shows = Shown(api_keys=(key,))
    first, second = (asyncio.create_task(gate.gateway.authenticator.proof(shows)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second is not None
