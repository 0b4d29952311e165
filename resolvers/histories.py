"""Pages of a customer's history: from the reading as far as it reaches, then from its source, place by place."""

from bisect import bisect_left
from collections.abc import Awaitable, Collection, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import msgspec

from resolvers.customer import Picture
from resolvers.medicare import items_without
from resolvers.paging import Connection, Pager
from resolvers.refusal import bad_input
from resolvers.scope import Failure, Scope
from resolvers.sealing import Cursor
from sources.parts import Part
from sources.parts.history import History, Keyset, place
from sources.source import EVERYTHING, Filter, Page
from sources.words import Word

LAST_MOMENT = time.max.replace(fold=1)  # of a day whose last hour comes twice, the second time


def history_page(
    scope: Scope,
    picture: Picture,
    part: Part[Any],
    wanted: Filter,
    first: int,
    after: str | None,
    path: Collection[str | int],
) -> Connection[Any] | Awaitable[Connection[Any]]:
    """Return a page of a history, newest first: at once where the reading has all of it, else what is to be waited
    for. Raise the refusal or the fault.

    Places never change, so what arrives meanwhile shifts nothing. What a source could not give of the page is told as a
    failure at the path.
    """
    bound = f"{part.name}:{picture.number}:{msgspec.json.encode(wanted, order='sorted').decode()}"
    pager = scope.pager(first, after, bound)
    start = pager.start(Keyset)
    before = start.place if start is not None else None
    mark = scope.labels.overview["medicare_number"]

    def held() -> Connection[Any] | None:
        page = held_page(picture.record(part), wanted, before, first)
        return _connection(pager, page, mark) if page is not None else None

    async def asked() -> Connection[Any]:
        page = await scope.loaders.page(picture.number, part, wanted, before, first)
        scope.failures.extend(Failure(tuple(path), gap) for gap in page.gaps)
        return _connection(pager, page, mark)

    found = picture.made(part, (bound, first, after, mark), held)
    return found if found is not None else asked()


async def older_items(
    scope: Scope, picture: Picture, part: Part[Any], wanted: Filter, before: Keyset | None, size: int
) -> Page[Any]:
    """Return at most `size` items older than a place, newest first: from the reading, and from the source only where
    that does not reach. Raise the refusal or the fault."""
    page = held_page(picture.record(part), wanted, before, size)
    return page if page is not None else await scope.loaders.page(picture.number, part, wanted, before, size)


def held_page(
    history: History[Any] | None, wanted: Filter, before: Keyset | None, size: int
) -> Page[Any] | None:
    """Return at most `size` items older than a place as a reading has them, None where it does not reach."""
    items = list(islice(_older(history, wanted, before), size + 1))  # one more tells whether more follows
    if history is not None and _reaches_further(history, wanted, items, size):
        return None
    return Page(tuple(items[:size]), len(items) > size)


def held_items(history: History[Any] | None, wanted: Filter, before: Keyset | None) -> Sequence[Any]:
    """Return the items older than a place of which a reading is sure, newest first: where it is complete."""
    since = history.complete_since if history is not None else None
    return [item for item in _older(history, wanted, before) if since is None or item.at >= since]


def narrowed(
    scope: Scope,
    *,
    kinds: Collection[Word] | None = None,
    channels: Collection[Word] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Filter:
    """Return a filter of local days in the policy's zone, both included; refuse days that stand the wrong way round."""
    if since is not None and until is not None and until < since:
        raise bad_input("`to` is before `from`.")
    zone = scope.policy.tz
    return Filter(
        kinds=frozenset(word.value for word in kinds or ()),
        channels=frozenset(word.value for word in channels or ()),
        since=datetime.combine(since, time.min, zone) if since is not None else None,
        until=datetime.combine(until, LAST_MOMENT, zone) if until is not None else None,
    )


def item_of(history: History[Any] | None, native: str) -> Any | None:
    """Return the item of a history with a number, None where it is not held."""
    return next((item for item in history.items if item.id == native), None) if history is not None else None


def _connection(pager: Pager, page: Page[Any], mark: str) -> Connection[Any]:
    return pager.connection(items_without(page.items, mark), _cursor, page.more)


def _reaches_further(history: History[Any], wanted: Filter, items: Sequence[Any], first: int) -> bool:
    """Tell whether a page reaches back beyond where the reading is complete: what it holds there has holes."""
    since = history.complete_since
    if since is None or (wanted.since is not None and wanted.since >= since):
        return False
    return len([item for item in items if item.at >= since]) <= first


def _older(history: History[Any] | None, wanted: Filter, before: Keyset | None) -> Iterator[Any]:
    """Yield the items older than a place, newest first. They stand in order, so the place is found fast."""
    items = history.items if history is not None else ()
    begin = bisect_left(items, True, key=lambda item: place(item) < before) if before is not None else 0
    if wanted == EVERYTHING:
        return islice(items, begin, None)
    return (item for item in islice(items, begin, None) if wanted.admits(item))


def _cursor(item: Any) -> Cursor[Keyset]:
    return Cursor(place(item))
