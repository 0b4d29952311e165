"""The database, ready for work: the embedded profile migrates it, the others check that it is current."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.settings import Profile, Settings
from sources.sql import check, migrate, open_engine


@asynccontextmanager
async def ready(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Open the database of a deployment while it is needed; raise `OldSchemaError` for one of another version."""
    engine = open_engine(settings.database)
    try:
        if settings.profile is Profile.EMBEDDED:
            await migrate(engine)
        await check(engine)
        yield engine
    finally:
        await engine.dispose()
