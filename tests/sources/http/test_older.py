"""Pages of older items: joined they are the whole history, whatever the system's manner of telling it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.errors import BadData, SourceUnavailable, WrongSubject
from sources.parts.history import Keyset, in_order, place
from sources.source import EVERYTHING, Filter, Page, SubjectMismatch
from tests.people import NOW
from tests.records import OWNER, crn
from tests.sources.http.json_system import Asked, Said
from tests.sources.http.telephony import GET, OLDER, RECORD, asking, call, check_nothing_is_said_of
from tests.sources.specimens import interaction

THERE = f"/customers/{OWNER}/older"
MAPPING = GET + OLDER + RECORD
COARSE = MAPPING.replace("{before}", "{before:epoch_s}")


class Held:
    """A system that holds a history, and tells of it in its own manner."""

    def __init__(
        self,
        moments: Sequence[datetime],
        included: bool = False,
        order: Callable[[Any], Any] = lambda row: 0,
        most: int = 10_000,
    ) -> None:
        self.rows = [
            call(OWNER, f"I{number:03}") | {"at": at.isoformat()} for number, at in enumerate(moments)
        ]
        self._included = included
        self._order = order
        self._most = most

    def __call__(self, asked: Asked) -> Any:
        told = asked.parameter("before")
        rows = sorted(self.rows, key=lambda row: (row["at"], row["id"]), reverse=True)
        if told is not None:
            before = (
                datetime.fromtimestamp(int(told), UTC) if told.isdigit() else datetime.fromisoformat(told)
            )
            rows = [row for row in rows if self._is_before(datetime.fromisoformat(row["at"]), before)]
        return sorted(rows[: min(int(asked.parameter("rows") or 0), self._most)], key=self._order)

    def _is_before(self, at: datetime, before: datetime) -> bool:
        return at <= before if self._included else at < before


async def joined(
    source: Any, wanted: Filter = EVERYTHING, size: int = 3, start: Keyset | None = None
) -> list[str]:
    """The numbers on all pages, one after the other, as whoever pages gets them."""
    found: list[Any] = []
    while True:
        page = await source.page(OWNER, wanted, place(found[-1]) if found else start, size)
        assert isinstance(page, Page), page.reason
        found += page.items
        if not page.more:
            return [item.id for item in found]
        assert len(page.items) == size


ORDERS: dict[str, Callable[[Any], Any]] = {
    "newest first": lambda row: 0,
    "oldest first": lambda row: row["at"],
    "no order": lambda row: row["id"][::-1],
}
moments = st.lists(
    st.one_of(
        st.integers(0, 4).map(lambda seconds: NOW - timedelta(seconds=seconds)),
        st.integers(0, 3_000_000).map(lambda parts: NOW - timedelta(microseconds=parts)),
        st.integers(0, 5000).map(lambda hours: NOW - timedelta(hours=hours)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(
    moments,
    st.booleans(),
    st.sampled_from(sorted(ORDERS)),
    st.integers(1, 9),
    st.sampled_from([MAPPING, COARSE]),
)
async def test_all_pages_joined_are_the_history(
    held: list[datetime], included: bool, order: str, size: int, mapping: str
) -> None:
    system = Held(held, included, ORDERS[order])
    whole = in_order(interaction(OWNER, f"I{number:03}", at) for number, at in enumerate(held))
    async with asking(mapping, {THERE: system}) as source:
        assert await joined(source, size=size) == [item.id for item in whole]


@pytest.mark.parametrize("included", [False, True])
async def test_a_long_history_with_a_crowd_at_one_moment_is_paged_to_its_end(included: bool) -> None:
    crowd = [NOW - timedelta(hours=1)] * 450
    held = [*(NOW - timedelta(minutes=number) for number in range(5)), *crowd, NOW - timedelta(hours=2)]
    async with asking(COARSE, {THERE: Held(held, included)}) as source:
        found = await joined(source, size=50)
        assert (len(found), len(set(found))) == (456, 456)


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("most", [10, 37, 100, 199])
async def test_a_system_that_gives_fewer_than_it_is_asked_for_is_paged_to_its_end(
    most: int, included: bool
) -> None:
    """It stops at a number of its own without a word: that is not the end of the history."""
    held = [NOW - timedelta(minutes=number) for number in range(450)]
    async with asking(COARSE, {THERE: Held(held, included, most=most)}) as source:
        assert await joined(source, size=50) == [f"I{number:03}" for number in range(450)]


async def test_a_crowd_at_one_moment_that_a_system_does_not_get_past_is_no_end() -> None:
    crowd = [NOW - timedelta(hours=1)] * 80
    held = Held([NOW, *crowd, NOW - timedelta(hours=2)], most=50)
    async with asking(COARSE, {THERE: held}) as source:
        page = await source.page(OWNER, EVERYTHING, None, 100)
        assert isinstance(page, SourceUnavailable)
        assert page.reason == "depth"


async def test_a_page_that_is_full_takes_one_question_and_the_last_one_another() -> None:
    held = Held([NOW - timedelta(minutes=number) for number in range(10)])
    async with asking(MAPPING, {THERE: held}) as source:
        start = Keyset(NOW - timedelta(minutes=6), "I006")
        first = await source.page(OWNER, EVERYTHING, start, 2)
        assert isinstance(first, Page)
        assert ([item.id for item in first.items], first.more) == (["I007", "I008"], True)
        assert len(source.system.asked) == 1
        assert await joined(source, size=5, start=start) == ["I007", "I008", "I009"]
        assert len(source.system.asked) == 3


async def test_an_item_that_is_looked_for_by_its_number_takes_no_more_questions_than_it_needs() -> None:
    held = Held([NOW - timedelta(minutes=number) for number in range(900)])
    async with asking(MAPPING, {THERE: held}) as source:
        page = await source.page(OWNER, Filter(ids=frozenset({"I003"})), None, 1)
        assert isinstance(page, Page)
        assert [item.id for item in page.items] == ["I003"]
        assert len(source.system.asked) == 1


FILTERS = [
    (Filter(ids=frozenset({"I003", "I250"})), ["I003", "I250"]),
    (Filter(kinds=frozenset({"OUTBOUND_CALL"})), []),
    (Filter(channels=frozenset({"PHONE"}), since=NOW - timedelta(minutes=2)), ["I000", "I001", "I002"]),
    (Filter(until=NOW - timedelta(minutes=298)), ["I298", "I299"]),
    (Filter(since=NOW - timedelta(minutes=5), until=NOW - timedelta(minutes=4)), ["I004", "I005"]),
    (Filter(since=NOW + timedelta(minutes=5)), []),
    (Filter(since=NOW, until=datetime.max.replace(tzinfo=UTC)), ["I000"]),
    (Filter(until=datetime.min.replace(tzinfo=UTC)), []),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS)
async def test_what_the_system_does_not_filter_is_filtered(wanted: Filter, found: list[str]) -> None:
    held = Held([NOW - timedelta(minutes=number) for number in range(300)])
    async with asking(MAPPING, {THERE: held}) as source:
        assert await joined(source, wanted) == found


async def test_nothing_older_than_what_is_wanted_is_asked_for() -> None:
    held = Held([NOW - timedelta(minutes=number) for number in range(900)])
    async with asking(MAPPING, {THERE: held}) as source:
        await joined(source, Filter(since=NOW - timedelta(minutes=2)))
        assert len(source.system.asked) == 1


async def test_a_system_that_holds_too_much_else_is_unavailable_for_it() -> None:
    held = Held([NOW - timedelta(minutes=number) for number in range(4500)])
    async with asking(MAPPING, {THERE: held}) as source:
        page = await source.page(OWNER, Filter(kinds=frozenset({"CHAT"})), None, 5)
        assert isinstance(page, SourceUnavailable)
        assert (page.reason, len(source.system.asked)) == ("depth", 20)


async def test_rows_that_cannot_be_mapped_do_not_end_a_history() -> None:
    held = Held([NOW - timedelta(minutes=number) for number in range(500)])
    for row in held.rows[10:20]:
        row["type"] = []
    held.rows[30]["customer"] = ""
    held.rows[30]["type"] = []
    async with asking(MAPPING, {THERE: held}) as source:
        assert len(await joined(source, size=195)) == 489


async def test_items_at_the_edges_of_all_calendars_are_paged_past() -> None:
    edges = [datetime(9999, 12, 31, 23, 59, 59, 999999, UTC), NOW, datetime(1, 1, 1, tzinfo=UTC)]
    async with asking(MAPPING, {THERE: Held(edges)}) as source:
        assert await joined(source, size=1) == ["I000", "I001", "I002"]


@pytest.mark.parametrize("stranger", [call(crn(9), "I9"), call(crn(9), "I9", type=[])])
async def test_a_page_with_a_row_about_somebody_else_is_nobodys(stranger: dict[str, Any]) -> None:
    async with asking(MAPPING, {THERE: [call(OWNER, "I1"), stranger]}) as source:
        page = await source.page(OWNER, EVERYTHING, None, 5)
        assert isinstance(page, WrongSubject)
        assert source.told(SubjectMismatch) == [SubjectMismatch("interaction", "telephony", 1)]
        check_nothing_is_said_of([OWNER, crn(9)], [page], source.events)


@pytest.mark.parametrize(
    ("answer", "kind"), [(Said({}, "500 Oops"), SourceUnavailable), (Said(b"<p>"), BadData), (3, BadData)]
)
async def test_a_page_that_cannot_be_had_is_a_fault(answer: Any, kind: type) -> None:
    async with asking(MAPPING, {THERE: answer}) as source:
        page = await source.page(OWNER, EVERYTHING, None, 5)
        assert isinstance(page, kind)
        check_nothing_is_said_of([OWNER], [page], source.events)


async def test_a_customer_whom_the_system_does_not_know_has_no_older_items() -> None:
    async with asking(MAPPING, {}) as source:
        assert await source.page(OWNER, EVERYTHING, None, 5) == Page((), False)


async def test_of_a_system_that_pages_no_further_the_window_is_paged() -> None:
    rows = [call(OWNER, f"I{number}", number) for number in range(5)]
    since = GET.replace("[404]", '[404]\nquery = { from = "{since}" }')
    async with asking(since + RECORD, {f"/customers/{OWNER}/calls": rows}) as source:
        page = await source.page(OWNER, EVERYTHING, None, 5)
        assert isinstance(page, Page)
        assert (len(page.items), [gap.reason for gap in page.gaps]) == (
            5,
            ["depth"],
        )  # what is behind it is not known
    async with asking(GET + RECORD, {f"/customers/{OWNER}/calls": rows}) as source:
        assert await joined(source, size=2) == ["I0", "I1", "I2", "I3", "I4"]
        assert await joined(source, Filter(ids=frozenset({"I3"}))) == ["I3"]
        assert await joined(source, start=Keyset(NOW - timedelta(minutes=3), "I3")) == ["I4"]
    async with asking(GET + RECORD, {f"/customers/{OWNER}/calls": Said({}, "500 Oops")}) as source:
        assert isinstance(await source.page(OWNER, EVERYTHING, None, 5), SourceUnavailable)
    async with asking(GET + RECORD, {}) as source:
        assert await source.page(OWNER, EVERYTHING, None, 5) == Page((), False)
