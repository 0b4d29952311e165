"""Whatever somebody's history is: paging gives every entry once, in order, however it is cut."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.policy import Policy, TimelinePolicy
from resolvers.timeline import Asked
from sources.parts import CORRESPONDENCE, INTERACTION
from sources.parts.history import History
from sources.parts.interaction import Channel, SourceRef
from tests.people import NOW, Body, body_with, ruled
from tests.records import CALL, OWNER, SMS, happened, history, written
from tests.resolvers.lives import lives
from tests.resolvers.timelines import histories, page_of, walked

MINUTE = timedelta(minutes=1)
TOMORROW = timedelta(days=1)


def narrow(room: int, scanned: int = 3) -> Policy:
    """A policy without pins, and with so little room that every list is cut short again and again."""
    rules = TimelinePolicy(room=room, scanned=scanned)
    return msgspec.structs.replace(ruled(pinned={}), timeline=rules)


PLAIN = ruled(pinned={})


def cut(body: Body, share: int) -> None:
    """Let the readings hold the newest of the items only; the sources hold all of them."""
    for part in (INTERACTION, CORRESPONDENCE):
        source = body.sources[part.name]
        for owner, every in list(source.known.items()):
            held = every.items[: max(1, len(every.items) * share // 4)]
            source.older = every
            source.known[owner] = History(owner, held, held[-1].at)


@settings(max_examples=60, deadline=None)
@given(lives(), st.integers(1, 9), st.integers(0, 4), st.integers(0, 3))
async def test_paging_to_the_end_gives_each_entry_once_in_order(
    lived: list[Any], first: int, share: int, room: int
) -> None:
    whole = [one.id for one in await walked(body_with(histories(lived), policy=PLAIN), first=100)]
    body = body_with(histories(lived), policy=narrow(room))
    assert len(whole) == len(set(whole))
    cut(body, share)
    entries = await walked(body, first=first)
    assert [one.id for one in entries] == whole
    assert entries == sorted(entries, key=lambda one: one.place, reverse=True)
    assert {one.place.id.partition(":")[0] for one in entries} == {one.id for one in lived}


@settings(max_examples=30, deadline=None)
@given(lives(), lives(8), st.integers(1, 6))
async def test_newer_arrivals_change_no_page_that_has_a_cursor(
    lived: list[Any], late: list[Any], first: int
) -> None:
    body = body_with(histories(lived), policy=PLAIN)
    begun = await page_of(body, first=first)
    if begun.page_info.has_next_page:
        after = begun.page_info.end_cursor
        follows = await page_of(body, first=first, after=after)
        for part, every in histories(lived).items():
            # a letter of today counts as sent at its end: what is newer than all of it happened tomorrow
            fresh = [happened(CALL, NOW + TOMORROW + MINUTE * n) for n, _ in enumerate(late)]
            if part is INTERACTION:
                body.tell(part, history(*every.items, *fresh))
        await body.cache.invalidate(OWNER)
        assert (await page_of(body, first=first, after=after)).edges == follows.edges


TWINS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from("both text call number".split())), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(TWINS, st.integers(1, 5), st.integers(0, 4), st.integers(2, 4))
async def test_an_event_that_two_parts_tell_is_there_once_whatever_the_pages(
    told: list[Any], first: int, share: int, room: int
) -> None:
    """A text message told as correspondence, and as an interaction some seconds apart."""
    calls, texts, expected = [], [], set()
    for number, (seconds, how) in enumerate(told):
        at = (NOW - timedelta(days=1)).replace(second=0) + MINUTE * 10 * number
        late = at + timedelta(seconds=seconds % 60)
        early = at + timedelta(seconds=seconds // 7)
        ref = SourceRef("pluto", f"N{number}")
        if how != "call":
            text = written(SMS, early, id=f"T{number}", template=f"S{number}", source=ref)
            texts.append(text)
            expected.add(f"T{number}")
        if how != "text":
            twin = {"source": ref} if how == "number" else {"activity": f"S{number}"}
            calls.append(happened(CALL, late, id=f"C{number}", **({"channel": Channel.SMS} | twin)))
        if how == "call":
            expected.add(f"C{number}")
    body = body_with({INTERACTION: history(*calls), CORRESPONDENCE: history(*texts)}, policy=narrow(room))
    if calls and texts:
        cut(body, share)
    assert sorted(one.place.id for one in await walked(body, first=first)) == sorted(expected)


@settings(max_examples=40, deadline=None)
@given(lives(), st.integers(1, 7), st.integers(0, 4))
async def test_a_filter_gives_the_same_whatever_the_pages(lived: list[Any], first: int, share: int) -> None:
    body = body_with(histories(lived), policy=PLAIN)
    every = await walked(body, first=100)
    for asked, wanted in (
        (Asked(text="asked"), [one for one in every if "asked" in one.title.lower()]),
        (
            Asked(kinds=frozenset(one.kind for one in every[:1])),
            [one for one in every if one.kind is every[0].kind],
        ),
        (
            Asked(outcomes=frozenset(one.outcome for one in every[:1])),
            [o for o in every if o.outcome is every[0].outcome],
        ),
        (
            Asked(channels=frozenset(o.channel for o in every[:1] if o.channel)),
            [o for o in every if o.channel is every[0].channel or every[0].channel is None],
        ),
    ):
        again = body_with(histories(lived), policy=narrow(share))
        cut(again, share)
        assert await walked(again, asked, first) == wanted
