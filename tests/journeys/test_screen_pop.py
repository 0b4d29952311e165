"""An officer's telephone rings: who is on the line, and what the machine already asked, stand on the screen."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from sources.parts import Restriction
from sources.parts.customer import Identifier, IdentifierKind
from sources.parts.interaction import Channel, Direction, InteractionKind, Outcome
from tests.records import CALL, happened
from tests.running import NOON, Gate, codes, serving
from tests.running.failing import failing
from tests.running.people import ANNE, BORIS, person
from tests.running.telephones import rings, telephony_file

POP = """{ viewer { telephony currentCall { callId identifiedBy customer { crn overview {
    restricted smartIvr { kind asked text result colour } pinned { title }
    cards { edges { node { title onCurrentCall } } } } } } } }"""
BEGAN = NOON - timedelta(minutes=6)


def heard(kind: InteractionKind, title: str, outcome: Outcome, number: str = "C1") -> Any:
    return happened(
        kind,
        BEGAN,
        crn=ANNE,
        id=f"{kind.value}-{number}",
        title=title,
        outcome=outcome,
        call_id=number,
        channel=Channel.IVR,
        direction=Direction.SELF_SERVICE,
    )


def records() -> list[Any]:
    return [
        person(ANNE, identifiers=(Identifier(IdentifierKind.CAN, "4711"),)),
        person(BORIS),
        Restriction(BORIS, restricted=True, manager="officer-9"),
        heard(InteractionKind.UPDATE_PHONE_NUMBER, "Confirmed the number ending in 156", Outcome.SUCCESS),
        heard(InteractionKind.FAMILY_INCOME_ESTIMATE, "Hung up before an amount", Outcome.ACTION_REQUIRED),
        heard(InteractionKind.IVR_REMINDER_MESSAGE, "Report by Tuesday", Outcome.NOT_APPLICABLE),
        heard(InteractionKind.PLACE_IN_QUEUE, "Place in queue kept", Outcome.NOT_APPLICABLE),
        happened(CALL, BEGAN, crn=ANNE, id="now", title="This call", call_id="C1"),
        happened(CALL, NOON - timedelta(days=2), crn=ANNE, id="then", title="Payment enquiry", call_id="C0"),
    ]


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path))
    async with serving(tmp_path, *records(), settings=settings) as serves:
        yield serves


async def popped(gate: Gate) -> Any:
    return (await gate.ask(POP)).data["viewer"]["currentCall"]


@pytest.mark.parametrize("number", [{"crn": f"{ANNE[:3]} {ANNE[3:6]} {ANNE[6:].lower()}"}, {"can": "4711"}])
async def test_the_person_on_the_line_and_what_was_asked_are_there_in_one_request(
    number: dict[str, str], gate: Gate
) -> None:
    await rings(gate, customer=number, answeredAt=NOON.isoformat())
    call = await popped(gate)
    assert (call["callId"], call["identifiedBy"]) == ("C1", next(iter(number)).upper())
    assert call["customer"]["crn"] == ANNE
    shown = call["customer"]["overview"]
    asked = [(one["asked"], one["text"], one["result"], one["colour"]) for one in shown["smartIvr"]]
    assert asked == [
        (
            "Asked for a family income estimate",
            "Hung up before an amount",
            "An officer has to follow up.",
            "AMBER",
        ),
        ("Message played", "Report by Tuesday", "The caller has heard it. Do not repeat it.", "BLUE"),
        (
            "Asked to confirm or update the phone number",
            "Confirmed the number ending in 156",
            "Done in this call. Do not ask again.",
            "GREEN",
        ),
    ]
    assert shown["pinned"] == []
    cards = [(one["node"]["title"], one["node"]["onCurrentCall"]) for one in shown["cards"]["edges"]]
    assert cards == [("Place in queue kept", True), ("Payment enquiry", False)]


async def test_the_look_is_on_record_like_any_other(gate: Gate) -> None:
    await rings(gate, customer={"crn": ANNE})
    await popped(gate)
    assert [(event["action"], event["verdict"]) for event in gate.journal] == [("view", "OPEN")]


async def test_when_the_number_changes_the_screen_changes_and_nothing_of_the_other_stays(gate: Gate) -> None:
    """BR-CO-3."""
    await rings(gate, customer={"crn": ANNE})
    await popped(gate)
    gate.hands.now += timedelta(seconds=1)
    await rings(gate, "call.identified", customer={"crn": BORIS})
    answer = await gate.ask(POP)
    customer = answer.data["viewer"]["currentCall"]["customer"]
    assert (customer["crn"], customer["overview"]["restricted"]) == (BORIS, True)
    assert "Payment enquiry" not in answer.text
    assert ANNE not in answer.text


async def test_a_number_that_leads_to_nobody_is_no_customer_and_no_error(gate: Gate) -> None:
    await rings(gate, customer={"can": "99999"})
    assert await popped(gate) == {"callId": "C1", "identifiedBy": "CAN", "customer": None}


async def test_while_telephony_is_down_the_screen_is_blank_and_says_so(gate: Gate) -> None:
    await rings(gate, customer={"crn": ANNE})
    gate.hands.now += timedelta(seconds=61)
    assert (await gate.ask(POP)).data["viewer"] == {"telephony": "DOWN", "currentCall": None}
    keyed = await gate.ask(
        "query($crn: CRN!) { customer(crn: $crn) { overview { smartIvr { kind } } } }", crn=ANNE
    )
    assert keyed.data["customer"]["overview"] == {"smartIvr": []}


async def test_a_call_that_is_given_counts_before_the_one_that_rang(gate: Gate) -> None:
    await rings(gate, customer={"crn": ANNE}, callId="C9")
    given = """{ viewer { currentCall { customer { rang: overview { smartIvr { kind } }
        given: overview(call: {callId: "C1"}) { smartIvr { kind } } } } } }"""
    customer = (await gate.ask(given)).data["viewer"]["currentCall"]["customer"]
    assert (len(customer["rang"]["smartIvr"]), len(customer["given"]["smartIvr"])) == (0, 3)


async def test_a_call_that_cannot_be_is_refused_at_its_field(gate: Gate) -> None:
    answer = await gate.ask(
        """query($crn: CRN!) { customer(crn: $crn) { crn overview(call: {callId: "no number"}) { restricted } } }""",
        crn=ANNE,
    )
    assert codes(answer) == ["BAD_USER_INPUT"]
    assert answer.body["data"]["customer"] == {"crn": ANNE, "overview": None}


@pytest.mark.parametrize(("persona", "times"), [("officer", 3), ("partner", 1)])
async def test_nobody_but_staff_has_a_source_asked_again_by_naming_a_call(
    persona: str, times: int, tmp_path: Path
) -> None:
    asked: list[Any] = []

    async def counted(good: Any, crns: Any) -> Any:
        asked.append(crns)
        return await good.fetch(crns)

    document = """query($crn: CRN!, $at: DateTime!) { customer(crn: $crn) {
        overview(call: {callId: "C1", answeredAt: $at}) { restricted } } }"""
    async with serving(tmp_path, *records(), replaced={"interaction": failing(counted)}) as gate:
        at = (NOON + timedelta(minutes=1)).isoformat()  # by a clock that is ahead: nothing was read since
        for _ in range(2):
            assert (await gate.ask(document, persona, crn=ANNE, at=at)).data["customer"]["overview"]
    assert len(asked) == times
