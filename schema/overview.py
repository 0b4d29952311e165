"""The overview and its cards."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias, TypeVar

import strawberry

from resolvers import overview, sections
from resolvers.cards import card
from resolvers.cards.activity import CardGroup, Kind
from resolvers.cards.listing import activities_page
from resolvers.completeness import Completeness
from resolvers.sections import SectionState
from resolvers.viewing import ReadState, read_state
from schema.activity import Activity
from schema.alert import Alert
from schema.banner import Banner
from schema.call import IvrCard
from schema.colour import IconColour
from schema.connection import After, Connection, First
from schema.cost import asked, page
from schema.document import Document
from schema.indicator import ProfileIndicator
from schema.interaction import SourceRef
from schema.knowledge import KnowledgeLink
from schema.node import Info
from schema.reason import LikelyReason
from schema.recency import Recency
from schema.shown import PerViewer, argument, interface, show, shows, told, words
from schema.tag import STAFF
from sources.parts.interaction import Channel, Direction, Outcome

Day: TypeAlias = date  # the name of a field of Card, too

words(Kind, name="CardKind")
for word in (CardGroup, Completeness, SectionState):
    words(word)


@shows(sections.SectionStatus)
class SectionStatus:
    """What came of asking one source for its part of the overview."""

    source: str = told("The part of the customer's picture that the source tells, such as `debt`.")
    system: str = told("The name of the system that was asked.")
    status: SectionState = told("What came of it.")
    as_of: datetime | None = told("When the source was read; null where it gave nothing.")
    item_count: int | None = told("How many items its reading holds; null where it gave nothing.")
    truncated: bool = told("Whether older items than its reading holds fall into the window.")
    code: str | None = told("The error code, where it failed or was refused.")
    retry_after: int | None = told("In how many seconds to try again, where the source says.")


C = TypeVar("C", bound="Card")


@interface
class Card:
    """What happened of one activity on one local day, and how often. There is a type for each family of cards."""

    id: strawberry.ID = told("Stable for the same customer, kind, activity and day. Not a node id.")
    kind: Kind = told("What it counts.")
    group: CardGroup = told("The family it belongs to.")
    title: str = told("The activity; the location for a visit.")
    description: str | None = told("A short line that tells the content.")
    date: Day = told("The local day; for letters the issue date printed on them.")
    latest_at: datetime | None = told("When the newest activity happened.")
    count: int = told("How often it happened that day.")
    channel: Channel | None = told("The way it took; null for what happened inside the body.")
    direction: Direction = told("From whom to whom.")
    outcome: Outcome = told("What came of it; MIXED when the activities differ.")
    colour: IconColour = told("The colour of its icon.")
    recency: Recency | None = told(
        "How long ago, for the last seven days; null for older days and days to come."
    )
    pinned: bool = told("Whether it is a business imperative, shown before all others.")
    pin_reason: str | None = told("Why it is pinned.")
    expandable: bool = told("Whether there is more to see in its activities.")
    on_current_call: bool = told(
        "Whether it led to the call that the caller is in: a place in the queue, or a call back that was arranged.",
        directives=[STAFF],
    )
    source: SourceRef = told("Where its newest activity comes from.")
    knowledge: list[KnowledgeLink] = told("Articles that help with it; most cards have none.", size=2)
    document: Document | None = told(
        "The document of its newest activity that has one; null where there is none, as on all but correspondence."
    )

    @strawberry.field(
        description="Whether the viewer has opened the card's document: each viewer for themselves.",
        directives=[PerViewer()],
    )
    async def read_state(self, info: Info) -> ReadState:
        """Return whether the viewer has opened it."""
        shown: card.Card = show(self)
        return await read_state(info.context, shown.document, info.path.as_list())

    @strawberry.field(
        description="The activities of that day, newest first, ten at a time.", directives=[page()]
    )
    def activities(self, info: Info, first: First = 10, after: After = None) -> Connection[Activity]:
        """Return a page of the card's activities."""
        page: Connection[Activity] = show(activities_page(info.context, show(self), first, after))
        return page

    @staticmethod
    def resolve_type(shown: Any, *_: Any) -> str | None:
        """Return the name of the type that a card's group has, at once: the library would ask each type in turn."""
        found = CARD_TYPES.get(shown.group) if isinstance(shown, card.Card) else None
        return found.__name__ if found is not None else None


CARD_TYPES: dict[CardGroup, type[Card]] = {}
"""The type of each family."""


