"""Pages and look-ups at the border: a page out of place is a fault, and whatever comes of either is told."""

from datetime import datetime
from typing import Any

import pytest
from msgspec import Struct

from sources.errors import BadData, SourceUnavailable
from sources.parts.customer import Identifier, IdentifierKind
from sources.parts.history import Keyset
from sources.source import EVERYTHING, Page, SourceAsked, ask_directory, ask_page
from tests.people import NOW, Body, Told
from tests.records import OWNER, debt

EARLIER = [NOW.replace(day=day) for day in (9, 8, 7)]


class Lost(Told):
    """A source whose page is what the test says."""

    answer: Any = None

    async def page(self, *_: Any) -> Page[Any]:
        page: Page[Any] = self.answer
        return page


def lost(answer: Any) -> Lost:
    body = Body()
    source = Lost(body.sources["debt"].part, body.clock, [])
    source.answer = answer
    return source


def page(*days: datetime) -> Page[Any]:
    return Page(tuple(debt(str(at.day), at, id=f"D{at.day}") for at in days), False)


@pytest.mark.parametrize(
    "answer", [page(*EARLIER), page(*reversed(EARLIER[:2])), page(NOW), None, [debt("1", NOW)]], ids=range(5)
)
async def test_a_page_too_long_out_of_order_out_of_place_or_out_of_shape_is_a_fault(answer: Any) -> None:
    events: list[Struct] = []
    before = Keyset(NOW, "A")
    found = await ask_page(lost(answer), OWNER, EVERYTHING, before, 2, events.append)
    assert isinstance(found, BadData)
    (asked,) = [event for event in events if isinstance(event, SourceAsked)]
    assert asked.faults == {"SOURCE_BAD_DATA": 1}


async def test_a_good_page_and_a_look_up_are_told_too() -> None:
    events: list[Any] = []
    assert isinstance(await ask_page(lost(page(*EARLIER)), OWNER, EVERYTHING, None, 3, events.append), Page)
    body = Body()
    body.numbers[Identifier(IdentifierKind.CAN, "1")] = OWNER
    both = [Identifier(IdentifierKind.CAN, number) for number in ("1", "2")]
    await ask_directory(body, both, events.append)
    assert [(event.part, event.keys, event.known) for event in events] == [
        ("debt", 1, 1),
        ("identifier", 2, 1),
    ]
    assert SourceUnavailable("x").retry_after is None
