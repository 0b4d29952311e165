"""The siege of a gateway whose neighbours are systems: everybody asks everything, everything goes wrong, and whatever
comes out is kept."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from sandbox.upstreams.running import Upstreams, running
from tests.house.programs import free_port, group_of
from tests.running.attacks import (
    BOTH,
    FIND,
    NODE,
    ONE,
    SOME,
    bodies,
    documents,
    headers,
    heads,
    questions,
)
from tests.running.besieging import Gateway, Heard, Said, arguments, besieged, listening_in
from tests.running.callers import ASKERS, LATE, bearers, issuers, personas, with_key
from tests.running.canary import BIRDS, OPEN, SECRET, SHUT, today
from tests.running.collecting import Collector, collecting
from tests.running.hostile import TROUBLES, Doors, doors
from tests.running.issuing import issuing
from tests.running.letters import open_letters
from tests.running.services import SHIPPED, sources_file, told_by_town
from tests.running.valkey import Shared, valkey
from tests.sources.specimens import crn

PATIENCE = "0.5"
"""Seconds that a system may take."""
MOST = 200_000
"""Bytes that an answer of a system may have."""
FAULTS: Mapping[str, tuple[Mapping[str, Any], set[str]]] = {
    "slow": ({"seconds": 5}, {"source.timeout"}),
    "hang": ({}, {"source.timeout"}),
    "drip": ({}, {"source.timeout"}),
    "status": ({"status": 500}, {"source.http_error"}),
    "garbled": ({}, {"source.unreadable"}),
    "html": ({}, {"source.unreadable"}),
    "half": ({}, {"source.unreadable"}),
    "reordered": ({}, set()),
    "doubled": ({}, set()),
    "wrong_subject": ({}, {"security.wrong_subject"}),
    "dropped": ({}, {"source.partial_batch"}),
    "oversize": ({"megabytes": 1}, {"source.oversize"}),
    "gzip_bomb": ({"megabytes": 1}, {"source.oversize"}),
    "reset": ({}, {"source.reset"}),
    "truncated": ({"how": "close"}, {"source.unreadable"}),
    "redirect": ({"location": f"http://elsewhere.invalid/{SHUT.crn}"}, {"security.led_elsewhere"}),
    "absolute_link": ({"location": f"http://{SHUT.word('host')}.invalid"}, {"security.led_elsewhere"}),
    "silent_close": ({}, {"source.reset"}),
}
"""The faults of the sandbox, and what of each stands in the log: one of these. Two are nobody's trouble."""


