"""A crowd in a process of its own: a thousand sockets that begin at once, and all again when they are told to.

It is told an address, a token and a number as JSON on a line; it says on a line how it went once all are there.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PROTOCOL: Final = Subprotocol("graphql-transport-ws")
ATTEMPTS: Final = 60
SECONDS: Final = 240.0
AT_ONCE: Final = 250
"""Handshakes under way at once: as many as a queue of connections may hold."""
HINT: Final = re.compile(r"in (\d+) s\.")


class Crowd:
    """The sockets, and how often each was turned away, by code and by the seconds it was told to wait."""

    def __init__(self, address: str, token: str, size: int) -> None:
        self._address, self._token, self._size = address, token, size
        self._knocking = asyncio.Semaphore(AT_ONCE)
        self._there: list[ClientConnection] = []
        self._codes: Counter[str] = Counter()
        self._waits: Counter[int] = Counter()

    async def comes(self) -> dict[str, Any]:
        """Have all begin at once; what came of it."""
        self._codes.clear()
        self._waits.clear()
        async with asyncio.timeout(SECONDS):
            self._there = list(await asyncio.gather(*(self._one() for _ in range(self._size))))
        return {"there": len(self._there), "codes": dict(self._codes), "waits": dict(self._waits)}

    def breaks(self) -> None:
        """Have all connections break at once."""
        for one in self._there:
            one.transport.abort()

    async def _one(self) -> ClientConnection:
        for _ in range(ATTEMPTS):
            try:
                async with self._knocking:
                    return await self._tried()
            except ConnectionClosed as closed:
                told = closed.rcvd
                self._codes[str(told.code if told else None)] += 1
                found = HINT.search(told.reason if told else "")
            except (OSError, TimeoutError) as error:
                self._codes[type(error).__name__] += 1
                found = None
            wait = int(found[1]) if found else 1
            self._waits[wait] += 1
            await asyncio.sleep(wait)
        raise AssertionError("it was turned away again and again")

    async def _tried(self) -> ClientConnection:
        one = await connect(
            self._address, subprotocols=[PROTOCOL], proxy=None, ping_interval=None, open_timeout=60
        )
        await one.send(
            json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {self._token}"}})
        )
        await one.recv()
        await one.send(
            json.dumps(
                {
                    "type": "subscribe",
                    "id": "1",
                    "payload": {"query": "subscription { screenPop { callId } }"},
                }
            )
        )
        await one.recv()
        return one


async def main() -> None:
    """Come, and come again each time a line says so."""
    told = json.loads(sys.stdin.readline())
    crowd = Crowd(told["address"], told["token"], told["size"])
    while True:
        sys.stdout.write(json.dumps(await crowd.comes()) + "\n")
        sys.stdout.flush()
        if not await asyncio.to_thread(sys.stdin.readline):
            return
        crowd.breaks()


if __name__ == "__main__":
    asyncio.run(main())
