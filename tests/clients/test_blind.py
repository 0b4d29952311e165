"""Whether `clairvoyance` recovers the schema of a production gateway from what is wrong with its guesses."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import anyio
import pytest
from graphql import build_schema, is_input_object_type, is_interface_type, is_object_type

from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from gateway.trusted.shelf import ANY
from tests.clients.conftest import Served
from tests.clients.foreign import environment, script
from tests.gateway.trusted.desks import own
from tests.running import Gate, serving
from tests.running.command import HOUSE
from tests.running.keys import QUERY, key_for, shown
from tests.running.people import ANNE, person

pytestmark = pytest.mark.conformance

SCHEMA = build_schema((HOUSE / "schema/schema.graphql").read_text("utf-8"))
AT_ONCE = {"as its command asks": 64, "as little at once as a partner may": 4}
SECONDS = 240.0
FOUND_NOTHING = "It is very likely that Field Suggestion is not fully enabled on this endpoint."


def names() -> set[str]:
    """What a guesser would have to guess: every name of a field and of an argument."""
    found = set[str]()
    for kind in SCHEMA.type_map.values():
        if kind.name.startswith("__"):
            continue
        if is_object_type(kind) or is_interface_type(kind):
            found.update(*([name, *field.args] for name, field in kind.fields.items()))
        elif is_input_object_type(kind):
            found.update(kind.fields)
    return found


def its_own_words() -> list[str]:
    (file,) = environment("clairvoyance").glob("lib/python3*/site-packages/clairvoyance/wordlist.txt")
    return [word for word in file.read_text("utf-8").split() if word.isidentifier() and word.isascii()]


@asynccontextmanager
async def production(folder: Path, documents: str) -> AsyncIterator[tuple[Gate, str]]:
    """A production gateway that limits nobody's rate, and the key of a partner."""
    (manifests := folder / "manifests").mkdir()
    (manifests / f"{ANY}.json").write_bytes(own(QUERY))
    told: dict[str, Any] = {"documents": documents, "documents_folder": manifests, "rate_partner": 0}
    settings = Settings(profile=Profile.PRODUCTION, home=folder, deadline_partner=60, **told)
    open_keyring(settings.keyring, make=True)
    async with serving(folder, person(ANNE), settings=settings) as gate:
        yield gate, (await key_for(gate))[0]


def guessed(
    folder: Path, address: str, header: str, at_once: int, words: Iterable[str]
) -> tuple[CompletedProcess[str], Any]:
    """How the tool ended, and the schema that it recovered; None where it recovered nothing."""
    (folder / "words").write_text("\n".join(words), "utf-8")
    told = folder / "recovered.json"
    ran = script(
        "clairvoyance", "blind", SECONDS, at_once, "-H", header, "-w", folder / "words", "-o", told, address
    )
    return ran, json.loads(told.read_bytes()) if told.exists() else None


@pytest.mark.parametrize("at_once", AT_ONCE)
@pytest.mark.parametrize("documents", ["off", "enforce"])
async def test_in_production_a_schema_is_not_recovered_even_by_who_guesses_every_name(
    documents: str, at_once: str, tmp_path: Path
) -> None:
    words = sorted({*its_own_words(), *names()})
    async with production(tmp_path, documents) as (gate, key):
        assert (await shown(gate, key)).status == 200
        guess = partial(
            guessed, tmp_path, f"{gate.client.base_url}/graphql", f"x-api-key: {key}", AT_ONCE[at_once], words
        )
        ran, recovered = await anyio.to_thread.run_sync(guess)
    assert recovered is None
    assert ran.returncode == 1
    assert FOUND_NOTHING in ran.stderr


def test_from_a_gateway_that_says_what_is_wrong_it_is_recovered(gateway: Served, tmp_path: Path) -> None:
    """Else the tool would find nothing anywhere."""
    header = f"Authorization: Bearer {gateway.tokens['officer']}"
    ran, recovered = guessed(tmp_path, gateway.address, header, 8, ["viewer", "roles", "nonsense"])
    assert ran.returncode == 0, ran.stderr
    kinds = {one["name"]: one for one in recovered["data"]["__schema"]["types"]}
    assert {"viewer"} <= {field["name"] for field in kinds["Query"]["fields"]}
    assert {"roles"} <= {field["name"] for field in kinds["Viewer"]["fields"]}
