"""Documents whose source misbehaves: said in JSON before anything was sent, broken off after; never half a document."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.edge.answered import DocumentAnswered
from gateway.settings import Settings
from tests.running import NOON, Gate, serving
from tests.running.documents import (
    CARDS,
    address_of,
    cards,
    code,
    document_id,
    fetched,
    opened,
    posted,
    sealed,
    serving_documents,
    sources_with,
    states,
)
from tests.running.people import ANNE, letter, person
from tests.sources.http.raw_server import Conversation, closes, hangs, raw_server, resets, says, sends

PDF = b"%PDF-1.7\n" + b"x" * 3000
NAMED = b"x-document-number: Pletter\r\nx-person-number: " + ANNE.encode() + b"\r\n"
TITLE = "Your payment changed"


@asynccontextmanager
async def with_source(
    folder: Path, *answers: Conversation, more: str = "seconds = 2\nmost_bytes = 5000\n", **settings: Any
) -> AsyncIterator[Gate]:
    """A gateway whose documents come from a server that says what a test wants."""
    async with raw_server(*answers) as server:
        file = sources_with(folder, server.address, more)
        chosen = Settings(home=folder, sources=str(file), **settings)
        async with serving(folder, person(ANNE), posted(ANNE), settings=chosen) as gate:
            yield gate


def chunked(*pieces: bytes, end: bool = True) -> Conversation:
    body = b"".join(f"{len(one):x}\r\n".encode() + one + b"\r\n" for one in pieces)
    return sends(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
        + NAMED
        + b"\r\n"
        + body
        + (b"0\r\n\r\n" if end else b"")
    )


WRONG = NAMED.replace(b"Pletter", b"Pother")
FAILURES: Mapping[str, tuple[Conversation, int, str]] = {
    "it is down": (closes, 503, "SOURCE_UNAVAILABLE"),
    "it says nothing": (hangs, 503, "SOURCE_TIMEOUT"),
    "it resets": (resets, 502, "SOURCE_BAD_DATA"),
    "it fails": (says(b"no", status=b"500 Oh"), 503, "SOURCE_UNAVAILABLE"),
    "it asks to wait": (says(b"", b"retry-after: 7\r\n", b"429 Many"), 503, "SOURCE_UNAVAILABLE"),
    "it does not know us": (says(b"", status=b"401 Who"), 503, "SOURCE_UNAVAILABLE"),
    "it leads elsewhere": (
        says(b"", b"location: http://elsewhere.invalid/\r\n", b"302 There"),
        503,
        "SOURCE_UNAVAILABLE",
    ),
    "it has no such document": (says(b"", status=b"404 No"), 404, "DOCUMENT_ARCHIVED"),
    "it has it no more": (says(b"", status=b"410 Gone"), 404, "DOCUMENT_ARCHIVED"),
    "it sends a page": (says(b"<!doctype html><p>Sign in", NAMED), 502, "SOURCE_BAD_DATA"),
    "it sends nothing": (says(b"", NAMED), 502, "SOURCE_BAD_DATA"),
    "it sends too little to tell": (says(b"%PDF", NAMED), 502, "SOURCE_BAD_DATA"),
    "it is another document": (says(PDF, WRONG), 502, "SOURCE_WRONG_SUBJECT"),
    "it does not say which it is": (says(PDF), 502, "SOURCE_BAD_DATA"),
    "it is too large by its own word": (says(PDF * 2, NAMED), 502, "SOURCE_BAD_DATA"),
}


@pytest.mark.parametrize("what", FAILURES)
async def test_a_source_that_fails_before_anything_was_sent_is_said_in_json(
    what: str, tmp_path: Path
) -> None:
    conversation, status, said = FAILURES[what]
    async with with_source(tmp_path, conversation) as gate:
        address = await address_of(gate, await document_id(gate, ANNE))
        answer = await fetched(gate, address)
        assert code(answer) == (status, said)
        error = answer.json()["errors"][0]["extensions"]
        assert ("source" in error) == said.startswith("SOURCE_")
        if what == "it asks to wait":
            assert answer.headers["retry-after"] == "7"
        assert states(await cards(gate, ANNE)) == ["UNREAD"]


BROKEN: Mapping[str, Conversation] = {
    "it breaks off": chunked(PDF, end=False),
    "it is too large after all": chunked(*([PDF] * 3)),
    "it says more than it sends": sends(
        b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n" + NAMED + b"\r\n" + PDF
    ),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_a_document_that_cannot_be_had_whole_breaks_off_its_connection(
    what: str, tmp_path: Path
) -> None:
    async with with_source(tmp_path, BROKEN[what]) as gate:
        address = await address_of(gate, await document_id(gate, ANNE))
        with pytest.raises(httpx2.RemoteProtocolError):
            await fetched(gate, address)
        assert states(await cards(gate, ANNE)) == ["UNREAD"]
        told = [one for one in gate.events if isinstance(one, DocumentAnswered)]
        assert [(one.whole, one.code is not None) for one in told] == [(False, True)]


async def test_a_source_that_drips_is_cut_at_the_limit_for_the_whole_document(tmp_path: Path) -> None:
    async def dripping(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 3009\r\n" + NAMED + b"\r\n%PDF-")
        for _step in range(200):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with with_source(tmp_path, dripping) as gate:
        address = await address_of(gate, await document_id(gate, ANNE))
        began = asyncio.get_running_loop().time()
        with pytest.raises(httpx2.RemoteProtocolError):
            await fetched(gate, address)
        assert asyncio.get_running_loop().time() - began < 2 * 2 + 1
        assert states(await cards(gate, ANNE)) == ["UNREAD"]


async def test_a_document_in_pieces_without_a_length_arrives_whole(tmp_path: Path) -> None:
    pieces = [b"%P", b"DF-1.7\n", b"x" * 900, b"y" * 900, b"%%EOF"]
    async with with_source(tmp_path, chunked(*pieces)) as gate:
        answer = await fetched(gate, await address_of(gate, await document_id(gate, ANNE)))
        assert (answer.status_code, answer.content) == (200, b"".join(pieces))
        assert states(await cards(gate, ANNE)) == ["READ"]


async def test_a_reader_who_leaves_ends_it_at_the_source_too(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n" + NAMED + b"\r\n%PDF-")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except OSError:
            ended.set()

    async with with_source(tmp_path, endless, more="seconds = 30\nmost_bytes = 1000000000\n") as gate:
        address = await address_of(gate, await document_id(gate, ANNE))
        shown = {"authorization": f"Bearer {gate.token()}"}
        async with gate.client.stream("GET", address, headers=shown) as answer:
            async for _ in answer.aiter_bytes():
                break
        async with asyncio.timeout(10):
            await ended.wait()
        assert states(await cards(gate, ANNE)) == ["UNREAD"]


async def test_the_gateway_works_while_the_document_service_is_away(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE)) as (gate, systems):
        await systems.fault("document", "down")
        address = await address_of(gate, await document_id(gate, ANNE))
        assert code(await fetched(gate, address)) == (503, "SOURCE_UNAVAILABLE")
        await systems.clear()
        assert (await fetched(gate, address)).status_code == 200


async def test_what_is_read_of_who_read_what_costs_no_card(tmp_path: Path) -> None:
    """A ledger that fails: the cards are there, the read state is not known, and one error says so."""
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE), posted(ANNE, "b", title="B")) as (
        gate,
        _,
    ):
        async with gate.gateway.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TABLE document_view")
        answer = await gate.ask(CARDS, crn=ANNE)
        told = answer.partial["customer"]["overview"]["cards"]["edges"]
        assert [one["node"]["readState"] for one in told] == ["UNKNOWN", "UNKNOWN"]
        (error,) = answer.errors
        assert error["extensions"]["code"] == "SOURCE_UNAVAILABLE"
        pdf = await fetched(gate, await address_of(gate, sealed(gate, ANNE)))
        assert (
            pdf.status_code == 200
        )  # the letter is shown; that it was is not kept, and the operator is told
        assert "document.view_not_kept" in {line.event for line in gate.log}


async def test_a_letter_without_a_document_leads_to_none(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), letter(ANNE, "letter", NOON.date())) as (gate, _):
        answer = await opened(gate, sealed(gate, ANNE))
        assert answer.data["openDocument"]["code"] == "NOT_FOUND"


async def test_each_request_for_a_document_is_counted_with_what_was_decided(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE), admin_port=0) as (gate, _):
        address = await address_of(gate, await document_id(gate, ANNE))
        metrics = gate.gateway.telemetry.metrics
        assert metrics is not None

        def counted(name: str, **labels: str) -> float:
            return metrics.registry.get_sample_value(name, labels) or 0.0

        names = (
            ("documents_total", {"outcome": "ok"}),
            ("documents_total", {"outcome": "not_found"}),
            ("authz_decisions_total", {"rule": "free", "result": "open"}),
            ("authz_decisions_total", {"rule": "address", "result": "refused"}),
        )
        first = [counted(name, **labels) for name, labels in names]
        await fetched(gate, address)
        await fetched(gate, address, "centre")
        assert [counted(name, **labels) for name, labels in names] == [one + 1 for one in first]
        told = [one for one in gate.events if isinstance(one, DocumentAnswered)]
        assert [(one.outcome, one.status) for one in told] == [("ok", 200), ("NOT_FOUND", 404)]
