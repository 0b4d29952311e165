"""A telephone system as a mapping describes it, and a source that asks one."""

import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from sources.crn import Crn
from sources.errors import Fault
from sources.guard import USUAL, Guard, Terms
from sources.http.client import Client
from sources.http.credentials import Credentials
from sources.http.mapping import Mapping as Described
from sources.http.mapping import read_mapping
from sources.http.source import HttpSource
from sources.http.token import Token
from sources.http.upstream import Upstream
from sources.source import Filter, Page, ask, ask_page
from sources.window import Window
from tests.people import NOW
from tests.sources.http.json_system import Answer, JsonSystem, json_system

MONTH = Window(months=1, items=100)
SINCE = datetime.fromisoformat("2025-02-10T01:30:00+00:00")
"""Where the window of a month begins."""

RECORD = """
[interaction.record]
id = "id"
crn = "customer"
kind = { path = "type", values = { IN = "INBOUND_CALL", OUT = "OUTBOUND_CALL" }, raw = "kind_raw" }
channel = { value = "PHONE" }
direction = { value = "INBOUND" }
started_at = "at"
recorded_at = "at"
title = { path = "subject", default = "Call" }
outcome = { value = "UNKNOWN" }
source = { system = { value = "telephony" }, native_id = "id" }
"""
GET = """
[interaction.get]
path = "/customers/{crn}/calls"
not_found = [404]
"""
BATCH = """
[interaction.batch]
path = "/calls"
method = "POST"
body = { customers = "{crns}" }
"""
BATCH_SINCE = BATCH.replace('"{crns}"', '"{crns}", from = "{since}"')
OLDER = """
[interaction.older]
path = "/customers/{crn}/older"
not_found = [404]
query = { before = "{before}", rows = "{rows}" }
"""
PEOPLE = """
[customer.get]
path = "/people/{crn}"

[customer.batch]
path = "/people"
method = "POST"
body = { ids = "{crns}" }

[customer.record]
crn = "id"
title = "title"
"""


def call(owner: Crn | str, number: str, minutes: float = 0, **told: Any) -> dict[str, Any]:
    """A call as the system tells it, so many minutes before now."""
    at = NOW - timedelta(minutes=minutes)
    return {"id": number, "customer": owner, "type": "IN", "at": at.isoformat(), **told}


def described(text: str) -> Described:
    """What a mapping file of this text says."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "system.toml")
        file.write_text(text, "utf-8")
        return read_mapping(file)


class Asking:
    """A source that asks a system over HTTP, and the events that it told."""

    def __init__(self, source: HttpSource[Any], system: JsonSystem, events: list[Struct]) -> None:
        self.source = source
        self.system = system
        self.events = events

    async def fetch(self, *crns: Crn) -> Mapping[Crn, Any]:
        return await ask(self.source, crns, lambda: NOW, self.events.append)

    async def one(self, crn: Crn) -> Any:
        return (await self.fetch(crn))[crn]

    async def page(self, crn: Crn, wanted: Filter, before: Any, size: int) -> Page[Any] | Fault:
        return await ask_page(self.source, crn, wanted, before, size, self.events.append)

    def told(self, kind: type[Struct]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def upstream_of(
    system: JsonSystem,
    events: list[Struct],
    seconds: float = 5.0,
    most_bytes: int = 1_000_000,
    terms: Terms = USUAL,
    token: Token | None = None,
) -> AsyncIterator[Upstream]:
    client = Client(
        "telephony",
        system.address,
        seconds,
        most_bytes,
        known_by=Credentials("telephony", token),
        observe=events.append,
    )
    upstream = Upstream(client, events.append, Guard("telephony", seconds, terms, events.append))
    try:
        yield upstream
    finally:
        await upstream.close()


@asynccontextmanager
async def asking(
    mapping: str,
    answers: Mapping[str, Answer],
    part: str = "interaction",
    window: Window = MONTH,
    seconds: float = 5.0,
) -> AsyncIterator[Asking]:
    """A source of one part of a mapping, in front of a system that answers so."""
    events: list[Struct] = []
    async with json_system(answers) as system, upstream_of(system, events, seconds) as upstream:
        source: HttpSource[Any] = HttpSource(
            described(mapping).parts[part], upstream, lambda: NOW, events.append, window
        )
        yield Asking(source, system, events)


def ids(outcome: Any) -> list[str]:
    """The numbers of the items of a reading."""
    return [item.id for item in outcome.record.items]


def check_nothing_is_said_of(
    secrets: Sequence[str], outcomes: Iterable[Any], events: Iterable[Struct]
) -> None:
    """No fault and no event holds any of the texts, nor a way to them."""
    for outcome in outcomes:
        for fault in (outcome, *getattr(outcome, "gaps", ())):
            if isinstance(fault, Fault):
                assert [fault.__context__, fault.__cause__, fault.__traceback__] == [None] * 3
                said = repr(fault) + str(fault.args) + repr(vars(fault))
                assert not [secret for secret in secrets if secret in said]
    for event in events:
        assert not [secret for secret in secrets if secret in repr(event)]
