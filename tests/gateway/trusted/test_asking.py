"""What may be asked by an id, what by text, and what is said of everything else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from gateway.settings import Profile, Settings
from gateway.trusted.mode import Mode
from tests.gateway.trusted.desks import OTHER, WHO, Desk, desk_of, key, own
from tests.running.people import ANNE, person

LARGE = "query Large { " + " ".join(f'c{n}: customer(crn: "{ANNE}") {{ crn }}' for n in range(11)) + " }"
EVERYBODY = "query Everybody { viewer { roles } }"
TWO = "query First { viewer { id } } query Second { viewer { kind } }"
BOTH = {"desk": own(WHO, LARGE, TWO), "other": own(OTHER), "any": own(EVERYBODY)}
UNKNOWN = key("nobody's")
ABSENT = object()


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with desk_of(tmp_path_factory.mktemp("asking"), BOTH, person(ANNE)) as serves:
        yield serves


@pytest.fixture(autouse=True)
def _nothing_heard(desk: Desk) -> None:
    desk.gate.events.clear()


def persisted(given: Any, version: Any = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": given}}}


@pytest.mark.parametrize(
    "body",
    [
        {"id": key(WHO)},
        {"id": f"sha256:{key(WHO)}"},
        {"documentId": key(WHO)},
        {"documentId": f"sha256:{key(WHO)}"},
        persisted(key(WHO)),
        {"id": key(WHO), "documentId": f"sha256:{key(WHO)}", **persisted(key(WHO))},
        {"id": key(WHO), "query": WHO},
        {"id": key(WHO), "query": None},
        {"id": key(WHO), "variables": {}, "operationName": "Who", "extensions": {"more": 1}},
        {"query": WHO},
    ],
)
async def test_a_registered_document_is_known_by_each_of_its_names(body: dict[str, Any], desk: Desk) -> None:
    answer = await desk.ask("desk", **body)
    assert answer.data["viewer"] == {"kind": "STAFF", "id": "officer-77"}
    assert (desk.results, desk.counted) == (["hit"], ["Who"])


async def test_what_is_everybodys_is_everybodys(desk: Desk) -> None:
    for client in ("desk", "other", "stranger", None):
        assert (await desk.ask(client, id=key(EVERYBODY))).data["viewer"]


def unsigned(answer: Any) -> tuple[Any, ...]:
    """An answer without the numbers of its request and what its caller may still ask for."""
    reference = answer.headers["x-request-id"]
    changing = {"x-request-id", "date", "ratelimit"}
    headers = {name: value for name, value in answer.headers.items() if name not in changing}
    return answer.status, headers, answer.text.replace(reference, "")


@pytest.mark.parametrize("text", [None, WHO, "{"], ids=["alone", "with a text", "with a text that is none"])
@pytest.mark.parametrize(
    "given",
    [
        key(OTHER),
        key(WHO)[:-1],
        key(WHO).upper(),
        "",
        "any",
        "desk",
        "../desk.json",
        "..%2fdesk",
        "/etc/passwd",
        "\x00",
        "__class__",
        "x" * 5_000,
        f"sha256:sha256:{key(WHO)}",
        f"{key(WHO)} ",
    ],
)
async def test_an_id_of_another_client_is_answered_as_one_that_nobody_has(
    given: str, text: str | None, desk: Desk
) -> None:
    unknown = await desk.ask("desk", id=UNKNOWN, query=text)
    for form in ({"id": given}, {"documentId": given}, persisted(given)):
        answer = await desk.ask("desk", **form, query=text)
        assert (answer.status, answer.refusal) == (404, "DOCUMENT_NOT_FOUND")
        assert unsigned(answer) == unsigned(unknown)
    assert desk.results == ["unknown_id"] * 4


async def test_a_caller_that_names_no_client_has_nobodys_documents(desk: Desk) -> None:
    for client in (None, "DESK", "desk.json", "../manifests/desk", "."):
        assert (await desk.ask(client, id=key(WHO))).refusal == "DOCUMENT_NOT_FOUND"


@pytest.mark.parametrize("text", [OTHER, WHO + " ", "", "{"])
async def test_a_text_that_is_not_the_ids_is_a_mismatch(text: str, desk: Desk) -> None:
    answer = await desk.ask("desk", id=key(WHO), query=text)
    assert (answer.status, answer.refusal) == (400, "DOCUMENT_MISMATCH")
    assert desk.results == ["mismatch"]


@pytest.mark.parametrize(
    "body",
    [
        {"id": key(WHO), "documentId": key(OTHER)},
        {"id": key(WHO), **persisted(UNKNOWN)},
        {"id": 1},
        {"documentId": [key(WHO)]},
        {"variables": {}},
        {"query": None},
        {"extensions": {"persistedQuery": key(WHO)}},
        {"extensions": {"persistedQuery": {}}},
        persisted(1),
        persisted(key(WHO), 2),
        persisted(key(WHO), True),
        persisted(key(WHO), None),
    ],
)
async def test_what_names_no_document_or_two_is_no_request(body: dict[str, Any], desk: Desk) -> None:
    assert (await desk.ask("desk", **body)).refusal == "BAD_REQUEST"


async def test_a_registered_document_may_go_further_than_any_text(desk: Desk) -> None:
    assert (await desk.ask("desk", id=key(LARGE))).data["c10"]["crn"] == ANNE
    assert (await desk.ask("desk", query=LARGE)).data["c0"]["crn"] == ANNE
    assert (await desk.ask("other", query=LARGE)).refusal == "QUERY_TOO_COMPLEX"
    assert desk.counted == ["Large", "Large", None]


async def test_of_several_operations_one_is_named(desk: Desk) -> None:
    assert (await desk.ask("desk", id=key(TWO), operationName="Second")).data["viewer"] == {"kind": "STAFF"}
    for name in (None, "Third"):
        answer = await desk.ask("desk", id=key(TWO), operationName=name)
        assert answer.refusal == "GRAPHQL_VALIDATION_FAILED"
    assert desk.counted == ["Second"]


async def test_what_is_looked_at_by_an_id_is_on_record_with_its_name(tmp_path: Path) -> None:
    asked = "query Asked($crn: CRN!) { customer(crn: $crn) { crn } }"
    async with desk_of(tmp_path, {"desk": own(asked)}, person(ANNE)) as desk:
        for body in ({"id": key(asked)}, {"query": "query ($crn: CRN!) { customer(crn: $crn) { crn } }"}):
            assert (await desk.ask("desk", variables={"crn": ANNE}, **body)).data["customer"]["crn"] == ANNE
        by_id = [one for one in desk.gate.journal if one.get("operation_name") == "Asked"]
        assert len(by_id) == 1
        assert by_id[0]["action"] == "view"


@pytest.mark.parametrize("mode", Mode)
async def test_text_that_nobody_registered(mode: Mode, tmp_path: Path) -> None:
    async with desk_of(tmp_path, BOTH, documents=mode) as desk:
        answers = [await desk.ask("desk", query=text) for text in (WHO, OTHER, EVERYBODY)]
        if mode is Mode.ENFORCE:
            assert (answers[1].status, answers[1].refusal) == (400, "DOCUMENT_NOT_ALLOWED")
        else:
            assert answers[1].data["viewer"]
        assert answers[0].data["viewer"]
        assert answers[2].data["viewer"]
        assert desk.results == ["hit", *([] if mode is Mode.OFF else ["unknown_text"]), "hit"]


@pytest.mark.parametrize(
    "text", ["{ viewer { id } }", WHO + "\n", "#\n" + WHO, WHO.replace("Who", "who"), "{", ""]
)
async def test_enforced_is_the_text_letter_by_letter(text: str, tmp_path: Path) -> None:
    async with desk_of(tmp_path, BOTH, documents=Mode.ENFORCE, profile=Profile.DEVELOPMENT) as desk:
        assert (await desk.ask("desk", query=text)).refusal == "DOCUMENT_NOT_ALLOWED"
        assert (await desk.get("desk", query=text)).refusal == "DOCUMENT_NOT_ALLOWED"
        answer = await desk.ask("desk", query=text, **persisted(key(text)))
        assert answer.refusal == "DOCUMENT_NOT_FOUND"


async def test_without_manifests_an_id_is_unknown_and_text_is_text(tmp_path: Path) -> None:
    async with desk_of(tmp_path, None) as desk:
        assert (await desk.ask("desk", id=key(WHO))).refusal == "DOCUMENT_NOT_FOUND"
        assert (await desk.ask("desk", query=WHO)).data["viewer"]
        assert (await desk.get("desk", id=key(WHO))).status == 405


def test_who_enforces_has_manifests() -> None:
    with pytest.raises(ValidationError, match="needs manifests"):
        Settings(documents=Mode.ENFORCE)


async def test_production_registers_nothing_while_it_runs(tmp_path: Path) -> None:
    for profile in (Profile.PRODUCTION, Profile.EMBEDDED):
        home = tmp_path / profile.value
        home.mkdir()
        async with desk_of(home, BOTH, profile=profile) as desk:
            text = "{ viewer { roles } }"
            for body in (persisted(key(text)), {"query": text, **persisted(key(text))}, persisted(key(text))):
                answer = await desk.ask("desk", **body)
                assert (answer.status, answer.refusal) == (404, "DOCUMENT_NOT_FOUND")
            assert (await desk.ask("desk", **persisted(key(WHO)))).data["viewer"]


async def test_development_registers_a_text_that_comes_with_its_hash(tmp_path: Path) -> None:
    async with desk_of(tmp_path, BOTH, profile=Profile.DEVELOPMENT, documents=Mode.LOG) as desk:
        text = "{ viewer { roles } }"
        missing = await desk.ask("desk", **persisted(key(text)))
        assert (missing.status, missing.refusal) == (200, "PERSISTED_QUERY_NOT_FOUND")
        assert missing.errors[0]["message"] == "PersistedQueryNotFound"
        assert (await desk.ask("desk", query=OTHER, **persisted(key(text)))).refusal == "DOCUMENT_MISMATCH"
        assert (await desk.ask("desk", **persisted(key(text)))).refusal == "PERSISTED_QUERY_NOT_FOUND"
        assert (await desk.ask("desk", query=text, **persisted(key(text)))).data["viewer"]
        assert (await desk.ask("desk", **persisted(key(text)))).data["viewer"]
        extensions = msgspec.json.encode(persisted(key(text))["extensions"]).decode()
        assert (await desk.get("desk", extensions=extensions)).headers["cache-control"] == "no-store"
        assert (await desk.ask("other", **persisted(key(text)))).refusal == "PERSISTED_QUERY_NOT_FOUND"
        assert (await desk.ask("desk", id=key(text))).refusal == "DOCUMENT_NOT_FOUND"
        assert desk.results.count("registered") == 1
        assert set(desk.counted) == {None}
