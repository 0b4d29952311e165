"""`overview audit who-saw` and its neighbours: the audit is read in SQL, and whoever reads it is on record first."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from gateway.audit.chain import Chain
from gateway.audit.event import Actor, AuditEvent, recorder
from gateway.audit.journal import Journal
from gateway.cli import overview
from gateway.keyring import open_keyring
from sources.crn import Crn
from tests.running import command
from tests.running.people import ANNE, BORIS

MIDNIGHT = datetime(2025, 3, 10, 13, tzinfo=UTC)
"""Of 11 March in Sydney."""

ASKED = f"{ANNE}\n".encode()


def look(home: Path, number: int, owner: Crn, at: datetime = MIDNIGHT, **more: Any) -> AuditEvent:
    """An officer's look at somebody."""
    ours, id = recorder(open_keyring(home / "keyring.json", make=True)), f"e{number}"
    usual: dict[str, Any] = {
        "event_id": id,
        "at": at,
        "actor": Actor("STAFF", "officer-1", "agency"),
        "customer": ours.hashes(owner)[0],
        "action": "view",
        "verdict": "OPEN",
        "rule": "free",
        "request_id": "r",
        "policy": "p",
        "sealed": ours.sealed(owner, id),
        "purpose": "CUSTOMER_CONTACT",
        "interaction": f"call-{number}",
        "parts": ("customer", "debt"),
    }
    return AuditEvent(**(usual | more))


def put(home: Path, events: Iterable[AuditEvent]) -> None:
    """Let a gateway of a folder write events."""
    chain = Chain(open_keyring(home / "keyring.json", make=True))
    asyncio.run(Journal(home / "audit.ndjson", chain).append(events))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    put(
        tmp_path,
        [
            look(tmp_path, 1, ANNE, MIDNIGHT - timedelta(minutes=1)),
            look(tmp_path, 2, ANNE, actor=Actor("PARTNER", "partner-1", "provider"), purpose="AGREEMENT"),
            look(tmp_path, 3, BORIS, MIDNIGHT + timedelta(hours=1)),
            look(tmp_path, 4, ANNE, MIDNIGHT + timedelta(days=1), action="deny", verdict="REFUSED", parts=()),
        ],
    )
    return tmp_path


def reported(home: Path, *words: str, **settings: str) -> Result:
    """What a command that asks for nothing says."""
    return asked(home, b"", *words, **settings)


