"""Setting whom the call is with: an officer keys a number during a call that the telephone told of (BR-CO-2, BR-CO-3).

The screen then shows that customer and nothing of another. That a number was keyed does not prove who is on the line.
"""

from msgspec import Struct
from msgspec.structs import replace

from resolvers.commands.keys import check_key
from resolvers.commands.problems import RuleViolation
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.screen_pop import line_of, look_again
from resolvers.search import by_identifier
from resolvers.switchboard import CurrentCall, IdentifiedBy, Switchboard


class SetCallContext(Struct, frozen=True):
    """What is asked for: which call, whose number, under which idempotency key."""

    call_id: str
    by: IdentifiedBy
    number: str
    key: str


class CallContextSet(Struct, frozen=True):
    """The call is with this customer from now on. `replayed` says that this was done before, under the same key."""

    call: CurrentCall
    replayed: bool


async def set_call_context(scope: Scope, asked: SetCallContext) -> CallContextSet | RuleViolation:
    """Set whom the caller's call is with. Raise the refusal, or the fault of the ledger."""
    switchboard = _switchboard_of(scope)
    check_key(asked.key)
    call = (await line_of(scope)).call
    if call is None or call.call_id != asked.call_id:
        return RuleViolation("NO_SUCH_CALL")
    if await by_identifier(scope, asked.by.value.lower(), asked.number, ()) is None:
        return RuleViolation("NOT_FOUND", "Nobody is known by this number.")
    await scope.record(scope)
    said = replace(call, by=asked.by, number=asked.number)
    done = await switchboard.identify(scope.caller, said, asked.key)
    look_again(scope)
    if done is None:
        return RuleViolation("NO_SUCH_CALL")
    if done.replayed and (done.by, done.number) != (asked.by, asked.number):
        return RuleViolation("IDEMPOTENCY_KEY_REUSED")
    return CallContextSet(done.call, done.replayed)


def _switchboard_of(scope: Scope) -> Switchboard:
    if not scope.caller.is_staff:
        raise Refusal("FORBIDDEN", "Only officers have calls.")
    if scope.switchboard is None:
        raise Refusal("UNSUPPORTED_BY_SOURCE", "No telephone system tells this gateway of calls.")
    return scope.switchboard
