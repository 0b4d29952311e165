"""Questions: which call goes out for one customer and for many, in the words of the mapping and no others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from sources.crn import Crn
from sources.errors import BadData, Fault
from sources.http.endpoints import is_plain
from sources.parts.history import Keyset
from sources.source import EVERYTHING, NothingKnown
from tests.people import NOW
from tests.records import OWNER, crn
from tests.sources.http.json_system import Asked
from tests.sources.http.telephony import (
    BATCH,
    GET,
    OLDER,
    PEOPLE,
    RECORD,
    asking,
    check_nothing_is_said_of,
    described,
)

CROWD = [crn(number) for number in (7, 3, 5, 1, 9)]


def batch(lines: str) -> str:
    return f'[interaction.batch]\npath = "/calls"\n{lines}\n{RECORD}'


async def calls_for(mapping: str, *crns: Crn) -> list[Asked]:
    """What a system is asked when so many customers are wanted, all of whom it has nothing of."""
    answers: dict[str, Any] = {"/calls": []} | {f"/customers/{one}/calls": [] for one in crns}
    async with asking(mapping, answers) as source:
        outcomes = await source.fetch(*crns)
        assert not [one for one in outcomes.values() if isinstance(one, Fault)]
        return source.system.asked


async def test_one_customer_is_asked_for_alone_and_many_together() -> None:
    both = GET + BATCH + RECORD
    assert await calls_for(both, OWNER) == [Asked("GET", f"/customers/{OWNER}/calls", (), None)]
    assert await calls_for(both, *CROWD) == [Asked("POST", "/calls", (), {"customers": CROWD})]


async def test_where_there_is_one_way_to_ask_it_is_taken_for_one_and_for_many() -> None:
    alone = await calls_for(GET + RECORD, *CROWD)
    assert sorted(asked.path for asked in alone) == sorted(f"/customers/{one}/calls" for one in CROWD)
    assert await calls_for(BATCH + RECORD, OWNER) == [Asked("POST", "/calls", (), {"customers": [OWNER]})]


async def test_a_customer_who_is_asked_for_twice_is_asked_for_once() -> None:
    assert await calls_for(BATCH + RECORD, OWNER, CROWD[0], OWNER) == [
        Asked("POST", "/calls", (), {"customers": [OWNER, CROWD[0]]})
    ]


@pytest.mark.parametrize(("size", "chunks"), [(1, 5), (2, 3), (4, 2), (5, 1), (100, 1)])
async def test_no_call_is_about_more_customers_than_the_system_takes(size: int, chunks: int) -> None:
    asked = await calls_for(batch(f'body = {{ ids = "{{crns}}" }}\nsize = {size}'), *CROWD)
    told = sorted((one.body["ids"] for one in asked), key=lambda ids: CROWD.index(ids[0]))
    assert len(told) == chunks
    assert [one for ids in told for one in ids] == CROWD


async def test_without_a_word_of_it_no_call_is_about_more_than_a_hundred() -> None:
    asked = await calls_for(BATCH + RECORD, *(crn(number) for number in range(150)))
    assert sorted(len(one.body["customers"]) for one in asked) == [50, 100]


@pytest.mark.parametrize(
    ("lines", "query", "body"),
    [
        ('query = { ids = "{crns}" }', [("ids", "A1,B2")], None),
        ('query = { ids = "{crns}" }\nbetween = " "', [("ids", "A1 B2")], None),
        (
            'query = { "$filter" = "({crns})", top = "5" }\neach = "P eq \'{crn}\'"\nbetween = " or "',
            [("$filter", "(P eq 'A1' or P eq 'B2')"), ("top", "5")],
            None,
        ),
        ('query = { id = ["{crn}"] }', [("id", "A1"), ("id", "B2")], None),
        ('query = { id = ["no:{crn}"], fields = ["a", "b"] }', "id=no:A1 id=no:B2 fields=a fields=b", None),
        ('body = { ids = "{crns}" }', [], {"ids": ["A1", "B2"]}),
        ('body = "{crns}"', [], ["A1", "B2"]),
        ('body = ["{crn}"]', [], ["A1", "B2"]),
        (
            'body = { inputs = [{ id = "{crn}", kind = "c" }] }',
            [],
            {"inputs": [{"id": i, "kind": "c"} for i in ("A1", "B2")]},
        ),
        (
            'body = { q = "id IN ({crns})", n = 3, all = true }\neach = "\'{crn}\'"',
            [],
            {"q": "id IN ('A1','B2')", "n": 3, "all": True},
        ),
        (
            'body = { ids = "{crns}", fields = ["a", "b"], pages = [1, 2] }',
            [],
            {"ids": ["A1", "B2"], "fields": ["a", "b"], "pages": [1, 2]},
        ),
        (
            'query = { to = "x" }\nbody = { ids = "{crns}" }\nmethod = "POST"',
            [("to", "x")],
            {"ids": ["A1", "B2"]},
        ),
    ],
)
async def test_several_numbers_are_written_as_the_file_says(lines: str, query: Any, body: Any) -> None:
    (asked,) = await calls_for(batch(lines), Crn("A1"), Crn("B2"))
    pairs = [tuple(one.split("=")) for one in query.split()] if isinstance(query, str) else query
    assert (list(asked.query), asked.body) == (pairs, body)
    assert asked.method == ("GET" if body is None else "POST")


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("{since}", "2025-02-10T01:30:00Z"),
        ("{since:iso}", "2025-02-10T01:30:00Z"),
        ("{since:iso_basic}", "2025-02-10T01:30:00.000+0000"),
        ("{since:epoch_s}", "1739151000"),
        ("{since:epoch_ms}", "1739151000000"),
        ("{since:ms_date}", "/Date(1739151000000)/"),
        ("{since:day_first}", "10/02/2025T01:30:00Z"),
        ("{since:compact}", "20250210013000"),
        ("{since:date}", "2025-02-10"),
        ("at >= {since:date} top {items}", "at >= 2025-02-10 top 100"),
        ("{items}", "100"),
    ],
)
async def test_the_window_is_written_as_the_file_says(form: str, written: str) -> None:
    (asked,) = await calls_for(batch(f'query = {{ ids = "{{crns}}", it = "{form}" }}'), OWNER)
    assert asked.parameter("it") == written


async def test_in_a_body_a_blank_that_stands_alone_is_its_value() -> None:
    (asked,) = await calls_for(
        batch('body = { ids = "{crns}", most = "{items}", text = "top {items}", from = "{since}" }'), OWNER
    )
    assert asked.body == {"ids": [OWNER], "most": 100, "text": "top 100", "from": "2025-02-10T01:30:00Z"}


async def test_older_items_are_asked_for_by_moment_and_number_of_rows() -> None:
    async with asking(GET + OLDER + RECORD, {f"/customers/{OWNER}/older": []}) as source:
        await source.page(OWNER, EVERYTHING, None, 10)
        await source.page(OWNER, EVERYTHING, Keyset(NOW.replace(microsecond=5), "I1"), 500)
        assert [asked.query for asked in source.system.asked] == [
            (("rows", "200"),),
            (("before", "2025-03-10T01:30:02Z"), ("rows", "501")),
        ]


ODD = [
    "../admin",
    "A/B",
    "A?b=1",
    "A%2F",
    "A#",
    "",
    "'; --",
    "A\r\nHost: x",
    "é",
    "9" * 41,
    "{crn}",
    "A B",
    "*",
]


@pytest.mark.parametrize("number", ODD)
@pytest.mark.parametrize("mapping", [GET + RECORD, BATCH + RECORD, GET + BATCH + OLDER + RECORD])
async def test_a_number_that_is_more_than_letters_and_digits_never_leaves(mapping: str, number: str) -> None:
    odd = Crn(number)
    async with asking(mapping, {"/calls": [], f"/customers/{OWNER}/calls": []}) as source:
        outcomes = await source.fetch(odd, OWNER)
        page: Any = await source.page(odd, EVERYTHING, None, 5)
        assert [(type(one), one.reason) for one in (outcomes[odd], page)] == [(BadData, "number")] * 2
        assert isinstance(outcomes[OWNER], NothingKnown)
        assert [number for asked in source.system.asked if number and number in repr(asked)] == []
        assert len(source.system.asked) == 1
        check_nothing_is_said_of([number] if len(number) > 1 else [], outcomes.values(), source.events)


@given(st.text(max_size=45))
def test_only_letters_and_digits_are_plain(text: str) -> None:
    assert is_plain(text) == (0 < len(text) <= 40 and text.isascii() and text.isalnum())


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_was_searched_for_stays_in_its_place(text: str, other: str) -> None:
    mapping = described(
        PEOPLE
        + '[search]\npath = "/search"\nbody = { q = "{quick}", all = ["{name}"], cursor = "{cursor}" }\n'
        + 'rows = "r"\ncrn = "id"\nnext = "n"\n'
        + '[identifiers]\npath = "/by/{kind}/{value}"\nkinds = { CAN = "a" }\ncrns = "x"\n'
    )
    assert mapping.search is not None
    assert mapping.identifiers is not None
    call = mapping.search.endpoint.call({"quick": text, "name": other, "cursor": None})
    assert json.decode(call.body or b"") == {"q": text, "all": [other]}
    path = mapping.identifiers.endpoint.call({"kind": "a", "value": text}).path
    assert path.startswith("/by/a/")
    assert not set(path.removeprefix("/by/a/")) & set("/?#\\ \r\n{}&")
