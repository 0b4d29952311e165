"""A mapping file with a mistake stops the start: the line is named, and what was probably meant."""

from pathlib import Path

import pytest

from sources.http.mapping import read_mapping
from sources.toml_file import BadFileError

WHOLE = """zone = "Australia/Sydney"

[interaction.get]
path = "/customers/{crn}/calls"
query = { from = "{since:epoch_s}", limit = "{items}" }

[interaction.batch]
method = "POST"
path = "/calls/lookup"
body = { customers = "{crns}", deep = { from = "{since}" } }
size = 50

[interaction.older]
path = "/customers/{crn}/calls"
query = { before = "{before:epoch_s}", limit = "{rows}" }

[interaction.answer]
rows = "calls"
unknown = "notFound"
complete = { each = "coverage", crn = "customer", since = "from" }

[interaction.pages]
cursor = "paging.next"
parameter = "after"
most = 20

[interaction.record]
id = "callId"
crn = "customer"
kind = { path = "type", values = { IN = "INBOUND_CALL" }, raw = "kind_raw" }
channel = { value = "PHONE" }
direction = { path = "type", values = { IN = "INBOUND" } }
started_at = { path = "start", time = "epoch_s" }
recorded_at = "logged"
title = "subject"
outcome = { path = "resolved", values = { true = "SUCCESS" }, other = "UNKNOWN" }
source = { system = { value = "telephony" }, native_id = "callId" }
transferred = { path = "moved", default = false }
location = { from = "site", name = "name", zone = "zone" }

[customer.get]
path = "/people/{crn}"

[customer.record]
crn = "personNumber"

[[customer.record.contact_points]]
each = "phones"
kind = { path = "type", values = { m = "MOBILE" } }
value = "number"

[[customer.record.contact_points]]
each = "emails"
kind = { value = "EMAIL" }
value = "@"

[identifiers]
path = "/people/by-number"
query = { type = "{kind}", number = "{value}" }
kinds = { CAN = "access" }
crns = "people[].personNumber"

[search]
method = "POST"
path = "/people/search"
body = { text = "{quick}", dateOfBirth = "{born:day_first}", limit = "{size}", cursor = "{cursor}" }
rows = "matches"
crn = "personNumber"
next = "next"

[document]
path = "/people/{crn}/documents/{number}"
number_header = "X-Number"
"""

