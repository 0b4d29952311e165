"""Fields: every way that a mapping file can say where something stands and what it means."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import json

from sources.http.answers import Told
from sources.parts import Customer, Debt, Interaction
from sources.parts.customer import (
    AddressKind,
    ContactKind,
    ContactPoint,
    Name,
    NameKind,
    RecordFlag,
    RecordType,
)
from sources.parts.interaction import InteractionKind, Outcome
from sources.parts.money import Money
from tests.people import NOW
from tests.records import OWNER
from tests.sources.http.telephony import GET, RECORD, call, described

CRM = '[customer.get]\npath = "/people/{crn}"\n\n[customer.record]\ncrn = "id"\n'
DEBTS = """
[debt.get]
path = "/debts/{crn}"

[debt.record]
id = "id"
crn = "who"
benefit_type = "type.code"
reason = { value = "INC" }
status = { path = "state", values = { 1 = "DETERMINED", 2 = "HELD" }, raw = "status_raw" }
registered_at = { path = "at", time = "epoch_ms" }
total = { amount = "total" }
interest = { amount = { path = "interest", default = 0 } }
adjusted = { amount = { value = "0.00" } }
repaid = { from = "paid", amount = "amount", currency = "currency" }
waived = { amount = { path = "waived", default = "0" } }
source = { system = { value = "debts" }, native_id = "id" }
"""


def told(mapping: str, answer: Any, part: str = "customer") -> Told:
    body = answer if isinstance(answer, bytes) else json.encode(answer)
    return described(mapping).parts[part].answers.told(body)


def customer(fields: str, **row: Any) -> Customer:
    """The customer that a mapping of these fields makes of a row."""
    found = told(CRM + fields, {"id": OWNER, **row})
    assert found.dropped == []
    (record,) = found.rows
    assert isinstance(record, Customer)
    return record


def interaction(fields: str = "", **row: Any) -> Interaction:
    answer = told(GET + RECORD + fields, [call(OWNER, "I1", **row)], "interaction")
    assert answer.dropped == []
    (record,) = answer.rows
    assert isinstance(record, Interaction)
    return record


def debt(**row: Any) -> Debt:
    usual = {"id": "D1", "who": OWNER, "type": {"code": "FTB"}, "state": 1, "at": 1518439122000}
    paid = {"amount": "0", "currency": "AUD"}
    found = told(DEBTS, [{**usual, "total": 1, "paid": paid, **row}], "debt")
    assert found.dropped == []
    (record,) = found.rows
    assert isinstance(record, Debt)
    return record


@pytest.mark.parametrize(
    ("field", "row", "meant"),
    [
        ('title = "title"', {"title": "Ms"}, "Ms"),
        ('title = { path = "title" }', {"title": "Ms"}, "Ms"),
        ('title = "name.title"', {"name": {"title": "Ms"}}, "Ms"),
        ('title = "name.title"', {"name": "Ms"}, None),
        ('title = "name.title"', {}, None),
        (
            "title = \"names[?use == 'legal'] | [0].title\"",
            {"names": [{"use": "legal", "title": "Ms"}]},
            "Ms",
        ),
        ("title = \"join(' ', [a, b])\"", {"a": "Ms", "b": "Dr"}, "Ms Dr"),
        ('title = "not_null(a, b)"', {"b": "Ms"}, "Ms"),
        ('title = \'"odd-key"."with space"\'', {"odd-key": {"with space": "Ms"}}, "Ms"),
        ('title = "title"', {"title": 12}, "12"),
        ('title = "title"', {"title": ""}, None),
        ('title = "title"', {"title": " \t"}, None),
        ('title = "title"', {"title": None}, None),
        ('title = { path = "title", default = "none" }', {"title": ""}, "none"),
        ('title = { path = "title", default = "none" }', {}, "none"),
        ('title = { value = "Ms" }', {"title": "Dr"}, "Ms"),
        ('title = { path = "t", values = { 1 = "Ms", true = "Dr" } }', {"t": 1}, "Ms"),
        ('title = { path = "t", values = { 1 = "Ms", true = "Dr" } }', {"t": "1"}, "Ms"),
        ('title = { path = "t", values = { 1 = "Ms", true = "Dr" } }', {"t": True}, "Dr"),
        ('title = { path = "t", values = { 1 = "Ms" }, other = "Mx" }', {"t": 7}, "Mx"),
        ('title = "to_string(t)"', {"t": 1}, "1"),
    ],
)
def test_a_text_is_found_where_the_file_says(field: str, row: dict[str, Any], meant: str | None) -> None:
    assert customer(field, **row).title == meant


def test_a_code_that_is_a_number_is_compared_as_it_was_written() -> None:
    mapping = CRM + 'title = { path = "t", values = { "1.50" = "Ms" } }'
    assert told(mapping, b'{"id": "%b", "t": 1.50}' % OWNER.encode()).rows[0].title == "Ms"


def test_days_truths_and_preferences_are_read_by_their_kind() -> None:
    fields = """
