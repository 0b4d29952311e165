"""Banners: lines across the top of an overview (BR-CO-51, BR-CO-52)."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from resolvers.caller import Presentation
from resolvers.cards.activity import Desk
from resolvers.policy import Labels, SpecialBanner
from sources.parts import Customer
from sources.words import Word


class BannerKind(Word):
    """What a banner warns of. Banners stand in this order."""

    RESTRICTED_ACCESS = "RESTRICTED_ACCESS", "The record is restricted."
    DISPLAY_ON_ACCESS = (
        "DISPLAY_ON_ACCESS",
        "There are notes that must be read before the customer is dealt with; what they say stands elsewhere.",
    )
    MANAGED_SERVICE_PLAN = (
        "MANAGED_SERVICE_PLAN",
        "A plan limits how the customer is dealt with; what it says stands elsewhere. Smart Centre only.",
    )
    SPECIAL = "SPECIAL", "Something that the body wants officers to know for some days."


class Banner(Struct, frozen=True):
    """A line across the top of the overview. Of a special one, both its days are included."""

    kind: BannerKind
    text: str
    link: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


SHOWN_IN: Final[Mapping[Presentation, frozenset[BannerKind]]] = MappingProxyType(
    {
        Presentation.SMART_CENTRE: frozenset(BannerKind),
        Presentation.SERVICE_CENTRE: frozenset(BannerKind) - {BannerKind.MANAGED_SERVICE_PLAN},
    }
)
"""Which banners each presentation shows. A restricted record looks the same in all."""


def restricted_banner(labels: Labels) -> Banner:
    """Return the one banner of a restricted record."""
    return _told(BannerKind.RESTRICTED_ACCESS, labels)


def banners_over(
    record: Customer | None, desk: Desk, today: date, presentation: Presentation
) -> tuple[Banner, ...]:
    """Return the banners over an open record, in the order of their kinds; special ones in that of the policy."""
    shown = SHOWN_IN[presentation]
    return tuple(one for one in _all(record, desk, today) if one.kind in shown)


def _all(record: Customer | None, desk: Desk, today: date) -> Iterator[Banner]:
    if record is not None and record.display_on_access:
        yield _told(BannerKind.DISPLAY_ON_ACCESS, desk.labels)
    if record is not None and record.managed_service_plan:
        yield _told(BannerKind.MANAGED_SERVICE_PLAN, desk.labels)
    for one in desk.policy.banners:
        if one.first <= today <= one.last and _concerns(one, record):
            yield Banner(BannerKind.SPECIAL, one.text, one.link, one.first, one.last)


def _concerns(banner: SpecialBanner, record: Customer | None) -> bool:
    """Tell whether a special banner is for this customer: it is not, where its place is asked for and not known."""
    if not banner.states and not banner.postcodes:
        return True
    lives = next(iter(record.homes), None) if record is not None else None
    if lives is None:
        return False
    state, postcode = (lives.state or "").casefold(), (lives.postcode or "").strip()
    return state in {one.casefold() for one in banner.states} or postcode.startswith(banner.postcodes)


def _told(kind: BannerKind, labels: Labels) -> Banner:
    return Banner(kind, labels.banners[kind.value])
