"""The commands: what stands in their way is said in one line, and nothing that is secret is printed."""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from gateway.keyring import open_keyring
from tests.running.command import importing, migrated, overview
from tests.running.people import ANNE, person
from tests.sources.specimens import line

SECRET = "open-sesame-7311"
POSTGRES = f"postgresql+asyncpg://gateway:{SECRET}@127.0.0.1:1/overview"


def refused(said: bytes, *words: str) -> None:
    """One line, without a traceback."""
    text = said.decode()
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    for word in words:
        assert word in text, text


def older(home: Path) -> None:
    """A database of a version before this one."""
    with sqlite3.connect(home / "overview.db") as connection:
        connection.execute("CREATE TABLE before (x)")


def test_a_production_gateway_refuses_an_older_database(tmp_path: Path) -> None:
    older(tmp_path)
    open_keyring(tmp_path / "keyring.json", make=True)
    done = overview("serve", "--port", "0", home=tmp_path, OVERVIEW_PROFILE="production")
    assert done.returncode == 1
    refused(done.stderr, "overview migrate")
    assert done.stdout == b""


def test_a_development_gateway_refuses_an_older_database(tmp_path: Path) -> None:
    older(tmp_path)
    done = overview("serve", "--port", "0", home=tmp_path, OVERVIEW_PROFILE="development")
    assert done.returncode == 1
    refused(done.stderr, "overview migrate")


def test_an_import_outside_the_embedded_profile_refuses_an_older_database(tmp_path: Path) -> None:
    older(tmp_path)
    done = importing(line(person(ANNE)) + b"\n", tmp_path, OVERVIEW_PROFILE="development")
    assert done.returncode == 1
    refused(done.stderr, "overview migrate")


def test_a_database_of_a_newer_gateway_is_refused(tmp_path: Path) -> None:
    migrated(tmp_path)
    with sqlite3.connect(tmp_path / "overview.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("serve", "--port", "0"), ("migrate",)):
        done = overview(*words, home=tmp_path)
        assert done.returncode == 1
        refused(done.stderr, "newer")


def test_a_database_is_made_current_once(tmp_path: Path) -> None:
    assert overview("migrate", home=tmp_path).stdout == b"The database is current now.\n"
    assert overview("migrate", home=tmp_path).stdout == b"The database was current already.\n"


def test_a_production_gateway_does_not_start_without_its_keyring(tmp_path: Path) -> None:
    migrated(tmp_path)
    done = overview("serve", "--port", "0", home=tmp_path, OVERVIEW_PROFILE="production")
    assert done.returncode == 1
    refused(done.stderr, "keyring")
    assert not (tmp_path / "keyring.json").exists()


STANDING = "2025-03-10T12:00:00+11:00"


@pytest.mark.parametrize("profile", ["embedded", "production"])
def test_a_clock_that_stands_still_is_for_development_only(profile: str, tmp_path: Path) -> None:
    done = overview("serve", home=tmp_path, OVERVIEW_PROFILE=profile, OVERVIEW_NOW=STANDING)
    assert done.returncode == 2
    refused(done.stderr, "OVERVIEW_NOW", "development")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROFILE", "test"),
        ("PORT", "80000"),
        ("PORT", SECRET),
        ("NOW", "noon"),
        ("NOW", "2025-03-10T12:00:00"),
        ("SOURCE_SECONDS", "0"),
        ("RATE_STAFF", "-1"),
        ("REDIS_URL", f"http://{SECRET}@127.0.0.1:1/0"),
        ("TOKEN_HOURS", "25"),
        ("DEFAULT_PURPOSE", SECRET),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str, tmp_path: Path) -> None:
    settings = {"OVERVIEW_PROFILE": "development", f"OVERVIEW_{name}": value}
    done = overview("config", "show", home=tmp_path, **settings)
    assert done.returncode == 2
    refused(done.stderr, f"OVERVIEW_{name}")
    assert SECRET not in (done.stdout + done.stderr).decode()


