"""`python -m sandbox services`: the upstream systems as a program, until somebody ends it."""

import asyncio
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from sandbox.upstreams.control import BadLineError, entries_of
from sandbox.upstreams.records import Records
from sandbox.upstreams.running import CONTROL, SERVICES, PortTakenError, Upstreams

PORT: Final = 8101
PORTS: Final = (*SERVICES, CONTROL)
"""Who listens on the first port, and on those that follow it."""

Entries = Iterable[tuple[str, Mapping[str, Any]]]


def serve(entries: Entries | Path, host: str, port: int) -> int:
    """Run the systems on this port and those that follow; return the exit code."""
    records = Records()
    upstreams = Upstreams(records, {name: port + place for place, name in enumerate(PORTS)}, host, {})
    try:
        if isinstance(entries, Path):
            entries = entries_of(entries.read_bytes(), upstreams.services)
        records.add(entries)
        asyncio.run(_served(upstreams))
    except OSError as error:
        return _refused(f"{error.filename}: {error.strerror}")
    except (PortTakenError, BadLineError) as error:
        return _refused(str(error))
    except KeyboardInterrupt:
        pass
    return 0


async def _served(upstreams: Upstreams) -> None:
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    await upstreams.open()
    try:
        for name, address in (upstreams.addresses | {CONTROL: upstreams.control}).items():
            print(f"{name:16}{address}")
        sys.stdout.flush()
        await ended.wait()
    finally:
        await upstreams.close()


def _refused(said: str) -> int:
    print(f"python -m sandbox services: {said}", file=sys.stderr)
    return 1
