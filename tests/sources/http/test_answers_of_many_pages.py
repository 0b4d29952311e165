"""Pages of one answer: all of them or none, only the cursor of a link is taken, and what is cut off is said to be."""

from datetime import timedelta
from typing import Any

import pytest

from sources.errors import BadData, SourceUnavailable
from sources.http.reading import AnswerUnreadable
from sources.http.upstream import LedElsewhere
from sources.source import NothingKnown, Reading
from tests.people import NOW
from tests.records import OWNER, crn
from tests.sources.http.json_system import Asked, Said
from tests.sources.http.telephony import (
    BATCH,
    BATCH_SINCE,
    GET,
    PEOPLE,
    RECORD,
    SINCE,
    asking,
    call,
    check_nothing_is_said_of,
    ids,
)

OTHER = crn(2)
THERE = f"/customers/{OWNER}/calls"
PAGES = '[interaction.answer]\nrows = "rows"\n[interaction.pages]\n{}\nmost = 3\n'
CURSOR = PAGES.format('cursor = "next"\nparameter = "after"')
LINK = PAGES.format('link = "next"\nparameter = "after"')
LOCATOR = PAGES.format('link = "next"\npath = "/query/{cursor}"')
TICK = timedelta(microseconds=1)


def three(following: Any = "2", key: str = "after") -> Any:
    """Answers with three pages of one row each; the first names the second as it is told."""

    def page(asked: Asked) -> Any:
        number = int(asked.parameter(key) or asked.path.rpartition("/")[2].replace("calls", "") or 1)
        before, _, after = str(following).rpartition("2")
        then = {1: following, 2: following and f"{before}3{after}"}.get(number)
        return {"rows": [call(OWNER, f"I{number}", number)], "next": then}

    return page


async def test_a_cursor_leads_through_all_pages() -> None:
    async with asking(GET + CURSOR + RECORD, {THERE: three()}) as source:
        assert ids(await source.one(OWNER)) == ["I1", "I2", "I3"]
        assert [asked.query for asked in source.system.asked] == [(), (("after", "2"),), (("after", "3"),)]


async def test_a_cursor_may_be_a_number_and_goes_beside_what_was_asked() -> None:
    mapping = GET.replace('calls"', 'calls"\nquery = { after = "0", size = "5" }') + CURSOR + RECORD
    pages = {"0": {"rows": [call(OWNER, "I1")], "next": 7}, "7": {"rows": [], "next": ""}}
    async with asking(mapping, {THERE: lambda asked: pages[asked.parameter("after") or ""]}) as source:
        assert ids(await source.one(OWNER)) == ["I1"]
        assert [asked.query for asked in source.system.asked] == [
            (("after", "0"), ("size", "5")),
            (("size", "5"), ("after", "7")),
        ]


async def test_the_body_is_sent_again_for_every_page() -> None:
    async with asking(BATCH + CURSOR + RECORD, {"/calls": three()}) as source:
        assert ids(await source.one(OWNER)) == ["I1", "I2", "I3"]
        assert [asked.body for asked in source.system.asked] == [{"customers": [OWNER]}] * 3


@pytest.mark.parametrize(
    "origin", ["", "https://elsewhere.example", "//elsewhere.example", "http://127.0.0.1:1"]
)
async def test_of_a_link_only_the_cursor_is_taken_and_our_own_system_is_asked(origin: str) -> None:
    link = f"{origin}/anywhere?x=1&after=2&more=yes#f"
    async with asking(GET + LINK + RECORD, {THERE: three(link)}) as source:
        assert ids(await source.one(OWNER)) == ["I1", "I2", "I3"]
        assert source.system.paths == [THERE] * 3
        assert [asked.query for asked in source.system.asked[1:]] == [(("after", "2"),), (("after", "3"),)]
        assert source.told(LedElsewhere) == [LedElsewhere("telephony", "link")] * (2 if origin else 0)


async def test_a_link_to_the_system_itself_leads_nowhere_else() -> None:
    async with asking(GET + LINK + RECORD, {}) as source:
        source.system.answers[THERE] = three(f"{source.system.address}/anywhere?after=2")
        assert ids(await source.one(OWNER)) == ["I1", "I2", "I3"]
        assert source.told(LedElsewhere) == []


async def test_the_last_step_of_a_link_may_be_the_cursor() -> None:
    link = "https://elsewhere.example/services/query/2"
    answers = {THERE: three(link), "/query/2": three(link), "/query/3": three(link)}
    async with asking(GET + LOCATOR + RECORD, answers) as source:
        assert ids(await source.one(OWNER)) == ["I1", "I2", "I3"]
        assert source.system.paths == [THERE, "/query/2", "/query/3"]


async def test_a_cursor_cannot_lead_out_of_its_place() -> None:
    async with asking(GET + PAGES.format('cursor = "next"\npath = "/query/{cursor}"') + RECORD, {}) as source:
        source.system.answers[THERE] = {"rows": [], "next": "../admin?x=1#"}
        source.system.answers["/query/../admin?x=1#"] = {"rows": []}
        assert isinstance(await source.one(OWNER), NothingKnown)
        assert source.system.paths == [THERE, "/query/../admin?x=1#"]


@pytest.mark.parametrize("following", [True, {"after": "2"}, ["2"], 1.5])
async def test_a_cursor_that_is_none_makes_the_answer_bad(following: Any) -> None:
    async with asking(GET + CURSOR + RECORD, {THERE: {"rows": [], "next": following}}) as source:
        assert isinstance(await source.one(OWNER), BadData)
        assert source.told(AnswerUnreadable) == [AnswerUnreadable("interaction", "telephony", "pages")]


