"""One question to a system, to its end: page after page, as far as the mapping goes, and what was heard."""

from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from sources.asker import Asker
from sources.crn import Crn
from sources.errors import BadData
from sources.http.answers import BadShapeError, Dropped, Told
from sources.http.calls import Call
from sources.http.endpoints import Endpoint
from sources.http.mapping import PartMapping
from sources.http.paths import UnfitError
from sources.http.templates import Values
from sources.http.upstream import Upstream
from sources.source import Observer


class RecordsDropped(Struct, frozen=True):
    """Rows that could not be mapped: where in the record, and why. Nothing of the rows themselves."""

    part: str
    system: str
    path: str
    reason: str
    rows: int


class AnswerUnreadable(Struct, frozen=True):
    """An answer that is not what the mapping describes, and where it departs from it."""

    part: str
    system: str
    where: str


class BatchFailed(Struct, frozen=True):
    """A question about several customers together was refused, and each was asked for alone."""

    part: str
    system: str
    keys: int


class Heard(Struct):
    """What a system said, over all pages. `cut`: it had more to say; of a history nothing after `cut_at` is missing.

    `unknown` are those it says it does not know, None when it never says so; `silent` tells that it found nobody.
    `lost` rows could not be mapped, and `nameless` ones of them do not say whom they are about.
    """

    rows: list[Any] = field(default_factory=list)
    in_doubt: dict[Crn, Dropped] = field(default_factory=dict)
    lost: int = 0
    nameless: int = 0
    complete_since: dict[Crn, datetime] = field(default_factory=dict)
    unknown: set[Crn] | None = None
    cut: bool = False
    cut_at: datetime | None = None
    silent: bool = False


class Reader:
    """Reads answers by a mapping, to questions in the name of `asker`."""

    def __init__(
        self, described: PartMapping, upstream: Upstream, observe: Observer, asker: Asker | None = None
    ) -> None:
        self.system: Final = upstream.system
        self._described: Final = described
        self._upstream: Final = upstream
        self._observe: Final = observe
        self._asker: Final = asker

    async def read(self, endpoint: Endpoint, values: Values) -> Heard:
        """Return what was heard; raise a `Fault` when a page cannot be had or read: half an answer is none."""
        heard, dropped = Heard(), list[Dropped]()
        first = call = endpoint.call(values)
        for _ in range(self._most_pages):
            # who is not known is said at once: a page that is not found any more is half an answer
            asked = call if self._asker is None else replace(call, asker=self._asker)
            body = await self._upstream.read(asked, endpoint.not_found if call is first else ())
            if body is None:
                heard.silent = True
                break
            told = await self._told(body, endpoint)
            _add(heard, told)
            dropped += told.dropped
            following = self._following(first, told)
            if following is None:
                self._note_full(heard, told)
                break
            call = following
        else:
            self._cut(heard)
        self._tell(dropped)
        return heard

    def _note_full(self, heard: Heard, told: Told) -> None:
        """Take an answer that holds as many rows as the system ever gives for one that was cut."""
        most = self._described.most
        if most is not None and len(told.rows) + len(told.dropped) >= most:
            self._cut(heard)

    def _cut(self, heard: Heard) -> None:
        heard.cut = True
        heard.cut_at = _cut_at(heard.rows) if self._described.part.history else None

    async def _told(self, body: bytes, endpoint: Endpoint) -> Told:
        try:
            return await self._described.answers.told_in_turns(body, endpoint.rows)
        except BadShapeError as error:
            where = str(error)
        raise self._unreadable(where)

    def _unreadable(self, where: str) -> BadData:
        self._observe(AnswerUnreadable(self._described.part.name, self.system, where))
        return BadData(self.system, "shape")

    @property
    def _most_pages(self) -> int:
        return self._described.pages.most if self._described.pages is not None else 1

    def _following(self, first: Call, told: Told) -> Call | None:
        """Return the call for the next page, None where there is none."""
        pages = self._described.pages
        if pages is None:
            return None
        try:
            following = pages.next(told.body)
        except UnfitError:
            following = None
        if following is None:
            raise self._unreadable("pages")
        cursor, link = following
        if link is not None:
            self._upstream.check(link)  # where it leads does not matter: only the cursor in it is taken
        return pages.call(first, cursor) if cursor is not None else None

    def _tell(self, dropped: list[Dropped]) -> None:
        counts: dict[Dropped, int] = {}
        for one in dropped:
            counts[one] = counts.get(one, 0) + 1
        for one, rows in counts.items():
            self._observe(RecordsDropped(self._described.part.name, self.system, one.path, one.reason, rows))


def _add(heard: Heard, told: Told) -> None:
    heard.rows += told.rows
    heard.in_doubt |= told.in_doubt
    heard.lost += len(told.dropped)
    heard.nameless += told.nameless
    heard.complete_since |= told.complete_since
    if told.unknown is not None:
        heard.unknown = (heard.unknown or set()) | told.unknown


def _cut_at(rows: list[Any]) -> datetime | None:
    """Return the moment after which nothing is missing of an answer that was cut: its last row's, when rows come
    newest first; when they do not, that of its newest row, since anything older may be missing."""
    moments = [row.at for row in rows]
    in_order = all(upper >= lower for upper, lower in pairwise(moments))
    return (moments[-1] if in_order else max(moments)) if moments else None
