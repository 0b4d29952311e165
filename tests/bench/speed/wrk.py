"""The client wrk, where the machine has it: it takes less of its core than ours, and so asks more."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from tests.bench.speed.load import PATIENCE, BadAnswerError, Went

SCRIPT: Final = Path(__file__).parent / "asks.lua"


class _Said(Struct):
    count: int
    seconds: float
    middle: float
    worst: float
    failed: int
    size: int


def program() -> str | None:
    """Return where wrk is, None where it is not."""
    return shutil.which("wrk")


def written(file: Path, requests: Sequence[bytes]) -> Path:
    """Write requests to a file, as the script reads them."""
    with file.open("wb") as told:
        for one in requests:
            told.write(b"%d\n%b" % (len(one), one))
    return file


async def asked(port: int, file: Path, start: int, clients: int, seconds: float) -> Went:
    """Return what so many clients saw who ask so long; raise `BadAnswerError`."""
    words = ("-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s", str(SCRIPT))
    process = await asyncio.create_subprocess_exec(
        program() or "wrk", *words, f"http://127.0.0.1:{port}", "--", str(file), str(start), stdout=-1
    )
    async with asyncio.timeout(seconds + PATIENCE):
        out, _ = await process.communicate()
    said = msgspec.json.decode(out.splitlines()[-1], type=_Said)
    if said.failed:
        raise BadAnswerError(f"{said.failed} answers were none")
    return Went(said.count, said.seconds, said.middle, said.worst, said.size)
