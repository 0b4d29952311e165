"""What is looked at before any address: headers, host, origin; and what development takes by GET."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from gateway.settings import Profile, Settings
from tests.running import Answer, Gate, serving
from tests.running.people import ANNE, person

WHO = "{ viewer { id } }"
PAGE = "https://desk.example.gov"


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    folder = tmp_path_factory.mktemp("front")
    settings = Settings(home=folder, origins=f"{PAGE}, http://127.0.0.1:3000", profile=Profile.DEVELOPMENT)
    async with serving(folder, person(ANNE), settings=settings) as serves:
        yield serves


def body(query: str = WHO) -> bytes:
    return msgspec.json.encode({"query": query})


@pytest.mark.parametrize(
    ("more", "status"),
    {
        "a hundred headers, all told": ({f"x-{number}": "1" for number in range(101)}, 431),
        "headers of 33,000 bytes": ({"x-long": "a" * 33_000}, 431),
        "headers of 30,000 bytes": ({"x-long": "a" * 30_000}, 200),
    }.values(),
)
async def test_headers_are_bounded_in_number_and_size(more: dict[str, str], status: int, gate: Gate) -> None:
    answer = await gate.post(body(), headers=more)
    assert answer.status == status
    if status == 431:
        assert answer.body["errors"][0]["extensions"]["code"] == "HEADERS_TOO_LARGE"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("overview.example.gov", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("", 400),
        ("a b", 400),
        ("evil.example/graphql", 400),
        ("user@host", 400),
        ("host:port", 400),
    ],
)
async def test_a_host_is_a_name_or_an_address(host: str, status: int, gate: Gate) -> None:
    assert (await gate.post(body(), headers={"host": host})).status == status


async def test_two_hosts_are_none(gate: Gate) -> None:
    url = gate.client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(b"GET /health/live HTTP/1.1\r\nhost: one.example\r\nhost: two.example\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()


@pytest.mark.parametrize(
    ("origin", "listed"),
    [
        (PAGE, True),
        ("http://127.0.0.1:3000", True),
        ("https://desk.example.gov.evil.example", False),
        ("https://desk.example.gov:444", False),
        ("http://desk.example.gov", False),
        ("https://DESK.example.gov", False),
        ("null", False),
    ],
)
async def test_only_a_page_of_a_listed_origin_may_read(origin: str, listed: bool, gate: Gate) -> None:
    preflight = {"origin": origin, "access-control-request-method": "POST"}
    asked = await gate.send("OPTIONS", "/graphql", b"", preflight)
    told = await gate.post(body(), headers={"origin": origin})
    wrong = await gate.post(b"{", headers={"origin": origin})
    for answer in (asked, told, wrong):
        assert answer.headers.get("access-control-allow-origin") == (origin if listed else None)
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]
    assert asked.status == (204 if listed else 405)
    if listed:
        assert "authorization" in asked.headers["access-control-allow-headers"]
        assert "x-request-id" in told.headers["access-control-expose-headers"]


@pytest.mark.parametrize("text", ["*", "https://*.example.gov", "https://a.example/path", "desk.example.gov"])
def test_an_origin_is_written_out_in_full(text: str) -> None:
    with pytest.raises(ValueError, match="an origin is"):
        Settings(origins=text)


async def by_address(gate: Gate, more: str = "", **told: Any) -> Answer:
    return await gate.send(
        "GET", f"/graphql?{urlencode(told)}{more}", b"", {"authorization": f"Bearer {gate.token()}"}
    )


async def test_development_takes_queries_by_address_and_nothing_else(gate: Gate) -> None:
    query = "query Q($crn: CRN!) { customer(crn: $crn) { crn } }"
    answer = await by_address(gate, query=query, variables=f'{{"crn":"{ANNE}"}}', operationName="Q")
    assert answer.data["customer"]["crn"] == ANNE
    changing = 'mutation { purgeCache(input: { idempotencyKey: "a", all: true }) { __typename } }'
    refused = await by_address(gate, query=changing)
    assert refused.status == 405
    assert refused.headers["allow"] == "POST"
    for wrong, more in (({}, ""), ({"query": WHO, "variables": "{"}, ""), ({"query": WHO}, "&query=x")):
        assert (await by_address(gate, more, **wrong)).status == 400


async def test_json_that_is_nested_too_deep_is_not_read(gate: Gate) -> None:
    deep = b'{"query": "{ viewer { id } }", "variables": {"a": ' + b"[" * 32 + b"]" * 32 + b"}}"
    answer = await gate.post(deep)
    assert answer.status == 400
    assert "levels deep" in answer.body["errors"][0]["message"]
    variables = '{"a": ' + "[" * 40 + "]" * 40 + "}"
    assert (await by_address(gate, query=WHO, variables=variables)).status == 400
    fine = (
        b'{"query": "{ viewer { id } }", "variables": {"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[[["}}'
    )
    assert (await gate.post(fine)).status == 200
