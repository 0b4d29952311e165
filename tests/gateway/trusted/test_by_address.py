"""Registered queries by GET: what an address may ask for, and what of its answer may be kept."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
import pytest

from gateway.settings import Profile
from tests.gateway.trusted.desks import OTHER, WHO, Desk, desk_of, key, own
from tests.running.people import ANNE, person

CUSTOMER = f'query Fixed {{ customer(crn: "{ANNE}") {{ crn }} }}'
ASKING = "query Asking($crn: CRN = null) { viewer { id } customers(crns: []) { crn } }"
OPTIONAL = "query Optional($more: Boolean = false) { viewer { id kind @include(if: $more) } }"
CHANGING = 'mutation Changing { purgeCache(input: { idempotencyKey: "a", all: true }) { __typename } }'
BROKEN = 'query Broken { viewer { id } searchCustomers(quick: "Smith", first: 101) { __typename } }'
PREFLIGHT = {"apollo-require-preflight": "true"}


@pytest.fixture(scope="module", params=[Profile.EMBEDDED, Profile.DEVELOPMENT], ids=lambda one: one.value)
async def desk(request: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    manifests = {"desk": own(WHO, CUSTOMER, OPTIONAL, CHANGING, BROKEN), "other": own(OTHER)}
    home = tmp_path_factory.mktemp("address")
    async with desk_of(home, manifests, person(ANNE), profile=request.param) as serves:
        yield serves


def develops(desk: Desk) -> bool:
    return desk.gate.gateway.settings.profile is Profile.DEVELOPMENT


def persisted(text: str) -> str:
    told = {"persistedQuery": {"version": 1, "sha256Hash": key(text)}}
    return msgspec.json.encode(told).decode()


@pytest.mark.parametrize(
    "headers",
    [
        PREFLIGHT,
        {"graphql-require-preflight": "1"},
        {"x-apollo-operation-name": "Who"},
        {"content-type": "application/json"},
    ],
)
@pytest.mark.parametrize(
    "told",
    [
        {"id": key(WHO)},
        {"documentId": f"sha256:{key(WHO)}", "variables": "{}"},
        {"extensions": persisted(WHO), "operationName": "Who"},
        {"id": key(WHO), "variables": ""},
    ],
)
async def test_a_registered_query_comes_by_get(
    headers: Mapping[str, str], told: Mapping[str, str], desk: Desk
) -> None:
    answer = await desk.get("desk", headers, **told)
    assert answer.data["viewer"]["kind"] == "STAFF"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in answer.headers["vary"]
    assert answer.headers["etag"].startswith('"')


async def test_who_has_the_answer_already_is_told_so(desk: Desk) -> None:
    mark = (await desk.get("desk", PREFLIGHT, id=key(WHO))).headers["etag"]
    for given in (mark, f"W/{mark}", f'"x", {mark}', "*"):
        again = await desk.get("desk", PREFLIGHT | {"if-none-match": given}, id=key(WHO))
        assert (again.status, again.text) == (304, "")
        assert again.headers["etag"] == mark
        assert again.headers["cache-control"] == "private, no-cache"
    for given in ('"x"', "", mark.strip('"')):
        assert (await desk.get("desk", PREFLIGHT | {"if-none-match": given}, id=key(WHO))).status == 200
    other = await desk.get("desk", PREFLIGHT | {"accept": "application/graphql-response+json"}, id=key(WHO))
    assert other.headers["etag"] != mark


async def test_an_answer_about_a_customer_is_not_kept_and_is_on_record(desk: Desk) -> None:
    before = len(desk.gate.journal)
    answer = await desk.get("desk", PREFLIGHT | {"if-none-match": "*"}, id=key(CUSTOMER))
    assert answer.data["customer"]["crn"] == ANNE
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert [one["operation_name"] for one in desk.gate.journal[before:]] == ["Fixed"]


@pytest.mark.parametrize(
    ("told", "headers"),
    [
        ({"id": key(OPTIONAL), "variables": '{"more": true}'}, PREFLIGHT),
        ({"query": WHO}, PREFLIGHT),
        ({"id": key(WHO), "query": WHO}, PREFLIGHT),
        ({"id": key(WHO)}, {}),
        ({"id": key(WHO)}, {"apollo-require-preflight": ""}),
        ({"id": key(WHO)}, {"content-type": "text/plain"}),
    ],
    ids=["variables", "a text", "both", "no header", "an empty header", "another type"],
)
async def test_anything_else_is_for_development_and_never_kept(
    told: Mapping[str, str], headers: Mapping[str, str], desk: Desk
) -> None:
    answer = await desk.get("desk", headers, **told)
    assert answer.status == (200 if develops(desk) else 405)
    assert "etag" not in answer.headers or "query" in told
    if not develops(desk):
        assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"id": key(WHO), "documentId": key(OTHER)},
        {"variables": "{"},
        {"extensions": "[" * 90},
        {"id": key(WHO), "extensions": "{"},
    ],
)
async def test_an_address_that_cannot_be_read_shows_nothing(told: Mapping[str, str], desk: Desk) -> None:
    answer = await desk.get("desk", PREFLIGHT, **told)
    assert answer.status == (400 if develops(desk) else 405)


async def test_a_mutation_does_not_come_by_get(desk: Desk) -> None:
    assert (await desk.get("desk", PREFLIGHT, id=key(CHANGING))).refusal == "METHOD_NOT_ALLOWED"


async def test_an_id_of_another_client_is_unknown_by_get_too(desk: Desk) -> None:
    for given in (key(OTHER), "../other", "\x00", "x" * 3_000):
        answer = await desk.get("desk", PREFLIGHT, id=given)
        assert (answer.status, answer.refusal) == (404, "DOCUMENT_NOT_FOUND")
        assert answer.headers["cache-control"] == "no-store"


async def test_an_answer_with_an_error_is_not_kept(desk: Desk) -> None:
    answer = await desk.get("desk", PREFLIGHT, id=key(BROKEN))
    assert answer.errors
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_nobody_gets_in_by_an_address_without_a_token(desk: Desk) -> None:
    answer = await desk.gate.send("GET", f"/graphql?id={key(WHO)}", b"", PREFLIGHT)
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")
    answer = await desk.gate.send("HEAD", f"/graphql?id={key(WHO)}", b"", desk.headers("desk") | PREFLIGHT)
    assert answer.status == 405
