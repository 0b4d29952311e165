"""Systems say what has changed: what was kept is read anew, and nothing else comes of it."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.changes.cloud_event import JSON
from gateway.settings import Settings
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, BORIS
from tests.running.senders import event, events_file, posts, said, signed
from tests.running.stale import changes, named, shown


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path))
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old"), settings=settings) as serves:
        yield serves


@pytest.mark.parametrize(
    "told",
    [
        event(crn=ANNE),
        event(crn=ANNE, part="customer"),
        event("part", crn=ANNE, part="customer"),
        event("system", system="sql"),
        event(crn=f"{ANNE[:3]} {ANNE[3:6]}-{ANNE[6:].lower()}"),
        event(crn=ANNE) | {"more": "passed over", "time": "1971-01-01T00:00:00Z"},
    ],
    ids=["a customer", "a customer's part", "a part", "a system", "as people write it", "an ancient event"],
)
async def test_what_was_served_old_is_served_new_after_an_event(told: dict[str, Any], gate: Gate) -> None:
    await changes(gate)
    assert said(await posts(gate, told)) == (202, 1, 0, [])
    assert await shown(gate) == "New"


@pytest.mark.parametrize(
    "told",
    [
        event(crn=BORIS),
        event("part", crn=ANNE, part="debt"),
        event("customer.renamed", crn=ANNE),
        event("au.gov.overview.customer.changed.v2", crn=ANNE),
    ],
)
async def test_an_event_about_something_else_leaves_what_is_kept(told: dict[str, Any], gate: Gate) -> None:
    await changes(gate)
    assert (await posts(gate, told)).status == 202
    assert await shown(gate) == "Old"


async def test_an_event_whose_attributes_are_headers_is_taken(gate: Gate) -> None:
    await changes(gate)
    body = json.dumps({"crn": ANNE}).encode()
    told = {name: str(value) for name, value in event().items() if name != "data"}
    headers = signed(body, NOON, JSON) | {f"ce-{name}": value for name, value in told.items()}
    missing = {name: value for name, value in headers.items() if name != "ce-id"}
    assert said(await gate.send("POST", "/events", body, missing)) == (400, 0, 0, [(0, "BAD_REQUEST")])
    fresh = signed(body, NOON, JSON) | {f"ce-{name}": value for name, value in told.items()}
    assert said(await gate.send("POST", "/events", body, fresh)) == (202, 1, 0, [])
    assert await shown(gate) == "New"


async def test_data_in_base64_is_taken(gate: Gate) -> None:
    await changes(gate)
    told = {name: value for name, value in event().items() if name != "data"}
    for data, code in ((b"not JSON", "BAD_REQUEST"), (b"[]", "BAD_USER_INPUT")):
        answer = await posts(gate, told | {"data_base64": b64encode(data).decode()})
        assert said(answer) == (400, 0, 0, [(0, code)])
    data = json.dumps({"crn": ANNE}).encode()
    assert said(await posts(gate, told | {"data_base64": b64encode(data).decode()})) == (202, 1, 0, [])
    assert await shown(gate) == "New"


async def test_a_bad_event_of_a_batch_costs_only_itself(gate: Gate) -> None:
    await changes(gate, "New", ANNE, BORIS)
    batch = [
        event(crn=ANNE),
        "no event",
        event("something.else", crn=ANNE),
        event(crn="Quintessential"),
        event("part", crn=ANNE, part="gossip"),
        event("part", crn=ANNE),
        event("system", system="oracle"),
        event("system", crn=ANNE),
        event(crn=ANNE, part=7),
        {name: value for name, value in event(crn=ANNE).items() if name != "id"},
        event(crn=ANNE) | {"specversion": "0.3"},
        event(crn=ANNE) | {"data": [ANNE]},
        event(crn=ANNE) | {"time": "yesterday"},
        event(crn=BORIS),
        event(crn=BORIS),
    ]
    status, accepted, ignored, refused = said(await posts(gate, batch))
    assert (status, accepted, ignored) == (202, 3, 1)
    assert refused == [
        (1, "BAD_REQUEST"),
        (3, "BAD_USER_INPUT"),
        (4, "BAD_USER_INPUT"),
        (5, "BAD_USER_INPUT"),
        (6, "BAD_USER_INPUT"),
        (7, "BAD_USER_INPUT"),
        (8, "BAD_USER_INPUT"),
        (9, "BAD_REQUEST"),
        (10, "BAD_REQUEST"),
        (11, "BAD_USER_INPUT"),
        (12, "BAD_REQUEST"),
    ]
    assert (await shown(gate), await shown(gate, BORIS)) == ("New", "New")
    assert said(await posts(gate, [])) == (202, 0, 0, [])
