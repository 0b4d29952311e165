"""The invariants are shown to bite: each says so of an answer, a journal, a count in which it does not hold."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.chaos.faults import DOWN, sim
from tests.chaos.invariants import (
    Left,
    audited,
    late,
    leaked,
    left,
    mixed,
    overasked,
    too_old,
    unrecovered,
    untrue,
)
from tests.chaos.stage import Asked, Stage, staged
from tests.running import Answer
from tests.running.people import ANNE, BORIS

SECTIONS = [
    {
        "source": part,
        "status": "OK",
        "code": None,
        "retryAfter": None,
        "itemCount": 1,
        "asOf": "2025-03-10T01:00:00Z",
    }
    for part in ("customer", "interaction", "correspondence", "debt", "ownership", "entitlement")
]


def shown(crn: str) -> dict[str, Any]:
    """What a whole answer shows of somebody."""
    told = f"Mark{crn[5:9]}"
    return {
        "crn": crn,
        "profile": {"names": [{"family": told}]},
        "interactions": {"edges": [{"node": {"title": f"{told} called"}}]},
        "correspondence": {"edges": []},
        "debts": {"debts": [{"source": {"nativeId": f"{told}-debt"}}]},
        "ownership": {"source": {"nativeId": f"{told}-case"}},
        "entitlements": {"issuesOnFile": False},
        "overview": {
            "generatedAt": "2025-03-10T01:00:00Z",
            "completeness": "COMPLETE",
            "sections": deepcopy(SECTIONS),
        },
    }


def asked(spoil: Callable[[dict[str, Any]], Any] = lambda body: None) -> Asked:
    """A whole answer about two people, once it is spoilt."""
    body: dict[str, Any] = {"data": {"customers": [shown(ANNE), shown(BORIS)]}}
    spoil(body)
    headers = {"x-request-id": "r1"}
    return Asked((ANNE, BORIS), Answer(200, headers, msgspec.json.encode(body).decode()), 0.1)


def first(body: dict[str, Any]) -> Any:
    return body["data"]["customers"][0]


def section(body: dict[str, Any], **told: Any) -> None:
    first(body)["overview"]["sections"][1].update(told)


def errors(body: dict[str, Any], *fields: str) -> None:
    body["errors"] = [
        {"path": ["customers", 0, field], "extensions": {"code": "SOURCE_TIMEOUT"}} for field in fields
    ]


def failing(body: dict[str, Any]) -> None:
    """The telling of a failure as it should be."""
    section(body, status="TIMEOUT", code="SOURCE_TIMEOUT", itemCount=None)
    first(body)["overview"]["completeness"] = "PARTIAL"
    first(body)["interactions"] = None
    errors(body, "interactions", "overview")


def called_whole(body: dict[str, Any]) -> None:
    failing(body)
    first(body)["overview"]["completeness"] = "COMPLETE"


def with_errors(*fields: str) -> Callable[[dict[str, Any]], None]:
    def spoil(body: dict[str, Any]) -> None:
        failing(body)
        errors(body, *fields)

    return spoil


def complaints(one: Asked) -> list[str]:
    return [*mixed(one), *too_old(one), *untrue(one)]


def test_of_a_true_answer_nothing_is_said() -> None:
    assert complaints(asked()) == []
    assert complaints(asked(failing)) == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    {
        "another's name": (lambda body: first(body).update(profile=shown(BORIS)["profile"]), "I1"),
        "changed places": (lambda body: body["data"]["customers"].reverse(), "I1"),
        "somebody in an error": (lambda body: body.update(errors=[{"message": "Mark0103"}]), "I1"),
        "kept too long": (lambda body: section(body, asOf="2025-03-10T00:57:59Z"), "I2"),
        "less than there is": (lambda body: section(body, itemCount=0), "I3"),
        "nothing known": (lambda body: section(body, status="NOT_FOUND"), "I3"),
        "called whole": (called_whole, "I3"),
        "called broken": (lambda body: first(body)["overview"].update(completeness="PARTIAL"), "I3"),
        "without an error": (with_errors("overview"), "I3"),
        "an overview without an error": (with_errors("interactions"), "I3"),
        "an error for nothing": (lambda body: errors(body, "debts"), "I3"),
        "a list without a word": (lambda body: first(body).update(debts=None), "I3"),
        "a person without a word": (lambda body: body["data"].update(customers=[None, shown(BORIS)]), "I3"),
        "a code for nothing": (lambda body: section(body, code="SOURCE_TIMEOUT"), "I3"),
    }.values(),
)
def test_an_answer_that_is_not_true_is_found_out(spoil: Callable[[dict[str, Any]], Any], says: str) -> None:
    assert says in [said.partition(":")[0] for said in complaints(asked(spoil))]


def event(customer: str, action: str = "view", number: str = "r1") -> dict[str, str]:
    return {"request_id": number, "customer": customer, "action": action}


def test_an_audit_has_one_event_for_each_person() -> None:
    whole = [event("a"), event("b"), event("c", number="r2")]
    assert list(audited(whole, [asked()])) == []
    for journal in (
        whole[:1],  # one was seen by nobody's knowledge
        [*whole, event("a")],  # twice
        [event("a"), event("b", "deny")],  # denied, and shown
    ):
        assert list(audited(journal, [asked()])) != []


def test_who_is_late_asks_too_often_or_leaves_things_is_found_out() -> None:
    assert list(late(asked(), 0.01)) == []
    assert list(late(msgspec.structs.replace(asked(), seconds=0.8), 0.5)) != []
    assert list(overasked({"a": 3}, {"a": 1}, {"a": 2})) == []
    assert list(overasked({"a": 4}, {"a": 1}, {"a": 2})) != []
    before = Left({"serve": 1}, 20)
    assert Left({"serve": 1}, 20).beyond(before) == []
    assert Left({"serve": 2}, 20).beyond(before) != []
    assert Left({"serve": 1}, 30).beyond(before) != []


def test_memory_that_is_not_given_back_is_found_out() -> None:
    before = Left({}, 20, memory=1000)
    assert Left({}, 20, memory=1050).swollen(before) == []
    assert Left({}, 20, memory=1051).swollen(before) != []


async def test_what_does_not_recover_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.chaos.invariants.RECOVERY", 0.5)
    async with staged(tmp_path) as stage:
        await DOWN.strike(stage, ["debt"])
        assert await unrecovered(stage, ANNE) != []
        await stage.heal()
        assert await unrecovered(stage, ANNE) == []


async def hung(stage: Stage) -> None:
    async with stage.gate.client.stream("GET", "/health/live"):
        await asyncio.sleep(60)


async def test_a_task_that_is_left_over_is_found_out(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        before = await left(stage)
        task = asyncio.create_task(hung(stage))
        await asyncio.sleep(0.1)
        assert "I7: 1 more of the task hung" in await leaked(stage, before)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await leaked(stage, before) == []


async def test_what_a_system_keeps_to_itself_is_seen_by_whoever_knows_better(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await sim("dropped").strike(stage, ["interaction"])
        told = await stage.ask(ANNE)
        assert (
            list(untrue(told)) != []
        )  # the gateway cannot tell: this system may leave out whom it knows nothing of
