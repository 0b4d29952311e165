"""The events of the audit: what stands on record of a decision, and how it is made from a request.

A customer stands in an event as a keyed hash, by which events are found, and as a sealed copy of the number, which
whoever holds the keyring can open. A line of the journal has 1.5 KiB at most while names are as long as they usually
are: what a caller's token says beyond who it is, is cut.
"""

import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from cache import Keys
from gateway.build import SCHEMA, VERSION
from gateway.ids import new_id
from gateway.keyring import Keyring, KeyringSealer
from resolvers.access import COMMAND, Decision, Verdict
from resolvers.admission import parts_of, standing
from resolvers.caller import Caller
from resolvers.loaders import Loaders
from resolvers.scope import Act, Scope
from resolvers.sealing import Sealer
from sources.crn import Crn
from sources.parts import PARTS

SEALED: Final = "audit crn"

LONGEST: Final = 64
"""Characters of a caller's session, client and assurance, and of a number that is sealed."""

LONGEST_ROLES: Final = 64
"""Characters of all roles of a caller."""

CUT: Final = "…"
_PLAIN: Final = re.compile(r"[A-Za-z_]{1,40}\d{0,2}")
_SEARCH: Final = "search "


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who looked: the kind, the id and the organisation that count, and what else the token said."""

    kind: str
    id: str
    organisation: str
    roles: tuple[str, ...] = ()
    session: str | None = None
    client: str | None = None
    assurance: str | None = None


class AuditEvent(Struct, frozen=True, omit_defaults=True):
    """One decision about one customer, or what an operator did. The customer stands in it as a keyed hash.

    `customer` is empty where it is about none; `subject` is what else it is about: the id of a key, or a document, as a
    keyed hash. `mono` is
    in nanoseconds of the machine's own clock, which is never set; `sealed` the number, which opens for this event only.
    `as_of` is the oldest moment from which something of what was shown is, `from_cache` whether some of it was kept.
    """

    event_id: str
    at: datetime
    actor: Actor
    customer: str
    action: str
    verdict: str
    rule: str
    request_id: str
    policy: str
    purpose: str | None = None
    code: str | None = None
    grant: str | None = None
    unchecked: bool = False
    parts: tuple[str, ...] = ()
    operation: str | None = None
    subject: str | None = None
    mono: int = 0
    sealed: str | None = None
    interaction: str | None = None
    sources: tuple[str, ...] = ()
    as_of: datetime | None = None
    from_cache: bool = False
    trace_id: str | None = None
    operation_name: str | None = None
    schema: str | None = None
    gateway: str | None = None


class Recorder(Struct, frozen=True):
    """Makes events, with the keys that hide a number and seal it. The current keys come first."""

    keys: tuple[Keys, ...]
    sealer: Sealer

    def decided(
        self, scope: Scope, operation: str | None = None, name: str | None = None
    ) -> list[AuditEvent]:
        """Return what goes on record of a request: one event for each customer that was decided on, those apart that
        are on record already.

        `operation` is the document's fingerprint, `name` what its caller calls it.
        """
        loaders = scope.loaders
        new = [
            crn
            for crn, decision in loaders.decisions.items()
            if loaders.recorded.get(crn) != standing(decision, loaders.seen.get(crn, ()))
        ]
        return list(self._events(scope, new, operation, name).values())

    def all_of(
        self, scope: Scope, operation: str | None = None, name: str | None = None
    ) -> dict[Crn, AuditEvent]:
        """Return an event for each customer that was decided on in a request, on record or not."""
        return self._events(scope, scope.loaders.decisions, operation, name)

    def about(self, event: AuditEvent, crn: Crn) -> AuditEvent:
        """Return an event as one about a customer."""
        return replace(event, customer=self.hashes(crn)[0], sealed=self.sealed(crn, event.event_id))

    def _events(
        self, scope: Scope, crns: Iterable[Crn], operation: str | None, name: str | None
    ) -> dict[Crn, AuditEvent]:
        actor, decisions = actor_of(scope.caller), scope.loaders.decisions
        return {crn: self._decided(scope, crn, decisions[crn], actor, operation, name) for crn in crns}

    def _decided(
        self,
        scope: Scope,
        crn: Crn,
        decision: Decision,
        actor: Actor,
        operation: str | None,
        name: str | None,
    ) -> AuditEvent:
        seen = scope.loaders.seen.get(crn, ())
        parts, act = parts_of(seen), _act(scope, crn, decision)
        event = AuditEvent(
            event_id=new_id(),  # a request's own is the caller's choice, and may come twice
            at=scope.now,
            actor=actor,
            customer="",
            action=act.action,
            verdict=decision.verdict.value,
            rule=decision.rule,
            request_id=scope.request_id,
            policy=scope.policy.edition,
            purpose=scope.purpose.value if scope.purpose is not None else None,
            code=decision.code,
            grant=decision.grant,
            unchecked=decision.unchecked,
            parts=tuple(sorted(parts)),
            operation=operation,
            subject=act.subject,
            mono=time.monotonic_ns(),
            interaction=scope.interaction,
            sources=_systems(scope.loaders, parts),
            as_of=min((one.as_of for one in seen if one.as_of is not None), default=None),
            from_cache=any(one.was_kept for one in seen),
            trace_id=scope.trace_id,
            operation_name=name if name is not None and _PLAIN.fullmatch(name) else None,
            schema=SCHEMA,
            gateway=VERSION,
        )
        return self.about(event, crn) if crn else event  # what is everybody's is about no customer

    def hashes(self, crn: Crn) -> Sequence[str]:
        """Return the hashes by which a customer may stand in events: by the current key, then by older ones."""
        return [keys.person(crn) for keys in self.keys]

    def sealed(self, crn: Crn, event_id: str) -> str | None:
        """Return the number, sealed for one event; None for what was looked for in a search: it is no number."""
        if len(crn) > LONGEST or crn.startswith(_SEARCH):
            return None
        return self.sealer.seal(SEALED, crn.encode(), event_id.encode())

    def opened(self, event: AuditEvent) -> str | None:
        """Return the number of an event; None where it has none, or one that was not sealed here for it."""
        try:
            return self.sealer.open(SEALED, event.sealed or "", event.event_id.encode()).decode()
        except ValueError:
            return None


def recorder(keyring: Keyring) -> Recorder:
    """Return the recorder of a keyring."""
    keys = tuple(Keys(key, "audit", "1") for key in keyring.subkeys("audit").values())
    return Recorder(keys, KeyringSealer(keyring))


def actor_of(caller: Caller) -> Actor:
    """Return the caller as one stands on record."""
    return Actor(
        kind=caller.kind.value,
        id=caller.id,
        organisation=caller.organisation,
        roles=_roles(caller.roles),
        session=_cut(caller.session),
        client=_cut(caller.client),
        assurance=_cut(caller.assurance),
    )


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + CUT


def _roles(roles: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    room = LONGEST_ROLES
    for role in roles:
        room -= len(role)
        if room < 0:
            return (*kept, CUT)
        kept.append(role)
    return tuple(kept)


def _systems(loaders: Loaders, parts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the systems that told parts."""
    return tuple(sorted({loaders.system(part) for part in PARTS if part.name in parts}))


def _act(scope: Scope, crn: Crn, decision: Decision) -> Act:
    """Return what a command did with a customer who is open to it, else what the decision itself comes to."""
    done = scope.acts.get(crn) if decision.verdict is Verdict.OPEN else None
    return done if done is not None else Act(_action(decision))


def _action(decision: Decision) -> str:
    if decision.rule == COMMAND:
        return "break_glass"
    if decision.rule == "search" and decision.verdict is Verdict.OPEN:
        return "search"  # somebody was found; who was shown has an event of their own
    return {Verdict.OPEN: "view", Verdict.NOBODY: "search"}.get(decision.verdict, "deny")
