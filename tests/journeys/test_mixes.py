"""Any mix: the same people from whatever systems give the same overviews, and several systems tell one part."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.document_limits import Enforcement
from gateway.settings import Settings
from sources.parts import Restriction
from sources.parts.interaction import SourceRef
from tests.journeys.wholes import PEOPLE, town, whole_pictures
from tests.running import NOON, serving
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person
from tests.running.policies import unwatched
from tests.running.services import SHIPPED, served_by_systems
from tests.sources.specimens import crn
from tests.sources.sql.servers import postgres_server


@pytest.mark.conformance
async def test_the_same_people_are_equal_from_every_kind_of_neighbour(tmp_path: Path) -> None:
    records = town()
    crns = sorted({record.crn for record in records})
    folders = {kind: tmp_path / kind for kind in ("sqlite", "postgresql", "services")}
    for folder in folders.values():
        folder.mkdir()
    same: dict[str, Any] = {
        "keyring_file": tmp_path / "keyring.json",  # the ids of one gateway
        "policy_file": unwatched(tmp_path / "policy.toml"),
        "source_seconds": 5,
        "document_tokens": 5_000,  # everything at once
        "document_limits": Enforcement.MEASURE,
    }
    settings = Settings(home=folders["sqlite"], **same)
    async with serving(folders["sqlite"], *records, settings=settings) as gate:
        embedded = await whole_pictures(gate, crns)
    assert sum(one is not None for one in embedded.values()) > PEOPLE * 0.9
    async with served_by_systems(folders["services"], *records, **same) as (gate, _):
        services = await whole_pictures(gate, crns)
    with postgres_server(tmp_path / "log") as server:
        settings = Settings(home=folders["postgresql"], database_url=server.url(server.create()), **same)
        async with serving(folders["postgresql"], *records, settings=settings) as gate:
            postgresql = await whole_pictures(gate, crns)
    for owner in crns:
        assert services[owner] == embedded[owner]
        assert postgresql[owner] == embedded[owner]


TOLD_BY_THE_CUSTOMER = 'restriction = "customers"'
OVERVIEW = """query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } interactions { edges { node { id
    source { system } } } } overview { restricted completeness sections { source system status code itemCount }
    cards { edges { node { title count source { system nativeId } } } } } } }"""


def with_line(part: str, line: str) -> str:
    """The shipped sources file with another line for a part, and the database as one of its systems."""
    told = SHIPPED.read_text("utf-8").splitlines()
    named = [line if one.startswith(f"{part} = ") else one for one in told]
    assert line in named
    return "\n".join(["[systems.own]", "database = true", *named])


async def test_a_restriction_may_be_told_by_the_customers_record_and_costs_no_call(tmp_path: Path) -> None:
    locked = [*everything_of(ANNE, NOON), Restriction(ANNE, restricted=True, officers=("officer-ra-1",))]
    text = with_line("restriction", TOLD_BY_THE_CUSTOMER)
    async with served_by_systems(tmp_path, *locked, *everything_of(BORIS, NOON), text=text) as (
        gate,
        systems,
    ):
        hidden = await gate.ask(OVERVIEW, crn=ANNE)
        assert hidden.partial["customer"]["overview"]["restricted"]
        assert hidden.partial["customer"]["profile"] is None
        shown = (await gate.ask(OVERVIEW, "restricted", crn=ANNE)).data["customer"]
        assert shown["profile"]["names"] == [{"family": f"Family{ANNE[5:9]}"}]
        assert (await gate.ask(OVERVIEW, crn=BORIS)).data["customer"]["overview"][
            "completeness"
        ] == "COMPLETE"
        assert systems.calls("restriction").requests == 0
        assert systems.calls("customer").by_crn[BORIS] == 1


UNION = 'interaction = { systems = ["interactions", "own"], rule = "union" }'


async def test_a_union_shows_the_items_of_all_systems_and_says_whose_each_is(tmp_path: Path) -> None:
    there, here = everything_of(ANNE, NOON)[1], everything_of(ANNE, NOON)[1]
    here = msgspec.structs.replace(here, title="Told by the database", source=SourceRef("archive", "77"))
    async with served_by_systems(tmp_path, person(ANNE), there, text=with_line("interaction", UNION)) as (
        gate,
        _,
    ):
        await gate.tell(here)
        customer = (await gate.ask(OVERVIEW, crn=ANNE)).data["customer"]
        assert len({edge["node"]["id"] for edge in customer["interactions"]["edges"]}) == 2
        told = {edge["node"]["source"]["system"] for edge in customer["interactions"]["edges"]}
        assert told == {"telephony", "archive"}
        sections = {one["source"]: one for one in customer["overview"]["sections"]}
        assert sections["interaction"]["system"] == "interactions+own"
        assert sections["interaction"]["itemCount"] == 2


async def test_the_same_event_told_by_two_systems_is_shown_once(tmp_path: Path) -> None:
    """BR-GW-8."""
    call = everything_of(ANNE, NOON)[1]
    async with served_by_systems(tmp_path, person(ANNE), call, text=with_line("interaction", UNION)) as (
        gate,
        _,
    ):
        await gate.tell(call)
        customer = (await gate.ask(OVERVIEW, crn=ANNE)).data["customer"]
        assert len(customer["interactions"]["edges"]) == 1
        assert [edge["node"]["count"] for edge in customer["overview"]["cards"]["edges"]] == [1]


async def test_a_system_of_a_union_that_is_down_is_a_gap_and_not_silence(tmp_path: Path) -> None:
    call = everything_of(ANNE, NOON)[1]
    async with served_by_systems(tmp_path, person(ANNE), text=with_line("interaction", UNION)) as (
        gate,
        systems,
    ):
        await gate.tell(call)
        await systems.fault("interaction", "down")
        answer = await gate.ask(OVERVIEW, crn=ANNE)
        customer = answer.partial["customer"]
        assert len(customer["interactions"]["edges"]) == 1
        sections = {one["source"]: one for one in customer["overview"]["sections"]}
        missing = sections["interaction"]
        assert (missing["status"], missing["code"]) == ("UNAVAILABLE", "SOURCE_UNAVAILABLE")
        assert (missing["system"], missing["itemCount"]) == ("interactions", 1)
        assert customer["overview"]["completeness"] == "PARTIAL"
        assert answer.at("customer", "overview") == "SOURCE_UNAVAILABLE"
        assert answer.at("customer", "interactions") == "SOURCE_UNAVAILABLE"
        await systems.clear()
        whole = await gate.ask(OVERVIEW, crn=ANNE)  # what had a gap was not kept as if it were whole
        assert whole.data["customer"]["overview"]["completeness"] == "COMPLETE"


async def test_the_first_system_that_knows_somebody_wins(tmp_path: Path) -> None:
    text = with_line("customer", 'customer = { systems = ["customers", "own"], rule = "first" }')
    async with served_by_systems(tmp_path, person(ANNE), text=text) as (gate, systems):
        await gate.tell(person(ANNE, title="Dr"), person(BORIS, title="Prof"), person(CLARA, title="Rev"))
        titles = "query($crns: [CRN!]!) { customers(crns: $crns) { profile { title } } }"
        anne, boris, nobody = (await gate.ask(titles, crns=[ANNE, BORIS, crn(104)])).data["customers"]
        assert anne == {"profile": {"title": None}}
        assert boris == {"profile": {"title": "Prof"}}
        assert nobody is None
        await systems.fault("customer", "status", status=500)
        late = await gate.ask("query($crn: CRN!) { customer(crn: $crn) { profile { title } } }", crn=CLARA)
        assert late.partial == {"customer": {"profile": {"title": "Rev"}}}
        assert late.at("customer", "profile") == "SOURCE_UNAVAILABLE"


SECTIONS = "query($crn: CRN!) { customer(crn: $crn) { overview { sections { source status } } } }"


async def test_each_source_says_for_how_long_it_keeps_things_so_that_nothing_is_not_taken_for_never(
    tmp_path: Path,
) -> None:
    """BR-AC-7: a system that forgets after 180 days, and a database that keeps everything."""
    address = 'mapping = "services/interactions.toml"'
    text = SHIPPED.read_text("utf-8").replace(address, f"{address}\nretention_days = 180")
    async with served_by_systems(tmp_path, person(ANNE), text=text) as (gate, _):
        kept = {
            one["part"]: one["retentionDays"]
            for one in (await gate.ask("{ sources { part retentionDays } }")).data["sources"]
        }
        assert kept["interaction"] == 180
        assert kept["restriction"] is None
        overview = (await gate.ask(SECTIONS, crn=ANNE)).data["customer"]["overview"]
        assert {one["source"]: one["status"] for one in overview["sections"]}["interaction"] == "NOT_FOUND"
