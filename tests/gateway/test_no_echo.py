"""Nothing that a caller sent comes back in an error."""

from collections.abc import AsyncIterator

import pytest

from tests.running import Answer, Gate, codes, serving
from tests.running.people import ANNE, person

SECRET = "Wolfeschlegel918273645X"
NUMBER = "918273645X"
LISTS = "{ customer(crn: %s) { interactions(%s) { edges { cursor } } } }"
OWN = f'"{ANNE}"'


def assert_silent(answer: Answer) -> None:
    assert "9182" not in answer.worded, answer.text
    assert "olfesch" not in answer.text, answer.text


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("echo"), person(ANNE)) as serves:
        yield serves


LITERALS = {
    "an enum value": (OWN, f"filter: {{kinds: [K{SECRET}]}}"),
    "a text for an enum": (OWN, f'filter: {{kinds: ["{SECRET}"]}}'),
    "a text for a number": (OWN, f'first: "{SECRET}"'),
    "a number too large": (OWN, "first: 918273645000"),
    "a fraction for a number": (OWN, "first: 918273645.5"),
    "a text for a date": (OWN, f'filter: {{from: "{SECRET}"}}'),
    "a text with quotes for a date": (OWN, f'filter: {{from: "a\\" {SECRET}"}}'),
    "a text with both kinds of quotes for a date": (
        OWN,
        f'filter: {{from: "it\'s \\" {SECRET} \\" a\' {SECRET}"}}',
    ),
    "a block text for a date": (OWN, f'filter: {{from: """say "{SECRET}" now"""}}'),
    "a date that is none": (OWN, 'filter: {from: "9182-36-45"}'),
    "a number for a date": (OWN, "filter: {from: 918273645}"),
    "an object for a date": (OWN, f'filter: {{from: {{a: "{SECRET}"}}}}'),
    "a field that is none": (OWN, f'filter: {{f{SECRET}: "x"}}'),
    "a text for an object": (OWN, f'filter: "{SECRET}"'),
    "an argument that is none": (OWN, f'a{NUMBER}: "{SECRET}"'),
    "a number for a cursor": (OWN, "after: 918273645"),
    "a cursor": (OWN, f'after: "{SECRET}"'),
}


@pytest.mark.parametrize("kind", LITERALS)
async def test_a_literal_is_not_repeated(kind: str, gate: Gate) -> None:
    answer = await gate.ask(LISTS % LITERALS[kind])
    assert answer.errors
    assert_silent(answer)


NUMBERS = {
    "a text too long": f'{{can: "{SECRET * 10}"}}',
    "letters for digits": f'{{can: "{SECRET}"}}',
    "a stray character": f'{{alias: "{SECRET}!"}}',
    "nothing": '{alias: ""}',
    "two numbers": f'{{alias: "{SECRET}", can: "918273645"}}',
    "no number": "{}",
    "null": "{alias: null}",
    "a number": "{can: 918273645}",
    "a NUL": f'{{citizenId: "{SECRET}\\u0000"}}',
    "a line break": f'{{alias: "{SECRET}\\n"}}',
}


@pytest.mark.parametrize("kind", NUMBERS)
async def test_an_identifier_that_cannot_be_is_not_repeated(kind: str, gate: Gate) -> None:
    answer = await gate.ask(f"{{ customerBy(identifier: {NUMBERS[kind]}) {{ id }} }}")
    assert "BAD_USER_INPUT" in codes(answer)
    assert_silent(answer)


@pytest.mark.parametrize(
    "id", [f'"{SECRET}"', "918273645", '""', '"\\u0000"', '"é"', f'"{SECRET * 1000}"', '"AAAA"']
)
async def test_an_id_that_is_none_leads_to_nothing(id: str, gate: Gate) -> None:
    assert (await gate.ask(f"{{ node(id: {id}) {{ id }} }}")).body == {"data": {"node": None}}


