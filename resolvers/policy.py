"""The policy: what the body that runs the gateway decided, as data. Loaded by the gateway, handed down as a value."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from resolvers.titles import normalised
from sources.crn import CrnScheme, Opaque, ServicesAustralia


class OnlineCards(Enum):
    """How online and app transactions are counted: a card per activity and day, or one card per day."""

    BY_ACTIVITY = "by_activity"
    BY_DAY = "by_day"


class CrnPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which numbers the body gives its customers."""

    scheme: str = "services-australia"
    strict: bool = False


class ReadingPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a history a reading holds."""

    months: int = 13
    items: int = 2000


class WindowPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days before today cards are shown; both end days are included (BR-CO-10)."""

    usual_days: int = 28
    longest_days: int = 396
    days: Mapping[str, int] = field(default_factory=lambda: {"SMS": 7, "PUSH_NOTIFICATION": 7})

    def of(self, kind: str) -> int:
        """Return the days of a card kind."""
        return self.days.get(kind, self.usual_days)


class CardPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which cards are shown and how. `phone_numbers` tells by activity code whether a telephone number was UPDATED or
    CONFIRMED."""

    off: tuple[str, ...] = ()
    online: OnlineCards = OnlineCards.BY_ACTIVITY
    pinned: Mapping[str, str] = field(default_factory=dict)
    phone_numbers: Mapping[str, str] = field(default_factory=dict)


ALERT_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "MISSED_APPOINTMENT": 14,
        "UPCOMING_APPOINTMENT": 7,
        "DEBT_ARRANGEMENT_ENDING": 14,
        "DEBT_ARRANGEMENT_ENDED": 28,
        "CLAIM_REJECTED": 28,
        "BENEFIT_SUSPENDED": 28,
        "BENEFIT_CANCELLED": 28,
    }
)
"""The days of the alerts that are shown for some days, unless the policy says otherwise (BR-CO-32 to BR-CO-40)."""


class AlertPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Which alerts are shown, and for how many days before or after what they are about.

    Of the alerts about debts exactly one is shown: the first of `debts` that applies (BR-CO-42). `re_engagement` are
    the reasons of appointments that take the place of a missed one, whatever their case and spacing.
    """

    off: tuple[str, ...] = ()
    debts: tuple[str, ...] = ("DEBT_ARRANGEMENT_ENDED", "DEBT_ARRANGEMENT_ENDING", "ACTIVE_DEBT")
    re_engagement: tuple[str, ...] = ("Re-engagement",)
    days: Mapping[str, int] = ALERT_DAYS

    def of(self, kind: str) -> int:
        """Return the days of an alert kind, 0 for one that is not counted in days."""
        return self.days.get(kind, ALERT_DAYS.get(kind, 0))


class AccessPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may open whose record, beyond scopes and restrictions.

    `conflicts` are the signs of a conflict of interest beside an officer's own and declared numbers; `temporary_days`
    is how long a temporary officer may be let in to a restricted record. `customers_an_hour` is how many customers an
    officer may open within an hour other than in an interaction (0: any number); an interaction excuses
    `customers_an_interaction`, and of an hour's interactions `interactions_an_hour` count. Broken glass lasts
    `break_glass_minutes` at most, and needs a log-in that is no older than `log_in_minutes`.
    """

    conflicts: tuple[str, ...] = ("relationship", "address")
    temporary_days: int = 7
    customers_an_hour: int = 120
    customers_an_interaction: int = 3
    interactions_an_hour: int = 60
    break_glass_minutes: int = 60
    break_glass_opens_restricted: bool = False
    log_in_minutes: int = 5


class SpecialBanner(Struct, frozen=True, forbid_unknown_fields=True):
    """A banner that the body puts up for some days (BR-CO-51): from `first` to `last`, both included.

    It stands above all customers, or, with `states` or `postcodes`, above those who live in one of these states or
    whose postcode begins like one of these.
    """

    text: str
    first: date = field(name="from")
    last: date = field(name="to")
    link: str | None = None
    states: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()


class TimelinePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How far one page of a timeline reaches: to so many related people beside the customer, and through so many items
    of a history for what its source cannot filter. `room` is for how many items that are not shown a page reads more
    of each history than it shows, and how many messages may stand in one minute without hiding their twins.
    """

    related: int = 4
    scanned: int = 1000
    room: int = 100


class LinkPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Where links of the policy may lead: hosts, each by its whole name."""

    hosts: tuple[str, ...] = ()


class KnowledgeLink(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an officer reads more: an article, by its number where it has one."""

    title: str
    url: str
    article_id: str | None = field(default=None, name="article")


class SignPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How much one kind of sign says: `about` for the reason that its code names, `itself` for the one that it is.

    After `half_life` days half of it is left; with 0 it does not fade.
    """

    about: float = 0.0
    itself: float = 0.0
    half_life: float = 0.0


class AlertSignPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How much an alert says for a reason, and how it fades away from the day that it is about."""

    reason: str
    weight: float
    half_life: float = 0.0


NO_SIGN: Final = SignPolicy()
"""How much a sign says of which the policy says nothing."""


class ReasonPolicy(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """How likely reasons are weighed. `alerts` go by the names of the alerts' labels.

    `codes` are, for each reason, the templates, activities, titles, types of contact and queues about it. `pull` is how
    often a reason brings people here, beside the others, and `factors` how much more or less one code says than its
    kind of sign; both are 1 unless told. `unexplained` is the weight of everything that leaves no trace,
    `sharpness` the power to which the points of a reason are raised, and `insistence` what an attempt at a call adds to
    what was there by then. Of what was dealt with since, the share `settled` is left.
    """

    unexplained: float = 1.0
    sharpness: float = 1.0
    insistence: float = 0.0
    settled: float = 1.0
    signs: Mapping[str, SignPolicy] = field(default_factory=dict)
    alerts: Mapping[str, AlertSignPolicy] = field(default_factory=dict)
    pull: Mapping[str, float] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    articles: Mapping[str, KnowledgeLink] = field(default_factory=dict)

    def of(self, sign: str) -> SignPolicy:
        """Return how much a kind of sign says."""
        return self.signs.get(sign, NO_SIGN)

    @cached_property
    def reasons(self) -> Mapping[str, str]:
        """The reason that each code is about, whatever its case and spacing."""
        return {normalised(code): reason for reason, about in self.codes.items() for code in about}

    @cached_property
    def factor(self) -> Mapping[str, float]:
        """How much more or less each code says, whatever its case and spacing."""
        return {normalised(code): factor for code, factor in self.factors.items()}


class RecencyLabels(Struct, frozen=True, forbid_unknown_fields=True):
    """How the age of something recent is said (BR-CO-26)."""

    today: str = "Just now"
    yesterday: str = "1 day ago"
    days: str = "{days} days ago"


class Labels(Struct, frozen=True, forbid_unknown_fields=True):
    """Every text that a person reads, in one language. `{…}` stands for what is filled in."""

    recency: RecencyLabels = RecencyLabels()
    overview: Mapping[str, str] = field(default_factory=dict)
    banners: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)
    appointments: Mapping[str, str] = field(default_factory=dict)
    ivr: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    debt: Mapping[str, str] = field(default_factory=dict)
    ownership: Mapping[str, str] = field(default_factory=dict)
    timeline: Mapping[str, str] = field(default_factory=dict)


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """The policy file. `knowledge` goes by card kind or activity code."""

    edition: str = "none"
    zone: str = "Australia/Sydney"
    crn: CrnPolicy = CrnPolicy()
    reading: ReadingPolicy = ReadingPolicy()
    windows: WindowPolicy = WindowPolicy()
    cards: CardPolicy = CardPolicy()
    alerts: AlertPolicy = AlertPolicy()
    access: AccessPolicy = AccessPolicy()
    reasons: ReasonPolicy = ReasonPolicy()
    timeline: TimelinePolicy = TimelinePolicy()
    links: LinkPolicy = LinkPolicy()
    banners: tuple[SpecialBanner, ...] = ()
    knowledge: Mapping[str, KnowledgeLink] = field(default_factory=dict)
    resources: tuple[KnowledgeLink, ...] = ()
    activities: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)

    @property
    def tz(self) -> ZoneInfo:
        """The zone of every local day."""
        return ZoneInfo(self.zone)


def crn_scheme(policy: CrnPolicy, *, refuse_invented: bool) -> CrnScheme:
    """Return the scheme that the policy names; raise `ValueError` for a name that is none."""
    if policy.scheme == ServicesAustralia.name:
        return ServicesAustralia(strict=policy.strict, refuse_invented=refuse_invented)
    if policy.scheme == Opaque.name:
        return Opaque(refuse_invented=refuse_invented)
    raise ValueError(
        f"crn.scheme is {policy.scheme!r}; it can be {ServicesAustralia.name!r} or {Opaque.name!r}"
    )