def family(group: CardGroup) -> Callable[[type[C]], type[C]]:
    """Declare the type that cards of a group have."""

    def declare(cls: type[C]) -> type[C]:
        CARD_TYPES[group] = shows(card.Card, when=lambda shown: shown.group is group)(cls)
        return cls

    return declare


@family(CardGroup.CORRESPONDENCE)
class CorrespondenceCard(Card):
    """Letters, e-mails, text messages or push notifications."""


@family(CardGroup.TELEPHONY)
class TelephonyCard(Card):
    """Calls, attempts at calls, or telephone self service."""


@family(CardGroup.DIGITAL)
class DigitalCard(Card):
    """Transactions in the online account or the app, or chats."""


@family(CardGroup.SERVICE_CENTRE)
class ServiceCentreCard(Card):
    """Visits to a service centre; the title is its location."""


@family(CardGroup.CASE_WORK)
class CaseWorkCard(Card):
    """Records that officers have to finish, notes, requests for a service, or forms."""


@family(CardGroup.APPOINTMENT)
class AppointmentCard(Card):
    """What became of appointments."""


@family(CardGroup.DEBT)
class DebtCard(Card):
    """A debt was raised, or an arrangement made, changed or broken."""


@family(CardGroup.OWNERSHIP)
class OwnershipCard(Card):
    """The customer was locked to an area, or ownership moved."""


@family(CardGroup.OTHER)
class OtherCard(Card):
    """Something of a kind that the gateway does not know."""


CardKinds = Annotated[list[Kind] | None, argument("Only cards of these kinds.")]
Likeliest = Annotated[int, argument("How many to give, 1 to 100, the likeliest first.")]
Channels = Annotated[list[Channel] | None, argument("Only cards of these channels.")]


@shows(overview.Overview)
class Overview:
    """What happened lately on every channel, what the customer was told, what is owed, and who owns the case."""

    generated_at: datetime = told("The moment for which everything in the overview was worked out.")
    fresh_until: datetime = told("Until when the answer counts as fresh; ask again after it.")
    completeness: Completeness = told("Whether everything that this caller may see is here.")
    restricted: bool = told(
        "Whether the record is restricted. Then there is a banner and nothing else, for everybody."
    )
    empty_message: str | None = told("What to say when there is no card; null when there is one.")
    sections: list[SectionStatus] = told(
        "What came of asking each source. Empty for a restricted record.", size=8
    )
    alerts: list[Alert] | None = told(
        "What to know before anything else: in the order of `AlertKind`, then the earliest first, whatever `since` is. "
        "What a source that failed, or that this caller may not see, would tell is missing; `sections` says so.",
        size=5,
    )
    profile_indicators: list[ProfileIndicator] | None = told(
        "What stands beside the customer's name: one of a kind at most, in the order of the kinds. A kind that the "
        "gateway does not know stands in `profile` only.",
        size=5,
    )
    banners: list[Banner] | None = told(
        "Lines across the top, in the order of their kinds; special ones in that of the policy. For staff: anybody "
        "else gets none.",
        size=3,
        directives=[STAFF],
    )
    knowledge: list[KnowledgeLink] | None = told(
        "Articles that help with the cards, pinned or not, in their order, each once.", size=2
    )
    resources: list[KnowledgeLink] | None = told("Where to read more, whoever the customer is.", size=5)
    smart_ivr: list[IvrCard] | None = told(
        "What the caller heard and answered before the current call was put through, in that order. For officers, in "
        "the Smart Centre's presentation, during a call; otherwise empty. Null where it is not known.",
        size=3,
        directives=[STAFF],
    )
    pinned: list[Card] | None = told(
        "Business imperatives, first. A card stands in one list alone: what is pinned is not among `cards`.",
        size=3,
    )

    @strawberry.field(
        description="Why the customer is probably in touch now, the likeliest first, whatever `since` is. Empty where "
        "nothing on the overview says anything. What this caller may not see, or a source that failed would tell, is "
        "not counted.",
        directives=[asked("first")],
    )
    def likely_reasons(self, first: Likeliest = 3) -> list[LikelyReason] | None:
        """Return the likeliest reasons."""
        built: overview.Overview = show(self)
        likeliest: list[LikelyReason] = show(built.likely_reasons(first))
        return likeliest

    @strawberry.field(
        description="The cards, newest day first. Later pages continue the same list, whatever arrives meanwhile.",
        directives=[page()],
    )
    def cards(
        self,
        kinds: CardKinds = None,
        channels: Channels = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Card]:
        """Return a page of the cards that are not pinned."""
        built: overview.Overview = show(self)
        page: Connection[Card] = show(built.cards(kinds, channels, first, after))
        return page
