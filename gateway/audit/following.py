"""Whoever follows the journal while the gateway serves: the shipper, and standard output where that is wanted."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.journal import Journal
from gateway.audit.shipping import Shipper
from gateway.audit.stdout import AuditStdout
from gateway.settings import Settings
from sources.ledger.audit import AuditLedger
from sources.source import Observer

LEAVING_SECONDS: Final = 2.0


@asynccontextmanager
async def audit_followed(
    journal: Journal, settings: Settings, engine: AsyncEngine, observe: Observer
) -> AsyncIterator[None]:
    """Follow the journal for as long as this lasts. What is not shipped by then is shipped after the next start."""
    shipper = Shipper(settings.journal, AuditLedger(engine), observe)
    journal.listen(shipper.wake)
    # closed at the start, there is none, and its number may be that of another file
    wanted = settings.audit_stdout and sys.stdout is not None
    out = AuditStdout(sys.stdout.fileno(), observe) if wanted else None
    if out is not None:
        journal.listen(out.put)
    shipping = asyncio.create_task(shipper.run())
    try:
        yield
    finally:
        shipping.cancel()
        await asyncio.wait({shipping}, timeout=LEAVING_SECONDS)  # a database that says nothing keeps nobody
        if out is not None:
            await asyncio.to_thread(out.close)
