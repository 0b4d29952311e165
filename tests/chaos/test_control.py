"""The control port is that of Toxiproxy: other people's clients find the paths, words and statuses that they know."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.chaos.driving import driving
from tests.chaos.echo import Echo, caller, echoing, said
from tests.chaos.proxy import Kit, proxies


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with echoing() as server:
        yield server


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    async with proxies({}) as empty:
        yield empty


@pytest.fixture
async def http(kit: Kit) -> AsyncIterator[AsyncClient]:
    async with driving(kit) as drive:
        yield drive.http


async def made(http: AsyncClient, upstream: str, **more: Any) -> dict[str, Any]:
    told = {"name": "echo", "listen": "127.0.0.1:0", "upstream": upstream, **more}
    answer = await http.post("/proxies", json=told)
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


async def test_a_proxy_is_made_told_of_and_taken_away(http: AsyncClient, echo: Echo) -> None:
    proxy = await made(http, echo.address)
    assert {name: proxy[name] for name in ("name", "upstream", "enabled", "toxics")} == {
        "name": "echo",
        "upstream": echo.address,
        "enabled": True,
        "toxics": [],
    }
    assert not proxy["listen"].endswith(":0")
    assert (await http.get("/proxies")).json() == {"echo": proxy}
    assert (await http.get("/proxies/echo")).json() == proxy
    again = await http.post("/proxies", json={"name": "echo", "upstream": echo.address})
    assert (again.status_code, again.json()["error"]) == (409, "proxy already exists")
    assert (await http.delete("/proxies/echo")).status_code == 204
    missing = await http.get("/proxies/echo")
    assert (missing.status_code, missing.json()) == (404, {"error": "proxy not found", "status": 404})


async def test_a_proxy_can_be_made_that_does_not_listen_yet(http: AsyncClient, kit: Kit, echo: Echo) -> None:
    assert (await made(http, echo.address, enabled=False))["enabled"] is False
    with pytest.raises(ConnectionRefusedError):
        async with caller(kit.proxies["echo"]):
            pass
    assert (await http.post("/proxies/echo", json={"enabled": True})).json()["enabled"] is True
    async with caller(kit.proxies["echo"]) as streams:
        assert await said(streams, b"there") == b"there"


async def test_a_toxic_is_made_changed_and_taken_away(http: AsyncClient, echo: Echo) -> None:
    await made(http, echo.address)
    wanted = {"type": "latency", "attributes": {"latency": 5}}
    toxic = (await http.post("/proxies/echo/toxics", json=wanted)).json()
    assert toxic == {
        "name": "latency_downstream",
        "type": "latency",
        "stream": "downstream",
        "toxicity": 1.0,
        "attributes": {"latency": 5, "jitter": 0},
    }
    assert (await http.get("/proxies/echo/toxics")).json() == [toxic]
    assert (await http.post("/proxies/echo/toxics", json=wanted)).status_code == 409
    changed = await http.post("/proxies/echo/toxics/latency_downstream", json={"attributes": {"jitter": 1}})
    assert changed.json()["attributes"] == {"latency": 5, "jitter": 1}
    assert (await http.get("/proxies/echo/toxics/latency_downstream")).json() == changed.json()
    assert (await http.delete("/proxies/echo/toxics/latency_downstream")).status_code == 204
    assert (await http.get("/proxies/echo")).json()["toxics"] == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "gravity"},
        {"type": "latency", "stream": "sideways"},
        {"type": "latency", "attributes": {"weight": 1}},
        {"type": "latency", "attributes": {"latency": -1}},
        {"type": "bandwidth", "attributes": {"rate": 0}},
        {"type": "slicer"},
        {"type": "latency", "toxicity": 2},
        [],
    ],
)
async def test_a_toxic_that_there_is_not_is_refused(wanted: Any, http: AsyncClient, echo: Echo) -> None:
    await made(http, echo.address)
    assert (await http.post("/proxies/echo/toxics", json=wanted)).status_code == 400
    assert (await http.get("/proxies/echo/toxics")).json() == []


@pytest.mark.parametrize("place", ["192.0.2.1:80", "0.0.0.0:80", "example.invalid:80", "127.0.0.1"])
async def test_no_proxy_leads_to_another_machine_or_is_seen_from_one(place: str, http: AsyncClient) -> None:
    for told in ({"upstream": place}, {"upstream": "127.0.0.1:1", "listen": place}):
        assert (await http.post("/proxies", json={"name": "away", **told})).status_code == 400
    assert (await http.get("/proxies")).json() == {}


async def test_reset_takes_everything_away_and_lets_every_proxy_listen(
    http: AsyncClient, echo: Echo, kit: Kit
) -> None:
    await made(http, echo.address)
    await http.post("/proxies/echo/toxics", json={"type": "timeout"})
    await http.post("/proxies/echo", json={"enabled": False})
    assert (await http.post("/reset")).status_code == 204
    told = (await http.get("/proxies/echo")).json()
    assert (told["enabled"], told["toxics"]) == (True, [])
    async with caller(kit.proxies["echo"]) as streams:
        assert await said(streams, b"there") == b"there"


async def test_what_was_done_is_on_record_with_its_moment(http: AsyncClient, echo: Echo, kit: Kit) -> None:
    await made(http, echo.address)
    await http.post("/proxies/echo/toxics", json={"type": "limit_data", "attributes": {"bytes": 1}})
    async with caller(kit.proxies["echo"]) as streams:
        await said(streams, b"there")
    done = (await http.get("/log")).json()
    assert [(one["connection"], one["toxic"], one["what"]) for one in done] == [
        (0, "", "up"),
        (0, "limit_data_downstream", "added"),
        (1, "limit_data_downstream", "limit_data"),
    ]
    moments = [one["seconds"] for one in done]
    assert moments == sorted(moments)


async def test_it_says_what_it_is_and_what_it_does_not_know(http: AsyncClient) -> None:
    assert "version" in (await http.get("/version")).json()
    assert (await http.get("/nothing")).status_code == 404
