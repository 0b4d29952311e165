"""The log: one line for an event whatever is in it, of declared fields alone, and never somebody's number or key."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from msgspec import Struct

from gateway.auth import JwksMissing
from gateway.engine.execution import unforeseen
from gateway.telemetry.events import FIELDS
from gateway.telemetry.levels import Level
from gateway.telemetry.logs import Log
from gateway.telemetry.marks import Marks
from gateway.telemetry.telling import every
from sources.http.reading import AnswerUnreadable
from sources.source import SourceAsked
from tests.sources.specimens import crn

SECRET = crn(918_273)
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvZmZpY2VyIn0.c2lnbmF0dXJl"
SEALED = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEf"
SECRETS = {
    "a CRN": SECRET,
    "a CRN with spaces": f"{SECRET[:3]} {SECRET[3:6]} {SECRET[6:9]} {SECRET[9]}",
    "a CRN with hyphens": f"{SECRET[:3]}-{SECRET[3:6]}-{SECRET[6:]}",
    "a CRN in small letters": SECRET.lower(),
    "a CRN in a path": f"/customers/{SECRET}/debts",
    "a CRN in a sentence": f"no row for {SECRET}.",
    "a CRN behind a word": f"crn{SECRET}",
    "the digits of a CRN": SECRET[:9],
    "a tax file number": "123 456 782",
    "a tax file number of eight": "81854402",
    "a mobile telephone": "0491 570 156",
    "a telephone with its country": "+61 491 570 156",
    "a telephone with an area": "(02) 5550 1234",
    "an e-mail address": "anne.o'neill+dhs@example.org",
    "a token": JWT,
    "a token with its kind": f"Bearer {JWT}",
    "a sealed token": SEALED,
    "an API key": "cop_live_9fK3xZ",
    "an API key of a test": "cop_test_9fK3xZ",
    "a number of a database": 918_273_645,
    "a number of a database with a point": 918_273_645.0,
    "an id of decimal digits alone": "9182736459182736",
    "a date of birth with a short month": "17/4/1961",
    "an e-mail address with spaces": "anne.o'neill @ example.org",
    "an e-mail address in an address": "anne.o'neill%40example.org",
    "an e-mail address in wide letters": "anne.o'neill\uff20example.org",
    "an e-mail address in quotes": '"anne o\'neill"@example.org',
    "a token in an address": JWT.replace(".", "%2E"),
    "a part of a token": JWT.split(".")[1],
    "a token whose header has spaces": "eyAiYWxnIjogIlJTMjU2In0.eyAic3ViIjo.c2lnbmF0dXJl",
    "whatever a bearer bears": "Bearer 9fK3xZ",
    "a password": "Basic 9fK3xZ",
    "an API key in an address": "cop%5Flive%5F9fK3xZ",
    "an API key with hyphens": "cop-live-9fK3xZ",
    "the secret of an API key, cut short": "9fK3xZ7Qm2Wn8Rb4Tc6Yd1Ve",
}
APART = {
    "narrow spaces": "\u2009",
    "spaces that do not break": "\xa0",
    "spaces of no width": "\u200b",
    "three spaces": "   ",
    "tabs": "\t",
    "line breaks": "\n",
    "dashes": "\u2013",
    "dashes between spaces": " \u2013 ",
    "hyphens that do not break": "\u2011",
    "signs of minus": "\u2212",
    "points in the middle": "\xb7",
    "commas": ", ",
    "colons": ":",
    "bars": "|",
    "backslashes": "\\",
    "spaces of an address": "%20",
    "hyphens of an address": "%2D",
    "spaces of an address, twice": "%2520",
}
TRACES = (
    "918273",
    "Abcd",
    SECRET[:9],
    SECRET[3:9],
    "123 456",
    "81854402",
    "570",
    "5550",
    "neill",
    "example.org",
    "1961",
    "Anne",
)


def written(*events: Struct, least: Level = Level.WARNING) -> list[dict[str, Any]]:
    """What stands in the log after events, read line by line."""
    out = StringIO()
    log = Log(Marks(b"key"), out, least)
    for event in events:
        log(event)
    text = out.getvalue()
    assert text == "" or text.endswith("\n")
    assert all(line.isascii() and line.isprintable() for line in text[:-1].split("\n"))
    return [json.loads(line) for line in text[:-1].split("\n")] if text else []


def unreadable(where: Any) -> AnswerUnreadable:
    return AnswerUnreadable("debt", "debts", where)


@pytest.mark.parametrize("kind", SECRETS)
def test_what_may_name_somebody_or_open_something_does_not_come_out(kind: str) -> None:
    (line,) = written(unreadable(SECRETS[kind]))
    assert "[hidden]" in line["where"] or "crn:h:" in line["where"], line
    for trace in (*TRACES, JWT[:10], SEALED[:10], "9fK3xZ"):
        assert trace not in line["where"], line


@pytest.mark.parametrize("kind", APART)
def test_a_number_is_found_whatever_stands_between_its_digits(kind: str) -> None:
    between = APART[kind]
    for number in (f"{SECRET[:3]} {SECRET[3:6]} {SECRET[6:]}", "123 456 782", "0491 570 156"):
        (line,) = written(unreadable(f"no {number.replace(' ', between)}."))
        assert re.fullmatch(r"no (\[hidden\]|crn:h:[0-9a-f]{8})\.", line["where"]), line


@pytest.mark.parametrize(
    "forged", [f"crn:h:{SECRET[1:9]}", f"crn:h:{SECRET[:9]}", f"crn:h:{SECRET[:8]} {SECRET[8:]}"]
)
def test_what_only_looks_like_a_mark_is_none(forged: str) -> None:
    (line,) = written(unreadable(forged))
    assert SECRET[1:8] not in line["where"]


@pytest.mark.parametrize("nested", [[SECRET], {SECRET: 1}, {"a": [{"b": SECRET}]}, (SECRET,)])
def test_nothing_comes_out_that_is_deep_within_a_value(nested: Any) -> None:
    (line,) = written(unreadable(nested))
    assert SECRET[:9] not in json.dumps(line)


def test_a_value_of_an_unknown_kind_is_named_by_its_kind_alone() -> None:
    class Strange:
        def __repr__(self) -> str:
            return SECRET

    (line,) = written(unreadable(Strange()))
    assert line["where"] == "Strange"


def test_the_marks_of_one_customer_are_one_and_those_of_two_are_two() -> None:
    spaced = f"{SECRET[:3]} {SECRET[3:6]} {SECRET[6:9]} {SECRET[9].lower()}"
    marks = [line["where"] for line in written(*map(unreadable, (SECRET, spaced, crn(1))))]
    assert re.fullmatch(r"crn:h:[0-9a-f]{8}", marks[0])
    assert marks[0] == marks[1] != marks[2]
    assert marks[0] != Marks(b"another key").clean(SECRET)


@pytest.mark.parametrize(
    "harmless", ["$.items[12].amount", "status 503", "SOURCE_TIMEOUT", "row 1234567", "2.5 s", "debts-2"]
)
def test_what_names_nobody_stays_as_it_is(harmless: str) -> None:
    (line,) = written(unreadable(harmless))
    assert line["where"] == harmless


def test_a_number_is_not_cut_in_two_before_it_is_found() -> None:
    (line,) = written(unreadable("x" * 3 + " y" * 144 + f" {SECRET} and more"))
    assert SECRET[:4] not in line["where"]
    assert len(line["where"]) <= 300


@pytest.mark.parametrize(
    "breaking",
    [
        "\r\n",
        "\n",
        "\x1b[2J\x1b[31m",
        "\u2028",
        "\u2029",
        "\x85",
        "\x00",
        "\x7f",
        '"}\n{"event":"x"',
        "\ud800",
    ],
)
def test_whatever_is_in_a_value_an_event_is_one_line(breaking: str) -> None:
    (line,) = written(unreadable(f"a{breaking}b"))
    assert line["event"] == "source.unreadable"
    assert line["where"] == f"a{breaking}b"


def test_a_line_has_its_time_in_universal_time_its_level_and_its_name() -> None:
    (line,) = written(JwksMissing("staff", "SOURCE_UNAVAILABLE", "refused"))
    assert list(line) == ["at", "level", "event", "issuer", "code", "reason"]
    assert (line["event"], line["level"]) == ("auth.jwks_missing", "error")
    assert datetime.fromisoformat(line["at"]).utcoffset() == timedelta(0)


def test_a_field_that_is_not_declared_does_not_come_out() -> None:
    out = StringIO()
    Log(Marks(b"key"), out).say("source.broke", Level.ERROR, part="debt", row="private", message="private")
    assert json.loads(out.getvalue()).keys() == {"event", "level", "at", "part"}


def test_an_event_that_is_not_declared_comes_out_without_anything() -> None:
    out = StringIO()
    Log(Marks(b"key"), out).say("made.up", Level.ERROR, part="debt")
    assert json.loads(out.getvalue()).keys() == {"event", "level", "at"}


def test_of_an_exception_there_is_its_type_and_where_it_was_raised() -> None:
    try:
        raise LookupError(f"no row for {SECRET}")
    except LookupError as error:
        (line,) = written(unforeseen(error, "0" * 32))
    assert line["error"] == "LookupError"
    assert line["frames"][-1].startswith("tests.gateway.test_logs:")
    assert SECRET not in json.dumps(line)


def test_only_what_is_grave_enough_is_written() -> None:
    slow = SourceAsked("debt", "debts", 1, 0, {"SOURCE_TIMEOUT": 1}, 0.8)
    gone = JwksMissing("staff", "SOURCE_UNAVAILABLE", "refused")
    assert [line["event"] for line in written(slow, gone)] == ["source.timeout", "auth.jwks_missing"]
    assert [line["event"] for line in written(slow, gone, least=Level.ERROR)] == ["auth.jwks_missing"]


def test_a_log_that_cannot_be_written_costs_nobody_anything() -> None:
    closed, heard = StringIO(), list[Struct]()
    closed.close()
    missing = JwksMissing("staff", "SOURCE_UNAVAILABLE", "refused")
    every(Log(Marks(b"key"), closed), heard.append)(missing)
    assert heard == [missing]  # whoever is told next is told


def test_no_declared_field_takes_the_place_of_a_lines_own() -> None:
    own: Mapping[str, Any] = {"event": 1, "level": 1, "at": 1}
    assert not [event for event, fields in FIELDS.items() if own.keys() & set(fields)]
