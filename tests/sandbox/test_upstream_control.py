"""The control port: what was asked, what is refused, and records that come and go while the systems run."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from sandbox import crn
from sandbox.upstreams import SERVICES, running
from tests.sandbox.asking import MARIA, SAM, Asking, asking, records, rows

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    async with asking() as systems:
        yield systems


async def put(ask: Asking, **fault: Any) -> tuple[int, Any]:
    answer = await ask.http.post(f"{ask.up.control}/_sim/faults", json=fault)
    return answer.status_code, answer.json()


async def test_calls_are_counted_by_customer_and_logged_without_their_query(ask: Asking) -> None:
    await ask.many("interaction", [MARIA, SAM])
    await ask.one("interaction")
    await ask.get("interaction", "/nowhere?secret=1")
    told = (await ask.http.get(f"{ask.up.control}/_sim/calls")).json()
    assert set(told) == {*SERVICES, "document"}
    assert told["debt"] == {"requests": 0, "by_crn": {}, "log": []}
    found = told["interaction"]
    assert (found["requests"], found["by_crn"]) == (3, {MARIA: 2, SAM: 1})
    assert found["log"][0] == {
        "method": "GET",
        "path": "/services/data/v60.0/query",
        "crns": [MARIA, SAM],
    }
    assert found["log"][2] == {"method": "GET", "path": "/nowhere", "crns": []}
    assert ask.up.calls("interaction").requests == 3
    await ask.http.delete(f"{ask.up.control}/_sim/calls")
    assert ask.up.calls("interaction").told() == {"requests": 0, "by_crn": {}, "log": []}


async def test_a_fault_is_put_listed_and_taken_away_over_http(ask: Asking) -> None:
    status, told = await put(ask, service="debt", kind="status", status=503, times=3)
    assert (status, told["id"], told["fired"]) == (201, 1, 0)
    assert (await ask.one("debt")).status_code == 503
    listed = (await ask.http.get(f"{ask.up.control}/_sim/faults")).json()
    assert listed == [{"id": 1, "service": "debt", "kind": "status", "times": 3, "status": 503, "fired": 1}]
    assert (await ask.http.delete(f"{ask.up.control}/_sim/faults")).json() == {"removed": 1}
    assert (await ask.one("debt")).status_code == 200


async def test_the_control_port_works_while_every_system_is_down(ask: Asking) -> None:
    assert (await put(ask, service="*", kind="down"))[0] == 201
    assert (await ask.http.get(f"{ask.up.control}/_sim/services")).json() == ask.up.addresses
    await ask.http.delete(f"{ask.up.control}/_sim/faults")
    assert (await ask.one("debt")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"service": "debt", "kind": "flood"}, "there is no fault 'flood'; there are slow, hang"),
        ({"service": "weather", "kind": "slow"}, "there is no service 'weather'; there are customer"),
        ({"service": "debt"}, "missing required field `kind`"),
        ({"service": "debt", "kind": "slow", "colour": 1}, "unknown field `colour`"),
        ({"service": "debt", "kind": "slow", "megabytes": 1}, "slow takes no megabytes"),
        ({"service": "debt", "kind": "down", "times": 1}, "down takes no times"),
        ({"service": "debt", "kind": "status"}, "status needs a status"),
        ({"service": "debt", "kind": "status", "status": 99}, "status must be from 200 to 599"),
        ({"service": "debt", "kind": "slow", "probability": 2}, "probability must be from 0 to 1"),
        ({"service": "debt", "kind": "slow", "seconds": "1"}, "Expected `float`"),
        ({"service": "debt", "kind": "truncated", "how": "rudely"}, "how must be chunked or close"),
        ({"service": "debt", "kind": "redirect", "location": "x\r\ny: z"}, "location must be an address"),
        ({"service": "customer", "kind": "absolute_link"}, "customer has no links to a next page"),
    ],
)
async def test_a_fault_that_there_is_not_is_refused_and_says_why(
    fault: dict[str, Any], said: str, ask: Asking
) -> None:
    status, told = await put(ask, **fault)
    assert status == 400
    assert said in told["error"]
    assert (await ask.http.get(f"{ask.up.control}/_sim/faults")).json() == []


async def test_a_fault_that_there_is_not_is_refused_by_the_method_too(ask: Asking) -> None:
    with pytest.raises(ValueError, match="there is no service"):
        await ask.up.fault("weather", "slow")
    with pytest.raises(ValueError, match="takes no"):
        await ask.up.fault("debt", "slow", how="close")


async def test_what_is_no_json_and_what_is_not_there_is_refused(ask: Asking) -> None:
    answer = await ask.http.post(f"{ask.up.control}/_sim/faults", content=b"{")
    assert (answer.status_code, set(answer.json())) == (400, {"error"})
    answer = await ask.http.get(f"{ask.up.control}/_sim/weather")
    assert (answer.status_code, answer.json()) == (404, {"error": "there is no GET /_sim/weather"})


async def test_records_are_added_replaced_and_emptied(ask: Asking) -> None:
    debt = records("debt", MARIA)[0]
    lines = [
        {"part": "debt", "record": {**debt, "reason": "NEW"}},
        {"part": "debt", "record": {**debt, "id": "another"}},
        {"part": "customer", "record": {"crn": crn(500), "names": [{"kind": "LEGAL", "family": "New"}]}},
    ]
    content = b"\n\n".join(map(msgspec.json.encode, lines))
    answer = await ask.http.post(f"{ask.up.control}/_sim/records", content=content)
    assert (answer.status_code, answer.json()) == (201, {"added": 3})
    found = rows("debt", (await ask.one("debt")).json())
    assert {(row["DebtNo"], row["Reason"]) for row in found} == {
        (debt["id"], "NEW"),
        ("another", debt["reason"]),
    }
    found = (await ask.post("customer", "/people/search", {"text": "new"})).json()["matches"]
    assert [one["personNumber"] for one in found] == [crn(500)]
    assert (await ask.http.delete(f"{ask.up.control}/_sim/records")).status_code == 200
    assert rows("debt", (await ask.one("debt")).json()) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "line 2: this is no JSON"),
        (b"[1]", "line 2: this is no record"),
        (b'{"part":"debt"}', "line 2: record is missing"),
        (b'{"part":"shoe","record":{}}', "line 2: there is no part 'shoe'"),
        (b'{"part":"customer","record":{"crn":7}}', "line 2: crn and id are texts"),
        (b'{"part":"debt","record":{"crn":"A","id":"1"}}', "line 2: status is missing"),
        (
            b'{"part":"customer","record":{"crn":"A","date_of_birth":"12/03/1989"}}',
            "line 2: Invalid isoformat string",
        ),
    ],
)
async def test_a_line_that_is_no_record_is_named_and_nothing_is_added(
    line: bytes, said: str, ask: Asking
) -> None:
    good = msgspec.json.encode({"part": "customer", "record": {"crn": crn(500)}})
    answer = await ask.http.post(f"{ask.up.control}/_sim/records", content=good + b"\n" + line)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)
    assert (await ask.one("customer", crn(500))).status_code == 404


async def test_only_this_machine_can_ask() -> None:
    with pytest.raises(ValueError, match="not an address of this machine alone"):
        async with running([], host="0.0.0.0"):
            raise AssertionError
