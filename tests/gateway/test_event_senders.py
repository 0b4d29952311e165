"""Who is believed when something is said to have changed, how much of it, and what of it lies open anywhere."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.changes.cloud_event import BATCH, JSON, ONE
from gateway.changes.senders import read_senders
from gateway.edge.events import MOST_BYTES, EventsHeard
from gateway.settings import Settings
from gateway.telemetry.logs import Log
from gateway.telemetry.marks import Marks
from gateway.webhooks.signature import signature
from resolvers.outdated import Invalidated
from sources.toml_file import BadFileError
from tests.running import Answer, Gate, serving
from tests.running.people import ANNE, BORIS
from tests.running.senders import FILE, OTHER, SECRET, event, events_file, posts, said, signed
from tests.running.stale import changes, named, shown

STRANGER = "whsec_" + "A" * 32


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path))
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old"), settings=settings) as serves:
        yield serves


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, json.loads(answer.text)["errors"][0]["extensions"]["code"]


async def sent(gate: Gate, body: bytes, headers: dict[str, str]) -> Answer:
    return await gate.send("POST", "/events", body, headers)


async def test_only_a_signature_of_a_known_secret_and_of_now_is_believed(gate: Gate) -> None:
    await changes(gate)
    now, body, refused = gate.hands.now, json.dumps(event(crn=ANNE)).encode(), (401, "UNAUTHENTICATED")
    good = signed(body, now)
    forged = [
        (body.replace(b"customer", b"system"), good),
        (body, good | {"webhook-id": "msg_other"}),
        (body, good | {"webhook-timestamp": str(int(now.timestamp()) + 1)}),
        (body, signed(body, now, secret=STRANGER)),
        (body, signed(body, now + timedelta(minutes=5, seconds=1))),
        (body, signed(body, now - timedelta(minutes=5, seconds=1))),
        *((body, {key: one for key, one in good.items() if key != name}) for name in good if "-" in name[3:]),
    ]
    for told, headers in forged:
        if "content-type" in headers:
            assert code(await sent(gate, told, headers)) == refused, headers
    assert await shown(gate) == "Old"
    assert gate.log == [], "what nobody known signed fills no log"
    assert not [one for one in gate.events if isinstance(one, Invalidated)]
    assert said(await posts(gate, event(crn=ANNE))) == (202, 1, 0, [])


async def test_a_message_that_says_a_header_twice_is_nobodys(gate: Gate) -> None:
    body = json.dumps({"crn": ANNE}).encode()
    attributes = {f"ce-{name}": str(value) for name, value in event("part").items() if name != "data"}
    headers = [*(signed(body, gate.hands.now, JSON) | attributes).items()]
    headers += [("ce-type", "au.gov.overview.system.changed.v1")]
    answer = await gate.client.post("/events", content=body, headers=headers)
    assert answer.status_code == 401


async def test_a_message_that_is_sent_again_changes_nothing_more(gate: Gate) -> None:
    """F27."""
    body = json.dumps([event(crn=ANNE), event("something.else"), event("part", crn=ANNE)]).encode()
    headers = signed(body, gate.hands.now, BATCH)
    first = await sent(gate, body, headers)
    assert said(first) == (202, 1, 1, [(2, "BAD_USER_INPUT")])
    await changes(gate)
    again = await sent(gate, body, headers)
    assert (again.status, again.text) == (first.status, first.text), "it is told what it was told"
    assert await shown(gate) == "Old"
    assert [one.replayed for one in gate.events if isinstance(one, EventsHeard)] == [False, True]
    gate.hands.now += timedelta(minutes=5, seconds=1)
    assert code(await sent(gate, body, headers)) == (401, "UNAUTHENTICATED"), "nor later"


async def test_whoever_listened_cannot_say_something_else_with_a_message(gate: Gate) -> None:
    body = json.dumps({"crn": ANNE, "system": "sql"}).encode()
    attributes = {f"ce-{name}": str(value) for name, value in event().items() if name != "data"}
    headers = signed(body, gate.hands.now, JSON) | attributes
    assert (await sent(gate, body, headers)).status == 202
    await changes(gate, "New", BORIS)
    altered = headers | {"ce-type": "au.gov.overview.system.changed.v1"}
    assert (await sent(gate, body, altered)).status == 202
    assert await shown(gate, BORIS) == "Old"


async def test_one_id_with_another_body_is_another_message(gate: Gate) -> None:
    await changes(gate, "New", ANNE, BORIS)
    number = "msg_of_everything"
    for who in (ANNE, BORIS):
        body = json.dumps(event(crn=who)).encode()
        ours = signature(b"a secret of the town crier", number, int(gate.hands.now.timestamp()), body)
        same = {"webhook-id": number, "webhook-signature": ours}
        assert said(await sent(gate, body, signed(body, gate.hands.now) | same)) == (202, 1, 0, [])
    assert (await shown(gate), await shown(gate, BORIS)) == ("New", "New")


async def test_a_sender_speaks_of_what_the_file_names_and_of_nothing_else(gate: Gate) -> None:
    await changes(gate)
    batch = [event(crn=ANNE), event(crn=ANNE, part="customer"), event("system", system="sql")]
    batch += [event("part", crn=ANNE, part="debt")]
    refused = [(index, "FORBIDDEN") for index in range(3)]
    assert said(await posts(gate, batch, secret=OTHER)) == (202, 1, 0, refused)
    assert await shown(gate) == "Old"
    (line,) = gate.log
    assert (line.event, line.told) == ("events.message", {"sender": "debts", "refused": 3})


async def test_events_come_as_events_do_and_are_small(gate: Gate) -> None:
    body, now = json.dumps(event(crn=ANNE)).encode(), gate.hands.now
    for media in ("text/plain", JSON, "application/cloudevents+xml", ONE + "; charset=utf-16"):
        assert code(await sent(gate, body, signed(body, now, media))) == (415, "UNSUPPORTED_MEDIA_TYPE")
    for broken in (b"", b"{", b"7", b"null", b"[" * 5000, b'"' + b"x" * 100 + b'"'):
        answer = await sent(gate, broken, signed(broken, now))
        assert said(answer) == (400, 0, 0, [(0, "BAD_REQUEST")]), broken
    for broken in (b"", b"{}", b"7", b"[,]"):
        assert code(await sent(gate, broken, signed(broken, now, BATCH))) == (400, "BAD_REQUEST"), broken
    for media, refused in ((ONE, (0, "BAD_REQUEST")), (BATCH, None)):
        headers = signed(b"", now, media)
        ours = signature(b"a secret of the town crier", headers["webhook-id"], int(now.timestamp()), b"\xff")
        answer = await sent(gate, b"\xff", headers | {"webhook-signature": ours})
        assert said(answer)[3] == [refused] if refused else code(answer) == (400, "BAD_REQUEST")
    large = json.dumps(event(crn=ANNE, more="x" * MOST_BYTES)).encode()
    assert code(await sent(gate, large, signed(large, now))) == (413, "REQUEST_TOO_LARGE")
    assert (await gate.send("GET", "/events", b"", {})).status == 405


async def test_a_sender_has_a_rate_like_every_caller(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path), rate_service=4)
    async with serving(tmp_path, settings=settings, unproved=2) as gate:
        batch = [event(crn=ANNE), event(crn=BORIS), event("system", system="sql")]
        assert (await posts(gate, batch)).headers["ratelimit"].startswith('"caller";r=1')
        assert (await posts(gate, event(crn=ANNE))).status == 202
        refused = await posts(gate, event(crn=ANNE))
        assert code(refused) == (429, "RATE_LIMITED")
        assert int(refused.headers["retry-after"]) > 0
        assert (await posts(gate, event("part", crn=ANNE, part="debt"), secret=OTHER)).status == 202
        unsigned = [(await sent(gate, b"{}", {"content-type": ONE})).status for _ in range(3)]
        assert unsigned == [401, 401, 429]


async def test_of_whom_an_event_is_nothing_lies_open_anywhere(gate: Gate, tmp_path: Path) -> None:
    careless = {"id": ANNE, "source": f"/customers/{ANNE}", "subject": ANNE, "crnofthat": ANNE}
    for told in (
        event(crn=ANNE) | careless,
        event("part", crn=ANNE, part=ANNE),
        event(f"of.{ANNE}", crn=ANNE),
    ):
        answer = await posts(gate, told, {"x-request-id": ANNE})
        assert ANNE not in answer.text + repr(answer.headers)
    assert said(await posts(gate, event(crn=ANNE) | careless)) == (202, 1, 0, [])
    out = (tmp_path / "log").open("w+", encoding="utf-8")
    with out:
        log = Log(Marks(b"key"), out)
        for one in gate.events:
            log(one)
        out.seek(0)
        lines = out.read()
    assert "events.message" in lines
    open_to_all = lines + repr(gate.events)
    assert ANNE not in open_to_all
    assert ANNE[:9] not in open_to_all
    assert gate.journal == [], "an event is no look at anybody's record"


async def test_where_nobody_may_say_so_there_is_no_address(tmp_path: Path) -> None:
    async with serving(tmp_path) as gate:
        assert code(await posts(gate, event(crn=ANNE))) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "a table [senders.NAME] is needed for each sender"),
        (FILE.replace("secrets", "secret"), "there is no such key; did you mean `secrets`"),
        (FILE.replace('"debt"', '"debts"'), "there is no part debts; did you mean `debt`"),
        (
            FILE.replace('"sql"', '"sqlite"'),
            "there is no system that tells a part sqlite; did you mean `sql`",
        ),
        (FILE.replace(OTHER, SECRET), "another sender signs with the same secret"),
        (f'[senders.a]\nsecrets = ["{SECRET}"]\n', "name the `parts` or `systems` of which it may speak"),
        (FILE.replace(SECRET, "whsec_c2hvcnQ="), "24 bytes or more in base64"),
    ],
)
def test_a_mistake_in_the_file_stops_the_start_and_shows_no_secret(
    text: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFileError) as refused:
        read_senders(events_file(tmp_path, text), {"sql"})
    assert complaint in str(refused.value)
    assert SECRET not in str(refused.value)
    assert "c2hvcnQ" not in str(refused.value)
