"""Pages of several sources together: joined they are the whole, however the same events are spread over them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.errors import SourceUnavailable
from sources.merged import Rule
from sources.parts import CORRESPONDENCE, INTERACTION
from sources.parts.history import in_order
from sources.parts.interaction import SourceRef
from sources.source import EVERYTHING, Filter
from tests.people import NOW
from tests.records import CALL, happened, history
from tests.sources.test_merged import DOWN, Put, sms

moments = st.integers(0, 40).map(lambda tens: NOW - timedelta(seconds=10 * tens))
templates = st.sampled_from([None, "T1", "T2"])
items = st.lists(st.tuples(moments, templates), max_size=14)


@settings(max_examples=150, deadline=None)
@given(items, items, st.integers(1, 8))
async def test_all_pages_of_a_union_joined_are_the_whole(one: Any, other: Any, size: int) -> None:
    told = [
        history(*(sms(at, f"{name}{n}", template=template) for n, (at, template) in enumerate(many)))
        for name, many in (("a", one), ("b", other))
    ]
    put = Put(CORRESPONDENCE, Rule.UNION, *told)
    whole = (await put.one()).record.items
    assert await put.pages(size) == list(whole)
    shown = {(item.template, item.at.replace(second=0)) for item in whole if item.template is not None}
    every = [item for many in told for item in many.items]
    assert shown == {
        (item.template, item.at.replace(second=0)) for item in every if item.template is not None
    }
    assert len(in_order(whole)) == len(whole)


def calls(system: str, count: int) -> Any:
    """So many calls a minute apart, as one system tells them."""
    return history(
        *(
            happened(
                CALL, NOW - timedelta(minutes=number), id=f"{number}", source=SourceRef(system, f"{number}")
            )
            for number in range(count)
        )
    )


NUMBERS = [
    (Filter(ids=frozenset({"b/2", "3"})), "b/2 3"),
    (Filter(ids=frozenset({"b/9"})), ""),
    (Filter(until=NOW - timedelta(minutes=2)), "b/2 2 b/3 3"),
]


@pytest.mark.parametrize(("wanted", "ids"), NUMBERS)
async def test_a_page_of_a_union_has_what_is_wanted_of_all_members(wanted: Filter, ids: str) -> None:
    put = Put(INTERACTION, Rule.UNION, calls("a", 4), calls("b", 4))
    assert [item.id for item in await put.pages(1, wanted)] == ids.split()


async def test_a_number_is_looked_for_only_where_it_can_be() -> None:
    put = Put(INTERACTION, Rule.UNION, calls("a", 2), calls("b", 2))
    assert [item.id for item in await put.pages(9, Filter(ids=frozenset({"1"})))] == ["1"]
    assert (len(put.members[0].pages), put.members[1].pages) == (1, [])


async def test_a_page_of_a_union_needs_every_member() -> None:
    put = Put(INTERACTION, Rule.UNION, history(happened(CALL, NOW)), DOWN)
    page = await put.page(EVERYTHING, None, 5)
    assert (type(page), page.reason) == (SourceUnavailable, "reset")


async def test_pages_go_on_at_the_last_minute_of_all_calendars() -> None:
    last = datetime.max.replace(tzinfo=NOW.tzinfo)
    told = [
        history(happened(CALL, last, id=f"{n}", source=SourceRef(name, f"{n}")))
        for n, name in enumerate("ab")
    ]
    assert [item.id for item in await Put(INTERACTION, Rule.UNION, *told).pages(1)] == ["b/1", "0"]
