"""What stands outside the process is ours and in its place, or it is nothing."""

import hmac
import os
import tracemalloc
from hashlib import sha256
from typing import Any

import pytest

from cache import Entry, Keys
from cache.envelope import COMPRESSED, LEAST, MOST, Envelopes, Rejected
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


LARGE = "A owes 12.50 to B. " * 1000
RANDOM = "".join(chr(33 + byte % 94) for byte in os.urandom(4000))


def of(value: str) -> Entry:
    return Entry(value, ENTRY.fetched, ENTRY.mark, False)


@pytest.mark.parametrize("value", [LARGE, RANDOM, "x" * (LEAST - 4), "x" * LEAST, ""])
def test_large_or_small_what_is_put_in_comes_out(envelopes: Envelopes, value: str) -> None:
    assert envelopes.open(A, envelopes.pack(A, of(value))) == of(value)


def test_a_large_value_is_kept_small_and_a_small_one_as_it_is(envelopes: Envelopes) -> None:
    large, small = envelopes.pack(A, of(LARGE)), envelopes.pack(A, ENTRY)
    assert len(large) < len(LARGE) / 10
    assert (large[2] & COMPRESSED, small[2] & COMPRESSED) == (COMPRESSED, 0)


def test_what_does_not_shrink_is_kept_as_it_is() -> None:
    class Noise(Texts):
        def encode(self, part: str, outcome: Any) -> bytes:
            return os.urandom(4000)

    assert not Envelopes(Noise(), ONE).pack(A, ENTRY)[2] & COMPRESSED


def resealed(envelope: bytes) -> bytes:
    """An envelope that was changed by somebody who has the key."""
    told = envelope[:-16]
    return told + hmac.digest(ONE[1], A.key.encode() + b"\n" + told, sha256)[:16]


@pytest.mark.parametrize("flag", [4, 8, 16, 32, 64, 128])
def test_a_flag_that_nobody_knows_makes_it_one_of_another_shape(envelopes: Envelopes, flag: int) -> None:
    good = envelopes.pack(A, of(LARGE))
    assert resealed(good) == good
    other = good[:2] + bytes([good[2] | flag]) + good[3:]
    assert envelopes.open(A, resealed(other)) is Rejected.SHAPE


@pytest.mark.parametrize("size", [MOST + 1, 2**32 - 1])
def test_what_says_it_is_larger_than_anything_is_not_unpacked(size: int) -> None:
    envelopes = Envelopes(Texts(), ONE)
    good = envelopes.pack(A, of(LARGE))
    right = (len(LARGE) + 3).to_bytes(4, "little")
    assert good.count(right) == 1
    tracemalloc.start()
    assert envelopes.open(A, resealed(good.replace(right, size.to_bytes(4, "little")))) is Rejected.SHAPE
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("change", range(0, 60, 7))
def test_what_cannot_be_unpacked_is_one_of_another_shape(change: int) -> None:
    envelopes = Envelopes(Texts(), ONE)
    good = envelopes.pack(A, of(LARGE))
    bad = good[: 30 + change] + bytes([good[30 + change] ^ 0xFF]) + good[31 + change :]
    found = envelopes.open(A, resealed(bad))
    assert found is Rejected.SHAPE or (isinstance(found, Entry) and found != of(LARGE))
