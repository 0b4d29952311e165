"""`overview keys`, and a server that takes the keys: what is printed, what goes on record, what is believed."""

import re
import sqlite3
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from gateway.cli.keys import keys
from tests.gateway.test_serving import asked
from tests.house.programs import free_port
from tests.running.command import migrated, overview, served

pytestmark = pytest.mark.conformance

CALLER = "--kind partner --id partner-7 --organisation provider --scope customer:read --name".split()
KEY = re.compile(r"cop_test_([0-9A-Za-z]{8})_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\n")
WHO = b'{"query": "{ viewer { id } }"}'


def done(home: Path, *words: str) -> Result:
    """What a command says here and now; what a process of its own adds is how errors are said."""
    return CliRunner(env={"OVERVIEW_HOME": str(home)}).invoke(keys, words)


def made(home: Path, *more: str, words: tuple[str, ...] = ("create", *CALLER, "Portal")) -> tuple[str, str]:
    """A new key and its id."""
    said = done(home, *words, *more)
    assert said.exit_code == 0, said.output
    key = KEY.fullmatch(said.stdout)
    assert key is not None, said.stdout
    assert f"Key {key[1]} of partner-7, good until 20" in said.stderr
    assert key[0].split("_")[3] not in said.stderr
    return key[0].strip(), key[1]


def refused(home: Path, *words: str) -> str:
    """What a command that was not done says, in one line."""
    said = overview("keys", *words, home=home)
    assert (said.returncode, said.stdout) == (1, b"")
    (line,) = said.stderr.decode().splitlines()
    return line


def listed(home: Path) -> dict[str, list[str]]:
    """The table, by id."""
    head, *lines = done(home, "list").stdout.splitlines()
    rows = [re.split(r" {2,}", line) for line in (head, *lines)]
    assert rows[0][0] == "ID"
    return {row[0]: row for row in rows[1:]}


def test_a_key_lives_from_its_making_over_its_follower_to_its_end(tmp_path: Path) -> None:
    more = ("--role", "partner", "--network", "10.0.0.0/8", "--network", "::1", "--quota", "9", "--days", "7")
    key, id = made(tmp_path, *more)
    _, state, *row = listed(tmp_path)[id]
    assert (state, row[:4]) == ("live", ["PARTNER", "partner-7", "provider", "customer:read"])
    assert (row[4:7], row[8:]) == (["partner", "10.0.0.0/8,::1/128", "9"], ["never", "Portal"])

    follower, next_id = made(tmp_path, words=("rotate", id, "--old-ends-in", "0"))
    table = listed(tmp_path)
    assert (table[id][1], table[next_id][1]) == ("ended", "live")
    assert table[next_id][2:9] == table[id][2:9]
    assert follower != key
    assert "not live" in refused(tmp_path, "rotate", id)

    said = done(tmp_path, "revoke", next_id)
    assert (said.exit_code, said.stdout) == (0, f"The key {next_id} is revoked.\n")
    assert "revoked before" in done(tmp_path, "revoke", next_id).stdout
    assert listed(tmp_path)[next_id][1] == "revoked"
    assert "There is no key nobody12." in refused(tmp_path, "revoke", "nobody12")

    journal = (tmp_path / "audit.ndjson").read_bytes()
    events = [msgspec.json.decode(line) for line in journal.splitlines()]
    assert [(event["action"], event["subject"]) for event in events] == [
        ("key_create", f"key:{id}"),
        ("key_rotate", f"key:{id} by {next_id}"),
        ("key_revoke", f"key:{next_id}"),
    ]
    assert {(event["actor"]["kind"], event["customer"]) for event in events} == {("OPERATOR", "")}
    assert overview("audit", "verify", home=tmp_path).returncode == 0
    for secret in (key.split("_")[3], follower.split("_")[3]):
        assert secret.encode() not in journal + (tmp_path / "overview.db").read_bytes()


