"""The systems behind everybody who is measured: one process, bodies that are ready, counters.

`GET /interactions?crn=A,B` is a list of the rows of both, `/ours/interactions` the same in the gateway's own shape;
`/counts` says how often each was asked; `/latency?ms=15,40` has each take so many milliseconds from then on, the
first of the five parts the first of them, the last the last, and those between something between; after
`/touch?crn=A&to=9` the marital status of that customer is 9.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec
import uvloop

from tests.bench.speed.rows import WIRE, Bodies, Sizes

HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
MISSING: Final = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
OURS: Final = "ours/"
PARTS: Final = 5
"""So many of the systems are asked by everybody."""


class Systems:
    """What is known, how often it was asked for, and how long an answer takes, in seconds."""

    def __init__(self, sizes: Sizes, now: datetime) -> None:
        told = {name: Bodies(name, sizes, now, ours=False) for name in WIRE}
        own = {f"{OURS}{name}": Bodies(name, sizes, now, ours=True) for name in WIRE}
        self._bodies: Mapping[str, Bodies] = told | own
        self._counts: Counter[str] = Counter()
        self._delays: dict[str, float] = {}

    def answer(self, target: str) -> tuple[bytes, float]:
        """Return what is answered, and after how many seconds."""
        path, _, query = target[1:].partition("?")
        bodies = self._bodies.get(path)
        if bodies is None:
            return self._asked(path, query), 0.0
        name = path.removeprefix(OURS)
        crns = query.removeprefix("crn=").replace("%2C", ",").encode()
        self._counts[name] += 1
        body = b"[%b]" % b",".join([bodies.of(crn) for crn in crns.split(b",")])
        return HEAD % len(body) + body, self._delays.get(name, 0.0)

    def _asked(self, path: str, query: str) -> bytes:
        if path == "latency":
            least, most = (float(one) / 1000 for one in parse_qs(query)["ms"][0].split(","))
            step = (most - least) / (PARTS - 1)
            self._delays = {
                name: least + step * min(index, PARTS - 1) for index, name in enumerate(WIRE) if most
            }
        elif path == "touch":
            told = parse_qs(query)
            self._bodies["customers"].touch(told["crn"][0].encode(), told["to"][0].encode())
        elif path != "counts":
            return MISSING
        body = msgspec.json.encode(self._counts)
        return HEAD % len(body) + body


class Connection(asyncio.Protocol):
    """A kept connection. Requests have no body; one is asked after the other."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems
        self._transport: Any = None
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        """Keep where answers go."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            target = self._rest[: self._rest.index(b"\r\n")].split(b" ")[1].decode("ascii")
            self._rest = self._rest[end + 4 :]
            answer, seconds = self._systems.answer(target)
            if seconds:
                asyncio.get_running_loop().call_later(seconds, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def serve(port: int, sizes: Sizes) -> None:
    """Serve until this process is ended."""
    systems = Systems(sizes, datetime.now(UTC).replace(microsecond=0))
    server = await asyncio.get_running_loop().create_server(lambda: Connection(systems), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Sizes(*map(int, sys.argv[2:]))))
