"""Asking both engines."""

import asyncio
from typing import Any

import msgspec

from cache.pieces import Pieces
from gateway.engine.compiled import PIECES, PLANS, Plans
from schema.ready import executed


async def answer(
    schema: Any,
    document: Any,
    plans: Plans | None,
    box: Any,
    values: dict[str, Any],
    pieces: Pieces | None = None,
) -> bytes:
    """The answer as it would be sent, with its errors as the library words them."""
    result = await executed(schema, document, values, box, None, {PLANS: plans, PIECES: pieces})
    await settled()
    said = [one.formatted for one in result.errors or ()]
    return msgspec.json.encode({"data": result.data, "errors": said})


async def settled() -> None:
    """Wait for what the library settles in the background, beside a value that failed."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)
