"""The upstream systems on real ports: what each answers, in pages and windows."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from sandbox import crn
from sandbox.upstreams import SERVICES
from sources.crn import Crn
from sources.http.mapping import read_mapping
from sources.parts import Restriction
from tests.sandbox.asking import (
    KNOWN,
    MARIA,
    NOBODY,
    QUERY,
    TWO,
    Asking,
    asking,
    records,
    rows,
    subjects,
)
from tests.sandbox.test_dialects import MAPPINGS

pytestmark = pytest.mark.anyio

PAGING = ("interaction", "correspondence", "debt", "ownership", "entitlement")
NOT_FOUND = {"customer": 404, "ownership": 404}


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    async with asking() as systems:
        yield systems


@pytest.mark.parametrize("service", SERVICES)
async def test_one_customer_is_told_in_rows_that_name_the_customer(service: str, ask: Asking) -> None:
    answer = await ask.one(service)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert subjects(service, answer) == [KNOWN[service]]
    assert len(rows(service, answer.json())) == len(records(service, KNOWN[service]))


@pytest.mark.parametrize("service", [one for one in SERVICES if one != "restriction"])
async def test_several_customers_are_told_in_the_order_asked_and_the_unknown_left_out(
    service: str, ask: Asking
) -> None:
    one, other = TWO[service]
    answer = await ask.many(service, [other, NOBODY, one, other])
    assert subjects(service, answer) == [other, one]
    assert len(rows(service, answer.json())) == len(records(service, one, other))


async def test_the_access_register_speaks_of_everybody_it_is_asked_about(ask: Asking) -> None:
    one, _ = TWO["restriction"]
    told = {row["crn"]: row["restricted"] for row in (await ask.many("restriction", [NOBODY, one])).json()}
    assert told == {NOBODY: False, one: True}


@pytest.mark.parametrize("service", [one for one in SERVICES if one != "restriction"])
async def test_nobody_is_told_of_as_each_system_does(service: str, ask: Asking) -> None:
    answer = await ask.one(service, NOBODY)
    assert answer.status_code == NOT_FOUND.get(service, 200)
    if answer.status_code == 200:
        assert rows(service, answer.json()) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_an_answer_that_has_not_changed_is_304(service: str, ask: Asking) -> None:
    first = await ask.one(service)
    again = await ask.one(service, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = await ask.one(service, headers={"If-None-Match": '"another"'})
    assert changed.content == first.content


@pytest.mark.parametrize("service", SERVICES)
async def test_more_than_a_hundred_customers_are_refused(service: str, ask: Asking) -> None:
    people = [crn(number) for number in range(101)]
    refused = await ask.many(service, people)
    assert refused.status_code == 400
    assert "at most 100 customers" in refused.text
    assert (await ask.many(service, people[:100])).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
async def test_a_path_that_is_not_there_is_404_in_json(service: str, ask: Asking) -> None:
    answer = await ask.get(service, "/nowhere")
    assert answer.status_code == 404
    assert "there is no GET /nowhere" in str(answer.json())


@pytest.mark.parametrize("service", PAGING)
async def test_pages_together_are_the_whole_answer(service: str) -> None:
    async with asking() as ask:
        whole = rows(service, (await ask.many(service)).json())
    async with asking(page_rows={service: 1 if service != "interaction" else 7}) as ask:
        found, pages = await all_pages(ask, service)
    assert found == whole
    assert pages == (-(-len(whole) // 7) if service == "interaction" else len(whole))
    assert pages > 1


async def all_pages(ask: Asking, service: str) -> tuple[list[Any], int]:
    """Follow each system's own way to the next page."""
    answer = (await ask.many(service)).json()
    found, pages = rows(service, answer), 1
    while (then := await next_page(ask, service, answer)) is not None:
        answer = then
        found, pages = found + rows(service, answer), pages + 1
    return found, pages


