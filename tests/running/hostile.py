"""The sandbox's systems behind doors that a test holds: a system answers as it should, or with bytes of the test's own.

What comes through a wrong answer is full of people: in its body, its headers, its first line, its fields.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import msgspec

from sandbox.upstreams.document import DOCUMENT
from sandbox.upstreams.running import Upstreams
from sandbox.upstreams.server import Listener, Request, Talk
from tests.running.canary import BIRDS, OPEN, SHUT

TALE = " ".join(f"{bird.crn} {bird.word('tale')} {bird.mail} {bird.number(0)}" for bird in BIRDS)
"""What no answer should tell."""


class Doors:
    """Where the systems are met, what was asked at all of them, and what they say instead."""

    def __init__(self, systems: Upstreams) -> None:
        self.heard = b""
        self._instead: bytes | None = None
        talks: dict[str, Talk] = {name: service.talk for name, service in systems.services.items()}
        talks[DOCUMENT] = systems.documents.talk
        self._listeners = {name: Listener("127.0.0.1", 0, self._before(talk)) for name, talk in talks.items()}

    @property
    def addresses(self) -> dict[str, str]:
        return {name: listener.address for name, listener in self._listeners.items()}

    @contextmanager
    def saying(self, answer: bytes) -> Iterator[None]:
        """Every system answers with bytes as they are, and hangs up."""
        self._instead = answer
        try:
            yield
        finally:
            self._instead = None

    def _before(self, good: Talk) -> Talk:
        async def talk(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
            asked = {**request.query, "path": request.path, "headers": request.headers}
            self.heard += msgspec.json.encode(asked) + request.body
            if self._instead is None:
                return await good(request, reader, writer)
            writer.write(self._instead)
            await writer.drain()
            return False

        return talk

    async def open(self) -> None:
        for listener in self._listeners.values():
            await listener.open()

    async def close(self) -> None:
        for listener in self._listeners.values():
            await listener.close()


@asynccontextmanager
async def doors(systems: Upstreams) -> AsyncIterator[Doors]:
    """Doors, for as long as a test needs them."""
    held = Doors(systems)
    await held.open()
    try:
        yield held
    finally:
        await held.close()


def answer(body: bytes | str, first: str = "200 OK", *more: str) -> bytes:
    """An answer over HTTP whose length is right."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {first}", f"Content-Length: {len(raw)}", "Connection: close", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def rows(value: str, crn: str = SHUT.crn, more: str = "") -> bytes:
    """An answer that fits every system's dialect in outline; `value` stands in JSON where something else should."""
    told = f"""{{"personNumber": "{crn}", "dateOfBirth": {value}, "names": {value}, "phones": {value},
        "crn": "{crn}", "restricted": {value}, "officers": {value}, "people": [{{"personNumber": "{crn}",
        "dateOfBirth": {value}, "addresses": {value}}}], "matches": [{{"personNumber": {value}}}],
        "records": [{{"Customer__c": "{crn}", "Id": "1", "Name": "1", "Subject__c": {value}, "Type__c": {value},
            "SourceSystem__c": "a", "Start__c": {value}, "CreatedDate": {value}, "Site__r": {value}}}],
        "results": [{{"person_ref": "{crn}", "held_in": "a", "held_as": "1", "current_hold": {value},
            "cases": {value}, "id": "1", "properties": {{"contact": "{crn}", "channel": {value},
            "direction": {value}, "created": {value}, "dated": {value}, "origin": "a", "origin_number": "1"}}}}],
        "d": {{"results": [{{"Partner": "{crn}", "DebtNo": "1", "BenefitType": {value}, "Status": {value},
            "RegisteredAt": {value}, "TotalAmount": {value}, "SourceSystem": "a", "SourceKey": "1"}}]}},
        "payload": [{{"contact": {{"identifier": "{crn}"}}, "payments": {value},
            "claims": [{{"display_id": "1", "created": {value}, "items": {value}}}]}}],
        "coverage": [] {more}}}"""
    return answer(told, "200 OK", "Content-Type: application/json")


_TOLD = msgspec.json.encode({"error": TALE, "detail": [TALE], TALE: TALE}).decode()
_TEXT = msgspec.json.encode(TALE).decode()
_BAD, _SHAPE = {"source.bad_data"}, {"source.unreadable"}
_RESET, _LED = {"source.reset"}, {"security.led_elsewhere"}
_AWAY = "http://elsewhere.invalid/" + TALE.replace(" ", "/")

