"""Breaking the glass: an officer opens one customer beyond the usual, for a stated reason, for a while, and on record.

It is on record before it holds. Whoever has the scope may do it, after a log-in that is not old, and never for the
record of somebody close; a restricted record stays closed unless the policy says otherwise.
"""

import uuid
from datetime import datetime, timedelta

from msgspec import Struct

from resolvers.access import COMMAND, Decision, Verdict
from resolvers.admission import Admission, GlassBroken
from resolvers.asking import INTERACTION_NUMBER
from resolvers.commands.keys import check_key
from resolvers.commands.problems import RuleViolation
from resolvers.grants import BREAK_GLASS, Grant, Grants
from resolvers.refusal import Refusal, bad_input
from resolvers.scope import Scope
from sources.crn import Crn

SHORTEST, LONGEST = 20, 1000


class BreakGlass(Struct, frozen=True):
    """What is asked for: which customer, why, in which interaction, how many minutes, under which idempotency key."""

    crn: Crn
    reason: str
    interaction: str
    minutes: int
    key: str


class BrokenGlass(Struct, frozen=True):
    """The glass is broken until a moment. `replayed` says that this was done before, under the same key."""

    grant_id: str
    until: datetime
    replayed: bool


async def break_glass(scope: Scope, asked: BreakGlass) -> BrokenGlass | RuleViolation:
    """Open a customer for an officer. Raise the refusal, or the fault of the ledger."""
    grants = _grants_for(scope, asked)
    _check_input(scope, asked)
    scope.loaders.count([asked.crn])
    admission = (await scope.loaders.consider([asked.crn], ()))[asked.crn]
    wrong = _problem(scope, admission)
    if wrong is not None:
        return wrong
    grant = _grant(scope, asked, admission.crn)
    await _put_on_record(scope, grant)
    kept = await grants.add(grant)
    if _said(kept) != _said(grant):
        return RuleViolation("IDEMPOTENCY_KEY_REUSED")
    if kept.id == grant.id:
        scope.loaders.observe(GlassBroken(scope.request_id))
    return BrokenGlass(kept.id, kept.until, replayed=kept.id != grant.id)


def _grants_for(scope: Scope, asked: BreakGlass) -> Grants:
    """Return where grants are kept; refuse a caller who may break no glass, or whose log-in is too old."""
    caller, grants = scope.caller, scope.loaders.grants
    newest = scope.now - timedelta(minutes=scope.policy.access.log_in_minutes)
    if not caller.is_staff or BREAK_GLASS not in caller.scopes:
        raise _refused(scope, asked.crn, "scope", "FORBIDDEN")
    if caller.authenticated_at is None or caller.authenticated_at < newest:
        raise _refused(scope, asked.crn, "log-in", "STEP_UP_REQUIRED")
    if grants is None:
        raise Refusal("UNSUPPORTED_BY_SOURCE")
    return grants


def _refused(scope: Scope, crn: Crn, rule: str, code: str) -> Refusal:
    scope.loaders.note(Admission(crn, Decision(crn, Verdict.REFUSED, rule, code), {}))
    return Refusal(code)


def _check_input(scope: Scope, asked: BreakGlass) -> None:
    most = scope.policy.access.break_glass_minutes
    if not SHORTEST <= len(asked.reason.strip()) <= LONGEST:
        raise bad_input(f"`reason` is {SHORTEST} to {LONGEST} characters: why this customer, why now.")
    if not 1 <= asked.minutes <= most:
        raise bad_input(f"`minutes` is 1 to {most}.")
    if not INTERACTION_NUMBER.fullmatch(asked.interaction):
        raise bad_input("`interactionId` is 1 to 64 letters, digits and . _ : -")
    check_key(asked.key)


def _problem(scope: Scope, admission: Admission) -> RuleViolation | None:
    """Return the rule that keeps a customer closed whatever is broken; raise the refusal of the caller."""
    decision = admission.decision
    if decision.verdict is Verdict.OPEN:
        return None
    if decision.verdict is Verdict.BANNER and scope.policy.access.break_glass_opens_restricted:
        return None
    scope.loaders.note(admission)
    if decision.verdict is Verdict.NOBODY:
        return RuleViolation("NOT_FOUND", "Nobody is known by this number.")
    if decision.verdict is Verdict.BANNER:
        return RuleViolation("RESTRICTED_RECORD")
    raise Refusal(decision.code or "FORBIDDEN")


def _grant(scope: Scope, asked: BreakGlass, crn: Crn) -> Grant:
    return Grant(
        id=uuid.uuid4().hex,
        organisation=scope.caller.organisation,
        officer=scope.caller.id,
        crn=crn,
        reason=asked.reason.strip(),
        interaction=asked.interaction,
        since=scope.now,
        until=scope.now + timedelta(minutes=asked.minutes),
        key=asked.key,
    )


async def _put_on_record(scope: Scope, grant: Grant) -> None:
    scope.loaders.recorded.pop(
        grant.crn, None
    )  # each glass that is broken in one request is an event of its own
    decision = Decision(grant.crn, Verdict.OPEN, COMMAND, grant=grant.id)
    scope.loaders.note(Admission(grant.crn, decision, {}))
    await scope.record(scope)


def _said(grant: Grant) -> tuple[Crn, str, str, timedelta]:
    """Return what an officer asked for; the same key stands for the same words."""
    return grant.crn, grant.reason, grant.interaction, grant.until - grant.since
