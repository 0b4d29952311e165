"""The chain of the journal: whatever is done to it by somebody without the key is found."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.chain import BEGINNING, Chain, Damage, hash_of
from gateway.audit.journal import Journal
from gateway.keyring import Keyring
from tests.gateway.journals import CHAIN, event, flaws, whole, written

STRANGER = Chain(Keyring(b"x" * 32))
COUNTS = st.integers(1, 30)
Tamper = Callable[[list[bytes]], bytes]


def tampered(count: int, tamper: Tamper, goes_on: bool, noted: bool = False) -> bool:
    """Whether a journal of so many events still passes for whole; the gateway may go on writing after it."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "audit.ndjson")
        told = written(file, range(1, count + 1))
        assert whole(file, hash_of(told[-1].rstrip()))
        file.write_bytes(tamper(told))
        if goes_on:
            written(file, [count + 1, count + 2])
        return whole(file, hash_of(told[-1].rstrip()) if noted else None)


@settings(max_examples=200, deadline=None)
@given(COUNTS, st.data(), st.booleans())
def test_any_byte_that_is_changed_is_found(count: int, data: st.DataObject, goes_on: bool) -> None:
    def tamper(told: list[bytes]) -> bytes:
        text = bytearray(b"".join(told))
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] ^= data.draw(st.integers(1, 255))
        return bytes(text)

    assert not tampered(count, tamper, goes_on)


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.data(), st.booleans())
def test_any_line_that_is_removed_is_found(count: int, data: st.DataObject, goes_on: bool) -> None:
    """Of the last one, nothing in the file speaks any more: it takes its hash, noted elsewhere."""
    place = data.draw(st.integers(0, count - 1))
    noted = place == count - 1
    assert not tampered(count, lambda told: b"".join(told[:place] + told[place + 1 :]), goes_on, noted)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 30), st.data(), st.booleans())
def test_any_two_lines_that_change_places_are_found(count: int, data: st.DataObject, goes_on: bool) -> None:
    one, other = sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=2, max_size=2)))

    def tamper(told: list[bytes]) -> bytes:
        told[one], told[other] = told[other], told[one]
        return b"".join(told)

    assert not tampered(count, tamper, goes_on)


def by_another_key(told: list[bytes]) -> bytes:
    forged, _ = STRANGER.link([msgspec.json.encode(event(99))], hash_of(told[-1].rstrip()))
    return forged


ADDED: dict[str, Tamper] = {
    "by another key": by_another_key,
    "again": lambda told: told[0],
    "without a hash": lambda told: msgspec.json.encode(event(99)) + b"\n",
    "by half": lambda told: by_another_key(told)[:40],
    "nothing": lambda told: b"\n",
}


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.sampled_from(sorted(ADDED)), st.booleans())
def test_lines_that_are_added_without_the_key_are_found(count: int, how: str, goes_on: bool) -> None:
    assert not tampered(count, lambda told: b"".join(told) + ADDED[how](told), goes_on)


def test_each_place_is_named_once_with_what_is_wrong_there(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    told = written(file, range(1, 13))
    told[1] = told[1].replace(b'"view"', b'"deny"')
    told[4] = told[4].replace(b'"hash":"', b'"hash":"f')
    del told[7]
    told[9] = told[9][:50] + b"\n"
    file.write_bytes(b"".join(told))
    assert flaws(file) == {
        2: Damage.CHANGED,
        5: Damage.CHANGED,
        8: Damage.MISSING,
        10: Damage.TORN,
        11: Damage.MISSING,
    }


def test_after_a_torn_line_the_chain_goes_on_from_the_last_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    told = written(file, [1, 2, 3])
    file.write_bytes(b"".join(told)[:-40])
    assert flaws(file) == {3: Damage.TORN}
    assert written(file, [4])[:2] == told[:2]
    assert flaws(file) == {3: Damage.TORN}


def test_a_line_that_lost_only_its_line_break_is_taken_up_again(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    file.write_bytes(b"".join(written(file, [1, 2])).rstrip())
    assert flaws(file) == {2: Damage.TORN}
    written(file, [3])
    assert flaws(file) == {}


def test_the_chain_begins_after_the_events_of_an_older_gateway(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    older = [msgspec.json.encode(event(number)) + b"\n" for number in (1, 2, 3)]
    file.write_bytes(b"".join(older))
    told = written(file, [4, 5])
    assert told[:3] == older
    assert BEGINNING in told[3]
    assert flaws(file) == {}
    file.write_bytes(b"".join([*older, told[4]]))
    assert flaws(file) == {4: Damage.MISSING}


@pytest.mark.parametrize("kept", [0, 1, 3])
async def test_what_is_cut_off_under_a_running_gateway_is_missing_from_its_chain(
    kept: int, tmp_path: Path
) -> None:
    file = tmp_path / "audit.ndjson"
    journal = Journal(file, CHAIN)
    for number in (1, 2, 3, 4):
        await journal.append([event(number)])
    told = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(told[:kept]))
    await journal.append([event(5)])
    assert flaws(file) == {kept + 1: Damage.MISSING}


def test_a_line_with_nothing_in_it_was_not_written_by_us(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    first, second = written(file, [1, 2])
    file.write_bytes(first + b"\n" + second)
    assert flaws(file) == {2: Damage.CHANGED}


def test_a_long_line_of_somebody_else_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    written(file, [1])
    with file.open("ab") as strange:
        strange.write(b"x" * 3_000_000 + b"\n")
    written(file, [2])
    assert flaws(file) == {2: Damage.CHANGED}
