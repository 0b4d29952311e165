"""The command `overview` as a person runs it: a process of its own."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sources.sql import open_engine
from tests.house.programs import answers, environment, running, wait_until
from tests.running.fresh import make_ready

HOUSE = Path(__file__).parents[2]
OVERVIEW = (sys.executable, "-c", "from gateway.cli import main; main()")


def overview(*words: str, home: Path, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """What a command that ends by itself says."""
    env = environment(PYTHONPATH=str(HOUSE), **{"OVERVIEW_HOME": str(home), **settings})
    return subprocess.run(
        [*OVERVIEW, *words],
        check=False,
        env=env,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


def importing(lines: bytes, home: Path, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """What the import of a file with these lines says."""
    (home / "lines").write_bytes(lines)
    return overview("import", str(home / "lines"), home=home, **settings)


@contextmanager
def served(
    log: Path, *words: str, home: Path, port: int, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A gateway in a process of its own, once it is ready; how often no good token is shown has no limit, and a busy
    machine takes none of its places."""
    settings = {"OVERVIEW_RATE_UNPROVED": "0", "OVERVIEW_PLACES_LATE_SECONDS": "0", **settings}
    env = environment(PYTHONPATH=str(HOUSE), OVERVIEW_HOME=str(home), **settings)
    command = [*OVERVIEW, "serve", "--port", str(port), *words]
    with running(command, env, home, log) as process:
        wait_until(answers(f"http://127.0.0.1:{port}/health/ready"), process, log)
        yield process


def migrated(home: Path) -> str:
    """The address of a database that is current."""
    address = f"sqlite+aiosqlite:///{home / 'overview.db'}"

    async def run() -> None:
        engine = open_engine(address)
        await make_ready(engine)
        await engine.dispose()

    asyncio.run(run())
    return address
