"""A gateway before the sandbox's systems, each behind a proxy: the people who are asked about, and what was answered.

Everybody has one record of every part, and whatever can be seen of it bears that person's mark.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec
from httpx2 import HTTPError
from msgspec import Struct

from gateway.settings import Settings
from gateway.telemetry.events import lines
from gateway.telemetry.levels import Level
from sandbox.upstreams.running import SERVICES, Upstreams, running
from sources.crn import Crn
from sources.parts import Entitlement, Ownership
from sources.parts.customer import Name, NameKind
from sources.parts.interaction import SourceRef
from tests.chaos.certificates import Authority
from tests.chaos.driving import Driver, driving
from tests.chaos.proxy import Kit, proxies
from tests.running import NOON, Answer, Gate, serving
from tests.running.people import ANNE, BORIS, CLARA, SYDNEY, letter, person
from tests.running.services import guarded, sources_file, told_by_town
from tests.sources.specimens import crn, debt, interaction

MARK: Final = re.compile(r"Mark(\d{4})")
SHOWN: Final = """crn profile { names { family } } interactions { edges { node { title } } }
    correspondence { edges { node { title } } } debts { debts { source { nativeId } } }
    ownership { source { nativeId } } entitlements { issuesOnFile }
    overview { generatedAt completeness sections { source status code retryAfter itemCount asOf }
      cards(first: 50) { edges { node { title } } } }"""
QUESTION: Final = f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ {SHOWN} }} }}"
FIELDS: Final = {
    "customer": "profile",
    "interaction": "interactions",
    "correspondence": "correspondence",
    "debt": "debts",
    "ownership": "ownership",
    "entitlement": "entitlements",
}
"""What of a customer shows each part."""


DORA: Final = crn(104)


class Asked(Struct, frozen=True):
    """A question about people, in their order, and what came of it."""

    crns: tuple[Crn, ...]
    answer: Answer
    seconds: float

    @property
    def shown(self) -> list[dict[str, Any] | None]:
        """What is shown of each."""
        data = self.answer.body.get("data") or {}
        return list(data.get("customers") or [None] * len(self.crns))

    @property
    def codes(self) -> dict[tuple[Any, ...], str]:
        """The code at each path that has an error."""
        told = [error for error in self.answer.body.get("errors", []) if "path" in error]
        return {tuple(error["path"]): error["extensions"]["code"] for error in told}

    @property
    def tells_all(self) -> bool:
        """Whether every error is told of: beyond twenty, only how many there are is."""
        return all("path" in error for error in self.answer.body.get("errors", []))

    def section(self, person: int, part: str) -> dict[str, Any]:
        """What an overview says of a part."""
        told = self.shown[person]
        assert told is not None, self.answer.text
        (section,) = [one for one in told["overview"]["sections"] if one["source"] == part]
        found: dict[str, Any] = section
        return found

    def age(self, person: int, part: str) -> float:
        """How many seconds old what is shown of a part is, by what the overview says."""
        told = self.shown[person]
        assert told is not None, self.answer.text
        now = datetime.fromisoformat(told["overview"]["generatedAt"])
        return (now - datetime.fromisoformat(self.section(person, part)["asOf"])).total_seconds()


def mark(owner: Crn) -> str:
    """What stands in everything about a person and in nothing about anybody else."""
    return f"Mark{owner[5:9]}"


def records_of(owner: Crn, at: datetime = NOON, edition: str = "") -> list[Any]:
    """One record of every part but the restriction, of a moment; of Dora there is no ownership. Records of another
    `edition`, which stands behind each mark that is shown, are in the places of those before."""
    told, shown = mark(owner), mark(owner) + edition
    cases = [Ownership(owner, SourceRef("cases", f"{shown}-case"))] if owner != DORA else []
    sent = letter(owner, f"{told}-letter", at.astimezone(SYDNEY).date(), title=f"Letter {shown}-letter")
    owed = msgspec.structs.replace(
        debt(owner, f"{told}-debt", at), source=SourceRef("debts", f"{shown}-debt")
    )
    return [
        person(owner, names=(Name(NameKind.LEGAL, f"{shown}-name", "Given"),)),
        msgspec.structs.replace(interaction(owner, f"{told}-call", at), title=f"{shown}-call"),
        sent,
        owed,
        *cases,
        Entitlement(owner),
    ]


class Ages:
    """The clock by which what is kept grows old: the machine's, and ahead of it by what a test says."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


