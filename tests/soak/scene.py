"""Two gateways that share a cache, one in this process and one in its own, and proxies before whatever they ask."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from gateway.auth.key_desk import desk
from gateway.auth.scopes import READ
from gateway.settings import Settings
from sandbox.upstreams.running import SERVICES, running
from sources.crn import Crn
from tests.chaos.driving import driving
from tests.chaos.proxy import proxies
from tests.chaos.stage import Ages, Stage, place, records_of
from tests.house.programs import free_port
from tests.running import Hands, serving
from tests.running.command import served
from tests.running.policies import unwatched
from tests.running.senders import SECRET, events_file
from tests.running.services import sources_file, told_by_town
from tests.running.valkey import Shared, valkey
from tests.soak.door import Door
from tests.soak.plan import VALKEY
from tests.soak.striking import Striker
from tests.sources.specimens import crn

PEOPLE: Final[Sequence[Crn]] = [crn(number) for number in range(201, 209)]
STAFF: Final = ("officer", "centre", "restricted")
SERVICE: Final = "service"
DEADLINES: Final = {**dict.fromkeys(STAFF, 3.0), SERVICE: 5.0}
"""Seconds within which each has an answer; the usual ones."""
SOURCE_SECONDS: Final = 0.8
PLENTY: Final = 600_000
"""Cost units a minute that nobody comes to: what is left of them is counted in the shared cache all the same."""
GUARD: Final = "\n[systems.{}.guard]\nlongest_open_seconds = 5\n"
"""A breaker opens for as long each time: the steps come too close for one that opens for longer and longer."""
SENDER: Final = f'[senders.crier]\nsecrets = ["{SECRET}"]\nparts = ["all"]\n'
SYSTEMS: Final = "customers restrictions interactions messages debts cases entitlements".split()
FIRST: Final = "v1"


class Now(Hands):
    """The clock of this machine."""

    def __init__(self) -> None:
        """Nobody sets it."""
        super().__init__(datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC)


class Scene:
    """Everything that a soak handles. `born` is the moment of every record."""

    def __init__(
        self, stage: Stage, doors: Sequence[Door], shared: Shared, log: Path, born: datetime
    ) -> None:
        self.stage, self.doors, self.shared, self.log, self.born = stage, doors, shared, log, born
        self.striker: Final = Striker(stage, shared)

    def write(self, owner: Crn, part: str, edition: int) -> None:
        """Let a system hold another edition of a record."""
        told = told_by_town(records_of(owner, self.born, f"v{edition}"))
        self.stage.systems.records.add(one for one in told if one[0] == part)


@asynccontextmanager
async def staged(folder: Path, seed: int, slack: float) -> AsyncIterator[Scene]:
    """The scene for as long as a soak needs it. What takes time may take `slack` times as long as it usually may."""
    born = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    known = [record for owner in PEOPLE for record in records_of(owner, born, FIRST)]
    async with AsyncExitStack() as stack:
        systems = await stack.enter_async_context(running(told_by_town(known)))
        kit = await stack.enter_async_context(proxies({}, seed))
        drive = await stack.enter_async_context(driving(kit))
        addresses = dict(systems.addresses)
        for part in SERVICES:
            addresses[part] = f"http://{(await kit.add(part, place(addresses[part]))).listen}"
        shared = await asyncio.to_thread(stack.enter_context, valkey())
        store = await kit.add(VALKEY, place(shared.url))
        told = _settings(folder, _sources(folder, addresses), f"redis://{store.listen}/0", slack)
        here, there = (told | {"home": folder / name} for name in ("here", "there"))

        halved = Settings(
            **here, source_seconds=slack * SOURCE_SECONDS / 2
        )  # which a gateway of a test doubles
        keys = [await _key(halved), await _key(Settings(**there))]
        gate = await stack.enter_async_context(serving(folder, settings=halved, clock=Now()))
        port, log = free_port(), folder / "there.log"
        away = served(log, port=port, **_spoken(there | {"source_seconds": slack * SOURCE_SECONDS}))
        process = await asyncio.to_thread(stack.enter_context, away)
        staff = {who: {"authorization": f"Bearer {gate.token(who)}"} for who in STAFF}
        addressed = {
            "here": (str(gate.client.base_url), os.getpid()),
            "there": (f"http://127.0.0.1:{port}", process.pid),
        }
        doors = [
            Door(name, *where, folder / name / "audit.ndjson", staff | {SERVICE: key})
            for (name, where), key in zip(addressed.items(), keys, strict=True)
        ]
        for door in doors:
            stack.push_async_callback(door.close)
        await drive.reset()  # its connection is open before anything is counted
        yield Scene(Stage(gate, systems, kit, drive, None, Ages()), doors, shared, log, born)


def _sources(folder: Path, addresses: Mapping[str, str]) -> Path:
    file = sources_file(folder, addresses)
    file.write_text(file.read_text("utf-8") + "".join(map(GUARD.format, SYSTEMS)), "utf-8")
    return file


def _settings(folder: Path, sources: Path, store: str, slack: float) -> dict[str, Any]:
    """What both gateways have."""
    return {
        "keyring_file": folder / "keyring.json",
        "policy_file": unwatched(folder / "policy.toml"),
        "events_file": events_file(folder, SENDER),
        "sources": str(sources),
        "redis_url": store,
        "deadline_staff": slack * DEADLINES[STAFF[0]],
        "deadline_service": slack * DEADLINES[SERVICE],
        **{f"rate_{who}": PLENTY for who in ("staff", "service")},
        "rate_unproved": 0,
    }


def _spoken(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a process hears them; its home goes by another way."""
    told = {f"OVERVIEW_{name.upper()}": str(value) for name, value in settings.items() if name != "home"}
    return {**told, "home": settings["home"]}


async def _key(settings: Settings) -> dict[str, str]:
    """What a service of the body's own shows to a gateway with these settings."""
    async with desk(settings) as made:
        text, key = made.made(
            kind="service",
            days=2,
            name="soak",
            caller="soak-1",
            organisation="agency",
            roles=(),
            scopes=tuple(sorted(READ)),
            networks=(),
            quota=None,
        )
        await made.store.add(key, made.record("key_create", key.id))
    return {"x-api-key": text}
