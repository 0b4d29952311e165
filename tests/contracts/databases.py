"""Sources that are databases of ours: each part from one of its own, so that each can go wrong on its own."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.settings import Settings
from sources.crn import Crn
from sources.source import Source
from sources.sql import SqlSource
from sources.sql.tables import TABLES
from tests.contracts.bench import HASTY, PATIENT
from tests.contracts.subjects import NAMES, PARTS_BY_NAME, misfit, of_part
from tests.running import NOON, Gate, serving
from tests.running.policies import unwatched

PAGE = '<!doctype html>\n<html><head><title>Sign in</title></head><body class="page"></body></html>'


async def gateways(
    folder: Path, engines: Mapping[str, AsyncEngine], stack: AsyncExitStack
) -> dict[str, Gate]:
    """The patient gateway, and by part those in which the source of that part has little time."""
    return {
        name: await stack.enter_async_context(_gateway(folder / name, engines, name))
        for name in ("patient", *NAMES)
    }


@asynccontextmanager
async def _gateway(folder: Path, engines: Mapping[str, AsyncEngine], hasty: str) -> AsyncIterator[Gate]:
    folder.mkdir()  # noqa: ASYNC240
    gates: list[Gate] = []

    def observe(event: Struct) -> None:
        gates[0].gateway.observe(event)

    def in_the_place_of(part: str) -> Callable[[Source[Any]], Source[Any]]:
        limit = HASTY if part == hasty else PATIENT
        source = SqlSource(PARTS_BY_NAME[part], engines[part], lambda: NOON, observe, part, limit)
        return lambda _: source

    replaced = {part: in_the_place_of(part) for part in NAMES}
    async with serving(
        folder,
        settings=Settings(home=folder, policy_file=unwatched(folder / "policy.toml")),
        replaced=replaced,
    ) as gate:
        gates.append(gate)
        yield gate


def spoilt(part: str, case: str, owner: Crn, other: Crn) -> str:
    """What stands in the place of somebody's record."""
    record = of_part(part, owner)[0]
    whole = msgspec.json.encode(record).decode()
    return {
        "garbled": '\x01\x7f{"crn":[\u009d\u008f',
        "html": PAGE,
        "half": whole[: len(whole) // 2],
        "bad row": msgspec.json.encode(misfit(part, record)).decode(),
        "wrong subject": msgspec.json.encode(msgspec.structs.replace(record, crn=other)).decode(),
    }[case]


@asynccontextmanager
async def record_spoilt(
    engine: AsyncEngine, part: str, case: str, people: Sequence[Crn]
) -> AsyncIterator[None]:
    """Something else stands in the place of a record of the first of the people; of a history, of its newest item."""
    table, (owner, other) = TABLES[part], people
    mine = table.c.crn == owner
    if PARTS_BY_NAME[part].history:
        mine &= table.c.id == of_part(part, owner)[0].id
    async with engine.begin() as connection:
        before = (await connection.execute(select(table.c.record).where(mine))).scalar_one()
        await connection.execute(update(table).where(mine).values(record=spoilt(part, case, owner, other)))
    try:
        yield
    finally:
        async with engine.begin() as connection:
            await connection.execute(update(table).where(mine).values(record=before))


@asynccontextmanager
async def table_gone(engine: AsyncEngine, part: str) -> AsyncIterator[None]:
    """There is no table: the statement is refused."""
    await run(engine, f"ALTER TABLE {part} RENAME TO {part}_gone")
    try:
        yield
    finally:
        await run(engine, f"ALTER TABLE {part}_gone RENAME TO {part}")


async def run(engine: AsyncEngine, *statements: str) -> None:
    """Statements in one transaction."""
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


RECORDS = ("garbled", "html", "half", "bad row", "wrong subject")
"""The cases that are made by what stands in a record."""
