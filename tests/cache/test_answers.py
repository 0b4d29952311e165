"""What is kept by key: as many bytes as there is room for, and turns in which one works and others wait."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cache.answers import Answers, Met
from cache.turns import UNFIT_MOST, UNFIT_SECONDS, Ended, Turns


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    some.lists(some.tuples(some.sampled_from("abcdef"), some.integers(0, 40), some.booleans()), max_size=60),
    some.integers(0, 100),
)
def test_there_is_never_more_than_there_is_room_for_and_what_was_used_last_stays(
    steps: list[tuple[str, int, bool]], room: int
) -> None:
    answers = Answers[int](room)
    model: list[tuple[str, int]] = []
    for key, size, reads in steps:
        known = dict(model)
        if reads:
            assert answers.read(key) == known.get(key)
            model = [one for one in model if one[0] != key] + [one for one in model if one[0] == key]
            continue
        assert answers.put(key, size, size) == (size <= room)
        model = [one for one in model if one[0] != key] + [(key, size)] * (size <= room)
        while sum(size for _, size in model) > room:
            model.pop(0)
        assert answers.bytes == sum(size for _, size in model) <= room
        assert len(answers) == len(model)


async def test_whoever_waits_is_told_how_the_turn_ended() -> None:
    for ended in Ended:
        turns = Turns(Clock())
        with turns.mine("a") as turn:
            waiting = [asyncio.create_task(turns.wait("a", 10)) for _ in range(3)]
            assert not turns.free("a")
            await asyncio.sleep(0)
            turn.ended = ended
        assert turns.free("a")
        assert await asyncio.gather(*waiting) == [ended] * 3
        assert turns.worth("a") == (ended is not Ended.UNFIT)


async def test_whoever_has_the_turn_and_breaks_off_has_left() -> None:
    turns = Turns(Clock())

    async def breaks_off() -> None:
        with turns.mine("a"):
            await asyncio.sleep(0.01)
            raise ZeroDivisionError

    breaking = asyncio.create_task(breaks_off())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(turns.wait("a", 10))
    with pytest.raises(ZeroDivisionError):
        await breaking
    assert await waiting is Ended.LEFT
    assert turns.free("a")


async def test_waiting_ends_in_time_and_touches_nobody_when_it_is_called_off() -> None:
    turns = Turns(Clock())
    with turns.mine("a") as turn:
        assert await turns.wait("a", 0.01) is Ended.UNFIT
        one, other = (asyncio.create_task(turns.wait("a", 10)) for _ in range(2))
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.sleep(0)
        turn.ended = Ended.KEPT
    assert one.cancelled()
    assert await other is Ended.KEPT


async def test_nobody_waits_again_for_a_while_where_it_was_for_nothing() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.mine("a") as turn:
        turn.ended = Ended.UNFIT
    assert not turns.worth("a")
    assert turns.worth("b")
    clock.now += UNFIT_SECONDS + 1
    assert turns.worth("a")
    with turns.mine("a") as turn:
        turn.ended = Ended.UNFIT
    with turns.mine("a") as turn:
        turn.ended = Ended.KEPT
    assert turns.worth("a")


async def test_only_so_many_are_remembered_as_not_worth_it() -> None:
    turns = Turns(Clock())
    for number in range(UNFIT_MOST + 1):
        with turns.mine(number) as turn:
            turn.ended = Ended.UNFIT
    assert turns.worth(0)
    assert not turns.worth(UNFIT_MOST)


def test_what_is_used_stays_and_what_is_not_there_cannot_be_used() -> None:
    answers = Answers[str](20)
    assert answers.put("a", "A", 10)
    assert answers.put("b", "B", 10)
    assert answers.use("a")
    assert answers.put("c", "C", 10)
    assert not answers.use("b")
    assert [answers.read(key) for key in "abc"] == ["A", None, "C"]


def test_what_was_met_once_is_remembered_among_so_many_until_it_is_met_again() -> None:
    met = Met(2)
    assert [met.before(key) for key in "aab"] == [False, True, False]
    assert [met.before(key) for key in "acb"] == [False, False, False], "the oldest made room"
    assert met.before("b")
