"""Telephone systems tell of calls: who is believed, what is news, and who is shown it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gateway.doctor.finding import Light
from gateway.doctor.own import telephony_of
from gateway.settings import Settings
from tests.running import NOON, Answer, Gate, serving
from tests.running.people import ANNE, everything_of
from tests.running.telephones import (
    rings,
    telephony_file,
)

LINE = "{ viewer { telephony currentCall { callId answeredAt identifiedBy } } }"
PEOPLE = {"crn": ANNE}


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path))
    async with serving(tmp_path, *everything_of(ANNE, NOON), settings=settings) as serves:
        yield serves


async def line(gate: Gate, persona: str = "officer") -> tuple[str, Any]:
    viewer = (await gate.ask(LINE, persona)).data["viewer"]
    return viewer["telephony"], viewer["currentCall"]


async def call(gate: Gate, persona: str = "officer") -> Any:
    return (await line(gate, persona))[1]


def said(answer: Answer) -> tuple[int, Any]:
    body = json.loads(answer.text)
    return answer.status, body.get("status") or body["errors"][0]["extensions"]["code"]


async def test_an_officer_sees_the_call_that_was_answered(gate: Gate) -> None:
    """BR-CO-2."""
    answered = NOON.isoformat()
    assert said(await rings(gate, answeredAt=answered, customer=PEOPLE)) == (202, "taken")
    assert await line(gate) == ("UP", {"callId": "C1", "answeredAt": answered, "identifiedBy": "CRN"})


async def test_nobody_else_sees_it(gate: Gate) -> None:
    await rings(gate, customer=PEOPLE)
    assert await line(gate, "centre") == ("UP", None)
    assert await line(gate, "partner") == ("NONE", None)
    assert await line(gate, "dashboard") == ("NONE", None)


async def test_a_call_that_is_bound_to_a_log_in_is_not_shown_to_another(gate: Gate) -> None:
    await rings(gate, session="another-log-in")
    assert await line(gate) == ("UP", None)
    gate.hands.now += timedelta(seconds=1)
    await rings(gate)
    assert (await call(gate))["callId"] == "C1"


async def test_without_a_number_it_is_empty_until_one_is_known(gate: Gate) -> None:
    await rings(gate)
    asked = "{ viewer { currentCall { identifiedBy customer { id } } } }"
    found = (await gate.ask(asked)).data["viewer"]["currentCall"]
    assert found == {"identifiedBy": None, "customer": None}
    gate.hands.now += timedelta(seconds=1)
    await rings(gate, "call.identified", customer=PEOPLE)
    assert (await gate.ask(asked)).data["viewer"]["currentCall"]["customer"]["id"]


async def test_a_call_that_ended_is_gone_and_an_old_message_does_not_bring_it_back(gate: Gate) -> None:
    await rings(gate, customer=PEOPLE)
    before = gate.hands.now
    gate.hands.now += timedelta(seconds=30)
    assert said(await rings(gate, "call.ended")) == (202, "taken")
    assert await call(gate) is None
    assert said(await rings(gate, at=before.isoformat(), customer=PEOPLE)) == (202, "ignored")
    assert await call(gate) is None


async def test_a_telephone_system_whose_clock_has_whole_seconds_loses_nothing(gate: Gate) -> None:
    assert said(await rings(gate)) == (202, "taken")
    assert said(await rings(gate, "call.identified", customer=PEOPLE)) == (202, "taken")
    assert said(await rings(gate)) == (202, "ignored"), "sent again"
    assert (await call(gate))["identifiedBy"] == "CRN"
    assert said(await rings(gate, "call.ended")) == (202, "taken")
    assert await call(gate) is None


async def test_the_end_of_another_call_does_not_end_this_one(gate: Gate) -> None:
    await rings(gate, callId="C2")
    gate.hands.now += timedelta(seconds=1)
    assert said(await rings(gate, "call.ended", callId="C1")) == (202, "ignored")
    assert (await call(gate))["callId"] == "C2"


async def test_messages_may_arrive_in_any_order(gate: Gate) -> None:
    later = (gate.hands.now + timedelta(seconds=3)).isoformat()
    await rings(gate, callId="C2", at=later)
    assert said(await rings(gate, callId="C1")) == (202, "ignored")
    assert (await call(gate))["callId"] == "C2"


async def test_a_telephone_system_that_is_silent_is_down_and_its_call_is_not_shown(gate: Gate) -> None:
    """BR-CO-9."""
    assert await line(gate) == ("DOWN", None), "never heard of"
    await rings(gate, customer=PEOPLE)
    gate.hands.now += timedelta(seconds=60)
    assert (await line(gate))[0] == "UP"
    gate.hands.now += timedelta(seconds=1)
    assert await line(gate) == ("DOWN", None)
    assert said(await rings(gate, "alive", officer=None, callId=None)) == (202, "taken")
    assert (await line(gate))[0] == "UP"
    assert (await call(gate))["callId"] == "C1", "it goes on"


async def test_a_call_that_nobody_ended_is_over_after_four_hours(gate: Gate) -> None:
    await rings(gate)
    gate.hands.now += timedelta(hours=4)
    await rings(gate, "alive")
    assert await call(gate)
    gate.hands.now += timedelta(seconds=1)
    assert await line(gate) == ("UP", None)


async def test_an_unknown_type_and_unknown_fields_are_passed_over(gate: Gate) -> None:
    assert said(await rings(gate, "call.held")) == (202, "ignored")
    assert said(await rings(gate, mood="impatient")) == (202, "taken")


FAR = ("2025-03-10T01:05:01Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00")
BROKEN: list[dict[str, Any]] = [
    {"officer": None},
    {"callId": None},
    {"callId": "a call"},
    {"callId": "C" * 65},
    {"at": "yesterday"},
    {"at": "2025-03-10T12:00:00"},
    {"customer": {}},
    {"customer": {"crn": ANNE, "can": "4711"}},
    {"customer": {"crn": "Quintessential"}},
    {"customer": {"can": "not digits"}},
    {"customer": {"name": "Anne"}},
    {"officer": "o" * 201},
    {"officer": "officer-1\0"},
    {"callId": "C1\n"},
    {"customer": {"can": "4711\n"}},
    *({name: at} for name in ("at", "answeredAt") for at in FAR),
]


@pytest.mark.parametrize("told", BROKEN)
async def test_what_is_no_message_is_refused_and_changes_nothing(told: dict[str, Any], gate: Gate) -> None:
    answer = await rings(gate, **told)
    assert said(answer) == (400, "BAD_REQUEST")
    assert ANNE not in answer.text
    assert "Quintessential" not in answer.text
    assert await line(gate) == ("DOWN", None)
    (told_line,) = [one for one in gate.log if one.event == "telephony.message"]
    assert told_line.told == {
        "system": "exchange",
        "outcome": told_line.told["outcome"],
        "code": "BAD_REQUEST",
    }


async def test_where_no_system_is_named_there_is_no_address_and_no_call(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything_of(ANNE, NOON)) as gate:
        assert said(await rings(gate)) == (404, "NOT_FOUND")
        assert await line(gate) == ("NONE", None)


async def test_a_message_that_cannot_be_kept_is_to_be_sent_again(gate: Gate) -> None:
    async with gate.gateway.engine.begin() as connection:
        await connection.execute(text("DROP TABLE officer_call"))
    assert said(await rings(gate)) == (503, "LEDGER_UNAVAILABLE")
    answer = await gate.ask("{ viewer { id currentCall { callId } } }")
    assert answer.body["data"]["viewer"] == {"id": "officer-1", "currentCall": None}
    assert [error["path"] for error in answer.body["errors"]] == [["viewer", "currentCall"]]


async def test_of_whom_a_call_is_with_nothing_lies_open_anywhere(gate: Gate, tmp_path: Path) -> None:
    can = "47114711"
    await rings(gate, customer=PEOPLE)
    gate.hands.now += timedelta(seconds=1)
    await rings(gate, customer={"can": can}, session="the-log-in")
    async with gate.gateway.engine.connect() as connection:
        (row,) = (await connection.execute(text("SELECT * FROM officer_call"))).all()
    kept = repr(row) + repr([(one.event, one.told) for one in gate.log]) + repr(gate.events)
    assert ANNE not in kept
    assert can not in kept
    assert "the-log-in" not in kept
    assert gate.journal == [], "a call is no look at anybody's record"


async def test_the_doctor_says_which_telephone_system_is_silent(gate: Gate) -> None:
    found = await telephony_of(gate.gateway)
    assert (found.light, found.seen) == (Light.AMBER, "nothing is heard of exchange")
    await rings(gate)
    assert (await telephony_of(gate.gateway)).light is Light.GREEN
    gate.hands.now += timedelta(seconds=61)
    assert (await telephony_of(gate.gateway)).light is Light.AMBER