class Stage:
    """Everything that a row handles. `seconds` is what a system may take."""

    def __init__(
        self,
        gate: Gate,
        systems: Upstreams,
        kit: Kit,
        drive: Driver,
        authority: Authority | None,
        ages: Ages,
    ) -> None:
        self.gate, self.systems, self.kit, self.drive = gate, systems, kit, drive
        self.authority: Final = authority
        self.seconds: Final = gate.gateway.settings.source_seconds
        self.asked: list[Asked] = []
        self._strangers = 0
        self.ages = ages

    async def ask(self, *crns: Crn) -> Asked:
        """Ask about people in one question."""
        began = time.perf_counter()
        answer = await self.gate.ask(QUESTION, crns=list(crns))
        self.asked.append(Asked(crns, answer, time.perf_counter() - began))
        return self.asked[-1]

    async def reconnect(self) -> None:
        """Ask about somebody whom nobody knows, and who was not asked about yet: every system has to be asked."""
        self._strangers += 1
        await self.gate.ask(QUESTION, crns=[crn(500_000 + self._strangers)])

    async def forget(self, *parts: str) -> None:
        """Let nothing be kept of some parts: the next question is asked of their systems."""
        for part in parts:
            await self.gate.gateway.neighbours.cache.invalidate(system=self.system(part))

    def grow_old(self, seconds: float) -> None:
        """Let what is kept be older by so many seconds, and the day as much later."""
        self.ages.ahead += seconds
        self.gate.hands.now += timedelta(seconds=seconds)

    async def rest(self) -> None:
        """Close every connection that is kept to a system."""
        for proxy in self.kit.proxies.values():
            await proxy.sever()

    async def heal(self) -> None:
        """Take every fault away."""
        if self.authority is not None:
            for part in SERVICES:
                await self.kit.proxies[part].present(self.authority.server())
        await self.drive.reset()
        await self.systems.clear()

    def calls(self) -> dict[str, int]:
        """How often each system was asked so far."""
        return {name: self.systems.calls(name).requests for name in SERVICES}

    def connections(self) -> dict[str, int]:
        """How often each was connected to so far."""
        return {name: self.kit.proxies[name].connections for name in SERVICES}

    def metric(self, name: str, labels: Mapping[str, str]) -> float:
        """A sample; 0 where there is none yet."""
        found: float | None = self.gate.gateway.telemetry.metrics.registry.get_sample_value(
            name, dict(labels)
        )
        return found or 0.0

    @property
    def events(self) -> list[str]:
        """The names of the events in the log."""
        return [line.event for line in self.gate.log]

    @property
    def news(self) -> list[str]:
        """The names of the events that a log has which is asked for more: those that happen all day."""
        return [line.event for event in self.gate.events for line in lines(event) if line.level is Level.INFO]

    def system(self, part: str) -> str:
        """What a part's system is called."""
        return self.gate.gateway.neighbours.sources[part].system

    async def until_whole(self, *crns: Crn, patience: float = 8.0) -> float | None:
        """Ask until everything is there again; return after how many seconds it was, None for never."""
        began = time.perf_counter()
        while (left := time.perf_counter() - began) < patience:
            try:
                shown = (await self.ask(*crns)).shown
            except HTTPError:
                shown = [None]
            if all(one is not None and one["overview"]["completeness"] == "COMPLETE" for one in shown):
                return left
            await asyncio.sleep(0.1)
        return None


def place(address: str) -> str:
    """Return host and port of an address."""
    return address.partition("//")[2].partition("/")[0]


@asynccontextmanager
async def staged(
    folder: Path,
    seconds: float | None = None,
    authority: Authority | None = None,
    seed: int = 0,
    guards: Mapping[str, str] = MappingProxyType({}),
    people: Iterable[Crn] = (),
    text: str | None = None,
    **more: Any,
) -> AsyncIterator[Stage]:
    """A stage for as long as a test needs it, already warm: everything is connected and compiled.

    `seconds` is what a system may take. With an `authority` the systems are met by TLS. `guards` are tables of the
    sources file for what stands around each system, by its name; `text` is another sources file than the shipped one.
    The systems know `people`, too.
    """
    known = [record for owner in (ANNE, BORIS, CLARA, DORA, *people) for record in records_of(owner)]
    # a gateway of a test doubles what it is told
    halved: dict[str, Any] = {} if seconds is None else {"source_seconds": seconds / 2}
    async with AsyncExitStack() as stack:
        systems = await stack.enter_async_context(running(told_by_town(known)))
        kit = await stack.enter_async_context(proxies({}, seed))
        drive = await stack.enter_async_context(driving(kit))
        addresses = await behind(kit, systems, authority)
        sources = str(sources_file(folder, addresses, text or guarded(**guards)))
        settings = Settings(home=folder, sources=sources, admin_port=0, **halved, **more)
        ages = Ages()
        # what is shared grows old by a clock that all have
        alone = ages if settings.cache_url is None else None
        gate = await stack.enter_async_context(serving(folder, settings=settings, now=NOON, ages=alone))
        stage = Stage(gate, systems, kit, drive, authority, ages)
        await drive.reset()  # its connection is open before anything is counted
        assert await stage.until_whole(CLARA) is not None, stage.asked[-1].answer.text
        yield stage


async def behind(kit: Kit, systems: Upstreams, authority: Authority | None) -> dict[str, str]:
    """Put a proxy before every system; return where each is met."""
    addresses = dict(systems.addresses)
    for part in SERVICES:
        tls = authority.server() if authority is not None else None
        proxy = await kit.add(part, place(addresses[part]), tls=tls)
        addresses[part] = f"{'http' if tls is None else 'https'}://{proxy.listen}"
    return addresses
