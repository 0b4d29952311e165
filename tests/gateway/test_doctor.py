"""`overview doctor`: every thing that a gateway stands on, how it is, and what mends it."""

import asyncio
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from gateway.audit.chain import Chain
from gateway.keyring import open_keyring
from sandbox.upstreams.running import Upstreams, running
from sources.parts import PARTS
from tests.gateway.journals import event, written
from tests.house.programs import environment
from tests.running import NOON
from tests.running.command import HOUSE, OVERVIEW, migrated
from tests.running.documents import sources_with
from tests.running.issuing import issuing
from tests.running.people import ANNE, everything_of
from tests.running.services import sources_file, told_by_town
from tests.running.valkey import valkey

pytestmark = pytest.mark.conformance

ALONE: Mapping[str, str] = MappingProxyType({})
ASKED = f"{ANNE}\n".encode()
LINE = re.compile(r"^(green|amber|red) +(\S.*?)  +(.*)$(?:\n +(.*)$)?", re.MULTILINE)


class Examined:
    """What the doctor said."""

    def __init__(self, told: bytes, code: int) -> None:
        self.text = told.decode()
        self.code = code
        lines = LINE.findall(self.text)
        self.lights = {what: light for light, what, _, _ in lines}
        self.seen = {what: seen for _, what, seen, _ in lines}
        self.mends = {what: mend for _, what, _, mend in lines}


async def doctor(home: Path, settings: Mapping[str, str] = ALONE, given: bytes | None = None) -> Examined:
    """What it says; with a number `given`, what it says of that customer, too."""
    words = ("doctor",) if given is None else ("doctor", "--ask")
    told = environment(PYTHONPATH=str(HOUSE), OVERVIEW_HOME=str(home), **settings)
    said = await asyncio.to_thread(
        subprocess.run,
        [*OVERVIEW, *words],
        check=False,
        env=told,
        cwd=home,
        input=given or b"",
        capture_output=True,
    )
    return Examined(said.stdout + said.stderr, said.returncode)


@asynccontextmanager
async def systems_of(home: Path) -> AsyncIterator[tuple[Upstreams, dict[str, str]]]:
    """The sandbox's systems, which know Anne, and the settings that lead to them."""
    await asyncio.to_thread(migrated, home)
    async with running(told_by_town(everything_of(ANNE, NOON))) as systems:
        yield systems, {"OVERVIEW_SOURCES": str(sources_file(home, systems.addresses))}