async def next_page(ask: Asking, service: str, answer: Any) -> Any:
    match service:
        case "interaction":
            assert answer["done"] is ("nextRecordsUrl" not in answer)
            link = answer.get("nextRecordsUrl")
            return (await ask.get(service, link)).json() if link else None
        case "correspondence":
            after = answer.get("paging", {}).get("next", {}).get("after")
            asked = {"inputs": [{"id": number} for number in TWO[service]]}
            path = "/crm/v3/objects/messages/batch"
            return (await ask.post(service, path, asked, params={"after": after})).json() if after else None
        case "debt":
            link = answer["d"].get("__next")
            assert link is None or link.startswith(ask.up.addresses[service])
            return (await ask.http.get(link)).json() if link else None
        case "ownership":
            page = answer["next_page"]
        case _:
            page = answer["meta"]["next_page"]
    return (await ask.many(service, page=page)).json() if page else None


async def test_a_person_says_who_may_open_the_record(ask: Asking) -> None:
    read = read_mapping(MAPPINGS / "customers.toml").parts["restriction"].answers.read
    row = (await ask.one("customer", crn(10))).json()
    assert read(row) == msgspec.convert(records("restriction", crn(10))[0], Restriction)
    assert read((await ask.one("customer")).json()) == Restriction(Crn(MARIA), restricted=False)


async def test_a_look_up_says_whom_it_does_not_know(ask: Asking) -> None:
    assert (await ask.many("customer", [NOBODY, MARIA])).json()["notFound"] == [NOBODY]


async def test_twenty_ordinary_people_are_one_page(ask: Asking) -> None:
    answer = (await ask.many("interaction", [crn(number) for number in range(20)])).json()
    assert answer["done"] is True
    assert answer["totalSize"] == len(answer["records"]) > 100


@pytest.mark.parametrize(
    ("service", "path", "said"),
    [
        ("interaction", f"{QUERY}?q=SELECT", "Customer__c IN"),
        ("interaction", f"{QUERY}?q=Customer__c IN ('A') AND Start__c >= noon", "is no moment"),
        ("interaction", f"{QUERY}?q=Customer__c IN ('A')&perCustomer=0", "whole number from 1"),
        ("interaction", f"{QUERY}/01gnobody-5", "locator"),
        ("correspondence", f"/crm/v3/objects/contacts/{MARIA}/messages?after=zz", "cursor"),
        ("debt", "/sap/opu/odata/sap/DEBTS/DebtSet?$filter=Partner ne 'A'", "$filter must read"),
        ("customer", "/people/by-number?type=shoe&number=9", "type must be one of"),
    ],
)
async def test_a_question_that_is_not_understood_is_400(
    service: str, path: str, said: str, ask: Asking
) -> None:
    answer = await ask.get(service, path)
    assert answer.status_code == 400
    assert said in answer.text


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("customer", "/people/lookup"),
        ("restriction", "/restrictions/lookup"),
        ("correspondence", "/crm/v3/objects/messages/batch"),
        ("entitlement", "/api/v1/accounts/1/entitlements/filter"),
    ],
)
async def test_a_body_that_is_not_what_it_should_be_is_400(service: str, path: str, ask: Asking) -> None:
    for body in (b"{", b'"text"', b'{"personNumbers": 4}'):
        answer = await ask.http.post(f"{ask.up.addresses[service]}{path}", content=body)
        assert answer.status_code == 400


async def test_what_is_no_http_is_refused_and_a_connection_is_used_again(ask: Asking) -> None:
    refused = await ask.http.post(
        f"{ask.up.addresses['customer']}/people/lookup", headers={"Transfer-Encoding": "chunked"}, content=b""
    )
    assert refused.status_code == 400
    for _ in range(3):
        assert (await ask.one("debt")).status_code == 200


async def test_the_systems_know_only_what_was_given_to_them(ask: Asking) -> None:
    assert (await ask.one("customer")).status_code == 200
    ask.up.records.clear()
    assert (await ask.one("customer")).status_code == 404
