"""Apollo's compatibility suite for subgraphs, its own tests as it ships them, against products on our HTTP stack.

The suite starts what is around the products by Rover or Docker; here its users and its inventory are started as they
are, and Apollo's gateway in Node stands for the router.
"""

import asyncio
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from tests.clients.node import script
from tests.clients.products import serving

pytestmark = pytest.mark.conformance

PROJECT: Final = Path(__file__).parent / "compatibility_js"
UNMET: Final = "ftv1"
WHY: Final = (
    "Federated tracing has subgraphs tell routers, in each answer, which fields took how long. Our answers have no "
    "extensions beside their data; what took how long is told to operators, by traces of OpenTelemetry."
)
TESTS: Final = {
    "introspection": "introspection",
    "@key single applies single field @key on User": "@key single",
    "@key single resolves single field @key on User": "@key single",
    "@key multiple applies multiple field @key on DeprecatedProduct": "@key multiple",
    "@key multiple resolves multiple field @key on DeprecatedProduct": "@key multiple",
    "@key composite applies composite object @key on ProductResearch": "@key composite",
    "@key composite resolves composite object @key on ProductResearch": "@key composite",
    "repeatable @key applies repeatable @key directive on Product": "repeatable @key",
    "repeatable @key resolves multiple @key directives on Product": "repeatable @key",
    "@requires": "@requires",
    "@provides": "@provides",
    UNMET: "ftv1",
    "@link": "@link",
    "@shareable should return @shareable directives in _service sdl": "@shareable",
    "@shareable should be able to resolve @shareable ProductDimension types": "@shareable",
    "@tag": "@tag",
    "@override should return @override directives in _service sdl": "@override",
    "@override should return overridden user name": "@override",
    "@inaccessible should return @inaccessible directives in _service sdl": "@inaccessible",
    "@inaccessible should be able to query @inaccessible fields via the products schema directly": "@inaccessible",
    "@composeDirective": "@composeDirective",
    "@interfaceObject verifies schema contains entity type marked as @interfaceObject": "@interfaceObject",
    "@interfaceObject verifies @interfaceObject entity returns new fields": "@interfaceObject",
}
"""The suite's tests, and the row of its report that each is for."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the suite found, having run once."""

    async def ran() -> dict[str, Any]:
        async with serving(tmp_path_factory.mktemp("products")) as told:
            found: dict[str, Any] = await asyncio.to_thread(script, "compatibility", PROJECT, **told)
            return found

    return asyncio.run(ran())


def test_the_suite_has_these_tests_and_no_others(suite: dict[str, Any]) -> None:
    assert {one["name"]: one["row"] for one in suite["tests"]} == TESTS
    assert len(suite["tests"]) == len(TESTS)
    assert sorted(suite["rows"]) == sorted(set(TESTS.values()))


@pytest.mark.parametrize("name", [name for name in TESTS if name != UNMET])
def test_the_suite_says_that_it_holds(name: str, suite: dict[str, Any]) -> None:
    (told,) = (one for one in suite["tests"] if one["name"] == name)
    assert told["passed"], told["said"]


@pytest.mark.xfail(reason=WHY, raises=AssertionError, strict=True)
def test_federated_tracing_holds(suite: dict[str, Any]) -> None:
    (told,) = (one for one in suite["tests"] if one["name"] == UNMET)
    assert told["passed"], told["said"]


async def test_products_are_behind_the_door_that_our_graph_is_behind(tmp_path: Path) -> None:
    body = {"query": '{ product(id: "apollo-studio") { sku } }'}
    async with serving(tmp_path) as told, httpx2.AsyncClient() as client:
        stranger = await client.post(told["address"], json=body)
        known = {"authorization": f"Bearer {told['token']}"}
        answer = await client.post(told["address"], json=body, headers=known)
    assert stranger.status_code == 401
    assert stranger.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert answer.json() == {"data": {"product": {"sku": "studio"}}}
    assert answer.headers["x-request-id"]
