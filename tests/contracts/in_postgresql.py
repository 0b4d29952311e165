"""Sources that are PostgreSQL databases: one server, and a wire and a role for each part."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.sql import load, migrate, open_engine
from tests.contracts.bench import SLOW
from tests.contracts.databases import RECORDS, gateways, record_spoilt, run, table_gone
from tests.contracts.subjects import NAMES, Crowd
from tests.contracts.wire import Peer, Way, Wire, babbles, deaf, drips, resets, through, truncates
from tests.running import Gate
from tests.sources.specimens import lines
from tests.sources.sql.servers import Server

_WAYS: Final[dict[str, Way]] = {
    "drip": drips,
    "truncated": truncates,
    "reset": resets,
    "noise": babbles,
}
_REFUSALS: Final = {"401": ("NOLOGIN", "LOGIN"), "429": ("CONNECTION LIMIT 0", "CONNECTION LIMIT -1")}
"""What is done to a role so that it is turned away, and how it is undone."""


class Servers:
    """The databases as a bench. `admin` goes past the wires."""

    kind: Final = "postgresql"

    def __init__(
        self,
        admin: AsyncEngine,
        engines: dict[str, AsyncEngine],
        wires: dict[str, Wire],
        gates: dict[str, Gate],
    ) -> None:
        self.crowd: Final = Crowd()
        self.gates: Final = gates
        self._admin = admin
        self._engines = engines
        self._wires = wires

    def system(self, part: str) -> str:
        """The name of the system that tells a part."""
        return part

    @asynccontextmanager
    async def wrong(self, part: str, case: str, people: Sequence[Crn]) -> AsyncIterator[None]:
        """Let a database go wrong."""
        if case in RECORDS:
            async with record_spoilt(self._admin, part, case, people):
                yield
        elif case in {"knows it", "stale"}:
            if case == "stale":
                await self._wires[part].drop()
            yield
        else:
            async with self._fault(part, case):
                yield

    def _fault(self, part: str, case: str) -> AbstractAsyncContextManager[None]:
        if case in _WAYS:
            return self._spoilt(self._wires[part], _WAYS[case])
        if case in _REFUSALS:
            return self._turned_away(part, *_REFUSALS[case])
        faults: dict[str, Callable[[], AbstractAsyncContextManager[None]]] = {
            "slow": lambda: self._locked(part, SLOW),
            "hang": lambda: self._locked(part, None),
            "down": lambda: self._down(self._wires[part]),
            "black hole": lambda: self._unconnected(part),
            "500": lambda: table_gone(self._admin, part),
        }
        return faults[case]()

    @asynccontextmanager
    async def _locked(self, part: str, seconds: float | None) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self._admin.connect())
            await connection.execute(text(f"LOCK TABLE {part} IN ACCESS EXCLUSIVE MODE"))
            if seconds is not None:
                opening = asyncio.create_task(_later(seconds, connection.rollback))
                stack.push_async_callback(lambda: opening)
            yield

    @asynccontextmanager
    async def _spoilt(self, wire: Wire, way: Way) -> AsyncIterator[None]:
        wire.way = way
        try:
            yield
        finally:
            wire.way = through

    @asynccontextmanager
    async def _down(self, wire: Wire) -> AsyncIterator[None]:
        await wire.close()
        try:
            yield
        finally:
            await wire.open()

    @asynccontextmanager
    async def _unconnected(self, part: str) -> AsyncIterator[None]:
        await self._engines[part].dispose()  # else the first to notice would be a connection that is kept
        async with self._down(self._wires[part]):
            with deaf(self._wires[part].port):
                yield

    @asynccontextmanager
    async def _turned_away(self, part: str, refused: str, admitted: str) -> AsyncIterator[None]:
        await run(self._admin, f"ALTER ROLE {part}_reader {refused}")
        await self._engines[part].dispose()
        try:
            yield
        finally:
            await run(self._admin, f"ALTER ROLE {part}_reader {admitted}")


async def _later(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await work()


@asynccontextmanager
async def servers(server: Server, folder: Path) -> AsyncIterator[Servers]:
    """The databases, and the gateways in front of them."""
    async with AsyncExitStack() as stack:
        database = server.create()
        admin = open_engine(server.url(database))
        stack.push_async_callback(admin.dispose)
        await migrate(admin)
        loaded = await load(admin, lines(Crowd.everything()))
        assert not loaded.refused
        await run(admin, *(f"CREATE ROLE {part}_reader LOGIN" for part in NAMES))
        await run(admin, *(f"GRANT SELECT ON {part} TO {part}_reader" for part in NAMES))
        wires, engines = {part: Wire(_beyond(server.url(database))) for part in NAMES}, {}
        for part, wire in wires.items():
            await wire.open()
            stack.push_async_callback(wire.close)
            engines[part] = open_engine(f"postgresql://{part}_reader@127.0.0.1:{wire.port}/{database}")
            stack.push_async_callback(engines[part].dispose)
        yield Servers(admin, engines, wires, await gateways(folder, engines, stack))


def _beyond(url: str) -> Callable[[], Awaitable[Peer]]:
    path = f"{url.partition('host=')[2]}/.s.PGSQL.5432"

    async def connect() -> Peer:
        return await asyncio.open_unix_connection(path)

    return connect
