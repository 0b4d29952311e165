"""The audit in SQL: found by customer and by actor, in pages, by an index; forgotten only when somebody says so."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import Fault
from sources.ledger.audit import AuditLedger, Filing, Found, Place, Reached, Span, key
from sources.sql.texts import storable
from tests.sources.sql.statements import plan

DAY = datetime(2025, 3, 10, tzinfo=UTC)
ALWAYS = Span(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
REACHED = Reached(1, "mark", DAY)


def filing(number: int, customer: str = "anne", officer: str = "officer-1", kind: str = "STAFF") -> Filing:
    """Event number so-and-so, an hour after the one before."""
    at = DAY + timedelta(hours=number)
    return Filing(
        f"e{number:06}", at, customer, kind, officer, "agency", "view", "OPEN", "free", "r", f"{number}"
    )


async def filed(engine: AsyncEngine, filings: Sequence[Filing]) -> AuditLedger:
    ledger = AuditLedger(engine)
    assert await ledger.file("journal", filings, None, REACHED)
    return ledger


def told(found: Sequence[Found]) -> list[int]:
    return [int(one.line) for one in found]


async def test_events_are_found_by_customer_and_by_officer_oldest_first(engine: AsyncEngine) -> None:
    others = [filing(4, "boris"), filing(5, "anne", "officer-2"), filing(6, "anne", "officer-1", "PARTNER")]
    ledger = await filed(engine, [filing(2), filing(1), filing(3), *others])
    assert told(await ledger.who_saw(["anne"], ALWAYS, None, 9)) == [1, 2, 3, 5, 6]
    assert told(await ledger.who_saw(["clara"], ALWAYS, None, 9)) == []
    assert told(await ledger.who_saw(["boris", "anne"], ALWAYS, None, 9)) == [1, 2, 3, 4, 5, 6]
    assert told(await ledger.what_saw("officer-1", None, ALWAYS, None, 9)) == [1, 2, 3, 4, 6]
    assert told(await ledger.what_saw("officer-1", "PARTNER", ALWAYS, None, 9)) == [6]


async def test_a_span_holds_its_beginning_and_not_its_end(engine: AsyncEngine) -> None:
    ledger = await filed(engine, [filing(number) for number in range(5)])
    span = Span(DAY + timedelta(hours=1), DAY + timedelta(hours=3))
    assert told(await ledger.who_saw(["anne"], span, None, 9)) == [1, 2]


async def test_pages_follow_on_one_another_also_within_one_moment(engine: AsyncEngine) -> None:
    moments = [filing(number // 3).at for number in range(9)]
    ledger = await filed(engine, [replace(filing(number), at=at) for number, at in enumerate(moments)])
    seen: list[int] = []
    place: Place | None = None
    while page := await ledger.who_saw(["anne"], ALWAYS, place, 2):
        seen += told(page)
        place = page[-1].place
    assert seen == list(range(9))


async def test_an_event_that_comes_again_changes_nothing(engine: AsyncEngine) -> None:
    ledger = await filed(engine, [filing(1)])
    changed = replace(filing(1), customer="boris", line="9")
    assert await ledger.file("other", [changed, filing(2)], None, REACHED)
    assert told(await ledger.who_saw(["anne"], ALWAYS, None, 9)) == [1, 2]
    assert told(await ledger.who_saw(["boris"], ALWAYS, None, 9)) == []


async def test_how_far_a_journal_was_shipped_is_moved_on_by_one_alone(engine: AsyncEngine) -> None:
    ledger, second = AuditLedger(engine), Reached(2, "two", DAY)
    assert await ledger.reached("journal") is None
    assert await ledger.file("journal", [], None, REACHED)
    assert not await ledger.file("journal", [filing(1)], None, second)
    assert await ledger.file("journal", [], REACHED, second)
    assert not await ledger.file("journal", [filing(2)], REACHED, Reached(3, "three", DAY))
    assert await ledger.reached("journal") == second
    assert await ledger.reached("another") is None
    assert told(await ledger.who_saw(["anne"], ALWAYS, None, 9)) == [1, 2]


async def test_what_is_forgotten_is_what_is_older(engine: AsyncEngine) -> None:
    ledger = await filed(engine, [filing(number) for number in range(6)])
    assert await ledger.forget(DAY + timedelta(hours=4)) == 4
    assert await ledger.forget(DAY + timedelta(hours=4)) == 0
    assert told(await ledger.who_saw(["anne"], ALWAYS, None, 9)) == [4, 5]


async def test_events_are_found_by_an_index_and_not_sorted(engine: AsyncEngine) -> None:
    crowd = [filing(n, f"c{n % 97}", f"o{n % 89}") for n in range(5_000)]
    ledger = await filed(engine, crowd)
    if engine.dialect.name == "postgresql":
        async with engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
    asked: dict[str, Callable[[], Awaitable[Any]]] = {
        "audit_event_who_saw": lambda: ledger.who_saw(["c1"], ALWAYS, Place(0, "x"), 20),
        "audit_event_what_saw": lambda: ledger.what_saw("o1", "STAFF", ALWAYS, None, 20),
    }
    for index, question in asked.items():
        steps = await plan(engine, question)
        assert index in steps
        assert "Sort" not in steps
        assert "TEMP B-TREE" not in steps


async def test_a_database_that_fails_is_a_fault(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE audit_event"))
    ledger = AuditLedger(engine)
    for asked in (
        ledger.who_saw(["c"], ALWAYS, None, 1),
        ledger.forget(DAY),
        ledger.file("journal", [filing(1)], None, REACHED),
    ):
        with pytest.raises(Fault):
            await asked
    assert await ledger.reached("journal") is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_a_key(given: str) -> None:
    assert storable(key(given))
    assert len(key(given)) <= 200
    assert key(key(given)) == key(given)
