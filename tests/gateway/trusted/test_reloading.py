"""Manifests that change while the gateway runs, and those that are wrong when it starts."""

import asyncio
from pathlib import Path
from typing import Any

from graphql import parse

from gateway.engine.prepared import Appraiser, Prepared
from gateway.trusted.events import ManifestLoaded, ManifestRejected
from gateway.trusted.labels import REST, UNNAMED, Labels
from gateway.trusted.registrations import Registrations
from gateway.trusted.shelf import SECONDS, file_of, manifests_of
from schema import build
from sources.crn import ServicesAustralia
from tests.gateway.trusted.desks import OTHER, WHO, Desk, desk_of, key, own


def loaded(desk: Desk, kind: Any = ManifestLoaded) -> int:
    return sum(isinstance(event, kind) for event in desk.gate.events)


async def test_a_manifest_that_changes_is_taken_without_a_restart(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": own(WHO)}) as desk:
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]
        assert (await desk.ask("desk", id=key(OTHER))).refusal == "DOCUMENT_NOT_FOUND"
        desk.write("desk", own(OTHER))
        await desk.until(lambda: loaded(desk) == 2)
        assert (await desk.ask("desk", id=key(OTHER))).data["viewer"]
        assert (await desk.ask("desk", id=key(WHO))).refusal == "DOCUMENT_NOT_FOUND"
        desk.write("any", own(WHO))
        await desk.until(lambda: loaded(desk) == 3)
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]
        assert {line.event for line in desk.gate.log} == {"documents.unknown"}


async def test_a_mistake_in_a_manifest_keeps_what_was_there(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": own(WHO), "other": own(OTHER)}) as desk:
        desk.write("desk", b'{"a": ')
        await desk.until(lambda: loaded(desk, ManifestRejected) > 0)
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]
        desk.write("other", own(WHO))
        await desk.until(lambda: loaded(desk) == 3)
        (line,) = desk.gate.log  # told once, though it was looked at again
        assert (line.event, line.level.value) == ("documents.rejected", "error")
        assert line.told == {"file": "desk.json", "reason": "it is no manifest in JSON"}
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]
        desk.write("desk", own(OTHER))
        await desk.until(lambda: loaded(desk) == 4)
        assert (await desk.ask("desk", id=key(WHO))).refusal == "DOCUMENT_NOT_FOUND"


async def test_a_manifest_that_is_wrong_at_start_costs_only_its_client(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": b"[]", "other": own(OTHER)}) as desk:
        assert [line.event for line in desk.gate.log] == ["documents.rejected"]
        assert (await desk.ask("other", id=key(OTHER))).data["viewer"]
        assert (await desk.ask("desk", id=key(WHO))).refusal == "DOCUMENT_NOT_FOUND"


async def test_a_manifest_that_is_taken_away_takes_its_documents_along(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": own(WHO), "other": own(OTHER)}) as desk:
        (desk.folder / "desk.json").unlink()
        desk.write("other", own(WHO))
        await desk.until(lambda: loaded(desk) == 3)
        assert (await desk.ask("desk", id=key(WHO))).refusal == "DOCUMENT_NOT_FOUND"


async def test_a_folder_that_is_away_for_a_while_costs_nothing(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": own(WHO)}) as desk:
        away = desk.folder.rename(tmp_path / "away")
        await asyncio.sleep(2 * SECONDS)
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]
        away.rename(desk.folder)
        desk.write("desk", own(OTHER))
        await desk.until(lambda: loaded(desk) == 2)
        assert (await desk.ask("desk", id=key(OTHER))).data["viewer"]


def test_a_clients_file_lies_in_the_folder_whatever_it_is_called(tmp_path: Path) -> None:
    for client in (
        "desk",
        "key:abc",
        "../x",
        "..",
        ".",
        "/etc/passwd",
        "https://a.example/b",
        "a b",
        "é",
        "%2e",
    ):
        file = file_of(tmp_path, client)
        assert file.parent == tmp_path
        file.write_bytes(b"{}")
        assert manifests_of(tmp_path)[client] == file


def test_what_is_registered_as_it_is_sent_is_bounded() -> None:
    kept = Registrations(most=2, characters=10)
    kept.add("desk", "a", "text")
    kept.add("desk", "b", "text")
    assert kept.find("desk", "a") == "text"
    kept.add("desk", "c", "text")
    assert [kept.find("desk", name) for name in "abc"] == ["text", None, "text"]
    kept.add("desk", "d", "x" * 6)
    assert [kept.find("desk", name) for name in "acd"] == [None, "text", "x" * 6]
    kept.add("desk", "e", "x" * 11)
    assert [kept.find("desk", name) for name in "acde"] == [None] * 4
    kept.add("desk", "f", "x" * 10)
    kept.add("desk", "f", "x" * 10)
    assert kept.find("desk", "f") == "x" * 10


def test_names_become_labels_up_to_a_number() -> None:
    appraiser, labels = Appraiser(build(ServicesAustralia())._schema, introspects=False), Labels(most=2)
    texts = [f"query {name} {{ viewer {{ id }} }}" for name in ("A" * 81, "A", "B", "C", "A", "")]
    told = [labels.of(Prepared(parse(text), appraiser), None) for text in texts]
    assert told == [REST, "A", "B", REST, "A", UNNAMED]
