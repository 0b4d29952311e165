"""A gateway that tells everything from its own database, and what comes out while that database goes to ruin."""

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from sources.parts import PARTS
from tests.house.programs import free_port
from tests.running.attacks import ADVANCED, BOTH, FIND, GLASS, ONE, SOME, glass
from tests.running.besieging import Gateway, besieged
from tests.running.callers import personas
from tests.running.canary import BIRDS, SHUT, today
from tests.running.command import importing
from tests.running.hostile import TALE
from tests.sources.specimens import lines

_TEXT = msgspec.json.encode(TALE).decode()
SPOILT: Mapping[str, bytes | str] = {
    "half a record": f'{{"crn": "{SHUT.crn}", "title": {_TEXT[:-1]}',
    "a text": _TEXT,
    "names that tell": f"{{{_TEXT}: {_TEXT}}}",
    "values of another kind": f'{{"crn": "{SHUT.crn}", "names": {_TEXT}, "title": [{_TEXT}], "claims": {_TEXT}}}',
    "bytes that are no text": b"\xff\xfe" + TALE.encode(),
    "lists in lists": "[" * 5000 + _TEXT + "]" * 5000,
}
"""What stands in the database where a record should."""


class Ruin:
    """The gateway, and what was seen of each misfortune: the events in the log while it lasted."""

    def __init__(self, gate: Gateway) -> None:
        self.gate = gate
        self.seen: dict[str, set[str]] = {}

    @property
    def file(self) -> Path:
        return self.gate.home / "overview.db"

    def odd_lines_are_imported(self) -> None:
        """Records come in, and after them lines that are none."""
        good = lines(record for bird in BIRDS for record in bird.records(today()))
        odd = [
            TALE.encode(),
            good[0][:-5],
            b"\xff" + good[0],
            msgspec.json.encode({"part": TALE, "record": {}}),
            msgspec.json.encode({TALE: TALE}),
            *(line.replace(f'"{SHUT.crn}"'.encode(), f"[{_TEXT}]".encode()) for line in good[7:]),
            *(line.replace(b'"id":', b'"started_at":' + _TEXT.encode() + b',"id":') for line in good[7:]),
        ]
        said = importing(b"\n".join([*good, *odd]), self.gate.home)
        self.gate.out["commands"] += said.stdout + said.stderr
        self.seen["odd lines"] = {line.partition(b": ")[2].decode() for line in said.stderr.splitlines()[:-1]}

    async def is_ruined(self) -> None:
        """Records are spoilt one by one, then the database is locked, then it is none any more."""
        await self.gate.ask("restricted", BOTH, crns=[bird.crn for bird in BIRDS])
        for what, record in SPOILT.items():
            with self._watched(what):
                await asyncio.to_thread(self._spoil, record)
                await self._ask()
        with self._watched("the database is locked"):
            await self._wait_for_lock()
        with self._watched("the database is none"):
            self.file.write_bytes(b"SQLite format 3\x00" + TALE.encode() * 900)
            await self._ask()
            commands = ("doctor",), ("import", str(self._lines()))
            await asyncio.gather(*(self.gate.look(*words) for words in commands))

    def _lines(self) -> Path:
        file = self.gate.home / "lines"
        file.write_bytes(b"\n".join(lines(SHUT.records(today()))))
        return file

    async def _ask(self) -> None:
        ask = self.gate.ask
        await asyncio.gather(
            ask("restricted", SOME, crns=[SHUT.crn]),
            ask("officer", SOME, crns=[SHUT.crn]),
            ask("restricted", FIND, can=SHUT.number(1), words=SHUT.word("family")),
            ask("restricted", ADVANCED, words={"telephone": SHUT.number(0), "email": SHUT.mail}),
            ask("partner", ONE, crn=SHUT.crn),
        )

    def _spoil(self, record: bytes | str) -> None:
        with closing(sqlite3.connect(self.file)) as database, database:
            for part in PARTS:
                if part.name != "restriction":
                    database.execute(f"UPDATE {part.name} SET record = ? WHERE crn = ?", (record, SHUT.crn))

    async def _wait_for_lock(self) -> None:
        """Somebody else writes, for longer than one wait for the lock takes."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            asked = asyncio.create_task(self.gate.ask("restricted", GLASS, input=glass(BIRDS[0])))
            await asyncio.sleep(0.6)
            assert not asked.done()
            database.execute("ROLLBACK")
        self.locked = await asked

    @contextmanager
    def _watched(self, what: str) -> Iterator[None]:
        since = self.gate.written
        yield
        self.seen[what] = self.gate.events(since)


async def ruin(folder: Path) -> Ruin:
    """Return what came out of a gateway while its database went to ruin."""
    home = folder / "home"
    home.mkdir(parents=True)
    async with besieged(home, free_port(), OVERVIEW_RATE_PARTNER="3") as gate:
        ruined = Ruin(gate)
        ruined.odd_lines_are_imported()
        gate.callers |= personas(home)
        with gate.served():
            await ruined.is_ruined()
        gate.out |= {
            "log": gate.log.read_bytes(),
            "journal": gate.journal.read_bytes(),
            "files": gate.files,
        }
        return ruined
