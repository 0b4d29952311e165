"""Metrics: what moves when, labels of closed sets alone, and nothing of anybody."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from gateway.admin import administration
from gateway.edge.traced import SpansLost
from gateway.settings import Settings
from gateway.telemetry.metrics import ADHOC, OTHER, Metrics
from resolvers.admission import GlassBroken
from sandbox.upstreams.faults import Fault
from sources.crn import Crn
from sources.parts import DEBT, INTERACTION, Restriction
from sources.source import Source
from tests.gateway.closed_labels import CLOSED
from tests.running import NOON, Gate, serving
from tests.running.failing import failing, hangs, mistaken
from tests.running.issuing import issuing
from tests.running.people import ANNE, BORIS, everything_of, person
from tests.running.services import served_by_systems
from tests.running.serving import listening

WHOLE = """query Zyxwvut($crn: CRN!) { customer(crn: $crn) { id debts { truncated }
    interactions { edges { cursor } } overview { completeness } } }"""
NAME, STREET = "Family", "Unlikely"


class Measured(Gate):
    """A gateway with an admin port."""

    admin: AsyncClient

    async def text(self) -> str:
        answer = await self.admin.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        return answer.text

    async def samples(self) -> list[Sample]:
        told = text_string_to_metric_families(await self.text())
        return [sample for family in told for sample in family.samples]

    async def value(self, name: str, **labels: str) -> float:
        """A sample; 0 where there is none yet."""
        found = [one.value for one in await self.samples() if (one.name, one.labels) == (name, labels)]
        return found[0] if found else 0.0


@asynccontextmanager
async def administered(gate: Gate) -> AsyncIterator[Measured]:
    async with (
        listening(administration(gate.gateway)) as address,
        AsyncClient(base_url=address, timeout=20, verify=False) as admin,
    ):
        found = Measured(gate.gateway, gate.hands, gate.client, gate.events)
        found.admin = admin
        yield found


@asynccontextmanager
async def measured(folder: Path, *records: Any, **more: Any) -> AsyncIterator[Measured]:
    settings = more.pop("settings", Settings(home=folder)).model_copy(update={"admin_port": 0})
    async with (
        serving(folder, *records, settings=settings, **more) as gate,
        administered(gate) as found,
    ):
        yield found


async def test_what_happens_at_the_door_is_counted(tmp_path: Path) -> None:
    async with measured(tmp_path, person(ANNE)) as gate:
        await gate.ask(WHOLE, crn=ANNE)
        await gate.ask("{ nothing }")
        await gate.post(b"{", headers={"authorization": "Bearer nobody"})
        await gate.client.get("/health/live")
        await gate.client.request("PROPFIND", f"/customers/{ANNE}")
        said = gate.value
        assert await said("http_requests_total", route="/graphql", method="POST", code="200") == 2
        assert await said("http_requests_total", route="/graphql", method="POST", code="401") == 1
        assert await said("http_requests_total", route="/health/live", method="GET", code="200") == 1
        assert await said("http_requests_total", route=OTHER, method=OTHER, code="404") == 1
        assert await said("http_request_seconds_count", route="/graphql") == 3
        assert await said("graphql_operations_total", operation=ADHOC, outcome="complete") == 1
        assert await said("graphql_operations_total", operation=ADHOC, outcome="refused") == 2
        assert await said("graphql_rejected_total", code="UNAUTHENTICATED") == 1
        assert await said("graphql_rejected_total", code="GRAPHQL_VALIDATION_FAILED") == 1
        assert await said("inflight", **{"class": "staff"}) == 0
        assert await said("overview_completeness_total", state="complete") == 1
        assert await said("overview_seconds_count") == 1


async def test_what_happens_at_the_sources_and_in_the_cache_is_counted(tmp_path: Path) -> None:
    async with measured(tmp_path, *everything_of(ANNE, NOON)) as gate:
        await gate.ask("query($crn: CRN!) { customer(crn: $crn) { debts { truncated } } }", crn=ANNE)
        await gate.ask("query($crn: CRN!) { customer(crn: $crn) { debts { truncated } } }", crn=ANNE)
        assert await gate.value("source_requests_total", source="sql", outcome="ok") == 3
        assert await gate.value("source_seconds_count", source="sql") == 3
        assert await gate.value("source_batch_keys_sum", source="sql") == 3
        assert await gate.value("source_batch_wait_seconds_count", source="sql") == 3
        assert await gate.value("cache_requests_total", source="sql", level="process", result="miss") == 3
        assert await gate.value("cache_requests_total", source="sql", level="process", result="hit") == 3
        assert await gate.value("authz_decisions_total", rule="free", result="open") == 2
        assert await gate.value("audit_events_total", action="view") == 2
        assert await gate.value("audit_append_seconds_count") == 2


async def test_what_is_under_way_and_what_is_shared_is_told(tmp_path: Path) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def waits(good: Source[Any], crns: Sequence[Crn]) -> Any:
        arrived.set()
        await go_on.wait()
        return await good.fetch(crns)

    async with measured(tmp_path, person(ANNE), replaced={DEBT.name: failing(waits)}) as gate:
        asking = [asyncio.create_task(gate.ask(WHOLE, crn=ANNE)) for _ in range(3)]
        await arrived.wait()
        while await gate.value("singleflight_shared_total", level="process") < 2:
            assert not asking[0].done()
        assert await gate.value("inflight", **{"class": "staff"}) == 3
        go_on.set()
        await asyncio.gather(*asking)
        assert await gate.value("inflight", **{"class": "staff"}) == 0


async def test_calls_over_http_are_counted_while_they_last_and_when_they_are_made_again(
    tmp_path: Path,
) -> None:
    async with (
        served_by_systems(tmp_path, *everything_of(ANNE, NOON), admin_port=0) as (gate, systems),
        administered(gate) as found,
    ):
        await systems.put(Fault(service="debt", kind="reset", times=1))
        await gate.ask(WHOLE, crn=ANNE)
        assert await found.value("retries_total", source="debts", reason="reset") == 1
        await systems.put(Fault(service="debt", kind="hang"))
        asking = asyncio.create_task(
            gate.ask("query($crn: CRN!) { customer(crn: $crn) { debts { truncated } } }", crn=BORIS)
        )
        while await found.value("source_inflight", source="debts") < 1:
            assert not asking.done()
        await asking
        assert await found.value("source_inflight", source="debts") == 0
        assert await found.value("source_requests_total", source="debts", outcome="timeout") == 1


FAILING: Mapping[str, tuple[Callable[..., Any], str]] = {
    "timeout": (hangs, "timeout"),
    "wrong subject": (mistaken, "wrong_subject"),
}


@pytest.mark.parametrize("kind", FAILING)
async def test_a_source_that_fails_is_counted_by_how(kind: str, tmp_path: Path) -> None:
    fails, outcome = FAILING[kind]
    async with measured(tmp_path, person(ANNE), replaced={DEBT.name: failing(fails)}) as gate:
        await gate.ask(WHOLE, crn=ANNE)
        assert await gate.value("source_requests_total", source="sql", outcome=outcome) == 1
        assert await gate.value("wrong_subject_total") == (kind == "wrong subject")
        assert await gate.value("overview_completeness_total", state="partial") == 1
        assert await gate.value("graphql_operations_total", operation=ADHOC, outcome="partial") == 1


async def test_a_journal_that_cannot_be_written_is_counted(tmp_path: Path) -> None:
    async with measured(tmp_path, person(ANNE)) as gate:
        (tmp_path / "audit.ndjson").mkdir()
        assert (await gate.ask(WHOLE, crn=ANNE)).status == 503
        assert await gate.value("audit_errors_total") == 1
        assert await gate.value("audit_append_seconds_count") == 0
        assert await gate.value("graphql_operations_total", operation=ADHOC, outcome="failed") == 1
        assert await gate.value("graphql_rejected_total", code="AUDIT_UNAVAILABLE") == 1


async def test_the_age_of_an_issuers_keys_is_told(tmp_path: Path) -> None:
    async with issuing() as issuer:
        settings = Settings(home=tmp_path, issuers_file=issuer.file(tmp_path))
        async with measured(tmp_path, settings=settings) as gate:
            assert "jwks_age_seconds{" not in await gate.text()
            await gate.ask("{ viewer { id } }", headers={"authorization": f"Bearer {issuer.token()}"})
            gate.hands.now = gate.hands.now.replace(minute=5)
            assert await gate.value("jwks_age_seconds", issuer="staff") == 300


async def test_the_process_and_its_build_are_told(tmp_path: Path) -> None:
    async with measured(tmp_path) as gate:
        (build,) = (one for one in await gate.samples() if one.name == "build_info")
        assert build.labels["version"] == "0.1.0"
        assert re.fullmatch(r"[0-9a-f]{12}", build.labels["schema_hash"])
        assert 0 <= await gate.value("loop_lag_seconds") < 5
        assert await gate.value("process_resident_memory_bytes") > 1_000_000


async def busy(gate: Measured) -> None:
    """What a day brings: good and bad requests of every caller, about people who are there, locked, and not there."""
    documents = [
        WHOLE,
        f'{{ customer(crn: "{ANNE}") {{ id }} }}',
        f'{{ customer(crn: "{ANNE}" Zyxwvut',
        f'{{ node(id: "{ANNE}") {{ id }} customerBy(identifier: {{can: "491570156"}}) {{ id }} }}',
        'query Zyxwvut { searchCustomers(quick: "Family") { edges { node { id } } } }',
    ]
    for document in documents:
        for persona in ("officer", "partner", "dashboard"):
            for number in (ANNE, BORIS, "123456782A"):
                await gate.ask(document, persona, crn=number)
    for path in (f"/{ANNE}", f"/graphql/{NAME}", "/health/ready", "/metrics"):
        for method in ("GET", "DELETE", "PROPFIND"):
            await gate.send(method, path, b"", {"x-request-id": ANNE})
    await gate.ask(WHOLE, headers={"authorization": f"Bearer {ANNE}"}, crn=ANNE)


def test_a_broken_glass_and_lost_spans_are_counted() -> None:
    metrics = Metrics()
    metrics(GlassBroken("0" * 32))
    metrics(SpansLost(12))
    assert metrics.registry.get_sample_value("breakglass_total") == 1
    assert metrics.registry.get_sample_value("otel_dropped_total") == 12


async def test_every_label_is_of_a_closed_set_and_nothing_is_of_anybody(tmp_path: Path) -> None:
    """BR-GW-10."""
    records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON), Restriction(BORIS, restricted=True)]
    replaced = {DEBT.name: failing(mistaken, BORIS), INTERACTION.name: failing(hangs, BORIS)}
    async with issuing() as issuer:
        settings = Settings(home=tmp_path, issuers_file=issuer.file(tmp_path))
        async with measured(tmp_path, *records, settings=settings, replaced=replaced) as gate:
            await gate.ask("{ viewer { id } }", headers={"authorization": f"Bearer {issuer.token()}"})
            await busy(gate)
            text, samples, token = await gate.text(), await gate.samples(), gate.token()
    for word in (ANNE, ANNE[:9], BORIS[:9], "Zyxwvut", NAME, "123456782", "491570156", "officer-", token):
        assert word not in text, word
    assert 'rule="other"' not in text  # a rule that decides has a name here
    told = [one for one in samples if not one.name.startswith("process_") and one.labels]
    assert len(told) > 100
    for sample in told:
        name = re.sub(r"_(total|bucket|count|sum)$", "", sample.name)
        for label, value in sample.labels.items():
            if label != "le":
                assert value in CLOSED[name][label], sample


async def test_the_public_port_has_no_metrics_and_the_admin_port_no_customers(tmp_path: Path) -> None:
    async with measured(tmp_path) as gate:
        assert (await gate.client.get("/metrics")).status_code == 404
        assert (await gate.admin.get("/health/live")).status_code == 200
        assert (await gate.admin.get("/health/ready")).json()["status"] == "ready"
        assert (await gate.admin.post("/graphql", json={"query": "{ viewer { id } }"})).status_code == 404
