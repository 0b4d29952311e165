"""A gateway with the sandbox's document service as its neighbour, and how its callers fetch documents."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from httpx2 import Response
from pypdf import PdfReader

from gateway.settings import Settings
from resolvers.sealing import NodeKey, node_id
from sandbox.upstreams.running import Upstreams, running
from sources.crn import Crn
from sources.parts import Correspondence
from sources.parts.correspondence import CorrespondenceChannel, DocumentRef
from tests.running.answers import Answer
from tests.running.people import letter
from tests.running.services import HOUSE, told_by_town
from tests.running.serving import NOON, Gate, serving

EMBEDDED = HOUSE / "sources/mixes/embedded.toml"
KEYS = count(1)
CARDS = """query($crn: CRN!) { customer(crn: $crn) { overview { cards { edges { node {
    title readState document { id type pages bytes language fallback } } } } } } }"""
OPEN = """mutation($input: OpenDocumentInput!) { openDocument(input: $input) { __typename
    ... on DocumentOpened { address expiresAt replayed document { id fallback } }
    ... on DocumentInArchive { fallback document { id } }
    ... on RuleViolation { code message } } }"""
MARK = """mutation($input: MarkDocumentViewedInput!) { markDocumentViewed(input: $input) { __typename
    ... on DocumentViewed { viewedAt replayed document { id } }
    ... on RuleViolation { code message } } }"""


def with_document(item: Correspondence, **told: Any) -> Correspondence:
    """The letter or message with a document that the document service has by its number."""
    number = told.pop("number", f"P{item.id}")
    return msgspec.structs.replace(item, document=DocumentRef(number, **told))


def posted(owner: Crn, id: str = "letter", **told: Any) -> Correspondence:
    """A letter of today with a document of one page."""
    usual = {"channel": CorrespondenceChannel.LETTER_ONLINE, "title": "Your payment changed"}
    return with_document(letter(owner, id, NOON.date(), **(usual | told)), pages=1, language="en")


def sources_with(folder: Path, address: str, more: str = "") -> Path:
    """The embedded sources file, with the document service elsewhere; `more` is added to what is said of it."""
    told = EMBEDDED.read_text("utf-8").replace("http://127.0.0.1:8108", address)
    told = told.replace('"services/', f'"{EMBEDDED.parent}/services/')
    file = folder / "sources.toml"
    file.write_text(told.replace("retention_days = 120\n", f"retention_days = 120\n{more}"), "utf-8")
    return file


@asynccontextmanager
async def serving_documents(
    folder: Path, *records: Any, more: str = "", **settings: Any
) -> AsyncIterator[tuple[Gate, Upstreams]]:
    """A gateway that knows these records in its own database, and whose documents are printed by the sandbox."""
    async with running(told_by_town(records)) as systems:
        file = sources_with(folder, systems.addresses["document"], more)
        chosen = Settings(home=folder, sources=str(file), **settings)
        async with serving(folder, *records, settings=chosen) as gate:
            yield gate, systems


def new_key() -> str:
    """An idempotency key that nobody used."""
    return f"key-{next(KEYS):016}"


async def cards(gate: Gate, owner: Crn, persona: str = "officer") -> list[dict[str, Any]]:
    """The cards of somebody, as far as documents go."""
    answer = await gate.ask(CARDS, persona, crn=owner)
    return [edge["node"] for edge in answer.data["customer"]["overview"]["cards"]["edges"]]


async def document_id(gate: Gate, owner: Crn, title: str = "Your payment changed") -> str:
    """The id of the document on the card with a title."""
    (found,) = [one["document"]["id"] for one in await cards(gate, owner) if one["title"] == title]
    return str(found)


async def opened(
    gate: Gate,
    id: str,
    persona: str = "officer",
    key: str | None = None,
    document: str = OPEN,
    **headers: str,
) -> Answer:
    """The answer to a command about a document."""
    given = {"idempotencyKey": key or new_key(), "id": id}
    return await gate.ask(document, persona, headers, input=given)


async def address_of(gate: Gate, id: str, persona: str = "officer") -> str:
    """An address of a document."""
    answer = await opened(gate, id, persona)
    return str(answer.data["openDocument"]["address"])


async def fetched(gate: Gate, address: str, persona: str | None = "officer", **headers: str) -> Response:
    """What an address gives, as the client library has it."""
    shown = {"authorization": f"Bearer {gate.token(persona)}"} if persona is not None else {}
    return await gate.client.get(address, headers=shown | headers)


def sealed(gate: Gate, who: str, kind: str = "Document", native: str = "letter") -> str:
    """The id of a document that the gateway would give out."""
    return node_id(gate.gateway.sealer, NodeKey(kind, Crn(who), native))


def code(answer: Response) -> tuple[int, str]:
    """How a request for a document was refused."""
    told = answer.json()
    assert set(told) == {"errors"}
    return answer.status_code, told["errors"][0]["extensions"]["code"]


def texts_of(pdf: bytes) -> str:
    """What stands on the pages of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def states(cards: Iterable[dict[str, Any]]) -> Sequence[str]:
    """The read states of cards."""
    return [one["readState"] for one in cards]
