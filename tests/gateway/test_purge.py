"""`purgeCache`: who may do it, what it reaches, what stands on record, and that it shows nothing of anybody."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from resolvers.outdated import Cause, Invalidated
from sources.source import SourceAsked
from tests.running import Answer, Gate, codes, serving
from tests.running.people import ANNE, BORIS
from tests.running.stale import changes, named, shown

PURGE = "mutation($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"
UNKNOWN = "999888777B"


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old")) as serves:
        yield serves


async def purge(gate: Gate, persona: str = "restricted", **what: Any) -> Answer:
    return await gate.ask(PURGE, persona, input=what)


@pytest.mark.parametrize(
    ("what", "new"),
    [
        ({"crn": ANNE}, {ANNE}),
        ({"crn": f" {ANNE.lower()}"}, {ANNE}),
        ({"crn": ANNE, "part": "customer"}, {ANNE}),
        ({"crn": ANNE, "part": "debt"}, set()),
        ({"system": "sql"}, {ANNE, BORIS}),
        ({"all": True}, {ANNE, BORIS}),
        ({"crn": ANNE, "idempotencyKey": "a-key-of-16-signs-or-more"}, {ANNE}),
    ],
    ids=["a customer", "as people write it", "a part", "another part", "a system", "all", "under a key"],
)
async def test_what_was_served_old_is_served_new_after_a_purge(
    what: dict[str, Any], new: set[str], gate: Gate
) -> None:
    await changes(gate, "New", ANNE, BORIS)
    assert (await purge(gate, **what)).data == {"purgeCache": {"everywhere": True}}
    assert {who for who in (ANNE, BORIS) if await shown(gate, who) == "New"} == new
    told = [one for one in gate.events if isinstance(one, Invalidated)]
    assert told == [Invalidated(Cause.MUTATION, everywhere=True)]


@pytest.mark.parametrize("persona", ["officer", "centre", "partner", "dashboard"])
async def test_whoever_lacks_the_scope_purges_nothing_and_is_on_record(persona: str, gate: Gate) -> None:
    await changes(gate)
    recorded = len(gate.journal)
    for what in ({"crn": ANNE}, {"all": True}):
        answer = await purge(gate, persona, **what)
        assert (answer.body["data"], codes(answer)) == (None, ["FORBIDDEN"])
    assert await shown(gate) == "Old"
    events = [event for event in gate.journal[recorded:] if event["action"] == "deny"]
    assert [event["rule"] for event in events] == ["scope", "scope"]
    assert [bool(event["customer"]) for event in events] == [True, False]


async def test_each_purge_is_on_record_with_what_was_purged(gate: Gate) -> None:
    await purge(gate, crn=ANNE)
    await purge(gate, crn=ANNE, part="debt")
    await purge(gate, system="sql")
    await purge(gate, all=True)
    told = [(one["action"], one["verdict"], one["subject"], bool(one["customer"])) for one in gate.journal]
    assert told == [
        ("purge", "OPEN", "customer", True),
        ("purge", "OPEN", "part debt", True),
        ("purge", "OPEN", "system sql", False),
        ("purge", "OPEN", "everything", False),
    ]
    assert gate.gateway.recorder.hashes(ANNE)[0] == gate.journal[0]["customer"]
    assert gate.journal[0]["actor"]["id"] == "officer-ra-1"
    assert ANNE not in repr(gate.journal) + repr([(line.event, line.told) for line in gate.log])


async def test_several_in_one_request_are_an_event_each(gate: Gate) -> None:
    document = f'mutation {{ a: purgeCache(input: {{crn: "{ANNE}"}}) {{ everywhere }} '
    document += f'b: purgeCache(input: {{crn: "{ANNE}", part: "debt"}}) {{ everywhere }} '
    document += f'c: purgeCache(input: {{crn: "{BORIS}"}}) {{ everywhere }} }}'
    assert (await gate.ask(document, "restricted")).data
    assert [one["subject"] for one in gate.journal] == ["customer", "part debt", "customer"]


async def test_a_purge_that_cannot_be_put_on_record_is_not_done(gate: Gate, tmp_path: Path) -> None:
    await changes(gate)
    journal = gate.gateway.settings.journal
    journal.rename(tmp_path / "aside")
    journal.mkdir()
    assert codes(await purge(gate, crn=ANNE)) == ["AUDIT_UNAVAILABLE"]
    journal.rmdir()
    (tmp_path / "aside").rename(journal)
    assert await shown(gate) == "Old"


async def test_it_asks_no_source_and_says_the_same_of_somebody_who_is_not_there(gate: Gate) -> None:
    answers = [(await purge(gate, crn=who)).text for who in (ANNE, UNKNOWN)]
    assert answers[0] == answers[1]
    assert not [one for one in gate.events if isinstance(one, SourceAsked)]


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"all": False},
        {"part": "debt"},
        {"all": True, "part": "debt"},
        {"crn": ANNE, "all": True},
        {"crn": ANNE, "system": "sql"},
        {"system": "sql", "part": "debt"},
        {"system": "sql", "all": True},
        {"crn": None, "system": None},
        {"crn": ANNE, "part": "Quintessential"},
        {"system": "Quintessential"},
        {"crn": "Quintessential"},
        {"crn": ANNE, "idempotencyKey": "Quintessential"},
    ],
)
async def test_what_is_not_clear_purges_nothing(what: dict[str, Any], gate: Gate) -> None:
    answer = await purge(gate, **what)
    assert codes(answer) == ["BAD_USER_INPUT"]
    assert "Quintessential" not in answer.text
    assert not [one for one in gate.events if isinstance(one, Invalidated)]
    assert gate.journal == []


async def test_it_counts_against_the_rate_of_its_caller(tmp_path: Path) -> None:
    async with serving(tmp_path, settings=Settings(home=tmp_path, rate_staff=4)) as gate:
        assert [(await purge(gate, all=True)).status for _ in range(3)] == [200, 200, 429]


async def test_a_customer_counts_among_those_of_the_operation(tmp_path: Path) -> None:
    async with serving(tmp_path, settings=Settings(home=tmp_path, customers_staff=1)) as gate:
        fields = "".join(
            f'{name}: purgeCache(input: {{crn: "{who}"}}) {{ everywhere }} '
            for name, who in (("a", ANNE), ("b", BORIS))
        )
        assert codes(await gate.ask(f"mutation {{ {fields} }}", "restricted")) == ["TOO_MANY_CUSTOMERS"]
