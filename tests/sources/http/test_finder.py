"""Looking for people over HTTP: pages join without a gap, and an answer of another shape is a fault."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceUnavailable
from sources.http.finder import HttpFinder
from sources.search import Candidates, Criteria, ask_finder
from tests.records import OWNER, crn
from tests.sources.http.json_system import Answer, Asked, JsonSystem, Said, json_system
from tests.sources.http.telephony import check_nothing_is_said_of, described, upstream_of

SEARCH = """
[search]
path = "/search"
body = { text = "{quick}", family = "{family}", born = "{born:day_first}", limit = "{size}", cursor = "{cursor}" }
rows = "matches"
crn = "id"
duplicates = "alike"
next = "next"
"""
ANYBODY = Criteria(quick="sample", protected_names=True)


class Seeking:
    """A finder in front of a system."""

    def __init__(self, finder: HttpFinder, system: JsonSystem, events: list[Struct]) -> None:
        self.finder = finder
        self.system = system
        self.events = events

    async def find(
        self, size: int, after: str | None = None, wanted: Criteria = ANYBODY
    ) -> Candidates | Fault:
        return await ask_finder(self.finder, wanted, size, after, self.events.append)

    async def all(self, size: int) -> list[Crn]:
        """Everybody on all pages, as whoever pages gets them."""
        found: list[Crn] = []
        after = None
        while True:
            page = await self.find(size, after)
            assert isinstance(page, Candidates), page.reason
            found += [one.crn for one in page.found]
            if not page.more:
                return found
            after = page.found[-1].place


@asynccontextmanager
async def seeking(answer: Answer) -> AsyncIterator[Seeking]:
    mapping = described(SEARCH)
    assert mapping.search is not None
    events: list[Struct] = []
    async with json_system({"/search": answer}) as system, upstream_of(system, events) as upstream:
        yield Seeking(HttpFinder(mapping.search, upstream), system, events)


def people(count: int, page: int) -> Any:
    """A system that knows so many people and tells at most so many of them at once, by their offset."""

    def answer(asked: Asked) -> Any:
        start = int(asked.body.get("cursor", 0))
        end = min(start + min(page, asked.body["limit"]), count)
        return {
            "matches": [{"id": crn(n)} for n in range(start, end)],
            "next": str(end) if end < count else None,
        }

    return answer


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(1, 7), st.integers(1, 9))
async def test_all_pages_joined_are_everybody_once(count: int, page: int, size: int) -> None:
    async with seeking(people(count, page)) as finder:
        assert await finder.all(size) == [crn(number) for number in range(count)]


async def test_whoever_follows_a_place_is_found_and_no_more_than_asked_for() -> None:
    async with seeking(people(10, 4)) as finder:
        first = await finder.find(3)
        assert isinstance(first, Candidates)
        assert ([one.crn for one in first.found], first.more) == ([crn(0), crn(1), crn(2)], True)
        again = await finder.find(2, first.found[0].place)
        assert isinstance(again, Candidates)
        assert [one.crn for one in again.found] == [crn(1), crn(2)]
        assert [asked.body["limit"] for asked in finder.system.asked] == [4, 4]


@pytest.mark.parametrize("next_cursor", [None, "", False])
async def test_people_told_twice_are_found_once(next_cursor: Any) -> None:
    rows = [{"id": OWNER}, {"id": OWNER.lower()}, {"id": crn(2)}]
    async with seeking({"matches": rows, "next": next_cursor}) as finder:
        found = await finder.find(5)
        assert isinstance(found, Candidates)
        assert ([one.crn for one in found.found], found.more) == ([OWNER, crn(2)], False)
        assert len({one.place for one in found.found}) == 2


async def test_duplicates_are_other_people_whose_numbers_can_be_read() -> None:
    row = {"id": OWNER, "alike": [crn(2), OWNER, crn(2), "??", None, 7, crn(3)]}
    for alike, found in ((row["alike"], (crn(2), Crn("7"), crn(3))), (None, ()), ("x", ()), ({}, ())):
        async with seeking({"matches": [{**row, "alike": alike}]}) as finder:
            page = await finder.find(5)
            assert isinstance(page, Candidates)
            assert page.found[0].duplicates == found


async def test_what_was_not_given_is_left_out_of_the_question() -> None:
    async with seeking({"matches": []}) as finder:
        await finder.find(3, wanted=Criteria(family='O"Brien', born=date(1988, 2, 1), protected_names=True))
        assert finder.system.asked == [
            Asked("POST", "/search", (), {"family": 'O"Brien', "born": "01/02/1988", "limit": 4})
        ]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"matches": None},
        {"matches": {}},
        {"matches": [{"id": None}]},
        {"matches": [{"id": "??"}]},
        {"matches": [OWNER]},
        {"matches": [], "next": {}},
        {"matches": [], "next": True},
        {"matches": [], "next": 1.5},
        Said(b"<p>"),
        Said(b""),
    ],
)
async def test_an_answer_of_another_shape_is_bad_data(answer: Any) -> None:
    async with seeking(answer) as finder:
        found = await finder.find(5)
        assert isinstance(found, BadData)
        check_nothing_is_said_of([OWNER, "sample"], [found], finder.events)


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "401 Unauthorized"])
async def test_a_system_that_cannot_search_is_unavailable_and_does_not_know_nobody(status: str) -> None:
    async with seeking(Said({}, status)) as finder:
        found = await finder.find(5)
        assert isinstance(found, SourceUnavailable)
        check_nothing_is_said_of([OWNER, "sample"], [found], finder.events)


async def test_pages_without_an_end_are_given_up() -> None:
    def endless(asked: Asked) -> Any:
        return {"matches": [], "next": int(asked.body.get("cursor", 0)) + 1}

    async with seeking(endless) as finder:
        found = await finder.find(5)
        assert isinstance(found, SourceUnavailable)
        assert (found.reason, len(finder.system.asked)) == ("depth", 20)


async def test_a_cursor_that_leads_to_itself_is_the_end() -> None:
    async with seeking(lambda asked: {"matches": [{"id": OWNER}], "next": "same"}) as finder:
        found = await finder.find(5)
        assert isinstance(found, Candidates)
        assert ([one.crn for one in found.found], found.more, len(finder.system.asked)) == ([OWNER], False, 2)
