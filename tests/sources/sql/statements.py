"""What is sent to a database, overheard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

Statement = tuple[str, Any]


@contextmanager
def overheard(engine: AsyncEngine) -> Iterator[list[Statement]]:
    """Every statement that is sent meanwhile, with its values."""
    sent: list[Statement] = []

    def listen(_connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
        sent.append((text, values))

    event.listen(engine.sync_engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", listen)
