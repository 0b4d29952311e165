"""The document service: a letter or message as its customer saw it, printed when somebody asks for it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from sandbox.letters import PDF, NoPrinterError, letter_of, printed
from sandbox.town import Town
from sandbox.upstreams.calls import Calls
from sandbox.upstreams.delivery import altered, deliver
from sandbox.upstreams.faults import Faults
from sandbox.upstreams.records import Records
from sandbox.upstreams.server import Answer, Request, in_json

DOCUMENT: Final = "document"
ANOTHER: Final = "L00000000000"
"""The number that an answer has which is about another document, by order."""

Post: TypeAlias = tuple[Mapping[str, Any] | None, Mapping[str, Any]]
Finds: TypeAlias = Callable[[str, str], Post | None]
"""Finds the letter behind a customer's number and a document's: the customer's record, and the letter's."""


def in_records(records: Records) -> Finds:
    """Return what finds letters among records."""

    def find(crn: str, number: str) -> Post | None:
        customer = records.one("customer", crn)
        for item in records.history("correspondence", crn).by_id.values():
            if _number(item.record) == number:
                return customer.record if customer is not None else None, item.record
        return None

    return find


def in_town(town: Town) -> Finds:
    """Return what finds letters in a town, of which one life is told anew for each question."""

    def find(crn: str, number: str) -> Post | None:
        customer = None
        for part, record in town.about(crn):
            if part == "customer":
                customer = record
            elif part == "correspondence" and _number(record) == number:
                return customer, record
        return None

    return find


class DocumentService:
    """Answers the requests for documents."""

    def __init__(self, finds: Finds, faults: Faults) -> None:
        self.calls = Calls()
        self._finds, self._faults = finds, faults

    async def talk(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; tell whether the connection lives on."""
        match request.method, request.segments:
            case "GET", ["people", crn, "documents", number]:
                asked: tuple[str, ...] = (crn, number)
            case _:
                asked = ()
        self.calls.note(request.method, request.path, asked[:1])
        faults = self._faults.striking(DOCUMENT, request.path, asked[:1])
        answer = await self._answer(*asked) if asked else _refused(404, "there is no such path")
        for active in faults:
            if active.fault.kind == "wrong_subject":
                answer = Answer(answer.status, answer.body, {**answer.headers, "X-Document-Number": ANOTHER})
            answer = altered(answer, active)
        return await deliver(answer, faults, reader, writer)

    async def _answer(self, crn: str, number: str) -> Answer:
        found = self._finds(crn, number)
        if found is None:
            return _refused(404, "there is no such document")
        try:
            pdf = await asyncio.to_thread(printed, letter_of(*found))
        except NoPrinterError as error:
            return _refused(503, str(error))
        named = {"X-Document-Number": number, "X-Person-Number": crn}
        return Answer(200, pdf, {"Content-Type": PDF, **named})


def _number(record: Mapping[str, Any]) -> str | None:
    document = record.get("document")
    return document.get("number") if isinstance(document, Mapping) else None


def _refused(status: int, said: str) -> Answer:
    return in_json(status, {"error": said})
