"""The picture of a customer: the sections that a caller was let in to, each a value or why it is not there."""

from collections.abc import Callable, Collection, Hashable, Iterable
from copy import copy
from typing import Any, TypeVar

import msgspec

from cache import Found
from resolvers.access import Decision, Known, Verdict, decide
from resolvers.admission import Admission
from resolvers.call import CallContext
from resolvers.numbers import canonical_of
from resolvers.profile import Profile
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.sealing import NodeKey, node_id
from sources.crn import Crn
from sources.errors import Fault
from sources.parts import CUSTOMER, ENTITLEMENT, OWNERSHIP, Entitlement, Ownership, Part
from sources.parts.customer import Identifier, IdentifierKind, RecordFlag, RecordType, Relationship
from sources.source import NothingKnown, Reading

R = TypeVar("R")
T = TypeVar("T")


class Picture:
    """One customer as one caller may see them. Its attributes are the sections; a refused or failed one raises.

    `call` is the call by which the caller came upon the customer, `unread` why the interactions could not be read anew
    for it.
    """

    def __init__(self, scope: Scope, admission: Admission) -> None:
        self.scope = scope
        self.call: CallContext | None = None
        self.unread: Fault | None = None
        self._found = admission.parts
        self.decision: Decision = admission.decision
        self.decided_until = admission.decided_until
        self.number: Crn = admission.crn

    @property
    def id(self) -> str:
        """The node id."""
        return node_id(self.scope.sealer, NodeKey("Customer", self.number))

    @property
    def crn(self) -> Crn | None:
        """The number, for callers who may see it."""
        return self.number if self.decision.shows_crn else None

    @property
    def crn_warning(self) -> str | None:
        """What is doubtful about the number."""
        return self.scope.scheme.warning(self.number)

    @property
    def restricted(self) -> bool:
        """Whether the record is restricted, even if this caller may open it."""
        return self.decision.restricted

    @property
    def profile(self) -> Profile | None:
        """Who the customer is, with the fields that this caller may have."""
        record = self.record(CUSTOMER)
        if record is None:
            return None
        if not self.scope.caller.is_staff:
            shown = tuple(name for name in record.names if not name.protected)
            record = msgspec.structs.replace(record, names=shown)
        return Profile(record, _fields(self.decision.withheld, CUSTOMER))

    @property
    def record_type(self) -> RecordType | None:
        """What kind of record it is."""
        record = self.record(CUSTOMER)
        return record.record_type if record is not None else None

    @property
    def record_flags(self) -> tuple[RecordFlag, ...]:
        """What is to be known about the record."""
        record = self.record(CUSTOMER)
        return record.record_flags if record is not None else ()

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """Other numbers of the customer; other CRNs only for callers who may see CRNs."""
        record = self.record(CUSTOMER)
        shown = record.identifiers if record is not None else ()
        return tuple(one for one in shown if self.decision.shows_crn or one.kind is not IdentifierKind.CRN)

    @property
    def relationships(self) -> tuple[Relationship, ...]:
        """Customers who belong to this one."""
        record = self.record(CUSTOMER)
        related = record.relationships if record is not None else ()
        if self.decision.shows_crn:
            return related
        return tuple(msgspec.structs.replace(one, crn=None) for one in related)

    @property
    def entitlements(self) -> Entitlement | None:
        """Claims, benefits, reports and appointments."""
        return self.record(ENTITLEMENT)

    @property
    def ownership(self) -> Ownership | None:
        """Lock, cases, issues and transfers."""
        return self.record(OWNERSHIP)

    def found(self, part: Part[Any]) -> Found:
        """Return what was found of a part; raise the refusal when this caller does not get it."""
        if self.decision.verdict is not Verdict.OPEN:
            raise Refusal(self.decision.code or "FORBIDDEN_FIELD")
        if part.name not in self.decision.parts:
            raise Refusal("FORBIDDEN_FIELD")
        return self._found[part.name]

    def lacks(self, parts: Iterable[Part[Any]]) -> list[Part[Any]]:
        """Return those parts that this caller gets and that were not asked for yet."""
        if self.decision.verdict is not Verdict.OPEN:
            return []
        return [one for one in parts if one.name in self.decision.parts and one.name not in self._found]

    def with_more_of(self, other: "Picture") -> "Picture":
        """Return the picture with what another one of the same customer knows more."""
        fuller = copy(self)
        fuller.decision = other.decision
        fuller._found = {**other._found, **self._found}
        return fuller

    def renewed(self, part: Part[Any], found: Found, unread: Fault | None = None) -> "Picture":
        """Return the picture with another reading of a part. `unread` is why it could not be read anew, if so."""
        other = copy(self)
        other.unread = unread
        other._found = {**self._found, part.name: found}
        return other

    def gaps(self, part: Part[Any]) -> tuple[Fault, ...]:
        """Return what kept something of a part away, where the rest is shown."""
        found = self._found.get(part.name) if part.name in self.decision.parts else None
        outcome = found.value if found is not None else None
        return outcome.gaps if isinstance(outcome, Reading) else ()

    @property
    def has_gaps(self) -> bool:
        """Whether something of some part was kept away; the rest of it may be shown."""
        return any(isinstance(one.value, Reading) and bool(one.value.gaps) for one in self._found.values())

    def record(self, part: Part[R]) -> R | None:
        """Return the record of a part, None when its source knows nothing; raise the refusal or the fault."""
        outcome: Reading[R] | NothingKnown | Fault = self.found(part).value
        if isinstance(outcome, Fault):
            raise outcome
        return outcome.record if isinstance(outcome, Reading) else None

    def made(self, part: Part[Any], key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` makes of the reading of a part, or made before of the very same; raise the refusal.

        Whatever else it is made from is in the key: nothing of the caller, and nothing of the time. A caller who is
        shown less than the memory of the process has is shown another reading, and nothing of that is kept.
        """
        pieces, readings = self.scope.pieces, self.kept([part])
        if pieces is None or not readings:
            return make()
        return pieces.made(readings[0], (part.name, key), make)

    def outcome(self, part: Part[Any]) -> Any:
        """Return what came of asking for a part, None where this caller does not get it."""
        return self.found(part).value if part.name in self.decision.parts else None

    def kept(self, parts: Iterable[Part[Any]]) -> list[Reading[Any]] | None:
        """Return the readings of those parts that this caller gets, in order: None where one of them is not the very
        one that the memory of the process has, since it was just fetched, or something was taken out for this caller.
        """
        gets = self.decision.parts
        found = [(part, self.found(part)) for part in parts if part.name in gets]
        if any(one.fetched or self._veils(part) for part, one in found):
            return None
        return [one.value for _, one in found if isinstance(one.value, Reading)]

    def _veils(self, part: Part[Any]) -> bool:
        """Tell whether this caller may be shown less of a part than there is."""
        return self.scope.loaders.asking.earliest is not None or bool(_fields(self.decision.withheld, part))


def _fields(withheld: Collection[str], part: Part[Any]) -> frozenset[str]:
    """Return the names of the fields of one part."""
    prefix = f"{part.name}."
    return frozenset(name.removeprefix(prefix) for name in withheld if name.startswith(prefix))


async def pictures(
    scope: Scope, crns: Iterable[Crn], parts: Collection[Part[Any]]
) -> dict[Crn, Picture | Refusal | None]:
    """Return a picture for each number, None where nobody is known by it, or the refusal of that customer."""
    admissions = await scope.loaders.admit(list(dict.fromkeys(crns)), parts)
    return {crn: seen(scope, admission) for crn, admission in admissions.items()}


async def picture(scope: Scope, crn: Crn, parts: Collection[Part[Any]]) -> Picture | None:
    """Return the picture of one customer, None where nobody is known by the number; raise the refusal."""
    found = (await pictures(scope, [crn], parts))[crn]
    if isinstance(found, Refusal):
        raise found
    return found


async def fuller(picture: Picture, parts: Collection[Part[Any]]) -> Picture:
    """Return a picture with parts that were not asked for at first; raise the refusal.

    It is decided once more, on what the request knows already, and is on record with what is shown beyond the first.
    The customer is not counted again.
    """
    loaders = picture.scope.loaders
    admission = (await loaders.consider([picture.number], parts))[picture.number]
    loaders.note(admission)
    found = seen(picture.scope, admission)
    if not isinstance(found, Picture):
        raise found or Refusal("FORBIDDEN_FIELD")
    return picture.with_more_of(found)


def seen(scope: Scope, admission: Admission) -> Picture | Refusal | None:
    """Return the picture that an admission comes to, None where it looks like an unknown number, or the refusal."""
    decision = admission.decision
    if decision.verdict is Verdict.REFUSED:
        return Refusal(decision.code or "FORBIDDEN")
    if decision.verdict is Verdict.HIDDEN and admission.parts:
        # the customer source fails: an unknown number would be shown with that fault, so this one is too
        seeming = decide(scope.loaders.asking, admission.crn, Known(NothingKnown(scope.now)))
        return Picture(scope, msgspec.structs.replace(admission, decision=seeming))
    if decision.verdict in {Verdict.HIDDEN, Verdict.NOBODY}:
        return None
    if decision.verdict is Verdict.OPEN and canonical_of(admission.parts[CUSTOMER.name].value) is not None:
        return None
    return Picture(scope, admission)
