"""The explorer: who is given the page, what it may load, and that its worked examples work."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from graphql import build_schema, parse, validate

from gateway.explorer.pages import FILES, PAGE, STATIC
from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from tests.running import Answer, Gate, serving
from tests.running.people import ANNE, person

HOUSE = Path(__file__).parents[2]
EXAMPLES = sorted((HOUSE / "tools/explorer/examples").glob("*.graphql"))
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
NOT_LOADED = {"www.w3.org", "json-schema.org"}
"""Hosts in the names of vocabularies, which nothing is fetched from."""
LOADING = re.compile(
    r"""(?:src|href)=["']([^"']+)|url\(["']?([^"')]+)|(?:import|fetch)\(["'`](https?:[^"'`]+)"""
)


@pytest.fixture(scope="module", params=[Profile.EMBEDDED, Profile.DEVELOPMENT])
async def gate(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gate]:
    folder = tmp_path_factory.mktemp("explorer")
    async with serving(folder, person(ANNE), settings=Settings(home=folder, profile=request.param)) as serves:
        yield serves


async def look(gate: Gate, accept: str, path: str = "/graphql") -> Answer:
    return await gate.send("GET", path, b"", {"accept": accept})


def policy(answer: Answer) -> dict[str, list[str]]:
    told = answer.headers["content-security-policy"].split(";")
    return {name: allowed for name, *allowed in (one.split() for one in told)}


@pytest.mark.parametrize("accept", [BROWSER, "text/html", "application/json;q=0.5, text/html"])
async def test_a_browser_is_given_the_page(accept: str, gate: Gate) -> None:
    page = await look(gate, accept)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.text == (STATIC / PAGE).read_text("utf-8")
    assert page.headers["cache-control"] == "no-store"
    assert "Accept" in page.headers["vary"]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/graphql-response+json, text/html", "text/html;q=0"]
)
async def test_whoever_reads_json_as_gladly_is_given_no_page(accept: str, gate: Gate) -> None:
    answer = await look(gate, accept)
    assert answer.status in {400, 401, 405, 406}
    assert "text/html" not in answer.headers["content-type"]


async def test_a_browser_that_posts_is_answered_as_anybody(gate: Gate) -> None:
    body = json.dumps({"query": "{ viewer { id } }"}).encode()
    answer = await gate.post(body, headers={"accept": "text/html, application/json;q=0.9"})
    assert answer.data["viewer"]


async def test_in_production_there_is_no_page_and_none_of_its_files(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, profile=Profile.PRODUCTION)
    open_keyring(settings.keyring, make=True)
    async with serving(tmp_path, settings=settings) as gate:
        assert (await look(gate, BROWSER)).refusal == "METHOD_NOT_ALLOWED"
        for name in FILES:
            assert (await look(gate, BROWSER, f"/explorer/{name}")).refusal == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/graphql", *(f"/explorer/{name}" for name in sorted(FILES))])
async def test_nothing_of_it_may_run_but_its_own_files(path: str, gate: Gate) -> None:
    answer = await look(gate, BROWSER, path)
    assert answer.status == 200
    allowed = policy(answer)
    assert allowed["default-src"] == ["'none'"]
    assert allowed["script-src"] == allowed["worker-src"] == allowed["connect-src"] == ["'self'"]
    assert allowed["frame-ancestors"] == allowed["base-uri"] == ["'none'"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("ending", "kind"),
    [(".js", "text/javascript; charset=utf-8"), (".css", "text/css; charset=utf-8"), (".ttf", "font/ttf")],
)
async def test_a_file_has_its_type_and_is_kept_as_long_as_its_name_says_what_is_in_it(
    ending: str, kind: str, gate: Gate
) -> None:
    for name in (one for one in FILES if one.endswith(ending)):
        answer = await look(gate, "*/*", f"/explorer/{name}")
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_licences_are_served_and_asked_for_anew(gate: Gate) -> None:
    answer = await look(gate, "*/*", "/explorer/licences.txt")
    assert answer.headers["cache-control"] == "no-cache"
    for name in ("graphiql 5", "monaco-editor 0", "react 19", "graphql 16"):
        assert name in answer.text
    assert "no licence named" not in answer.text


@pytest.mark.parametrize(
    "path", ["index.html", "nothing.js", "..%2fpages.py", "%2e%2e/pages.py", "..%2f..%2fsettings.py", ""]
)
async def test_no_other_file_can_be_had(path: str, gate: Gate) -> None:
    assert (await look(gate, "*/*", f"/explorer/{path}")).refusal == "NOT_FOUND"


def test_the_page_loads_nothing_but_files_that_are_served() -> None:
    page = (STATIC / PAGE).read_text("utf-8")
    loaded = [one for one in re.findall(r'(?:src|href)="([^"]+)"', page) if one != "data:,"]
    assert len(loaded) >= 2
    assert {one.removeprefix("/explorer/") for one in loaded} <= FILES.keys()
    assert "<script>" not in page


@pytest.mark.parametrize("name", sorted(name for name in FILES if not name.endswith((".txt", ".ttf"))))
def test_nothing_is_loaded_from_another_host(name: str) -> None:
    text = FILES[name].read_text("utf-8")
    loaded = {one for found in LOADING.findall(text) for one in found if "://" in one}
    assert {urlsplit(one).hostname for one in loaded} <= NOT_LOADED


def test_there_are_ten_examples_and_the_page_has_them_as_they_stand() -> None:
    built = "".join(FILES[name].read_text("utf-8") for name in FILES if name.startswith("index-"))
    assert len(EXAMPLES) == 10
    for example in EXAMPLES:
        text = example.read_text("utf-8")
        literal = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
        assert literal in built or json.dumps(text)[1:-1] in built, f"{example.name}: run `make explorer`"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_valid(example: Path) -> None:
    schema = build_schema((HOUSE / "schema/schema.graphql").read_text("utf-8"))
    assert validate(schema, parse(example.read_text("utf-8"))) == []


def variables() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((HOUSE / "tools/explorer/examples/variables.json").read_text("utf-8"))
    return told


def test_every_example_with_variables_has_values_for_them() -> None:
    asks = {path.stem for path in EXAMPLES if "$" in path.read_text("utf-8")}
    assert variables().keys() == asks
