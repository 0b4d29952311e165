"""Composers and routers as others have them: our subgraph beside another one, and the queries of both through it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.graph_settings import VERSIONS
from schema import sdl
from tests.clients.conftest import SETTINGS, Served
from tests.clients.node import script
from tests.house.programs import free_port
from tests.running.command import importing, overview, served
from tests.running.people import everything_of
from tests.running.serving import NOON
from tests.sources.specimens import crn, crns, lines

pytestmark = pytest.mark.conformance

PROJECT: Final = Path(__file__).parent / "federation_js"
HIVES: Final = tuple(f"2.{minor}" for minor in range(10))
"""The versions that Hive's composition takes."""
PEOPLE: Final = crns(40)
NOBODY: Final = crn(299)
FIRST: Final = {"apollo": 0, "hive": 20}
"""Each router asks about twenty people whom nobody has asked about yet: from this one on."""
TWENTY: Final = (
    "{ twenty(from: %d) { room customer { crn profile { names { family } } debts { truncated } } } }"
)
QUERIES: Final = {
    **{router: TWENTY % first for router, first in FIRST.items()},
    "more": "{ booked(number: 40) { room customer { profile { names { family } } } } }",
    "outward": f'{{ customer(crn: "{PEOPLE[3]}") {{ profile {{ names {{ family }} }} bookings {{ room }} }} }}',
}


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    found: dict[str, Any] = script("composing", PROJECT, versions={one: sdl(one) for one in VERSIONS})
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_apollo_composes_every_version(version: str, composed: dict[str, Any]) -> None:
    assert composed[version]["apollo"] == {"errors": [], "joins": True}


@pytest.mark.parametrize("version", HIVES)
def test_hive_composes_the_versions_that_it_knows(version: str, composed: dict[str, Any]) -> None:
    assert composed[version]["hive"]["errors"] == []


@pytest.fixture(scope="module")
def subgraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A gateway of its own that knows these people, and where its metrics are."""
    home = tmp_path_factory.mktemp("federation")
    settings = SETTINGS | {"OVERVIEW_FEDERATION": "2.9"}
    assert overview("migrate", home=home, **settings).returncode == 0
    records = [record for owner in PEOPLE for record in everything_of(owner, NOON)]
    imported = importing(b"\n".join(lines(records)), home, **settings)
    assert imported.returncode == 0, imported.stderr
    token = overview("token", "officer", home=home, **settings).stdout.decode().strip()
    port, admin = free_port(), free_port()
    with served(home / "log", "--admin-port", str(admin), home=home, port=port, **settings):
        address = Served(f"http://127.0.0.1:{port}/graphql", {"officer": token}, b"", home)
        yield address, f"http://127.0.0.1:{admin}/metrics"


@pytest.fixture(scope="module", params=["apollo", "hive"])
def routed(request: pytest.FixtureRequest, both: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = both[request.param]
    return found | {"first": FIRST[request.param]}


@pytest.fixture(scope="module")
def both(subgraph: tuple[Served, str]) -> dict[str, Any]:
    gateway, metrics = subgraph
    told = {**gateway.told(), "metrics": metrics, "crns": [*PEOPLE, NOBODY], "queries": QUERIES}
    found: dict[str, Any] = script("routing", PROJECT, **told)
    return found


def test_what_one_graph_knows_of_a_customer_is_joined_by_the_number(routed: dict[str, Any]) -> None:
    shown, numbers = routed["many"]["data"]["twenty"], range(routed["first"], routed["first"] + 20)
    assert [one["room"] for one in shown] == [f"Room {number}" for number in numbers]
    assert [one["customer"]["crn"] for one in shown] == [PEOPLE[number] for number in numbers]
    assert len({one["customer"]["profile"]["names"][0]["family"] for one in shown}) == 20


def test_twenty_customers_are_one_call_a_part(routed: dict[str, Any]) -> None:
    """Customer, restriction and debt."""
    assert routed["calls"] == 3


def test_somebody_unknown_costs_nobody_else(routed: dict[str, Any]) -> None:
    unknown = routed["more"]["data"]["booked"]
    assert unknown["room"] == "Room 40"
    assert not unknown["customer"] or unknown["customer"]["profile"] is None


def test_a_customer_of_ours_is_told_with_what_others_know(routed: dict[str, Any]) -> None:
    outward = routed["outward"]["data"]["customer"]
    assert outward["bookings"] == [{"room": "Room 3"}]
    assert outward["profile"]["names"]
