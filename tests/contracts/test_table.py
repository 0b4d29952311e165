"""The table of the contract is complete: every cell is tested or excused, and its page has a row for every case."""

import re
from pathlib import Path

import pytest

from tests.contracts.cases import CASES, EXCUSED, EXCUSED_PARTS, KINDS, TOLD, cells, excuse
from tests.contracts.subjects import NAMES

PAGE = Path(__file__).with_name("README.md")


@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_is_tested_or_excused_and_never_both(kind: str) -> None:
    tested = set(cells(kind))
    excused = {(part, case) for part in NAMES for case in CASES if excuse(kind, part, case)}
    assert tested | excused == {(part, case) for part in NAMES for case in CASES}
    assert not tested & excused
    assert not TOLD[kind].keys() & EXCUSED[kind].keys()


def test_every_excuse_is_one_line() -> None:
    reasons = [reason for told in (*EXCUSED.values(), *EXCUSED_PARTS.values()) for reason in told.values()]
    assert all(reason and "\n" not in reason for reason in reasons)


def test_the_page_has_a_row_for_every_case_and_says_what_the_client_is_told() -> None:
    rows = dict(re.findall(r"^\| ([^|]+?) +\| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    for case in CASES:
        codes = {TOLD[kind][case].code for kind in KINDS if case in TOLD[kind]} - {None}
        assert set(re.findall(r"SOURCE_[A-Z_]+", rows[f"`{case}`"])) == codes, case
