"""`python -m sandbox services` and `documents`: upstream systems as a program, until somebody ends it."""

import asyncio
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from sandbox.town import Town
from sandbox.upstreams.control import BadLineError, entries_of
from sandbox.upstreams.document import DOCUMENT, DocumentService, in_town
from sandbox.upstreams.faults import Faults
from sandbox.upstreams.records import Records
from sandbox.upstreams.running import CONTROL, SERVICES, PortTakenError, Upstreams
from sandbox.upstreams.server import Listener

PORT: Final = 8101
PORTS: Final = (*SERVICES, DOCUMENT, CONTROL)
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
    ended = _ending()
    await upstreams.open()
    try:
        for name, address in (upstreams.addresses | {CONTROL: upstreams.control}).items():
            print(f"{name:16}{address}")
        sys.stdout.flush()
        await ended.wait()
    finally:
        await upstreams.close()


def serve_documents(town: Town, host: str, port: int) -> int:
    """Run the document service of a town: on this port, or on any that is free; return the exit code."""
    service = DocumentService(in_town(town), Faults())
    try:
        asyncio.run(_printing(service, host, port))
    except OSError as error:
        return _refused(f"{host} cannot be listened on: {error.strerror}", "documents")
    except KeyboardInterrupt:
        pass
    return 0


async def _printing(service: DocumentService, host: str, port: int) -> None:
    ended = _ending()
    listener = Listener(host, port, service.talk)
    try:
        await listener.open()
    except OSError:  # somebody else has it: another run, most likely
        listener = Listener(host, 0, service.talk)
        await listener.open()
    try:
        print(f"{DOCUMENT:16}{listener.address}", flush=True)
        await ended.wait()
    finally:
        await listener.close()


def _ending() -> asyncio.Event:
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    return ended


def _refused(said: str, command: str = "services") -> int:
    print(f"python -m sandbox {command}: {said}", file=sys.stderr)
    return 1
