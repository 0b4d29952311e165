"""`overview audit`: the journal's chain is followed, and its events are handed out."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from gateway.audit.chain import Chain, hash_of
from gateway.keyring import open_keyring
from tests.gateway.journals import event, written
from tests.running.command import overview

pytestmark = pytest.mark.conformance


@pytest.fixture
def told(tmp_path: Path) -> list[bytes]:
    """A journal of thirty hours, from 11:00 in Sydney on 10 March to 16:00 on 11 March."""
    chain = Chain(open_keyring(tmp_path / "keyring.json", make=True))
    return written(tmp_path / "audit.ndjson", range(1, 31), chain)


def verified(home: Path, *words: str) -> tuple[int, list[str]]:
    done = overview("audit", "verify", *words, home=home)
    assert b"Traceback" not in done.stderr
    return done.returncode, (done.stdout + done.stderr).decode().splitlines()


def exported(home: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return overview("audit", "export", *words, home=home)


def test_a_whole_journal_is_counted_and_its_last_hash_said(tmp_path: Path, told: list[bytes]) -> None:
    last = hash_of(told[-1].rstrip()).decode()
    span = "30 events, from 2025-03-10T00:00:00+00:00 to 2025-03-11T05:00:00+00:00."
    assert verified(tmp_path) == (0, [span, f"The chain is whole. Its last hash is {last}."])


def test_every_place_where_it_is_broken_is_named(tmp_path: Path, told: list[bytes]) -> None:
    told[4] = told[4].replace(b"OPEN", b"HUSH")
    del told[9]
    (tmp_path / "audit.ndjson").write_bytes(b"".join(told)[:-9])
    code, said = verified(tmp_path)
    assert code == 1
    assert said[:3] == ["line 5: changed", "line 10: missing or moved", "line 29: torn"]
    assert said[3].startswith("27 events, ")
    assert said[4] == "The chain is broken."


def test_a_journal_that_was_cut_off_does_not_hold_the_hash_that_was_noted(
    tmp_path: Path, told: list[bytes]
) -> None:
    noted = hash_of(told[-1].rstrip()).decode()
    assert verified(tmp_path, "--noted", noted)[0] == 0
    (tmp_path / "audit.ndjson").write_bytes(b"".join(told[:-2]))
    assert verified(tmp_path)[0] == 0
    code, said = verified(tmp_path, "--noted", noted)
    assert (code, said[0]) == (1, "missing: the event whose hash was noted")


def test_another_file_can_be_verified(tmp_path: Path, told: list[bytes]) -> None:
    (tmp_path / "copy").write_bytes(b"".join(told[1:]))
    assert verified(tmp_path, str(tmp_path / "copy"))[1][0] == "line 1: missing or moved"


def test_events_from_before_the_chain_are_told_apart(tmp_path: Path, told: list[bytes]) -> None:
    older = [msgspec.json.encode(event(number)) + b"\n" for number in (1, 2)]
    (tmp_path / "audit.ndjson").write_bytes(b"".join(older + told))
    code, said = verified(tmp_path)
    assert code == 0
    assert said[1] == "The chain begins at line 3; nothing vouches for the 2 events before it."
    (tmp_path / "audit.ndjson").write_bytes(b"".join(older))
    code, said = verified(tmp_path)
    assert code == 1
    assert said[1] == "There is no chain: none of the events is linked."


def test_a_journal_without_events_is_whole(tmp_path: Path, told: list[bytes]) -> None:
    (tmp_path / "audit.ndjson").write_bytes(b"")
    assert verified(tmp_path)[0] == 0


@pytest.mark.parametrize("what", ["audit.ndjson", "keyring.json"])
def test_what_cannot_be_read_ends_with_2_and_one_line(what: str, tmp_path: Path, told: list[bytes]) -> None:
    (tmp_path / what).unlink()
    code, said = verified(tmp_path)
    assert (code, len(said)) == (2, 1)
    assert what in said[0]
    assert not (tmp_path / what).exists()


def test_events_are_handed_out_as_they_were_written(tmp_path: Path, told: list[bytes]) -> None:
    done = exported(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"".join(told), b"")


def test_events_of_some_days_are_those_of_the_policys_zone(tmp_path: Path, told: list[bytes]) -> None:
    """Midnight in Sydney comes thirteen hours after the first event."""
    assert exported(tmp_path, "--until", "2025-03-10").stdout.splitlines(keepends=True) == told[:13]
    assert exported(tmp_path, "--since", "2025-03-11").stdout.splitlines(keepends=True) == told[13:]
    one = exported(tmp_path, "--since", "2025-03-11", "--until", "2025-03-11")
    assert one.stdout.splitlines(keepends=True) == told[13:]
    assert exported(tmp_path, "--since", "2025-03-12").stdout == b""
    assert exported(tmp_path, "--since", "yesterday").returncode == 2


def test_what_is_no_event_is_left_out_and_counted(tmp_path: Path, told: list[bytes]) -> None:
    (tmp_path / "audit.ndjson").write_bytes(told[0] + told[1][:30] + b"\n\xff\n" + told[2])
    done = exported(tmp_path)
    assert done.stdout == told[0] + told[2]
    assert done.stderr.startswith(b"2 lines are no events")


def test_a_journal_that_is_not_there_cannot_be_handed_out(tmp_path: Path) -> None:
    done = exported(tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
