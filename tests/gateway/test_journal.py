"""The journal on its own: a torn line costs no other one, and nothing that waits is left waiting."""

import asyncio
import fcntl
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.audit.journal import AuditUnavailableError, Journal
from gateway.audit.journal_file import PATIENCE
from gateway.keyring import KeyringError, open_keyring
from tests.gateway.journals import CHAIN, event, flaws


async def test_a_line_that_was_torn_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    journal = Journal(file, CHAIN)
    await journal.append([event(1)])
    with file.open("ab") as torn:
        torn.write(b'{"event_id":"e2","at":"20')
    await journal.append([event(3)])
    whole = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.endswith("}")]
    assert [one["event_id"] for one in whole] == ["e1", "e3"]


async def test_whoever_waits_is_told_whatever_goes_wrong(tmp_path: Path) -> None:
    pool = ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(pool)
    pool.shutdown()
    with pytest.raises(AuditUnavailableError):
        async with asyncio.timeout(5):
            await Journal(tmp_path / "audit.ndjson", CHAIN).append([event(1)])


async def test_a_journal_that_others_keep_locked_cannot_be_written_and_keeps_nobody_waiting(
    tmp_path: Path,
) -> None:
    file = tmp_path / "audit.ndjson"
    journal = Journal(file, CHAIN)
    await journal.append([event(1)])
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AuditUnavailableError):
            async with asyncio.timeout(2 * PATIENCE):
                await journal.append([event(2)])
    await journal.append([event(3)])
    assert [json.loads(line)["event_id"] for line in file.read_bytes().splitlines()] == ["e1", "e3"]
    assert flaws(file) == {}


def test_a_keyring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keyring.json"
    open_keyring(file, make=True)
    file.chmod(0o644)
    with pytest.raises(KeyringError, match="chmod 600"):
        open_keyring(file, make=True)


def test_a_keyring_that_was_being_written_when_its_writer_died_stands_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "keyring.json.1").write_text("{")
    assert open_keyring(tmp_path / "keyring.json", make=True).subkey("x")
    assert [file.name for file in tmp_path.iterdir() if file.name.count(".") == 1] == ["keyring.json"]
