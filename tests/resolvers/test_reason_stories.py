"""Named people: the reason that is found first is the one that their one-line story tells."""

from datetime import datetime, time
from functools import cache
from typing import Any

import pytest

from resolvers.reasons import ContactReason, LikelyReason
from sandbox import STORIES, Town
from tests.guessing import seen_at
from tests.records import SYDNEY
from tests.sandbox.telling import BUSY, ON

NOW = datetime.combine(ON, time(9, 30), SYDNEY)
NAMED = {story.person.given: story.crn for story in STORIES if story.person.given}


@cache
def town() -> dict[str, list[Any]]:
    """What is told of the named people, without the one of whom 50,000 things are told."""
    told: dict[str, list[Any]] = {}
    for part, record in Town(1, ON, max(story.person.number for story in STORIES) + 1):
        if not str(record["crn"]).startswith(f"{BUSY:09d}"):
            told.setdefault(str(record["crn"]), []).append((part, record))
    return told


async def likeliest(given: str) -> tuple[LikelyReason, ...]:
    return (await seen_at(town()[NAMED[given]], NOW)).likely_reasons(3)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("Maria", ContactReason.PAYMENT_AMOUNT),  # a letter: her payment changed
        ("Jack", ContactReason.PAYMENT_STOPPED),
        ("Dan", ContactReason.REPAYMENT_ARRANGEMENT),  # the direct debit ends in ten days
        ("Tina", ContactReason.REPAYMENT_ARRANGEMENT),
        ("Sue", ContactReason.APPOINTMENT),
        ("Kim", ContactReason.APPOINTMENT),
        ("Lena", ContactReason.CLAIM),
        ("Ivy", ContactReason.REPORTING),  # she tried 23 times
        ("Amy", ContactReason.REPORTING),
        ("Bruce", ContactReason.DETAILS),  # his mail comes back
        ("Owen", ContactReason.CHILD_SUPPORT),
        ("Albert", ContactReason.DETAILS),
    ],
)
async def test_the_first_reason_is_the_one_that_the_story_tells(given: str, reason: ContactReason) -> None:
    assert (await likeliest(given))[0].reason is reason


async def test_joel_is_told_both_of_his_cancelled_payment_and_of_his_rejected_claim() -> None:
    first, second, *_ = await likeliest("Joel")
    assert {first.reason, second.reason} == {ContactReason.PAYMENT_STOPPED, ContactReason.CLAIM}


async def test_nora_to_whom_nothing_happened_and_phil_of_whom_nothing_is_recent_have_no_reason() -> None:
    assert await likeliest("Nora") == ()
    assert await likeliest("Phil") == ()


async def test_the_evidence_of_maria_is_her_letter_and_what_she_did_about_it() -> None:
    (first, *_) = await likeliest("Maria")
    labels = [one.label for one in first.because]
    assert any(label.startswith("Your payment changed (") for label in labels)
