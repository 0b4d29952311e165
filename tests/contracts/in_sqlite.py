"""Sources that are SQLite files: a folder and a file for each part."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.sql import load, migrate, open_engine
from tests.contracts.bench import SLOW
from tests.contracts.databases import RECORDS, gateways, record_spoilt, table_gone
from tests.contracts.subjects import NAMES, Crowd
from tests.running import Gate
from tests.sources.specimens import lines

NOISE: Final = b"\x00\xff\xfe this is no database \x9d\x8f" * 400


class Files:
    """The files as a bench."""

    kind: Final = "sqlite"

    def __init__(self, folder: Path, engines: dict[str, AsyncEngine], gates: dict[str, Gate]) -> None:
        self.crowd: Final = Crowd()
        self.gates: Final = gates
        self._folder = folder
        self._engines = engines

    def system(self, part: str) -> str:
        """The name of the system that tells a part."""
        return part

    @asynccontextmanager
    async def wrong(self, part: str, case: str, people: Sequence[Crn]) -> AsyncIterator[None]:
        """Let a file go wrong."""
        engine = self._engines[part]
        if case in RECORDS:
            async with record_spoilt(engine, part, case, people):
                yield
        elif case != "knows it":
            if case != "500":
                await engine.dispose()  # whoever has the file open keeps it
            async with self._fault(part, case):
                yield
        else:
            yield

    def _fault(self, part: str, case: str) -> AbstractAsyncContextManager[None]:
        faults: dict[str, Callable[[], AbstractAsyncContextManager[None]]] = {
            "slow": lambda: self._locked(part, SLOW),
            "hang": lambda: self._locked(part, None),
            "down": lambda: self._gone(part),
            "500": lambda: table_gone(self._engines[part], part),
            "noise": lambda: self._overwritten(part),
        }
        return faults[case]()

    @asynccontextmanager
    async def _locked(self, part: str, seconds: float | None) -> AsyncIterator[None]:
        with closing(sqlite3.connect(file_of(self._folder, part), isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            if seconds is not None:
                asyncio.get_running_loop().call_later(seconds, other.close)
            yield

    @asynccontextmanager
    async def _gone(self, part: str) -> AsyncIterator[None]:
        folder = file_of(self._folder, part).parent
        away = folder.rename(folder.with_suffix(".away"))
        try:
            yield
        finally:
            away.rename(folder)

    @asynccontextmanager
    async def _overwritten(self, part: str) -> AsyncIterator[None]:
        file = file_of(self._folder, part)
        before = file.read_bytes()
        file.write_bytes(NOISE)
        try:
            yield
        finally:
            file.write_bytes(before)


def file_of(folder: Path, part: str) -> Path:
    return folder / "databases" / part / "overview.db"


@asynccontextmanager
async def files(folder: Path) -> AsyncIterator[Files]:
    """The files, and the gateways in front of them."""
    async with AsyncExitStack() as stack:
        first, *others = (file_of(folder, part) for part in NAMES)
        first.parent.mkdir(parents=True)
        await _filled(first)
        for file in others:
            file.parent.mkdir()
            shutil.copy(first, file)
        engines = {part: open_engine(f"sqlite:///{file_of(folder, part)}") for part in NAMES}
        for engine in engines.values():
            stack.push_async_callback(engine.dispose)
        yield Files(folder, engines, await gateways(folder, engines, stack))


async def _filled(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}")
    await migrate(engine)
    loaded = await load(engine, lines(Crowd.everything()))
    assert not loaded.refused
    await engine.dispose()
