"""Which customer a number of another system leads to, asked of a system that knows."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sources.crn import Crn
from sources.errors import BadData
from sources.http.answers import BadShapeError, decoded_json, number
from sources.http.mapping import IdentifierMapping
from sources.http.paths import UnfitError
from sources.http.source import SIDE_BY_SIDE
from sources.http.upstream import Upstream
from sources.parts.customer import Identifier

_IN_A_PATH: Final = re.compile(r"[0-9A-Za-z _-]{1,40}")


class HttpDirectory:
    """The numbers that one system can look up. `time_limit` is in seconds."""

    def __init__(self, described: IdentifierMapping, upstream: Upstream) -> None:
        self.system: Final = upstream.system
        self.time_limit: Final = upstream.seconds
        self._described: Final = described
        self._upstream: Final = upstream

    async def resolve(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Crn]:
        """Return the customer behind each number that is known; a number of two customers leads to neither."""
        # nobody's number is made of dots, which would lead a path elsewhere
        kinds = self._described.kinds
        asked = [one for one in identifiers if one.kind.value in kinds and one.value.strip(".")]
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(identifier: Identifier) -> Crn | None:
            async with places:
                return await self._one(identifier)

        found = await asyncio.gather(*map(one, asked))
        return {one: crn for one, crn in zip(asked, found, strict=True) if crn is not None}

    async def _one(self, identifier: Identifier) -> Crn | None:
        described = self._described
        if "value" in described.endpoint.path.blanks and not _IN_A_PATH.fullmatch(identifier.value):
            return None  # no number that could lead to another path is looked up by one
        kind = described.kinds[identifier.kind.value]
        call = described.endpoint.call({"kind": kind, "value": identifier.value})
        body = await self._upstream.read(call, described.endpoint.not_found)
        crns = set() if body is None else self._numbers(body)
        return next(iter(crns)) if len(crns) == 1 else None

    def _numbers(self, body: bytes) -> set[Crn]:
        told = self._told(body)
        numbers = {number(one) for one in (told if isinstance(told, list) else [told]) if one is not None}
        if None in numbers:
            raise BadData(self.system, "number")
        return {crn for crn in numbers if crn is not None}

    def _told(self, body: bytes) -> Any:
        try:
            return self._described.crns(decoded_json(body))
        except (BadShapeError, UnfitError):
            fault = BadData(self.system, "shape")
        raise fault  # out here, so that what was wrong, and the answer in it, is not even its context
