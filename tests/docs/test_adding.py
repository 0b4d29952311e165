"""`docs/adding.md`, done: its blocks are applied to a copy of the packages, and the copy is used."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGES = ("schema", "resolvers", "sources", "cache", "gateway", "policy")
BLOCK = re.compile(r'^```(python|diff) title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    kind: str
    place: str
    text: str


def blocks() -> list[Block]:
    return [Block(*found) for found in BLOCK.findall((HOUSE / "docs" / "adding.md").read_text("utf-8"))]


def apply(block: Block, folder: Path) -> None:
    """Write a new file, or put the lines with + in the place of the lines with - after the lines with a blank."""
    file = folder / block.place
    if block.kind == "python":
        assert not file.exists(), f"{block.place} is there already"
        file.write_text(block.text, "utf-8")
        return
    lines = block.text.splitlines()
    before = "\n".join(line[1:] for line in lines if line[0] in " -")
    after = "\n".join(line[1:] for line in lines if line[0] in " +")
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{block.place} does not hold this once:\n{before}"
    file.write_text(text.replace(before, after), "utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adding")
    for package in PACKAGES:
        shutil.copytree(HOUSE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks():
        apply(block, folder)
    return folder


def run(copy: Path, script: str, *more: str, stdin: str = "") -> str:
    environment = os.environ | {"PYTHONPATH": str(copy), "OVERVIEW_HOME": str(copy / "home")}
    command = [sys.executable, "-c", script, *more]
    done = subprocess.run(
        command,
        cwd=copy,
        env=environment,
        check=False,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


OVERVIEW = "from gateway.cli import main; main()"
PEOPLE = """\
{"part": "customer", "record": {"crn": "000000001T"}}
{"part": "note", "record": {"id": "n1", "crn": "000000001T", "at": "2026-03-02T09:00:00+11:00", \
"recorded_at": "2026-03-02T09:00:00+11:00", "text": "Asked about a letter.", "author": "officer-9", \
"source": {"system": "desk", "native_id": "n1"}}}
{"part": "interaction", "record": {"id": "i1", "crn": "000000001T", "kind": "INBOUND_CALL", "channel": "PHONE", \
"direction": "INBOUND", "started_at": "2026-03-01T09:00:00+11:00", "title": "Call", "outcome": "SUCCESS", \
"source": {"system": "calls", "native_id": "i1"}, "recorded_at": "2026-03-01T09:00:00+11:00", \
"written_by": "officer-8"}}
"""
ASK = """
import asyncio, json, sys
import httpx2
from gateway.app import application
from gateway.joined import join
from gateway.auth import Tokens
from gateway.settings import Settings

gateway = join(Settings(profile="development", now="2026-03-03T12:00:00+11:00"))
token = Tokens(gateway.sealer, gateway.clock, personas=True).issue("officer", 1)

async def ask():
    transport = httpx2.ASGITransport(application(gateway))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        headers = {"authorization": f"Bearer {token}"}
        answer = await client.post("/graphql", json={"query": sys.argv[1]}, headers=headers)
    await gateway.engine.dispose()
    print(answer.text)

asyncio.run(ask())
"""


def test_a_source_takes_two_files_besides_its_migration() -> None:
    places = [block.place for block in blocks()]
    source = places[: places.index("resolvers/cards/activity.py")]

    assert {place for place in source if "migrations" not in place} == {
        "sources/parts/note.py",
        "sources/parts/__init__.py",
    }


def test_a_card_kind_takes_three_files() -> None:
    assert len({block.place for block in blocks() if block.place.startswith("resolvers/")}) == 3


def test_a_field_takes_its_record_and_its_type() -> None:
    assert {block.place for block in blocks()[-2:]} == {
        "sources/parts/interaction.py",
        "schema/interaction.py",
    }


def test_what_the_page_adds_works(copy: Path) -> None:
    run(copy, OVERVIEW, "migrate")
    counted = run(copy, OVERVIEW, "import", "-", stdin=PEOPLE)
    answer = run(
        copy,
        ASK,
        '{ sources { part } customer(crn: "000000001T") { interactions { edges { node { writtenBy } } }'
        " overview { sections { source status } cards { edges { node { kind title description } } } } } }",
    )

    assert re.search(r"note\s+1\b", counted)
    assert '{"source":"note","status":"OK"}' in answer
    assert '{"kind":"FILE_NOTE","title":"Note by officer-9","description":"Asked about a letter."}' in answer
    assert '{"writtenBy":"officer-8"}' in answer


def test_what_the_page_adds_is_printed(copy: Path) -> None:
    sdl = run(copy, OVERVIEW, "schema", "export")

    assert "  FILE_NOTE\n" in sdl
    assert "  writtenBy: String\n" in sdl
