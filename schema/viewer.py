"""Who asks."""

import strawberry

from resolvers import caller
from resolvers.caller import CallerKind, Presentation
from resolvers.screen_pop import line_of
from resolvers.switchboard import TelephonyState
from schema.current_call import CurrentCall
from schema.node import Info
from schema.shown import show, shows, told, words
from schema.tag import STAFF

words(CallerKind)


@shows(caller.Caller)
class Viewer:
    """Who asks, as the gateway's door knows them."""

    kind: CallerKind = told("What kind of caller it is.")
    id: strawberry.ID = told("The caller's id: a staff id, or a partner's or service's.")
    organisation: str = told("The organisation the caller belongs to.")
    roles: list[str] = told("The caller's roles.")
    presentation: Presentation = told("Where the caller looks at the overview, usually.")

    @strawberry.field(description="What the caller may do, such as `debts:read`, in alphabetical order.")
    def scopes(self) -> list[str]:
        """Return the scopes in order."""
        asking: caller.Caller = self  # type: ignore[assignment]
        return sorted(asking.scopes)

    @strawberry.field(
        description="The call that the viewer is in, in this log-in; null when there is none, or telephony is down.",
        directives=[STAFF],
    )
    async def current_call(self, info: Info) -> CurrentCall | None:
        """Return the call under way."""
        call: CurrentCall | None = show((await line_of(info.context)).call)
        return call

    @strawberry.field(
        description="Whether the telephone system tells the gateway of the viewer's calls.",
        directives=[STAFF],
    )
    async def telephony(self, info: Info) -> TelephonyState | None:
        """Return how telephony is."""
        return (await line_of(info.context)).state
