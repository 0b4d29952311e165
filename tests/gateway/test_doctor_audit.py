"""`overview doctor` on the audit in SQL: how far it is behind the journal."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.audit.chain import Chain
from gateway.keyring import open_keyring
from tests.gateway.journals import written
from tests.running.command import migrated, overview

pytestmark = pytest.mark.conformance

PRODUCTION = {"OVERVIEW_PROFILE": "production"}
STATES: dict[str, tuple[int, int, Mapping[str, str], str, str]] = {
    "nothing yet": (0, 0, PRODUCTION, "green", "0 events behind the journal"),
    "never": (3, 0, PRODUCTION, "amber", "3 events behind the journal, none was ever shipped"),
    "a little": (3, 1_000, {}, "green", "1000 events behind the journal"),
    "too much": (3, 1_001, {}, "amber", "1001 events behind the journal"),
}


@pytest.mark.parametrize("what", STATES)
def test_how_far_the_audit_in_sql_is_behind_is_said(what: str, tmp_path: Path) -> None:
    first, more, settings, light, seen = STATES[what]
    migrated(tmp_path)
    chain, journal = Chain(open_keyring(tmp_path / "keyring.json", make=True)), tmp_path / "audit.ndjson"
    if first:
        written(journal, range(first), chain)
    if more:
        assert overview("audit", "ship", home=tmp_path).returncode == 0
        written(journal, range(first, first + more), chain, together=more)
    said = overview("doctor", home=tmp_path, **settings).stdout.decode().splitlines()
    (line,) = [number for number, text in enumerate(said) if " audit in SQL " in text]
    assert (said[line].split()[0], said[line].rpartition("  ")[2].strip()) == (light, seen)
    assert ("overview audit ship" in said[line + 1]) == (light == "amber")
