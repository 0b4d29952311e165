"""Requests that were known and are not what they were: each is answered as if nobody had sent it before."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.settings import Settings
from gateway.trusted.events import ManifestLoaded
from sources.parts import Customer, Restriction
from sources.parts.customer import Relationship, RelationshipKind
from tests.gateway.repeating import (
    NAMES,
    OVERVIEW,
    PURGE,
    SCOPES,
    SECTIONS,
    family,
    is_known,
    known,
    learnt,
    outdated,
    records,
    token,
    two_processes,
)
from tests.gateway.trusted.desks import desk_of, key, own
from tests.running import Gate, codes, serving
from tests.running.answers import Answer
from tests.running.issuing import NOW, STAFF, issuing, made, trusting
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person, there
from tests.running.policies import changed
from tests.running.rates import Ticks
from tests.running.stale import named
from tests.sources.specimens import crn as numbered

GLASS = "mutation($input: BreakGlassInput!) { breakGlass(input: $input) { __typename } }"
OWN_NUMBER = numbered(205)


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, *records(), settings=Settings(home=tmp_path)) as serves:
        yield serves


async def test_what_another_caller_asks_in_the_same_bytes_is_the_other_callers(tmp_path: Path) -> None:
    async with issuing() as issuer, trusting(tmp_path, issuer, *records()) as gate:

        async def asks(officer: str, scope: str = SCOPES) -> Answer:
            headers = {"authorization": f"Bearer {issuer.token(sub=officer, scope=scope)}"}
            return await gate.ask(SECTIONS, headers=headers, crn=ANNE)

        for _ in range(5):
            for officer in ("officer-77", "officer-78"):
                assert codes(await asks(officer)) == []
        assert known(gate)[-2:] == [True, True]
        assert [one["actor"]["id"] for one in gate.journal] == ["officer-77", "officer-78"] * 5
        fewer = await asks("officer-77", "customer:read")
        assert fewer.partial["customer"]["debts"] is None
        assert gate.journal[-1]["parts"] != gate.journal[-2]["parts"]


async def test_a_token_that_has_ended_opens_nothing(gate: Gate) -> None:
    shown = token(gate, hours=1)
    await learnt(gate, SECTIONS, "officer", shown)
    gate.hands.now += timedelta(minutes=59, seconds=59)
    assert (await gate.ask(SECTIONS, headers=shown, crn=ANNE)).data
    before = len(gate.journal)
    gate.hands.now += timedelta(seconds=1)
    answer = await gate.ask(SECTIONS, headers=shown, crn=ANNE)
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")
    assert len(gate.journal) == before


async def test_a_key_that_an_issuer_took_back_opens_nothing(tmp_path: Path) -> None:
    async with issuing() as issuer, trusting(tmp_path, issuer, *records()) as gate:
        shown = {"authorization": f"Bearer {issuer.token(scope=SCOPES, exp=NOW + 3_000)}"}
        await learnt(gate, SECTIONS, "officer", shown)
        issuer.publish([("another", made("ec", 1))])
        gate.hands.now += timedelta(minutes=45)
        answer = await gate.ask(SECTIONS, headers=shown, crn=ANNE)
        assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("what", [{"crn": ANNE}, {"crn": ANNE, "part": "customer"}, {"system": "sql"}])
async def test_what_is_invalidated_is_worked_out_anew(what: dict[str, Any], gate: Gate) -> None:
    await learnt(gate)
    await gate.tell(named(ANNE, "New"))
    assert family(await gate.ask(SECTIONS, crn=ANNE)) != "New"
    assert (await gate.ask(PURGE, "restricted", input=what)).data
    assert family(await gate.ask(SECTIONS, crn=ANNE)) == "New"
    assert not known(gate)[-1]
    assert family(await learnt(gate)) == "New"


async def test_what_another_process_says_is_out_of_date_is_worked_out_anew(tmp_path: Path) -> None:
    async with two_processes(tmp_path) as (one, other):
        await learnt(one)
        await outdated(one, other)
        assert known(one)[-1]
        assert family(await one.ask(SECTIONS, crn=ANNE)) == "New"


async def test_what_has_grown_old_is_worked_out_anew(tmp_path: Path) -> None:
    ages = Ticks(0.0)
    async with serving(tmp_path, *records(), settings=Settings(home=tmp_path), ages=ages) as gate:
        await learnt(gate)
        await gate.tell(named(ANNE, "New"))
        ages.now += 9
        assert family(await gate.ask(SECTIONS, crn=ANNE)) != "New"
        assert known(gate)[-1]
        ages.now += 600
        assert family(await gate.ask(SECTIONS, crn=ANNE)) == "New"


@pytest.mark.parametrize("persona", ["officer", "partner"])
async def test_who_becomes_restricted_is_shown_no_more(persona: str, gate: Gate) -> None:
    await learnt(gate, NAMES, persona)
    await gate.tell(Restriction(ANNE, restricted=True, manager="officer-9"))
    await gate.ask(PURGE, "restricted", input={"crn": ANNE, "part": "restriction"})
    after = await gate.ask(NAMES, persona, crn=ANNE)
    assert not (after.partial["customer"] or {}).get("profile")
    assert gate.journal[-1]["rule"] == "restricted"


async def test_rules_that_changed_are_asked_anew(gate: Gate) -> None:
    await learnt(gate, OVERVIEW)
    ruling = gate.gateway.ruling
    ruling.change(msgspec.structs.replace(ruling.now))
    assert not await is_known(gate, OVERVIEW)
    assert await is_known(gate, OVERVIEW, times=4)


async def test_an_agreement_that_is_over_opens_nothing(gate: Gate) -> None:
    await learnt(gate, NAMES, "partner")
    ruling = gate.gateway.ruling
    ruling.change(msgspec.structs.replace(ruling.now, agreements={}))
    assert codes(await gate.ask(NAMES, "partner", crn=ANNE)) == ["FORBIDDEN"]


async def test_whoever_may_break_glass_is_decided_on_each_time(gate: Gate) -> None:
    for _ in range(5):
        await gate.ask(SECTIONS, "restricted", crn=ANNE)
    assert known(gate) == [False] * 5
    asked = {"idempotencyKey": "k" * 16, "crn": ANNE, "reason": "The caller is at the door.", "minutes": 30}
    assert (await gate.ask(GLASS, "restricted", input={**asked, "interactionId": "I-1"})).data
    await gate.ask(SECTIONS, "restricted", crn=ANNE)
    assert gate.journal[-1]["rule"] == "break-glass"


async def test_who_turns_out_to_be_close_to_an_officer_is_shown_no_more(tmp_path: Path) -> None:
    """What an officer's own records say is asked anew after some minutes, for known requests, too."""
    more = f'{STAFF}\n[issuers.staff.claims]\nown_crns = "mine"'
    told = [*records(), person(OWN_NUMBER)]
    async with issuing() as issuer, trusting(tmp_path, issuer, *told, more=more) as gate:
        claims: dict[str, Any] = {"scope": SCOPES, "mine": [OWN_NUMBER], "exp": NOW + 3_000}
        shown = {"authorization": f"Bearer {issuer.token(**claims)}"}
        await learnt(gate, SECTIONS, "officer", shown)
        relative = Relationship(RelationshipKind.PARTNER, ANNE)
        await gate.tell(person(OWN_NUMBER, relationships=(relative,)))
        await gate.ask(PURGE, "restricted", input={"crn": OWN_NUMBER})
        gate.hands.now += timedelta(minutes=9)
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=ANNE)) == []
        assert known(gate)[-1]
        gate.hands.now += timedelta(minutes=1)
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=BORIS)) == []  # now it is known
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=ANNE)) == ["CONFLICT_OF_INTEREST"]


