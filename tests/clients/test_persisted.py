"""Documents that Apollo Client and urql name by their hashes: registered ones, and in development others."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.clients.asking import COMMAND, SHORT, told
from tests.clients.conftest import MARIA, SETTINGS, Served, token
from tests.clients.node import script
from tests.house.programs import free_port
from tests.running.command import overview, served

pytestmark = pytest.mark.conformance

WHO = "query Who { viewer { id kind } }"
CLIENTS = ("apollo", "urql")
HASH = {"method": "POST", "text": False, "status": 200, "kept": "no-store"}
"""A request that was answered to the hash alone."""


def asks(client: str, gateway: Served, *, enforce: bool) -> Mapping[str, Any]:
    unknown = f"query Of_{client}($crn: CRN!) {{ customer(crn: $crn) {{ crn }} }}"
    more = {"query": SHORT, "who": WHO, "unknown": unknown, "enforce": enforce}
    found: dict[str, Any] = script(f"{client}_persisted", **told(gateway) | more)
    return found


@pytest.fixture(scope="module")
def trusting(gateway: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway that executes registered documents alone, as their clients send them."""
    home = tmp_path_factory.mktemp("trusting")
    sent = script("sent", texts=[SHORT, WHO, COMMAND])
    port = free_port()
    settings = {name: value for name, value in SETTINGS.items() if name != "OVERVIEW_NOW"} | {
        "OVERVIEW_DATABASE_URL": f"sqlite+aiosqlite:///{gateway.home / 'overview.db'}",
        "OVERVIEW_PROFILE": "embedded",
        "OVERVIEW_DOCUMENTS": "enforce",
        "OVERVIEW_DOCUMENTS_FOLDER": str(home),
    }
    for client, texts in sent.items():
        built = home.with_name(f"{client}-built.json")
        built.write_text(json.dumps({f"{client}:{number}": text for number, text in enumerate(texts)}))
        registered = overview("documents", "register", str(built), "--client", "any", home=home, **settings)
        assert registered.returncode == 0, registered.stderr
    with served(home / "log", home=home, port=port, **settings):
        tokens = {persona: token(home, persona, settings) for persona in gateway.tokens}
        yield Served(f"http://127.0.0.1:{port}/graphql", tokens, gateway.town, home)


@pytest.fixture(scope="module", params=CLIENTS)
def enforced(request: Any, trusting: Served) -> Mapping[str, Any]:
    return asks(request.param, trusting, enforce=True)


@pytest.fixture(scope="module", params=CLIENTS)
def developed(request: Any, gateway: Served) -> Mapping[str, Any]:
    return asks(request.param, gateway, enforce=False)


def test_a_registered_query_about_a_customer_goes_by_its_hash_alone(enforced: Mapping[str, Any]) -> None:
    for asked in (enforced["post"], enforced["again"]):
        assert asked["data"]["customer"]["crn"] == MARIA
        assert asked["requests"] == [HASH]


def test_a_registered_query_that_names_nobody_comes_by_get_and_may_be_kept(
    enforced: Mapping[str, Any],
) -> None:
    assert enforced["get"]["data"]["viewer"]["kind"] == "STAFF"
    assert enforced["get"]["requests"] == [HASH | {"method": "GET", "kept": "private, no-cache"}]


def test_a_registered_command_goes_by_its_hash_alone(enforced: Mapping[str, Any]) -> None:
    assert enforced["command"]["data"]["purgeCache"]["everywhere"] is True
    assert enforced["command"]["requests"] == [HASH]


def test_what_nobody_registered_is_refused_and_never_asked_for_as_text(enforced: Mapping[str, Any]) -> None:
    assert enforced["unknown"]["codes"] == ["DOCUMENT_NOT_FOUND"]
    assert [(one["text"], one["status"]) for one in enforced["unknown"]["requests"]] == [(False, 404)]


def test_in_development_a_client_sends_the_text_once_and_then_the_hash(developed: Mapping[str, Any]) -> None:
    assert developed["unknown"]["data"]["customer"]["crn"] == MARIA
    assert [one["text"] for one in developed["unknown"]["requests"]] == [False, True]
    assert developed["again"]["data"]["customer"]["crn"] == MARIA
    assert developed["again"]["requests"] == [HASH]
