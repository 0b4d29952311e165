"""Manifests that change while several workers serve: each of them takes the new one."""

import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.gateway.trusted.desks import OTHER, WHO, key, own
from tests.running.command import migrated, overview
from tests.running.workers import Crew, crew

pytestmark = pytest.mark.conformance

WORKERS = 2
CONNECTIONS = 24
"""So many that hardly one worker gets them all."""


def codes(ours: Crew, token: str, document: str) -> set[str | None]:
    """What is said to a registered id, on connections that are all new ones."""
    found = set[str | None]()
    for _ in range(CONNECTIONS):
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        body = json.dumps({"id": key(document)}).encode()
        try:
            with urlopen(
                Request(f"http://127.0.0.1:{ours.port}/graphql", body, headers), timeout=30
            ) as answer:
                told = json.load(answer)
        except HTTPError as error:
            told = json.load(error)
        found |= {error["extensions"]["code"] for error in told.get("errors", [])} or {None}
    return found


def test_every_worker_takes_a_manifest_that_changes(tmp_path: Path) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "any.json").write_bytes(own(WHO))
    migrated(tmp_path)
    token = overview("token", "officer", home=tmp_path).stdout.decode().strip()
    settings = {
        "OVERVIEW_DOCUMENTS": "enforce",
        "OVERVIEW_DOCUMENTS_FOLDER": str(folder),
        "OVERVIEW_RATE_STAFF": "0",
        "OVERVIEW_LOG_LEVEL": "info",
    }
    with crew(tmp_path, WORKERS, **settings) as ours:
        assert codes(ours, token, WHO) == {None}
        assert codes(ours, token, OTHER) == {"DOCUMENT_NOT_FOUND"}
        before = len(ours.named("documents.loaded"))
        (folder / ".new").write_bytes(own(OTHER))
        (folder / ".new").replace(folder / "any.json")
        ours.wait(lambda: len(ours.named("documents.loaded")) == before + WORKERS)
        assert codes(ours, token, OTHER) == {None}
        assert codes(ours, token, WHO) == {"DOCUMENT_NOT_FOUND"}
        (folder / ".new").write_bytes(b"[")
        (folder / ".new").replace(folder / "any.json")
        ours.wait(lambda: len(ours.named("documents.rejected")) == WORKERS)
        assert codes(ours, token, OTHER) == {None}  # what was read before stays, in each of them