def test_a_third_key_of_a_caller_is_not_made_and_nothing_of_it_goes_on_record(tmp_path: Path) -> None:
    _, first = made(tmp_path)
    made(tmp_path, words=("rotate", first))
    before = (tmp_path / "audit.ndjson").read_bytes()
    assert "partner-7 has 2 live keys already" in refused(tmp_path, "rotate", first)
    assert (tmp_path / "audit.ndjson").read_bytes() == before
    assert len(listed(tmp_path)) == 2


def test_what_cannot_go_on_record_is_not_done(tmp_path: Path) -> None:
    migrated(tmp_path)
    (tmp_path / "audit.ndjson").mkdir()
    assert "audit journal" in refused(tmp_path, "create", *CALLER, "Portal")
    assert listed(tmp_path) == {}


def test_a_database_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    migrated(tmp_path)
    with sqlite3.connect(tmp_path / "overview.db") as database:
        database.execute("DROP TABLE api_key")
    database.close()
    assert "The database failed" in refused(tmp_path, "list")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--days", "366"), "366"),
        (("--days", "0"), "0"),
        (("--scope", "everything"), "everything"),
        (("--network", "10.0.0.1/8"), "10.1.2.0/24"),
        (("--network", "anywhere"), "10.1.2.0/24"),
        (("--id", "two\nlines"), "characters"),
        (("--name", " "), "characters"),
        (("--quota", "0"), "0"),
        (("--kind", "citizen"), "citizen"),
    ],
)
def test_a_key_that_cannot_be_is_not_made(more: tuple[str, str], says: str, tmp_path: Path) -> None:
    said = done(tmp_path, "create", *CALLER, "Portal", *more)
    assert (said.exit_code, said.stdout) == (2, "")
    assert says in said.stderr
    assert not (tmp_path / "audit.ndjson").exists()


def test_only_a_proxy_that_is_trusted_says_where_a_key_comes_from(tmp_path: Path) -> None:
    key, _ = made(tmp_path, "--network", "192.0.2.0/24")
    anywhere, _ = made(tmp_path)
    usual = {"FORWARDED_ALLOW_IPS": "*"}
    log, far, near = tmp_path / "log", "192.0.2.7", "198.51.100.7"

    def statuses(port: int, *addresses: str) -> list[int]:
        return [asked(port, WHO, x_api_key=key, x_forwarded_for=address)[0] for address in addresses]

    port = free_port()
    with served(log, home=tmp_path, port=port, **usual):
        assert statuses(port, far, near) == [401, 401]
        assert asked(port, WHO, x_api_key=anywhere)[0] == 200
    port = free_port()
    with served(log, home=tmp_path, port=port, **usual, OVERVIEW_TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1"):
        assert statuses(port, far, f"{near}, {far}", f"{far}, 10.1.1.1") == [200, 200, 200]
        assert statuses(port, near, f"{far}, {near}", "garbage") == [401, 401, 401]
    said = log.read_text()
    assert '"auth.refused"' in said
    assert "network" in said
    for word in (key[9:], anywhere[9:], key.split("_")[3], far, near, "garbage"):
        assert word not in said


@pytest.mark.parametrize("value", ["*", "127.0.0.1 127.0.0.2"])
def test_a_proxy_that_is_no_address_is_refused(value: str, tmp_path: Path) -> None:
    said = overview("config", "show", home=tmp_path, OVERVIEW_TRUSTED_PROXIES=value)
    assert said.returncode == 2
    assert said.stderr.decode().startswith("OVERVIEW_TRUSTED_PROXIES: ")


def test_the_doctor_says_which_callers_are_about_to_lose_their_last_key(tmp_path: Path) -> None:
    _, id = made(tmp_path, "--days", "14")
    said = overview("doctor", home=tmp_path).stdout.decode()
    assert re.search(r"amber +API keys +1 live, 1 of them ending within 14 days without another\n", said)
    made(tmp_path, words=("rotate", id))
    assert re.search(r"green +API keys +2 live\n", overview("doctor", home=tmp_path).stdout.decode())