async def test_a_number_that_leads_to_another_is_followed_each_time(tmp_path: Path) -> None:
    double = Customer(OWN_NUMBER, canonical_crn=ANNE)
    async with serving(tmp_path, *records(), double, settings=Settings(home=tmp_path)) as gate:
        for _ in range(5):
            assert (await gate.ask(SECTIONS, crn=OWN_NUMBER)).data["customer"]["profile"]
        assert known(gate) == [False] * 5
        assert len(gate.journal) == 10


async def test_browsing_is_counted_where_a_request_is_known(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, policy_file=changed(tmp_path / "p.toml", "customers_an_hour", "1"))
    async with serving(tmp_path, *records(), settings=settings) as gate:
        linked, shown = {"x-interaction-id": "call-77"}, token(gate)
        await learnt(gate, SECTIONS, "officer", linked | shown)
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=BORIS)) == []
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=ANNE)) == ["STEP_UP_REQUIRED"]
        await learnt(gate, SECTIONS, "officer", shown, crn=BORIS)
        gate.hands.now += timedelta(minutes=60)  # by now nobody was opened within an hour
        await gate.ask(SECTIONS, headers=shown, crn=BORIS)
        assert known(gate)[-1]
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=CLARA)) == ["STEP_UP_REQUIRED"]


