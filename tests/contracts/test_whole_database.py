"""A gateway that has everything from one database: while that goes wrong nothing is shown, and then everything."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from gateway.settings import Settings
from sources.crn import Crn
from tests.contracts.bench import HASTY, PATIENT, SPARE, Heard, asked
from tests.contracts.pictures import is_refused, is_whole, nothing_leaks
from tests.contracts.subjects import NAMES, records
from tests.contracts.wire import Way, Wire, babbles, drips, resets, through, truncates
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS
from tests.sources.specimens import crn
from tests.sources.sql.servers import Server

WAYS: dict[str, tuple[Way, str]] = {
    "drip": (drips, "warning source.timeout"),
    "truncated": (truncates, "warning source.unavailable"),
    "reset": (resets, "warning source.unavailable"),
    "noise": (babbles, "warning source.unavailable"),
}


COUPLES = {name: [crn(800_000 + 2 * n), crn(800_001 + 2 * n)] for n, name in enumerate((*WAYS, "anew"))}
"""Two people for each case."""

BESIDE = frozenset({"error audit.shipping_failed", "warning audit.shipping_resumed", "error loop.blocked"})
"""What the shipping of the audit, which goes on meanwhile, has to say of the same database, and a busy machine."""

HELD_UP = ("warning source.timeout", "warning source.unavailable")
"""A lock is waited for half a second; who waits for a connection meanwhile may wait for longer."""


def nothing_is_shown(heard: Heard, people: list[Crn], lines: set[str]) -> None:
    assert heard.answer.status == 503
    for index, _ in enumerate(people):
        is_refused(heard.answer, index)
    for part in NAMES:
        nothing_leaks(heard.answer.text + heard.log, part, people)
    assert lines & set(heard.lines)
    assert set(heard.lines) <= lines | BESIDE
    assert heard.seconds < 2 * (2 * HASTY + SPARE)


def all_is_shown(heard: Heard, people: list[Crn]) -> None:
    for one, owner in zip(heard.answer.data["customers"], people, strict=True):
        is_whole(one, owner)
    assert set(heard.lines) <= BESIDE


@asynccontextmanager
async def wired(postgres: Server, folder: Path, seconds: float = PATIENT) -> AsyncIterator[tuple[Gate, Wire]]:
    """A gateway on a PostgreSQL database, and the wire that all its questions take, for so many seconds each.

    Each test has its own: a database that fails in one way after another is left alone for a while.
    """
    path, _, data = postgres.url(postgres.create()).partition("?host=")
    wire = Wire(lambda: asyncio.open_unix_connection(f"{data}/.s.PGSQL.5432"))
    await wire.open()
    address = path.replace("@/", f"@127.0.0.1:{wire.port}/")
    settings = Settings(home=folder, database_url=address, source_seconds=seconds)
    everything = [record for people in COUPLES.values() for owner in people for record in records(owner)]
    async with serving(folder, *everything, settings=settings) as gate:
        yield gate, wire
    await wire.close()


@pytest.mark.parametrize("name", WAYS)
async def test_a_database_that_answers_badly_shows_nothing_of_anybody(
    name: str, postgres: Server, tmp_path: Path
) -> None:
    people = COUPLES[name]
    async with wired(postgres, tmp_path, HASTY if name == "drip" else PATIENT) as (gate, wire):
        wire.way, line = WAYS[name]
        nothing_is_shown(await asked(gate, people), people, {line})
        wire.way = through
        all_is_shown(await asked(gate, people), people)


async def test_a_database_that_was_started_anew_is_not_noticed(postgres: Server, tmp_path: Path) -> None:
    people, before = COUPLES["anew"], COUPLES[next(iter(WAYS))]
    async with wired(postgres, tmp_path) as (gate, wire):
        all_is_shown(await asked(gate, before), before)  # there are connections that are kept
        await wire.drop()
        all_is_shown(await asked(gate, people), people)


async def test_a_file_that_is_locked_shows_nothing_of_anybody(tmp_path: Path) -> None:
    people = [ANNE, BORIS]
    settings = Settings(home=tmp_path, source_seconds=HASTY)
    async with serving(tmp_path, *records(ANNE), *records(BORIS), settings=settings) as gate:
        await gate.gateway.engine.dispose()
        with closing(sqlite3.connect(tmp_path / "overview.db", isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            nothing_is_shown(await asked(gate, people), people, {*HELD_UP})
        all_is_shown(await asked(gate, people), people)