TROUBLES: Mapping[str, tuple[bytes, set[str]]] = {
    "an error that tells why": (answer(_TOLD, "500 Oh"), {"source.http_error"}),
    "an error with a phrase that tells": (answer("{}", f"503 {TALE}"), {"source.http_error"}),
    "no entry": (answer(_TOLD, "401 No", f"WWW-Authenticate: Bearer {TALE}"), {"source.auth_failed"}),
    "nobody by this name": (answer(_TOLD, "404 No"), {"source.http_error", "source.unavailable"}),
    "too often": (answer(_TOLD, "429 No", f"Retry-After: {TALE}"), {"source.throttled"}),
    "a way elsewhere": (answer(_TOLD, "302 There", f"Location: {_AWAY}"), _LED),
    "a way that is none": (answer(_TOLD, "302 There", f"Location: http://[{TALE}"), _LED),
    "headers that tell": (
        answer(
            _TOLD, "500 Oh", f"Server: {TALE}", f"Date: {TALE}", f"Set-Cookie: a={TALE}", f"{SHUT.crn}: a"
        ),
        {"source.http_error"},
    ),
    "half of a text": (answer(_TOLD[:-9]), _SHAPE),
    "a page": (answer(f"<html><title>{TALE}</title>", "200 OK", "Content-Type: text/html"), _SHAPE),
    "bytes that are no text": (answer(b'{"people": ["\xff\xfe' + TALE.encode() + b'"]}'), _SHAPE),
    "a text that ends in half a letter": (answer(f'{{"people": ["{TALE}\\ud800"]}}'), _SHAPE),
    "lists in lists": (answer("[" * 20_000 + _TEXT + "]" * 20_000), _SHAPE),
    "a number of thousands of digits": (answer(f'{{"people": {SHUT.crn[:9] * 900}}}'), _SHAPE),
    "a text instead of everything": (answer(_TEXT), _SHAPE),
    "the wrong packing": (answer(_TOLD, "200 OK", "Content-Encoding: gzip"), _BAD),
    "a packing that tells": (answer(_TOLD, "200 OK", f"Content-Encoding: {SHUT.crn}"), _BAD),
    "a length that tells": (f"HTTP/1.1 200 OK\r\nContent-Length: {TALE}\r\n\r\n{_TOLD}".encode(), _RESET),
    "a length that is too long": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + _TOLD.encode(),
        _RESET,
    ),
    "a way of sending that tells": (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {TALE}\r\n\r\n{_TOLD}".encode(),
        _RESET,
    ),
    "pieces whose length tells": (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{TALE}\r\n".encode(),
        _RESET,
    ),
    "a header without an end": (f"HTTP/1.1 200 OK\r\nX: {TALE * 2000}".encode(), _RESET),
    "a header without a name": (answer("{}", "200 OK", TALE), _RESET),
    "a status that is none": (f"HTTP/1.1 {TALE}\r\n\r\n".encode(), _RESET),
    "no HTTP at all": (TALE.encode() + b"\r\n\r\n", _RESET),
    "nothing but a number": (answer(SHUT.crn), _SHAPE),
    "somebody else": (rows('"x"', crn=OPEN.crn), {"security.wrong_subject"}),
    "a number that is none": (rows('"x"', crn=TALE), {"source.records_dropped", "security.wrong_subject"}),
    "a next page elsewhere": (
        rows("null", more=f', "nextRecordsUrl": "{_AWAY}", "next_page": {_TEXT}, "paging": {_TEXT}'),
        {"security.led_elsewhere", "source.unreadable"},
    ),
    **{
        f"rows with {name}": (rows(value), {"source.records_dropped", "source.unreadable"})
        for name, value in {
            "a text": _TEXT,
            "a long text": msgspec.json.encode(TALE * 30).decode(),
            "a list": f"[{_TEXT}, [{_TEXT}]]",
            "names that tell": f"{{{_TEXT}: {_TEXT}}}",
            "a number too large": f"{SHUT.crn[:9]}e999",
            "a number without end": SHUT.crn[:9] * 40,
            "a moment that is none": f'"9999-12-31T23:59:59+99:99 {SHUT.crn}"',
            "what looks like a complaint": f'"x` - at `$.{SHUT.word("place").lower()}`"',
            "something about all": "null",
        }.items()
    },
}
"""What systems say, and what of it stands in the log: one of these, for each."""