MISTAKES = [
    ('zone = "Australia/Sydney"', 'zone = "Mars"', 1, "no time zone"),
    ('zone = "Australia/Sydney"', 'zones = "UTC"', 1, "no such part; did you mean `zone`"),
    ('zone = "Australia/Sydney"', 'zone = "Australia/Sydney', 1, "Illegal character"),
    ("[interaction.get]", "[interactions.get]", 3, "did you mean `interaction`"),
    ("[interaction.get]", "[interaction.got]", 3, "got: there is no such key; did you mean `get`"),
    ("[interaction.get]", "[interaction.get", 3, "Expected ']'"),
    ("/customers/{crn}/calls", "customers/{crn}/calls", 4, "begins with one /"),
    ("/customers/{crn}/calls", "https://elsewhere.example/{crn}", 4, "begins with one /"),
    ("/customers/{crn}/calls", "//elsewhere.example/{crn}", 4, "begins with one /"),
    ("/customers/{crn}/calls", "/customers/../{crn}", 4, "nowhere up"),
    ("/customers/{crn}/calls", "/calls?customer={crn}", 4, "parameters stand in `query`"),
    ("/customers/{crn}/calls", "/customers/{cnr}/calls", 4, "nothing fills {cnr} here; there are crn"),
    ("/customers/{crn}/calls", "/customers/calls", 3, "whom it is asked about: use {crn}"),
    ("/customers/{crn}/calls", "/customers/{crn/calls", 4, "a brace that is no blank"),
    ("{since:epoch_s}", "{since:epochs}", 5, "cannot be written as epochs; there are compact, date"),
    ("{since:epoch_s}", "{before}", 5, "nothing fills {before} here"),
    ('limit = "{items}" }', "limit = 3 }", 5, "Expected `str | array`"),
    ('limit = "{items}" }', 'limit = "{items:iso}" }', 5, "{items} cannot be written as iso"),
    ('method = "POST"', 'method = "PUT"', 8, "a GET or a POST"),
    ('method = "POST"', 'method = "GET"', 10, "only a POST has a body"),
    ('method = "POST"', 'methd = "POST"', 8, "did you mean `method`"),
    ('customers = "{crns}"', 'customers = "{crn}"', 7, "one customer of many"),
    ('customers = "{crns}"', 'customers = "all"', 7, "use {crn} or {crns}"),
    ('from = "{since}"', 'from = "{sinc}"', 10, "nothing fills {sinc}"),
    ("size = 50", "size = 0", 11, "1 to 100 customers"),
    ("size = 50", "size = 101", 11, "1 to 100 customers"),
    ("size = 50", 'size = "50"', 11, "Expected `int | null`"),
    ("size = 50", 'each = "id eq 5"', 11, "where {crn} stands"),
    ("size = 50", "size = 50\nsize = 60", 12, "Cannot overwrite"),
    ("{before:epoch_s}", "{since:epoch_s}", 13, "before when"),
    (
        'query = { before = "{before',
        'query = { crns = "{crns}", before = "{before',
        15,
        "nothing fills {crns}",
    ),
    ('rows = "calls"', 'rows = "calls["', 18, "it is no path"),
    ('rows = "calls"', "rows = 3", 18, "Expected `str`"),
    ('rows = "calls"', "most = 0", 18, "one row or more"),
    ('unknown = "notFound"', 'unknwon = "notFound"', 19, "did you mean `unknown`"),
    ('crn = "customer", since', 'cnr = "customer", since', 20, "did you mean `crn`"),
    ('since = "from" }', 'since = "from", time = "epoch" }', 20, "not read as epoch; did you mean `epoch_s`"),
    ('cursor = "paging.next"', 'cursor = "a"\nlink = "b"', 22, "either a cursor or a link"),
    ('parameter = "after"', 'path = "/next"', 24, "where {cursor} stands"),
    ('parameter = "after"', "", 22, "either a parameter or a path"),
    ('parameter = "after"', 'path = "/next/{crn}"', 24, "nothing fills {crn} here; there are cursor"),
    ("most = 20", "most = 0", 25, "1 to 1000 pages"),
    ('id = "callId"', 'idd = "callId"', 28, "Interaction has no such field; did you mean `id`"),
    ('id = "callId"\ncrn', "crn", 27, "Interaction needs id"),
    ('id = "callId"', 'id = "join(callId"', 28, "it is no path"),
    ('id = "callId"', "id = \"jion('', [a, b])\"", 28, "no function jion()"),
    ('id = "callId"', "id = {}", 28, "either a path or a value"),
    ('id = "callId"', 'id = { path = "a", value = "b" }', 28, "either a path or a value"),
    ('id = "callId"', "id = 7", 28, "Expected `object`"),
    ('id = "callId"', 'id = { pth = "a" }', 28, "pth: there is no such key; did you mean `path`"),
    ('IN = "INBOUND_CALL"', 'IN = "INBOUND_CAL"', 30, "no code INBOUND_CAL; did you mean `INBOUND_CALL`"),
    ('raw = "kind_raw"', 'raw = "kind_row"', 30, "no such text field; did you mean `kind_raw`"),
    ('raw = "kind_raw"', 'raw = "started_at"', 30, "no such text field"),
    ('value = "PHONE"', 'value = "PHONES"', 31, "no code PHONES; did you mean `PHONE`"),
    ('IN = "INBOUND" }', 'IN = "INWARD" }', 32, "no code INWARD; "),
    ('time = "epoch_s" }', 'time = "epoch" }', 33, "not read as epoch; did you mean `epoch_s`"),
    ('other = "UNKNOWN"', 'other = "UNKNOWM"', 36, "no code UNKNOWM; did you mean `UNKNOWN`"),
    (
        'native_id = "callId" }',
        'nativ_id = "callId" }',
        37,
        "SourceRef has no such field; did you mean `native_id`",
    ),
    (', native_id = "callId" }', " }", 37, "SourceRef needs native_id"),
    ("default = false", 'default = "no"', 38, "cannot hold this value"),
    ('location = { from = "site", name', "location = { from = 3, name", 39, "a path is a text"),
    (
        'location = { from = "site", name = "name", zone = "zone" }',
        'location = "site"',
        39,
        "fields of Location",
    ),
    (
        'path = "/people/{crn}"\n',
        'path = "/people/{crn}"\n\n[customer.older]\npath = "/p/{crn}/{before}"\n',
        45,
        "path: ",
    ),
    (
        'path = "/people/{crn}"\n',
        'path = "/{crn}"\n\n[customer.older]\npath = "/{crn}"\n',
        44,
        "only a history",
    ),
    ('crn = "personNumber"\n\n', 'crn = { value = "1" }\n\n', 45, "a path is a text"),
    ('each = "phones"', "", 47, "`each` is needed here"),
    ('m = "MOBILE"', 'm = "MOBIL"', 49, "no code MOBIL; did you mean `MOBILE`"),
    ('value = "@"', 'valu = "@"', 55, "ContactPoint has no such field; did you mean `value`"),
    ('CAN = "access"', 'CANN = "access"', 60, "no such kind; did you mean `CAN`"),
    ('number = "{value}"', 'number = "{number}"', 59, "nothing fills {number} here; there are kind, value"),
    ('crns = "people[].personNumber"', "", 57, "crns"),
    ('text = "{quick}"', 'text = "{quik}"', 66, "nothing fills {quik}"),
    ("{born:day_first}", "{born:epoch_s}", 66, "{born} cannot be written as epoch_s"),
    ('"/people/search"', '"/people/{quick}"', 65, "stands alone"),
    ('text = "{quick}"', 'text = "contains({quick})"', 66, "what a caller typed stands alone"),
    ('"/people/search"', '"/people/{born}"', 65, "{born} is not always there"),
    ("documents/{number}", "documents", 71, "whom it is asked about: use {number}"),
    ("documents/{number}", "{value}", 72, "nothing fills {value} here; there are crn, number"),
    ('"X-Number"', '"X Number:"', 73, "a header's name is letters"),
    ("number_header", "header", 73, "there is no such key"),
    ('next = "next"', 'next = "next"\nduplicate = "x"', 70, "did you mean `duplicates`"),
]


