"""The customer: where every query starts. Each section comes from the module of its own noun."""

from datetime import date
from typing import Annotated, Any

import strawberry

from resolvers import overview as cards
from resolvers.customer import Picture
from resolvers.debt import debt_account
from resolvers.histories import history_page, narrowed
from resolvers.timeline import TIMELINE_PARTS, Asked, timeline
from schema.call import CallArgument
from schema.connection import After, Connection, First
from schema.correspondence import Correspondence, CorrespondenceFilter, CorrespondenceFilterArgument
from schema.cost import page, weight
from schema.debt import DebtAccount, DebtStatuses
from schema.entitlement import Entitlements
from schema.interaction import Interaction, InteractionFilter, InteractionFilterArgument
from schema.node import Info, Node
from schema.overview import Overview
from schema.ownership import Ownership
from schema.presentation import PresentationArgument
from schema.profile import Identifier, Profile, Relationship
from schema.shown import PARTS, PerViewer, argument, show, shows, told, words
from schema.tag import PARTNER
from schema.timeline import TimelineConnection, TimelineFilterArgument
from sources.crn import Crn
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, ENTITLEMENT, INTERACTION, OWNERSHIP
from sources.parts.customer import RecordFlag, RecordType

for word in (RecordType, RecordFlag):
    words(word)

Since = Annotated[
    date | None,
    argument(
        "The first day to show, instead of the rule's 28 days (7 for SMS and push); bounded by the policy."
    ),
]


def _given(filter: InteractionFilter | CorrespondenceFilter | None) -> dict[str, Any]:
    return vars(filter) if filter is not None else {}


@shows(Picture)
class Customer(Node):
    """A customer, as far as this caller may see them. A section that fails is null, with one error at its path."""

    id: strawberry.ID = told("The opaque, stable id.", directives=[PARTNER])
    crn: Crn | None = told(
        "The customer reference number; null for a caller without the scope `crn:read`.", directives=[PARTNER]
    )
    crn_warning: str | None = told(
        "CHECK_LETTER_MISMATCH when the letter does not belong to the digits, FORM_MISMATCH for another form.",
        directives=[PARTNER],
    )
    record_type: RecordType | None = told(
        "What kind of record the number stands for.", parts=[CUSTOMER], directives=[PARTNER]
    )
    record_flags: list[RecordFlag] | None = told(
        "What is to be known about the record itself.", parts=[CUSTOMER], directives=[PARTNER]
    )
    identifiers: list[Identifier] | None = told(
        "Other numbers that lead to this customer.", parts=[CUSTOMER], directives=[PARTNER], size=5
    )
    relationships: list[Relationship] | None = told(
        "Customers who belong to this one.", parts=[CUSTOMER], directives=[PARTNER], size=5
    )
    profile: Profile | None = told(
        "Names, contact points, addresses, representatives, preferences and indicators.",
        parts=[CUSTOMER],
        directives=[PARTNER],
    )
    entitlements: Entitlements | None = told(
        "Claims, benefits, reports, appointments.", parts=[ENTITLEMENT], directives=[PARTNER]
    )
    ownership: Ownership | None = told(
        "Lock, cases, issues and transfers; for staff only.", parts=[OWNERSHIP]
    )

    @strawberry.field(
        description="What happened lately, what the customer was told, what is owed, who owns the case.",
        metadata={PARTS: cards.OVERVIEW_PARTS},
        directives=[PerViewer(), weight(10), PARTNER],
    )
    async def overview(
        self,
        info: Info,
        presentation: PresentationArgument = None,
        call: CallArgument = None,
        since: Since = None,
    ) -> Overview | None:
        """Return the overview; what failed beneath it is told among the errors, too."""
        given = call.given() if call is not None else None
        built: Overview = show(await cards.overview_during(show(self), since, presentation, given))
        info.context.failures.extend(cards.failures(show(built), info.path.as_list()))
        return built

    @strawberry.field(
        description="Everything that happened, whichever channel it took and source tells it, newest first, each once.",
        metadata={PARTS: TIMELINE_PARTS},
        directives=[PerViewer(), weight(5), page("edges", "days"), PARTNER],
    )
    async def timeline(
        self, info: Info, filter: TimelineFilterArgument = None, first: First = 20, after: After = None
    ) -> TimelineConnection | None:
        """Return a page of the timeline; what failed beneath it is told among the errors, too."""
        asked = filter.given() if filter is not None else Asked()
        page: TimelineConnection = show(await timeline(show(self), asked, first, after, info.path.as_list()))
        return page

    @strawberry.field(
        description="What happened between the customer and the body, newest first.",
        metadata={PARTS: (INTERACTION,)},
        directives=[page(), PARTNER],
    )
    def interactions(
        self, info: Info, filter: InteractionFilterArgument = None, first: First = 20, after: After = None
    ) -> Connection[Interaction] | None:
        """Return a page of interactions: at once where it is at hand, else what is waited for."""
        wanted = narrowed(info.context, **_given(filter))
        page: Connection[Interaction] = show(
            history_page(info.context, show(self), INTERACTION, wanted, first, after, info.path.as_list())
        )
        return page

    @strawberry.field(
        description="What was written to and by the customer, newest first. Letters count by their issue date.",
        metadata={PARTS: (CORRESPONDENCE,)},
        directives=[page(), PARTNER],
    )
    def correspondence(
        self, info: Info, filter: CorrespondenceFilterArgument = None, first: First = 20, after: After = None
    ) -> Connection[Correspondence] | None:
        """Return a page of correspondence: at once where it is at hand, else what is waited for."""
        wanted = narrowed(info.context, **_given(filter))
        page: Connection[Correspondence] = show(
            history_page(info.context, show(self), CORRESPONDENCE, wanted, first, after, info.path.as_list())
        )
        return page

    @strawberry.field(
        description="What is owed: totals, debts in order, arrangements.",
        metadata={PARTS: (DEBT,)},
        directives=[PARTNER],
    )
    def debts(self, include: DebtStatuses = None) -> DebtAccount | None:
        """Return the debts and what they come to."""
        account: DebtAccount = show(debt_account(show(self), include))
        return account
