"""One upstream system on its port: a dialect, its pages, and the faults that strike it."""

import asyncio
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from msgspec import UNSET

from sandbox.upstreams.calls import Calls
from sandbox.upstreams.crossing import Crossing
from sandbox.upstreams.delivery import ELSEWHERE, altered, deliver
from sandbox.upstreams.dialect import Dialect, Next, Question, Refusal
from sandbox.upstreams.faults import LINK, ROWS, SWAPPED, Active, Faults
from sandbox.upstreams.records import Records, Row
from sandbox.upstreams.server import Answer, Request, in_json
from sandbox.upstreams.spoiling import spoilt

PAGE_ROWS: Final = 5_000


class Service:
    """Answers the requests to one system."""

    def __init__(
        self, dialect: Dialect, records: Records, faults: Faults, page_rows: int = PAGE_ROWS
    ) -> None:
        self.dialect = dialect
        self.calls = Calls()
        self._crossing = Crossing()
        self._records, self._faults, self._page_rows = records, faults, page_rows

    async def talk(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; tell whether the connection lives on."""
        try:
            asked: Question | Refusal = self.dialect.question(request)
        except Refusal as refusal:
            asked = refusal
        crns = asked.crns if isinstance(asked, Question) else ()
        self.calls.note(request.method, request.path, crns, request.headers.get("on-behalf-of"))
        faults = self._faults.striking(self.dialect.name, request.path, crns)
        answer = self._answer(request, asked, faults)
        for active in faults:
            if active.fault.kind != SWAPPED:
                answer = altered(answer, active)
            elif active.fault.seconds is UNSET:
                answer = await self._crossing.crossed(answer)
            else:
                answer = await self._crossing.crossed(answer, active.fault.seconds)
        return await deliver(answer, faults, reader, writer)

    def _answer(self, request: Request, asked: Question | Refusal, faults: Sequence[Active]) -> Answer:
        try:
            if isinstance(asked, Refusal):
                raise asked
            return self._page(request, asked, faults)
        except Refusal as refusal:
            return in_json(refusal.status, self.dialect.refused(refusal.status, refusal.said))

    def _page(self, request: Request, question: Question, faults: Sequence[Active]) -> Answer:
        rows = question.rows()
        then = None
        if question.pages:
            start = question.offset if question.page is None else (question.page - 1) * self._page_rows
            end = start + self._page_rows
            then = Next(end, end // self._page_rows + 1) if end < len(rows) else None
            rows = rows[start:end]
            then = self._led_astray(then, end, faults)
        for active in faults:
            if active.fault.kind in ROWS:
                rows = self._spoilt(rows, question, active)
        answer = in_json(200, question.wrap(rows, then))
        if not question.single:
            return answer
        return _tagged(answer, request.headers.get("if-none-match") if not faults else None)

    def _led_astray(self, then: Next | None, end: int, faults: Sequence[Active]) -> Next | None:
        for active in faults:
            if active.fault.kind == LINK and self.dialect.links:
                location = active.fault.location
                origin = (ELSEWHERE if location is UNSET else str(location)).rstrip("/")
                return Next(then.offset if then else end, then.page if then else 0, origin)
        return then

    def _spoilt(self, rows: list[Row], question: Question, active: Active) -> list[Row]:
        stranger = self._records.somebody_else(question.crns)
        return spoilt(active.fault.kind, rows, self.dialect.subject, question.crns, stranger, active.random)


def _tagged(answer: Answer, known: str | None) -> Answer:
    tag = f'"{blake2b(answer.body, digest_size=12).hexdigest()}"'
    if known == tag:
        return Answer(304, b"", {"ETag": tag})
    return Answer(answer.status, answer.body, {**answer.headers, "ETag": tag})
