"""The screen pop: whom the officer's own telephone says is on the line (BR-CO-2), nobody while it is silent (BR-CO-9).

That somebody gave a number proves nothing of who they are (BR-CO-8).
"""

from collections.abc import Collection
from typing import Any, Final

from resolvers.call import CallContext
from resolvers.customer import Picture
from resolvers.scope import Scope
from resolvers.search import by_identifier
from resolvers.switchboard import CurrentCall, Line, TelephonyState
from sources.parts import Part

_LINE: Final = "line"


async def line_of(scope: Scope) -> Line:
    """Return how the line of whoever asks stands; raise the ledger's fault."""
    if scope.switchboard is None:
        return Line(TelephonyState.NONE)
    if _LINE not in scope.worked_out:
        scope.worked_out[_LINE] = await scope.switchboard.line(scope.caller, scope.now)
    line: Line = scope.worked_out[_LINE]
    return line


def has_looked(scope: Scope) -> bool:
    """Tell whether a request has looked at the line of whoever asks."""
    return _LINE in scope.worked_out


def look_again(scope: Scope) -> None:
    """Forget how the line stood: a command changed it."""
    scope.worked_out.pop(_LINE, None)


async def customer_on(scope: Scope, call: CurrentCall, parts: Collection[Part[Any]]) -> Picture | None:
    """Return the customer that a call's number leads to, in that call; None without a number (BR-CO-1)."""
    if call.by is None or call.number is None:
        return None
    found = await by_identifier(scope, call.by.value.lower(), call.number, parts)
    if found is not None:
        found.call = CallContext(call.call_id, call.answered_at)
    return found
