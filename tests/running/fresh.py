"""A database as a migration leaves it. The empty SQLite file is made once in a process, and copied after that."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.ext.asyncio import AsyncEngine

from sources.sql import migrate, open_engine

_made: list[bytes] = []


async def make_ready(engine: AsyncEngine) -> None:
    """Bring a database to the present version; an SQLite file that is not there yet is copied."""
    file = _missing(engine)
    if file is None:
        await migrate(engine)
        return
    if not _made:
        with TemporaryDirectory() as folder:
            empty = open_engine(f"sqlite+aiosqlite:///{folder}/empty.db")
            await migrate(empty)
            await empty.dispose()  # and what stood in the log beside it is in the file
            _made.append(_read(Path(folder, "empty.db")))
    _write(file, _made[0])


def _missing(engine: AsyncEngine) -> Path | None:
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    file = Path(engine.url.database)
    return None if file.exists() else file


def _read(file: Path) -> bytes:
    return file.read_bytes()


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)
