"""What is kept of readings: made once of the very same one, and of no view that a caller alone has."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from resolvers.caller import Caller, CallerKind
from resolvers.customer import Picture, picture
from resolvers.debt import debt_account
from resolvers.histories import history_page
from resolvers.paging import Connection
from resolvers.refusal import Refusal
from sources.parts import DEBT, INTERACTION
from sources.parts.debt import DebtStatus
from sources.source import EVERYTHING, Filter
from tests.people import NOW, OFFICER, PARTNER, Body, body_with, picture_of, there
from tests.records import CALL, ONLINE, OWNER, debt, happened, history

DAY = timedelta(days=1)
ITEMS = [happened(CALL, NOW - DAY * number, id=f"I{number}") for number in range(9)]
DEBTS = [debt("10", NOW - DAY * number) for number in range(3)]


def known(*items: Any, **told: Any) -> Body:
    return body_with({INTERACTION: history(*(items or ITEMS), **told), DEBT: history(*DEBTS)})


async def page(
    body: Body,
    seen: Picture | None = None,
    wanted: Filter = EVERYTHING,
    first: int = 5,
    after: str | None = None,
) -> Connection[Any]:
    """A page of interactions, as another request is told it."""
    seen = seen or await picture_of(body)
    return await there(history_page(seen.scope, seen, INTERACTION, wanted, first, after, ()))


async def test_of_the_same_reading_a_page_is_made_once() -> None:
    body = known()
    fetched, again = await page(body), await page(body)
    assert again is not fetched  # it was not in the memory yet
    assert await page(body) is again
    assert again == fetched


async def test_whatever_is_asked_in_another_way_is_another_page() -> None:
    body = known()
    await page(body)
    first = await page(body)
    others = [
        await page(body, first=4),
        await page(body, after=first.edges[1].cursor),
        await page(body, wanted=Filter(kinds=frozenset({ONLINE.value}))),
        await page(body, wanted=Filter(since=NOW - DAY)),
    ]
    assert [len(one.edges) for one in others] == [4, 5, 0, 2]
    assert await page(body) is first


async def test_a_page_that_reaches_beyond_the_reading_is_asked_for_each_time() -> None:
    body = known(*ITEMS[:3], complete_since=ITEMS[2].at)
    body.sources[INTERACTION.name].older = history(*ITEMS)
    for _ in range(3):
        assert len((await page(body)).edges) == 5
    assert len(body.sources[INTERACTION.name].pages) == 3


async def test_another_reading_shows_another_page() -> None:
    body = known()
    await page(body)
    first = await page(body)
    body.tell(INTERACTION, history(*ITEMS[1:]))
    await body.cache.invalidate(OWNER)
    assert [len((await page(body, first=9)).edges) for _ in range(3)] == [8, 8, 8]
    assert await page(body) is not first
    assert body.pieces is not None
    assert body.pieces.of(first) is None  # it went with its reading


async def test_who_is_shown_less_of_a_reading_never_meets_what_others_are_shown() -> None:
    body = known()
    for _ in range(2):
        assert len((await page(body, first=9)).edges) == 9
    assert body.pieces is not None
    held = len(body.pieces)
    for _ in range(2):
        scope = body.scope(PARTNER, body.loaders(PARTNER, earliest=NOW - DAY))
        partner = await picture(scope, OWNER, [INTERACTION])
        shown = await page(body, partner, first=9)
        assert len(shown.edges) == 2
        assert body.pieces.of(shown) is None
    assert len(body.pieces) == held
    assert len((await page(body, first=9)).edges) == 9


async def test_who_may_not_see_a_part_is_refused_though_others_have_seen_it() -> None:
    body = known()
    for _ in range(2):
        await page(body)
        debt_account(await picture_of(body), None)
    blind = Caller(CallerKind.STAFF, "officer-2", "body", scopes=frozenset({"customer:read"}))
    seen = await picture_of(body, caller=blind)
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await page(body, seen)
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        debt_account(seen, None)


async def test_a_bad_cursor_is_refused_though_the_page_is_there() -> None:
    body = known()
    for _ in range(2):
        await page(body)
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        await page(body, after="no cursor")
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        await page(body, first=0)


async def test_another_word_for_what_is_taken_out_makes_another_page() -> None:
    """BR-CO-6."""
    body = known(happened(CALL, NOW, title="About 2123 45670 1"))
    for mark in ("one", "one", "two", "one"):
        seen = await picture_of(body)
        labels = msgspec.structs.replace(
            seen.scope.labels, overview={**seen.scope.labels.overview, "medicare_number": mark}
        )
        seen.scope = msgspec.structs.replace(seen.scope, labels=labels)
        assert (await page(body, seen)).edges[0].node.title == f"About {mark}"


async def test_an_account_is_made_once_for_each_choice_of_statuses() -> None:
    body = known()
    debt_account(await picture_of(body), None)
    account = debt_account(await picture_of(body), None)
    assert debt_account(await picture_of(body, caller=OFFICER), []) is account
    chosen = debt_account(await picture_of(body), [DebtStatus.PARKED])
    assert (len(account.debts), len(chosen.debts)) == (3, 0)
    assert debt_account(await picture_of(body), [DebtStatus.PARKED]) is chosen


async def test_without_a_place_for_them_nothing_is_kept() -> None:
    body = known()
    body.pieces = None
    first, second = [await page(body) for _ in range(2)]
    assert first == second
    assert first is not second