class Siege:
    """The gateway, its neighbours, and what was seen of each fault: the events in the log while it was at work."""

    def __init__(self, gate: Gateway, systems: Upstreams, held: Doors, collector: Collector) -> None:
        self.gate, self.systems, self.held, self.collector = gate, systems, held, collector
        self.seen: dict[str, set[str]] = {}
        self._strangers = 0

    async def everybody_asks(self) -> None:
        """Every caller asks for everything in every way, right and wrong."""
        gate = self.gate
        await gate.ask("restricted", ONE, crn=SHUT.crn)  # everything is imported, compiled and connected
        others = gate.callers.keys() - {*ASKERS, LATE}
        await asyncio.gather(
            *(self._ask_for_all(caller) for caller in ASKERS),
            *(self._ask_oddly(caller) for caller in ("officer", "partner", "key")),
            *(gate.ask(caller, ONE, crn=OPEN.crn) for caller in others),
        )
        for raw in heads():
            await gate.send(raw)
        ids = [said.body["data"]["customer"]["id"] for said in gate.said if _shows_one(said)]
        for id in dict.fromkeys(ids):
            await asyncio.gather(*(gate.ask(caller, NODE, id=id) for caller in ASKERS))
        for bird in BIRDS:
            await open_letters(gate, bird)

    async def _ask_for_all(self, caller: str) -> None:
        for document, variables in questions():
            await self.gate.ask(caller, document, **variables)

    async def _ask_oddly(self, caller: str) -> None:
        gate = self.gate
        for document in (one for bird in BIRDS for one in documents(bird)):
            await gate.ask(caller, document)
        for more in headers():
            await gate.ask(caller, ONE, more, crn=OPEN.crn)
        for body in bodies():
            await gate.post(caller, body)

    async def everything_fails(self) -> None:
        """Every system has every fault."""
        for name, (told, named) in TROUBLES.items():
            with self.held.saying(told):
                await self._suffer(name, named, self._ask_for_both)
        for kind, (parameters, named) in FAULTS.items():
            await self.systems.fault("*", kind, **parameters)
            await self._suffer(kind, named, self._ask_for_both)
            await self.systems.clear()
        await self._suffer("swapped", {"security.wrong_subject"}, self._ask_across)
        await self.held.close()
        await self._suffer("down", {"source.unavailable"}, self._ask_for_both)
        await self.held.open()

    async def _suffer(self, what: str, named: set[str], asking: Callable[[], Awaitable[None]]) -> None:
        """Ask until something is in the log by one of these names; a slow machine may need more than once."""
        since = self.gate.written
        for _ in range(3):
            await asking()
            self.seen[what] = self.gate.events(since)
            if not named or self.seen[what] & named:
                break

    async def _ask_across(self) -> None:
        """Ask for two people at the same time, and let each have the other's debts."""
        await self.systems.fault("debt", "swapped", times=2)
        before = self.systems.calls("debt").requests
        first = asyncio.create_task(self.gate.ask("restricted", SOME, crns=[SHUT.crn]))
        while self.systems.calls("debt").requests == before and not first.done():  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # what is missed at the same time would be one question
        await self.gate.ask("restricted", SOME, crns=[self._stranger()])
        await first
        await self.systems.clear()

    async def _ask_for_both(self) -> None:
        """Ask in every way, and for somebody of whom nothing is known yet: neither who may see them."""
        ask, crns = self.gate.ask, [*(bird.crn for bird in BIRDS), self._stranger(), self._stranger()]
        await asyncio.gather(
            ask("restricted", SOME, crns=[SHUT.crn]),
            ask("restricted", SOME, crns=[self._stranger()]),
            ask("restricted", SOME, crns=crns),
            ask("officer", SOME, crns=[SHUT.crn]),
            ask("restricted", FIND, can=SHUT.number(1), words=SHUT.word("family")),
            self.gate.fetch("restricted", self.gate.addresses["restricted", SHUT.stem]),
        )

    def _stranger(self) -> str:
        self._strangers += 1
        return crn(self._strangers)

    async def operators_look(self) -> None:
        """Every command that operators have beside a gateway that runs, while systems tell more than they should."""
        gate = self.gate
        lost = f"postgresql+asyncpg://a:{SECRET}database@127.0.0.1:1/a"
        with self.held.saying(TROUBLES["rows with a text"][0]):
            await asyncio.gather(
                gate.look("doctor", "--ask", told=f"{SHUT.crn}\n".encode(), OVERVIEW_DATABASE_URL=lost),
                gate.look("config", "show", OVERVIEW_DATABASE_URL=lost),
                gate.look("audit", "verify"),
                *(
                    gate.look(*words, into=" ".join(words))
                    for words in (("keys", "list"), ("audit", "export"))
                ),
            )

    async def gateway_fails(self, shared: Shared, process: Popen[bytes], admin: int) -> None:
        """The gateway's own things fail one by one, and at last it is stopped in the middle of a request."""
        gate = self.gate
        self.collector.status = 500
        shared.kill()
        await gate.ask(LATE, ONE, crn=OPEN.crn)
        await gate.until("rate.store_failed")
        self.seen["Valkey is gone"] = {"rate.store_failed"}
        with _away(gate.journal):
            refused = await gate.ask("restricted", BOTH, crns=[bird.crn for bird in BIRDS])
        self.seen["the journal is gone"] = set(refused.codes)
        await gate.until("telemetry.export_failed")
        self.seen["the collector refuses"] = {"telemetry.export_failed"}
        await gate.scrape(admin)
        await self._stopped_meanwhile(process)

    async def _stopped_meanwhile(self, process: Popen[bytes]) -> None:
        await self.systems.fault("*", "hang")
        asked = asyncio.create_task(self.gate.ask("restricted", ONE, crn=SHUT.crn))
        heard = len(self.held.heard)
        async with asyncio.timeout(10):
            while len(self.held.heard) == heard:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        self.seen["it is stopped"] = set((await asked).codes)
        await asyncio.to_thread(process.wait, 30)


