"""Why a customer is probably in touch: signs and alerts, weighed by the policy and fading with the days.

Pure, and the same all day: cards, alerts, policy and today in; reasons out.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import expm1, fsum, log1p
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from resolvers.alerts.alert import Alert, in_words
from resolvers.cards.activity import Desk
from resolvers.cards.card import Card
from resolvers.knowledge import once
from resolvers.policy import Labels, ReasonPolicy
from resolvers.reasons.reason import ContactReason, Evidence, EvidenceKind, LikelyReason
from resolvers.reasons.sign import Seen, Sign, signs_of

MOST_EVIDENCE: Final = 5
"""How much of what a reason rests on is named: the strongest."""

MOST_CONFIDENT: Final = 0.99
"""A guess is never certain."""

MOST_GROWN: Final = 50.0
"""Where points end to grow, far beyond what a life brings: no number is too large to be reckoned with."""

SETTLES: Final = {Sign.ARRANGEMENT: ContactReason.DEBT}
"""What else deals with a reason, besides a transaction that was finished: whoever repays asks no more what is owed."""

ORDER: Final = {reason: number for number, reason in enumerate(ContactReason)}


class Point(Struct, frozen=True):
    """What one thing adds to one reason."""

    reason: ContactReason
    weight: float
    of: Card | Alert

    @property
    def day(self) -> date | None:
        """The day that the thing is about; None where there is none."""
        return self.of.date if isinstance(self.of, Card) else self.of.effective_date

    @property
    def thing(self) -> str:
        """What tells the thing from all others of the overview."""
        return self.of.id if isinstance(self.of, Card) else f"{self.of.pattern} {self.of.label}"

    @property
    def rank(self) -> tuple[float, int, str, str]:
        """What evidence is compared by: the stronger first, then the newer, then by its words."""
        newer = -(self.day or date.min).toordinal()
        if isinstance(self.of, Card):
            return -round(self.weight, 9), newer, self.of.title, self.of.id
        return -round(self.weight, 9), newer, self.of.label, ""


def likely_reasons(
    cards: Iterable[Card], alerts: Iterable[Alert], desk: Desk, today: date
) -> tuple[LikelyReason, ...]:
    """Return the reasons for which there is any evidence, the likeliest first."""
    ruling = desk.policy.reasons
    points = weighed(signs_of(cards, ruling), alerts, ruling, today)
    scores = scored(points, ruling)
    total = fsum(scores.values()) + ruling.unexplained
    ranked = sorted(scores, key=lambda reason: (-round(scores[reason], 9), ORDER[reason]))
    return tuple(
        _likely(reason, scores[reason] / total, [one for one in points if one.reason is reason], desk, today)
        for reason in ranked
    )


def weighed(
    seen: Sequence[Seen], alerts: Iterable[Alert], ruling: ReasonPolicy, today: date
) -> tuple[Point, ...]:
    """Return what everything adds to the reasons, faded to today."""
    told = (*_of_signs(seen, ruling, today), *_of_alerts(alerts, ruling, today))
    left = tuple(_unsettled(told, seen, ruling.settled))
    points = (*left, *_pressed(left, seen, ruling, today))
    return tuple(one for one in points if one.weight > 0 and ruling.pull.get(one.reason.value, 1.0) > 0)


def scored(points: Iterable[Point], ruling: ReasonPolicy) -> dict[ContactReason, float]:
    """Return what the points of each reason come to, in any order: several that agree come to more than their sum."""
    of: dict[ContactReason, list[float]] = {}
    for one in points:
        of.setdefault(one.reason, []).append(log1p(one.weight))
    return {
        reason: (ruling.pull.get(reason.value, 1.0) * expm1(min(fsum(grown), MOST_GROWN))) ** ruling.sharpness
        for reason, grown in of.items()
    }


def faded(weight: float, half_life: float, days: int) -> float:
    """Return what is left of a weight so many days before or after its day; with a half-life of 0 all of it."""
    return weight if half_life == 0 else weight * 0.5 ** (abs(days) / half_life)


def _of_signs(seen: Iterable[Seen], ruling: ReasonPolicy, today: date) -> Iterator[Point]:
    factors = ruling.factor
    for one in seen:
        rule = ruling.of(one.sign.value)
        share = faded(factors.get(one.code, 1.0), rule.half_life, (today - one.day).days)
        for reason, weight in ((one.about, rule.about), (one.itself, rule.itself)):
            if reason is not None:
                yield Point(reason, weight * share, one.card)


def _of_alerts(alerts: Iterable[Alert], ruling: ReasonPolicy, today: date) -> Iterator[Point]:
    for alert in alerts:
        rule = ruling.alerts.get(alert.pattern)
        if rule is not None:
            days = (today - (alert.effective_date or today)).days
            yield Point(ContactReason[rule.reason], faded(rule.weight, rule.half_life, days), alert)


def _unsettled(told: Iterable[Point], seen: Iterable[Seen], share: float) -> Iterator[Point]:
    """Yield the points; of what was dealt with on a later day only a share is left."""
    settled: dict[ContactReason, date] = {}
    for one in seen:
        reason = one.about if one.sign is Sign.FINISHED else SETTLES.get(one.sign)
        if reason is not None:
            settled[reason] = max(one.day, settled.get(reason, one.day))
    for point in told:
        day = settled.get(point.reason)
        dealt_with = day is not None and point.day is not None and point.day < day
        yield replace(point, weight=point.weight * share) if dealt_with else point


def _pressed(
    told: Iterable[Point], seen: Iterable[Seen], ruling: ReasonPolicy, today: date
) -> Iterator[Point]:
    """Tell what the last attempt at a call adds: whatever was there by then weighs more, for it was tried for."""
    attempts = [one.card for one in seen if one.sign is Sign.NOT_HEARD]
    if not attempts:
        return
    last = max(attempts, key=lambda card: (card.date, card.latest_at, card.id))
    half_life = ruling.of(Sign.NOT_HEARD.value).half_life
    share = faded(ruling.insistence, half_life, (today - last.date).days)
    for one in told:
        by_then = one.day is None or one.day <= last.date
        if by_then and one.of is not last:
            yield Point(one.reason, one.weight * share, last)


def _likely(
    reason: ContactReason, share: float, points: Iterable[Point], desk: Desk, today: date
) -> LikelyReason:
    heaps: dict[str, list[Point]] = {}
    for one in points:
        heaps.setdefault(one.thing, []).append(one)
    merged = (replace(heap[0], weight=fsum(one.weight for one in heap)) for heap in heaps.values())
    strongest = sorted(merged, key=lambda one: one.rank)[:MOST_EVIDENCE]
    article = desk.policy.reasons.articles.get(reason.value)
    linked = [link for one in strongest if isinstance(one.of, Card) for link in one.of.knowledge]
    return LikelyReason(
        reason,
        desk.labels.reasons[reason.value],
        min(round(share, 2), MOST_CONFIDENT),
        tuple(_evidence(one.of, desk.labels, today) for one in strongest),
        once([*linked, *([article] if article is not None else [])]),
    )


def _evidence(of: Card | Alert, labels: Labels, today: date) -> Evidence:
    if not isinstance(of, Card):
        return Evidence(EvidenceKind.ALERT, of.label, of.effective_date, None)
    when = of.recency.label if of.recency is not None else in_words(of.date, today, labels)
    pattern = labels.reasons["card" if of.count == 1 else "cards"]
    return Evidence(
        EvidenceKind.CARD, pattern.format(what=of.title, count=of.count, when=when), of.date, of.id
    )