VARIABLES = {
    "an enum": ("[InteractionKind!]", "filter: {kinds: $value}", [SECRET]),
    "a number": ("Int!", "first: $value", SECRET),
    "a number too large": ("Int!", "first: $value", 918273645000),
    "a date": ("Date", "filter: {from: $value}", SECRET),
    "a filter": ("InteractionFilter", "filter: $value", {SECRET: SECRET}),
    "a filter's kinds": ("InteractionFilter", "filter: $value", {"kinds": [SECRET]}),
    "a filter that is a text": ("InteractionFilter", "filter: $value", SECRET),
    "a cursor that is a list": ("String", "after: $value", [SECRET]),
    "a cursor": ("String", "after: $value", SECRET),
}


@pytest.mark.parametrize("kind", VARIABLES)
async def test_a_variable_is_not_repeated(kind: str, gate: Gate) -> None:
    declared, used, value = VARIABLES[kind]
    answer = await gate.ask(f"query($value: {declared}) {LISTS % (OWN, used)}", value=value)
    assert codes(answer) == ["BAD_USER_INPUT"]
    assert_silent(answer)


SYNTAX = {
    "a CRN without quotes": f"{{ customer(crn: {NUMBER}) {{ id }} }}",
    "an open text": f'{{ customer(crn: "{SECRET}) {{ id }} }}',
    "a text in a wrong place": f'{{ customer "{SECRET}" }}',
    "a text with quotes in a wrong place": f'{{ customer "say \\" {SECRET} \\" twice" }}',
    "a text with one quote in a wrong place": f'{{ customer "a\\" {SECRET}" }}',
    "a block text in a wrong place": f'{{ customer """a "b" {SECRET} "c" d""" }}',
    "a number in a wrong place": "{ customer 918273645 }",
    "a number for a name": "query 918273645 { viewer { id } }",
    "a name in a wrong place": f"{{ viewer {{ id }} }} K{SECRET}",
    "a bad escape": f'{{ customer(crn: "\\{SECRET}") {{ id }} }}',
    "a bad unicode escape": '{ customer(crn: "\\u91xyz82") { id } }',
    "a comment": f"{{ viewer {{ id }} # {SECRET}",
}


@pytest.mark.parametrize("kind", SYNTAX)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_document_that_cannot_be_read_is_not_repeated(kind: str, accept: str, gate: Gate) -> None:
    answer = await gate.ask(SYNTAX[kind], headers={"accept": accept})
    assert answer.refusal == "GRAPHQL_PARSE_FAILED"
    assert answer.status == (200 if accept == "application/json" else 400)
    assert_silent(answer)


NAMES = {
    "a field": f"{{ f{NUMBER} }}",
    "a section": f"{{ customer(crn: {OWN}) {{ f{NUMBER} }} }}",
    "a type": f"{{ node(id: 1) {{ ... on T{NUMBER} {{ id }} }} }}",
    "a fragment": f"{{ viewer {{ ...F{NUMBER} }} }}",
    "an unused fragment": f"{{ viewer {{ id }} }} fragment F{NUMBER} on Viewer {{ id }}",
    "a directive": f"{{ viewer @d{NUMBER} {{ id }} }}",
    "a variable": f"query($v{NUMBER}: String) {{ viewer {{ id }} }}",
    "an undefined variable": f"{{ node(id: $v{NUMBER}) {{ id }} }}",
    "a variable's type": f"query($v: T{NUMBER}) {{ viewer {{ id }} }}",
    "a variable of another type": f"query($v{NUMBER}: Int) {{ node(id: $v{NUMBER}) {{ id }} }}",
    "two operations": f"query Q{NUMBER} {{ viewer {{ id }} }} query Q{NUMBER} {{ viewer {{ id }} }}",
    "two meanings": f"{{ a{NUMBER}: viewer {{ id }} a{NUMBER}: sources {{ part }} }}",
}


@pytest.mark.parametrize("kind", NAMES)
async def test_a_name_that_a_document_makes_up_is_not_repeated(kind: str, gate: Gate) -> None:
    answer = await gate.ask(NAMES[kind])
    assert set(codes(answer)) == {"GRAPHQL_VALIDATION_FAILED"}
    assert_silent(answer)


async def test_headers_are_not_repeated(gate: Gate) -> None:
    for name in ("x-access-reason", "x-request-id", "accept", "content-type", "authorization"):
        answer = await gate.ask("{ viewer { id } }", headers={name: NUMBER})
        assert NUMBER.lower() not in (answer.text + str(answer.headers)).lower(), name
