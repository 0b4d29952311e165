"""Likely reasons beside the truth, on few people: better than the newest card, and mere chance on strange histories.

`make bench BENCHES=reasons` measures the same on many.
"""

import asyncio
from datetime import timedelta

import pytest

from resolvers.reasons import ContactReason
from sandbox.matters import MATTERS
from tests.guessing import MEANS, Guess, Seen, base_rate, newest, rates, shuffled, town_seen
from tests.people import NOW, POLICY
from tests.records import CALL, happened, letter_of
from tests.resolvers.deck import cards

SEEDS = (201, 202)
PEOPLE = 230


@pytest.fixture(scope="module")
def people() -> list[Seen]:
    async def everybody() -> list[Seen]:
        return [one for seed in SEEDS for one in await town_seen(seed, PEOPLE)]

    return asyncio.run(everybody())


@pytest.fixture(scope="module")
def truths(people: list[Seen]) -> list[ContactReason]:
    return [one.truth for one in people]


@pytest.fixture(scope="module")
def guesses(people: list[Seen]) -> list[Guess]:
    return [one.guess() for one in people]


def test_there_are_enough_people_to_tell(truths: list[ContactReason]) -> None:
    assert len(truths) > 250
    assert set(MEANS) == set(MATTERS)


def test_likely_reasons_are_right_far_more_often_than_the_newest_card_and_the_usual_reasons(
    truths: list[ContactReason], guesses: list[Guess]
) -> None:
    ours = rates(truths, [one.reasons for one in guesses])
    plain = rates(truths, [one.plain for one in guesses])
    usual = base_rate(truths)
    assert ours.first > plain.first + 0.12
    assert ours.three > plain.three + 0.1
    assert ours.first > usual.first + 0.25
    assert ours.three > usual.three + 0.25


def test_with_the_histories_of_others_they_are_right_by_chance_alone(
    truths: list[ContactReason], guesses: list[Guess]
) -> None:
    mixed = rates(truths, [one.reasons for one in shuffled(1, guesses)])
    usual = base_rate(truths)
    assert mixed.first < usual.first + 0.04
    assert mixed.three < usual.three + 0.06


def test_what_is_said_with_confidence_is_right_more_often(
    truths: list[ContactReason], guesses: list[Guess]
) -> None:
    sure = [(truth, one) for truth, one in zip(truths, guesses, strict=True) if one.confidence >= 0.7]
    unsure = [(truth, one) for truth, one in zip(truths, guesses, strict=True) if 0 < one.confidence < 0.4]
    right = [sum(truth is one.reasons[0] for truth, one in some) / len(some) for some in (sure, unsure)]
    assert right[0] > 0.75 > 0.6 > right[1]


def test_the_plain_guess_is_what_the_newest_card_is_about_then_the_one_before_it() -> None:
    called = happened(CALL, NOW - timedelta(days=1), title="Reporting help")
    told = newest(cards(letter_of("2025-03-10", template="L5010"), called), POLICY)
    assert told == (ContactReason.DEBT, ContactReason.REPORTING)
