"""A TCP proxy on this machine between a gateway and one of its neighbours, and all that a test has of them.

It may end TLS: then it listens with a certificate and talks to the neighbour plainly.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from random import Random
from typing import Any, Final

from msgspec import Struct

from tests.chaos.connection import Connection, Streams, drop
from tests.chaos.toxics import Toxic

CROWD: Final = 8
"""Connections that stand before a port at which nobody takes any."""

GOODBYE: Final = 0.1
"""Seconds in which whoever is met by TLS may say that it has heard of the end."""


class Applied(Struct, frozen=True):
    """Something that was done: so many seconds after the kit was made, at which proxy, to which of its connections
    (0 for the proxy itself), by which toxic, and what."""

    seconds: float
    proxy: str
    connection: int
    toxic: str
    what: str


class Journal(list[Applied]):
    """What was done, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self._began: Final = time.monotonic()

    def note(self, proxy: str, connection: int, toxic: str, what: str) -> None:
        """Note what was done just now."""
        self.append(Applied(round(time.monotonic() - self._began, 4), proxy, connection, toxic, what))


def place_of(address: str) -> tuple[str, int]:
    """Return host and port; raise `ValueError` for an address that is not of this machine alone."""
    host, _, port = address.rpartition(":")
    bare = host.strip("[]")
    if not ip_address(bare).is_loopback:
        raise ValueError(f"{address} is no address of this machine alone")
    return bare, int(port)


class Proxy:
    """One proxy. `connections` is how many were taken so far, `toxics` what bites them."""

    def __init__(
        self,
        name: str,
        listen: str,
        upstream: str,
        random: Random,
        journal: Journal,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.name: Final = name
        self.host, self.port = place_of(listen)
        self.upstream = upstream
        place_of(upstream)
        self.toxics: dict[str, Toxic] = {}
        self.connections = 0
        self.enabled = self.blackhole = False
        self._random, self._journal = random, journal
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._crowd: list[socket.socket] = []
        self._open: dict[asyncio.Task[None], Connection | None] = {}

    @property
    def listen(self) -> str:
        """Where it listens."""
        return f"{self.host}:{self.port}"

    @property
    def under_way(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def told(self) -> dict[str, Any]:
        """Return what is told of it."""
        return {
            "name": self.name,
            "listen": self.listen,
            "upstream": self.upstream,
            "enabled": self.enabled,
            "toxics": list(self.toxics.values()),
            "blackhole": self.blackhole,
        }

    async def turn(self, *, enabled: bool, blackhole: bool = False) -> None:
        """Listen, or not: what is not `enabled` refuses; a `blackhole` takes no connection and refuses none."""
        if (enabled, blackhole) == (self.enabled, self.blackhole):
            return
        self._stop()
        await self.sever()
        if enabled and blackhole:
            self._swallow()
        elif enabled:
            goodbye = GOODBYE if self._tls is not None else None
            self._server = await asyncio.start_server(
                self._taken, self.host, self.port, ssl=self._tls, ssl_shutdown_timeout=goodbye
            )
            self.port = self._server.sockets[0].getsockname()[1]
        self.enabled, self.blackhole = enabled, blackhole
        self._journal.note(self.name, 0, "", "blackhole" if blackhole else "up" if enabled else "down")

    async def present(self, tls: ssl.SSLContext) -> None:
        """Listen with another certificate from now on; who is connected has to come anew."""
        await self.turn(enabled=False)
        self._tls = tls
        await self.turn(enabled=True)

    async def sever(self) -> None:
        """Close every connection."""
        await asyncio.gather(*drop(self._open), return_exceptions=True)

    def bite(self, toxic: Toxic) -> None:
        """Put a toxic to work, in the place of one of its name."""
        self.toxics[toxic.name] = toxic
        self._bitten(toxic.name, "added")

    def heal(self, *names: str) -> None:
        """Take toxics away."""
        for name in names:
            del self.toxics[name]
            self._bitten(name, "removed")

    async def reset(self) -> None:
        """Take every toxic away, and listen."""
        self.heal(*list(self.toxics))
        await self.turn(enabled=True)

    async def close(self) -> None:
        """Stop for good."""
        await self.turn(enabled=False)

    def _bitten(self, toxic: str, what: str) -> None:
        self._journal.note(self.name, 0, toxic, what)
        for connection in self._open.values():
            if connection is not None:
                connection.bitten_by(list(self.toxics.values()))

    def _stop(self) -> None:
        for one in self._crowd:
            one.close()
        self._crowd = []
        if self._server is not None:
            self._server.close()
            self._server = None

    def _swallow(self) -> None:
        """Let so many stand before the port that the next are not even answered."""
        deaf = socket.create_server((self.host, self.port), backlog=0)
        self._crowd = [deaf]
        for _ in range(CROWD):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((self.host, self.port))
            self._crowd.append(one)

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._carried(self.connections, (reader, writer)))
        self._open[task] = None
        task.add_done_callback(self._open.pop)

    async def _carried(self, number: int, client: Streams) -> None:
        try:
            server = await asyncio.open_connection(*place_of(self.upstream))
        except OSError:
            client[1].transport.abort()
            return

        def note(toxic: str, what: str) -> None:
            self._journal.note(self.name, number, toxic, what)

        # each has dice of its own: what one connection throws does not depend on what others do meanwhile
        connection = Connection(client, server, Random(f"{self._random.random()} {number}"), note)
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = connection
        connection.bitten_by(list(self.toxics.values()))
        await connection.run()


class Kit:
    """Proxies by name. Whatever is left to chance comes from one seed."""

    def __init__(self, seed: int = 0) -> None:
        self.seed: Final = seed
        self.journal: Final = Journal()
        self.proxies: Final[dict[str, Proxy]] = {}

    async def add(
        self, name: str, upstream: str, listen: str = "127.0.0.1:0", tls: ssl.SSLContext | None = None
    ) -> Proxy:
        """Return a new proxy that listens; raise `ValueError` for addresses of other machines."""
        dice = Random(f"{self.seed} {name}")
        proxy = Proxy(name, listen, upstream, dice, self.journal, tls)
        await proxy.turn(enabled=True)
        self.proxies[name] = proxy
        return proxy

    async def reset(self) -> None:
        """Take every toxic away, and let every proxy listen."""
        for proxy in self.proxies.values():
            await proxy.reset()

    async def close(self) -> None:
        """Stop every proxy."""
        for proxy in self.proxies.values():
            await proxy.close()


@asynccontextmanager
async def proxies(upstreams: Mapping[str, str], seed: int = 0) -> AsyncIterator[Kit]:
    """Proxies before neighbours whose addresses are host:port, for as long as a test needs them."""
    kit = Kit(seed)
    try:
        for name, upstream in upstreams.items():
            await kit.add(name, upstream)
        yield kit
    finally:
        with suppress(OSError):
            await kit.close()
