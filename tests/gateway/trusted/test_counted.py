"""What is counted of registered documents: by the names of their operations, and by what came of looking for them."""

from pathlib import Path

import pytest
from httpx2 import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from gateway.admin import administration
from gateway.app import application
from gateway.joined import join
from gateway.settings import Settings
from gateway.trusted.mode import Mode
from tests.gateway.trusted.desks import OTHER, WHO, Desk, desk_of, key, own
from tests.running.serving import listening

SPELT = "query Spelt91723 { viewer { id } }"


async def counted(desk: Desk) -> dict[tuple[str, ...], float]:
    """What was counted, by its name and the values of its labels."""
    gateway = desk.gate.gateway
    async with listening(administration(gateway)) as address, AsyncClient(base_url=address) as client:
        text = (await client.get("/metrics")).text
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_registered_operations_are_counted_by_their_names_and_no_others(tmp_path: Path) -> None:
    manifests = {"desk": own(WHO), "other": own(OTHER, "{ viewer { nothing } }"), "bad": b"["}
    async with desk_of(tmp_path, manifests, documents=Mode.LOG, admin_port=0) as desk:
        for body in (
            {"id": key(WHO)},
            {"query": WHO},
            {"query": SPELT},
            {"id": key(OTHER)},
            {"id": key(WHO), "query": SPELT},
            {"id": key(WHO), "operationName": "Spelt91723"},
        ):
            await desk.ask("desk", **body)
        told = await counted(desk)
    assert told["graphql_operations_total", "Who", "complete"] == 2
    assert told["graphql_operations_total", "adhoc", "complete"] == 1
    assert told["graphql_cost_count", "Who"] == 2
    assert told["graphql_answer_objects_count", "Who"] == 2
    results = {"hit": 3, "unknown_text": 1, "unknown_id": 1, "mismatch": 1}
    assert {one[1]: told[one] for one in told if one[0] == "trusted_documents_total"} == results
    assert told["trusted_manifests_total", "loaded"] == 2
    assert told["trusted_manifests_total", "rejected"] == 1
    assert told["trusted_documents_left_out_total", "GRAPHQL_VALIDATION_FAILED"] == 1
    assert not [one for one in told if "Spelt91723" in one or "desk" in one or key(WHO) in one]


async def test_a_folder_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    gateway = join(Settings(home=tmp_path, documents_folder=tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        application(gateway)
    await gateway.close()
