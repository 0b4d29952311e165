"""Events that are written but for what is their own: filled in, each is the event that would have been made."""

from datetime import UTC, datetime
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.event import Actor, AuditEvent, recorder
from gateway.audit.template import filled_in, template_of
from gateway.keyring import Keyring
from tests.gateway.journals import EVENT
from tests.records import OWNER

RECORDER = recorder(Keyring(b"k" * 32))
NUMBERS = st.uuids().map(lambda one: one.hex)
MOMENTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9998, 1, 1))  # noqa: DTZ001
WORDS = st.text(max_size=40)
MAYBE = st.none() | WORDS
EVENTS = st.builds(
    AuditEvent,
    event_id=NUMBERS,
    at=MOMENTS,
    actor=st.builds(Actor, WORDS, WORDS, WORDS, st.tuples(WORDS), MAYBE, MAYBE, MAYBE),
    customer=WORDS,
    action=WORDS,
    verdict=WORDS,
    rule=WORDS,
    request_id=NUMBERS,
    policy=WORDS,
    purpose=MAYBE,
    code=MAYBE,
    parts=st.tuples(WORDS, WORDS),
    operation=MAYBE,
    sealed=st.just("x"),
    interaction=MAYBE,
    as_of=st.none() | MOMENTS,
    from_cache=st.booleans(),
    trace_id=st.none() | NUMBERS,
    operation_name=MAYBE,
    schema=MAYBE,
)


@given(event=EVENTS, at=MOMENTS, number=NUMBERS, trace=st.none() | NUMBERS)
def test_a_filled_in_event_is_byte_for_byte_what_is_written_of_one(
    event: AuditEvent, at: datetime, number: str, trace: str | None
) -> None:
    template = template_of(event, OWNER)
    assert template is not None
    line = filled_in(template, RECORDER, at, number, trace)
    read = msgspec.json.decode(line, type=AuditEvent)
    same = msgspec.structs.replace(
        event,
        event_id=read.event_id,
        at=at,
        request_id=number,
        trace_id=trace,
        mono=read.mono,
        sealed=read.sealed,
    )
    assert read == same
    assert msgspec.json.encode(read) == line
    assert RECORDER.opened(read) == OWNER


def test_each_filling_is_an_event_of_its_own() -> None:
    assert template_of(EVENT, OWNER) is None, "what holds no number is made anew"
    template = template_of(msgspec.structs.replace(EVENT, sealed="x"), OWNER)
    assert template is not None
    made = [filled_in(template, RECORDER, EVENT.at, "r", None) for _ in range(50)]
    read = [msgspec.json.decode(one, type=AuditEvent) for one in made]
    assert len({one.event_id for one in read}) == len({one.sealed for one in read}) == 50
    assert all(before.mono <= after.mono for before, after in pairwise(read))
