"""What one question about ten customers to a system over HTTP costs this process, in CPU, and how that divides.

The system is a process of its own that sends finished bytes: 85 rows, some 18 kB. It is asked as loaders ask it, by a
source made of a mapping file. What it costs is the processor's time of this process: the system's does not count.
"""

import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
import uvloop

from sources.guard import Guard
from sources.http.answers import decoded_json
from sources.http.calls import Answer, Call
from sources.http.client import Client
from sources.http.filing import filed_histories
from sources.http.reading import Heard
from sources.http.source import HttpSource
from sources.http.upstream import Upstream
from sources.source import Reading, ask
from tests.house import programs
from tests.running.command import HOUSE
from tests.sources.http.telephony import described
from tests.sources.specimens import IGNORED, NOW, crns

ROWS: Final = 85
PEOPLE: Final = crns(10)
TURNS: Final = 9
EACH: Final = 200
MAPPING: Final = """
[interaction.batch]
path = "/calls"
query = { customers = "{crns}", from = "{since}", limit = "{items}" }

[interaction.answer]
rows = "results"

[interaction.record]
id = "id"
crn = "customer"
kind = { path = "type", values = { IN = "INBOUND_CALL", OUT = "OUTBOUND_CALL" }, raw = "kind_raw" }
channel = { path = "by", values = { phone = "PHONE", chat = "CHAT" } }
direction = { value = "INBOUND" }
started_at = "at"
recorded_at = "noted"
title = { path = "subject", default = "Call" }
outcome = { path = "result", values = { done = "SUCCESS", open = "ACTION_REQUIRED" } }
source = { system = { value = "telephony" }, native_id = "id" }
activity = "code"
queue = "queue.name"
queue_position = "queue.place"
transferred = "moved"
"""


def body() -> bytes:
    """What the system answers."""
    rows = [
        {
            "id": f"I{number:05d}",
            "customer": PEOPLE[number % len(PEOPLE)],
            "type": "OUT" if number % 3 else "IN",
            "by": "phone",
            "at": (NOW - timedelta(hours=number)).isoformat(),
            "noted": (NOW - timedelta(hours=number)).isoformat(),
            "subject": "Asked about a payment",
            "result": "done",
            "code": "PAY",
            "queue": {"name": "Families", "place": number},
            "moved": False,
        }
        for number in range(ROWS)
    ]
    return msgspec.json.encode({"results": rows})


async def serve(port: int) -> None:
    """Answer every request with the same bytes."""
    said = body()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(said)}\r\n\r\n"
    whole = head.encode() + said

    class Answers(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            if data.endswith(b"\r\n\r\n"):
                self.transport.write(whole)

    server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", port)
    await server.serve_forever()


class Asked:
    """The system, and the source that asks it."""

    def __init__(self, port: int) -> None:
        self.client = Client("telephony", f"http://127.0.0.1:{port}", 5.0, observe=IGNORED.append)
        self.guard = Guard("telephony", 5.0)
        self.upstream = Upstream(self.client, IGNORED.append, self.guard)
        self.mapping = described(MAPPING).parts["interaction"]
        self.source: HttpSource[Any] = HttpSource(self.mapping, self.upstream, lambda: NOW, IGNORED.append)
        self.body = body()
        self.answers = self.mapping.answers
        self.rows = self.answers.told(self.body).rows

    async def whole(self) -> None:
        outcomes = await ask(self.source, PEOPLE, lambda: NOW, IGNORED.append)
        assert all(isinstance(outcome, Reading) for outcome in outcomes.values())

    async def sent(self) -> None:
        await self.client.send(Call("GET", "/calls", (("customers", ",".join(PEOPLE)),)))

    async def guarded(self) -> None:
        async def attempt() -> Answer:
            return Answer(200)

        await self.guard.call(attempt)

    async def decoded(self) -> None:
        decoded_json(self.body)

    async def read(self) -> None:
        self.answers.told(self.body)

    async def filed(self) -> None:
        filed_histories(self.source, PEOPLE, Heard(self.rows), NOW, IGNORED.append, NOW, 2000)


async def cost(work: Callable[[], Awaitable[None]]) -> float:
    """How many milliseconds of this process's time it takes."""
    took = []
    for _ in range(TURNS):
        IGNORED.clear()
        begun = time.process_time()
        for _ in range(EACH):
            await work()
        took.append((time.process_time() - begun) / EACH * 1000)
    return median(took)


async def main(port: int, *, profile: bool) -> None:
    asked = Asked(port)
    await asked.whole()
    whole = await cost(asked.whole)
    sent, guarded, decoded = await cost(asked.sent), await cost(asked.guarded), await cost(asked.decoded)
    read, filed = await cost(asked.read), await cost(asked.filed)
    print(f"one question about {len(PEOPLE)}, {ROWS} rows in {len(asked.body)} bytes: {whole:.3f} ms of CPU")
    parts = {"client": sent, "guard": guarded, "decode alone": decoded, "decode and map": read, "file": filed}
    for name, part in parts.items():
        print(f"    {name:15} {part:.3f} ms")
    rest = whole - sent - guarded - read - filed
    print(f"    {'everything else':15} {rest:.3f} ms; a row in all {(read + filed) / ROWS * 1000:.2f} µs")
    if profile:
        profiler = cProfile.Profile()
        profiler.enable()
        await cost(asked.whole)
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(40)
    await asked.upstream.close()


def measure(*, profile: bool) -> None:
    """Start the system, and ask it."""
    port = programs.free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "system.log")
        command = [sys.executable, "-m", "tests.bench.calls", "serve", str(port)]
        env = programs.environment(PYTHONPATH=str(HOUSE))
        with programs.running(command, env, Path(folder), log) as process:
            programs.wait_until(programs.answers(f"http://127.0.0.1:{port}/"), process, log)
            uvloop.run(main(port, profile=profile))  # as gateways are served


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2])))
    else:
        measure(profile="profile" in sys.argv)
