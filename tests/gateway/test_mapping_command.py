"""`overview map try`: a payload as records, field by field, with what of it was not used."""

import json
from pathlib import Path

import pytest

from tests.running.command import HOUSE, overview

DEBTS = HOUSE / "sources/mixes/services/debts.toml"
CUSTOMERS = HOUSE / "sources/mixes/services/customers.toml"
RESTRICTIONS = HOUSE / "sources/mixes/services/restrictions.toml"
DEBT = {
    "DebtNo": "01234567",
    "Partner": "204914971X",
    "BenefitType": "PPS",
    "Reason": "INC",
    "Status": "02",
    "StatusText": "Determined",
    "RegisteredAt": "/Date(1741572000000)/",
    "Currency": "AUD",
    "TotalAmount": "100.10",
    "InterestAmount": "0",
    "AdjustedAmount": "0",
    "RepaidAmount": "0",
    "WaivedAmount": "0",
    "SourceSystem": "dmis",
    "SourceKey": "7",
    "Arrangements": {"results": [{"Note": "never looked at"}]},
}


def tried(mapping: Path, payload: object, folder: Path, *more: str) -> tuple[int, str]:
    file = folder / "payload.json"
    file.write_bytes(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
    said = overview("map", "try", str(mapping), str(file), *more, home=folder)
    return said.returncode, (said.stdout + said.stderr).decode()


def test_a_payload_is_shown_field_by_field(tmp_path: Path) -> None:
    row = {**DEBT, "Arrangements": {"results": []}}
    code, said = tried(DEBTS, {"d": {"results": [row]}}, tmp_path)
    assert code == 0
    told = {words[0]: words[1] for line in said.splitlines() if len(words := line.split()) == 2}
    assert told["status"] == "DETERMINED"
    assert told["total.amount"] == "100.10"
    assert told["registered_at"] == "2025-03-10T02:00:00Z"
    assert "1 of 1 rows are records" in said


def test_what_was_not_used_is_listed(tmp_path: Path) -> None:
    row = {**DEBT, "Arrangements": {"results": []}, "Owner": {"Name": "x"}}
    code, said = tried(DEBTS, {"d": {"results": [row], "__count": "1"}}, tmp_path)
    assert code == 0
    unused = said.split("Not used of the payload:")[1].split()
    assert unused == ["d.results[].StatusText", "d.results[].Owner.Name", "d.__count"]


def test_a_row_that_cannot_be_mapped_is_named_by_its_field(tmp_path: Path) -> None:
    rows = [{**DEBT, "Arrangements": {"results": []}}, {**DEBT, "RegisteredAt": "soon"}, DEBT]
    code, said = tried(DEBTS, {"d": {"results": rows}}, tmp_path)
    assert code == 1
    assert "row 2 cannot be mapped: registered_at: time" in said
    assert "row 3 cannot be mapped: arrangements." in said
    assert "1 of 3 rows are records" in said


def test_a_file_of_several_parts_asks_which(tmp_path: Path) -> None:
    person = {"personNumber": "204914971X", "access": {"restricted": True, "manager": "m", "officers": ["o"]}}
    code, said = tried(CUSTOMERS, {"people": [person]}, tmp_path)
    assert (code, "choose one with --part" in said) == (1, True)
    code, said = tried(CUSTOMERS, {"people": [person]}, tmp_path, "--part", "restriction")
    assert code == 0
    assert "Everything in the payload is used" in said
    code, said = tried(CUSTOMERS, person, tmp_path, "--part", "restriction", "--endpoint", "get")
    assert code == 0


def test_our_own_shape_is_tried_too(tmp_path: Path) -> None:
    rows = [{"crn": "204914971X", "restricted": True, "extra": 1}]
    code, said = tried(RESTRICTIONS, rows, tmp_path)
    assert code == 0
    assert said.split("Not used of the payload:")[1].split() == ["[].extra"]


@pytest.mark.parametrize(
    ("payload", "complaint"),
    [(b"<html>", "it is no JSON"), ({"error": "x"}, "rows does not stand where the mapping says")],
)
def test_a_payload_that_is_no_answer_is_said_in_one_line(
    payload: object, complaint: str, tmp_path: Path
) -> None:
    code, said = tried(DEBTS, payload, tmp_path)
    assert code == 1
    assert complaint in said
    assert "Traceback" not in said
