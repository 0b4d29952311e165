"""Every fault that the upstream systems can have, as it looks to whoever asks."""

import asyncio
import gzip
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from sandbox.upstreams import SERVICES
from sandbox.upstreams.faults import KINDS
from tests.sandbox.asking import KNOWN, MARIA, SAM, TWO, Asking, asking, rows, subject, subjects

pytestmark = pytest.mark.anyio

LINKING = ("interaction", "correspondence", "debt")


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    async with asking() as systems:
        yield systems


def whose(service: str, answer: Any) -> list[str]:
    return [subject(service, row) for row in rows(service, answer)]


async def raw(ask: Asking, service: str, path: str) -> bytes:
    """Everything that comes over the socket, until it ends."""
    host, port = ask.up.addresses[service].removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_slow_comes_later_and_whole(ask: Asking) -> None:
    await ask.up.fault("debt", "slow", seconds=0.3)
    began = time.monotonic()
    assert subjects("debt", await ask.one("debt")) == [MARIA]
    assert time.monotonic() - began >= 0.3


async def test_hang_says_nothing_until_the_fault_is_gone(ask: Asking) -> None:
    await ask.up.fault("debt", "hang")
    with pytest.raises(httpx2.ReadTimeout):
        await ask.one("debt", timeout=0.2)
    hanging = asyncio.create_task(ask.one("debt"))
    await asyncio.sleep(0.05)
    assert not hanging.done()
    await ask.up.clear()
    with pytest.raises(httpx2.RemoteProtocolError):
        await hanging
    assert (await ask.one("debt")).status_code == 200


async def test_down_refuses_connections_and_drops_open_ones_until_it_is_gone(ask: Asking) -> None:
    await ask.up.fault("debt", "slow", seconds=5)
    under_way = asyncio.create_task(ask.one("debt"))
    await asyncio.sleep(0.05)
    address = ask.up.addresses["debt"]
    await ask.up.fault("debt", "down")
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        await under_way
    with pytest.raises(httpx2.ConnectError):
        await ask.one("debt")
    assert (await ask.one("customer")).status_code == 200
    await ask.up.clear()
    assert ask.up.addresses["debt"] == address
    assert (await ask.one("debt")).status_code == 200


@pytest.mark.parametrize(("status", "waits"), [(500, None), (503, "7"), (401, None), (404, None), (429, "1")])
async def test_a_status_stands_in_place_of_the_answer(status: int, waits: str | None, ask: Asking) -> None:
    more = {"retry_after": 7} if status == 503 else {}
    await ask.up.fault("entitlement", "status", status=status, **more)
    answer = await ask.one("entitlement")
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == waits
    assert answer.json() == {"error": f"status {status}"}


async def test_garbled_is_no_json(ask: Asking) -> None:
    await ask.up.fault("debt", "garbled")
    answer = await ask.one("debt")
    assert answer.status_code == 200
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(answer.content)


