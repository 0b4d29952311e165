"""What stands outside the process is ours and in its place, or it is nothing."""

from typing import Any

import pytest

from cache import Entry, Keys
from cache.envelope import Envelopes, Rejected
from tests.cache.stores import Texts

KEYS = Keys(b"k" * 32, "test", "1")
A, B = (KEYS.place("debt", "ledger", crn) for crn in ("A", "B"))
ENTRY = Entry("A owes 12.50", 1_700_000_000.25, (7, 8, 9, 10), False)
ONE = {1: b"1" * 32}
TWO = {2: b"2" * 32, 1: b"1" * 32}
SEALINGS: dict[str, Any] = {"as it is": (None, None), "encrypted": (ONE, TWO)}


@pytest.fixture(params=SEALINGS)
def envelopes(request: pytest.FixtureRequest) -> Envelopes:
    return Envelopes(Texts(), ONE, SEALINGS[request.param][0])


def test_what_is_put_in_comes_out(envelopes: Envelopes) -> None:
    assert envelopes.open(A, envelopes.pack(A, ENTRY)) == ENTRY


def test_any_byte_that_is_changed_makes_it_nothing(envelopes: Envelopes) -> None:
    good = envelopes.pack(A, ENTRY)
    for place in range(len(good)):
        for change in (1, 0x80):
            bad = good[:place] + bytes([good[place] ^ change]) + good[place + 1 :]
            assert envelopes.open(A, bad) is Rejected.MAC


def test_any_piece_of_it_is_nothing(envelopes: Envelopes) -> None:
    good = envelopes.pack(A, ENTRY)
    for length in range(len(good)):
        assert envelopes.open(A, good[:length]) is Rejected.MAC
    assert envelopes.open(A, good + b"x") is Rejected.MAC


def test_somebody_elses_entry_is_nothing(envelopes: Envelopes) -> None:
    assert envelopes.open(A, envelopes.pack(B, ENTRY)) is Rejected.MAC


def test_what_another_secret_made_is_nothing(envelopes: Envelopes) -> None:
    assert envelopes.open(A, Envelopes(Texts(), {1: b"x" * 32}).pack(A, ENTRY)) is Rejected.MAC


@pytest.mark.parametrize("how", SEALINGS)
def test_after_a_rotation_old_and_new_entries_open_and_the_new_key_makes_them(how: str) -> None:
    old, new = SEALINGS[how]
    before, after = Envelopes(Texts(), ONE, old), Envelopes(Texts(), TWO, new)
    assert after.open(A, before.pack(A, ENTRY)) == ENTRY
    made = after.pack(A, ENTRY)
    assert after.open(A, made) == ENTRY
    assert made[1] == 2
    assert before.open(A, made) is Rejected.MAC


def test_encryption_can_be_turned_on_while_entries_without_it_are_kept() -> None:
    plain, sealing = Envelopes(Texts(), ONE), Envelopes(Texts(), ONE, ONE)
    assert sealing.open(A, plain.pack(A, ENTRY)) == ENTRY
    assert b"owes" in plain.pack(A, ENTRY)
    assert b"owes" not in sealing.pack(A, ENTRY)
    assert plain.open(A, sealing.pack(A, ENTRY)) is Rejected.SHAPE


def test_a_value_that_cannot_be_read_is_one_of_another_shape() -> None:
    class Other(Texts):
        def encode(self, part: str, outcome: Any) -> bytes:
            return b"\x01"

    assert Envelopes(Texts(), ONE).open(A, Envelopes(Other(), ONE).pack(A, ENTRY)) is Rejected.SHAPE


def test_moments_compare_like_their_texts() -> None:
    envelopes = Envelopes(Texts(), ONE)
    heads = [
        envelopes.pack(A, Entry("", seconds, (1, 1, 1, 1), False))[3:11]
        for seconds in (-5.0, 0.0, 0.001, 255.9, 256.0, 1_700_000_000.0, 1_700_000_000.001)
    ]
    assert heads == sorted(heads)