@pytest.mark.parametrize("link", ["/next?page=2", "http://[", "https://elsewhere.example/", "after=2"])
async def test_a_link_without_a_cursor_makes_the_answer_bad(link: str) -> None:
    async with asking(GET + LINK + RECORD, {THERE: {"rows": [], "next": link}}) as source:
        assert isinstance(await source.one(OWNER), BadData)


@pytest.mark.parametrize("nothing", [None, "", False])
async def test_no_cursor_is_the_end(nothing: Any) -> None:
    async with asking(GET + CURSOR + RECORD, {THERE: three(nothing)}) as source:
        outcome = await source.one(OWNER)
        assert (ids(outcome), outcome.record.complete_since) == (["I1"], None)


@pytest.mark.parametrize(
    "second",
    [Said(b"oops", "500 Oops"), Said(status=None), Said(b"<p>"), Said({}, "404 Not Found"), {"rows": 3}],
)
async def test_half_an_answer_is_none(second: Any) -> None:
    pages = {None: {"rows": [call(OWNER, "I1")], "next": "2"}, "2": second}
    async with asking(
        GET + CURSOR + RECORD, {THERE: lambda asked: pages[asked.parameter("after")]}
    ) as source:
        outcome = await source.one(OWNER)
        assert isinstance(outcome, SourceUnavailable | BadData)


def endless(step: int = 10) -> Any:
    """Answers without an end, a row a page, newest first."""

    def page(asked: Asked) -> Any:
        number = int(asked.parameter("after") or 1)
        return {"rows": [call(OWNER, f"I{number}", number * step)], "next": number + 1}

    return page


async def test_what_is_beyond_the_last_page_is_said_to_be_missing() -> None:
    async with asking(GET + CURSOR + RECORD, {THERE: endless()}) as source:
        outcome = await source.one(OWNER)
        assert ids(outcome) == ["I1", "I2", "I3"]
        assert outcome.record.complete_since == NOW - timedelta(minutes=30) + TICK
        assert len(source.system.asked) == 3


@pytest.mark.parametrize("minutes", [(30, 20, 10), (20, 10, 30), (10, 30, 20)])
async def test_of_pages_in_any_other_order_only_what_is_newer_than_all_is_complete(minutes: Any) -> None:
    def page(asked: Asked) -> Any:
        number = int(asked.parameter("after") or 0)
        return {"rows": [call(OWNER, f"I{number}", minutes[number])], "next": number + 1}

    async with asking(GET + CURSOR + RECORD, {THERE: page}) as source:
        outcome = await source.one(OWNER)
        assert outcome.record.complete_since == NOW - timedelta(minutes=10) + TICK


async def test_of_a_cut_answer_about_many_nothing_is_said_to_be_complete() -> None:
    """Whose rows were still to come cannot be told: it may have told one customer after the other."""
    async with asking(BATCH_SINCE + CURSOR + RECORD, {"/calls": endless()}) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        newest = outcomes[OWNER].record.items[0].at
        assert outcomes[OWNER].record.complete_since == newest + TICK
        assert (type(outcomes[OTHER]), outcomes[OTHER].reason) == (SourceUnavailable, "depth")


async def test_the_edge_of_a_cut_answer_is_never_before_that_of_the_window() -> None:
    async with asking(BATCH_SINCE + CURSOR + RECORD, {"/calls": endless(1_000_000)}) as source:
        assert (await source.one(OWNER)).record.complete_since == SINCE


@pytest.mark.parametrize("crns", [(OWNER,), (OWNER, OTHER)])
async def test_pages_without_an_end_and_without_a_row_are_no_answer(crns: Any) -> None:
    nothing = {"rows": [], "next": "again"}
    async with asking(GET + BATCH_SINCE + CURSOR + RECORD, {THERE: nothing, "/calls": nothing}) as source:
        outcomes = await source.fetch(*crns)
        assert {(type(one), one.reason) for one in outcomes.values()} == {(SourceUnavailable, "depth")}
        assert len(source.system.asked) == 3


async def test_of_records_whoever_is_not_among_those_heard_of_could_not_be_had() -> None:
    mapping = (
        PEOPLE
        + '[customer.answer]\nrows = "rows"\n[customer.pages]\ncursor = "next"\nparameter = "after"\nmost = 2\n'
    )
    page = {"rows": [{"id": OWNER}], "next": "again"}
    async with asking(mapping, {"/people": page}, "customer") as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert isinstance(outcomes[OWNER], Reading)
        assert (type(outcomes[OTHER]), outcomes[OTHER].reason) == (SourceUnavailable, "depth")
        check_nothing_is_said_of([OWNER, OTHER], outcomes.values(), source.events)


async def test_pages_of_our_own_shape_are_all_read() -> None:
    mapping = '[customer]\nrecord = "ours"\n[customer.get]\npath = "/people/{crn}"\n'
    mapping += '[customer.pages]\ncursor = "[0].title"\nparameter = "after"\n'
    pages = {None: [{"crn": OTHER, "title": "2"}], "2": [{"crn": OWNER}]}
    async with asking(
        mapping, {f"/people/{OWNER}": lambda asked: pages[asked.parameter("after")]}, "customer"
    ) as source:
        assert isinstance(await source.one(OWNER), Reading)
