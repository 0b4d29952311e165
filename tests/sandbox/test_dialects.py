"""The dialects lose nothing: the mapping files that ship restore every record, every field and every code."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import fields

from sandbox import Town
from sandbox.upstreams.records import HISTORIES, Records
from sandbox.upstreams.running import DIALECTS
from sources.http.mapping import read_mapping
from sources.mix import read_mix
from sources.parts import PARTS, Part
from sources.words import Word
from tests.sandbox.telling import ON

MAPPINGS = Path(__file__).parents[2] / "sources/mixes/services"
NAMES = [part.name for part in PARTS]
MAPPED = [part for part in PARTS if part.name != "restriction"]
EVERY = 20
"""Of histories every twentieth item is restored: there are more than a hundred thousand."""
HOSTILE: list[tuple[str, dict[str, Any]]] = [
    (
        "customer",
        {
            "crn": "000000900X",
            "record_flags": ["DELETED", "SPURIOUS", "OTHER"],
            "names": [
                {"kind": "OTHER", "family": "Ünal — Żak"},
                {"kind": "LEGAL", "family": "李", "given": "明"},
            ],
            "contact_points": [
                {"kind": "EMAIL", "value": "first@example.com"},
                {"kind": "OTHER", "value": "pager 12"},
                {"kind": "EMAIL", "value": "second@example.com", "preferred": True},
            ],
            "addresses": [{"kind": "OTHER", "lines": ["1", "2", "3", "4"], "locality": "X", "country": "NZ"}],
            "representatives": [
                {"kind": "NOMINEE", "name": "N", "nominee_type": "PAYMENT", "until": "2024-02-29"}
            ],
            "preferences": {"channel": "SMS"},
            "display_on_access": True,
        },
    ),
    (
        "interaction",
        {
            "id": "X-1/ü",
            "crn": "000000900X",
            "kind": "OTHER",
            "kind_raw": "Z9",
            "channel": "SOCIAL",
            "direction": "INTERNAL",
            "started_at": "1969-12-31T23:59:59.5Z",
            "recorded_at": "2024-02-29T12:00:00-09:30",
            "title": "it's “quoted”",
            "outcome": "MIXED",
            "source": {"system": "s", "native_id": "not the id"},
            "avoidable": False,
        },
    ),
    (
        "correspondence",
        {
            "id": "1",
            "crn": "000000900X",
            "channel": "OTHER",
            "channel_raw": "pigeon",
            "direction": "SELF_SERVICE",
            "issue_date": "1965-01-01",
            "created_at": "1965-01-01T00:00:01Z",
            "title": "t",
            "status": "UNKNOWN",
            "source": {"system": "s", "native_id": "2"},
        },
    ),
    (
        "debt",
        {
            "id": "A-0012",
            "crn": "000000900X",
            "benefit_type": "B",
            "reason": "R",
            "status": "OTHER",
            "registered_at": "2024-02-29T12:00:00+14:00",
            **{name: {"amount": "-0.10", "currency": "NZD"} for name in ("total", "interest", "adjusted")},
            **{name: {"amount": "123456789.99", "currency": "NZD"} for name in ("repaid", "waived")},
            "source": {"system": "s", "native_id": "0"},
            "arrangements": [
                {
                    "id": "0007",
                    "type": "OTHER",
                    "status": "OTHER",
                    "added_at": "2024-01-01T00:00:00Z",
                    "amount": {"amount": "1", "currency": "AUD"},
                }
            ],
        },
    ),
]


@cache
def dialect(part: str) -> Any:
    return next(one(Records()) for one in DIALECTS if one.name == part)


@cache
def file_of(part: str) -> Path:
    (system,) = read_mix("services").parts[part].systems
    return MAPPINGS / f"{system}.toml"


@pytest.fixture(scope="module")
def told() -> dict[str, list[dict[str, Any]]]:
    """The records of the town by part, as JSON has them."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
    for part, record in Town(1, ON, 1000):
        found[part].append(record)
    return {
        part: msgspec.to_builtins(records[:: EVERY if part in HISTORIES else 1])
        for part, records in found.items()
    }


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_the_mapping_restores_every_record(part: Part[Any], told: dict[str, list[dict[str, Any]]]) -> None:
    read = read_mapping(file_of(part.name)).parts[part.name].answers.read
    records = told[part.name] + [record for name, record in HOSTILE if name == part.name]
    assert len(records) > 1
    for record in records:
        row = msgspec.json.decode(msgspec.json.encode(dialect(part.name).row(record)))
        assert read(row) == msgspec.convert(record, part.row)


@pytest.mark.parametrize("part", MAPPED, ids=str)
def test_every_field_of_a_record_is_mapped(part: Part[Any]) -> None:
    table = tomllib.loads(file_of(part.name).read_text("utf-8"))[part.name]["record"]
    assert set(fields_of(part.row)) - set(mapped(table, part.row)) == set()


@pytest.mark.parametrize("part", MAPPED, ids=str)
def test_every_code_of_a_record_has_its_word(part: Part[Any]) -> None:
    table = tomllib.loads(file_of(part.name).read_text("utf-8"))[part.name]["record"]
    told = set(codes_in(table))
    codes = {word.value for kind in words_in(part.row) for word in kind}
    assert codes - told <= {"OTHER", "UNKNOWN"}  # what no mapping names becomes that
    assert told <= codes


def test_codes_that_a_system_has_no_word_for_are_told_as_they_are() -> None:
    record = dict(next(record for part, record in HOSTILE if part == "interaction"), kind="SEANCE")
    assert dialect("interaction").row(record)["Type__c"] == "SEANCE"


def mapped(table: Any, kind: Any, above: str = "") -> Iterator[str]:
    """The fields of a record that a table of a mapping names, as deep as the record goes."""
    for field in fields(kind):
        for told in (
            table.get(field.name, []) if isinstance(table.get(field.name), list) else [table.get(field.name)]
        ):
            if told is not None:
                yield f"{above}{field.name}"
                for struct in (one for one in flattened(field.type) if isinstance(one, type(msgspec.Struct))):
                    yield from mapped(told, struct, f"{above}{field.name}.")


def codes_in(table: Any) -> Iterator[str]:
    """The codes of ours that a mapping names."""
    for name, told in table.items() if isinstance(table, dict) else ():
        if name == "values":
            yield from (code for code in told.values() if isinstance(code, str))
        else:
            yield from codes_in(told)


def fields_of(kind: Any, above: str = "") -> Iterator[str]:
    for field in fields(kind):
        yield f"{above}{field.name}"
        for struct in (one for one in flattened(field.type) if isinstance(one, type(msgspec.Struct))):
            yield from fields_of(struct, f"{above}{field.name}.")


def words_in(kind: Any) -> Iterator[type[Word]]:
    for field in fields(kind):
        for one in flattened(field.type):
            if isinstance(one, type(msgspec.Struct)):
                yield from words_in(one)
            elif isinstance(one, type) and issubclass(one, Word):
                yield one


def flattened(kind: Any) -> Iterator[Any]:
    """The types within a type: of a union, a tuple, an annotation."""
    within = get_args(kind)
    if not within:
        yield kind
    for one in within:
        yield from flattened(one)
