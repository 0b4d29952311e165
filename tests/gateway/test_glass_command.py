"""`overview glass`: what waits for its review, and that it was reviewed."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.cli.glass import glass
from gateway.grants import SealedGrants
from gateway.keyring import KeyringSealer, open_keyring
from resolvers.grants import Grant
from sources.ledger import GrantStore
from sources.sql import open_engine
from tests.running import NOON
from tests.running.command import migrated
from tests.running.people import ANNE

WHY = "The caller says that\nsomebody is at her \x1b[31mdoor."


def said(home: Path, *words: str) -> Result:
    return CliRunner(env={"OVERVIEW_HOME": str(home)}).invoke(glass, words)


def broken(home: Path, *ids: str) -> None:
    """Let an officer break the glass, once for each id."""

    async def add() -> None:
        engine = open_engine(f"sqlite:///{home / 'overview.db'}")
        sealer = KeyringSealer(open_keyring(home / "keyring.json", make=True))
        grants = SealedGrants(GrantStore(engine), sealer)
        for number, id in enumerate(ids):
            since = NOON + timedelta(minutes=number)
            until = since + timedelta(minutes=30)
            await grants.add(Grant(id, "agency", "officer-1", ANNE, WHY, "I-1", since, until, f"key-{id}"))
        await engine.dispose()

    asyncio.run(add())


def journal(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "audit.ndjson").read_bytes().splitlines()]


def test_what_waits_is_shown_until_it_was_reviewed(tmp_path: Path) -> None:
    migrated(tmp_path)
    broken(tmp_path, "first", "second")
    listed = said(tmp_path, "list")
    assert listed.exit_code == 0, listed.output
    assert [line.split()[0] for line in listed.stdout.splitlines() if not line.startswith(" ")] == [
        "first",
        "second",
    ]
    assert "officer officer-1 of agency, interaction I-1" in listed.stdout
    assert "The caller says that somebody is at her  [31mdoor." in listed.stdout
    assert ANNE not in listed.output
    assert ANNE in said(tmp_path, "list", "--numbers").stdout
    assert said(tmp_path, "review", "first").exit_code == 0
    assert "first" not in said(tmp_path, "list").stdout
    assert "reviewed by" in said(tmp_path, "list", "--all").stdout
    again = said(tmp_path, "review", "first")
    assert (again.exit_code, "waits for its review" in again.stderr) == (1, True)


def test_reading_and_reviewing_go_on_record(tmp_path: Path) -> None:
    migrated(tmp_path)
    broken(tmp_path, "first")
    said(tmp_path, "list", "--numbers")
    said(tmp_path, "review", "first")
    read, reviewed = journal(tmp_path)
    assert (read["action"], read["parts"], read["actor"]["kind"]) == ("glass_read", ["crn"], "OPERATOR")
    assert (reviewed["action"], reviewed["subject"]) == ("glass_review", "grant:first")


def test_where_nothing_can_be_put_on_record_nothing_is_shown_or_reviewed(tmp_path: Path) -> None:
    migrated(tmp_path)
    broken(tmp_path, "first")
    (tmp_path / "audit.ndjson").mkdir()
    for words in (("list",), ("review", "first")):
        refused = said(tmp_path, *words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "The audit journal cannot be written" in refused.stderr
    (tmp_path / "audit.ndjson").rmdir()
    assert "first" in said(tmp_path, "list").stdout


def test_what_another_keyring_sealed_is_shown_without_its_words(tmp_path: Path) -> None:
    migrated(tmp_path)
    broken(tmp_path, "first")
    (tmp_path / "keyring.json").unlink()
    open_keyring(tmp_path / "keyring.json", make=True)
    listed = said(tmp_path, "list", "--numbers")
    assert "customer ?" in listed.stdout
    assert "another keyring" in listed.stdout
