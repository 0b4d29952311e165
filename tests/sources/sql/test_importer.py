"""The import: what is taken, what is refused and how it is told, and that it may be repeated."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import json
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.parts import CUSTOMER, INTERACTION, PARTS
from sources.source import EVERYTHING
from sources.sql import Imported, Refused, SqlSource, load
from sources.sql.importer import LINES_A_TRANSACTION
from sources.sql.tables import TABLES
from tests.sources.specimens import (
    IGNORED,
    NOW,
    at,
    crn,
    crns,
    customer,
    debt,
    interaction,
    line,
    lines,
    record,
)


async def rows(engine: AsyncEngine, part: str) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(TABLES[part]))).scalar_one()


def told(record: Any, **changes: Any) -> bytes:
    """A line with something changed in its record."""
    plain = json.decode(line(record))
    plain["record"] |= changes
    return json.encode(plain)


async def test_lines_of_every_part_are_counted(engine: AsyncEngine) -> None:
    imported = await load(engine, lines(record(part, each) for part in PARTS for each in crns(3)))
    assert imported == Imported({part.name: 3 for part in PARTS}, ())


async def test_lines_may_arrive_asynchronously(engine: AsyncEngine) -> None:
    async def arriving() -> AsyncIterator[bytes]:
        yield line(customer(crn(1)))
        yield b"\n"
        yield line(customer(crn(2)))

    assert (await load(engine, arriving())).counts == {"customer": 2}


async def test_an_import_may_be_repeated(engine: AsyncEngine) -> None:
    some = lines(record(part, each) for part in PARTS for each in crns(3))
    assert await load(engine, some) == await load(engine, some)
    assert [await rows(engine, part.name) for part in PARTS] == [3] * len(PARTS)


async def test_a_later_record_takes_the_place_of_an_earlier_one(engine: AsyncEngine) -> None:
    await load(engine, lines([interaction(crn(1), "I1", at(9)), interaction(crn(2), "I1", at(9))]))
    await load(engine, [told(interaction(crn(1), "I1", at(2)), title="Corrected")])
    source = SqlSource(INTERACTION, engine, lambda: NOW, IGNORED.append)
    page = await source.page(crn(1), EVERYTHING, None, 5)
    assert [(item.title, item.at) for item in page.items] == [("Corrected", at(2))]
    other = await source.page(crn(2), EVERYTHING, None, 5)
    assert [item.title for item in other.items] == ["Asked about a payment"]


async def test_the_last_of_two_lines_about_one_record_counts(engine: AsyncEngine) -> None:
    await load(engine, [told(customer(crn(1)), title="Mr"), told(customer(crn(1)), title="Dr")])
    answer: Any = await SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append).fetch([crn(1)])
    assert answer[crn(1)].record.title == "Dr"


async def test_more_lines_than_a_transaction_takes_are_all_taken(engine: AsyncEngine) -> None:
    count = LINES_A_TRANSACTION + 7
    imported = await load(engine, (line(debt(crn(1), str(n))) for n in range(count)))
    assert imported.counts == {"debt": count}
    assert await rows(engine, "debt") == count


async def test_nothing_to_import_is_nothing_imported(engine: AsyncEngine) -> None:
    assert await load(engine, [b"", b"  \n"]) == Imported({}, ())


async def test_a_field_that_is_not_declared_is_not_kept(engine: AsyncEngine) -> None:
    await load(engine, [told(customer(crn(1)), tax_file_number="987654321")])
    async with engine.connect() as connection:
        kept = (await connection.execute(select(TABLES["customer"].c.record))).scalar_one()
    assert "tax_file" not in kept


async def test_a_code_that_nobody_knows_is_found_as_other(engine: AsyncEngine) -> None:
    await load(engine, [told(interaction(crn(1)), kind="TELEPATHY", kind_raw="TELEPATHY")])
    table = TABLES["interaction"].c
    async with engine.connect() as connection:
        assert (await connection.execute(select(table.kind, table.channel))).one() == ("OTHER", "PHONE")


SECRET = "987654321X"
BAD: dict[bytes, str] = {
    b"SECRET": "it is not JSON",
    b"{'part'}": "it is not JSON",
    b'{"part": "debt", "record": {"id": "987654321X"': "it is not JSON",
    b'{"part": "debt", "record": {"id": "\xff987654321X"}}': "it is not JSON",
    b"[]": "it is not what its part keeps",
    b'"987654321X"': "it is not what its part keeps",
    b"{}": "it is not what its part keeps: part",
    b'{"part": "debt"}': "it is not what its part keeps: record",
    b'{"part": "987654321X", "record": {}}': "no part has this name",
    b'{"part": 7, "record": {}}': "it is not what its part keeps: part",
    b'{"part": "customer", "record": "987654321X"}': "it is not what its part keeps",
    b'{"part": "customer", "record": {"title": "987654321X"}}': "it is not what its part keeps: crn",
    told(customer(crn(1)), title={"987654321X": 1}): "it is not what its part keeps: title",
    told(customer(crn(1)), date_of_birth="987654321X"): "it is not what its part keeps: date_of_birth",
    told(customer(crn(1)), names=[{"kind": SECRET}]): "it is not what its part keeps: names[0].family",
    told(customer(crn(1)), identifiers=[{"kind": SECRET, "value": "1"}]): (
        "it is not what its part keeps: identifiers[0].kind"
    ),
    told(customer(crn(1), "987654321X\0")): "its identifier cannot be a key",
    told(customer(crn(1)), canonical_crn="987654321X\0"): "its canonical_crn cannot be a key",
    told(customer(crn(1)), crn=""): "its crn cannot be a key",
    told(debt(crn(1)), crn="987654321X\0"): "its crn cannot be a key",
    told(debt(crn(1)), id="987654321X\0"): "its id cannot be a key",
    told(debt(crn(1)), id="\ud7ff987654321X\0"): "its id cannot be a key",
    told(debt(crn(1)), registered_at="2025-01-01T10:00:00"): "it is not what its part keeps: registered_at",
    told(debt(crn(1)), registered_at=SECRET): "it is not what its part keeps: registered_at",
}


@pytest.mark.parametrize(("bad", "reason"), BAD.items(), ids=range(len(BAD)))
async def test_a_bad_line_costs_itself_and_its_reason_holds_nothing_of_it(
    bad: bytes, reason: str, sqlite_engine: AsyncEngine
) -> None:
    imported = await load(sqlite_engine, [line(debt(crn(1), "1")), b"", bad, line(debt(crn(1), "2"))])
    assert imported == Imported({"debt": 2}, (Refused(3, reason),))
    assert "987654321" not in str(imported)
    assert await rows(sqlite_engine, "customer") == 0
