"""`overview keyring`: what is kept is shown, changed and put on record, and no secret is ever printed."""

import json
from pathlib import Path

import pytest

from gateway.keyring import open_keyring, read
from tests.running import serving
from tests.running.command import overview
from tests.running.people import ANNE, person

pytestmark = pytest.mark.conformance

PAGE = "query($crn: CRN!) { customer(crn: $crn) { id } viewer { id } }"
NODE = "query($id: ID!) { node(id: $id) { id } }"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_keyring(tmp_path / "keyring.json", make=True)
    return tmp_path


def said(home: Path, *words: str, code: int = 0, **settings: str) -> str:
    """What the command says, without any secret that the keyring has before or after it."""
    file = home / "keyring.json"
    before = file.read_text()
    done = overview("keyring", *words, home=home, **settings)
    text = (done.stdout + done.stderr).decode()
    assert done.returncode == code, text
    assert "Traceback" not in text
    for kept in (before, file.read_text()):
        assert not any(one["secret"] in text for one in json.loads(kept)["secrets"])
    return text


def actions(home: Path) -> list[tuple[str, str, str]]:
    lines = (home / "audit.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    return [(one["action"], one["rule"], one["actor"]["kind"]) for one in events]


def test_the_versions_are_shown_with_their_days(home: Path) -> None:
    said(home, "rotate")
    day = read(home / "keyring.json").secrets[0].made.isoformat()
    assert said(home, "show") == f"version 1  made {day}\nversion 2  made {day}  current\n"


def test_a_rotation_is_on_record_and_the_journal_stays_whole(home: Path) -> None:
    assert "Version 2 is the current one." in said(home, "rotate")
    assert "Version 3 is the current one." in said(home, "rotate")
    assert actions(home) == [
        ("keyring_rotate", "version 2", "OPERATOR"),
        ("keyring_rotate", "version 3", "OPERATOR"),
    ]
    verified = overview("audit", "verify", home=home)
    assert verified.returncode == 0, verified.stdout
    assert (home / "keyring.json").stat().st_mode & 0o777 == 0o600


def test_retiring_says_what_it_costs_and_does_nothing_until_it_is_told_to(home: Path) -> None:
    said(home, "rotate")
    told = said(home, "retire", "1", code=1)
    assert "1 lines of the audit journal can no longer be verified." in told
    assert "no longer open" in told
    assert "--yes" in told
    assert open_keyring(home / "keyring.json", make=False).versions == (2, 1)
    assert "Version 1 is gone." in said(home, "retire", "1", "--yes")
    assert open_keyring(home / "keyring.json", make=False).versions == (2,)
    assert actions(home)[1:] == [("keyring_retire", "version 1", "OPERATOR")]
    assert overview("audit", "verify", home=home).stdout.decode().splitlines()[0] == "line 1: changed"


def test_a_version_that_no_line_needs_is_retired_without_a_crack(home: Path) -> None:
    said(home, "rotate")
    (home / "audit.ndjson").rename(home / "put-aside.ndjson")
    assert "No line of the audit journal" in said(home, "retire", "1", "--yes")
    assert overview("audit", "verify", home=home).returncode == 0
    assert open_keyring(home / "keyring.json", make=False).versions == (2,)


@pytest.mark.parametrize(("version", "why"), [("1", "current"), ("7", "no version 7"), ("x", "not a valid")])
def test_what_cannot_be_retired_is_refused_in_one_line(version: str, why: str, home: Path) -> None:
    assert why in said(home, "retire", version, "--yes", code=2 if version == "x" else 1)
    assert not (home / "audit.ndjson").exists()


def test_without_a_journal_nothing_is_changed(home: Path) -> None:
    before = (home / "keyring.json").read_bytes()
    assert "journal" in said(home, "rotate", code=1, OVERVIEW_AUDIT_FILE=str(home))
    assert (home / "keyring.json").read_bytes() == before


def test_a_keyring_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    for words in (("show",), ("rotate",), ("retire", "1")):
        done = overview("keyring", *words, home=tmp_path)
        assert done.returncode == 1
        assert b"There is no keyring" in done.stderr
    assert list(tmp_path.iterdir()) == []


async def test_what_was_given_out_before_a_rotation_opens_until_its_version_is_retired(home: Path) -> None:
    async with serving(home, person(ANNE)) as gate:
        token = {"authorization": f"Bearer {gate.token()}"}
        id_before = (await gate.ask(PAGE, crn=ANNE)).data["customer"]["id"]
    for words, opens in ((("rotate",), True), (("retire", "1", "--yes"), False)):
        assert overview("keyring", *words, home=home).returncode == 0
        async with serving(home) as gate:
            assert ((await gate.ask(PAGE, headers=token, crn=ANNE)).status == 200) == opens
            assert ((await gate.ask(NODE, id=id_before)).data["node"] is not None) == opens
            id_after = (await gate.ask(PAGE, crn=ANNE)).data["customer"]["id"]
            assert id_after != id_before
