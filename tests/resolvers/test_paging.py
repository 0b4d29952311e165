"""Cursors and node ids: opaque, bound to their list, impossible to make up."""

import base64
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.cards.card import CardPlace
from resolvers.paging import MOST_PER_PAGE, Pager
from resolvers.refusal import Refusal
from resolvers.sealing import Cursor, NodeKey, cursor_of, cursor_text, node_id, node_key
from sources.parts.history import Keyset
from tests.people import NOW, SEALER
from tests.records import OWNER, crn

PLACE = Keyset(NOW, "I1")
MOMENTS = st.integers(0, 10**15).map(
    lambda micros: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)
CURSORS = st.builds(
    Cursor[Keyset],
    st.builds(Keyset, MOMENTS, st.text(max_size=8)),
    st.dictionaries(st.text(max_size=8), MOMENTS, max_size=3),
    st.none() | st.dates(),
)


def pager(first: int = 10, after: str | None = None, bound_to: str = "calls") -> Pager:
    return Pager(SEALER, first, after, bound_to)


def refused(text: str, bound_to: str = "calls") -> bool:
    try:
        cursor_of(SEALER, text, bound_to, Keyset)
    except Refusal as refusal:
        return refusal.code == "BAD_USER_INPUT"
    return False


@given(CURSORS)
def test_a_cursor_comes_back_as_it_went(cursor: Any) -> None:
    assert cursor_of(SEALER, cursor_text(SEALER, cursor, "calls"), "calls", Keyset) == cursor


@given(st.builds(CardPlace, st.booleans(), st.dates(), MOMENTS, st.text(max_size=5), st.text(max_size=5)))
def test_the_place_of_a_card_comes_back_as_it_went(place: CardPlace) -> None:
    back = cursor_of(
        SEALER, cursor_text(SEALER, Cursor(place, {"told": NOW}, date(2025, 3, 10)), "x"), "x", CardPlace
    )
    assert back.place == place
    assert back.place.rank == place.rank


def test_a_place_ranks_the_same_whatever_the_offset_it_is_written_with() -> None:
    other = NOW.astimezone(timezone(timedelta(hours=11)))
    places = [CardPlace(False, date(2025, 3, 10), at, "SMS", "1") for at in (NOW, other)]
    assert places[0].rank == places[1].rank


@pytest.mark.parametrize("bound_to", ["call", "calls ", "", "letters", f"calls:{crn(2)}"])
def test_a_cursor_of_another_list_is_refused(bound_to: str) -> None:
    assert refused(cursor_text(SEALER, Cursor(PLACE), "calls"), bound_to)


@given(st.text(max_size=80))
def test_a_cursor_cannot_be_made_up(text: str) -> None:
    assert refused(text)


def test_a_cursor_that_was_touched_anywhere_is_refused() -> None:
    text = cursor_text(SEALER, Cursor(PLACE), "calls")
    sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for number in range(len(sealed)):
        touched = bytearray(sealed)
        touched[number] ^= 1
        assert refused(base64.urlsafe_b64encode(bytes(touched)).rstrip(b"=").decode())
    assert refused(text[:-4])
    assert refused(text + "AAAA")


def test_a_node_id_is_no_cursor_and_a_cursor_no_node_id() -> None:
    assert refused(node_id(SEALER, NodeKey("Customer", OWNER)))
    assert node_key(SEALER, cursor_text(SEALER, Cursor(PLACE), "")) is None


@given(st.sampled_from(["Customer", "Debt", "Interaction"]), st.integers(0, 999_999), st.text(max_size=20))
def test_a_node_id_is_stable_and_tells_nothing(type: str, number: int, native: str) -> None:
    key = NodeKey(type, crn(number), native)
    sealed = node_id(SEALER, key)
    assert sealed == node_id(SEALER, key)
    assert node_key(SEALER, sealed) == key
    assert crn(number)[:9] not in sealed
    assert len(native) < 5 or native not in sealed


@given(st.integers(0, 999), st.integers(0, 999), st.text(max_size=4), st.text(max_size=4))
def test_two_things_never_share_a_node_id(one: int, two: int, first: str, second: str) -> None:
    ids = {
        node_id(SEALER, NodeKey("Debt", crn(number), native))
        for number, native in ((one, first), (two, second))
    }
    assert len(ids) == 1 + ((one, first) != (two, second))


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é", "a" * 5000, "\0", "=", "=====", "AQ"])
def test_a_text_that_is_no_node_id_stands_for_nothing(text: str) -> None:
    assert node_key(SEALER, text) is None


@pytest.mark.parametrize("first", [1, 10, MOST_PER_PAGE])
def test_a_page_size_in_its_range_is_taken(first: int) -> None:
    assert pager(first).start(Keyset) is None


@pytest.mark.parametrize("first", [0, -1, MOST_PER_PAGE + 1])
def test_a_page_size_out_of_its_range_is_refused(first: int) -> None:
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        pager(first).start(Keyset)


def test_a_page_says_what_is_before_and_behind_it() -> None:
    def page(after: str | None, more: bool, nodes: list[str]) -> Any:
        return pager(after=after).connection(nodes, lambda node: Cursor(Keyset(NOW, node)), more, 7)

    first = page(None, True, ["a", "b"])
    assert (first.page_info.has_previous_page, first.page_info.has_next_page) == (False, True)
    assert (first.page_info.start_cursor, first.page_info.end_cursor) == (
        first.edges[0].cursor,
        first.edges[1].cursor,
    )
    assert first.total_count == 7
    last = page(first.page_info.end_cursor, False, ["c"])
    assert (last.page_info.has_previous_page, last.page_info.has_next_page) == (True, False)
    empty = page(first.page_info.end_cursor, False, [])
    assert (empty.page_info.start_cursor, empty.page_info.end_cursor) == (None, None)
