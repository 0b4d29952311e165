"""Being let in to a customer, and what is told when somebody is not."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from cache import Found
from resolvers.access import Decision
from sources.crn import Crn
from sources.errors import Fault
from sources.parts import CUSTOMER, RESTRICTION, Part
from sources.source import NothingKnown, Reading


class ConflictOfInterest(Struct, frozen=True):
    """A caller asked for the record of somebody close. A security event: who and whom the audit journal tells."""

    request_id: str


class TooManyOpened(Struct, frozen=True):
    """An officer opened more customers than the policy lets pass. A security event."""

    request_id: str


class GlassBroken(Struct, frozen=True):
    """An officer opened a customer beyond the usual. A security event, to be reviewed."""

    request_id: str


EVENTS: Final = {"CONFLICT_OF_INTEREST": ConflictOfInterest, "STEP_UP_REQUIRED": TooManyOpened}
"""What is told of a refusal, by its code."""


class Admission(Struct, frozen=True):
    """A customer that a caller was let in to: the decision, and what was found of each part that it opens.

    `decided_until` is the moment up to which the decision counts as fresh; None for a refusal.
    """

    crn: Crn
    decision: Decision
    parts: Mapping[str, Found]
    decided_until: datetime | None = None

    @property
    def as_of(self) -> datetime | None:
        """The oldest moment from which something of it is; None where nothing was read."""
        read = [one.value.read_at for one in self.parts.values() if isinstance(one.value, Reading)]
        return min(read, default=None)

    @property
    def was_kept(self) -> bool:
        """Whether something of it was kept from before."""
        return any(isinstance(one.value, Reading) and not one.fetched for one in self.parts.values())


def parts_of(seen: Iterable[Admission]) -> frozenset[str]:
    """Return the names of the parts that several admissions of one customer show."""
    return frozenset(name for one in seen for name in one.parts)


def standing(decision: Decision, seen: Iterable[Admission]) -> tuple[Decision, frozenset[str]]:
    """Return what of a customer is to be on record: the decision, and the names of the parts that are shown."""
    return decision, parts_of(seen)


def value_of(found: Mapping[str, Found], part: Part[Any]) -> Any:
    """Return what was found of a part; None where it was not looked for."""
    return found[part.name].value if part.name in found else None


def person_of(admission: Admission) -> Any:
    """Return what was found of the customer's own record; None where it is not shown."""
    return value_of(admission.parts, CUSTOMER)


def as_nobodys(found: Mapping[str, Found], person: Fault, now: datetime) -> dict[str, Found]:
    """Return what a number that nobody has would give while its customer source fails."""
    nothing = NothingKnown(now)
    return {
        name: Found(value.value if isinstance(value.value, Fault) else nothing)
        for name, value in found.items()
        if name != RESTRICTION.name
    } | {CUSTOMER.name: Found(person)}