def complaint(tmp_path: Path, text: str) -> str:
    file = tmp_path / "system.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFileError) as raised:
        read_mapping(file)
    assert raised.value.__cause__ is None
    return str(raised.value).removeprefix(str(file))


def test_the_whole_file_has_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "system.toml"
    file.write_text(WHOLE, "utf-8")
    mapping = read_mapping(file)
    assert (set(mapping.parts), mapping.search is None) == ({"interaction", "customer"}, False)
    assert mapping.document is not None
    assert mapping.document.endpoint.not_found == {404, 410}


@pytest.mark.parametrize(("right", "wrong", "line", "words"), MISTAKES)
def test_a_mistake_is_said_with_its_line(
    tmp_path: Path, right: str, wrong: str, line: int, words: str
) -> None:
    assert right in WHOLE
    said = complaint(tmp_path, WHOLE.replace(right, wrong, 1))
    assert said.startswith(f":{line}: ")
    assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "says nothing of any part"),
        ('zone = "UTC"', "says nothing of any part"),
        ("customer = 3", "Expected `object`"),
        ("[customer]", "missing required field `record`"),
        (
            '[customer]\nrecord = "ours"',
            "it says nowhere how one customer (get) or many (batch) are asked for",
        ),
        ('[customer]\nrecord = "yours"\n[customer.get]\npath = "/{crn}"', 'or "ours"'),
        ("[customer]\nrecord = 7\n[customer.get]\npath = '/{crn}'", "fields of Customer"),
        ("[customer.record]\ncrn = 'a'\n[customer.get]", "missing required field `path`"),
        ("\ufeff[customer]", "Invalid"),
    ],
)
def test_a_file_that_says_too_little_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in complaint(tmp_path, text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"system\.toml: No such file"):
        read_mapping(tmp_path / "system.toml")
    (tmp_path / "system.toml").write_bytes(b'zone = "\xff"')
    with pytest.raises(BadFileError, match="it is not UTF-8"):
        read_mapping(tmp_path / "system.toml")
    with pytest.raises(BadFileError, match="directory"):
        read_mapping(tmp_path)
