"""Documents, as callers open them: on their cards, by an address for one caller and one minute, and who read what."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from gateway.settings import Settings
from sandbox.upstreams.running import Upstreams
from sources.parts import Restriction
from sources.parts.correspondence import CorrespondenceChannel, DocumentRef
from sources.source import SourceAsked
from tests.running import NOON, Gate, serving
from tests.running.documents import (
    MARK,
    address_of,
    cards,
    document_id,
    fetched,
    new_key,
    opened,
    posted,
    serving_documents,
    states,
    texts_of,
    with_document,
)
from tests.running.people import ANNE, BORIS, CLARA, letter, message, online, person
from tests.sources.sql.statements import overheard

OLD = NOON - timedelta(days=27)
TITLE = "Your payment changed"


@pytest.fixture(scope="module")
async def neighbours(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Gate, Upstreams]]:
    told = [
        person(ANNE),
        posted(ANNE),
        with_document(
            message(ANNE, "sms", NOON - timedelta(hours=1), CorrespondenceChannel.SMS, title="Please call")
        ),
        message(ANNE, "push", NOON - timedelta(hours=2), CorrespondenceChannel.PUSH, title="Payment made"),
        with_document(letter(ANNE, "gone", OLD.date(), title="Gone"), archived=True),
        online(ANNE, "told", NOON - timedelta(hours=3), title="Report", receipt_number="R-1"),
        person(BORIS),
        posted(BORIS),
        Restriction(BORIS, restricted=True, manager="officer-9"),
        person(CLARA),
        posted(CLARA),
    ]
    async with serving_documents(tmp_path_factory.mktemp("documents"), *told) as both:
        await both[0].tell(
            with_document(letter(ANNE, "lost", OLD.date(), title="Lost"))
        )  # and the system never heard
        yield both


@pytest.fixture
def gate(neighbours: tuple[Gate, Upstreams]) -> Gate:
    neighbours[0].hands.now = NOON
    return neighbours[0]


async def test_a_card_says_which_document_it_has_and_where_that_is(gate: Gate) -> None:
    told = {one["title"]: one for one in await cards(gate, ANNE)}
    document = told[TITLE]["document"]
    assert {name: document[name] for name in document if name != "id"} == {
        "type": "application/pdf",
        "pages": 1,
        "bytes": None,
        "language": "en",
        "fallback": None,
    }
    assert told["Please call"]["document"]["fallback"] is None
    assert told["Gone"]["document"]["fallback"] == "ARCHIVE"
    for title in ("Payment made", "Report"):
        assert (told[title]["document"], told[title]["readState"]) == (None, "NOT_APPLICABLE")


async def test_the_receipt_of_a_transaction_is_in_the_archive(gate: Gate) -> None:
    answer = await gate.ask(
        """query($crn: CRN!) { customer(crn: $crn) { overview { cards(kinds: [ONLINE_ACTIVITY]) { edges { node {
        activities { edges { node { document { id } details {
            ... on DigitalDetails { receiptNumber receipt { id fallback type } } } } } } } } } } } }""",
        crn=ANNE,
    )
    (edge,) = answer.data["customer"]["overview"]["cards"]["edges"]
    (activity,) = (one["node"] for one in edge["node"]["activities"]["edges"])
    receipt = activity["details"]["receipt"]
    assert (activity["document"], receipt["fallback"], receipt["type"]) == (
        None,
        "ARCHIVE",
        "application/pdf",
    )
    done = (await opened(gate, receipt["id"])).data["openDocument"]
    assert done == {
        "__typename": "DocumentInArchive",
        "fallback": "ARCHIVE",
        "document": {"id": receipt["id"]},
    }


async def test_the_list_of_correspondence_has_the_same_documents(gate: Gate) -> None:
    answer = await gate.ask(
        "query($crn: CRN!) { customer(crn: $crn) { correspondence { edges { node { title document { id } } } } } }",
        crn=ANNE,
    )
    told = {
        edge["node"]["title"]: edge["node"]["document"]
        for edge in answer.data["customer"]["correspondence"]["edges"]
    }
    assert told[TITLE] == {"id": await document_id(gate, ANNE)}
    assert told["Payment made"] is None


async def test_an_officer_opens_the_letter_as_its_customer_saw_it(gate: Gate) -> None:
    """BR-CO-20."""
    id = await document_id(gate, ANNE)
    done = (await opened(gate, id)).data["openDocument"]
    assert done["__typename"] == "DocumentOpened"
    assert done["expiresAt"] == "2025-03-10T01:01:00+00:00"
    answer = await fetched(gate, done["address"])
    assert answer.status_code == 200, answer.text
    reader = PdfReader(BytesIO(answer.content))
    catalog: Any = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert (catalog["/Lang"], catalog["/MarkInfo"]["/Marked"]) == ("en", True)
    assert b"pdfuaid" in answer.content or "/StructTreeRoot" in catalog
    for word in (TITLE, "Given Family0101", ANNE, "10 March 2025"):
        assert word in texts_of(answer.content)


async def test_a_document_cannot_be_anything_else_to_a_browser(gate: Gate) -> None:
    answer = await fetched(gate, await address_of(gate, await document_id(gate, ANNE)))
    told = answer.headers
    assert told["content-type"] == "application/pdf"
    assert told["content-disposition"] == 'inline; filename="document.pdf"'
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"].startswith("sandbox")
    assert told["cache-control"] == "no-store"
    assert told["referrer-policy"] == "no-referrer"
    assert told["vary"].startswith("Authorization, X-API-Key")
    assert int(told["content-length"]) == len(answer.content)
    assert told["x-request-id"]
    assert "etag" not in told
    assert told["ratelimit"]


async def test_each_officer_has_read_what_that_officer_opened(gate: Gate) -> None:
    """BR-CO-22."""
    id, title = await document_id(gate, ANNE, "Please call"), "Please call"

    async def state(persona: str) -> str:
        return str(
            next(one["readState"] for one in await cards(gate, ANNE, persona) if one["title"] == title)
        )

    address = await address_of(gate, id)
    assert [await state(who) for who in ("officer", "centre")] == ["UNREAD", "UNREAD"]
    await fetched(gate, address)
    assert [await state(who) for who in ("officer", "centre")] == ["READ", "UNREAD"]
    done = (await opened(gate, id, "centre", document=MARK)).data["markDocumentViewed"]
    assert (done["viewedAt"], done["replayed"]) == ("2025-03-10T01:00:00+00:00", False)
    assert await state("centre") == "READ"


async def test_the_first_time_that_a_document_was_opened_stays(gate: Gate) -> None:
    id = await document_id(gate, CLARA)
    first = (await opened(gate, id, document=MARK)).data["markDocumentViewed"]["viewedAt"]
    gate.hands.now = NOON + timedelta(hours=1)
    again = (await opened(gate, id, document=MARK)).data["markDocumentViewed"]
    assert again["viewedAt"] == first


async def test_read_states_of_all_cards_are_one_look_and_none_when_nobody_asks(
    gate: Gate, tmp_path: Path
) -> None:
    told = [person(ANNE), *(posted(ANNE, f"l{one}", title=f"Letter {one}") for one in range(12))]
    async with serving_documents(tmp_path, *told) as (own, _):
        with overheard(own.gateway.engine) as first:
            assert states(await cards(own, ANNE)) == ["UNREAD"] * 12
        with overheard(own.gateway.engine) as second:
            await own.ask(
                "query($crn: CRN!) { customer(crn: $crn) { overview { cards { totalCount } } } }", crn=ANNE
            )
        assert [sum("document_view" in text for text, _ in said) for said in (first, second)] == [1, 0]


async def test_a_key_that_is_sent_again_gets_the_same_address(gate: Gate) -> None:
    id, key = await document_id(gate, ANNE), new_key()
    first = (await opened(gate, id, key=key)).data["openDocument"]
    gate.hands.now = NOON + timedelta(seconds=20)
    again = (await opened(gate, id, key=key)).data["openDocument"]
    assert again == first | {"replayed": True}
    other = await document_id(gate, ANNE, "Please call")
    assert (await opened(gate, other, key=key)).data["openDocument"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await opened(gate, other, "centre", key=key)).data["openDocument"]["replayed"] is False
    assert (await opened(gate, other, key=key, document=MARK)).data["markDocumentViewed"]["replayed"] is False


@pytest.mark.parametrize("key", ["short", "a key with blanks", "k" * 65])
async def test_a_key_of_another_form_is_refused(key: str, gate: Gate) -> None:
    answer = await opened(gate, await document_id(gate, ANNE), key=key)
    assert answer.at("openDocument") == "BAD_USER_INPUT"


@pytest.mark.parametrize("id", ["", "nothing", "AQ", "x" * 5000])
async def test_what_is_no_id_of_a_document_leads_to_none(id: str, gate: Gate) -> None:
    before = len(gate.journal)
    assert (await opened(gate, id)).data["openDocument"]["code"] == "NOT_FOUND"
    assert gate.journal[before:] == []


async def test_every_step_is_on_record_with_the_document_as_a_mark(gate: Gate) -> None:
    id, before = await document_id(gate, ANNE), len(gate.journal)
    address = await address_of(gate, id)
    await fetched(gate, address)
    await opened(gate, id, document=MARK)
    events = gate.journal[before:]
    assert [one["action"] for one in events] == ["document_address", "document_opened", "document_marked"]
    assert len({one["subject"] for one in events}) == 1
    assert {one["verdict"] for one in events} == {"OPEN"}
    assert {tuple(one["parts"]) for one in events} == {("correspondence", "customer")}


async def test_a_document_that_its_source_never_had_is_looked_for_in_the_archive(gate: Gate) -> None:
    answer = await fetched(gate, await address_of(gate, await document_id(gate, ANNE, "Lost")))
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        404,
        "DOCUMENT_ARCHIVED",
    )


async def test_a_letter_that_is_older_than_its_source_keeps_it_is_in_the_archive(
    tmp_path: Path,
) -> None:
    day = timedelta(days=1)
    told = [
        person(ANNE),
        *(
            posted(
                ANNE, f"l{back}", title=f"{back} days", created_at=NOON - back * day, issue_date=NOON.date()
            )
            for back in (120, 121)
        ),
    ]
    async with serving_documents(tmp_path, *told) as (gate, _):
        found = {one["title"]: one["document"]["fallback"] for one in await cards(gate, ANNE)}
        assert found == {"120 days": None, "121 days": "ARCHIVE"}


async def test_without_a_source_of_documents_everything_is_in_the_archive(tmp_path: Path) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text('[systems.sql]\ndatabase = true\n[parts]\nrest = "sql"\n', "utf-8")
    chosen = Settings(home=tmp_path, sources=str(sources))
    async with serving(tmp_path, person(ANNE), posted(ANNE), settings=chosen) as alone:
        (card,) = await cards(alone, ANNE)
        assert card["document"]["fallback"] == "ARCHIVE"
        assert (await opened(alone, card["document"]["id"])).data["openDocument"]["fallback"] == "ARCHIVE"


async def test_asking_the_source_is_told_like_asking_any_other(gate: Gate) -> None:
    address = await address_of(gate, await document_id(gate, ANNE))
    before = len(gate.events)
    await fetched(gate, address)
    (asked,) = [
        one for one in gate.events[before:] if isinstance(one, SourceAsked) and one.part == "document"
    ]
    assert (asked.system, asked.known, asked.faults) == ("documents", 1, {})


def test_a_document_of_ours_is_a_pdf_unless_its_source_says_otherwise() -> None:
    assert DocumentRef("P1").type == "application/pdf"