date_of_birth = { path = "born", time = "day_first" }
preferences = { from = "wishes", interpreter = { path = "needs", values = { Y = true, N = false } }, language = "lang" }
"""
    found = customer(fields, born="12/02/1988", wishes={"needs": "Y"})
    assert found.date_of_birth == date(1988, 2, 12)
    assert (found.preferences.interpreter, found.preferences.language) == (True, "en")
    assert customer(fields, wishes=None).preferences.interpreter is False


@pytest.mark.parametrize(
    ("told_kind", "kind", "raw"),
    [
        ("IN", InteractionKind.INBOUND_CALL, None),
        ("FAXED", InteractionKind.OTHER, "FAXED"),
        (9, InteractionKind.OTHER, "9"),
        (True, InteractionKind.OTHER, "true"),
    ],
)
def test_a_code_that_nobody_knows_is_other_and_is_kept_as_it_was(
    told_kind: Any, kind: InteractionKind, raw: str | None
) -> None:
    found = interaction(type=told_kind)
    assert (found.kind, found.kind_raw) == (kind, raw)


def test_a_code_that_is_ours_already_is_not_kept_twice() -> None:
    plain = RECORD.replace('values = { IN = "INBOUND_CALL", OUT = "OUTBOUND_CALL" }, ', "")
    (known, other) = told(
        GET + plain, [call(OWNER, "I1", type="CHAT"), call(OWNER, "I2", type="ZZ")], "interaction"
    ).rows
    assert (known.kind, known.kind_raw) == (InteractionKind.CHAT, None)
    assert (other.kind, other.kind_raw) == (InteractionKind.OTHER, "ZZ")


def test_a_code_with_its_text_beside_it_is_read_from_both() -> None:
    found = interaction(
        'contact_type = "reason.text"\nactivity = "reason.code"', reason={"code": "A7", "text": "Pay"}
    )
    assert (found.activity, found.contact_type) == ("A7", "Pay")


def test_other_is_said_in_our_words_or_is_unknown_of_itself() -> None:
    usual = RECORD.replace(
        '{ value = "UNKNOWN" }', '{ path = "ok", values = { true = "SUCCESS", false = "MIXED" } }'
    )
    other = usual.replace('false = "MIXED" }', 'false = "MIXED" }, other = "NOT_APPLICABLE"')
    for mapping, meant in ((usual, Outcome.UNKNOWN), (other, Outcome.NOT_APPLICABLE)):
        rows = [call(OWNER, "I1", ok=True), call(OWNER, "I2", ok=False), call(OWNER, "I3", ok="perhaps")]
        found = told(GET + mapping, rows, "interaction").rows
        assert [one.outcome for one in found] == [Outcome.SUCCESS, Outcome.MIXED, meant]


@pytest.mark.parametrize("row", [{}, {"paid_at": None}, {"site": None}, {"site": ""}])
def test_a_record_within_the_record_may_be_missing(row: dict[str, Any]) -> None:
    assert interaction('location = { from = "site", name = "n", zone = "z" }', **row).location is None


def test_when_says_whether_a_record_within_the_record_is_there() -> None:
    fields = 'location = { when = "site_id", name = "site_name", zone = { value = "Australia/Perth" } }'
    assert interaction(fields, site_name="Perth").location is None
    found = interaction(fields, site_name="Perth", site_id=0).location
    assert found is not None
    assert (found.name, found.zone) == ("Perth", "Australia/Perth")


def test_lists_are_read_from_one_place_or_from_several() -> None:
    fields = """
record_flags = { path = "flags", values = { MU = "MULTIPLE", DC = "DECEASED" } }
identifiers = { each = "numbers[?live]", kind = { path = "k", values = { a = "CAN" } }, value = "n" }
addresses = { each = "home", kind = { value = "POSTAL" }, lines = "[l1, l2, l3][]", locality = "town" }

[[customer.record.contact_points]]
each = "phones"
kind = { path = "type", values = { m = "MOBILE" } }
value = "number"

