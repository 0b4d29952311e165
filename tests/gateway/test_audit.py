"""Every decision about a customer is on disk before its answer leaves, or nothing leaves."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from sources.parts import Customer, Restriction
from sources.parts.customer import Name, NameKind
from tests.running import Gate, codes, serving
from tests.running.failing import failing, raises
from tests.running.people import ANNE, BORIS, CLARA, person
from tests.sources.specimens import crn

LOCKED, DOUBLE, UNKNOWN = crn(201), crn(204), crn(299)
ONE = "query($crn: CRN!) { customer(crn: $crn) { id crn profile { names { family } } } }"
SEVERAL = "query($crns: [CRN!]!) { customers(crns: $crns) { id profile { names { family } } } }"
NAME = "Featherstonehaugh"


def told() -> list[Any]:
    names = (Name(NameKind.LEGAL, NAME),)
    locked = Restriction(LOCKED, restricted=True, officers=("officer-ra-1",))
    people = [person(owner, names=names) for owner in (ANNE, BORIS, LOCKED)]
    return [*people, locked, Customer(DOUBLE, canonical_crn=ANNE)]


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, *told()) as serves:
        yield serves


PURPOSES = {"partner": "AGREEMENT", "dashboard": "CASE_WORK"}
EXPECTED = {
    ("officer", ANNE): ("view", "OPEN", "free", None),
    ("officer", UNKNOWN): ("search", "NOBODY", "unknown", None),
    ("officer", LOCKED): ("deny", "BANNER", "restricted", "RESTRICTED_RECORD"),
    ("restricted", LOCKED): ("view", "OPEN", "restricted-listed", None),
    ("partner", LOCKED): ("deny", "HIDDEN", "restricted", None),
    ("dashboard", ANNE): ("deny", "REFUSED", "scope", "FORBIDDEN"),
}


async def test_every_decision_is_one_event(gate: Gate) -> None:
    """BR-AC-4."""
    for count, ((persona, owner), expected) in enumerate(EXPECTED.items(), 1):
        answer = await gate.ask(ONE, persona, crn=owner)
        assert len(gate.journal) == count
        event = gate.journal[-1]
        assert (event["action"], event["verdict"], event["rule"], event.get("code")) == expected
        assert event["request_id"] == answer.headers["x-request-id"]
        assert event["purpose"] == PURPOSES.get(persona, "CUSTOMER_CONTACT")
        assert event["actor"].keys() == {"kind", "id", "organisation", "roles"}


async def test_a_look_at_what_was_kept_is_an_event_too(gate: Gate) -> None:
    for _ in range(3):
        await gate.ask(ONE, crn=ANNE)
    assert len({event["event_id"] for event in gate.journal}) == 3
    assert len({event["customer"] for event in gate.journal}) == 1


async def test_a_request_has_one_event_for_each_customer(gate: Gate) -> None:
    three = "a: customer(crn: $a) { id } b: customer(crn: $b) { id } c: customers(crns: [$a]) { id }"
    twice = f"query($a: CRN!, $b: CRN!) {{ {three} }}"
    await gate.ask(twice, a=ANNE, b=BORIS)
    assert len(gate.journal) == 2
    assert len({event["customer"] for event in gate.journal}) == 2


async def test_an_alias_and_its_person_are_both_on_record(gate: Gate) -> None:
    await gate.ask(ONE, crn=DOUBLE)
    await gate.ask(ONE, crn=ANNE)
    first, second, third = (event["customer"] for event in gate.journal)
    assert first != second == third


async def test_a_caller_who_repeats_a_request_id_hides_nothing(gate: Gate) -> None:
    """Whoever collects events drops those with the number of an event they have."""
    number = {"x-request-id": "0" * 32}
    for owner in (ANNE, BORIS):
        await gate.ask(ONE, headers=number, crn=owner)
    assert len({event["event_id"] for event in gate.journal}) == 2


async def test_an_unknown_restriction_is_on_record(tmp_path: Path) -> None:
    async with serving(tmp_path, *told(), replaced={"restriction": failing(raises)}) as gate:
        await gate.ask(ONE, crn=ANNE)
        (event,) = gate.journal
        assert (event["action"], event["code"]) == ("deny", "ACCESS_CHECK_UNAVAILABLE")


async def test_the_journal_names_nobody(gate: Gate) -> None:
    """BR-GW-10."""
    inline = f'{{ customer(crn: "{ANNE}") {{ profile {{ names {{ family }} }} }} }}'
    await gate.ask(inline)
    await gate.ask(SEVERAL, crns=[ANNE, BORIS, CLARA, LOCKED])
    text = gate.gateway.settings.journal.read_text()
    assert len(gate.journal) == 5
    for word in (ANNE, ANNE[:9], BORIS, LOCKED, NAME, gate.token()):
        assert word not in text


async def test_the_journal_cannot_be_searched_by_trying_numbers(gate: Gate) -> None:
    """A plain hash of a document that holds a number would give the number away: there are only so many."""
    inline = f'{{ customer(crn: "{ANNE}") {{ id }} }}'
    await gate.ask(inline)
    text = gate.gateway.settings.journal.read_text()
    for guess in (inline, ANNE, ANNE.lower()):
        assert sha256(guess.encode()).hexdigest() not in text


async def test_nobody_but_its_owner_reads_the_journal(gate: Gate) -> None:
    await gate.ask(ONE, crn=ANNE)
    assert gate.gateway.settings.journal.stat().st_mode & 0o077 == 0
    assert gate.gateway.settings.keyring.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", ["a folder", "a full device", "a folder that is not there"])
async def test_without_a_journal_nothing_is_shown(place: str, tmp_path: Path) -> None:
    file = {
        "a folder": tmp_path,
        "a full device": Path("/dev/full"),
        "a folder that is not there": tmp_path / "no" / "journal",
    }[place]
    settings = Settings(home=tmp_path, audit_file=file)
    async with serving(tmp_path, *told(), settings=settings) as gate:
        for document in (ONE, SEVERAL.replace("$crns: [CRN!]!", "$crn: CRN!").replace("$crns", "[$crn]")):
            answer = await gate.ask(document, crn=ANNE)
            assert answer.status == 503
            assert answer.refusal == "AUDIT_UNAVAILABLE"
            assert NAME not in answer.text
        assert (await gate.ask("{ viewer { id } }")).data


async def test_a_journal_that_cannot_be_opened_is_not_ready(tmp_path: Path) -> None:
    async with serving(tmp_path, settings=Settings(home=tmp_path, audit_file=tmp_path)) as gate:
        answer = await gate.send("GET", "/health/ready", b"", {})
        assert answer.status == 503
        checks = answer.body["checks"]
        assert [name for name, how in checks.items() if how != "ok"] == ["audit"]


async def test_many_at_once_are_all_on_record(gate: Gate) -> None:
    answers = await asyncio.gather(*(gate.ask(ONE, crn=owner) for owner in [ANNE, BORIS] * 20))
    assert all(answer.data["customer"] for answer in answers)
    assert len(gate.journal) == 40
    assert {event["request_id"] for event in gate.journal} == {
        answer.headers["x-request-id"] for answer in answers
    }


async def test_a_request_that_asks_for_nobody_leaves_no_event(gate: Gate) -> None:
    for document in ("{ viewer { id } }", "{ sources { part } }", "{ nonsense }", "{"):
        await gate.ask(document)
    assert codes(await gate.ask(ONE, crn="nobody")) == ["BAD_USER_INPUT"]
    assert gate.journal == []
