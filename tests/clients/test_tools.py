"""What front ends are built with, over the schema as it is committed: Relay, the code generator, the inspector."""

import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.clients.conftest import MARIA, Served
from tests.clients.node import JS, installed, script, tool
from tests.running.command import HOUSE

pytestmark = pytest.mark.conformance

SDL = HOUSE / "schema/schema.graphql"
NO_CHANGES = "No changes detected"


def project(name: str, folder: Path) -> Path:
    """A project of `js` in a folder of its own, with the schema and the packages."""
    made = folder / name
    shutil.copytree(JS / name, made)
    shutil.copy(SDL, made)
    (made / "node_modules").symlink_to(installed() / "node_modules")
    return made


@pytest.fixture
def relay(tmp_path: Path) -> Path:
    made = project("relay", tmp_path)
    (made / "made").mkdir()
    return made


def test_relay_compiles_fragments_over_connections_and_what_it_makes_of_them_runs(
    relay: Path, gateway: Served
) -> None:
    tool("relay-compiler", "relay.config.json", folder=relay)
    made = {path.name: path.read_text("utf-8") for path in (relay / "made").iterdir()}
    assert {"OverviewLettersQuery.graphql.ts", "OverviewCardsQuery.graphql.ts"} <= made.keys()
    query = made["OverviewQuery.graphql.ts"]
    assert "edges" in query
    assert "hasNextPage" in query
    assert '"handle": "connection"' in query
    page = gateway.ask(text_of(query), crn=MARIA, count=2)["data"]["customer"]
    again = {"id": page["id"], "count": 2, "cursor": page["correspondence"]["pageInfo"]["endCursor"]}
    more = gateway.ask(text_of(made["OverviewLettersQuery.graphql.ts"]), **again)["data"]["node"]
    assert len(page["correspondence"]["edges"]) == len(more["correspondence"]["edges"]) == 2
    assert page["correspondence"]["edges"] != more["correspondence"]["edges"]


def text_of(artifact: str) -> str:
    """The document that Relay sends, from what it wrote of it."""
    found = re.search(r'"text": (".+")$', artifact, re.MULTILINE)
    assert found is not None
    text: str = json.loads(found[1])
    return text


def test_relay_refuses_a_field_that_is_not_there(relay: Path) -> None:
    source = relay / "Overview.ts"
    source.write_text(source.read_text("utf-8").replace("issueDate", "nothing"), "utf-8")
    with pytest.raises(AssertionError, match="nothing"):
        tool("relay-compiler", "relay.config.json", folder=relay)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = project("codegen", tmp_path_factory.mktemp("tools"))
    tool("graphql-codegen", "--config", "codegen.json", folder=made)
    return made


def test_generated_documents_are_typed_by_the_schema(typed: Path) -> None:
    tool("tsc", "--project", ".", folder=typed)
    source = typed / "overview.ts"
    (typed / "wrong.ts").write_text(source.read_text("utf-8").replace("first: 5", "first: 'five'"), "utf-8")
    with pytest.raises(AssertionError, match="not assignable"):
        tool(
            "tsc",
            "--noEmit",
            "--strict",
            "--skipLibCheck",
            *("--module", "nodenext", "--target", "es2022"),
            "wrong.ts",
            folder=typed,
        )


def test_a_manifest_of_documents_is_written_and_each_of_them_runs(typed: Path, gateway: Served) -> None:
    manifest: dict[str, str] = json.loads((typed / "gql/persisted-documents.json").read_text("utf-8"))
    assert len(manifest) == 2
    for key, document in manifest.items():
        assert key == f"sha256:{sha256(document.encode()).hexdigest()}"
        variables = {"input": {"crn": MARIA}} if "Purge" in document else {"crn": MARIA, "first": 2}
        assert "errors" not in gateway.ask(document, "restricted", **variables)


def test_what_a_gateway_tells_of_its_schema_is_what_is_committed(gateway: Served, tmp_path: Path) -> None:
    told = script("printed", **gateway.told(), sdl=SDL.read_text("utf-8"))
    assert told["served"] == told["committed"]
    for name, text in told.items():
        (tmp_path / f"{name}.graphql").write_text(text, "utf-8")
    files = [str(tmp_path / f"{name}.graphql") for name in ("committed", "served")]
    assert NO_CHANGES in tool("graphql-inspector", "diff", *files)


def test_the_inspector_sees_no_change_in_the_committed_schema_and_one_in_another(tmp_path: Path) -> None:
    assert NO_CHANGES in tool("graphql-inspector", "diff", str(SDL), str(SDL))
    text = SDL.read_text("utf-8")
    assert "type Recency {" in text
    changed = tmp_path / "changed.graphql"
    changed.write_text(text.replace("  days: Int!", "  days: Float!"), "utf-8")
    with pytest.raises(AssertionError, match=r"Recency\.days"):
        tool("graphql-inspector", "diff", str(SDL), str(changed))
