"""Guesses of why people are in touch, beside the truth: people of the town, seen through the overview."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

import msgspec

from resolvers.alerts.alert import Alert
from resolvers.cards.card import Card
from resolvers.overview import Overview
from resolvers.policy import Policy
from resolvers.reasons import ContactReason, likely_reasons
from resolvers.reasons.sign import signs_of
from sandbox import Town
from sources.crn import Crn
from sources.parts import PARTS
from sources.parts.history import History, in_order
from tests.people import POLICY, body_with, overview_of
from tests.records import SYDNEY
from tests.resolvers.deck import desk

MEANS: Final = {
    "report": ContactReason.REPORTING,
    "stopped payment": ContactReason.PAYMENT_STOPPED,
    "amount or date of a payment": ContactReason.PAYMENT_AMOUNT,
    "claim": ContactReason.CLAIM,
    "debt": ContactReason.DEBT,
    "repayments": ContactReason.REPAYMENT_ARRANGEMENT,
    "letter": ContactReason.LETTER_OR_MESSAGE,
    "documents": ContactReason.DOCUMENTS,
    "stuck online": ContactReason.UNFINISHED_TRANSACTION,
    "locked out": ContactReason.LOCKED_OUT,
    "details": ContactReason.DETAILS,
    "appointment": ContactReason.APPOINTMENT,
    "family income": ContactReason.FAMILY_INCOME,
    "child support": ContactReason.CHILD_SUPPORT,
    "something else": ContactReason.OTHER,
}
"""The town's word for a matter, and the gateway's."""

FIRST_DAY: Final = date(2026, 11, 1)
ROWS: Final = {part.name: part.row for part in PARTS}


@dataclass(frozen=True)
class Guess:
    """What is guessed of one person, the likeliest first, and how sure it is; `plain` is what a newest card says."""

    reasons: tuple[ContactReason, ...]
    confidence: float
    plain: tuple[ContactReason, ...]


@dataclass(frozen=True)
class Seen:
    """One person: the truth, and what the overview shows on the day."""

    truth: ContactReason
    cards: tuple[Card, ...]
    alerts: tuple[Alert, ...]
    today: date

    def guess(self, policy: Policy = POLICY) -> Guess:
        """What the gateway's own function says of it under a policy."""
        found = likely_reasons(self.cards, self.alerts, desk(policy), self.today)
        reasons = tuple(one.reason for one in found)
        return Guess(reasons, found[0].confidence if found else 0.0, newest(self.cards, policy))


@dataclass(frozen=True)
class Rates:
    """How often the truth is the first guess, and one of the first three, of how many people."""

    first: float
    three: float
    people: int


def newest(cards: Sequence[Card], policy: Policy) -> tuple[ContactReason, ...]:
    """What the newest cards are about, one after the other: the plain way to guess."""
    by_time = sorted(cards, key=lambda card: (card.date, card.latest_at, card.id), reverse=True)
    return tuple(
        dict.fromkeys(
            reason
            for card in by_time
            for sign in signs_of((card,), policy.reasons)
            if (reason := sign.about or sign.itself) is not None
        )
    )


async def town_seen(seed: int, people: int, policy: Policy = POLICY) -> list[Seen]:
    """The ordinary grown-ups of a town, on a day that differs from seed to seed."""
    on = FIRST_DAY + timedelta(days=seed % 28)
    now = datetime.combine(on, time(9, 30), SYDNEY)
    return [
        _seen(MEANS[matter], await seen_at(records, now, policy))
        for matter, records in Town(seed, on, people).truths()
    ]


async def seen_at(entries: Iterable[tuple[str, Any]], now: datetime, policy: Policy = POLICY) -> Overview:
    """The overview that an officer gets of somebody of whom these records are told."""
    told: dict[str, list[Any]] = {}
    for part, record in entries:
        told.setdefault(part, []).append(msgspec.convert(msgspec.to_builtins(record), ROWS[part]))
    crn: Crn = told["customer"][0].crn
    records: dict[Any, Any] = {
        part: History(crn, in_order(told[part.name])) if part.history else told[part.name][0]
        for part in PARTS
        if part.name in told
    }
    return await overview_of(body_with(records, now, policy, crn), owner=crn)


def _seen(truth: ContactReason, overview: Overview) -> Seen:
    cards: list[Card] = [*overview.pinned]
    after = None
    while True:
        page = overview.cards(None, None, 100, after)
        cards += [edge.node for edge in page.edges]
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            return Seen(truth, tuple(cards), overview.alerts, overview.generated_at.astimezone(SYDNEY).date())


def rates(truths: Iterable[ContactReason], guesses: Iterable[Sequence[ContactReason]]) -> Rates:
    """How well a list of guesses hits the truths."""
    pairs = list(zip(truths, guesses, strict=True))
    return Rates(
        sum(truth in guess[:1] for truth, guess in pairs) / len(pairs),
        sum(truth in guess[:3] for truth, guess in pairs) / len(pairs),
        len(pairs),
    )


def base_rate(truths: Sequence[ContactReason]) -> Rates:
    """How well always the same guess does: the reasons that are the truth most often."""
    usual = [reason for reason, _ in Counter(truths).most_common(3)]
    return rates(truths, [usual] * len(truths))


def shuffled(seed: int, guesses: Sequence[Guess]) -> list[Guess]:
    """The guesses of other people: each stands beside the truth of somebody else."""
    mixed = list(guesses)
    Random(seed).shuffle(mixed)
    return mixed


def calibration(
    truths: Sequence[ContactReason], guesses: Sequence[Guess]
) -> Iterator[tuple[float, float, int]]:
    """Of the first guesses by tenths of confidence: how sure they were on average, how often right, of how many."""
    for tenth in range(10):
        some = [
            (truth, guess)
            for truth, guess in zip(truths, guesses, strict=True)
            if guess.reasons and int(guess.confidence * 10) == tenth
        ]
        if some:
            sure = sum(guess.confidence for _, guess in some) / len(some)
            right = sum(truth is guess.reasons[0] for truth, guess in some) / len(some)
            yield sure, right, len(some)
