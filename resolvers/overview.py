"""The overview of a customer: the alerts and cards that could be built, and what is missing, honestly.

Pure: made from the picture, the policy and one `now`.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from resolvers.alerts import ALERT_KINDS, AlertKind
from resolvers.alerts.alert import Alert, alerts
from resolvers.banner import Banner, banners_over, restricted_banner
from resolvers.call import CallContext, checked, without_current
from resolvers.caller import Presentation
from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardKind, Desk, Kind, Readings
from resolvers.cards.card import Card
from resolvers.cards.listing import CardList, desk_of, first_day
from resolvers.completeness import Completeness, completeness_of, fresh_until
from resolvers.customer import Picture
from resolvers.indicator import ProfileIndicator, profile_indicators
from resolvers.knowledge import once
from resolvers.medicare import without_medicare
from resolvers.paging import Connection, check_first
from resolvers.policy import KnowledgeLink
from resolvers.reasons import LikelyReason, likely_reasons
from resolvers.refusal import Refusal, bad_input
from resolvers.scope import Failure, Scope
from resolvers.sections import ANSWERED, SectionState, SectionStatus, section_status
from resolvers.smart_ivr import IvrCard, ivr_cards
from sources.errors import Fault
from sources.parts import CUSTOMER, INTERACTION, PARTS, Part
from sources.source import NothingKnown, Reading

_CARDS = {part for declared in CARD_KINDS for part in declared.needs}
_ALERTS = {part for declared in ALERT_KINDS for part in declared.needs}
NEEDED: tuple[Part[Any], ...] = tuple(part for part in PARTS if part in _CARDS | _ALERTS)
OVERVIEW_PARTS: tuple[Part[Any], ...] = (CUSTOMER, *NEEDED)


class View(Struct, frozen=True):
    """How an overview is asked for: from which day on (None for the rule), where it is looked at, and in which call."""

    since: date | None
    presentation: Presentation
    call: CallContext | None = None


class Overview:
    """What an officer sees of a customer first. `activities` is what its cards are counted from."""

    generated_at: datetime
    fresh_until: datetime
    completeness: Completeness
    restricted: bool
    sections: tuple[SectionStatus, ...]
    alerts: tuple[Alert, ...]

    def __init__(
        self,
        picture: Picture,
        view: View,
        sections: tuple[SectionStatus, ...] = (),
        alerts: tuple[Alert, ...] = (),
        activities: tuple[Activity, ...] = (),
    ) -> None:
        self.picture = picture
        self._view = view
        self._scope = picture.scope
        self.activities = activities
        self.sections = sections
        self.alerts = alerts
        self.restricted = picture.restricted
        self.generated_at = self._scope.now
        self.fresh_until = fresh_until(picture, sections)
        self.completeness = completeness_of(sections)
        answered = tuple(section.source for section in sections if section.status in ANSWERED)
        self._cards = CardList(
            self._scope, picture.number, view.since, activities, answered, _desk(self._scope, view)
        )

    @property
    def in_call(self) -> bool:
        """Whether it was asked for in a call."""
        return self._view.call is not None

    @property
    def profile_indicators(self) -> tuple[ProfileIndicator, ...]:
        """What stands beside the customer's name (BR-CO-50); raises what keeps the customer's record away."""
        record = None if self.restricted else self.picture.record(CUSTOMER)
        if record is None:
            return ()
        return profile_indicators(record, desk_of(self._scope), self._scope.today, self._view.presentation)

    @property
    def banners(self) -> tuple[Banner, ...]:
        """The lines across the top; for officers only. Raises what keeps the customer's record away."""
        if self.restricted:
            return (restricted_banner(self._scope.labels),)
        if not self._scope.caller.is_staff:
            return ()
        record = self.picture.record(CUSTOMER)
        return banners_over(record, desk_of(self._scope), self._scope.today, self._view.presentation)

    @property
    def knowledge(self) -> tuple[KnowledgeLink, ...]:
        """The articles that help with its cards, in the order of the cards, each once (BR-CO-25)."""
        return once(link for card in self._cards.all for link in card.knowledge)

    @property
    def resources(self) -> tuple[KnowledgeLink, ...]:
        """What the policy puts beside every overview that is not restricted."""
        return () if self.restricted else self._scope.policy.resources

    @property
    def empty_message(self) -> str | None:
        """What to say when nothing is in the window (BR-CO-4); None when that is not known, or may not be told."""
        nothing = (
            not self.restricted and not self._cards.all and self.completeness is not Completeness.PARTIAL
        )
        return self._scope.labels.overview["nothing_recent"] if nothing else None

    @property
    def smart_ivr(self) -> tuple[IvrCard, ...]:
        """What the caller heard and answered before this call was put through; for officers of the Smart Centre.

        Raises what keeps the interactions away: nobody knows then what was asked.
        """
        view = self._view
        if (
            self.restricted
            or view.call is None
            or view.presentation is not Presentation.SMART_CENTRE
            or not self._scope.caller.is_staff
        ):
            return ()
        told = ivr_cards(self.picture.record(INTERACTION), view.call, self._scope.labels)
        if not told and self.picture.unread is not None:
            raise self.picture.unread  # what was read before the call tells nothing of it
        return told

    def likely_reasons(self, first: int) -> tuple[LikelyReason, ...]:
        """Return why the customer is probably in touch, the likeliest first, whatever window the cards have."""
        check_first(first)
        desk = _desk(self._scope, self._view)
        return likely_reasons(self._cards.usual, self.alerts, desk, self._scope.today)[:first]

    @property
    def pinned(self) -> tuple[Card, ...]:
        """The business imperatives, in order. A card is here or in `cards`, never in both."""
        return tuple(card for card in self._cards.all if card.pinned)

    def cards(
        self, kinds: Collection[Kind] | None, channels: Collection[Enum] | None, first: int, after: str | None
    ) -> Connection[Card]:
        """Return a page of the cards that are not pinned."""
        return self._cards.page(kinds, channels, first, after)


