"""Paging a list to its end gives each item once, whatever arrives meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from sources.parts import Interaction
from sources.parts.correspondence import CorrespondenceChannel
from tests.running import NOON, Answer, Gate, serving
from tests.running.people import ANNE, by_phone, message, online, person, there

PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id title } }"
TIMELINE = PAGE.replace("totalCount ", "")
Make = Callable[[str, datetime], Any]


@dataclass(frozen=True)
class List:
    """A list of a customer: how to ask for it, where it stands in the answer, and how something new on it looks."""

    field: str
    path: tuple[str | int, ...]
    make: Make

    @property
    def document(self) -> str:
        return f"query($crn: CRN!, $first: Int!, $after: String) {{ customer(crn: $crn) {{ {self.field} }} }}"

    def of(self, answer: Answer) -> dict[str, Any]:
        """The page."""
        found: Any = answer.data["customer"]
        for step in self.path:
            found = found[step]
        return dict(found)


def an_interaction(id: str, at: datetime) -> Any:
    return online(ANNE, id, at, title=id, recorded_at=NOON)


LISTS = {
    "interactions": List(
        f"interactions(first: $first, after: $after) {{ {PAGE} }}", ("interactions",), an_interaction
    ),
    "correspondence": List(
        f"correspondence(first: $first, after: $after) {{ {PAGE} }}",
        ("correspondence",),
        lambda id, at: message(ANNE, id, at, CorrespondenceChannel.EMAIL, title=id),
    ),
    "timeline": List(
        f"timeline(first: $first, after: $after) {{ {TIMELINE} }}", ("timeline",), an_interaction
    ),
    "cards": List(
        f"overview {{ cards(first: $first, after: $after) {{ {PAGE} }} }}",
        ("overview", "cards"),
        an_interaction,
    ),
    "activities": List(
        f"overview {{ cards {{ edges {{ node {{ id activities(first: $first, after: $after) {{ {PAGE} }} }} }} }} }}",
        ("overview", "cards", "edges", 0, "node", "activities"),
        lambda id, at: by_phone(ANNE, id, at, title=id, recorded_at=NOON),
    ),
}


async def walked(
    gate: Gate, listed: List, first: int, between: Callable[[int], Awaitable[None]] | None = None
) -> list[str]:
    """The titles of everything on a list, page by page; each page is asked for twice and has to be the same."""
    titles: list[str] = []
    after, number = None, 0
    while True:
        page = listed.of(await gate.ask(listed.document, crn=ANNE, first=first, after=after))
        again = listed.of(await gate.ask(listed.document, crn=ANNE, first=first, after=after))
        assert page == again
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        assert len(page["edges"]) <= first
        titles += [edge["node"]["title"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return titles
        assert page["edges"][-1]["cursor"] == page["pageInfo"]["endCursor"]
        after, number = page["pageInfo"]["endCursor"], number + 1
        assert number < 50
        if between is not None:
            await between(number)


@pytest.mark.parametrize("name", LISTS)
async def test_every_page_follows_the_one_before(name: str, tmp_path: Path) -> None:
    listed = LISTS[name]
    told = [listed.make(f"item {number}", there(2025, 3, 9, 9, number)) for number in range(6)]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        for first in (1, 3, 5, 6, 7, 100):
            assert await walked(gate, listed, first) == [f"item {number}" for number in reversed(range(6))]


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.integers(1, 4),
    minutes=st.lists(st.lists(st.integers(0, 12), max_size=3), min_size=1, max_size=6),
    forget=st.booleans(),
)
async def test_what_arrives_meanwhile_moves_nothing(
    name: str, first: int, minutes: list[list[int]], forget: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Newer, older and of the same minute; with what was read kept, and with it forgotten."""
    listed = LISTS[name]
    told = [listed.make(f"item {number}", there(2025, 3, 9, 9, number)) for number in range(0, 12, 2)]
    async with serving(tmp_path_factory.mktemp("paging"), person(ANNE), *told) as gate:

        async def arrive(number: int) -> None:
            gate.hands.now += timedelta(seconds=1)
            at = minutes[number % len(minutes)]
            await gate.tell(
                *(late(listed, f"{number}.{place}", minute, gate) for place, minute in enumerate(at))
            )
            if forget:
                await gate.gateway.neighbours.cache.invalidate(ANNE)

        seen = await walked(gate, listed, first, arrive)
        assert len(seen) == len(set(seen))
        first_known = [title for title in seen if title.startswith("item ")]
        assert first_known == [f"item {number}" for number in range(10, -1, -2)]


