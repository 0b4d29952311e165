"""The control port: what was asked, what goes wrong, and what the systems hold. It works while a system is down."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import msgspec

from sandbox.upstreams.document import DOCUMENT, DocumentService
from sandbox.upstreams.faults import EVERY, LINK, Active, Fault
from sandbox.upstreams.records import HISTORIES, WHOLE, Records
from sandbox.upstreams.server import Answer, Request, in_json, send
from sandbox.upstreams.service import Service


class BadLineError(ValueError):
    """A line that is no record. The text says which and why."""


class Controlled(Protocol):
    """What the control port controls."""

    @property
    def records(self) -> Records:
        """What the systems hold."""

    @property
    def services(self) -> Mapping[str, Service]:
        """The systems."""

    @property
    def documents(self) -> DocumentService:
        """The document service."""

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where each system is."""

    async def put(self, fault: Fault) -> Active:
        """Put a fault to work."""

    async def clear(self) -> int:
        """Take every fault away."""

    def faults(self) -> list[Active]:
        """Return the faults at work."""


class Control:
    """Answers the requests to the control port."""

    def __init__(self, controlled: Controlled) -> None:
        self._controlled = controlled

    async def talk(self, request: Request, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; the connection lives on."""
        await send(await self._answer(request), writer)
        return True

    async def _answer(self, request: Request) -> Answer:
        controlled = self._controlled
        match request.method, request.path.rstrip("/"):
            case "GET", "/_sim/services":
                return in_json(200, controlled.addresses)
            case "GET", "/_sim/calls":
                calls = {name: one.calls.told() for name, one in controlled.services.items()}
                return in_json(200, calls | {DOCUMENT: controlled.documents.calls.told()})
            case "DELETE", "/_sim/calls":
                for service in controlled.services.values():
                    service.calls.clear()
                controlled.documents.calls.clear()
                return in_json(200, {"cleared": True})
            case "GET", "/_sim/faults":
                return in_json(200, [active.told() for active in controlled.faults()])
            case "POST", "/_sim/faults":
                return await self._put(request)
            case "DELETE", "/_sim/faults":
                return in_json(200, {"removed": await controlled.clear()})
            case "POST", "/_sim/records":
                return self._add(request)
            case "DELETE", "/_sim/records":
                controlled.records.clear()
                return in_json(200, {"cleared": True})
        return in_json(404, {"error": f"there is no {request.method} {request.path}"})

    async def _put(self, request: Request) -> Answer:
        try:
            fault = msgspec.json.decode(request.body, type=Fault)
            checked(fault, self._controlled.services)
        except (msgspec.MsgspecError, ValueError) as error:
            return in_json(400, {"error": str(error)})
        return in_json(201, (await self._controlled.put(fault)).told())

    def _add(self, request: Request) -> Answer:
        try:
            entries = list(entries_of(request.body, self._controlled.services))
        except BadLineError as error:
            return in_json(400, {"error": str(error)})
        return in_json(201, {"added": self._controlled.records.add(entries)})


def checked(fault: Fault, services: Mapping[str, Service]) -> None:
    """Raise `ValueError` for a fault of a system that is not there, or that cannot have it."""
    if fault.service not in {EVERY, DOCUMENT, *services}:
        known = ", ".join((*services, DOCUMENT))
        raise ValueError(f"there is no service {fault.service!r}; there are {known}, and *")
    linked = fault.service == EVERY or (fault.service in services and services[fault.service].dialect.links)
    if fault.kind == LINK and not linked:
        raise ValueError(f"{fault.service} has no links to a next page")


def entries_of(told: bytes, services: Mapping[str, Service]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read lines of JSON; raise `BadLineError` for the first that its system could not tell."""
    for place, line in enumerate(told.splitlines(), 1):
        if line.strip():
            yield _entry(place, line, services)


def _entry(place: int, line: bytes, services: Mapping[str, Service]) -> tuple[str, dict[str, Any]]:
    try:
        entry = msgspec.json.decode(line)
        part, record = entry["part"], entry["record"]
        if part not in (*WHOLE, *HISTORIES):
            raise BadLineError(f"line {place}: there is no part {part!r}")
        if not isinstance(record["crn"], str) or not isinstance(record.get("id", ""), str):
            raise BadLineError(f"line {place}: crn and id are texts")
        services[part].dialect.row(record)
    except msgspec.DecodeError:
        raise BadLineError(f"line {place}: this is no JSON") from None
    except KeyError as error:
        raise BadLineError(f"line {place}: {error.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise BadLineError(f"line {place}: this is no record") from None
    except BadLineError:
        raise
    except ValueError as error:
        raise BadLineError(f"line {place}: {error}") from None
    return part, record
