"""Somebody in the town whose name changes, so that whoever follows has something to be told."""

import json
from typing import Any, Final

from tests.clients.asking import COMMAND
from tests.clients.conftest import SETTINGS, Served
from tests.running.command import importing

DAN: Final = "000000006V"


def renames(gateway: Served, family: str) -> None:
    """Let the database know another name, and the gateway that what it keeps is old."""
    imported = importing(_record(gateway.town, family), gateway.home, **SETTINGS)
    assert imported.returncode == 0, imported.stderr
    answer = gateway.ask(COMMAND, "restricted", input={"crn": DAN})
    assert "errors" not in answer, answer


def family(told: Any) -> str:
    """Which name a client was told."""
    name: str = told["data"]["customerChanged"]["profile"]["names"][0]["family"]
    return name


def _record(town: bytes, family: str) -> bytes:
    told = (json.loads(line) for line in town.splitlines() if DAN.encode() in line)
    (person,) = (one for one in told if one["part"] == "customer" and one["record"]["crn"] == DAN)
    person["record"]["names"][0]["family"] = family
    return json.dumps(person).encode() + b"\n"
