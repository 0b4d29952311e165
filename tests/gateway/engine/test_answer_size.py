"""Answers that would be very large: none of it is sent, and what was looked at is on record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.settings import Settings
from tests.running import Gate, codes, serving
from tests.running.live import following
from tests.running.parts import NUMBERED, in_parts
from tests.running.people import ANNE, person


def named(count: int, length: int) -> str:
    """A question for one thing by so many names, each of them so long."""
    names = " ".join(f"{'a' * length}{number}: crn" for number in range(count))
    return f"query($crn: CRN!) {{ customer(crn: $crn) {{ {names} }} }}"


DOCUMENT, LONGER = named(15, 90), named(30, 200)
SMALL = "query($crn: CRN!) { customer(crn: $crn) { crn } }"


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, answer_bytes_staff=4_096, answer_bytes_partner=1_024)
    async with serving(tmp_path, person(ANNE), settings=settings) as serves:
        yield serves


async def test_an_answer_that_is_too_large_is_not_sent_and_the_look_is_on_record(gate: Gate) -> None:
    answer = await gate.ask(DOCUMENT, "partner", crn=ANNE)
    assert (answer.status, codes(answer)) == (200, ["RESPONSE_TOO_LARGE"])
    assert answer.body["data"] is None
    assert ANNE not in answer.text
    assert "1024 bytes" in answer.text
    assert [event["action"] for event in gate.journal] == ["view"]


async def test_each_kind_of_caller_has_a_size_of_its_own(gate: Gate) -> None:
    assert (await gate.ask(DOCUMENT, crn=ANNE)).data["customer"]
    assert (await gate.ask(SMALL, "partner", crn=ANNE)).data["customer"]
    assert codes(await gate.ask(LONGER, crn=ANNE)) == ["RESPONSE_TOO_LARGE"]


async def test_on_a_socket_it_is_the_same(gate: Gate) -> None:
    async with following(gate, DOCUMENT, "partner", crn=ANNE) as socket:
        told = await socket.hears()
        assert told["type"] == "next"
        assert told["payload"]["data"] is None
        assert told["payload"]["errors"][0]["extensions"]["code"] == "RESPONSE_TOO_LARGE"


async def test_of_an_answer_in_parts_nothing_leaves_that_would_be_too_much(gate: Gate) -> None:
    some, much = named(3, 30), named(11, 100)
    fields = much[much.index("{ aaa") :]
    late = some.replace("{ aaa", f"{{ ... @defer {fields[:-2]} aaa", 1)
    first, last = (await in_parts(gate, late, NUMBERED, "partner", crn=ANNE)).bodies
    assert len(first["data"]["customer"]) == 3
    assert [error["extensions"]["code"] for error in last["completed"][0]["errors"]] == ["RESPONSE_TOO_LARGE"]
    assert last["hasNext"] is False


async def test_a_first_part_that_is_too_large_is_no_part(gate: Gate) -> None:
    late = DOCUMENT.replace("{ aaa", "{ ... @defer { id } aaa", 1)
    answer = await gate.ask(late, "partner", headers={"accept": NUMBERED}, crn=ANNE)
    assert (answer.status, codes(answer)) == (200, ["RESPONSE_TOO_LARGE"])
    assert answer.body["data"] is None
