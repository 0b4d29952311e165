"""The window of a history: how far back, how many items, and what is said about the rest."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.parts import INTERACTION, Part
from sources.parts.history import History
from sources.sql import SqlSource, load
from sources.window import Window
from tests.sources.specimens import HISTORIES, IGNORED, NOW, at, crn, interaction, item, lines
from tests.sources.sql.statements import overheard

MICROSECOND = timedelta(microseconds=1)


async def history(engine: AsyncEngine, window: Window, part: Part[Any] = INTERACTION) -> History[Any] | None:
    answer: Any = await SqlSource(part, engine, lambda: NOW, IGNORED.append, window=window).fetch([crn(1)])
    return answer[crn(1)].record if crn(1) in answer else None


@pytest.mark.parametrize("part", HISTORIES, ids=str)
async def test_only_the_newest_items_are_read_and_the_rest_is_told_of(
    part: Part[Any], engine: AsyncEngine
) -> None:
    await load(engine, lines(item(part, crn(1), f"{n:02}", at(n)) for n in range(10)))
    read = await history(engine, Window(items=4), part)
    assert read is not None
    assert [each.id for each in read.items] == ["00", "01", "02", "03"]
    assert read.complete_since == at(4) + MICROSECOND


async def test_a_history_as_long_as_the_window_is_complete(engine: AsyncEngine) -> None:
    await load(engine, lines(interaction(crn(1), str(n), at(n)) for n in range(4)))
    read = await history(engine, Window(items=4))
    assert read is not None
    assert (len(read.items), read.complete_since) == (4, None)


async def test_items_of_one_moment_are_cut_where_the_window_ends(engine: AsyncEngine) -> None:
    await load(engine, lines(interaction(crn(1), f"{n:02}", at(7)) for n in range(10)))
    read = await history(engine, Window(items=4))
    assert read is not None
    assert [each.id for each in read.items] == ["09", "08", "07", "06"]
    assert read.complete_since == at(7) + MICROSECOND


async def test_items_before_the_window_are_not_read_and_told_of(engine: AsyncEngine) -> None:
    floor = datetime(2024, 5, 1, 2, 30, tzinfo=UTC)
    times = {"in": floor, "out": floor - MICROSECOND, "long ago": datetime(1990, 1, 1, tzinfo=UTC)}
    await load(engine, lines(interaction(crn(1), id, when) for id, when in times.items()))
    read = await history(engine, Window(months=13))
    assert read is not None
    assert [each.id for each in read.items] == ["in"]
    assert read.complete_since == floor


async def test_a_customer_of_long_ago_is_known_with_an_empty_window(engine: AsyncEngine) -> None:
    await load(engine, lines([interaction(crn(1), "old", datetime(2001, 1, 1, tzinfo=UTC))]))
    assert await history(engine, Window()) == History(crn(1), (), datetime(2024, 5, 1, 2, 30, tzinfo=UTC))


async def test_what_is_dated_in_the_future_is_inside_the_window(engine: AsyncEngine) -> None:
    await load(engine, lines([interaction(crn(1), "soon", at(-60)), interaction(crn(1), "now", at(0))]))
    read = await history(engine, Window())
    assert read is not None
    assert [each.id for each in read.items] == ["soon", "now"]


async def test_too_many_items_at_the_end_of_time_can_still_be_told_of(engine: AsyncEngine) -> None:
    last = datetime.max.replace(tzinfo=UTC)
    await load(engine, lines(interaction(crn(1), id, last) for id in ("a", "b")))
    read = await history(engine, Window(items=1))
    assert read is not None
    assert read.complete_since == last


async def test_one_customer_with_fifty_thousand_items_takes_one_statement(sqlite_engine: AsyncEngine) -> None:
    await load(sqlite_engine, lines(interaction(crn(1), f"{n:05}", at(n)) for n in range(50_000)))
    with overheard(sqlite_engine) as sent:
        read = await history(sqlite_engine, Window(items=2000))
    assert len(sent) == 1
    assert read is not None
    assert [each.id for each in read.items] == [f"{n:05}" for n in range(2000)]


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2025-06-30T12:00Z", "2024-05-30T12:00Z"),
        ("2025-03-31T00:00Z", "2024-02-29T00:00Z"),
        ("2026-03-31T00:00Z", "2025-02-28T00:00Z"),
        ("2024-02-29T23:59+11:00", "2023-01-29T23:59+11:00"),
        ("2025-01-01T00:00Z", "2023-12-01T00:00Z"),
    ],
)
def test_thirteen_months_are_calendar_months(now: str, since: str) -> None:
    assert Window(13).since(datetime.fromisoformat(now)) == datetime.fromisoformat(since)
