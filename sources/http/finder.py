"""Looking for people in a system that can: it is asked by its mapping, and says who may be meant."""

from typing import Any, Final

from sources.crn import Crn
from sources.errors import BadData, SourceUnavailable
from sources.http.answers import BadShapeError, decoded_json, number
from sources.http.endpoints import TYPED
from sources.http.mapping import SearchMapping
from sources.http.paths import UnfitError
from sources.http.templates import Values
from sources.http.upstream import Upstream
from sources.search import MOST_DUPLICATES, Candidate, Candidates, Criteria

_APART: Final = "|"
_MOST_PAGES: Final = 20


class HttpFinder:
    """The people that one system can look for. `time_limit` is in seconds.

    A place is a page's cursor and how many of the page came before: the system's pages are asked for again from their
    beginning, so that going on after anybody is possible.
    """

    def __init__(self, described: SearchMapping, upstream: Upstream) -> None:
        self.system: Final = upstream.system
        self.time_limit: Final = upstream.seconds
        self._described: Final = described
        self._upstream: Final = upstream

    async def find(self, wanted: Criteria, size: int, after: str | None) -> Candidates:
        """Return at most `size` candidates after a place; raise a `Fault`."""
        if not wanted.protected_names and not self._described.knows_protected:
            # the system would let names count that this caller must not even find somebody by
            raise SourceUnavailable(self.system, "protected names")
        passed, _, cursor = (after or f"0{_APART}").partition(_APART)
        found: list[Candidate] = []
        seen: set[Crn] = set()
        for _ in range(_MOST_PAGES):
            page, following = await self._page(wanted, int(passed) + size + 1, cursor)
            for index, (crn, duplicates) in enumerate(page[int(passed) :], int(passed) + 1):
                if crn not in seen:
                    seen.add(crn)
                    found.append(Candidate(crn, f"{index}{_APART}{cursor}", duplicates))
            if len(found) > size or not following or following == cursor:
                return Candidates(tuple(found[:size]), len(found) > size)
            passed, cursor = "0", following
        raise SourceUnavailable(self.system, "depth")

    async def _page(
        self, wanted: Criteria, size: int, cursor: str
    ) -> tuple[list[tuple[Crn, tuple[Crn, ...]]], str]:
        told: Values = {name: getattr(wanted, name) for name in (*TYPED, "born")}
        endpoint = self._described.endpoint
        call = endpoint.call({**told, "size": size, "cursor": cursor or None})
        body = await self._upstream.read(call, endpoint.not_found)
        if body is None:
            return [], ""
        try:
            return self._read(decoded_json(body))
        except (BadShapeError, UnfitError):
            fault = BadData(self.system, "shape")
        raise fault  # out here, so that what was wrong, and the answer in it, is not even its context

    def _read(self, answer: Any) -> tuple[list[tuple[Crn, tuple[Crn, ...]]], str]:
        described = self._described
        rows, following = described.rows(answer), described.next(answer)
        if not isinstance(rows, list) or not isinstance(following, str | int | None) or following is True:
            raise BadShapeError("rows")
        page = []
        for row in rows:
            crn = number(described.crn(row))
            if crn is None:
                raise BadData(self.system, "number")
            page.append((crn, self._duplicates(crn, row)))
        return page, "" if following is None or following is False else str(following)

    def _duplicates(self, crn: Crn, row: Any) -> tuple[Crn, ...]:
        listed = self._described.duplicates(row) if self._described.duplicates is not None else None
        numbers = [number(one) for one in listed] if isinstance(listed, list) else []
        others = dict.fromkeys(one for one in numbers if one is not None and one != crn)
        return tuple(others)[:MOST_DUPLICATES]
