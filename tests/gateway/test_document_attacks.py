"""What is tried with documents that are not one's own, and with addresses that are none."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from gateway.edge.answered import HttpAnswered
from sources.parts import Restriction
from tests.running import NOON, Gate, serving
from tests.running.documents import (
    MARK,
    OPEN,
    address_of,
    cards,
    code,
    document_id,
    fetched,
    new_key,
    opened,
    posted,
    sealed,
    serving_documents,
)
from tests.running.keys import key_for
from tests.running.people import ANNE, BORIS, CLARA, person

PDF = b"%PDF-1.7\n" + b"x" * 3000
NAMED = b"x-document-number: Pletter\r\nx-person-number: " + ANNE.encode() + b"\r\n"
TITLE = "Your payment changed"


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    told = [
        *(one for who in (ANNE, BORIS, CLARA) for one in (person(who), posted(who))),
        Restriction(BORIS, restricted=True, manager="officer-9"),
    ]
    async with serving_documents(tmp_path_factory.mktemp("attacks"), *told) as (gate, _):
        yield gate


@pytest.fixture
def gate(shared: Gate) -> Gate:
    shared.hands.now = NOON
    return shared


def bare(answer: httpx2.Response) -> tuple[int, Any, dict[str, str]]:
    """An answer without what tells one request from another."""
    told = answer.json()
    told["errors"][0]["extensions"].pop("reference")
    varying = {"x-request-id", "ratelimit", "ratelimit-policy", "date"}
    return answer.status_code, told, {k: v for k, v in answer.headers.items() if k not in varying}


async def test_nobody_but_its_caller_gets_anything_at_an_address(gate: Gate) -> None:
    """Another caller, an address that has ended, one that was tampered with: all of them get the same answer."""
    address = await address_of(gate, await document_id(gate, ANNE))
    nothing = bare(await fetched(gate, "/documents/nothing"))
    assert nothing[0] == 404
    for persona in ("centre", "restricted", "partner", "dashboard"):
        assert bare(await fetched(gate, address, persona)) == nothing
    last = "A" if address[-1] != "A" else "B"
    for other in (address[:-1] + last, address[:-4], address + "A", "/documents/" + address[11:].swapcase()):
        assert bare(await fetched(gate, other)) == nothing
    gate.hands.now = NOON + timedelta(seconds=60)
    assert bare(await fetched(gate, address)) == nothing
    gate.hands.now = NOON + timedelta(seconds=59)
    assert (await fetched(gate, address)).status_code == 200


async def test_a_header_that_is_wrong_tells_no_more_of_an_address(gate: Gate) -> None:
    address = await address_of(gate, await document_id(gate, ANNE))
    for header in ({"x-access-reason": "CURIOSITY"}, {"x-interaction-id": "not one"}):
        refused = [await fetched(gate, path, "centre", **header) for path in (address, "/documents/nothing")]
        assert bare(refused[0]) == bare(refused[1])
        assert refused[0].status_code == 400


async def test_whoever_shows_somebody_elses_address_is_on_record(gate: Gate) -> None:
    address, before = await address_of(gate, await document_id(gate, ANNE)), len(gate.journal)
    await fetched(gate, address, "centre")
    (event,) = gate.journal[before + 0 :]
    assert (event["action"], event["rule"], event["actor"]["id"]) == ("deny", "address", "officer-2")


async def test_without_a_good_token_an_address_is_no_use(gate: Gate) -> None:
    address = await address_of(gate, await document_id(gate, ANNE))
    answer = await fetched(gate, address, None)
    assert code(answer) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert code(await fetched(gate, address, None, authorization="Bearer nobodys")) == (
        401,
        "UNAUTHENTICATED",
    )
    both = await fetched(gate, address, **{"x-api-key": "cop_test_x"})
    assert code(both) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "path",
    [
        "/documents/",
        "/documents/..%2f..%2fgraphql",
        "/documents/../health/live/x",
        "/documents/a/b",
        "/documents//",
        "/documents/%00",
        "/documents/%F0%9F%93%84",
        "/documents/" + "A" * 8000,
        "/documents/http:%2f%2felsewhere.invalid",
    ],
)
async def test_no_trick_with_a_path_leads_anywhere(path: str, gate: Gate) -> None:
    before = len(gate.journal)
    assert code(await fetched(gate, path)) == (404, "NOT_FOUND")
    assert gate.journal[before:] == []


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
async def test_an_address_is_fetched_by_get_alone(method: str, gate: Gate) -> None:
    address = await address_of(gate, await document_id(gate, ANNE))
    shown = {"authorization": f"Bearer {gate.token()}"}
    answer = await gate.client.request(method, address, headers=shown)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("document", [OPEN, MARK], ids=["open", "mark"])
async def test_an_officer_learns_no_more_of_a_restricted_record(document: str, gate: Gate) -> None:
    field = "openDocument" if document is OPEN else "markDocumentViewed"
    answer = await opened(gate, sealed(gate, BORIS), document=document)
    assert answer.at(field) == "RESTRICTED_RECORD"
    assert (await opened(gate, sealed(gate, BORIS), "dashboard", document=document)).at(field) == "FORBIDDEN"


@pytest.mark.parametrize("document", [OPEN, MARK], ids=["open", "mark"])
async def test_to_a_partner_a_restricted_record_is_an_unknown_document(document: str, gate: Gate) -> None:
    answers = [
        await opened(gate, id, "partner", document=document)
        for id in (
            sealed(gate, BORIS),
            sealed(gate, "000000999X"),
            sealed(gate, ANNE, native="none"),
            "nothing",
        )
    ]
    assert len({answer.text for answer in answers}) == 1
    assert "NOT_FOUND" in answers[0].text


async def test_what_is_restricted_meanwhile_is_not_handed_out(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE)) as (gate, systems):
        address = await address_of(gate, await document_id(gate, ANNE))
        await gate.tell(Restriction(ANNE, restricted=True, manager="officer-9"))
        async with serving(
            tmp_path, settings=gate.gateway.settings
        ) as beside:  # which has kept nothing of before
            assert code(await fetched(beside, address)) == (403, "RESTRICTED_RECORD")
        assert systems.calls("document").requests == 0


async def test_a_partner_opens_what_its_agreement_shows_and_nothing_older(tmp_path: Path) -> None:
    agreements = tmp_path / "agreements.toml"
    agreements.write_text(
        '[agreements.employment-provider]\nparts = ["customer", "correspondence"]\nsince = 2025-03-01\n',
        "utf-8",
    )
    old = posted(ANNE, "old", title="Old", issue_date=(NOON - timedelta(days=20)).date())
    told = (person(ANNE), posted(ANNE), msgspec.structs.replace(old, created_at=NOON - timedelta(days=20)))
    async with serving_documents(tmp_path, *told, agreements_file=agreements) as (gate, _):
        assert len(await cards(gate, ANNE)) == 2
        answer = await fetched(gate, await address_of(gate, sealed(gate, ANNE), "partner"), "partner")
        assert answer.status_code == 200
        late = await opened(gate, sealed(gate, ANNE, native="old"), "partner")
        assert late.data["openDocument"]["code"] == "NOT_FOUND"


async def test_a_partner_whose_agreement_or_scope_shows_no_letters_opens_none(tmp_path: Path) -> None:
    agreements = tmp_path / "agreements.toml"
    agreements.write_text('[agreements.employment-provider]\nparts = ["customer"]\n', "utf-8")
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE), agreements_file=agreements) as (
        gate,
        _,
    ):
        refused = await opened(gate, sealed(gate, ANNE), "partner")
        assert refused.at("openDocument") == "FORBIDDEN_FIELD"
        text, _ = await key_for(gate, kind="service", organisation="agency", scopes=("customer:read",))
        body = msgspec.json.encode(
            {"query": OPEN, "variables": {"input": {"idempotencyKey": new_key(), "id": sealed(gate, ANNE)}}}
        )
        answer = await gate.send(
            "POST", "/graphql", body, {"x-api-key": text, "content-type": "application/json"}
        )
        assert answer.at("openDocument") == "FORBIDDEN_FIELD"


async def test_of_a_document_no_number_name_or_token_is_told_to_operators(gate: Gate) -> None:
    id, before = await document_id(gate, ANNE), len(gate.events)
    address = await address_of(gate, id)
    await fetched(gate, address)
    await fetched(gate, address, "centre")
    said = repr(gate.events[before:])
    for secret in (ANNE, ANNE[:9], "Family", address, address.rpartition("/")[2], id, TITLE, "Pletter"):
        assert secret not in said
    assert ANNE.encode() not in address.encode()
    assert address.rpartition("/")[2] not in str(gate.journal)
    assert {"/documents/{token}"} == {
        one.route for one in gate.events[before:] if isinstance(one, HttpAnswered) and one.method == "GET"
    }


async def test_a_request_without_a_reason_goes_by_the_one_of_the_opening(gate: Gate) -> None:
    id, before = await document_id(gate, ANNE), len(gate.journal)
    reason = {"x-access-reason": "COMPLAINT", "x-interaction-id": "I-7"}
    answer = await opened(gate, id, **reason)
    await fetched(gate, answer.data["openDocument"]["address"])
    told = [(one["action"], one["purpose"], one["interaction"]) for one in gate.journal[before:]]
    assert told == [
        ("document_address", "COMPLAINT", "I-7"),
        ("document_opened", "COMPLAINT", "I-7"),
    ]


async def test_what_cannot_be_put_on_record_is_not_handed_out(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE)) as (gate, systems):
        address = await address_of(gate, await document_id(gate, ANNE))
        journal = gate.gateway.settings.journal
        aside = journal.rename(journal.with_suffix(".aside"))
        journal.mkdir()
        assert code(await fetched(gate, address)) == (503, "AUDIT_UNAVAILABLE")
        assert code(await fetched(gate, address, "centre")) == (404, "NOT_FOUND")
        assert systems.calls("document").requests == 0
        journal.rmdir()
        aside.rename(journal)


async def test_a_caller_that_asks_too_much_gets_no_documents_either(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE), rate_staff=40) as (gate, _):
        address = await address_of(gate, await document_id(gate, ANNE))
        answers = [await fetched(gate, address) for _ in range(20)]
        assert {one.status_code for one in answers} == {200, 429}
        assert int(answers[-1].headers["retry-after"]) > 0
