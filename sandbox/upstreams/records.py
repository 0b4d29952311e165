"""What the upstream systems hold: one record a customer, or a history of items; newest last, cut by windows."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeAlias

import msgspec

from sandbox.upstreams.times import moment

Record: TypeAlias = dict[str, Any]
Row: TypeAlias = dict[str, Any]

WHOLE: Final = ("customer", "restriction", "ownership", "entitlement")
HISTORIES: Final = ("interaction", "correspondence", "debt")
LETTERS: Final = frozenset({"LETTER_ONLINE", "LETTER_PAPER"})
NEXT: Final = timedelta(microseconds=1)


@dataclass(slots=True)
class Item:
    """One record, where it stands in its history, and how its system tells it once somebody has asked."""

    at: datetime
    id: str
    record: Record
    row: Row | None = None


@dataclass(frozen=True)
class Cut:
    """The items of one customer in a window, newest first; `complete_from` is None when nothing is left out."""

    items: Sequence[Item]
    complete_from: datetime | None
    more: bool


@dataclass(slots=True)
class Shelf:
    """The items of one customer, each number once."""

    by_id: dict[str, Item] = field(default_factory=dict)
    _sorted: list[Item] | None = None

    def put(self, item: Item) -> None:
        """Add an item, in place of the one with its number."""
        self.by_id[item.id] = item
        self._sorted = None

    def cut(self, since: datetime | None, before: datetime | None, limit: int | None) -> Cut:
        """Return at most `limit` items at or after `since` and at or before `before`."""
        items = self._in_order()
        end = len(items) if before is None else bisect_right(items, before, key=_at)
        start = 0 if since is None else min(bisect_left(items, since, key=_at), end)
        complete_from = since if start else None
        if limit is not None and end - start > limit:
            start = end - limit
            complete_from = items[start - 1].at + NEXT
            return Cut(items[start:end][::-1], complete_from, True)
        return Cut(items[start:end][::-1], complete_from, False)

    def _in_order(self) -> list[Item]:
        if self._sorted is None:
            self._sorted = sorted(self.by_id.values(), key=lambda item: (item.at, item.id))
        return self._sorted


class Records:
    """Everything that the systems hold, by part and customer. `version` rises with every change."""

    def __init__(self) -> None:
        self.version = 0
        self._whole: dict[str, dict[str, Item]] = {part: {} for part in WHOLE}
        self._shelves: dict[str, dict[str, Shelf]] = {part: {} for part in HISTORIES}

    def add(self, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        """Add records, each in place of the one it replaces; return how many."""
        count = 0
        for part, told in entries:
            item = _item(part, msgspec.to_builtins(told))
            crn = item.record["crn"]
            if part in self._whole:
                self._whole[part][crn] = item
            else:
                self._shelves[part].setdefault(crn, Shelf()).put(item)
            count += 1
        self.version += 1
        return count

    def clear(self) -> None:
        """Forget everything."""
        for items in self._whole.values():
            items.clear()
        for shelves in self._shelves.values():
            shelves.clear()
        self.version += 1

    def one(self, part: str, crn: str) -> Item | None:
        """Return the one record of a customer."""
        return self._whole[part].get(crn)

    def all(self, part: str) -> Iterable[Record]:
        """Return the record of every customer."""
        return (item.record for item in self._whole[part].values())

    def history(self, part: str, crn: str) -> Shelf:
        """Return the items of a customer."""
        return self._shelves[part].get(crn) or Shelf()

    def somebody_else(self, crns: Sequence[str]) -> str:
        """Return a customer who is none of these."""
        return next((crn for crn in self._whole["customer"] if crn not in crns), "000999999T")


def _item(part: str, record: Record) -> Item:
    return Item(_at_of(part, record), record["id"] if part in HISTORIES else record["crn"], record)


def _at_of(part: str, record: Record) -> datetime:
    if part == "interaction":
        return moment(record["started_at"])
    if part == "debt":
        return moment(record["registered_at"])
    if part == "correspondence":
        if record["channel"] in LETTERS:
            return datetime.combine(date.fromisoformat(record["issue_date"]), time(10, tzinfo=UTC))
        return moment(record["created_at"])
    return datetime.min.replace(tzinfo=UTC)


def _at(item: Item) -> datetime:
    return item.at