async def test_html_is_a_page_to_sign_in(ask: Asking) -> None:
    await ask.up.fault("debt", "html")
    answer = await ask.one("debt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Sign in" in answer.text


async def test_half_is_half_of_the_answer_with_a_length_of_its_own(ask: Asking) -> None:
    whole = await ask.one("debt")
    await ask.up.fault("debt", "half")
    answer = await ask.one("debt")
    assert answer.content == whole.content[: len(whole.content) // 2]
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("service", SERVICES)
async def test_reordered_has_the_same_rows_in_another_order(service: str, ask: Asking) -> None:
    whole = rows(service, (await ask.many(service)).json())
    await ask.up.fault(service, "reordered", seed=4)
    orders = [rows(service, (await ask.many(service)).json()) for _ in range(8)]
    assert any(order != whole for order in orders)
    assert all(sorted(map(repr, order)) == sorted(map(repr, whole)) for order in orders)


@pytest.mark.parametrize("service", SERVICES)
async def test_doubled_has_every_row_twice(service: str, ask: Asking) -> None:
    whole = rows(service, (await ask.many(service)).json())
    await ask.up.fault(service, "doubled")
    assert rows(service, (await ask.many(service)).json()) == [row for row in whole for _ in range(2)]


@pytest.mark.parametrize("service", SERVICES)
async def test_wrong_subject_names_a_stranger_and_nothing_else_changes(service: str, ask: Asking) -> None:
    whole = (await ask.one(service)).text
    await ask.up.fault(service, "wrong_subject")
    answer = await ask.one(service)
    assert not set(whose(service, answer.json())) & {KNOWN[service]}
    assert len(answer.text) == len(whole)
    await ask.up.clear()
    assert (await ask.one(service)).text == whole


@pytest.mark.parametrize("service", SERVICES)
async def test_swapped_gives_each_of_two_questions_the_answer_to_the_other(service: str, ask: Asking) -> None:
    one, other = TWO[service]
    await ask.up.fault(service, "swapped")
    answers = await asyncio.gather(ask.many(service, [one]), ask.many(service, [other]))
    assert [subjects(service, answer) for answer in answers] == [[other], [one]]


async def test_swapped_alone_is_answered_after_a_while(ask: Asking) -> None:
    await ask.up.fault("debt", "swapped")
    one, _ = TWO["debt"]
    assert subjects("debt", await ask.many("debt", [one])) == [one]


@pytest.mark.parametrize("service", SERVICES)
async def test_dropped_leaves_out_the_first_customer_asked(service: str, ask: Asking) -> None:
    one, other = TWO[service]
    await ask.up.fault(service, "dropped")
    assert subjects(service, await ask.many(service, [other, one])) == [one]


async def test_drip_comes_byte_by_byte(ask: Asking) -> None:
    whole = await ask.one("restriction")
    await ask.up.fault("restriction", "drip", seconds=0.002)
    began = time.monotonic()
    assert (await ask.one("restriction")).content == whole.content
    assert time.monotonic() - began >= 0.002 * len(whole.content)


async def test_oversize_is_valid_json_of_many_megabytes(ask: Asking) -> None:
    whole = await ask.one("debt")
    await ask.up.fault("debt", "oversize", megabytes=3)
    answer = await ask.one("debt")
    assert len(answer.content) > 3 * 1024 * 1024
    assert answer.json() == whole.json()


async def test_a_gzip_bomb_is_small_on_the_wire_and_large_unpacked(ask: Asking) -> None:
    await ask.up.fault("debt", "gzip_bomb", megabytes=8)
    said = await raw(ask, "debt", f"/sap/opu/odata/sap/DEBTS/PartnerSet('{MARIA}')/Debts")
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    assert len(body) < 100_000
    assert len(gzip.decompress(body)) > 8 * 1024 * 1024
    assert subjects("debt", await ask.one("debt")) == [MARIA]


async def test_reset_breaks_the_connection_in_the_middle_of_the_body(ask: Asking) -> None:
    await ask.up.fault("debt", "reset")
    with pytest.raises(httpx2.ReadError):
        await ask.one("debt")
    with pytest.raises(ConnectionResetError):
        await raw(ask, "debt", f"/sap/opu/odata/sap/DEBTS/PartnerSet('{MARIA}')/Debts")


@pytest.mark.parametrize("how", ["chunked", "close"])
async def test_truncated_ends_early_without_a_length(how: str, ask: Asking) -> None:
    whole = await ask.one("debt")
    await ask.up.fault("debt", "truncated", how=how)
    said = await raw(ask, "debt", f"/sap/opu/odata/sap/DEBTS/PartnerSet('{MARIA}')/Debts")
    head, _, body = said.partition(b"\r\n\r\n")
    half = whole.content[: len(whole.content) // 2]
    assert b"Content-Length" not in head
    assert body == (half if how == "close" else f"{len(half):x}\r\n".encode() + half + b"\r\n")
    if how == "chunked":
        with pytest.raises(httpx2.RemoteProtocolError):
            await ask.one("debt")


async def test_redirect_leads_to_another_host(ask: Asking) -> None:
    await ask.up.fault("debt", "redirect")
    answer = await ask.one("debt")
    assert (answer.status_code, answer.headers["location"]) == (302, "http://elsewhere.invalid/login")
    await ask.up.clear()
    await ask.up.fault("debt", "redirect", location="http://127.0.0.2/x")
    assert (await ask.one("debt")).headers["location"] == "http://127.0.0.2/x"


@pytest.mark.parametrize("service", LINKING)
async def test_an_absolute_link_leads_to_another_host_also_where_there_was_no_next_page(
    service: str, ask: Asking
) -> None:
    await ask.up.fault(service, "absolute_link")
    links = re.findall(r'"(http://elsewhere\.invalid[^"]*)"', (await ask.many(service)).text)
    assert len(links) == 1
    await ask.up.clear()
    await ask.up.fault("*", "absolute_link", location="http://127.0.0.2:9")
    assert "http://127.0.0.2:9" in (await ask.many(service)).text


async def test_a_silent_close_answers_nothing(ask: Asking) -> None:
    await ask.up.fault("debt", "silent_close")
    assert await raw(ask, "debt", "/") == b""


async def test_a_fault_strikes_only_the_requests_it_is_meant_for(ask: Asking) -> None:
    await ask.up.fault("customer", "status", status=500, crn=SAM, match="lookup")
    assert (await ask.many("customer", [MARIA])).status_code == 200
    assert (await ask.one("customer", SAM)).status_code == 200
    assert (await ask.many("customer", [MARIA, SAM])).status_code == 500
    assert (await ask.one("debt")).status_code == 200


async def test_a_fault_strikes_so_many_times(ask: Asking) -> None:
    await ask.up.fault("*", "status", status=503, times=2)
    found = [(await ask.one(service)).status_code for service in ("debt", "customer", "debt", "customer")]
    assert found == [503, 503, 200, 200]


async def test_a_fault_strikes_with_a_probability_and_the_same_way_for_the_same_seed(ask: Asking) -> None:
    async def struck(seed: int) -> list[int]:
        await ask.up.clear()
        await ask.up.fault("debt", "status", status=500, probability=0.5, seed=seed)
        return [(await ask.one("debt")).status_code for _ in range(30)]

    first = await struck(7)
    assert set(Counter(first)) == {200, 500}
    assert await struck(7) == first
    assert await struck(8) != first


async def test_a_fault_strikes_an_answer_that_has_not_changed_too(ask: Asking) -> None:
    tag = (await ask.one("debt")).headers["etag"]
    await ask.up.fault("debt", "garbled")
    answer = await ask.one("debt", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content[:1]) == (200, b"\x00")


async def test_faults_strike_together(ask: Asking) -> None:
    await ask.up.fault("debt", "slow", seconds=0.1)
    await ask.up.fault("debt", "doubled")
    began = time.monotonic()
    assert whose("debt", (await ask.one("debt")).json()) == [MARIA, MARIA]
    assert time.monotonic() - began >= 0.1


def test_every_kind_is_tried_here() -> None:
    tried = re.findall(r'ask\.up\.fault\(\S+ "(\w+)"', Path(__file__).read_text("utf-8"))
    assert set(tried) == set(KINDS)
