"""An answer that is decoded at once to what its mapping reads tells what it tells when all of it is decoded."""

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from sources.http.answers import Answers, BadShapeError
from sources.http.mapping import PartMapping, read_mapping
from sources.http.paths import UnfitError
from tests.sources.http.telephony import described
from tests.sources.http.test_quick import FILES, SERVICES, SPOILT, places, rows_of, spoilt

CALLS: Final = """
[interaction.batch]
path = "/calls"
body = { customers = "{crns}" }

[interaction.answer]
rows = "found.calls"
unknown = "found.unknown"

[interaction.record]
id = "id"
crn = "who.number"
kind = { path = "type", values = { IN = "INBOUND_CALL" }, raw = "kind_raw" }
channel = { value = "PHONE" }
direction = { value = "INBOUND" }
started_at = "at"
recorded_at = "at"
title = { path = "who.subject", default = "Call" }
outcome = { value = "UNKNOWN" }
source = { system = { value = "telephony" }, native_id = "id" }
"""
ALONE: Final = (
    CALLS.replace('rows = "found.calls"', "")
    .replace('unknown = "found.unknown"', "")
    .replace("answer]\n\n", "answer]\n")
)
CALL: Final = {
    "id": "I1",
    "who": {"number": "000000001T", "subject": "é"},
    "type": "IN",
    "at": "2025-03-01T10:00:00Z",
    "more": {"of": [1, "it"]},
}


def wrapped(part: str) -> Any:
    """An answer of a shipped system, some rows long."""
    rows = rows_of(part)[:4]
    return {
        "interaction": {
            "records": rows,
            "coverage": [{"customer": "000000001T", "completeFrom": "2025-01-01T00:00:00.000+0000"}],
            "nextRecordsUrl": "/services/data/v60.0/query/abc",
        },
        "correspondence": {
            "results": rows,
            "coverage": [{"id": "000000001T", "completeFrom": "1740000000000"}],
            "paging": {"next": {"after": "7"}},
        },
        "debt": {"d": {"results": rows, "__next": "https://there/x?$skiptoken=9"}},
    }[part]


SHIPPED: Final = ("interaction", "correspondence", "debt")
NAMES: Final = (*SHIPPED, "calls", "alone", "one alone")


def mapped(name: str) -> tuple[PartMapping, Any]:
    """A mapping, and a usual answer of its system."""
    if name in SHIPPED:
        return read_mapping(Path(SERVICES, f"{FILES[name]}.toml")).parts[name], wrapped(name)
    if name == "calls":
        return described(CALLS).parts["interaction"], {"found": {"calls": [CALL], "unknown": ["000000002B"]}}
    return described(ALONE).parts["interaction"], [CALL, CALL] if name == "alone" else CALL


@pytest.fixture(scope="module")
def all_mapped() -> dict[str, tuple[PartMapping, Any]]:
    return {name: mapped(name) for name in NAMES}


def said(mapping: PartMapping, answers: Answers, body: bytes) -> Any:
    """Everything that an answer tells: its rows, what was lost of it, and where the next page is."""
    try:
        told = answers.told(body)
    except BadShapeError as error:
        return str(error)
    try:
        following = mapping.pages.next(told.body) if mapping.pages is not None else None
    except UnfitError:
        following = ("unfit", None)
    lost = (told.dropped, told.in_doubt, told.nameless)
    return repr(told.rows), lost, told.complete_since, told.unknown, following


def compare(mapping: PartMapping, body: bytes) -> None:
    assert said(mapping, mapping.answers, body) == said(mapping, replace(mapping.answers, shaped=None), body)


@pytest.mark.parametrize("name", NAMES)
def test_a_usual_answer_has_the_shape(all_mapped: dict[str, tuple[PartMapping, Any]], name: str) -> None:
    mapping, answer = all_mapped[name]
    shaped = mapping.answers.shaped
    assert shaped is not None
    parted = shaped.decode(json.encode(answer))
    assert parted is not None
    assert len(mapping.answers.told(json.encode(answer)).rows) == len(parted[0]) > 0
    compare(mapping, json.encode(answer))


def test_a_mapping_that_reads_more_than_names_decodes_all() -> None:
    assert read_mapping(SERVICES / "customers.toml").parts["customer"].answers.shaped is None
    for more in ("summary = \"join(' ', words)\"", 'summary = "who"', 'summary = "id.text"'):
        assert described(CALLS + more).parts["interaction"].answers.shaped is None


@pytest.mark.parametrize("name", NAMES)
def test_whatever_one_value_is_an_answer_tells_the_same(
    all_mapped: dict[str, tuple[PartMapping, Any]], name: str
) -> None:
    mapping, answer = all_mapped[name]
    known = places(answer)
    for place in known[:: max(1, len(known) // 60)]:
        for value in SPOILT:
            compare(mapping, json.encode(spoilt(answer, place, value)))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_several_values_are_an_answer_tells_the_same(
    all_mapped: dict[str, tuple[PartMapping, Any]], data: st.DataObject
) -> None:
    mapping, answer = all_mapped[data.draw(st.sampled_from(NAMES))]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(places(answer)))
        answer = spoilt(answer, place, data.draw(st.sampled_from(SPOILT)))
    compare(mapping, json.encode(answer))


ODD: Final = [
    b'"\xff\xfe"',
    b'"\\ud800"',
    b'"\\u0041\\x"',
    b'"\x01"',
    b"[1,]",
    b"01",
    b"NaN",
    b"{1: 2}",
    b'{"a": 1, "a": 2}',
    b"[" * 5000 + b"]" * 5000,
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("key", [b"more", b"id", b"who", b"\xff"])
def test_what_is_no_json_is_none_where_nobody_reads_it_either(key: bytes, odd: bytes) -> None:
    mapping, answer = mapped("alone")
    compare(mapping, json.encode(answer).replace(b'"at":', b'"' + key + b'":' + odd + b',"at":', 1))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_bytes_that_were_spoilt_tell_the_same(data: st.DataObject) -> None:
    mapping, answer = mapped("calls")
    body = bytearray(json.encode(answer))
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    compare(mapping, bytes(body))