@contextmanager
def _away(file: Path) -> Iterator[None]:
    """A folder stands in the place of a file: not even root can write to it."""
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()
    yield
    file.rmdir()
    aside.rename(file)


def _shows_one(said: Said) -> bool:
    return (
        said.document == ONE
        and isinstance(said.body, dict)
        and bool((said.body.get("data") or {}).get("customer"))
    )


def _sources(folder: Path, addresses: Mapping[str, str]) -> Path:
    token = folder / "token"
    token.write_text(f"{SECRET}token", "utf-8")
    # every fault is to be met: no system is left alone, however often it fails
    told = re.sub(
        r"^\[systems\.(\w+)\]$",
        r"[systems.\1.guard]\ncalls = 1000000\n\n[systems.\1]",
        SHIPPED.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    file = sources_file(folder, addresses, told)
    more = f'token_file = "{token}"\nmost_bytes = {MOST}\nmapping ='
    file.write_text(file.read_text("utf-8").replace("mapping =", more), "utf-8")
    return file


def _journal(folder: Path) -> Path:
    own = folder / "home" / "own"
    own.mkdir(parents=True)
    return own / "audit.ndjson"


@asynccontextmanager
async def prepared(folder: Path) -> AsyncIterator[tuple[Siege, Shared, Heard]]:
    """Everything that a gateway needs, and whoever listens to it."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        records = [record for bird in BIRDS for record in bird.records(today())]
        systems = await enter(running(told_by_town(records)))
        held = await enter(doors(systems))
        good, bad = await enter(issuing()), await enter(issuing())
        collector, shared = stack.enter_context(collecting()), stack.enter_context(valkey())
        heard = await enter(listening_in(shared.url))
        gate = await enter(
            besieged(
                folder / "home",
                free_port(),
                OVERVIEW_SOURCES=str(_sources(folder, held.addresses)),
                OVERVIEW_ISSUERS_FILE=str(issuers(folder, good, bad)),
                OVERVIEW_AUDIT_FILE=str(_journal(folder)),
                OVERVIEW_SOURCE_SECONDS=PATIENCE,
                OVERVIEW_DOCUMENT_LIMITS="measure",  # its questions ask for everything at once
                OVERVIEW_PDF_SECONDS=PATIENCE,
                OVERVIEW_PDF_ADDRESS_SECONDS="600",
                OVERVIEW_REDIS_URL=shared.url.replace("//", f"//default:{SECRET}redis@"),
                OVERVIEW_OTLP_ENDPOINT=collector.address,
                OVERVIEW_TRACE_RATIO="1",
                OTEL_EXPORTER_OTLP_HEADERS=f"authorization={SECRET}collector",
            )
        )
        gate.callers |= personas(gate.home) | bearers(good)
        yield Siege(gate, systems, held, collector), shared, heard


async def besiege(folder: Path) -> Siege:
    """Return what came out of a gateway while everything was done to it."""
    async with prepared(folder) as (siege, shared, heard):
        gate, admin = siege.gate, free_port()
        with gate.served("--admin-port", str(admin)) as process:
            await with_key(gate)
            await siege.everybody_asks()
            await siege.everything_fails()
            await siege.operators_look()
            gate.out["arguments"] = arguments(group_of(process))
            gate.out["redis"] = kept(shared)
            await siege.gateway_fails(shared, process, admin)
        gate.out |= {
            "log": gate.log.read_bytes(),
            "traces": siege.collector.raw,
            "commands to redis": heard.raw,
            "journal": gate.journal.read_bytes(),
            "files": gate.files,
        }
        return siege


def kept(shared: Shared) -> bytes:
    """Every key and every value of a Valkey."""
    with shared.client as client:
        found: Any = client.keys("*")
        return b"\n".join(key + b" " + (client.get(key) or b"") for key in found)
