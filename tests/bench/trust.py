"""What identity, access, audit and rates cost a request, in CPU and in latency: each left out in turn, in one run.

The requests go to the application itself, without a socket, for a customer whose parts are in the cache: what is
measured is the gateway's own work. The journal is synced to the disk that the temporary folder lies on.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final

import msgspec

from gateway.app import application
from gateway.auth import Proof, Shown
from gateway.joined import Gateway
from resolvers.access import Known, decide
from resolvers.asking import Asking
from resolvers.caller import Purpose
from sources.parts import Restriction
from sources.source import Reading
from tests.running import NOON, Gate
from tests.running.issuing import Issuing, issuing, trusting
from tests.running.keys import key_for
from tests.running.people import ANNE, everything_of

ROUNDS: Final = 400
WARM: Final = 40
QUERY: Final = msgspec.json.encode(
    {
        "query": "query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } debts { truncated } } }",
        "variables": {"crn": ANNE},
    }
)
SCOPES: Final = "customer:read crn:read debts:read"


class Unwritten:
    """A journal that writes nothing."""

    async def append(self, events: Iterable[Any]) -> None:
        """Forget the events."""


class KnownToAll:
    """A door that knows everybody already."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof

    async def proof(self, _: Shown) -> Proof:
        """Return the one proof."""
        return self._proof

    async def again(self, _: Shown, proof: Proof) -> Proof:
        """Return it again."""
        return proof


class Unlimited:
    """Rates that nobody is charged for."""

    async def enter(self, _: Any) -> bool:
        """Let everybody in."""
        return True

    def charge(self, _: Any, __: int) -> None:
        """Charge nothing."""

    def allowance(self, _: Any) -> None:
        """Say nothing."""


async def once(app: Any, headers: Mapping[str, str]) -> None:
    """One request, straight to the application."""
    usual = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
    sent = [*usual, *((k.encode(), v.encode()) for k, v in headers.items())]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": sent,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "scheme": "http",
        "root_path": "",
    }
    answer: list[Any] = []
    told = iter([{"type": "http.request", "body": QUERY, "more_body": False}])

    async def receive() -> Any:
        if (message := next(told, None)) is None:
            await asyncio.Event().wait()  # its caller stays
        return message

    async def send(message: Any) -> None:
        answer.append(message)

    await app(scope, receive, send)
    assert answer[0]["status"] == 200, answer
    assert b"errors" not in answer[1]["body"], answer


async def variants(gate: Gate, issuer: Issuing) -> dict[str, Callable[[], Awaitable[None]]]:
    """The ways in, and the gateway with one thing left out each."""
    gateway: Gateway = gate.gateway
    token = {"authorization": f"Bearer {issuer.token(scope=SCOPES)}"}
    key, _ = await key_for(gate, kind="service", scopes=tuple(SCOPES.split()), caller="bench")
    proof = await gateway.authenticator.proof(Shown((token["authorization"],)))
    assert proof is not None
    nobody: Any = KnownToAll(proof)
    unwritten: Any = Unwritten()
    free = msgspec.structs.replace(gateway.limits, rates=Unlimited())
    bare = {"journal": unwritten, "authenticator": nobody, "limits": free}
    left_out = {
        "without the audit": {"journal": unwritten},
        "without identity": {"authenticator": nobody},
        "without rates": {"limits": free},
        "without all three": bare,
    }
    persona = {"authorization": f"Bearer {gate.token()}"}
    whole = application(gateway)
    found: dict[str, Callable[[], Awaitable[None]]] = {
        "a signed token": lambda: once(whole, token),
        "a persona's token": lambda: once(whole, persona),
        "an API key": lambda: once(whole, {"x-api-key": key}),
    }
    for name, changed in left_out.items():
        app = application(msgspec.structs.replace(gateway, **changed))
        found[name] = lambda app=app: once(app, token)  # type: ignore[misc]
    return found


async def measured(ways: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
    latency: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(WARM + ROUNDS):
        for name, way in ways.items():
            cpu, begun = time.process_time(), time.perf_counter()
            await way()
            if number >= WARM:
                latency[name].append((time.perf_counter() - begun) * 1e6)
                work[name].append((time.process_time() - cpu) * 1e6)
    least_cpu, least = fmean(work["without all three"]), median(latency["without all three"])
    print(f"{'':22} {'median latency':>15} {'CPU':>10}   as a multiple of the gateway without all three")
    for name in ways:
        cpu, middle = fmean(work[name]), median(latency[name])
        print(f"{name:22} {middle:12,.0f} µs {cpu:7,.0f} µs   {middle / least:5.2f} {cpu / least_cpu:5.2f}")


async def alone(gate: Gate, issuer: Issuing) -> None:
    """What the steps take by themselves."""
    authenticator = gate.gateway.authenticator
    tokens = [issuer.token(scope=SCOPES, jti=str(number)) for number in range(500)]
    begun = time.perf_counter()
    for token in tokens:
        assert await authenticator.proof(Shown((f"Bearer {token}",)))
    signature = (time.perf_counter() - begun) / len(tokens) * 1e6
    begun = time.perf_counter()
    for _ in range(10_000):
        await authenticator.proof(Shown((f"Bearer {tokens[-1]}",)))
    hot = (time.perf_counter() - begun) / 10_000 * 1e6
    proof = await authenticator.proof(Shown((f"Bearer {tokens[-1]}",)))
    assert proof is not None
    asking = Asking(proof.caller, Purpose.CASE_WORK, NOON)
    known = Known(Reading(Restriction(ANNE, restricted=False), NOON))
    begun = time.perf_counter()
    for _ in range(10_000):
        decide(asking, ANNE, known)
    print(f"a token seen for the first time {signature:.0f} µs, again {hot:.1f} µs; ", end="")
    print(f"a decision {(time.perf_counter() - begun) / 10_000 * 1e6:.1f} µs")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            issuing() as issuer,
            trusting(Path(folder), issuer, *everything_of(ANNE, NOON)) as gate,
        ):
            await measured(await variants(gate, issuer))
            await alone(gate, issuer)


if __name__ == "__main__":
    asyncio.run(main())
