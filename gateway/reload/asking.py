"""Asking whether the configuration can be used, in a process of its own: whoever serves goes on as if nothing were."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import Final

COMMAND: Final = (sys.executable, "-P", "-c", "from gateway.cli import main; main()", "config", "check")
SECONDS: Final = 60.0
"""Longer does no check take."""

LONGEST: Final = 280
"""How much of what is wrong is told, in signs: it is one value of a line in the log."""

_FOLDERS: Final = re.compile(r"(?<![^\s;])/(?:[^\s:/]+/)+")
"""What stands before the name of a file: long paths look like secrets to the log, which hides them."""


async def fault() -> str | None:
    """Return what is wrong with the configuration as it is now, in one line; None when it can be used."""
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
    except OSError:  # no memory, no process, no file to be had
        return "the check could not be started"
    try:
        async with asyncio.timeout(SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        return f"the check took longer than {SECONDS:.0f} seconds"
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode == 0:
        return None
    words = _FOLDERS.sub("", "; ".join(said.decode(errors="replace").splitlines()))[:LONGEST]
    return words or f"the check ended with {process.returncode}"
