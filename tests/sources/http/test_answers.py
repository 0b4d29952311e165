"""Answers: a row that cannot be mapped costs itself and is named by its path; no answer does anything worse."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import json

from sources.errors import BadData
from sources.http.answers import BadShapeError, Dropped, Told
from sources.http.reading import AnswerUnreadable, RecordsDropped
from sources.mix import HttpSystem, read_mix
from sources.parts import PARTS
from sources.source import Reading
from tests.records import OWNER, crn
from tests.sources.http.json_system import Said
from tests.sources.http.telephony import (
    BATCH,
    GET,
    RECORD,
    asking,
    call,
    check_nothing_is_said_of,
    described,
    ids,
)
from tests.sources.http.test_fields import CRM, DEBTS, told

OTHER = crn(2)
SECRET = "0491-570-006"

SPOILT = [
    ({"at": SECRET}, "started_at", "time"),
    ({"at": None}, "started_at", "missing"),
    ({"at": 12}, "started_at", "time"),
    ({"id": None}, "id", "missing"),
    ({"id": ["x", SECRET]}, "id", "text"),
    ({"id": {"x": SECRET}}, "id", "text"),
    ({"id": True}, "id", "text"),
    ({"type": [SECRET]}, "kind", "code"),
    ({"type": {"code": SECRET}}, "kind", "code"),
    ({"subject": [SECRET]}, "title", "text"),
    ({"place": SECRET}, "queue_position", "number"),
    ({"place": 1.5}, "queue_position", "number"),
    ({"place": True}, "queue_position", "number"),
    ({"place": "NaN"}, "queue_position", "number"),
    ({"place": "1e999999999"}, "queue_position", "number"),
    ({"moved": SECRET}, "transferred", "truth"),
    ({"moved": 1}, "transferred", "truth"),
    ({"site": {"name": SECRET}}, "location.zone", "missing"),
    ({"site": SECRET}, "location.name", "missing"),
    ({"words": SECRET}, "summary", "expression"),
]
FIELDS = """
queue_position = "place"
transferred = "moved"
location = { from = "site", name = "name", zone = "zone" }
summary = "join(' ', words)"
"""


@pytest.mark.parametrize(("spoilt", "path", "reason"), SPOILT)
async def test_a_row_that_cannot_be_mapped_costs_itself_only(
    spoilt: dict[str, Any], path: str, reason: str
) -> None:
    rows = [
        call(OWNER, "I1", words=["a"]),
        call(OWNER, "I2", words=["a"]) | spoilt,
        call(OTHER, "I3", words=["a"]),
    ]
    async with asking(BATCH + RECORD + FIELDS, {"/calls": rows}) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert (ids(outcomes[OWNER]), ids(outcomes[OTHER])) == (["I1"], ["I3"])
        assert [type(gap) for gap in outcomes[OWNER].gaps] == [BadData]
        assert outcomes[OTHER].gaps == ()
        assert source.told(RecordsDropped) == [RecordsDropped("interaction", "telephony", path, reason, 1)]
        check_nothing_is_said_of([OWNER, OTHER, SECRET], outcomes.values(), source.events)


async def test_lost_rows_are_counted_by_what_is_wrong_with_them() -> None:
    rows = [call(OWNER, f"I{number}", type=[]) for number in range(3)] + [call(OWNER, "I4", id=None)]
    async with asking(GET + RECORD, {f"/customers/{OWNER}/calls": [*rows, call(OWNER, "I5")]}) as source:
        await source.one(OWNER)
        assert {(one.path, one.reason, one.rows) for one in source.told(RecordsDropped)} == {
            ("kind", "code", 3),
            ("id", "missing", 1),
        }


def test_a_row_lost_within_a_list_is_named_by_the_path_to_it() -> None:
    mapping = CRM + 'names = { each = "names", kind = { value = "LEGAL" }, family = "family" }'
    found = told(mapping, {"id": OWNER, "names": [{"family": "Sample"}, {"given": SECRET}]})
    assert (found.rows, found.dropped) == ([], [Dropped("names.family", "missing")])


@pytest.mark.parametrize("who", [None, "", "??", 1.5, [], True, "9" * 50])
async def test_a_row_that_names_nobody_puts_everybody_in_doubt(who: Any) -> None:
    rows = [call(OWNER, "I1"), call(OTHER, "I2", at=None) | {"customer": who}]
    async with asking(BATCH + RECORD, {"/calls": rows}) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert isinstance(outcomes[OWNER], Reading)
        assert [type(gap) for gap in outcomes[OWNER].gaps] == [BadData]
        assert isinstance(outcomes[OTHER], BadData)


HUGE = b"1" * 5000
ODD = {
    "nothing": b"",
    "half": b'[{"id": "I1"',
    "html": b"<!doctype html><title>Sign in</title>",
    "invalid UTF-8": b'["\xff\xfe"]',
    "half a surrogate": b'["\\ud800"]',
    "too deep": b"[" * 100_000,
    "not a number": b"[NaN]",
    "infinity": b"[Infinity]",
    "a huge number": b"[" + HUGE + b"]",
    "a number beyond all": b"[1e999999999999999999999]",
    "two values": b"[] []",
    "a byte order mark": b"\xef\xbb\xbf[]",
    "a text": b'"calls"',
    "null": b"null",
    "a number": b"7",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
async def test_an_answer_that_is_not_what_was_described_is_bad_data_and_told(body: bytes) -> None:
    async with asking(GET + RECORD, {f"/customers/{OWNER}/calls": Said(body)}) as source:
        outcome = await source.one(OWNER)
        assert (type(outcome), outcome.reason) == (BadData, "shape")
        (event,) = source.told(AnswerUnreadable)
        assert event.where in {"json", "rows"}


def test_rows_that_are_not_where_the_file_says_are_said_to_be_missing() -> None:
    mapping = GET + '[interaction.answer]\nrows = "result.calls"\n' + RECORD
    answers: list[Any] = [{}, {"result": []}, {"result": {"calls": None}}, {"result": {"calls": 3}}, []]
    for answer in answers:
        with pytest.raises(BadShapeError, match="rows"):
            told(mapping, answer, "interaction")
    assert told(mapping, {"result": {"calls": []}}, "interaction").rows == []


COVERAGE = """
[interaction.answer]
rows = "calls"
unknown = "unknown"
complete = { each = "coverage", crn = "customer", since = "join('', [from])" }
"""


@pytest.mark.parametrize(
    "since", [[], {}, [""], 3, "soon", "2025-02-30", "0001-01-01T00:00+14:00", "2025-01-01T00:00"]
)
def test_a_coverage_that_cannot_be_read_makes_the_answer_bad(since: Any) -> None:
    answer = {"calls": [], "coverage": [{"customer": OWNER, "from": since}]}
    plain = COVERAGE.replace("join('', [from])", "from")
    for mapping in (COVERAGE, plain) if since != [""] else (COVERAGE,):
        with pytest.raises(BadShapeError, match="complete"):
            told(GET + mapping + RECORD, answer, "interaction")


def test_a_coverage_is_read_in_the_zone_of_the_file() -> None:
    answer = {
        "calls": [],
        "coverage": [{"customer": OWNER, "from": "2025-01-01T11:00"}, {"customer": OTHER, "from": ""}],
    }
    plain = COVERAGE.replace("join('', [from])", "from")
    found = told('zone = "Australia/Sydney"\n' + GET + plain + RECORD, answer, "interaction")
    assert {crn: at.isoformat() for crn, at in found.complete_since.items()} == {
        OWNER: "2025-01-01T00:00:00+00:00"
    }


EVERYTHING = described(
    GET.replace('"/customers', '"/c')
    + COVERAGE
    + RECORD
    + FIELDS
    + DEBTS
    + CRM
    + 'names = { each = "names", kind = { path = "k", values = { l = "LEGAL" } }, family = "f" }\n'
    + 'date_of_birth = "born"\ntitle = "to_string(avg(n))"\ngender = "type(max_by(names, &k))"\n'
    + 'marital_status = "to_number(title)"\n[customer.answer]\nrows = "rows || @"\n'
)
KEYS = "id customer who type at subject place moved site name zone words calls unknown coverage from rows".split()
KEYS += "names k f born n title total state paid amount code".split()
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
worth = scalars | st.sampled_from(
    [OWNER, "IN", "2025-01-01T00:00:00Z", "120.50", 10**24, "1e999999", 1518439122000]
)
values = st.recursive(
    worth,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=9),
    max_leaves=30,
)
parts = st.sampled_from(sorted(EVERYTHING.parts))


@settings(max_examples=400)
@given(values, parts)
@example([{"id": "1", "who": OWNER, "at": "1", "total": "1e999999"}], "debt")
@example({"calls": [], "coverage": [{"customer": OWNER, "from": []}], "unknown": {}}, "interaction")
def test_any_json_whatever_is_told_or_refused(value: Any, part: str) -> None:
    outcome: Any
    try:
        outcome = EVERYTHING.parts[part].answers.told(json.encode(value))
    except BadShapeError as refused:
        outcome = refused
    assert isinstance(outcome, Told | BadShapeError)


@given(st.binary(max_size=60), parts)
def test_any_bytes_whatever_are_told_or_refused(body: bytes, part: str) -> None:
    try:
        assert isinstance(EVERYTHING.parts[part].answers.told(body), Told)
    except BadShapeError:
        return


SERVICES = {
    part.name: system.mapping.parts[part.name]
    for system in read_mix("services").systems.values()
    if isinstance(system, HttpSystem)
    for part in PARTS
    if part.name in system.mapping.parts
}


@given(values, st.sampled_from(sorted(SERVICES)))
def test_any_json_whatever_is_told_or_refused_by_the_mappings_that_ship(value: Any, part: str) -> None:
    described = SERVICES[part]
    for rows in (
        described.answers.rows,
        *(one.rows for one in (described.get, described.batch) if one and one.rows),
    ):
        try:
            assert isinstance(described.answers.told(json.encode(value), rows), Told)
        except BadShapeError:
            continue


@pytest.mark.parametrize("depth", [50, 400, 900, 2000])
@pytest.mark.parametrize("place", ["id", "type", "subject", "words", "site"])
def test_a_row_however_deep_costs_itself_at_most(depth: int, place: str) -> None:
    deep = b"[" * depth + b"]" * depth
    row = json.encode(call(OWNER, "I1", words=["a"]))[:-1] + b', "%b": %b}' % (place.encode(), deep)
    body = b"[" + row + b"," + json.encode(call(OWNER, "I2", words=["a"])) + b"]"
    try:
        found = [row.id for row in told(GET + RECORD + FIELDS, body, "interaction").rows]
    except BadShapeError as refused:
        found = [str(refused), "I2"] if depth > 400 else []
    assert found in (["I2"], ["I1", "I2"], ["json", "I2"])


def test_no_number_is_worked_out_that_a_machine_cannot_hold() -> None:
    for place in ("1e999999999", b"1e999999999", b"1e99999", "1e19", "1e-19"):
        number = place if isinstance(place, bytes) else json.encode(place)
        row = json.encode(call(OWNER, "I1", words=["a"]))[:-1] + b', "place": %b}' % number
        found = told(GET + RECORD + FIELDS, b"[" + row + b"]", "interaction")
        assert found.dropped == [Dropped("queue_position", "number")]
        debt = b'[{"id": "D", "who": "%b", "type": {"code": "F"}, "state": 1, "at": 0, "total": %b}]'
        assert told(DEBTS, debt % (OWNER.encode(), number), "debt").dropped == [
            Dropped("total.amount", "number")
        ]