def overview(
    picture: Picture,
    since: date | None,
    presentation: Presentation | None = None,
    call: CallContext | None = None,
) -> Overview:
    """Return the overview of a customer, in the caller's own presentation unless another is asked for.

    A restricted record shows its banner and nothing else, to everybody and in both presentations. Raise the refusal.
    """
    if not picture.decision.shows_overview:
        raise Refusal("FORBIDDEN_FIELD")
    scope = picture.scope
    _check_window(scope, since)
    call = checked(call, scope.now) if call is not None else None
    view = View(since, presentation or scope.caller.presentation, call)
    key = (picture.number, view)
    if key not in scope.worked_out:
        scope.worked_out[key] = _worked_out(picture, view)
    found: Overview = scope.worked_out[key]
    return found


async def overview_during(
    picture: Picture, since: date | None, presentation: Presentation | None, call: CallContext | None
) -> Overview:
    """Return the overview as `overview` does; for staff, what was read before the call was answered is read anew first.

    Only then it can tell what the caller was asked in it. What cannot be read again is shown as it was, as stale.
    """
    call = call or picture.call
    call = checked(call, picture.scope.now) if call is not None else None
    staff = picture.scope.caller.is_staff  # nobody else is told what was asked, or may go past what is kept
    if (
        staff
        and call is not None
        and call.answered_at is not None
        and _was_read_before(picture, call.answered_at)
    ):
        found = await picture.scope.loaders.renew(picture.number, INTERACTION, call.answered_at)
        unread = found.value if found is not None and isinstance(found.value, Fault) else None
        if unread is not None:
            found = replace(picture.found(INTERACTION), stale=True)
        picture = picture.renewed(INTERACTION, found, unread) if found is not None else picture
    return overview(picture, since, presentation, call)


def _was_read_before(picture: Picture, moment: datetime) -> bool:
    outcome = None if picture.restricted else _outcome(picture, INTERACTION)
    return isinstance(outcome, Reading | NothingKnown) and outcome.read_at < moment


def failures(overview: Overview, path: Collection[str | int]) -> list[Failure]:
    """Return what failed beneath an overview: one for each section, so that it is told among the errors too."""
    picture = overview.picture
    parts = () if picture.restricted else OVERVIEW_PARTS
    faults = [outcome for part in parts if isinstance(outcome := _outcome(picture, part), Fault)]
    gaps = [gap for part in parts for gap in picture.gaps(part)]
    return [Failure(tuple(path), fault) for fault in (*faults, *gaps)]


def _worked_out(picture: Picture, view: View) -> Overview:
    if picture.restricted:
        return Overview(picture, view)
    policy, desk = picture.scope.policy, _desk(picture.scope, view)
    shown = [declared for declared in CARD_KINDS if declared.kind.value not in policy.cards.off]
    told = [declared for declared in ALERT_KINDS if declared.kind.value not in policy.alerts.off]
    readings = _readings(picture)
    return Overview(
        picture,
        view,
        tuple(_section(picture, part, shown, told, view.since) for part in OVERVIEW_PARTS),
        alerts=alerts(told, readings, desk, picture.scope.today),
        activities=without_current(_activities(readings, shown, desk), view.call),
    )


def _desk(scope: Scope, view: View) -> Desk:
    return desk_of(scope, view.call.call_id if view.call is not None else None)


def _check_window(scope: Scope, since: date | None) -> None:
    longest = scope.policy.windows.longest_days
    if since is not None and since > scope.today:
        raise bad_input("`since` is a day to come.")
    if since is not None and since < scope.today - timedelta(days=longest):
        raise bad_input(f"`since` can reach back {longest} days at most.")


def _readings(picture: Picture) -> Readings:
    outcomes = {part.name: _outcome(picture, part) for part in NEEDED}
    return Readings(
        {name: outcome.record for name, outcome in outcomes.items() if isinstance(outcome, Reading)}
    )


def _activities(readings: Readings, shown: Collection[CardKind], desk: Desk) -> tuple[Activity, ...]:
    mark = desk.labels.overview["medicare_number"]
    return tuple(
        without_medicare(activity, mark)
        for declared in shown
        if any(part.name in readings.records for part in declared.needs)
        for activity in declared.build(readings, desk)
    )


def _outcome(picture: Picture, part: Part[Any]) -> Any:
    return picture.found(part).value if part.name in picture.decision.parts else None


def _section(
    picture: Picture,
    part: Part[Any],
    shown: Collection[CardKind],
    told: Collection[AlertKind],
    since: date | None,
) -> SectionStatus:
    scope = picture.scope
    fed = [first_day(scope, one.kind, scope.today, since) for one in shown if part in one.needs]
    if any(part in one.needs for one in told):
        fed.append(date.min)  # to an alert what is old counts as much as what is new
    if part is not CUSTOMER and not fed:
        return SectionStatus(part.name, scope.loaders.system(part), SectionState.NOT_REQUESTED)
    found = picture.found(part) if part.name in picture.decision.parts else None
    return section_status(scope, part, found, min(fed, default=scope.today))
