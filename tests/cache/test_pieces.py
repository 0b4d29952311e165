"""Pieces of answers: there as long as their value is, and never more than there is room for."""

import gc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cache.pieces import BESIDE, LEAST, MOST_OF_ONE, Pieces


class Value:
    """Something that pieces are made of."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value)

    def __hash__(self) -> int:
        return 7


class Made:
    """What was made of it."""


def never() -> Any:
    raise AssertionError("it was made already")


def test_what_was_made_of_a_value_is_given_again_and_of_an_equal_one_made_anew() -> None:
    pieces, one, other = Pieces(), Value("a"), Value("b")
    first = pieces.made(one, "page", Made)
    assert pieces.made(one, "page", never) is first
    assert pieces.made(other, "page", Made) is not first
    assert pieces.made(one, "another page", Made) is not first
    assert len(pieces) == 3


def test_that_nothing_came_of_it_is_not_kept() -> None:
    pieces, value = Pieces(), Value("a")
    assert pieces.made(value, "page", lambda: None) is None
    assert pieces.made(value, "page", Made) is not None


def test_what_fails_leaves_nothing_behind() -> None:
    pieces, value = Pieces(), Value("a")
    with pytest.raises(AssertionError):
        pieces.made(value, "page", never)
    assert (len(pieces), pieces.bytes) == (0, 0)


def test_a_piece_is_gone_with_its_value() -> None:
    pieces, value, other = Pieces(), Value("a"), Value("b")
    made, stays = pieces.made(value, "page", Made), pieces.made(other, "page", Made)
    piece = pieces.of(made)
    assert piece is not None
    pieces.write(piece, "document", b"{}", 2)
    assert pieces.bytes == 2 * LEAST + BESIDE + 2
    del value
    gc.collect()
    assert pieces.of(made) is None
    assert pieces.of(stays) is not None
    assert pieces.bytes == LEAST
    pieces.write(piece, "another document", b"{}", 2)  # whoever was about to write it finds no place
    assert pieces.bytes == LEAST


def test_each_writing_is_its_own_and_counted() -> None:
    pieces, value = Pieces(), Value("a")
    piece = pieces.of(pieces.made(value, "page", Made))
    assert piece is not None
    assert pieces.written(piece, "one document") is None
    pieces.write(piece, "one document", b"1", 1)
    assert pieces.written(piece, "one document") == b"1"
    assert pieces.written(piece, "another") is None
    assert pieces.counted() == (1, 1)
    assert pieces.counted() == (0, 0)


def test_what_is_no_piece_is_none() -> None:
    pieces = Pieces()
    assert pieces.of(Made()) is None
    assert pieces.of(None) is None


def test_of_one_piece_no_more_writings_are_kept_than_so_many() -> None:
    pieces, value = Pieces(), Value("a")
    piece = pieces.of(pieces.made(value, "page", Made))
    assert piece is not None
    for document in range(3 * MOST_OF_ONE):
        pieces.write(piece, document, b"", document)
    assert pieces.written(piece, 0) is None
    assert pieces.written(piece, 3 * MOST_OF_ONE - 1) is not None
    assert len(piece.written) == MOST_OF_ONE
    assert pieces.bytes == LEAST + sum(range(2 * MOST_OF_ONE, 3 * MOST_OF_ONE)) + MOST_OF_ONE * BESIDE
    pieces.write(piece, 3 * MOST_OF_ONE - 1, b"", 0)  # the same one, written anew
    assert len(piece.written) == MOST_OF_ONE
    assert pieces.bytes == LEAST + sum(range(2 * MOST_OF_ONE, 3 * MOST_OF_ONE - 1)) + MOST_OF_ONE * BESIDE


def test_pieces_and_what_else_is_remembered_share_the_room_and_the_oldest_goes_first() -> None:
    pieces, value = Pieces(3 * LEAST), Value("a")
    first = pieces.made(value, "page", Made)
    pieces.remembered.put((value,), "page", "no piece", LEAST)  # under the same word it is another thing
    assert pieces.made(value, "page", never) is first
    pieces.made(value, "another page", Made)
    assert pieces.bytes == 3 * LEAST
    pieces.made(value, "a third page", Made)
    assert pieces.remembered.read((value,), "page") is None
    assert pieces.made(value, "page", never) is first


def test_a_piece_of_a_piece_is_gone_with_the_value_of_the_first() -> None:
    pieces, value = Pieces(), Value("a")
    pieces.made(pieces.made(value, "board", Made), "page", Made)
    assert len(pieces) == 2
    del value
    gc.collect()
    assert (len(pieces), pieces.bytes) == (0, 0)


STEPS = some.lists(
    some.tuples(some.integers(0, 5), some.sampled_from("pq"), some.integers(0, 4_000), some.booleans()),
    max_size=60,
)


@given(STEPS, some.integers(0, 4 * LEAST))
def test_there_is_never_more_than_there_is_room_for_and_all_of_it_is_counted(
    steps: list[tuple[int, str, int, bool]], room: int
) -> None:
    pieces = Pieces(room)
    values = {number: Value(str(number)) for number in range(6)}
    made: dict[tuple[int, str], Any] = {}
    for number, key, size, dies in steps:
        if dies:
            values[number] = Value("another")
            made = {place: one for place, one in made.items() if place[0] != number}
        one = pieces.made(values[number], key, Made)
        kept = pieces.of(one)
        if kept is not None:
            pieces.write(kept, size, b"", size)
        made[number, key] = one
        alive = [kept for one in made.values() if (kept := pieces.of(one)) is not None]
        weight = sum(LEAST + sum(bytes for _, bytes in kept.written.values()) for kept in alive)
        assert pieces.bytes == weight <= room
        assert len(pieces) == len(alive)
