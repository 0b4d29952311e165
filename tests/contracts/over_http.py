"""Sources that are asked over HTTP: the sandbox's systems, each of which can go wrong on its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from gateway.settings import Settings
from sandbox.upstreams.running import Upstreams, running
from sources.crn import Crn
from tests.contracts.bench import HASTY, PATIENT, SLOW
from tests.contracts.subjects import NAMES, Crowd, misfit, of_part
from tests.contracts.wire import babbling, deaf
from tests.running import Gate, serving
from tests.running.policies import unwatched
from tests.running.services import SHIPPED, sources_file, told_by_town

SYSTEMS: Final = {
    "customer": "customers",
    "restriction": "restrictions",
    "interaction": "interactions",
    "correspondence": "messages",
    "debt": "debts",
    "ownership": "cases",
    "entitlement": "entitlements",
}

_FAULTS: Final[dict[str, dict[str, Any]]] = {
    "slow": {"kind": "slow", "seconds": SLOW},
    "stale": {"kind": "silent_close", "times": 1},
    "hang": {"kind": "hang"},
    "down": {"kind": "down"},
    "500": {"kind": "status", "status": 500},
    "500 for one": {"kind": "status", "status": 500},
    "batch refused": {"kind": "status", "status": 500, "times": 1},
    "429": {"kind": "status", "status": 429, "retry_after": 7},
    "401": {"kind": "status", "status": 401},
    "garbled": {"kind": "garbled"},
    "html": {"kind": "html"},
    "half": {"kind": "half"},
    "reordered": {"kind": "reordered"},
    "doubled": {"kind": "doubled"},
    "wrong subject": {"kind": "wrong_subject"},
    "dropped": {"kind": "dropped"},
    "oversize": {"kind": "oversize", "megabytes": 17},
    "gzip bomb": {"kind": "gzip_bomb", "megabytes": 17},
    "reset": {"kind": "reset"},
    "truncated": {"kind": "truncated"},
    "drip": {"kind": "drip"},
}


class Services:
    """The systems as a bench."""

    kind: Final = "http"

    def __init__(self, systems: Upstreams, gates: dict[str, Gate]) -> None:
        self.crowd: Final = Crowd()
        self.gates: Final = gates
        self._systems = systems

    def system(self, part: str) -> str:
        """The name of the system that tells a part."""
        return SYSTEMS[part]

    @asynccontextmanager
    async def wrong(self, part: str, case: str, people: Sequence[Crn]) -> AsyncIterator[None]:
        """Let a system go wrong."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._systems.clear)
            if case == "bad row":
                self._tell_misfits(part, people[0])
            elif case in _FAULTS:
                whom = {"crn": people[0]} if case == "500 for one" else {}
                await self._systems.fault(part, **_FAULTS[case], **whom)
            elif case != "knows it":
                await self._in_the_place_of(part, case, stack)
            yield
            if case == "bad row":
                self._systems.records.add(told_by_town(of_part(part, people[0])))

    def _tell_misfits(self, part: str, owner: Crn) -> None:
        """Of a history only the newest item does not fit."""
        self._systems.records.add([(part, misfit(part, of_part(part, owner)[0]))])

    async def _in_the_place_of(self, part: str, case: str, stack: AsyncExitStack) -> None:
        """Somebody else listens at the system's port."""
        port = int(self._systems.addresses[part].rpartition(":")[2])
        await self._systems.fault(part, "down")
        if case == "black hole":
            stack.enter_context(deaf(port))
        else:
            await stack.enter_async_context(babbling(port))


@asynccontextmanager
async def services(folder: Path) -> AsyncIterator[Services]:
    """The systems, and the gateways in front of them."""
    async with AsyncExitStack() as stack:
        systems = await stack.enter_async_context(running(told_by_town(Crowd.everything())))
        gates: dict[str, Gate] = {}
        for name in ("patient", *NAMES):
            home = folder / name
            home.mkdir()
            file = sources_file(home, systems.addresses, _hurried(name))
            settings = Settings(
                home=home,
                sources=str(file),
                source_seconds=PATIENT / 2,
                policy_file=unwatched(home / "policy.toml"),
            )
            gates[name] = await stack.enter_async_context(serving(home, settings=settings))
        yield Services(systems, gates)


def _hurried(name: str) -> str:
    """The shipped sources file, with little time for the system that tells a part."""
    told = SHIPPED.read_text("utf-8")
    if name not in SYSTEMS:
        return told
    head = f"[systems.{SYSTEMS[name]}]\n"
    assert head in told
    return told.replace(head, f"{head}seconds = {HASTY}\n")
