"""How long who-saw and what-saw take among a million events, and what an event costs the journal."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import msgspec

from gateway.audit.chain import Chain
from gateway.audit.event import Actor, AuditEvent
from gateway.audit.journal import Journal
from gateway.keyring import Keyring
from sources.ledger.audit import AuditLedger, Filing, Reached, Span
from sources.sql import migrate, open_engine
from tests.sources.sql.servers import postgres_server
from tests.sources.sql.statements import plan

EVENTS: Final = 1_000_000
CUSTOMERS: Final = 50_000
OFFICERS: Final = 2_000
AT_ONCE: Final = 20_000
TIMES: Final = 50
APPENDED: Final = 2_000
BEGIN: Final = datetime(2025, 3, 10, tzinfo=UTC)
YEAR: Final = Span(BEGIN, BEGIN + timedelta(days=366))
LINE: Final = "x" * 700
INDEXES: Final = ("audit_event_who_saw", "audit_event_what_saw")


def filing(number: int) -> Filing:
    """An event of a year in which everybody is seen about as often as everybody else."""
    return Filing(
        event_id=f"{number * 2_654_435_761 % 2**32:08x}{number:024x}",
        at=BEGIN + timedelta(seconds=31 * number),
        customer=f"{number * 7_919 % CUSTOMERS:032x}",
        actor_kind="STAFF",
        actor_id=f"officer-{number * 104_729 % OFFICERS}",
        actor_organisation="agency",
        action="view",
        verdict="OPEN",
        rule="free",
        request_id=f"{number:032x}",
        line=LINE,
    )


def portions() -> Iterator[list[Filing]]:
    for begin in range(0, EVENTS, AT_ONCE):
        yield [filing(number) for number in range(begin, min(EVENTS, begin + AT_ONCE))]


async def everything(page: Callable[[Any], Awaitable[Any]]) -> int:
    """How many events a report reads, page by page."""
    count, place = 0, None
    while found := await page(place):
        count += len(found)
        place = found[-1].place
    return count


async def measure(name: str, url: str) -> None:
    engine = open_engine(url)
    await migrate(engine)
    ledger = AuditLedger(engine, time_limit=120)
    begun, before = time.perf_counter(), None
    for number, some in enumerate(portions(), 1):
        reached = Reached(number, "mark", BEGIN)
        assert await ledger.file("bench", some, before, reached)
        before = reached
    rate = EVENTS / (time.perf_counter() - begun)
    print(f"\n{name}: {EVENTS:,} events filed, {rate:,.0f} a second")
    if engine.dialect.name == "postgresql":
        async with engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE audit_event")
    reports: dict[str, Callable[[int, Any], Awaitable[Any]]] = {
        "who-saw": lambda n, place: ledger.who_saw([f"{n:032x}"], YEAR, place, 1_000),
        "what-saw": lambda n, place: ledger.what_saw(f"officer-{n}", "STAFF", YEAR, place, 1_000),
    }
    for report, page in reports.items():
        taken = []
        for number in range(TIMES):
            begun = time.perf_counter()
            found = await everything(partial(page, number))
            taken.append((time.perf_counter() - begun) * 1000)
        steps = await plan(engine, partial(page, 1, None))
        index = next((one for one in INDEXES if one in steps), "no index")
        print(
            f"  {report:9} {found:4} events   median {median(taken):6.1f} ms"
            f"   p95 {quantiles(taken, n=20)[-1]:6.1f} ms   most {max(taken):6.1f} ms   by {index}"
        )
    await engine.dispose()


async def appended(folder: Path, callers: int) -> None:
    """What a caller waits for until an event is on disk, when so many wait at once."""
    journal, taken = Journal(folder / f"audit-{callers}", Chain(Keyring(b"k" * 32))), list[float]()
    event = AuditEvent(
        "e", BEGIN, Actor("STAFF", "officer-1", "agency"), "h" * 32, "view", "OPEN", "free", "r" * 32, "p"
    )
    event = msgspec.structs.replace(event, sealed="s" * 40, parts=("customer", "debt", "interaction"))

    async def caller() -> None:
        for _ in range(APPENDED // callers):
            begun = time.perf_counter()
            await journal.append([event])
            taken.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    whole = time.perf_counter() - begun
    percentiles = quantiles(taken, n=100)
    print(
        f"  {callers:3} callers   p50 {percentiles[49]:6.2f} ms   p99 {percentiles[98]:6.2f} ms"
        f"   {len(taken) / whole:8,.0f} events a second   {whole / len(taken) * 1000:.3f} ms each"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print("the journal, each event on disk before its caller goes on")
        for callers in (1, 64):
            asyncio.run(appended(Path(folder), callers))
        asyncio.run(measure("SQLite", f"sqlite:///{folder}/overview.db"))
        with postgres_server(Path(folder, "log")) as server:
            asyncio.run(measure("PostgreSQL", server.url(server.create())))


if __name__ == "__main__":
    main()
