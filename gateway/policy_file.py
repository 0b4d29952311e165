"""The policy and its labels, read from the files that ship or from the body's own."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Final, TypeVar
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from resolvers.alerts.debt import DEBT_ALERTS
from resolvers.alerts.notice import Matter
from resolvers.cards.activity import Kind, NumberChange
from resolvers.kinship import BEYOND_OWN
from resolvers.policy import (
    ALERT_DAYS,
    AccessPolicy,
    AlertPolicy,
    Labels,
    Policy,
    ReasonPolicy,
    TimelinePolicy,
    crn_scheme,
)
from resolvers.reasons import ContactReason, Sign
from resolvers.titles import normalised

T = TypeVar("T")
MOST_DAYS = 3660
MOST_WEIGHT = 1000
MOST_SHARPNESS = 10

ALERT_LABELS: Final = {*Matter.__members__, "CLAIM_ON_HOLD"}
"""What alerts are told apart by, to a likely reason."""

LINK: Final = re.compile(r"https://([a-z0-9.-]+)(?:[/?#][!#-;=?-\[\]-~]*)?")
"""A link that leads where it seems to: its host ends where a path begins, and nothing in it ends an attribute."""


class BadPolicyError(ValueError):
    """A policy or labels file cannot be used; the message says which and where."""


def policy(own: Path | None = None) -> Policy:
    """Return the policy; raise `BadPolicyError`."""
    ruling = _read(own, "policy.toml", Policy)
    try:
        ruling.tz  # noqa: B018  # a zone that is none would fail every request
        crn_scheme(ruling.crn, refuse_invented=False)
    except ZoneInfoNotFoundError:
        raise BadPolicyError(f"{own}: zone is no time zone") from None
    except (OSError, ValueError) as error:
        raise BadPolicyError(f"{own}: {error}") from None
    _check_access(own, ruling.access)
    _check_alerts(own, ruling.alerts)
    _check_numbers(own, ruling)
    _check_timeline(own, ruling.timeline)
    _check_banners(own, ruling)
    _check_reasons(own, ruling.reasons)
    for place, named in (("cards.off", ruling.cards.off), ("cards.pinned", ruling.cards.pinned)):
        if unknown := set(named) - set(Kind.__members__):
            raise BadPolicyError(f"{own}: {place} names {', '.join(sorted(unknown))}, which is no card kind")
    return ruling


def _check_access(own: Path | None, ruling: AccessPolicy) -> None:
    if unknown := set(ruling.conflicts) - set(BEYOND_OWN):
        known = " and ".join(BEYOND_OWN)
        named = ", ".join(sorted(unknown))
        raise BadPolicyError(f"{own}: access.conflicts names {named}; there are {known}")
    for name, value in msgspec.structs.asdict(ruling).items():
        if isinstance(value, int) and value < 0:
            raise BadPolicyError(f"{own}: access.{name} is less than 0")


def _check_timeline(own: Path | None, ruling: TimelinePolicy) -> None:
    for name, least in (("related", 0), ("scanned", 1), ("room", 1)):
        if getattr(ruling, name) < least:
            raise BadPolicyError(f"{own}: timeline.{name} is less than {least}")


def _check_alerts(own: Path | None, ruling: AlertPolicy) -> None:
    if unknown := set(ruling.off) - set(Matter.__members__):
        raise BadPolicyError(f"{own}: alerts.off names {', '.join(sorted(unknown))}, which is no alert kind")
    if unknown := set(ruling.days) - set(ALERT_DAYS):
        named = ", ".join(sorted(unknown))
        raise BadPolicyError(
            f"{own}: alerts.days names {named}, which is no alert kind that is shown for days"
        )
    for name, days in ruling.days.items():
        if not 0 <= days <= MOST_DAYS:
            raise BadPolicyError(f"{own}: alerts.days.{name} is not between 0 and {MOST_DAYS}")
    about_debts = sorted(declared.kind.value for declared in DEBT_ALERTS)
    if sorted(ruling.debts) != about_debts:
        raise BadPolicyError(f"{own}: alerts.debts names each of {', '.join(about_debts)} once")


def _check_numbers(own: Path | None, ruling: Policy) -> None:
    told = {NumberChange.UPDATED.value, NumberChange.CONFIRMED.value}
    for code, word in ruling.cards.phone_numbers.items():
        if word not in told:
            raise BadPolicyError(f"{own}: cards.phone_numbers.{code} is neither UPDATED nor CONFIRMED")


def _check_reasons(own: Path | None, ruling: ReasonPolicy) -> None:
    for place, named, known, what in (
        ("signs", ruling.signs, Sign.__members__, "sign"),
        ("alerts", ruling.alerts, ALERT_LABELS, "alert"),
        ("alerts", [one.reason for one in ruling.alerts.values()], ContactReason.__members__, "reason"),
        ("pull", ruling.pull, ContactReason.__members__, "reason"),
        ("codes", ruling.codes, ContactReason.__members__, "reason"),
        ("articles", ruling.articles, ContactReason.__members__, "reason"),
    ):
        if unknown := set(named) - set(known):
            raise BadPolicyError(
                f"{own}: reasons.{place} names {', '.join(sorted(unknown))}, which is no {what}"
            )
    codes = Counter(normalised(code) for about in ruling.codes.values() for code in about)
    if twice := sorted(code for code, count in codes.items() if count > 1):
        raise BadPolicyError(f"{own}: reasons.codes names {', '.join(twice)} more than once")
    for place, number in _weights(ruling):
        if not 0 <= number <= MOST_WEIGHT:
            raise BadPolicyError(f"{own}: reasons.{place} is not between 0 and {MOST_WEIGHT}")
    if ruling.unexplained == 0:
        raise BadPolicyError(f"{own}: reasons.unexplained is 0, as if everything left a trace")
    if not 0.1 <= ruling.sharpness <= MOST_SHARPNESS:
        raise BadPolicyError(f"{own}: reasons.sharpness is not between 0.1 and {MOST_SHARPNESS}")


def _weights(ruling: ReasonPolicy) -> Iterator[tuple[str, float]]:
    """Yield the place of each number, and the number."""
    for name in ("unexplained", "sharpness", "insistence", "settled"):
        yield name, getattr(ruling, name)
    for place, weights in (("pull", ruling.pull), ("factors", ruling.factors)):
        for name, weight in weights.items():
            yield f"{place}.{name}", weight
    for place, rules in (("signs", ruling.signs), ("alerts", ruling.alerts)):
        for name, rule in rules.items():
            for field, value in msgspec.structs.asdict(rule).items():
                if isinstance(value, float):
                    yield f"{place}.{name}.{field}", value


def _check_banners(own: Path | None, ruling: Policy) -> None:
    for number, banner in enumerate(ruling.banners, 1):
        if not banner.text.strip():
            raise BadPolicyError(f"{own}: banner {number} says nothing")
        if banner.last < banner.first:
            raise BadPolicyError(f"{own}: banner {number} ends before it begins")
        if "" in {*banner.states, *banner.postcodes}:
            raise BadPolicyError(
                f"{own}: banner {number} is for a state or postcode without a letter or digit"
            )
    for place, link in _links(ruling):
        told = LINK.fullmatch(link)
        if told is None:
            raise BadPolicyError(f"{own}: {place} is no https link to a host by its name")
        if told[1] not in ruling.links.hosts:
            raise BadPolicyError(f"{own}: {place} leads to {told[1]}, which links.hosts does not name")


def _links(ruling: Policy) -> Iterator[tuple[str, str]]:
    """Yield the place of each link, and the link."""
    for number, banner in enumerate(ruling.banners, 1):
        if banner.link is not None:
            yield f"the link of banner {number}", banner.link
    for code, article in ruling.knowledge.items():
        yield f"knowledge.{code}", article.url
    for reason, article in ruling.reasons.articles.items():
        yield f"reasons.articles.{reason}", article.url
    for number, article in enumerate(ruling.resources, 1):
        yield f"resource {number}", article.url


def labels(own: Path | None = None) -> Labels:
    """Return the labels, in English unless the body has its own; raise `BadPolicyError`."""
    english = _read(None, "labels.en.toml", Labels)
    if own is None:
        return english
    words = _read(own, "labels.en.toml", Labels)
    for group, told in msgspec.to_builtins(english).items():
        theirs = msgspec.to_builtins(words)[group]
        for name, pattern in told.items():
            if name not in theirs:
                raise BadPolicyError(f"{own}: {group}.{name} is missing")
            if not _blanks(theirs[name]) <= _blanks(pattern):
                raise BadPolicyError(f"{own}: {group}.{name} has a blank that nothing fills")
    return words


def _blanks(pattern: str) -> set[str]:
    try:
        return {blank for _, blank, _, _ in Formatter().parse(pattern) if blank is not None}
    except ValueError:
        return {pattern}  # braces that do not close


def _read(own: Path | None, shipped: str, shape: type[T]) -> T:
    try:
        text = (
            own.read_text("utf-8")
            if own is not None
            else files("policy").joinpath(shipped).read_text("utf-8")
        )
        return msgspec.toml.decode(text, type=shape)
    except (OSError, ValueError) as error:
        raise BadPolicyError(f"{own or shipped}: {error}") from error
