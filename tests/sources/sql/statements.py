"""What is sent to a database, overheard."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

Statement = tuple[str, Any]
Question = Callable[[], Awaitable[Any]]


@contextmanager
def overheard(engine: AsyncEngine, *, audit: bool = False) -> Iterator[list[Statement]]:
    """Every statement that is sent meanwhile, with its values; those of the audit, shipped in the background, on
    demand."""
    sent: list[Statement] = []

    def listen(_connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
        if audit or ("audit_" not in text and text != "BEGIN IMMEDIATE"):
            sent.append((text, values))

    event.listen(engine.sync_engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", listen)


async def plan(engine: AsyncEngine, question: Question) -> str:
    """How the one statement that a question sends would be answered."""
    with overheard(engine, audit=True) as sent:
        await question()
    ((statement, values),) = sent
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, TIMING OFF)"
    async with engine.connect() as connection:
        steps = (await connection.exec_driver_sql(f"{explain} {statement}", values)).all()
    return "\n".join(str(step[-1]) for step in steps)
