"""The overview of a customer: the alerts and cards that could be built, and what is missing, honestly."""

from collections.abc import Callable, Collection, Hashable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from resolvers.alerts import ALERT_KINDS
from resolvers.alerts.alert import Alert
from resolvers.banner import Banner, banners_over, restricted_banner
from resolvers.board import NEEDED, Board, board_of, shown_cards
from resolvers.call import CallContext, checked
from resolvers.caller import Presentation
from resolvers.cards.activity import CardKind, Desk, Kind
from resolvers.cards.card import Card
from resolvers.cards.listing import CardsAsked, first_day
from resolvers.completeness import Completeness, completeness_of, fresh_until
from resolvers.customer import Picture
from resolvers.indicator import ProfileIndicator, profile_indicators
from resolvers.knowledge import once
from resolvers.manner import manner_of
from resolvers.paging import Connection, check_first
from resolvers.policy import KnowledgeLink
from resolvers.reasons import LikelyReason
from resolvers.refusal import Refusal, bad_input
from resolvers.scope import Failure, Scope
from resolvers.sections import ANSWERED, SectionState, SectionStatus, section_status
from resolvers.smart_ivr import IvrCard, ivr_cards
from sources.errors import Fault
from sources.parts import CUSTOMER, INTERACTION, Part
from sources.parts.interaction import Channel
from sources.source import NothingKnown, Reading

T = TypeVar("T")

OVERVIEW_PARTS: tuple[Part[Any], ...] = (CUSTOMER, *NEEDED)


class View(Struct, frozen=True):
    """How an overview is asked for: from which day on (None for the rule), where it is looked at, and in which call."""

    since: date | None
    presentation: Presentation
    call: CallContext | None = None


class Overview:
    """What an officer sees of a customer first: a board, and what came of asking each source. `activities` is what its
    cards are counted from."""

    sections: tuple[SectionStatus, ...]
    alerts: tuple[Alert, ...]
    restricted: bool
    generated_at: datetime
    fresh_until: datetime
    completeness: Completeness

    def __init__(
        self,
        picture: Picture,
        view: View,
        board: Board,
        sections: tuple[SectionStatus, ...] = (),
    ) -> None:
        self.picture = picture
        self._view = view
        self._scope = picture.scope
        self._board = board
        self.sections = sections
        self.alerts = board.alerts
        self.activities = board.activities
        self.restricted = picture.restricted
        self.generated_at = self._scope.now
        self.fresh_until = fresh_until(picture, sections)
        self.completeness = completeness_of(sections)

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
        return profile_indicators(record, self._desk, self._scope.today, self._view.presentation)

    @property
    def banners(self) -> tuple[Banner, ...]:
        """The lines across the top; for officers only. Raises what keeps the customer's record away."""
        if self.restricted:
            return (restricted_banner(self._scope.labels),)
        if not self._scope.caller.is_staff:
            return ()
        record = self.picture.record(CUSTOMER)
        return banners_over(record, self._desk, self._scope.today, self._view.presentation)

    @property
    def knowledge(self) -> tuple[KnowledgeLink, ...]:
        """The articles that help with its cards, in the order of the cards, each once (BR-CO-25)."""
        return once(link for card in self._board.cards.all for link in card.knowledge)

    @property
    def resources(self) -> tuple[KnowledgeLink, ...]:
        """What the policy puts beside every overview that is not restricted."""
        return () if self.restricted else self._scope.policy.resources

    @property
    def empty_message(self) -> str | None:
        """What to say when nothing is in the window (BR-CO-4); None when that is not known, or may not be told."""
        nothing = (
            not self.restricted
            and not self._board.cards.all
            and self.completeness is not Completeness.PARTIAL
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
        return self._made(("reasons", first), lambda: self._board.likely_reasons[:first] or None) or ()

    @property
    def pinned(self) -> tuple[Card, ...]:
        """The business imperatives, in order. A card is here or in `cards`, never in both."""
        return tuple(card for card in self._board.cards.all if card.pinned)

    def cards(
        self,
        kinds: Collection[Kind] | None,
        channels: Collection[Channel] | None,
        first: int,
        after: str | None,
    ) -> Connection[Card]:
        """Return a page of the cards that are not pinned."""
        answered = tuple(section.source for section in self.sections if section.status in ANSWERED)
        asked = CardsAsked(frozenset(kinds or ()), frozenset(channels or ()), first, after, answered)
        return self._made(asked, lambda: self._board.cards.page(asked))

    @property
    def _desk(self) -> Desk:
        return manner_of(self._scope, now=self._scope.now).desk

    def _made(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made of the board, or was made of the very same: a piece of answers, which is written once."""
        pieces = self._scope.pieces
        if pieces is None or not self._board.remembered:
            return make()
        return pieces.made(self._board, key, make)


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
    outcome = None if picture.restricted else picture.outcome(INTERACTION)
    return isinstance(outcome, Reading | NothingKnown) and outcome.read_at < moment


def failures(overview: Overview, path: Collection[str | int]) -> list[Failure]:
    """Return what failed beneath an overview: one for each section, so that it is told among the errors too."""
    picture = overview.picture
    parts = () if picture.restricted else OVERVIEW_PARTS
    faults = [outcome for part in parts if isinstance(outcome := picture.outcome(part), Fault)]
    gaps = [gap for part in parts for gap in picture.gaps(part)]
    return [Failure(tuple(path), fault) for fault in (*faults, *gaps)]


def _worked_out(picture: Picture, view: View) -> Overview:
    board = board_of(picture, view.since, view.call)
    if picture.restricted:
        return Overview(picture, view, board)
    policy = picture.scope.policy
    told = {part.name for one in ALERT_KINDS if one.kind.value not in policy.alerts.off for part in one.needs}
    fed: dict[str, list[CardKind]] = {part.name: [] for part in OVERVIEW_PARTS}
    for shown in shown_cards(policy):
        for part in shown.needs:
            fed[part.name].append(shown)
    sections = tuple(
        [_section(picture, part, fed[part.name], part.name in told, view.since) for part in OVERVIEW_PARTS]
    )
    return Overview(picture, view, board, sections)


def _check_window(scope: Scope, since: date | None) -> None:
    longest = scope.policy.windows.longest_days
    if since is not None and since > scope.today:
        raise bad_input("`since` is a day to come.")
    if since is not None and since < scope.today - timedelta(days=longest):
        raise bad_input(f"`since` can reach back {longest} days at most.")


def _section(
    picture: Picture,
    part: Part[Any],
    shown: Collection[CardKind],
    alerts: bool,
    since: date | None,
) -> SectionStatus:
    scope = picture.scope
    if not shown and not alerts and part is not CUSTOMER:
        return SectionStatus(part.name, scope.loaders.system(part), SectionState.NOT_REQUESTED)
    first = date.min  # to an alert what is old counts as much as what is new
    if not alerts:
        days = [first_day(scope.policy, one.kind, scope.today, since) for one in shown]
        first = min(days, default=scope.today)
    found = picture.found(part) if part.name in picture.decision.parts else None
    return section_status(scope, part, found, first)