IN_THE_WAY = {
    "an address that is none": {"OVERVIEW_DATABASE_URL": f"nonsense {SECRET}"},
    "a database of another make": {"OVERVIEW_DATABASE_URL": f"mysql://root:{SECRET}@127.0.0.1/x"},
    "a database that is not there": {"OVERVIEW_DATABASE_URL": POSTGRES},
    "a database in a folder that is not there": {
        "OVERVIEW_DATABASE_URL": f"sqlite:////nowhere/{SECRET}/x.db"
    },
    "a file that is no database": {"OVERVIEW_DATABASE_URL": "sqlite:///{home}/broken.db"},
    "a policy that is not there": {"OVERVIEW_POLICY_FILE": "{home}/none.toml"},
    "a policy that is no TOML": {"OVERVIEW_POLICY_FILE": "{home}/broken.toml"},
    "a policy with a word that is none": {"OVERVIEW_POLICY_FILE": "{home}/word.toml"},
    "a policy of another scheme": {"OVERVIEW_POLICY_FILE": "{home}/scheme.toml"},
    "a policy of no zone": {"OVERVIEW_POLICY_FILE": "{home}/zone.toml"},
    "labels without words": {"OVERVIEW_LABELS_FILE": "{home}/labels.toml"},
    "a keyring that is none": {"OVERVIEW_KEYRING_FILE": "{home}/broken.toml"},
    "a home that is a file": {"OVERVIEW_HOME": "{home}/broken.toml"},
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_stands_in_the_way_of_serving_is_said_in_one_line(what: str, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("this is no database, whatever its name says" * 50)
    (tmp_path / "broken.toml").write_text("] = [")
    (tmp_path / "word.toml").write_text("[windows]\nuseful_days = 3\n")
    (tmp_path / "scheme.toml").write_text('[crn]\nscheme = "nonsense"\n')
    (tmp_path / "zone.toml").write_text('zone = "Nowhere/Special"\n')
    (tmp_path / "labels.toml").write_text("[overview]\n")
    settings = {name: value.replace("{home}", str(tmp_path)) for name, value in IN_THE_WAY[what].items()}
    done = overview("serve", "--port", "0", home=tmp_path, **settings)
    assert done.returncode == 1
    refused(done.stderr)
    assert SECRET not in (done.stdout + done.stderr).decode()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = overview("serve", "--port", port, home=tmp_path)
    assert done.returncode == 1
    refused(done.stderr, port, "--port")


def test_the_configuration_shows_no_password(tmp_path: Path) -> None:
    redis = f"redis://:{SECRET}@127.0.0.1:1/0"
    settings = {"OVERVIEW_DATABASE_URL": POSTGRES, "OVERVIEW_REDIS_URL": redis}
    done = overview("config", "show", home=tmp_path, **settings)
    assert done.returncode == 0
    assert "OVERVIEW_DATABASE_URL" in done.stdout.decode()
    assert SECRET not in (done.stdout + done.stderr).decode()


def test_a_token_is_for_a_persona(tmp_path: Path) -> None:
    done = overview("token", "officer", home=tmp_path)
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 1, b"")
    unknown = overview("token", "minister", home=tmp_path)
    assert unknown.returncode == 2
    assert b"Traceback" not in unknown.stderr
    assert b"officer" in unknown.stderr
    in_production = overview("token", "officer", home=tmp_path, OVERVIEW_PROFILE="production")
    assert in_production.returncode == 1
    refused(in_production.stderr)


def test_the_schema_is_printed_as_it_is_committed(tmp_path: Path) -> None:
    printed = Path(__file__).parents[2] / "schema" / "schema.graphql"
    assert overview("schema", "export", home=tmp_path).stdout == printed.read_bytes()


def test_an_import_names_the_lines_that_it_refused_and_nothing_of_them(tmp_path: Path) -> None:
    migrated(tmp_path)
    bad = [
        b'{"part": "debt", "record": {"id": "' + SECRET.encode() + b'"}}',
        b"no JSON " + SECRET.encode(),
        b'{"part": "' + SECRET.encode() + b'", "record": {}}',
        json.dumps({"part": "customer", "record": {"crn": ANNE, "names": SECRET}}).encode(),
    ]
    done = importing(b"\n".join([line(person(ANNE)), *bad, line(person(ANNE)), b""]), tmp_path)
    assert done.returncode == 1
    assert done.stdout.split() == [b"customer", b"2"]
    said = done.stderr.decode().splitlines()
    assert [text.partition(":")[0] for text in said[:4]] == ["line 2", "line 3", "line 4", "line 5"]
    assert said[4] == "4 lines were not loaded."
    assert SECRET not in done.stderr.decode()
    assert ANNE not in done.stderr.decode()


@pytest.mark.parametrize(
    "what", ["a database that is not there", "a file that is no database", "an older database"]
)
def test_an_import_into_what_is_no_database_is_refused_in_one_line(what: str, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("this is no database, whatever its name says" * 50)
    address = {
        "a database that is not there": POSTGRES,
        "a file that is no database": f"sqlite:///{tmp_path / 'broken.db'}",
    }
    settings = {"OVERVIEW_PROFILE": "development"}
    if what in address:
        settings["OVERVIEW_DATABASE_URL"] = address[what]
    done = importing(line(person(ANNE)) + b"\n", tmp_path, **settings)
    assert done.returncode == 1
    refused(done.stderr)
    assert SECRET not in done.stderr.decode()
    assert ANNE not in done.stderr.decode()
