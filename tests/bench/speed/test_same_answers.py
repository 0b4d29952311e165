"""Whether those who are compared do the same work: each shows what the systems know, and all of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import msgspec
import pytest

from gateway.settings import Settings
from tests.bench.speed.documents import BATCH, OVERVIEW, ROWS, asked
from tests.bench.speed.gateways import sources_text
from tests.bench.speed.rows import WIRE, Bodies, Sizes
from tests.bench.speed.scenarios import COLD, MERCURIUS, PLAIN
from tests.bench.speed.servers import Server, stage
from tests.bench.speed.turns import headers
from tests.bench.speed.upstreams import Connection, Systems
from tests.running.serving import Gate, Hands, serving
from tests.sources.specimens import crns

TWO = crns(2)
NOW = datetime.now(UTC).replace(microsecond=0)


@asynccontextmanager
async def served(folder: Path, *, native: bool = False) -> AsyncIterator[Gate]:
    """A gateway over the systems of the bench."""
    systems = Systems(Sizes(), NOW)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(systems), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        (folder / "sources.toml").write_text(sources_text(f"http://127.0.0.1:{port}", native=native), "utf-8")
        settings = Settings(home=folder, sources=str(folder / "sources.toml"))
        async with serving(folder, settings=settings, clock=Hands(NOW)) as gate:
            yield gate


def told(endpoint: str, crn: str) -> list[dict[str, Any]]:
    """What a system knows of a customer."""
    rows: list[dict[str, Any]] = msgspec.json.decode(b"[%b]" % wire(endpoint).of(crn.encode()))
    return rows


def wire(endpoint: str) -> Bodies:
    return Bodies(endpoint, Sizes(), NOW, ours=False)


def shown(customer: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """An answer as the rows that it was made of, by the system that knows them."""
    profile = customer["profile"]
    return {
        "customers": [{"crn": customer["crn"], "recordType": customer["recordType"]} | profile],
        "interactions": [edge["node"] for edge in customer["interactions"]["edges"]],
        "correspondence": [edge["node"] for edge in customer["correspondence"]["edges"]],
        "debts": customer["debts"]["debts"],
        "ownership": [customer["ownership"]["lock"]],
    }


def numberless(answer: Any) -> Any:
    """An answer without its ids: those of the gateway are sealed, those of others are the systems' own."""
    if isinstance(answer, list):
        return [numberless(one) for one in answer]
    if isinstance(answer, dict):
        return {name: numberless(one) for name, one in answer.items() if name != "id"}
    return answer


@pytest.mark.parametrize("native", [False, True])
async def test_the_gateway_shows_85_rows_as_the_systems_know_them(tmp_path: Path, native: bool) -> None:
    async with served(tmp_path, native=native) as gate:
        answer = await gate.ask(ROWS, crn=TWO[0])
    rows = numberless(shown(answer.data["customer"]))
    known = {endpoint: numberless(told(endpoint, TWO[0])) for endpoint in rows}
    known["ownership"] = [row["lock"] for row in known["ownership"]]
    assert sum(map(len, rows.values())) == 85
    for endpoint, own in rows.items():
        for row, one in zip(own, known[endpoint], strict=True):
            assert row == {name: one[name] for name in row}, endpoint


async def test_the_overview_of_the_bench_is_whole(tmp_path: Path) -> None:
    async with served(tmp_path) as gate:
        answer = await gate.ask(OVERVIEW, crn=TWO[0])
    overview = answer.data["customer"]["overview"]
    assert overview["completeness"] == "COMPLETE"
    assert len(overview["cards"]["edges"]) == 50


def test_every_system_knows_something_else_of_everybody() -> None:
    assert len({wire(endpoint).of(crn.encode()) for endpoint in WIRE for crn in TWO}) == 2 * len(WIRE)


@pytest.mark.conformance
def test_the_gateway_and_its_peers_give_the_same_answers(tmp_path: Path) -> None:
    with stage(tmp_path) as running:
        systems = running.systems(Sizes())
        servers = [running.server(one, systems) for one in (COLD, PLAIN, MERCURIUS)]
        for document, variables in ((ROWS, {"crn": TWO[0]}), (BATCH, {"crns": TWO})):
            ours, *peers = [numberless(answered(one, asked(document, **variables))) for one in servers]
            assert peers == [ours] * 2


def answered(server: Server, body: bytes) -> Any:
    asking = Request(f"http://127.0.0.1:{server.port}/graphql", body, headers(server))
    with urlopen(asking, timeout=30) as answer:
        return msgspec.json.decode(answer.read())
