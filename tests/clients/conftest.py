"""A gateway of the development profile, in a process of its own, that knows a small town."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.house.programs import environment, free_port
from tests.running.command import HOUSE, importing, overview, served

DAY = "2025-03-10"
MARIA = "000000001T"
"""She has letters, calls and a debt."""
RHEA = "000000010L"
"""Her record is restricted."""
SETTINGS = {
    "OVERVIEW_PROFILE": "development",
    "OVERVIEW_NOW": f"{DAY}T12:00:00+11:00",
    "OVERVIEW_SOURCE_SECONDS": "10",
    "OVERVIEW_DEADLINE_STAFF": "60",
    "OVERVIEW_RATE_STAFF": "0",
}


@dataclass(frozen=True)
class Served:
    """A gateway as a client's author has it: an address, and tokens; `town` is what was imported, a record a line.

    `home` is the folder of its database.
    """

    address: str
    tokens: Mapping[str, str]
    town: bytes
    home: Path

    def told(self, persona: str = "officer") -> dict[str, str]:
        return {"address": self.address, "token": self.tokens[persona]}

    def ask(self, query: str, persona: str = "officer", **variables: Any) -> Any:
        """The answer to an operation, asked with no client at all."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = Request(self.address, body, {"content-type": "application/json"})
        request.add_header("authorization", f"Bearer {self.tokens[persona]}")
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except HTTPError as error:
            return json.load(error)


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("clients")
    town = [sys.executable, "-m", "sandbox", "town", "--people", "20", "--on", DAY]
    lines = subprocess.run(
        town, cwd=HOUSE, env=environment(), check=True, capture_output=True, timeout=60
    ).stdout
    migrated = overview("migrate", home=home, **SETTINGS)
    assert migrated.returncode == 0, migrated.stderr
    imported = importing(lines, home, **SETTINGS)
    assert imported.returncode == 0, imported.stderr
    minted = partial(token, home)
    port = free_port()
    with served(home / "log", home=home, port=port, **SETTINGS):
        tokens = {persona: minted(persona) for persona in ("officer", "restricted")}
        yield Served(f"http://127.0.0.1:{port}/graphql", tokens, lines, home)


def token(home: Path, persona: str, settings: Mapping[str, str] = SETTINGS) -> str:
    return overview("token", persona, home=home, **settings).stdout.decode().strip()
