"""What a request costs between the socket and the engine: microseconds of processor, called in the process itself.

The application is called as its server calls it, without a socket: what is measured is ours, and nothing of the
network's. What the engine takes for `{ __typename }` is told beside it. `--profile` shows where the rest goes.
"""

import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from gateway.app import application
from gateway.auth import Tokens
from gateway.engine import Operation
from gateway.joined import Gateway, join
from gateway.settings import Profile, Settings
from gateway.settling import settle
from resolvers.caller import Caller
from tests.running.fresh import make_ready

TIMES: Final = 50
ROUNDS: Final = 150
DOCUMENT: Final = "{ __typename }"
BODY: Final = msgspec.json.encode({"query": DOCUMENT})
HEADERS: Final = (
    (b"host", b"127.0.0.1:8000"),
    (b"accept", b"application/json"),
    (b"content-type", b"application/json"),
    (b"content-length", str(len(BODY)).encode()),
)

ENGINE: Final = "the engine alone"
OURS: Final = "{ __typename }, identity and audit"

Call = Callable[[], Awaitable[Any]]


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """The least that an application can do: read a body, send finished bytes."""
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


def call(app: Any, token: str | None, status: int) -> Call:
    """One request, as a server hands it over."""
    shown = () if token is None else ((b"authorization", f"Bearer {token}".encode()),)
    told = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50_000),
        "scheme": "http",
        "method": "POST",
        "root_path": "",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
    }

    async def ask() -> None:
        came, sent, left = False, list[Any](), asyncio.Event()

        async def receive() -> Any:
            nonlocal came
            if not came:
                came = True
                return {"type": "http.request", "body": BODY, "more_body": False}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(told | {"headers": [*HEADERS, *shown], "state": {}}, receive, send)
        assert sent[0]["status"] == status, sent

    return ask


async def costs(asking: Mapping[str, Call]) -> dict[str, float]:
    """Microseconds of processor that each takes, in the best of many rounds: what disturbs them only adds."""
    taken = dict.fromkeys(asking, float("inf"))
    for _ in range(ROUNDS):
        for name, ask in asking.items():
            began = time.process_time()
            for _ in range(TIMES):
                await ask()
                await asyncio.sleep(0)  # as after every request: what was called off comes to its end
            taken[name] = min(taken[name], (time.process_time() - began) / TIMES * 1e6)
    return taken


def engine_alone(app: Any, gateway: Gateway) -> Call:
    """The engine, asked by nobody's door."""
    door, operation = app.state.live.door, Operation(DOCUMENT)
    scope = gateway.scope("0" * 32, officer(gateway), None)

    async def run() -> None:
        await door.engine.run(operation, scope)

    return run


def officer(gateway: Gateway) -> Caller:
    tokens = Tokens(gateway.sealer, gateway.clock, personas=True)
    return tokens.proof(tokens.issue("officer", 1)).caller


async def measure(*, metrics: bool, profile: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        more: dict[str, Any] = {"admin_port": 0} if metrics else {}
        settings = Settings(
            home=Path(folder), profile=Profile.EMBEDDED, rate_unproved=0, rate_staff=9_999_999, **more
        )
        gateway = join(settings)
        await make_ready(gateway.engine)
        app = application(gateway)
        token = Tokens(gateway.sealer, gateway.clock, personas=True).issue("officer", 1)
        ours = call(app, token, 200)
        settle()
        asking: dict[str, Call] = {
            "a bare application": call(bare, token, 200),
            "refused: no token (401)": call(app, None, 401),
            ENGINE: engine_alone(app, gateway),
            OURS: ours,
        }
        taken = await costs(asking)
        print(f"\nmetrics {'on' if metrics else 'off'}, microseconds of processor a request")
        for name, microseconds in taken.items():
            print(f"  {name:36}{microseconds:8.1f}")
        print(f"  {'of the last, all but the engine':36}{taken[OURS] - taken[ENGINE]:8.1f}")
        if profile:
            await profiled(ours)
        await gateway.close()


async def profiled(ask: Call) -> None:
    watching = cProfile.Profile()
    watching.enable()
    for _ in range(500):
        await ask()
        await asyncio.sleep(0)
    watching.disable()
    pstats.Stats(watching).sort_stats("tottime").print_stats(60)


def main() -> None:
    for metrics in (False, True):
        asyncio.run(measure(metrics=metrics, profile="--profile" in sys.argv))


if __name__ == "__main__":
    main()