[[customer.record.contact_points]]
each = "emails"
kind = { value = "EMAIL" }
value = "@"
"""
    found = customer(
        fields,
        flags=["MU", "", None, "XX"],
        numbers=[{"live": True, "k": "a", "n": 7}, {"live": False, "k": "a", "n": 8}],
        home={"l1": "1 High St", "l2": "", "l3": None, "town": "Perth"},
        phones=[{"type": "m", "number": "0491570006"}, {"type": "?", "number": 1}],
        emails=["a@example.org"],
    )
    assert found.record_flags == (RecordFlag.MULTIPLE, RecordFlag.OTHER)
    assert [one.value for one in found.identifiers] == ["7"]
    assert [(one.kind, one.lines) for one in found.addresses] == [(AddressKind.POSTAL, ("1 High St",))]
    assert found.contact_points == (
        ContactPoint(ContactKind.MOBILE, "0491570006"),
        ContactPoint(ContactKind.OTHER, "1"),
        ContactPoint(ContactKind.EMAIL, "a@example.org"),
    )


@pytest.mark.parametrize("nothing", [None, "", []])
def test_a_list_that_is_not_there_is_empty(nothing: Any) -> None:
    found = customer('names = { each = "names", kind = { value = "LEGAL" }, family = "f" }', names=nothing)
    assert found.names == ()
    one = customer(
        'names = { each = "names", kind = { value = "LEGAL" }, family = "f" }', names={"f": "Sample"}
    )
    assert one.names == (Name(NameKind.LEGAL, "Sample"),)


def test_numbers_are_read_from_texts_too() -> None:
    fields = 'queue_position = "place"\ncallback_at = { path = "back", time = "epoch_s" }'
    for place in (3, "3", "3.0"):
        assert interaction(fields, place=place, back="1518439122").queue_position == 3
    found = interaction(fields, back="1518439122")
    assert (found.queue_position, found.callback_at) == (None, datetime(2018, 2, 12, 12, 38, 42, tzinfo=UTC))


def test_an_amount_is_what_the_system_wrote_to_the_last_digit() -> None:
    # 0.1 + 0.2, and what no binary number holds
    found = debt(total="9007199254740993.10", interest="0.30", paid={"amount": "-3", "currency": "AUD"})
    assert found.total == Money(Decimal("9007199254740993.10"))
    assert found.balance == Money(Decimal("9007199254740996.40"))
    body = b'[{"id": "D1", "who": "%b", "type": {"code": "F"}, "state": "2", "at": 0, "total": 0.1,'
    exact = told(
        DEBTS, body % OWNER.encode() + b'"paid": {"amount": 0.20, "currency": "AUD"}}]', "debt"
    ).rows[0]
    assert [str(one.amount) for one in (exact.total, exact.repaid, exact.interest)] == ["0.1", "0.20", "0"]


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("to_number(text)", "120.50"),
        ("to_number(number)", "0.70"),
        ("sum([number, number])", "1.40"),
        ("sum(parts[].amount)", "0.3"),
        ("max([number, whole])", "2"),
        ("avg([number, whole])", "1.35"),
        ("abs(minus)", "0.1"),
        ("sort_by(parts, &amount)[0].amount", "0.1"),
        ("parts[?amount > `0.15`] | [0].amount", "0.2"),
        ("to_number(to_string(number))", "0.70"),
    ],
)
def test_what_functions_make_of_numbers_is_exact(expression: str, meant: str) -> None:
    body = b'[{"id": "D1", "who": "%b", "type": {"code": "F"}, "state": 1, "at": 0, "number": 0.70, "minus": -0.1,'
    body += b'"text": "120.50", "whole": 2, "parts": [{"amount": 0.2}, {"amount": 0.1}],'
    body += b'"paid": {"amount": 0, "currency": "AUD"}}]'
    mapping = DEBTS.replace('total = { amount = "total" }', f'total = {{ amount = "{expression}" }}')
    found = told(mapping, body % OWNER.encode(), "debt")
    assert (found.dropped, str(found.rows[0].total.amount)) == ([], meant)


def test_a_customers_number_may_be_written_with_spaces_and_in_small_letters() -> None:
    written = f"{OWNER[:3]} {OWNER[3:6]}-{OWNER[6:].lower()}"
    assert told(CRM, {"id": written}).rows == [Customer(OWNER, RecordType.PER)]


def test_a_system_that_speaks_our_shape_is_taken_at_its_word() -> None:
    ours = '[customer.get]\npath = "/people/{crn}"\n\n[customer]\nrecord = "ours"\n'
    mapping = ours.replace("[customer]\n", "").replace('record = "ours"\n', "")
    mapping = f'customer.record = "ours"\n{mapping}'
    people = [Customer(OWNER, title="Ms"), Customer(OWNER, date_of_birth=NOW.date())]
    assert told(mapping, people[0]).rows == people[:1]
    assert told(mapping, people).rows == people
    spoilt = told(mapping, [{"crn": OWNER, "title": 3}, people[1]])
    assert (spoilt.rows, [(one.path, one.reason) for one in spoilt.dropped]) == (
        people[1:],
        [("title", "value")],
    )
    assert set(spoilt.in_doubt) == {OWNER}