def asked(home: Path, given: bytes, *words: str, **settings: str) -> Result:
    """What a command says that reads something from standard input."""
    env = {"OVERVIEW_HOME": str(home), **settings}
    done = CliRunner().invoke(overview, ["audit", *words], input=given, env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def events(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def recorded(home: Path) -> list[dict[str, Any]]:
    """What stands in the journal of operators."""
    told = map(json.loads, (home / "audit.ndjson").read_bytes().splitlines())
    return [event for event in told if event["actor"]["kind"] == "OPERATOR"]


def changed(home: Path, statement: str, *values: str) -> None:
    with sqlite3.connect(home / "overview.db") as database:
        database.execute(statement, values)


def test_who_saw_says_when_who_why_and_what_and_never_the_number(home: Path) -> None:
    done = asked(home, ASKED, "who-saw")
    assert done.stdout.splitlines() == [
        "2025-03-10 23:59:00+11:00  STAFF officer-1 of agency  CUSTOMER_CONTACT call-1  customer,debt  OPEN free",
        "2025-03-11 00:00:00+11:00  PARTNER partner-1 of provider  AGREEMENT call-2  customer,debt  OPEN free",
        "2025-03-12 00:00:00+11:00  STAFF officer-1 of agency  CUSTOMER_CONTACT call-4  -  REFUSED free",
        "3 events.",
    ]
    assert ANNE not in done.stdout


def test_the_command_is_there_and_asks_for_the_number_aside(home: Path) -> None:
    done = command.overview("audit", "who-saw", home=home)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"CRN: ")


def test_days_are_those_of_the_policys_zone(home: Path) -> None:
    day = ("who-saw", "--json", "--since", "2025-03-11", "--until", "2025-03-11")
    assert [event["event_id"] for event in events(asked(home, ASKED, *day))] == ["e2"]
    ends = ("what-saw", "--officer", "officer-1", "--json", "--until", "2025-03-10")
    assert [event["event_id"] for event in events(reported(home, *ends))] == ["e1"]


def test_what_saw_shows_numbers_only_when_it_is_told_to_and_that_is_on_record(home: Path) -> None:
    usual = reported(home, "what-saw", "--officer", "officer-1", "--kind", "staff")
    assert len(usual.stdout.splitlines()) == 4
    assert ANNE not in usual.stdout
    told = events(reported(home, "what-saw", "--officer", "officer-1", "--numbers", "--json"))
    assert [event["crn"] for event in told] == [ANNE, BORIS, ANNE]
    assert all(event["proved"] and "sealed" not in event for event in told)
    assert events(reported(home, "what-saw", "--officer", "officer-1", "--kind", "PARTNER", "--json")) == []
    assert [(event["subject"], event.get("parts")) for event in recorded(home)] == [
        ("STAFF officer-1", None),
        ("officer-1", ["crn"]),
        ("PARTNER officer-1", None),
    ]


def test_whoever_reads_the_audit_stands_in_it(home: Path) -> None:
    asked(home, ASKED, "who-saw")
    (read,) = recorded(home)
    assert (read["action"], read["rule"], read["actor"]["organisation"]) == ("audit_read", "who-saw", "")
    last = events(asked(home, ASKED, "who-saw", "--json"))[-1]
    assert (last["event_id"], last["actor"]["kind"]) == (read["event_id"], "OPERATOR")


@pytest.mark.parametrize("place", ["/", "/dev/full"])
def test_nothing_is_read_that_is_not_on_record(place: str, home: Path) -> None:
    assert reported(home, "ship").exit_code == 0
    for words in (("who-saw",), ("what-saw", "--officer", "officer-1"), ("prune", "--before", "2025-03-12")):
        done = asked(home, ASKED, *words, OVERVIEW_AUDIT_FILE=place)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.endswith("nothing is read that is not on record.\n")
    assert events(asked(home, ASKED, "who-saw", "--json"))


def test_a_number_that_is_none_ends_with_one_line_and_leaves_no_event(home: Path) -> None:
    done = asked(home, b"somebody\n", "who-saw")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "somebody" not in done.stderr.splitlines()[-1]
    assert recorded(home) == []


def test_what_was_changed_in_sql_is_seen_to_be(home: Path) -> None:
    reported(home, "ship")
    changed(
        home, "UPDATE audit_event SET line = replace(line, 'officer-1', 'officer-9') WHERE event_id = 'e1'"
    )
    changed(home, "UPDATE audit_event SET line = '{' WHERE event_id = 'e2'")
    done = asked(home, ASKED, "who-saw")
    lines = done.stdout.splitlines()
    assert ["not as a gateway" in line for line in lines] == [True, True, False, False]
    assert events(asked(home, ASKED, "who-saw", "--json"))[1]["action"] == "unreadable"


def test_a_name_that_a_terminal_would_obey_is_printed_without_what_it_obeys(home: Path) -> None:
    put(home, [look(home, 5, ANNE, actor=Actor("STAFF", "\x1b[31mred", "agency"))])
    done = reported(home, "what-saw", "--officer", "\x1b[31mred")
    assert done.stdout.count("\n") == 2
    assert "\x1b" not in done.stdout


def test_what_a_gateway_left_is_shipped_by_hand_and_a_journal_put_aside_too(home: Path) -> None:
    assert reported(home, "ship").stdout == "4 events shipped. Nothing is left.\n"
    assert reported(home, "ship").stdout == "0 events shipped. Nothing is left.\n"
    (home / "audit.ndjson").rename(home / "aside")
    put(home, [look(home, 6, ANNE)])
    changed(home, "DELETE FROM audit_event")
    changed(home, "DELETE FROM audit_shipped")
    assert reported(home, "ship", str(home / "aside")).stdout.startswith("4 ")
    assert reported(home, "ship").stdout.startswith("1 ")


def test_events_of_less_than_twelve_months_are_not_removed_unless_it_is_said(home: Path) -> None:
    standing = {"OVERVIEW_PROFILE": "development", "OVERVIEW_NOW": "2026-03-11T12:00:00+11:00"}
    reported(home, "ship")
    done = reported(home, "prune", "--before", "2025-03-12", **standing)
    assert (done.exit_code, done.stdout) == (2, "")
    assert recorded(home) == []
    assert reported(home, "prune", "--before", "2025-03-11", **standing).stdout == "1 events removed.\n"
    young = reported(home, "prune", "--before", "2025-03-12", "--yes-less-than-12-months", **standing)
    assert young.stdout == "2 events removed.\n"
    assert [event["event_id"] for event in events(asked(home, ASKED, "who-saw", "--json"))] == ["e4"]
    assert [(event["action"], event["subject"]) for event in recorded(home)[:2]] == [
        ("audit_prune", "2025-03-11"),
        ("audit_prune", "2025-03-12"),
    ]
    assert len((home / "audit.ndjson").read_bytes().splitlines()) == 7


BROKEN = {
    "no keyring": ("keyring.json", {}),
    "no database": ("", {"OVERVIEW_DATABASE_URL": "sqlite:////nowhere/x.db"}),
    "an older database": (
        "",
        {"OVERVIEW_PROFILE": "development", "OVERVIEW_DATABASE_URL": "sqlite://"},
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_stands_in_the_way_ends_with_2_and_one_line(what: str, home: Path) -> None:
    gone, settings = BROKEN[what]
    if gone:
        (home / gone).unlink()
    done = reported(home, "what-saw", "--officer", "o", **settings)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert recorded(home) == []


def test_a_line_of_an_event_is_what_the_journal_holds(home: Path) -> None:
    reported(home, "ship")
    with sqlite3.connect(home / "overview.db") as database:
        kept = {line for (line,) in database.execute("SELECT line FROM audit_event")}
    assert kept == set((home / "audit.ndjson").read_text("utf-8").splitlines())
    assert all(msgspec.json.decode(line, type=AuditEvent).event_id for line in kept)
