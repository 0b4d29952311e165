"""Shipping the journal: whatever happens in between, SQL holds every whole event, once."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.event import Actor
from gateway.audit.journal_file import PORTION as ALL
from gateway.audit.shipping import Lag, ShippingRestarted, behind
from sources.ledger.audit import AuditLedger, key
from sources.ledger.tables import AUDIT_EVENT, AUDIT_SHIPPED
from sources.sql import open_engine
from tests.gateway.journals import event
from tests.sources.sql.audits import DiedError, DyingLedger, append, filed, shipper, whole
from tests.sources.sql.servers import Server

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 12)),
        st.tuples(st.just("ship"), st.just(0)),
        st.tuples(st.just("die"), st.just(0)),
        st.tuples(st.just("tear"), st.integers(1, 300)),
        st.tuples(st.just("break"), st.just(0)),
        st.tuples(st.just("cut"), st.integers(0, 2_000)),
    ),
    max_size=12,
)


class Voyage:
    """One journal and one database, and what has been whole in the journal whenever it was shipped."""

    def __init__(self, file: Path, engine: AsyncEngine) -> None:
        self.file = file
        self.engine = engine
        self.number = 0
        self.ever: set[str] = set()

    async def step(self, what: str, size: int) -> None:
        await getattr(self, f"_{what}")(size)

    async def _append(self, size: int) -> None:
        begin, self.number = self.number, self.number + size
        await append(self.file, *(event(number) for number in range(begin, self.number)))

    async def _ship(self, _: int) -> None:
        await shipper(self.file, self.engine).ship()
        self.ever |= set(whole(self.file))
        assert await filed(self.engine) == sorted(self.ever)

    async def _die(self, _: int) -> None:
        known = self.ever | set(whole(self.file))
        with suppress(DiedError):
            await shipper(self.file, self.engine, ledger=DyingLedger(self.engine)).ship()
        self.ever = set(await filed(self.engine))
        assert self.ever <= known

    async def _tear(self, size: int) -> None:
        """Leave the beginning of a line behind."""
        torn = msgspec.json.encode(event(99_999))
        self.file.touch()
        with self.file.open("ab") as journal:
            journal.write(torn[: min(size, len(torn) - 1)])

    async def _break(self, _: int) -> None:
        self.file.touch()
        with self.file.open("ab") as journal:
            journal.write(b"\n")

    async def _cut(self, size: int) -> None:
        if self.file.exists():
            told = self.file.read_bytes()
            self.file.write_bytes(told[: max(0, len(told) - size)])


async def sailed(file: Path, engine: AsyncEngine, steps: list[tuple[str, int]]) -> None:
    voyage = Voyage(file, engine)
    for what, size in [*steps, ("ship", 0)]:
        await voyage.step(what, size)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_on_sqlite_everything_whole_is_there_once_whatever_came_between(
    sqlite_template: Path, steps: list[tuple[str, int]]
) -> None:
    async def run(folder: Path) -> None:
        shutil.copy(sqlite_template, folder / "overview.db")
        engine = open_engine(f"sqlite:///{folder / 'overview.db'}")
        await sailed(folder / "audit.ndjson", engine, steps)
        await engine.dispose()

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


@pytest.fixture(scope="module")
def emptied(postgres: Server, postgres_template: str) -> str:
    return postgres.url(postgres.create(postgres_template))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_on_postgresql_everything_whole_is_there_once_whatever_came_between(
    emptied: str, steps: list[tuple[str, int]]
) -> None:
    async def run(folder: Path) -> None:
        engine = open_engine(emptied)
        async with engine.begin() as connection:
            for table in (AUDIT_EVENT, AUDIT_SHIPPED):
                await connection.execute(delete(table))
        await sailed(folder / "audit.ndjson", engine, steps)
        await engine.dispose()

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def test_several_that_ship_one_journal_at_once_file_every_event_once(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    file = tmp_path / "audit.ndjson"
    await append(file, *(event(number) for number in range(60)))
    counts = await asyncio.gather(*(shipper(file, engine).ship() for _ in range(4)))
    assert await filed(engine) == whole(file)
    assert sum(counts) == 60


async def test_a_journal_that_is_shipped_is_not_read_again(engine: AsyncEngine, tmp_path: Path) -> None:
    file, heard = tmp_path / "audit.ndjson", list[Struct]()
    await append(file, event(1), event(2))
    assert await shipper(file, engine).ship() == 2
    await append(file, event(3))
    assert await behind(file, AuditLedger(engine)) == Lag(1, begun=True)
    assert await shipper(file, engine, heard).ship() == 1
    assert await shipper(file, engine, heard).ship() == 0
    assert await behind(file, AuditLedger(engine)) == Lag(0, begun=True)
    assert heard == []


async def test_a_journal_that_was_cut_or_replaced_is_shipped_from_its_beginning_and_that_is_said(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    file, heard = tmp_path / "audit.ndjson", list[Struct]()
    ship = shipper(file, engine, heard)
    await append(file, event(1), event(2))
    await ship.ship()
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    await append(file, event(3), event(4))
    assert await ship.ship() == 3
    assert heard == [ShippingRestarted()]
    file.unlink()
    await append(file, event(5))
    assert await ship.ship() == 1
    assert heard == [ShippingRestarted()] * 2
    assert len(await filed(engine)) == 5


async def test_a_journal_put_elsewhere_is_the_same_one(engine: AsyncEngine, tmp_path: Path) -> None:
    await append(tmp_path / "audit.ndjson", event(1))
    await shipper(tmp_path / "audit.ndjson", engine).ship()
    (tmp_path / "audit.ndjson").rename(tmp_path / "moved")
    assert await shipper(tmp_path / "moved", engine).ship() == 0


ODD: dict[str, Any] = {
    "a very long id": {"actor": Actor("STAFF", "o" * 1_500, "a")},
    "a NUL": {"actor": Actor("STAFF", "o\0fficer", "a"), "customer": "\0"},
    "a time far ahead": {"at": event(1).at.replace(year=9999)},
}


@pytest.mark.parametrize("what", ODD)
async def test_an_odd_event_does_not_stop_those_after_it(
    what: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    file = tmp_path / "audit.ndjson"
    odd = msgspec.structs.replace(event(1), **ODD[what])
    await append(file, odd, event(2))
    assert await shipper(file, engine).ship() == 2
    assert await filed(engine) == whole(file)
    assert key(odd.actor.id) == odd.actor.id.replace("\0", "\ufffd")[:200]


async def test_lines_that_are_no_events_are_passed_over(engine: AsyncEngine, tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    naive = msgspec.json.encode(event(7)).replace(b"Z", b"")
    with file.open("wb") as journal:
        for line in (b"", b"\xff", b"7", b'{"event_id":"e"}', naive, b"x" * (3 * ALL)):
            journal.write(line + b"\n")
    await append(file, event(1))
    assert await behind(file, AuditLedger(engine)) == Lag(7, begun=False)
    assert await shipper(file, engine).ship() == 1
    assert len(await filed(engine)) == 1
    assert await behind(file, AuditLedger(engine)) == Lag(0, begun=True)


async def test_where_there_is_no_journal_there_is_nothing_to_ship(
    sqlite_engine: AsyncEngine, tmp_path: Path
) -> None:
    assert await shipper(tmp_path / "no", sqlite_engine).ship() == 0
    assert await behind(tmp_path / "no", AuditLedger(sqlite_engine)) == Lag(0, begun=False)
