"""The call that an officer is in, and what the machine asked before it was put through."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers import call, smart_ivr
from resolvers.smart_ivr import IvrKind
from schema.colour import IconColour
from schema.interaction import SourceRef
from schema.shown import argument, shows, told, words
from schema.tag import STAFF
from sources.parts.interaction import Outcome

words(IvrKind)


@strawberry.input(description="The call that the caller is in with this customer.")
class CallContext:
    """Which call it is, and when an officer answered it."""

    call_id: strawberry.ID = strawberry.field(
        description="The call's number at the telephone system: 1 to 64 letters, digits and . _ : -"
    )
    answered_at: datetime | None = strawberry.field(
        default=None,
        description="When an officer answered it, with an offset. For staff, what was read before is read again: it "
        "cannot know what the caller was asked.",
    )

    def given(self) -> call.CallContext:
        """Return the call that was given."""
        return call.CallContext(str(self.call_id), self.answered_at)


CallArgument = Annotated[
    CallContext | None,
    argument(
        "The call that the caller is in. It is left out of the cards, and what the machine asked in it stands in "
        "`smartIvr`. Without it, the call by which the customer was reached (`viewer { currentCall }`), if any.",
        directives=[STAFF],
    ),
]


@shows(smart_ivr.IvrCard)
class IvrCard:
    """One thing that the machine asked or played in the current call, and what came of it, to be repeated by nobody."""

    id: strawberry.ID = told("Its number at its source; unique within the call.")
    kind: IvrKind = told("What it is.")
    at: datetime = told("When the caller heard it.")
    asked: str = told("What was asked or played, in words.")
    text: str = told("What exactly, in its source's words.")
    result: str = told("What came of it, and what that means for the officer, in words.")
    outcome: Outcome = told("What came of it.")
    colour: IconColour = told(
        "The colour of its icon: GREEN done, RED not achieved, AMBER for an officer to look into, BLUE for a message."
    )
    source: SourceRef = told("Where the record comes from.")
