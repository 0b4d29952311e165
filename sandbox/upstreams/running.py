"""The upstream systems running: seven services, that of documents, and the control port, each on a port of its own."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any, Final

from sandbox.upstreams.calls import Calls
from sandbox.upstreams.control import Control, checked
from sandbox.upstreams.correspondence import Correspondence
from sandbox.upstreams.customer import Customer
from sandbox.upstreams.debt import Debt
from sandbox.upstreams.dialect import Dialect
from sandbox.upstreams.document import DOCUMENT, DocumentService, in_records
from sandbox.upstreams.entitlement import Entitlement
from sandbox.upstreams.faults import DOWN, EVERY, Active, Fault, Faults
from sandbox.upstreams.interaction import Interaction
from sandbox.upstreams.ownership import Ownership
from sandbox.upstreams.records import Records
from sandbox.upstreams.restriction import Restriction
from sandbox.upstreams.server import Listener
from sandbox.upstreams.service import PAGE_ROWS, Service

DIALECTS: Final = (Customer, Restriction, Interaction, Correspondence, Debt, Ownership, Entitlement)
SERVICES: Final = tuple(dialect.name for dialect in DIALECTS)
CONTROL: Final = "control"


class PortTakenError(Exception):
    """An address at which somebody else listens already."""


class Upstreams:
    """The systems, where they are, and what can be done to them."""

    def __init__(
        self, records: Records, ports: Mapping[str, int], host: str, pages: Mapping[str, int]
    ) -> None:
        if not ip_address(host).is_loopback:
            raise ValueError(f"{host} is not an address of this machine alone")
        self.records = records
        self._faults = Faults()
        dialects: list[Dialect] = [dialect(records) for dialect in DIALECTS]
        self.services = {
            one.name: Service(one, records, self._faults, pages.get(one.name, PAGE_ROWS)) for one in dialects
        }
        self._listeners = {
            name: Listener(host, ports.get(name, 0), service.talk) for name, service in self.services.items()
        }
        self.documents = DocumentService(in_records(records), self._faults)
        self._listeners[DOCUMENT] = Listener(host, ports.get(DOCUMENT, 0), self.documents.talk)
        self._control = Listener(host, ports.get(CONTROL, 0), Control(self).talk)

    @property
    def addresses(self) -> dict[str, str]:
        """Where each system is."""
        return {name: listener.address for name, listener in self._listeners.items()}

    @property
    def control(self) -> str:
        """Where the control port is."""
        return self._control.address

    def calls(self, service: str) -> Calls:
        """Return what was asked of a system."""
        return self.documents.calls if service == DOCUMENT else self.services[service].calls

    def faults(self) -> list[Active]:
        """Return the faults at work."""
        return self._faults.all()

    async def fault(self, service: str, kind: str, **parameters: Any) -> Active:
        """Put a fault to work; raise `ValueError` for one that there is not."""
        fault = Fault(service, kind, **parameters)
        checked(fault, self.services)
        return await self.put(fault)

    async def put(self, fault: Fault) -> Active:
        """Put a fault to work."""
        active = self._faults.add(fault)
        if fault.kind == DOWN:
            for name, listener in self._listeners.items():
                if fault.service in {EVERY, name}:
                    await listener.close()
        return active

    async def clear(self) -> int:
        """Take every fault away; what was down listens again."""
        gone = self._faults.clear()
        for listener in self._listeners.values():
            await listener.open()
        return gone

    async def open(self) -> None:
        """Listen everywhere; raise `PortTakenError` for the first address that is taken."""
        for listener in (*self._listeners.values(), self._control):
            try:
                await listener.open()
            except OSError:
                await self.close()
                raise PortTakenError(f"{listener.host}:{listener.port} cannot be listened on") from None

    async def close(self) -> None:
        """Stop listening."""
        self._faults.clear()
        for listener in (*self._listeners.values(), self._control):
            await listener.close()


@asynccontextmanager
async def running(
    records: Iterable[tuple[str, Mapping[str, Any]]] | Records,
    ports: Mapping[str, int] | None = None,
    page_rows: int | Mapping[str, int] = PAGE_ROWS,
    host: str = "127.0.0.1",
) -> AsyncIterator[Upstreams]:
    """Run the systems with these records. Ports that nobody names are chosen by the machine.

    `ports` and `page_rows` go by service; one number of rows is for all of them.
    """
    if isinstance(records, Records):
        held = records
    else:
        held = Records()
        held.add(records)
    pages = dict.fromkeys(SERVICES, page_rows) if isinstance(page_rows, int) else page_rows
    upstreams = Upstreams(held, ports or {}, host, pages)
    await upstreams.open()
    try:
        yield upstreams
    finally:
        await upstreams.close()