async def test_a_known_request_of_whoever_opened_too_many_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, policy_file=changed(tmp_path / "p.toml", "customers_an_hour", "1"))
    async with serving(tmp_path, *records(), settings=settings) as gate:
        shown = token(gate)
        await learnt(gate, SECTIONS, "officer", shown)
        gate.hands.now += timedelta(minutes=60)
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=BORIS)) == []
        assert codes(await gate.ask(SECTIONS, headers=shown, crn=ANNE)) == ["STEP_UP_REQUIRED"]
        assert gate.journal[-1]["rule"] == "browsing"


async def test_what_was_read_after_now_is_not_what_was_known(gate: Gate) -> None:
    """A clock was set back: what is kept counts as read now, and so is told otherwise."""
    gate.hands.now += timedelta(seconds=2)
    shown = token(gate)
    await learnt(gate, SECTIONS, "officer", shown)
    gate.hands.now -= timedelta(seconds=1)
    assert (await gate.ask(SECTIONS, headers=shown, crn=ANNE)).data
    assert not known(gate)[-1]


async def test_a_new_day_is_told_at_midnight(tmp_path: Path) -> None:
    late = there(2025, 3, 10, 23, 59, 55)
    async with serving(tmp_path, *everything_of(ANNE, late), now=late) as gate:
        shown = token(gate)
        before = await learnt(gate, OVERVIEW, "officer", shown)
        gate.hands.now += timedelta(seconds=4)
        assert (await gate.ask(OVERVIEW, headers=shown, crn=ANNE)).text == before.text
        assert known(gate)[-1]
        gate.hands.now += timedelta(seconds=1)
        after = await gate.ask(OVERVIEW, headers=shown, crn=ANNE)
        assert not known(gate)[-1]
        assert ("Just now" in before.text, "1 day ago" in after.text) == (True, True)


async def test_a_document_that_is_no_longer_registered_is_not_known_either(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": own(NAMES)}, *records()) as desk:
        for _ in range(4):
            assert (await desk.ask("desk", id=key(NAMES), variables={"crn": ANNE})).data
        assert known(desk.gate) == [False, False, False, True]
        assert desk.results == ["hit"] * 4
        desk.write("desk", own("{ __typename }"))
        await desk.until(lambda: sum(isinstance(one, ManifestLoaded) for one in desk.gate.events) == 2)
        answer = await desk.ask("desk", id=key(NAMES), variables={"crn": ANNE})
        assert answer.refusal == "DOCUMENT_NOT_FOUND"


async def test_an_id_that_names_another_document_by_now_is_answered_by_that_one(tmp_path: Path) -> None:
    more = NAMES.replace("id profile", "profile")
    async with desk_of(tmp_path, {"desk": own(NAMES, ids=["who"])}, *records()) as desk:
        for _ in range(4):
            assert (await desk.ask("desk", id="who", variables={"crn": ANNE})).data["customer"]["id"]
        assert known(desk.gate)[-1]
        desk.write("desk", own(more, ids=["who"]))
        await desk.until(lambda: sum(isinstance(one, ManifestLoaded) for one in desk.gate.events) == 2)
        answer = await desk.ask("desk", id="who", variables={"crn": ANNE})
        assert set(answer.data["customer"]) == {"profile"}
