"""Quick reading tells what careful reading tells, of whatever row; and rows as they usually come need no care."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json

from sandbox.town import Town
from sandbox.upstreams.records import Records
from sandbox.upstreams.running import DIALECTS
from sources.http.answers import carefully, decoded_json, number
from sources.http.fields import Fields
from sources.http.quick import Ways, quick
from sources.http.readers import Reader, Row, UnmappableError
from sources.parts import PARTS
from sources.toml_file import TomlFile
from tests.running.services import HOUSE
from tests.sources.http.telephony import RECORD

SERVICES: Final = HOUSE / "sources/mixes/services"
SYDNEY: Final = ZoneInfo("Australia/Sydney")
FILES: Final = {
    "customer": "customers",
    "interaction": "interactions",
    "correspondence": "messages",
    "debt": "debts",
    "ownership": "cases",
    "entitlement": "entitlements",
}
TELEPHONY: Final = (
    RECORD
    + """
summary = "join(' ', words)"
status_raw = { path = "state.code", default = "none" }
queue_position = { path = "place", default = 1 }
ended_at = { path = "ended", time = "day_first" }
callback_at = { path = "back", time = "epoch_ms" }
transferred = { path = "moved", default = false }
avoidable = { path = "sure", values = { 1 = true, 0 = false, true = true } }
officer = { path = "by", values = { A = "Anne" }, other = "somebody" }
department = "subject"
queue = { path = "subject", default = "none" }
contact_type = { path = "subject", values = { Asked = "asked" }, other = "other" }
receipt_number = "customer"
location = { when = "at_desk", from = "site", name = "name", zone = "zone" }
"""
)
CALLS: Final[list[dict[str, Any]]] = [
    {
        "id": "I1",
        "customer": "000-000 001-t",
        "type": kind,
        "at": "2025-03-01T10:00:00+10:00",
        "subject": "Asked",
        "words": ["a", "b"],
        "state": {"code": "S"},
        "place": 3,
        "ended": "01/03/2025 10:20",
        "back": 1740000000000,
        "moved": True,
        "sure": 1,
        "by": "A",
        "at_desk": True,
        "site": {"name": "Here", "zone": "Australia/Perth"},
    }
    for kind in ("IN", "new")
]
NOTHING: Final[list[Any]] = [None, "", " ", "\u2003", [], {}, [None], ["", "a"], [{}], {"a": 1}, True, False]
NUMBERS: Final = [0, 1, -1, Decimal("7.5"), 10**17, 10**18, 10**30, "12.50", "1", "٣", "NaN", "1e999999999"]
TEXTS: Final = ["x", "ß", "é1", "IN", "true", "000-000 001-t", "a" * 41]
TIMES: Final = [
    "2025-03-01",
    "2025-W10-6",
    "20250301T1",
    "2025030110",
    "2025-03-0\u0661",
    "2025-03-01T10:00:00",
    "2025-03-01T10:00:00Z",
    "2025-03-01T10:00:00.1234567+11:00",
    "20250301T100000Z",
    "0001-01-01T00:00:00+10:00",
    "9999-12-31T23:00:00-10:00",
    "1740000000000",
    1740000000000,
    "/Date(1740000000000)/",
    "/Date(-1)/",
    "01/03/2025",
    "31/02/2025",
]
SPOILT: Final = [*NOTHING, *NUMBERS, *TEXTS, *TIMES]


class Side:
    """A mapping, read with care and quickly, and how often quickly was not enough."""

    def __init__(self, file: Path, part: str, usual: list[dict[str, Any]], zone: ZoneInfo | None) -> None:
        told = TomlFile(file)
        (kind,) = (one.row for one in PARTS if one.name == part)
        self.fields: Row = Fields(told, zone).record(kind, told.tables[part]["record"], (part, "record"))
        self.usual = usual
        self.careful: Reader = carefully(self.fields)
        self.handed_back = 0
        self.quick = quick(self.fields, self._counting, Ways(number, zone))

    def _counting(self, row: Any) -> Any:
        self.handed_back += 1
        return self.careful(row)


@cache
def told_by_town() -> list[tuple[str, dict[str, Any]]]:
    """The records of a small town, as lines of JSON tell them."""
    return decoded_json(json.encode(list(Town(7, date(2025, 3, 10), 40))))  # type: ignore[no-any-return]


def rows_of(part: str) -> list[dict[str, Any]]:
    """Rows as the sandbox's system of a part tells them."""
    records = Records()
    records.add((name, record) for name, record in told_by_town())
    (dialect,) = (one for one in DIALECTS if one.name == part)
    known = islice((record for name, record in told_by_town() if name == part), 60)
    rows: list[dict[str, Any]] = decoded_json(json.encode([dialect(records).row(one) for one in known]))
    return rows


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Side]:
    file = tmp_path_factory.mktemp("mappings") / "telephony.toml"
    file.write_text(TELEPHONY, "utf-8")
    shipped = {
        part: Side(SERVICES / f"{name}.toml", part, rows_of(part), None) for part, name in FILES.items()
    }
    return {
        **shipped,
        "telephony": Side(file, "interaction", CALLS, None),
        "local telephony": Side(file, "interaction", CALLS, SYDNEY),
    }


def outcome(read: Callable[[Any], Any], row: Any) -> Any:
    """What comes of a row: the record to its last byte, or where and why it is none."""
    try:
        record = read(row)
    except UnmappableError as error:
        return error.path, error.reason
    except Exception as error:
        return type(error)
    return record, repr(record)


def places(row: Any) -> list[tuple[Any, ...]]:
    """Every place in a row, its own first."""
    found: list[tuple[Any, ...]] = [()]
    inner = row.items() if isinstance(row, dict) else enumerate(row) if isinstance(row, list) else ()
    for key, value in inner:
        found += [(key, *rest) for rest in places(value)]
    return found


def spoilt(row: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    key, *rest = place
    told = row.copy()
    told[key] = spoilt(row[key], tuple(rest), value)
    return told


NAMES: Final = [*FILES, "telephony", "local telephony"]


@pytest.mark.parametrize("name", NAMES)
def test_rows_as_they_usually_come_need_no_care(sides: dict[str, Side], name: str) -> None:
    side = sides[name]
    side.handed_back = 0
    assert side.usual
    for row in side.usual:
        assert outcome(side.quick, row) == outcome(side.careful, row)
    assert side.handed_back == (len(CALLS) if name == "telephony" else 0)  # a day without a zone


@pytest.mark.parametrize("name", NAMES)
def test_whatever_one_value_is_a_row_tells_the_same(sides: dict[str, Side], name: str) -> None:
    side = sides[name]
    for row in side.usual[:2]:
        for place in places(row):
            for value in SPOILT:
                told = spoilt(row, place, value)
                kept = deepcopy(told)
                assert outcome(side.quick, told) == outcome(side.careful, told), (place, value)
                assert told == kept


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_whatever_several_values_are_a_row_tells_the_same(
    sides: dict[str, Side], data: st.DataObject
) -> None:
    side = sides[data.draw(st.sampled_from(NAMES))]
    row = data.draw(st.sampled_from(side.usual))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(places(row)))
        row = spoilt(row, place, data.draw(st.sampled_from(SPOILT)))
    assert outcome(side.quick, row) == outcome(side.careful, row)
