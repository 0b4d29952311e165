"""Finished answers: given again only to who would be told the same, after the same decisions, on record like any."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.answered import Answered
from gateway.engine.answering import Reuse, Reused
from gateway.engine.execution import CostTold
from gateway.settings import Settings
from sources.parts import Restriction
from tests.gateway.repeating import MANY, PURGE, family, outdated, records, two_processes
from tests.running import Gate, codes, serving
from tests.running.answers import Answer
from tests.running.people import ANNE, BORIS, CLARA
from tests.running.policies import changed
from tests.running.rates import Ticks
from tests.running.rates import told as left_to
from tests.running.senders import event, events_file, posts, said
from tests.running.stale import named

OVERVIEW = """query($crn: CRN!) { customer(crn: $crn) { id crn
    overview { generatedAt freshUntil completeness restricted banners { kind } pinned { id } alerts { kind }
        sections { source status asOf } cards { totalCount edges { node { title date count } } } } } }"""
SECTIONS = """query($crn: CRN!) { customer(crn: $crn) { id crn recordType profile { names { family } }
    entitlements { issuesOnFile } interactions { totalCount edges { cursor node { id } } } } }"""
SAME = ("customer", "action", "verdict", "rule", "parts", "purpose", "operation", "sources", "as_of", "actor")


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, *records(), settings=Settings(home=tmp_path)) as serves:
        yield serves


def reuse(answer: Answer) -> str:
    return answer.headers["x-overview-answer"]


@pytest.mark.parametrize("document", [OVERVIEW, SECTIONS], ids=["overview", "sections"])
async def test_an_answer_is_given_again_byte_for_byte(document: str, gate: Gate) -> None:
    first = await gate.ask(document, crn=ANNE)
    again = await gate.ask(document, crn=ANNE)
    assert (reuse(first), reuse(again)) == ("miss", "hit")
    assert again.text == first.text
    assert ANNE in first.text
    assert reuse(await gate.ask(document, crn=BORIS)) == "miss"
    assert reuse(await gate.ask(document, crn=BORIS)) == "hit"


async def test_a_hit_stands_on_record_and_is_measured_like_what_was_worked_out(gate: Gate) -> None:
    for _ in range(2):
        await gate.ask(OVERVIEW, crn=ANNE)
    first, again = gate.journal
    assert {name: first[name] for name in SAME} == {name: again[name] for name in SAME}
    assert first["request_id"] != again["request_id"]
    assert again["from_cache"]
    told = [one for one in gate.events if isinstance(one, Answered)]
    assert told[0].overviews
    assert told[0].executed
    for name in ("outcome", "status", "caller", "executed", "decisions", "overviews"):
        assert getattr(told[0], name) == getattr(told[1], name)
    costs = [one for one in gate.events if isinstance(one, CostTold)]
    assert len(costs) == 2
    assert costs[0] == costs[1]


async def test_a_hit_is_charged_like_what_was_worked_out_and_refused_beyond_the_rate(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, rate_staff=40)
    async with serving(tmp_path, *records(), settings=settings, seconds=Ticks()) as gate:
        left = [left_to(await gate.ask(OVERVIEW, crn=ANNE)).left for _ in range(3)]
        assert left[0] - left[1] == left[1] - left[2] == 40 - left[0] > 5
        for _ in range(6):
            last = await gate.ask(OVERVIEW, crn=ANNE)
        assert last.refusal == "RATE_LIMITED"


@pytest.mark.parametrize("what", [{"crn": ANNE}, {"crn": ANNE, "part": "customer"}, {"all": True}])
async def test_what_is_invalidated_is_worked_out_anew_at_once(what: dict[str, Any], gate: Gate) -> None:
    before = await gate.ask(SECTIONS, crn=ANNE)
    await gate.tell(named(ANNE, "New"))
    assert (await gate.ask(SECTIONS, crn=ANNE)).text == before.text
    await gate.ask(PURGE, "restricted", input=what)
    after = await gate.ask(SECTIONS, crn=ANNE)
    assert (reuse(after), family(after)) == ("miss", "New")
    assert reuse(await gate.ask(SECTIONS, crn=ANNE)) == "hit"


async def test_what_was_read_anew_for_another_question_is_worked_out_anew(gate: Gate) -> None:
    await gate.ask(SECTIONS, crn=ANNE)
    await gate.tell(named(ANNE, "New"))
    await gate.ask(PURGE, "restricted", input={"crn": ANNE})
    await gate.ask(OVERVIEW, crn=ANNE)
    after = await gate.ask(SECTIONS, crn=ANNE)
    assert (reuse(after), family(after)) == ("miss", "New")


async def test_what_a_system_says_has_changed_is_worked_out_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path))
    async with serving(tmp_path, *records(), settings=settings) as gate:
        await gate.ask(SECTIONS, crn=ANNE)
        assert reuse(await gate.ask(SECTIONS, crn=ANNE)) == "hit"
        await gate.tell(named(ANNE, "New"))
        assert said(await posts(gate, event(crn=ANNE))) == (202, 1, 0, [])
        assert family(await gate.ask(SECTIONS, crn=ANNE)) == "New"


async def test_what_another_process_says_is_out_of_date_is_worked_out_anew(tmp_path: Path) -> None:
    async with two_processes(tmp_path) as (one, other):
        await one.ask(SECTIONS, crn=ANNE)
        await until_hit(one)
        assert reuse(await outdated(one, other, SECTIONS)) == "hit"
        assert family(await one.ask(SECTIONS, crn=ANNE)) == "New"


async def until_hit(gate: Gate) -> None:
    for _ in range(10):
        if reuse(await gate.ask(SECTIONS, crn=ANNE)) == "hit":
            return
    raise AssertionError("it is never given again")


@pytest.mark.parametrize("persona", ["officer", "partner", "restricted"])
async def test_who_becomes_restricted_is_shown_no_more(persona: str, tmp_path: Path) -> None:
    ages = Ticks(0.0)
    settings = Settings(home=tmp_path, default_purpose=None)
    async with serving(tmp_path, *records(), settings=settings, ages=ages) as gate:
        before = await gate.ask(SECTIONS, persona, crn=ANNE)
        await gate.ask(SECTIONS, persona, crn=ANNE)
        await gate.tell(Restriction(ANNE, restricted=True, manager="officer-9"))
        ages.now += 16  # nobody said so: the restriction is asked for again
        after = await gate.ask(SECTIONS, persona, crn=ANNE)
        assert before.data["customer"]["profile"]
        assert not (after.partial["customer"] or {}).get("profile")


async def test_browsing_is_counted_on_hits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, policy_file=changed(tmp_path / "p.toml", "customers_an_hour", "1"))
    async with serving(tmp_path, *records(), settings=settings) as gate:
        linked = {"x-interaction-id": "call-77"}
        assert reuse(await gate.ask(SECTIONS, headers=linked, crn=ANNE)) == "miss"
        assert reuse(await gate.ask(SECTIONS, headers=linked, crn=ANNE)) == "hit"
        assert codes(await gate.ask(SECTIONS, crn=BORIS)) == []
        assert codes(await gate.ask(SECTIONS, crn=ANNE)) == ["STEP_UP_REQUIRED"]
        assert gate.journal[-1]["rule"] == "browsing"


async def test_a_customer_opened_by_a_hit_counts_as_opened(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, policy_file=changed(tmp_path / "p.toml", "customers_an_hour", "1"))
    async with serving(tmp_path, *records(), settings=settings) as gate:
        await gate.ask(SECTIONS, headers={"x-interaction-id": "call-77"}, crn=ANNE)
        assert reuse(await gate.ask(SECTIONS, crn=ANNE)) == "hit"
        assert codes(await gate.ask(SECTIONS, crn=BORIS)) == ["STEP_UP_REQUIRED"]


def outcomes(gate: Gate) -> list[Reuse]:
    return [one.reuse for one in gate.events if isinstance(one, Reused)]


async def test_answers_take_no_more_memory_than_they_may(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, answers_bytes=10_000)
    async with serving(tmp_path, *records(), settings=settings) as gate:
        for crns in ([ANNE], [BORIS], [CLARA], [ANNE, BORIS], [BORIS, ANNE]):
            assert reuse(await gate.ask(MANY, crns=crns)) == "miss"
        assert reuse(await gate.ask(MANY, crns=[ANNE])) == "miss"
        told = [one.bytes for one in gate.events if isinstance(one, Reused)]
        assert 5_000 < max(told) <= 10_000


async def test_without_answers_each_is_worked_out_and_nothing_is_said_of_it(tmp_path: Path) -> None:
    async with serving(tmp_path, *records(), settings=Settings(home=tmp_path, answers=False)) as gate:
        for _ in range(2):
            assert "x-overview-answer" not in (await gate.ask(SECTIONS, crn=ANNE)).headers
        assert outcomes(gate) == []