async def test_everything_is_green_when_everything_is_well(tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    async with running([]) as systems:
        file = sources_with(tmp_path, systems.addresses["document"])
        examined = await doctor(tmp_path, {"OVERVIEW_SOURCES": str(file)})
    assert set(examined.lights.values()) == {"green"}, examined.text
    assert examined.code == 0
    assert "documents from documents" in examined.lights
    assert {f"{part} from sql" for part in PARTS} <= examined.lights.keys()
    assert {"settings", "policy", "audit journal", "audit chain", "database"} <= examined.lights.keys()
    assert {"numbers from sql", "search in sql"} <= examined.lights.keys()
    assert examined.seen["API keys"] == "0 live"


async def test_without_the_source_of_documents_everything_else_works_and_it_is_amber(tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    file = sources_with(tmp_path, "http://127.0.0.1:9")
    examined = await doctor(tmp_path, {"OVERVIEW_SOURCES": str(file)})
    assert {what for what, light in examined.lights.items() if light != "green"} == {
        "documents from documents"
    }
    assert examined.lights["documents from documents"] == "amber"
    assert "everything else works" in examined.text
    assert examined.code == 0


async def test_systems_over_http_are_asked_one_by_one(tmp_path: Path) -> None:
    async with systems_of(tmp_path) as (_, settings):
        examined = await doctor(tmp_path, settings)
        assert set(examined.lights.values()) == {"green"}, examined.text
        assert re.search(r"answered in \d+ ms of 800 ms", examined.seen["debt from debts"])
        assert "clock of debts" in examined.lights


FAULTS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "ownership from cases": ("down", {}, "refused", "start the system"),
    "interaction from interactions": ("status", {"status": 401}, "credentials", "token_file"),
    "debt from debts": ("garbled", {}, "SOURCE_BAD_DATA", "overview map try"),
    "restriction from restrictions": ("html", {}, "SOURCE_BAD_DATA", "overview map try"),
    "correspondence from messages": ("hang", {}, "SOURCE_TIMEOUT", "seconds"),
    "entitlement from entitlements": ("oversize", {"megabytes": 20}, "oversize", "most_bytes"),
    "customer from customers": ("redirect", {}, "redirect", "address"),
}


async def test_systems_that_fail_are_red_with_what_mends_each(tmp_path: Path) -> None:
    async with systems_of(tmp_path) as (systems, settings):
        for what, (kind, more, _, _) in FAULTS.items():
            await systems.fault(what.split()[0], kind, **more)
        examined = await doctor(tmp_path, settings)
        red = {what for what, light in examined.lights.items() if light == "red"}
        assert red >= FAULTS.keys()
        assert {what.split()[-1] for what in red - FAULTS.keys()} <= {"customers"}  # numbers, and the search
        for what, (_, _, seen, mend) in FAULTS.items():
            assert seen in examined.seen[what]
            assert mend in examined.mends[what]
        assert examined.code == 1


async def test_a_slow_system_is_amber(tmp_path: Path) -> None:
    async with systems_of(tmp_path) as (systems, settings):
        await systems.fault("debt", "slow", seconds=0.5)
        examined = await doctor(tmp_path, settings)
        assert examined.lights["debt from debts"] == "amber"
        assert examined.code == 0


async def test_mappings_are_checked_on_a_customers_answers_and_the_look_is_on_record(tmp_path: Path) -> None:
    async with systems_of(tmp_path) as (systems, settings):
        examined = await doctor(tmp_path, settings, ASKED)
        assert examined.code == 0, examined.text
        assert "its mapping fits the customer's records" in examined.seen["debt from debts"]
        assert "its mapping fits" in examined.seen["restriction from restrictions"]
        assert ANNE not in examined.text
        assert systems.calls("debt").by_crn[ANNE] == 1
    (line,) = (tmp_path / "audit.ndjson").read_bytes().splitlines()
    event = msgspec.json.decode(line)
    assert (event["action"], event["rule"], event["actor"]["kind"]) == ("check", "doctor", "OPERATOR")
    assert ANNE.encode() not in line


def misread(sources: Path) -> None:
    """Let debts be read by a mapping that is wrong about one field."""
    told = sources.read_text("utf-8")
    (shipped,) = re.findall(r'mapping = "(.*debts\.toml)"', told)
    right = Path(shipped).read_text("utf-8")
    wrong = right.replace('"RegisteredAt", time = "ms_date"', '"RegisteredAt", time = "iso"')
    assert wrong != right
    sources.with_name("debts.toml").write_text(wrong, "utf-8")
    sources.write_text(told.replace(shipped, "debts.toml"), "utf-8")


async def test_a_mapping_that_does_not_fit_is_told_by_its_field(tmp_path: Path) -> None:
    async with systems_of(tmp_path) as (_, settings):
        misread(Path(settings["OVERVIEW_SOURCES"]))
        examined = await doctor(tmp_path, settings, ASKED)
        assert examined.lights["debt from debts"] == "red"
        assert "registered_at (time)" in examined.seen["debt from debts"]


async def test_an_older_database_says_what_to_do(tmp_path: Path) -> None:
    examined = await doctor(tmp_path)
    assert examined.lights["database"] == "red"
    assert "Run `overview migrate`." in examined.text
    assert examined.code == 1


async def test_a_journal_that_cannot_be_written_is_red_and_nobody_is_asked_about(tmp_path: Path) -> None:
    async with systems_of(tmp_path) as (systems, settings):
        settings["OVERVIEW_AUDIT_FILE"] = str(tmp_path)
        examined = await doctor(tmp_path, settings, ASKED)
        assert examined.lights["audit journal"] == "red"
        assert ANNE not in systems.calls("debt").by_crn


CHAINS: dict[str, tuple[str, str, str]] = {
    "whole": ("green", "the last 1000 events follow", ""),
    "changed": ("red", "broken within the last 999 events", "overview audit verify"),
    "removed": ("red", "broken within", "overview audit verify"),
    "torn": ("amber", "a line is torn", "was killed"),
    "older": ("amber", "none of the last 1000 events is linked", "overview audit verify"),
    "long ago": ("green", "the last 1000 events follow", ""),
}


@pytest.mark.parametrize("what", CHAINS)
async def test_the_end_of_the_journals_chain_is_followed(what: str, tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    file, chain = tmp_path / "audit.ndjson", Chain(open_keyring(tmp_path / "keyring.json", make=True))
    told = await asyncio.to_thread(written, file, range(1, 1_202), chain, 1_201)
    place = 100 if what == "long ago" else 1_000
    if what in {"changed", "long ago"}:
        told[place] = told[place].replace(b"OPEN", b"HUSH")
    if what == "removed":
        del told[place]
    if what == "older":
        told = [msgspec.json.encode(event(number)) + b"\n" for number in range(1, 1_202)]
    file.write_bytes(b"".join(told)[: -9 if what == "torn" else None])
    examined = await doctor(tmp_path)
    light, seen, mend = CHAINS[what]
    assert examined.lights["audit chain"] == light, examined.text
    assert seen in examined.seen["audit chain"]
    assert mend in examined.mends["audit chain"]
    assert examined.code == (1 if light == "red" else 0)


async def test_a_mistake_in_the_sources_file_is_one_line_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        '[systems.own]\ndatabase = true\n\n[parts]\ncustomr = "own"\n', "utf-8"
    )
    examined = await doctor(tmp_path, {"OVERVIEW_SOURCES": str(tmp_path / "sources.toml")})
    assert examined.code == 1
    assert "sources.toml:5" in examined.text
    assert "did you mean `customer`?" in examined.text
    assert "Traceback" not in examined.text


async def test_what_is_no_number_is_not_asked_about(tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    examined = await doctor(tmp_path, given=b"nobody\n")
    assert examined.code == 2
    assert "nobody" not in examined.text.replace("CRN", "")


async def test_a_production_profile_without_issuers_is_amber_because_nobody_can_get_in(
    tmp_path: Path,
) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    open_keyring(tmp_path / "keyring.json", make=True)
    examined = await doctor(tmp_path, {"OVERVIEW_PROFILE": "production"})
    assert (examined.lights["callers"], examined.seen["callers"]) == ("amber", "nobody can get in")
    assert "OVERVIEW_ISSUERS_FILE" in examined.mends["callers"]


async def test_the_keys_of_each_issuer_are_looked_at(tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    async with issuing() as issuer:
        settings = {"OVERVIEW_ISSUERS_FILE": str(issuer.file(tmp_path))}
        for status, keys, light, seen in (
            (200, issuer.keys, "green", "3 can be used"),
            (200, [], "amber", "0 can be used"),
            (404, [], "red", "SOURCE_UNAVAILABLE (status)"),
        ):
            issuer.status, issuer.keys = status, keys
            examined = await doctor(tmp_path, settings)
            assert (examined.lights["keys of staff"], examined.seen["keys of staff"]) == (light, seen)


async def test_a_collector_of_traces_that_is_away_is_amber(tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        there = await doctor(tmp_path, {"OVERVIEW_OTLP_ENDPOINT": address})
    gone = await doctor(tmp_path, {"OVERVIEW_OTLP_ENDPOINT": address})
    assert there.lights["collector of traces"] == "green"
    assert (gone.lights["collector of traces"], gone.code) == ("amber", 0)
    assert "OVERVIEW_OTLP_ENDPOINT" in gone.mends["collector of traces"]


async def test_the_redis_that_gateways_share_is_looked_at(tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    assert "redis" not in (await doctor(tmp_path)).lights
    with valkey() as shared:
        examined = await doctor(tmp_path, {"OVERVIEW_REDIS_URL": shared.url})
    assert examined.lights["redis"] == "green"
    assert re.search(r"answered in \d+ ms of 100 ms", examined.seen["redis"])
    examined = await doctor(tmp_path, {"OVERVIEW_REDIS_URL": "redis://:open-sesame@127.0.0.1:1/0"})
    assert (examined.lights["redis"], examined.code) == ("amber", 0)
    assert "OVERVIEW_REDIS_URL" in examined.mends["redis"]
    assert "open-sesame" not in examined.text


@pytest.mark.parametrize(("days", "light"), [(0, "green"), (365, "green"), (366, "amber")])
async def test_a_keyring_that_is_older_than_a_year_is_amber(days: int, light: str, tmp_path: Path) -> None:
    await asyncio.to_thread(migrated, tmp_path)
    open_keyring(tmp_path / "keyring.json", make=True)
    later = datetime.now(UTC) + timedelta(days=days)
    settings = {"OVERVIEW_PROFILE": "development", "OVERVIEW_NOW": later.isoformat()}
    examined = await doctor(tmp_path, settings)
    assert (examined.lights["keyring"], examined.code) == (light, 0)
    assert re.fullmatch(r"version 1, made \d{4}-\d\d-\d\d, 1 kept", examined.seen["keyring"])
    assert ("overview keyring rotate" in examined.mends["keyring"]) == (light == "amber")
