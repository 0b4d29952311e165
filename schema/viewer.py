"""Who asks."""

from typing import Annotated

import strawberry

from resolvers import caller
from resolvers.caller import CallerKind, Presentation
from schema.shown import argument, shows, told, words

for word in (CallerKind, Presentation):
    words(word)

PresentationArgument = Annotated[
    Presentation | None,
    argument(
        "Where the overview is looked at: the same data, some of it shown in one place only. Without it, the "
        "viewer's own."
    ),
]


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