def late(listed: List, name: str, minute: int, gate: Gate) -> Any:
    """Something that happened at this minute and became known only now."""
    item = listed.make(f"late {name}", there(2025, 3, 9, 9, minute))
    return structs.replace(item, recorded_at=gate.hands.now) if isinstance(item, Interaction) else item


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.integers(1, 3), arrivals=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 59)), max_size=6)
)
async def test_a_card_that_grows_meanwhile_stays_in_its_place(
    first: int, arrivals: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    def one(id: str, title: int, minute: int, known: datetime) -> Any:
        return online(ANNE, id, there(2025, 3, 9, 9, minute), title=f"card {title}", recorded_at=known)

    told = [one(f"{number}", number, 10 * number, NOON) for number in range(6)]
    async with serving(tmp_path_factory.mktemp("growing"), person(ANNE), *told) as gate:
        coming = list(arrivals)

        async def arrive(number: int) -> None:
            gate.hands.now += timedelta(seconds=1)
            if coming:
                title, minute = coming.pop()
                await gate.tell(one(f"late {number}", title, minute, gate.hands.now))
                await gate.gateway.neighbours.cache.invalidate(ANNE)

        assert await walked(gate, LISTS["cards"], first, arrive) == [
            f"card {number}" for number in (5, 4, 3, 2, 1, 0)
        ]


SMALL = "[reading]\nitems = 5\n"


@pytest.mark.parametrize("first", [2, 5, 100])
async def test_a_list_goes_on_beyond_what_was_read_at_once(first: int, tmp_path: Path) -> None:
    """More items than a reading holds, several of one instant at its edge, and some of years ago."""
    recent = [an_interaction(f"r{number:02}", there(2025, 3, 9, 9, number // 3)) for number in range(12)]
    old = [an_interaction(f"o{year}", there(year, 1, 1, 9)) for year in (1999, 2010, 2023)]
    async with serving(tmp_path, person(ANNE), *recent, *old, policy=SMALL) as gate:
        order = sorted((*recent, *old), key=lambda each: (each.started_at, each.id), reverse=True)
        assert await walked(gate, LISTS["interactions"], first) == [each.id for each in order]


async def test_2100_interactions_are_all_there(tmp_path: Path) -> None:
    told = [
        online(ANNE, f"{number:04}", there(2025, 3, 9) - timedelta(minutes=number), title=f"{number}")
        for number in range(2100)
    ]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        document = LISTS["interactions"]
        seen: list[str] = []
        after = None
        while after is not None or not seen:
            page = document.of(await gate.ask(document.document, crn=ANNE, first=100, after=after))
            seen += [edge["node"]["title"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        assert seen == [str(number) for number in range(2100)]


@pytest.mark.parametrize("name", LISTS)
async def test_a_page_size_out_of_range_is_an_error(name: str, tmp_path: Path) -> None:
    listed = LISTS[name]
    async with serving(tmp_path, person(ANNE), listed.make("item", there(2025, 3, 9, 9))) as gate:
        for first in (0, -1, 101, 2_147_483_647):
            (error,) = (await gate.ask(listed.document, crn=ANNE, first=first)).errors
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert error["path"][:2] == ["customer", listed.path[0]]
            assert str(first) not in error["message"].replace("1 to 100", "")
